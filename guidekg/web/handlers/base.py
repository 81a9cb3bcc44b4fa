"""What every handler works with: the open guides, and how an answer made as a whole is sent."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.graph import KnowledgeGraph
from guidekg.stores import EmbeddedStore
from guidekg.version import __version__
from guidekg.web.problems import problem
from guidekg.web.settings import Limits
from guidekg.web.workers.protocol import PART, Delivery, Request, ResponseWriter

VARY = "Accept, Accept-Language, Accept-Encoding"


class State(NamedTuple):
    """The open guides, their store, a name for their content, the limits of a result, and what may be changed."""

    kg: KnowledgeGraph
    store: EmbeddedStore
    content: str
    limits: Limits
    editable: frozenset[str] = frozenset()  # the names of the guides that people may change

    def etag(self, *parts: object) -> str:
        """Return the tag of what is made of some parts: weak, since rows may change their order."""
        made = (self.content, __version__, ox.__version__, *parts)
        return f'W/"{hashlib.sha256(repr(made).encode()).hexdigest()[:32]}"'


def unchanged(request: Request, response: ResponseWriter, headers: Mapping[str, str]) -> bool:
    """Answer 304 if the client holds what these headers go with; return whether it does."""
    tag = headers.get("etag")
    held = [item.strip() for item in (request.values.get("held") or "").split(",")]
    if tag is None or not {tag, tag.removeprefix("W/")} & set(held):
        return False
    response.start({name: headers[name] for name in headers if name != "content-type"}, 304)
    response.finish()
    return True


def deliver(request: Request, response: ResponseWriter, delivery: Delivery) -> None:
    """Write an answer, in parts where it is long; the request says what the client takes.

    Raises:
        ProblemError: the answer is too large; nothing of it was written.
    """
    body, limit = delivery.body, response.limit
    if len(body) > limit:
        raise problem("result-too-large", "bytes", limit=limit // 1024)
    gzip, head_only = request.values["gzip"], request.values["head"]
    response.start(delivery.headers, delivery.status, gzip=gzip, head_only=head_only)
    for start in range(0, len(body), PART):
        response.write(body[start : start + PART])
    response.finish()
