"""What every handler works with: the open guides, and how an answer made as a whole is sent."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyoxigraph as ox

from guidekg.guides.repository import Repository
from guidekg.stores import EmbeddedStore
from guidekg.version import __version__
from guidekg.web.settings import Limits
from guidekg.web.workers.protocol import PART
from guidekg.web.workers.response_writer import EnoughError, Outlet, too_large


class State(NamedTuple):
    """The open guides, their store, a name for their content, and the limits of a result."""

    repository: Repository
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


class Delivery(NamedTuple):
    """What is sent."""

    body: bytes
    headers: dict[str, str]
    status: int = 200


def deliver(state: State, asked: Mapping[str, Any], out: Outlet, delivery: Delivery) -> None:
    """Write an answer, in parts where it is long.

    Args:
        state: says how long it may be.
        asked: ``gzip`` and ``head``, as for a query.
        out: where to write.
        delivery: what to write.

    Raises:
        ProblemError: the answer is too large; nothing of it was written.
    """
    body, limit = delivery.body, state.limits.result
    if len(body) > limit:
        raise too_large(f"{limit // 1024:,} KiB")
    said = {"status": delivery.status, "headers": delivery.headers}
    out.open(said, gzip=asked["gzip"], first_only=asked["head"])
    try:
        for start in range(0, len(body), PART):
            out.write(body[start : start + PART])
    except EnoughError:
        out.first()
    else:
        out.close()
