"""Measurements against named peers, printed by `python -m benchmarks`."""
