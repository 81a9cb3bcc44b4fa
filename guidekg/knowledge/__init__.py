"""The guides, opened: one small object."""

from guidekg.knowledge.knowledge import Knowledge, Origin

__all__ = ["Knowledge", "Origin"]
