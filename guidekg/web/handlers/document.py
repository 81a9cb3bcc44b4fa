"""Write what is the same for everyone: what the API offers, its questions, its description."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from guidekg.guides.repository import Repository
from guidekg.i18n import Language
from guidekg.web.api import OPENAPI, catalogue, openapi
from guidekg.web.api.media_types import DOCUMENTS, chosen
from guidekg.web.api.media_types import OPENAPI as OPENAPI_OFFER
from guidekg.web.handlers.base import Delivery, State, deliver, unchanged
from guidekg.web.handlers.question import opened
from guidekg.web.workers.response_writer import Outlet


def answer(state: State, asked: Mapping[str, Any], out: Outlet) -> None:
    """Write a document.

    Args:
        state: what the worker holds.
        asked: as for a query, with ``kind``, which it is; ``lang``; ``secured``, whether a token is
            needed.
        out: where to write.

    Raises:
        ProblemError: it does not come in the form that is wanted.
    """
    kind, lang = asked["kind"], asked["lang"]
    choice = chosen(OPENAPI_OFFER if kind == "openapi" else DOCUMENTS, asked["accept"], None)
    body = _made(state.repository, kind, lang, secured=asked["secured"])
    tag = state.etag(body, choice.content_type)
    headers = {"cache-control": "no-cache", "etag": tag, "content-language": lang}
    if kind == "api":
        headers["link"] = f'<{OPENAPI}>; rel="service-desc"'
    if not unchanged(asked, tag, out, headers):
        headers["content-type"] = choice.content_type
        deliver(state, asked, out, Delivery(body, headers))


@cache
def _made(repository: Repository, kind: str, lang: Language, *, secured: bool) -> bytes:
    questions = opened(repository)
    if kind == "openapi":
        made = openapi.document(questions, repository, lang, secured=secured)
    elif kind == "questions":
        made = catalogue.listed(questions, lang)
    else:
        made = catalogue.root(lang)
    return (json.dumps(made, ensure_ascii=False) + "\n").encode()
