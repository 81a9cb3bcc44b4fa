"""What workers answer with: handlers, each by its name, over the guides that are open.

A handler takes what the worker holds, the request, and where to write; its docstring says which
values the request has. A worker can open no file: what a handler imports is imported at the head of
its module, and what it reads is read by ``prepare``, which runs before workers are forked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from guidekg.graph import KnowledgeGraph
from guidekg.guides.sources import Folders
from guidekg.stores import EmbeddedStore
from guidekg.web.handlers import api, page, review, sparql, validation
from guidekg.web.handlers.base import State
from guidekg.web.settings import Limits
from guidekg.web.workers.protocol import Request, ResponseWriter

Handler = Callable[[State, Request, ResponseWriter], None]

_HANDLERS: dict[str, Handler] = {
    "sparql": sparql.answer,
    "description": sparql.describe_endpoint,
    "document": api.answer_document,
    "question": api.answer_question,
    "validation": validation.answer,
    "page": page.answer,
}


@dataclass(frozen=True, slots=True)
class Handlers:
    """A service for workers (see ``workers.forkserver``), over what is open."""

    state: State
    confined: ClassVar[bool] = True

    def prepare(self) -> None:
        """Let handlers read what they need; what is ready costs nothing."""
        _prepare(self.state, date.today())

    def answer(self, request: Request, response: ResponseWriter) -> None:
        """Write a response.

        Raises:
            ProblemError: what the client is told instead.
        """
        _HANDLERS[request.handler](self.state, request, response)


@lru_cache(maxsize=1)
def _prepare(state: State, today: date) -> None:
    api.prepare(state.kg)
    validation.prepare(state.kg, today)
    page.prepare(state)  # pages show the day


def open_service(settings: Mapping[str, Any]) -> Handlers:
    """Open the guides, and return what answers over them.

    Args:
        settings: ``folders`` and whether the ``shipped`` guide stands beside them, or all ``files``
            there are; whether those of the folders may be changed (``edit``); ``limits``.

    Raises:
        GuideKGError: the guides cannot be opened.
    """
    folders = Folders(tuple(map(Path, settings["files"])))
    if not folders.files:
        folders = Folders.of(settings["folders"], shipped=settings["shipped"])
    kg = KnowledgeGraph.of(folders)
    if not isinstance(kg.store, EmbeddedStore):
        raise TypeError(f"folders are opened as {kg.store!r}")
    editable = frozenset(review.editable(settings["folders"]) if settings["edit"] else ())
    limits = Limits(**settings["limits"])
    return Handlers(State(kg, kg.store, folders.content(), limits, editable))
