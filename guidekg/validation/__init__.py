"""Validate proposals: every requirement's state, with the clause and the line behind it."""
