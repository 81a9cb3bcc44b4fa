"""The command line."""

from guidekg.cli.main import main

__all__ = ["main"]
