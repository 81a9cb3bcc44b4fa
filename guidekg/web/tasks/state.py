"""What every worker holds."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyoxigraph as ox

from guidekg.guides.repository import Knowledge
from guidekg.stores import EmbeddedStore
from guidekg.version import __version__
from guidekg.web.settings import Limits
from guidekg.web.workers.outlet import Outlet


class State(NamedTuple):
    """The open guides, their store, a name for their content, and the limits of a result."""

    knowledge: Knowledge
    store: EmbeddedStore
    content: str
    limits: Limits

    def etag(self, *parts: object) -> str:
        """Return the tag of what is made of some parts: weak, since rows may change their order."""
        made = (self.content, __version__, ox.__version__, *parts)
        return f'W/"{hashlib.sha256(repr(made).encode()).hexdigest()[:32]}"'


def unchanged(
    asked: Mapping[str, Any], tag: str | None, out: Outlet, headers: dict[str, str]
) -> bool:
    """Answer 304 if the client holds what it asks for; return whether it does."""
    held = [item.strip() for item in (asked.get("held") or "").split(",")]
    if tag is None or not {tag, tag.removeprefix("W/")} & set(held):
        return False
    out.open({"status": 304, "headers": headers})
    out.close()
    return True
