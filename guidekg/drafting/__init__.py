"""From the text of a guide to its graph: what patterns read in it, and a folder for people to review."""

from guidekg.drafting.drafts import Draft, draft

__all__ = ["Draft", "draft"]
