"""What the front reads of a request for a worker: to the SPARQL endpoint, the API or a page.

The endpoint is the query operation of the SPARQL 1.1 Protocol, strictly. Pages are made by a
worker, where the graph is; it says which there are.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from guidekg.i18n import LANGUAGES
from guidekg.rdf.namespaces import ASSERTED, INFERRED
from guidekg.web import api
from guidekg.web.negotiation import FORM, UPLOADS
from guidekg.web.problems import problem
from guidekg.web.proxy import ANSWERING, VALIDATING, WorkerEndpoint, conditions
from guidekg.web.request import (
    Pairs,
    Uploads,
    check_known,
    is_packed,
    media_type,
    once,
    parse,
    receive_body,
    receive_start,
    spoken,
    to_text,
    unsupported,
)
from guidekg.web.settings import Limits, Settings
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import Request

SPARQL = "/sparql"
REVIEW = "/review"
DIRECT = "application/sparql-query"
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_THIS_MACHINE = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.I)
_GRAPHS = (ASSERTED, INFERRED)
_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")
_PAGE_HEADERS = (
    *("accept", "accept-encoding", "accept-language", "content-type", "host", "if-none-match"),
)
_DOCUMENTS = {api.API: "api", api.QUESTIONS: "questions", api.OPENAPI: "openapi"}


def routes(pool: Pool, settings: Settings) -> list[BaseRoute]:
    """Return what stands at which address, but for the pages that take no form."""
    uploads = Uploads(settings.limits.uploads)
    question = WorkerEndpoint(pool, _read_question, ANSWERING)
    validation = WorkerEndpoint(pool, _read_validation, VALIDATING, uploads)
    form = WorkerEndpoint(pool, _read_form, VALIDATING, uploads)
    documents = {
        path: partial(_read_document, kind=kind, secured=bool(settings.token))
        for path, kind in _DOCUMENTS.items()
    }
    return [
        Route(SPARQL, WorkerEndpoint(pool, _read_query), methods=["GET", "POST"]),
        *(
            Route(path, WorkerEndpoint(pool, read, ANSWERING), methods=["GET"])
            for path, read in documents.items()
        ),
        Route(f"{api.QUESTIONS}/{{name}}", question, methods=["GET"]),
        Route(api.VALIDATE, validation, methods=["POST"]),
        *(Route(f"/{lang}/validate", form) for lang in LANGUAGES),
    ]


def review_routes(pool: Pool, settings: Settings) -> list[BaseRoute]:
    """Return what the page of a review asks: how a guide stands, and to decide. The pool may change files."""
    look = partial(_read_look, secured=bool(settings.token))
    decide = partial(_read_decision, secured=bool(settings.token))
    return [
        Route(f"{REVIEW}/{{guide}}/state", WorkerEndpoint(pool, look, ANSWERING), methods=["GET"]),
        Route(
            f"{REVIEW}/{{guide}}/decide",
            WorkerEndpoint(pool, decide, ANSWERING, to_the_end=True),
            methods=["POST"],
        ),
    ]


def page_endpoint(pool: Pool) -> WorkerEndpoint:
    """Return what answers with any page, by any method. No content is read."""
    return WorkerEndpoint(pool, _read_page, ANSWERING)


# The SPARQL endpoint.


async def _read_query(scope: Scope, headers: Headers, receive: Receive, limits: Limits) -> Request:
    """Return what a worker is asked: a query, or the description of the service."""
    pairs = parse(scope["query_string"])
    if scope["method"] == "POST":
        pairs += await _posted(headers, receive, limits)
    values = {**conditions(scope, headers), **collect(pairs)}
    if values["query"] is not None:
        if len(values["query"]) > limits.query:
            raise problem("content-too-large", "query", limit=limits.query)
        return Request("sparql", values)
    if scope["method"] == "POST":
        raise problem("malformed-request", "no-query")
    return Request("description", {**values, "endpoint": _address(scope, headers)})


def _address(scope: Scope, headers: Headers) -> str:
    host = headers.get("host", "")
    if not _HOST.fullmatch(host):
        host = "{}:{}".format(*scope["server"])
    return f"{scope['scheme']}://{host}{scope['root_path']}{SPARQL}"


async def _posted(headers: Headers, receive: Receive, limits: Limits) -> list[tuple[str, str]]:
    kinds = (FORM, DIRECT)
    kind = media_type(headers, kinds)
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise unsupported("packed", kinds)
    body = await receive_body(headers, receive, limits)
    return parse(body) if kind == FORM else [("query", to_text(body))]


def collect(pairs: Pairs) -> dict[str, Any]:
    """Return what parameters ask; those that are not of the protocol are passed over.

    ``query`` is None where the description of the service is asked for; ``default`` and ``named``
    are the graphs of the protocol, both None where it names none; ``format`` is None if not named.

    Raises:
        ProblemError: a parameter stands twice, asks for an update, or names another graph.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    for name in _UPDATES:
        if name in found:
            raise problem("malformed-request", "update", name=name)
    if len(found.get("query", ())) > 1:
        raise problem("malformed-request", "queries")
    graphs = [found.get(name) for name in ("default-graph-uri", "named-graph-uri")]
    for iri in (iri for listed in graphs for iri in listed or ()):
        if iri not in _GRAPHS:
            raise problem("unknown-graph", "graph", iri=iri, offered=_GRAPHS)
    default, named = graphs if graphs == [None, None] else [listed or [] for listed in graphs]
    # SPARQLWrapper writes ``format`` twice, in two spellings.
    query, form = (found.get(name, [None])[0] for name in ("query", "format"))
    return {"query": query, "default": default, "named": named, "format": form or None}


# The API.


def _api_values(scope: Scope, headers: Headers, pairs: Pairs) -> dict[str, Any]:
    return {**conditions(scope, headers), "lang": spoken(scope, headers, dict(pairs).get("lang"))}


async def _read_document(
    scope: Scope, headers: Headers, *_: object, kind: str, secured: bool
) -> Request:
    """Return what a worker is asked: what is the same for everyone."""
    pairs = parse(scope["query_string"])
    values = _api_values(scope, headers, pairs)
    check_known(pairs, ("lang",))
    once(pairs)
    more = {"kind": kind, "secured": secured, "root_path": scope["root_path"]}
    return Request("document", {**values, **more})


async def _read_question(scope: Scope, headers: Headers, *_: object) -> Request:
    pairs = parse(scope["query_string"])
    values = _api_values(scope, headers, pairs)
    given = once(pairs)
    given.pop("lang", None)
    more = {"name": scope["path_params"]["name"], "format": given.pop("format", None)}
    return Request("question", {**values, **more, "values": given})


async def _read_validation(
    scope: Scope, headers: Headers, receive: Receive, limits: Limits
) -> Request:
    pairs = parse(scope["query_string"])
    values = {
        **_api_values(scope, headers, pairs),
        "parameters": pairs,
        "kind": media_type(headers, UPLOADS),
        "type": headers.get("content-type"),
        "packed": is_packed(headers, UPLOADS),
    }
    return Request("validation", values, await receive_body(headers, receive, limits))


# The review of a draft.


async def _read_look(
    scope: Scope, headers: Headers, *_: object, secured: bool, handler: str = "look"
) -> Request:
    """Return what a worker is asked.

    Raises:
        ProblemError: another site sent it.
    """
    if not is_own(headers, secured=secured):
        raise problem("other-site", "origin")
    lang = spoken(scope, headers, None)
    values = {**conditions(scope, headers), "guide": scope["path_params"]["guide"], "lang": lang}
    return Request(handler, values)


async def _read_decision(
    scope: Scope, headers: Headers, receive: Receive, limits: Limits, *, secured: bool
) -> Request:
    request = await _read_look(scope, headers, secured=secured, handler="decide")
    media_type(headers, ("application/json",))
    return request._replace(body=await receive_body(headers, receive, limits))


def is_own(headers: Headers, *, secured: bool) -> bool:
    """Return whether a page of ours may have sent a request, or a program, but no page of another site.

    Without a token the server is for this machine alone. A name of another site may lead here too, so
    the name by which it is called must then be one of this machine.
    """
    host = headers.get("host", "")
    if not secured and not _THIS_MACHINE.fullmatch(host):
        return False
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or origin.partition("://")[2] == host


# The pages.


async def _read_page(scope: Scope, headers: Headers, *_: object) -> Request:
    return Request("page", _page_values(scope, headers, ("GET", "HEAD")))


async def _read_form(scope: Scope, headers: Headers, receive: Receive, limits: Limits) -> Request:
    """Return what a worker is asked; of content that is too large it needs a part, to say so."""
    values = _page_values(scope, headers, ("GET", "HEAD", "POST"))
    if scope["method"] != "POST":
        return Request("page", values)
    content, whole = await receive_start(receive, limits)
    return Request("page", {**values, "whole": whole}, content)


def _page_values(scope: Scope, headers: Headers, methods: Sequence[str]) -> dict[str, Any]:
    """Return what a worker needs of a request.

    Raises:
        HTTPException: it asks for the methods alone.
    """
    if scope["method"] == "OPTIONS":
        raise HTTPException(405, headers={"Allow": ", ".join(methods)})
    return {
        **conditions(scope, headers),
        "method": scope["method"],
        "scheme": scope["scheme"],
        "server": scope["server"],
        "root_path": scope.get("root_path", ""),
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1"),
        "headers": {name: headers[name] for name in _PAGE_HEADERS if name in headers},
    }
