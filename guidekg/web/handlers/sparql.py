"""The SPARQL endpoint: evaluate a query and write its result, or describe the endpoint.

Its description is a SPARQL 1.1 Service Description, with the counts of VoID.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, BinaryIO
from urllib.parse import quote

import pyoxigraph as ox

from guidekg.errors import QueryError, RefusedQueryError
from guidekg.rdf.namespaces import ASSERTED, ID, INFERRED, NS, PREFIXES
from guidekg.stores import EmbeddedStore
from guidekg.stores.query_guard import Dataset
from guidekg.stores.store import rows
from guidekg.stores.unknown_terms import UnknownTerm, unknown_terms
from guidekg.web.handlers.base import State, unchanged
from guidekg.web.negotiation import (
    GRAPHS,
    RESULTS,
    Choice,
    Format,
    Offer,
    best,
    choose,
    media_types,
    negotiate,
)
from guidekg.web.pages.layout import render_turtle
from guidekg.web.problems import ProblemError, problem
from guidekg.web.workers.protocol import Request, ResponseWriter

VARY = "Accept, Accept-Encoding"
_PAGE = "text/html"
# What gives something else each time cannot be held to be the same.
_CALL = re.compile(r"(?:rand|now|uuid|bnode)\s*\(")
_NAMES = {name for form in (*RESULTS, *GRAPHS) for name in (form.name, *form.others, *form.media)}
# What each row has once, and how many bytes it is long.
_MARKS = {
    # After a text that ends with ",{" comes its quote, and then "}" or ",", not a variable's name.
    "json": (re.compile(rb'[\[,]\{"[^},]'), 4),
    "xml": (re.compile(b"<result>"), 8),
    "tsv": (re.compile(b"\n"), 1),
}
_COUNTS = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
  (COUNT(DISTINCT ?o) AS ?distinctObjects) (COUNT(DISTINCT ?p) AS ?properties)
  (COUNT(DISTINCT ?class) AS ?classes)
WHERE { ?s ?p ?o BIND(IF(?p = rdf:type, ?o, ?none) AS ?class) }
"""


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the result of a query.

    The values are ``query``; ``default`` and ``named``, IRIs of graphs, or None; ``format`` and
    ``accept``, what the client wants; ``gzip``; ``held``, the tags of ``If-None-Match``;
    ``tagged``, whether the result gets a tag; ``head``, whether the client wants no body.

    Raises:
        ProblemError: the query is malformed or refused, its form is not to be had, it has too many rows.
    """
    asked = request.values
    choices = _choices(asked["accept"], asked["format"])
    text = asked["query"]
    headers = {"cache-control": "no-cache", "vary": VARY}
    if asked["tagged"] and not _CALL.search(text.lower()):
        forms = [choice and choice.content_type for choice in choices.values()]
        headers["etag"] = state.etag(text, asked["default"], asked["named"], forms)
    if unchanged(request, response, headers):
        return
    result = _evaluate(state, asked, text)
    offer = GRAPHS if isinstance(result, ox.QueryTriples) else RESULTS
    choice = choices[offer]
    if choice is None:
        wanted = asked["format"] or asked["accept"]
        raise problem("not-acceptable", "result", accept=wanted, offered=media_types(offer))
    headers["content-type"] = choice.content_type
    if unknown := unknown_terms(text, state.store):
        headers["guidekg-unknown-terms"] = ", ".join(map(_structured, unknown))
    response.start(headers, gzip=asked["gzip"], head_only=asked["head"])
    _write(result, choice.format, state.limits.rows, response)
    response.finish()


def _structured(term: UnknownTerm) -> str:
    """Return a name as an item of a structured field (RFC 9651), with the nearest as a parameter."""
    name, *near = (quote(one, safe=":/#") for one in (term.name, *term.nearest))
    listed = f';nearest="{" ".join(near)}"' if near else ""
    return f'"{name}"{listed}{";replaced" if term.replaced else ""}'


@lru_cache(maxsize=256)
def _choices(accept: str | None, named: str | None) -> dict[Offer, Choice | None]:
    """Return the forms that the client wants, one for each kind of result."""
    if named is not None and named.strip().lower() not in _NAMES:
        names = sorted(form.name for form in (*RESULTS, *GRAPHS))
        raise problem("malformed-request", "format", named=named, offered=names)
    return {offer: choose(offer, accept, named) for offer in (RESULTS, GRAPHS)}


def _evaluate(
    state: State, asked: Mapping[str, Any], text: str
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    dataset = None
    if asked["default"] is not None:
        dataset = Dataset(tuple(asked["default"]), tuple(asked["named"]))
    try:
        return state.store.query(text, dataset=dataset)
    except QueryError as error:
        kind = "refused-query" if isinstance(error, RefusedQueryError) else "malformed-query"
        told = {name: getattr(error, name, None) for name in ("line", "column", "nearest")}
        members = {name: value for name, value in told.items() if value is not None}
        raise ProblemError(kind, error.zh, error.en, **members) from None
    except (RuntimeError, OSError, ValueError) as error:
        raise problem("malformed-query", "evaluation", error=error) from None


def _write(
    result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    form: Format,
    rows: int,
    response: ResponseWriter,
) -> None:
    if isinstance(result, ox.QueryTriples):
        triples = _counted(result, rows)
        kind = ox.RdfFormat.from_media_type(form.media[0])
        ox.serialize(triples, response, kind, prefixes=PREFIXES)  # type: ignore[arg-type]
        return
    out: ResponseWriter | RowCounter = response
    if isinstance(result, ox.QuerySolutions):
        out = RowCounter(
            response, form.name, rows, lambda: problem("result-too-large", "rows", limit=rows)
        )
    result.serialize(out, ox.QueryResultsFormat.from_media_type(form.media[0]))  # type: ignore[arg-type]


def _counted(triples: Iterator[ox.Triple], limit: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples):
        if number >= limit:
            raise problem("result-too-large", "rows", limit=limit)
        yield triple


class RowCounter:
    """A binary file that passes on what is written, and fails beyond so many rows.

    The engine writes the rows itself and tells no number. A row is told by what no text within it
    can be: quotes are escaped in JSON, ``<`` in XML, line ends in TSV; in CSV it ends at a line end
    outside of quotes. A row of JSON that binds nothing (``{}``) is not told, and not counted.
    """

    def __init__(
        self, out: BinaryIO | ResponseWriter, form: str, limit: int, error: Callable[[], Exception]
    ) -> None:
        """Count for a form (``json``, ``xml``, ``csv``, ``tsv``); raise ``error`` past the limit."""
        self._out = out
        self._mark = _MARKS.get(form)
        self._left = limit + (form in ("csv", "tsv"))  # there the header is a line too
        self._error = error
        self._tail = b""  # what may be the begin of a mark
        self._quoted = False

    def write(self, data: bytes, /) -> int:
        """Pass on bytes.

        Raises:
            Exception: the error that was given, at each write once there are too many rows.
        """
        self._left -= self._marks(*self._mark, data) if self._mark else self._lines(data)
        if self._left < 0:
            raise self._error()
        return self._out.write(data)

    def flush(self) -> None:
        """Pass on."""
        self._out.flush()

    def _marks(self, pattern: re.Pattern[bytes], size: int, data: bytes) -> int:
        joined = self._tail + data
        self._tail = joined[max(len(joined) - size + 1, 0) :]
        return len(pattern.findall(joined))

    def _lines(self, data: bytes) -> int:
        parts = data.split(b'"')
        found = sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return found


def describe_endpoint(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the description, or lead a browser to the editor.

    The values are those of a query, with ``endpoint``, the address under which it was asked.

    Raises:
        ProblemError: the form is not to be had.
    """
    asked = request.values
    if asked["format"] is None and best(asked["accept"], (*media_types(GRAPHS), _PAGE)) == _PAGE:
        response.start({"location": "sparql-editor", "vary": VARY}, 303)
        response.finish()
        return
    choice = negotiate(GRAPHS, asked["accept"], asked["format"], "description")
    headers = {"cache-control": "no-cache", "vary": VARY, "content-type": choice.content_type}
    if asked["tagged"]:
        headers["etag"] = state.etag(asked["endpoint"], choice.content_type)
    if unchanged(request, response, headers):
        return
    response.start(headers, gzip=asked["gzip"], head_only=asked["head"])
    parts = {"all": (ASSERTED, INFERRED), "asserted": (ASSERTED,), "inferred": (INFERRED,)}
    triples, prefixes = render_turtle(
        "service.ttl",
        endpoint=asked["endpoint"],
        vocabulary=NS,
        space=ID,
        asserted=ASSERTED,
        inferred=INFERRED,
        graphs={name: _counts(state.store, graphs) for name, graphs in parts.items()},
    )
    form = ox.RdfFormat.from_media_type(choice.format.media[0])
    ox.serialize(triples, response, form, prefixes=prefixes)  # type: ignore[arg-type]
    response.finish()


@cache
def _counts(store: EmbeddedStore, graphs: tuple[str, ...]) -> dict[str, int]:
    found = rows(store.query(_COUNTS, dataset=Dataset(graphs, ())))
    numbers = (term.value for term in found.rows[0] if isinstance(term, ox.Literal))
    return dict(zip(found.variables, map(int, numbers), strict=True))
