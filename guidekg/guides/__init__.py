"""Guides as a graph, and what they say as frozen objects."""
