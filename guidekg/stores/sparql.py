"""Read the words of a query: what may not run, and where its variables are bound."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.namespaces import PREFIXES

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

# Comments, strings and IRIs are passed over, so that a word inside them is no keyword.
_TOKEN = re.compile(
    r"""\#[^\r\n]*|<[^<>"{}|^`\\\s]*>|\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$@]?[\w:.-]+|[{}]"""
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_REFUSED = {"service", "from"}
_FORMS = {"select", "ask", "construct", "describe"}
_AGGREGATES = {"count", "sum", "min", "max", "avg", "sample", "group_concat"}
_UPDATES = {"insert", "delete", "load", "clear", "create", "drop", "copy", "move", "add", "with"}


@lru_cache(maxsize=512)
def refuse(text: str) -> None:
    """Refuse what may not run.

    Raises:
        QueryError: the query is an update, or would reach outside the graph.
    """
    # A query may write any character as an escape, also those of a keyword.
    plain = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16) % 0x110000), text)
    words = [token.lower() for token in _TOKEN.findall(plain) if token[0].isalpha()]
    for word in words:
        if word in _REFUSED:
            raise QueryError(
                f"查询用了 {word.upper()}；只能查询本图，请去掉它。",
                f"the query uses {word.upper()}; only this graph can be queried: leave it out",
            )
    for word in words:
        if word in _FORMS:
            return
        if word in _UPDATES:
            raise QueryError(
                f"这是更新（{word.upper()}），图只能查询，没有改动任何内容。",
                f"this is an update ({word.upper()}); the graph is for reading, nothing changed",
            )


@lru_cache(maxsize=512)
def prefixes(text: str) -> dict[str, str]:
    """Return those of our prefixes that a query may use; declaring all of them costs more."""
    return {name: base for name, base in PREFIXES.items() if f"{name}:" in text}


class Plan(NamedTuple):
    """Where the variables of a query are bound."""

    at: int
    by_values: bool
    projected: tuple[str, ...]


@lru_cache(maxsize=512)
def _plan(text: str, names: tuple[str, ...]) -> Plan:
    tokens = list(_TOKEN.finditer(text))
    words = [token[0].lower() for token in tokens]
    for name in names:
        if f"?{name}" not in {"?" + token[0][1:] for token in tokens}:
            raise QueryError(
                f"查询中没有变量 ?{name}。", f"the query has no variable ?{name} to bind"
            )
    form = next((n for n, word in enumerate(words) if word in _FORMS), None)
    if form is None or "{" not in words[form:]:
        return Plan(0, by_values=False, projected=())
    body = words.index("{", form)
    grouped = "group" in words or any(word in _AGGREGATES for word in words[form:body])
    if words[form] == "describe" or (words[form] == "select" and grouped):
        return Plan(tokens[body].end(), by_values=True, projected=())
    start = tokens[form + 1 if words[form + 1] in {"distinct", "reduced"} else form].end()
    head = text[start : tokens[body].start()]
    if words[form] != "select" or head.strip().lower().removesuffix("where").strip() == "*":
        return Plan(0, by_values=False, projected=())
    missing = (name for name in names if not re.search(rf"[?$]{name}\b", head))
    return Plan(start, by_values=False, projected=tuple(missing))


class Bound(NamedTuple):
    """A query, and the variables that are left for the engine to bind."""

    text: str
    variables: Mapping[str, Term]


def bind(text: str, bindings: Mapping[str, Term]) -> Bound:
    """Return a query in which variables are bound.

    The engine binds variables that a SELECT projects, so those bound are projected. Where they
    cannot be, in an aggregate and a DESCRIBE, ``VALUES`` at the head of the ``WHERE`` binds them,
    with the engine's own writing of the terms.

    Raises:
        QueryError: the query has no such variable.
    """
    if not bindings:
        return Bound(text, bindings)
    plan = _plan(text, tuple(bindings))
    before, after = text[: plan.at], text[plan.at :]
    if plan.by_values:
        values = (f" VALUES ?{name} {{ {term} }}" for name, term in bindings.items())
        return Bound(before + "".join(values) + after, {})
    return Bound(before + "".join(f" ?{name}" for name in plan.projected) + after, bindings)
