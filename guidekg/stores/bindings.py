"""The words of a query: its form, its prefixes, and how its variables are bound.

Where no engine at hand can bind a variable, ``VALUES`` does. A group is evaluated by itself before
it is joined with what stands around it, so ``VALUES`` at the head of the ``WHERE`` alone would
leave a ``FILTER`` inside an ``OPTIONAL`` or a ``UNION`` without the value. It is put at the head of
each group that names the variable. A sub-select that does not project a variable has one of its own
by that name: nothing is bound inside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.rdf.namespaces import PREFIXES
from guidekg.rdf.terms import Term

# Comments, strings, IRIs and escapes are passed over, so that a word inside them is no keyword.
_TOKEN = re.compile(
    r"""\\.|\#[^\r\n]*|<[^<>"{}|^`\\\s]*>|\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$@]?[\w:.-]+|[{}]"""
)
_FORMS = {"select", "ask", "construct", "describe"}
_AGGREGATES = {"count", "sum", "min", "max", "avg", "sample", "group_concat"}
_PARENTHESES = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class _Braces:
    at: int
    group: bool
    hidden: bool
    named: bool


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


class _Name(NamedTuple):
    """A prefix and a name after it, or an IRI after no prefix, and where it stands."""

    prefix: str | None
    local: str
    at: int


def _names(text: str) -> tuple[dict[str, str], list[_Name]]:
    """Return the prefixes that a query declares, and what it names, outside of its template.

    What the template of a CONSTRUCT names need not be there before.
    """
    own: dict[str, str] = {}
    names: list[_Name] = []
    tokens = list(_TOKEN.finditer(text))
    words = [token[0] for token in tokens]
    template = [n for n, pair in enumerate(pairwise(words)) if _opens_template(pair)]
    depth = 0
    for n, token in enumerate(tokens):
        word, before = token[0], words[n - 1].lower() if n else ""
        if depth or n - 1 in template:
            depth += (word == "{") - (word == "}")
        elif word[0] == "<":
            if n > 1 and words[n - 2].lower() == "prefix":
                own[before.removesuffix(":")] = word[1:-1]
            elif before != "base":
                names.append(_Name(None, word[1:-1], token.start()))
        elif ":" in word and word[0] not in "?$@\"'#\\_" and before != "prefix":
            prefix, _, local = word.partition(":")
            # A name that goes on with an escape is not known here.
            if text[token.end() : token.end() + 1] not in ("\\", "%"):
                names.append(_Name(prefix, local.rstrip("."), token.start()))
    return own, names


def _opens_template(pair: tuple[str, str]) -> bool:
    return pair[0].lower() == "construct" and pair[1] == "{"


@lru_cache(maxsize=512)
def named(text: str) -> tuple[str, ...]:
    """Return the IRIs that a query names, each once, but for those of the template of a CONSTRUCT."""
    own, names = _names(text)
    spaces = PREFIXES | own
    whole = (
        n.local if n.prefix is None else spaces[n.prefix] + n.local
        for n in names
        if n.prefix is None or n.prefix in spaces
    )
    return tuple(dict.fromkeys(whole))


def undeclared(text: str) -> tuple[str, int] | None:
    """Return the first prefix that a query uses, and neither it nor we declare, and where it stands."""
    own, names = _names(text)
    known = {*own, *PREFIXES, None}
    return next(((str(n.prefix), n.at) for n in names if n.prefix not in known), None)


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


@lru_cache(maxsize=512)
def _projecting(text: str, names: tuple[str, ...]) -> str | None:
    """Return a query that projects variables which the engine binds; None where ``VALUES`` has to."""
    tokens = list(_TOKEN.finditer(text))
    words = [token[0].lower() for token in tokens]
    for name in names:
        if name not in {token[0][1:] for token in tokens if token[0][0] in "?$"}:
            raise QueryError(
                f"查询中没有变量 ?{name}。", f"the query has no variable ?{name} to bind"
            )
    form = next((n for n, word in enumerate(words) if word in _FORMS), None)
    if form is None or "{" not in words[form:]:
        return text
    body = words.index("{", form)
    grouped = "group" in words or any(word in _AGGREGATES for word in words[form:body])
    computed = _computed(text, tokens, tokens[form].end(), tokens[body].start())
    if (
        words[form] == "describe"
        or (words[form] == "select" and grouped)
        or not computed.isdisjoint(names)
    ):
        return None
    start = tokens[form + 1 if words[form + 1] in {"distinct", "reduced"} else form].end()
    head = text[start : tokens[body].start()]
    if words[form] != "select" or head.strip().lower().removesuffix("where").strip() == "*":
        return text
    missing = (f" ?{name}" for name in names if not re.search(rf"[?$]{name}\b", head))
    return text[:start] + "".join(missing) + text[start:]


def _computed(text: str, tokens: Sequence[re.Match[str]], head: int, body: int) -> set[str]:
    """Return the variables that ``BIND``, ``BOUND`` or an expression of the head speaks of.

    The engine binds a variable after these have been computed, so that they would find it unbound.

    Args:
        text: a query.
        tokens: its words.
        head: where its head begins.
        body: where that ends.
    """
    plain = list(text)
    for token in tokens:
        if token[0][0] in "\\#<\"'":  # a parenthesis in a string, an IRI or a comment is none
            plain[token.start() : token.end()] = " " * len(token[0])
    shown = "".join(plain)
    starts = [token.end() for token in tokens if token[0].lower() in {"bind", "bound"}]
    starts += [head + found.start() for found in re.finditer(r"\(", shown[head:body])]
    return {name for at in starts for name in re.findall(r"[?$](\w+)", _parenthesis(shown, at))}


def _parenthesis(text: str, at: int) -> str:
    """Return the first parenthesis from a place on, to its end."""
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] == "(") - (text[end] == ")")
        if depth == 0 and text[end] == ")":
            return text[at:end]
    return text[at:]


class Bound(NamedTuple):
    """A query, and the variables that are left for the engine to bind."""

    text: str
    variables: Mapping[str, Term]


def bind(text: str, bindings: Mapping[str, Term]) -> Bound:
    """Return a query in which variables are bound.

    The engine binds variables that a SELECT projects, so those bound are projected. Where they
    cannot be (in an aggregate, a DESCRIBE) or are bound too late (for BIND and BOUND), ``VALUES``
    binds them.

    Raises:
        QueryError: the query has no such variable.
    """
    if not bindings:
        return Bound(text, bindings)
    projecting = _projecting(text, tuple(bindings))
    if projecting is None:
        return Bound(inline(text, bindings), {})
    return Bound(projecting, bindings)


def inline(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a query in which ``VALUES`` binds variables, with the engine's writing of the terms.

    It is for engines that bind none.

    Raises:
        QueryError: a term cannot be written in a query.
    """
    if not bindings:
        return text
    tokens = list(_TOKEN.finditer(text))
    for name, term in bindings.items():
        if not isinstance(term, ox.NamedNode | ox.Literal):
            raise QueryError(
                f"变量 ?{name} 的值 {term} 无法写进查询；只能是 IRI 或字面量。",
                f"the value {term} of ?{name} cannot be written in a query;"
                " it must be an IRI or a literal",
            )
    clauses = {name: f" VALUES ?{name} {{ {term} }}" for name, term in bindings.items()}
    words = [token[0].lower() for token in tokens]
    if "{" not in words:  # DESCRIBE ?x
        end = max(token.end() for token in tokens if token[0][0] in "?$")
        return f"{text[:end]} WHERE {{{''.join(clauses.values())} }}{text[end:]}"
    places = [(at, name) for name in bindings for at in _groups(text, tokens, name)]
    made = text
    for at, name in sorted(places, reverse=True):
        made = made[:at] + clauses[name] + made[at:]
    body = words.index("{")
    if words[body - 2 : body] == ["construct", "where"]:  # the short form may hold only triples
        start = tokens[body].start()
        pattern = text[start : text.rindex("}") + 1]
        return f"{text[: tokens[body - 1].start()]}{pattern} WHERE {made[start:]}"
    return made


def _groups(text: str, tokens: Sequence[re.Match[str]], name: str) -> list[int]:
    """Return where the groups begin that need a variable bound: the outermost, and who names it."""
    found: list[int] = []
    stack: list[_Braces] = []
    first = True
    for n, token in enumerate(tokens):
        word = token[0].lower()
        if word == "{":
            group = not _holds_no_group(tokens, n)
            hidden = bool(stack) and stack[-1].hidden
            stack.append(_Braces(token.end(), group, hidden, named=first and group))
            first = first and not group
        elif word == "}" and stack:
            braces = stack.pop()
            if braces.group and braces.named and not braces.hidden:
                found.append(braces.at)
        elif word == "select" and stack:
            # These braces hold a sub-select and no pattern; the next ones are its WHERE.
            stack[-1].group = False
            end = next((t.start() for t in tokens[n:] if t[0] == "{"), len(text))
            stack[-1].hidden |= not _projects(text[token.end() : end], name)
        elif word[0] in "?$" and token[0][1:] == name and stack:
            stack[-1].named = True
    return found


def _holds_no_group(tokens: Sequence[re.Match[str]], brace: int) -> bool:
    """Whether braces hold the rows of a ``VALUES``, or the template of a ``CONSTRUCT``."""
    before = brace - 1
    if tokens[before][0].lower() == "construct":
        return True
    while before >= 0 and tokens[before][0][0] in "?$":
        before -= 1
    return before >= 0 and before != brace and tokens[before][0].lower() == "values"


def _projects(head: str, name: str) -> bool:
    shorter = _PARENTHESES.sub("", head)
    while shorter != head:
        head, shorter = shorter, _PARENTHESES.sub("", shorter)
    return "*" in head or re.search(rf"[?$]{name}\b", head) is not None
