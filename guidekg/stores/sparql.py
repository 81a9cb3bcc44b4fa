"""Read the words of a query: its form, its prefixes, and where its variables are bound."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from guidekg.errors import QueryError
from guidekg.namespaces import PREFIXES
from guidekg.stores import values
from guidekg.stores.terms import Term

# Comments, strings, IRIs and escapes are passed over, so that a word inside them is no keyword.
_TOKEN = re.compile(
    r"""\\.|\#[^\r\n]*|<[^<>"{}|^`\\\s]*>|\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$@]?[\w:.-]+|[{}]"""
)
_FORMS = {"select", "ask", "construct", "describe"}
_AGGREGATES = {"count", "sum", "min", "max", "avg", "sample", "group_concat"}


@lru_cache(maxsize=512)
def prefixes(text: str) -> dict[str, str]:
    """Return those of our prefixes that a query may use; declaring all of them costs more."""
    return {name: base for name, base in PREFIXES.items() if f"{name}:" in text}


def outside(text: str) -> str:
    """Return what of a query is in no word, string, IRI or comment: its spaces and signs."""
    return _TOKEN.sub(" ", text)


def declarations(text: str) -> str:
    """Return the declarations of our prefixes that a query uses and does not declare itself."""
    words = _TOKEN.findall(text)
    own = {word for before, word in pairwise(words) if before.lower() == "prefix"}
    used = (item for item in prefixes(text).items() if f"{item[0]}:" not in own)
    return "".join(f"PREFIX {name}: <{base}> " for name, base in used)


def form_of(text: str) -> str:
    """Return the form of a query: ``select``, ``ask``, ``construct`` or ``describe``.

    Raises:
        QueryError: it has none.
    """
    words = (token[0].lower() for token in _TOKEN.finditer(text))
    found = next((word for word in words if word in _FORMS), None)
    if found is None:
        raise QueryError(
            "查询有语法错误：其中没有 SELECT、ASK、CONSTRUCT 或 DESCRIBE。",
            "the query is malformed: it has no SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
    return found


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
        if name not in {token[0][1:] for token in tokens if token[0][0] in "?$"}:
            raise QueryError(
                f"查询中没有变量 ?{name}。", f"the query has no variable ?{name} to bind"
            )
    form = next((n for n, word in enumerate(words) if word in _FORMS), None)
    if form is None or "{" not in words[form:]:
        return Plan(0, by_values=False, projected=())
    body = words.index("{", form)
    grouped = "group" in words or any(word in _AGGREGATES for word in words[form:body])
    if words[form] == "describe" or (words[form] == "select" and grouped):
        return Plan(0, by_values=True, projected=())
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
    cannot be, in an aggregate and a DESCRIBE, ``VALUES`` binds them.

    Raises:
        QueryError: the query has no such variable.
    """
    if not bindings:
        return Bound(text, bindings)
    plan = _plan(text, tuple(bindings))
    if plan.by_values:
        return Bound(inline(text, bindings), {})
    before, after = text[: plan.at], text[plan.at :]
    return Bound(before + "".join(f" ?{name}" for name in plan.projected) + after, bindings)


def inline(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a query in which ``VALUES`` binds variables: for engines that bind none.

    Raises:
        QueryError: a term cannot be written in a query.
    """
    return values.inline(text, list(_TOKEN.finditer(text)), bindings)
