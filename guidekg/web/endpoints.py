"""What the front reads of a request for a worker: at the SPARQL endpoint, under ``/api``, of a page.

The endpoint is the query operation of the SPARQL 1.1 Protocol, strictly. Pages are made by a worker,
where the graph is.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from guidekg.rdf.namespaces import ASSERTED, INFERRED
from guidekg.web import api
from guidekg.web.negotiation import FORM, UPLOADS
from guidekg.web.problems import problem
from guidekg.web.proxy import ANSWERING, VALIDATING, UploadEndpoint, WorkerEndpoint, conditions
from guidekg.web.request import (
    Uploads,
    check_known,
    is_packed,
    media_type,
    once,
    parameters,
    parse,
    receive_body,
    receive_start,
    spoken,
    to_text,
    unsupported,
)
from guidekg.web.settings import Limits
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import Request

SPARQL = "/sparql"
DIRECT = "application/sparql-query"
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_GRAPHS = (ASSERTED, INFERRED)
_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")


class SparqlEndpoint(WorkerEndpoint):
    """The application behind the address."""

    async def read(self, scope: Scope, headers: Headers, receive: Receive) -> Request:
        """Return what a worker is asked: a query, or the description of the service.

        Raises:
            ProblemError: the request is not in the form of the protocol, too large, or too slow.
        """
        asked = await _operation(scope, headers, receive, self.pool.limits)
        values: dict[str, Any] = {
            **conditions(scope, headers),
            "query": asked.query,
            "default": asked.default,
            "named": asked.named,
            "format": asked.format,
        }
        if asked.query is None:
            return Request("description", {**values, "endpoint": _address(scope, headers)})
        return Request("sparql", values)


def _address(scope: Scope, headers: Headers) -> str:
    host = headers.get("host", "")
    if not _HOST.fullmatch(host):
        host = "{}:{}".format(*scope["server"])
    return f"{scope['scheme']}://{host}{scope['root_path']}{SPARQL}"


class Operation(NamedTuple):
    """A query operation; ``query`` is None where the description of the service is asked for.

    ``default`` and ``named`` are the graphs of the protocol, both None where it names none.
    """

    query: str | None
    default: list[str] | None
    named: list[str] | None
    format: str | None


async def _operation(scope: Scope, headers: Headers, receive: Receive, limits: Limits) -> Operation:
    """Return what a GET, HEAD or POST asks.

    Raises:
        ProblemError: it is not in the form of the protocol, too large, or too slow.
    """
    pairs = parameters(scope)
    if scope["method"] == "POST":
        pairs += await _posted(headers, receive, limits)
    asked = collect(pairs)
    if asked.query is not None and len(asked.query) > limits.query:
        raise problem("content-too-large", "query", limit=limits.query)
    if asked.query is None and scope["method"] == "POST":
        raise problem("malformed-request", "no-query")
    return asked


async def _posted(headers: Headers, receive: Receive, limits: Limits) -> list[tuple[str, str]]:
    kinds = (FORM, DIRECT)
    kind = media_type(headers, kinds)
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise unsupported("packed", kinds)
    body = await receive_body(headers, receive, limits)
    if kind == FORM:
        return parse(body)
    return [("query", to_text(body))]


def collect(pairs: Iterable[tuple[str, str]]) -> Operation:
    """Return what parameters ask; those that are not of the protocol are passed over.

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
    _check_graphs(iri for listed in graphs for iri in listed or ())
    default, named = graphs if graphs == [None, None] else [listed or [] for listed in graphs]
    # SPARQLWrapper writes ``format`` twice, in two spellings.
    query, form = (found.get(name, [None])[0] for name in ("query", "format"))
    return Operation(query, default, named, form or None)


def _check_graphs(iris: Iterable[str]) -> None:
    for iri in iris:
        if iri not in _GRAPHS:
            raise problem("unknown-graph", "graph", iri=iri, offered=_GRAPHS)


_HEADERS = (
    *("accept", "accept-encoding", "accept-language", "content-type", "host", "if-none-match"),
)


class PageEndpoint(WorkerEndpoint):
    """Any page, by any method; the worker says which there are. No content is read."""

    failures = ANSWERING

    async def read(self, scope: Scope, headers: Headers, _receive: Receive) -> Request:
        """Return the request for a worker."""
        return Request("page", _page_values(scope, headers, ("GET", "HEAD")))


class FormEndpoint(UploadEndpoint):
    """A page that takes a form too. Of what is too large a part is enough to say so on the page."""

    failures = VALIDATING

    async def read(self, scope: Scope, headers: Headers, receive: Receive) -> Request:
        """Return the request for a worker, with the content."""
        values = _page_values(scope, headers, ("GET", "HEAD", "POST"))
        if scope["method"] != "POST":
            return Request("page", values)
        content, whole = await receive_start(receive, self.limits)
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
        "headers": {name: headers[name] for name in _HEADERS if name in headers},
    }


def api_routes(pool: Pool, uploads: Uploads, *, secured: bool) -> list[BaseRoute]:
    """Return what stands at which address.

    Args:
        pool: whose workers answer.
        uploads: where what is handed in is counted.
        secured: whether a token is needed.
    """
    kinds: dict[str, Kind] = {
        api.API: "api",
        api.QUESTIONS: "questions",
        api.OPENAPI: "openapi",
    }
    return [
        *(
            Route(path, _DocumentEndpoint(pool, kind, secured=secured), methods=["GET"])
            for path, kind in kinds.items()
        ),
        Route(f"{api.QUESTIONS}/{{name}}", _QuestionEndpoint(pool), methods=["GET"]),
        Route(api.VALIDATE, _ValidationEndpoint(pool, uploads), methods=["POST"]),
    ]


Kind = Literal["api", "questions", "openapi"]


class _DocumentEndpoint(WorkerEndpoint):
    """What is the same for everyone: what there is, the questions, the description of the API."""

    failures = ANSWERING

    def __init__(self, pool: Pool, kind: Kind, *, secured: bool) -> None:
        super().__init__(pool)
        self._kind = kind
        self._secured = secured

    async def read(self, scope: Scope, headers: Headers, _receive: Receive) -> Request:
        """Return the request for a worker."""
        pairs = parameters(scope)
        values = _api_values(scope, headers, pairs)
        check_known(pairs, ("lang",))
        once(pairs)
        more = {"kind": self._kind, "secured": self._secured, "root_path": scope["root_path"]}
        return Request("document", {**values, **more})


class _QuestionEndpoint(WorkerEndpoint):
    """A question."""

    failures = ANSWERING

    async def read(self, scope: Scope, headers: Headers, _receive: Receive) -> Request:
        """Return the request for a worker."""
        pairs = parameters(scope)
        values = _api_values(scope, headers, pairs)
        given = once(pairs)
        given.pop("lang", None)
        more = {"name": scope["path_params"]["name"], "format": given.pop("format", None)}
        return Request("question", {**values, **more, "values": given})


class _ValidationEndpoint(UploadEndpoint):
    """The validation of what is sent."""

    failures = VALIDATING

    async def read(self, scope: Scope, headers: Headers, receive: Receive) -> Request:
        """Return the request for a worker, with the content."""
        pairs = parameters(scope)
        values = {
            **_api_values(scope, headers, pairs),
            "parameters": pairs,
            "kind": media_type(headers, UPLOADS),
            "type": headers.get("content-type"),
            "packed": is_packed(headers, UPLOADS),
        }
        return Request("validation", values, await receive_body(headers, receive, self.limits))


def _api_values(scope: Scope, headers: Headers, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return {**conditions(scope, headers), "lang": spoken(scope, headers, dict(pairs).get("lang"))}
