"""The guides, opened: one small object."""

from guidekg.knowledge.knowledge import Knowledge

__all__ = ["Knowledge"]
