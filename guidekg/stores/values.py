"""Bind the variables of a query by ``VALUES``, where no engine at hand can bind them.

A group is evaluated by itself before it is joined with what stands around it, so ``VALUES`` at the
head of the ``WHERE`` alone would leave a ``FILTER`` inside an ``OPTIONAL`` or a ``UNION`` without
the value. It is put at the head of each group that names the variable. A sub-select that does not
project a variable has one of its own by that name: nothing is bound inside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.stores.terms import Term

_PARENTHESES = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class _Braces:
    at: int
    group: bool
    hidden: bool
    named: bool


def inline(text: str, tokens: Sequence[re.Match[str]], bindings: Mapping[str, Term]) -> str:
    """Return a query in which ``VALUES`` binds variables, with the engine's writing of the terms.

    Args:
        text: a query.
        tokens: its keywords, names, variables and braces.
        bindings: terms by the names of variables.

    Raises:
        QueryError: a term cannot be written in a query.
    """
    if not bindings:
        return text
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
