"""Evaluate a query, and write its result in the form that the client wants most."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.rdf.namespaces import PREFIXES
from guidekg.stores.query_guard import Dataset
from guidekg.web.handlers.base import State, unchanged
from guidekg.web.handlers.row_counter import RowCounter
from guidekg.web.negotiation import GRAPHS, RESULTS, Choice, Format, Offer, choose
from guidekg.web.problems import ProblemError, result_too_large
from guidekg.web.workers.protocol import Request
from guidekg.web.workers.response_writer import ResponseWriter

VARY = "Accept, Accept-Encoding"
# What gives something else each time cannot be held to be the same.
_CHANGING = ("rand", "now", "uuid", "bnode")
_CALL = re.compile(rf"(?:{'|'.join(_CHANGING)})\s*\(")
_PLACE = re.compile(r"error at (\d+):(\d+)")
_NAMES = {name for form in (*RESULTS, *GRAPHS) for name in (form.name, *form.others, *form.media)}


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the result of a query.

    Args:
        state: what the worker holds.
        request: its values are ``query``; ``default`` and ``named``, IRIs of graphs, or None;
            ``format`` and ``accept``, what the client wants; ``gzip``; ``held``, the tags of
            ``If-None-Match``; ``tagged``, whether the result gets a tag; ``head``, whether the
            client wants no body.
        response: where to write.

    Raises:
        ProblemError: the query is malformed or refused, its form is not to be had, it has too many rows.
    """
    asked = request.values
    choices = _choices(asked["accept"], asked["format"])
    text = asked["query"]
    headers = {"cache-control": "no-cache", "vary": VARY}
    tag = None
    if asked["tagged"] and not _changes(text.lower()):
        graphs = (asked["default"], asked["named"])
        tag = headers["etag"] = state.etag(text, graphs, choices.key)
    if unchanged(request, tag, response, headers):
        return
    result = _evaluate(state, asked, text)
    choice = choices.of(GRAPHS if isinstance(result, ox.QueryTriples) else RESULTS)
    headers["content-type"] = choice.content_type
    response.start(headers, gzip=asked["gzip"], head_only=asked["head"])
    _write(result, choice.format, state.limits.rows, response)
    response.finish()


def _changes(text: str) -> bool:
    return any(name in text for name in _CHANGING) and bool(_CALL.search(text))


class _Choices:
    """The forms that the client wants, one for each kind of result."""

    def __init__(self, accept: str | None, named: str | None) -> None:
        if named is not None and named.strip().lower() not in _NAMES:
            names = sorted(form.name for form in (*RESULTS, *GRAPHS))
            listed = ", ".join(names)
            raise ProblemError(
                "malformed-request",
                f"没有名为“{named}”的格式；可用：{listed}。",
                f"there is no format {named!r}; there are: {listed}",
                offered=names,
            )
        self._asked = named or accept
        self._of = {offer: choose(offer, accept, named) for offer in (RESULTS, GRAPHS)}
        chosen = (choice.content_type if choice else "-" for choice in self._of.values())
        self.key = " ".join(chosen)  # what tells these choices from others

    def of(self, offer: Offer) -> Choice:
        """Return the choice for a kind of result."""
        if choice := self._of[offer]:
            return choice
        media = [name for form in offer for name in form.media]
        listed = ", ".join(media)
        raise ProblemError(
            "not-acceptable",
            f"这个查询的结果没有“{self._asked}”格式；可用：{listed}。",
            f"the result of this query does not come as {self._asked!r}; it comes as: {listed}",
            offered=media,
        )


_choices = lru_cache(maxsize=256)(_Choices)


def _evaluate(
    state: State, asked: Mapping[str, Any], text: str
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    dataset = None
    if asked["default"] is not None:
        dataset = Dataset(tuple(asked["default"]), tuple(asked["named"]))
    try:
        return state.store.query(text, dataset=dataset)
    except QueryError as error:
        place = _PLACE.search(error.en)
        at: dict[str, Any] = {"line": int(place[1]), "column": int(place[2])} if place else {}
        raise ProblemError("malformed-query", error.zh, error.en, **at) from None
    except (RuntimeError, OSError, ValueError) as error:
        raise ProblemError(
            "malformed-query",
            f"查询无法计算：{error}",
            f"the query cannot be evaluated: {error}",
        ) from None


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
        out = RowCounter(response, form.name, rows, lambda: _too_many(rows))
    result.serialize(out, ox.QueryResultsFormat.from_media_type(form.media[0]))  # type: ignore[arg-type]


def _counted(triples: Iterator[ox.Triple], limit: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples):
        if number >= limit:
            raise _too_many(limit)
        yield triple


def _too_many(limit: int) -> ProblemError:
    return result_too_large(f"{limit:,} rows")
