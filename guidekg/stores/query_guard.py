r"""What a query may not do, told by the engine's own parser.

The engine reads more than the specification allows: a keyword may be glued to what stands before
or after it (``?o.SERVICE<…>``, ``SERVICESILENT``), so that a tokenizer of ours would be tricked,
as it would by ``ex:a\' … 'x'`` or ``1<2)SERVICE#>``. Therefore the letters of a keyword are put
out of the way wherever they stand, and the engine's parser is asked: a query that meant the keyword
does not parse any more; one in which they are part of a string, a name, an IRI or a comment does.
"""

import difflib
import re
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import pyoxigraph as ox

from guidekg.characters import SURROGATE, named, odd
from guidekg.errors import QueryError, RefusedQueryError, UnknownPrefixError
from guidekg.rdf.namespaces import ASSERTED, INFERRED, PREFIXES
from guidekg.stores.bindings import outside, undeclared

Keyword = Literal["service", "from"]

GRAPHS = (ASSERTED, INFERRED)
# No keyword begins like these, and each is as long as its keyword: positions stay as they are.
_OTHER: dict[Keyword, str] = {"service": "zqxjkvw", "from": "zqxj"}
_OURS = re.compile(rf"from\s*(?:named\s*)?<(?:{'|'.join(map(re.escape, GRAPHS))})>", re.I | re.A)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PLACE = re.compile(r"error at (\d+):(\d+)")
_FIRST = re.compile(
    r"(?:\s|#[^\r\n]*(?:[\r\n]|$)|prefix\s*[^:\s]*:\s*<[^>]*>|base\s*<[^>]*>)*([a-z]+)", re.I | re.A
)
_UPDATES = {"insert", "delete", "load", "clear", "create", "drop", "copy", "move", "add", "with"}
_nothing = ox.Store()  # queries are parsed against it


@lru_cache(maxsize=512)
def refuse(text: str) -> None:
    """Refuse what may not run.

    Raises:
        RefusedQueryError: the query is an update, or would reach outside the graph.
        QueryError: it is malformed.
    """
    if SURROGATE.search(text):
        raise QueryError(
            "查询中有不成字符的字节；请用 UTF-8 书写。",
            "the query holds bytes that are no characters: write it in UTF-8",
        )
    first = _FIRST.match(text)
    if first and first[1].lower() in _UPDATES:
        word = first[1].upper()
        raise RefusedQueryError(
            f"这是更新（{word}），图只能查询，没有改动任何内容。",
            f"this is an update ({word}); the graph is for reading, nothing changed",
        )
    if _means(text, "service"):
        raise RefusedQueryError(
            "查询用了 SERVICE；只能查询本图，请去掉它。",
            "the query uses SERVICE; only this graph can be queried: leave it out",
        )
    if _means(_OURS.sub(lambda found: " " * len(found[0]), text), "from"):
        ours = ", ".join(f"<{graph}>" for graph in GRAPHS)
        raise RefusedQueryError(
            f"查询的 FROM 指向别的图；这里只有 {ours}，请写出完整的 IRI。",
            f"the query uses FROM for another graph; here are {ours}: write the whole IRI",
        )


@lru_cache(maxsize=512)
def names_graphs(text: str) -> bool:
    """Return whether a query that is not refused says with FROM which graphs it reads."""
    return bool(_OURS.search(text)) and _means(text, "from")


def _means(text: str, keyword: Keyword) -> bool:
    """Return whether the letters of a keyword are the keyword anywhere in a query.

    Raises:
        QueryError: the query is malformed elsewhere, so that this cannot be said.
    """
    # The specification lets any character be written as an escape; our engine does not.
    plain = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16) % 0x110000), text)
    readings = [text] if text.lower().count(keyword) else []
    if plain.lower().count(keyword) > text.lower().count(keyword):
        readings.append(plain)
    return any(_read(reading, keyword) for reading in readings)


def _read(text: str, keyword: Keyword) -> bool:
    letters = re.compile(keyword, re.I | re.A)
    other = letters.sub(_OTHER[keyword], text)
    try:
        _nothing.query(other, prefixes=PREFIXES)
    except SyntaxError as error:
        # The parser names the place to which it got, a few characters after the keyword; where it
        # names another, it may be right, and either way the query does not run.
        at = _offset(text, str(error))
        around = re.finditer(rf"[\w.-]*{keyword}\w*\s*", text, re.I)
        if any(word.start() <= at <= word.end() + 4 for word in around):
            return True
        raise malformed(error, text) from None
    return False


def _offset(text: str, message: str) -> int:
    found = _PLACE.search(message)
    if not found:
        return -1
    line, column = int(found[1]), int(found[2])
    return sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1


def malformed(error: SyntaxError, text: str) -> QueryError:
    """Return the error for a query that does not parse, with the parser's words and place.

    A prefix that nobody declares is named, and so is, where it is part of no string, a character
    that looks like another, or like none.
    """
    if unknown := undeclared(text):
        return _unknown_prefix(text, *unknown)
    strange = odd(outside(text))
    zh = f"；其中有 {named(strange, 'zh')}" if strange else ""
    en = f"; it holds {named(strange, 'en')}" if strange else ""
    place = _PLACE.search(str(error))
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    return QueryError(
        f"查询有语法错误：{error}{zh}", f"the query is malformed: {error}{en}", line, column
    )


def _unknown_prefix(text: str, prefix: str, at: int) -> UnknownPrefixError:
    near = difflib.get_close_matches(prefix.lower(), PREFIXES, n=3)
    before = text[:at].split("\n")
    return UnknownPrefixError(prefix, [f"{one}:" for one in near], len(before), len(before[-1]) + 1)


def check_prefixes(text: str) -> None:
    """Refuse a query with a prefix that nobody declares, before it is sent to an endpoint.

    Raises:
        UnknownPrefixError: there is one.
    """
    if undeclared(text):
        try:
            _nothing.query(text, prefixes=PREFIXES)
        except SyntaxError as error:
            raise malformed(error, text) from None


class Dataset(NamedTuple):
    """The IRIs of the graphs whose union is the default graph, and of those that GRAPH finds."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def selection(text: str, dataset: Dataset | None) -> dict[str, Any]:
    """Return the engine's arguments: those of a dataset, else of the query, else the union.

    A dataset that is given goes before FROM; what it does not list is empty.
    """
    if dataset is not None:
        return {
            "default_graph": [ox.NamedNode(iri) for iri in dataset.default],
            "named_graphs": [ox.NamedNode(iri) for iri in dataset.named],
        }
    return {} if names_graphs(text) else {"use_default_graph_as_union": True}
