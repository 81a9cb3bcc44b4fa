"""Write what is the same for everyone: what the API offers, its questions, its description."""

import json
from functools import cache

from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Language
from guidekg.web.api import OPENAPI, catalogue, openapi
from guidekg.web.api.media_types import DOCUMENTS, chosen
from guidekg.web.api.media_types import OPENAPI as OPENAPI_OFFER
from guidekg.web.handlers.base import State, deliver, unchanged
from guidekg.web.workers.protocol import Request
from guidekg.web.workers.response_writer import Delivery, ResponseWriter


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write a document.

    Args:
        state: what the worker holds.
        request: as for a query, with ``kind``, which it is; ``lang``; ``secured``, whether a token
            is needed; ``root_path``, where the server is mounted.
        response: where to write.

    Raises:
        ProblemError: it does not come in the form that is wanted.
    """
    asked = request.values
    kind, lang = asked["kind"], asked["lang"]
    choice = chosen(OPENAPI_OFFER if kind == "openapi" else DOCUMENTS, asked["accept"], None)
    body = _made(state.kg, kind, lang, asked["root_path"], secured=asked["secured"])
    tag = state.etag(body, choice.content_type)
    headers = {"cache-control": "no-cache", "etag": tag, "content-language": lang}
    if kind == "api":
        headers["link"] = f'<{asked["root_path"]}{OPENAPI}>; rel="service-desc"'
    if not unchanged(request, tag, response, headers):
        headers["content-type"] = choice.content_type
        deliver(request, response, Delivery(body, headers))


@cache
def _made(kg: KnowledgeGraph, kind: str, lang: Language, root_path: str, *, secured: bool) -> bytes:
    if kind == "openapi":
        made = openapi.document(kg.questions, kg, lang, secured=secured)
        made["servers"] = [{"url": root_path or "/"}]
    elif kind == "questions":
        made = catalogue.listed(kg.questions, lang, root_path)
    else:
        made = catalogue.root(lang, root_path)
    return (json.dumps(made, ensure_ascii=False) + "\n").encode()
