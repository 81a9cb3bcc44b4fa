"""The subset of Turtle that nearly all proposals are written in, read in one pass.

It is all of Turtle but lists, base and relative IRIs, escapes in names, directives, and statements
that begin with a bracket. One expression takes a whole property with its value, so that reading
costs a step a statement and not one a token. ``parse`` is the reference: what this reader takes, both
read alike; what it does not take, or is malformed, it leaves to ``parse``.
"""

import re

from guidekg.rdf.turtle.errors import TermError
from guidekg.rdf.turtle.lexer import (
    BLANK_NODE_LABEL,
    CHARS,
    FIRST,
    IRI_CHARS,
    LANGTAG,
    NUMBER,
    PN_PREFIX,
    STRING,
    WORD_END,
)
from guidekg.rdf.turtle.parser import Statement
from guidekg.rdf.turtle.terms import Terms

_WS = r"[ \t\r\n]*+(?:\#[^\r\n]*+[ \t\r\n]*+)*+"
_IRI = rf"<[A-Za-z][A-Za-z0-9+.\-]*+:{IRI_CHARS}*+>"
_SHORT = r"(?:[A-Za-z][A-Za-z0-9_\-]*+)?+:(?:[A-Za-z0-9_][A-Za-z0-9_\-]*+)?+(?=[ \t\r\n;,\]])"
_PNAME = rf"(?:{PN_PREFIX})?:(?>(?:[{FIRST}:][{CHARS}:.]*(?<!\.))?)"
_NAME = rf"(?:{_SHORT}|{_PNAME}|{_IRI})"
_VERB = rf"(?:{_NAME}|a(?![{CHARS}:.\\]))"
_STRING = rf'(?:"[^"\\\r\n]*+"(?!")|{STRING})'
_ITEM = re.compile(
    rf"""{_WS}(?:
      (?:
        (?:;{_WS})++(?P<verb>{_VERB})
      | (?P<comma>,)
      | (?:;{_WS})*+(?:\.{_WS}|\A)(?P<subject>{_NAME}|{BLANK_NODE_LABEL}){_WS}(?P<first>{_VERB})
      | (?P<inner>{_VERB})
      ){_WS}(?P<object>
          {_NAME}
        | {_STRING}(?:{LANGTAG}|\^\^{_NAME})?+
        | {NUMBER}
        | (?:true|false){WORD_END}
        | {BLANK_NODE_LABEL}
        | \[(?:{_WS}\])?+
      )
    | (?:;{_WS})*+(?P<other>\]|\.{_WS}\Z|.)
    )""",
    re.DOTALL | re.VERBOSE,
)


def read_subset(text: str, terms: Terms) -> dict[str, list[Statement]] | None:
    """Return the statements of a text by their subjects, in their order; None if it is no such text.

    Args:
        text: whole statements; it begins with a subject.
        terms: what its tokens mean. Blank nodes keep their labels.
    """
    try:
        return _read(text, terms)
    except TermError:
        return None


def _read(text: str, terms: Terms) -> dict[str, list[Statement]] | None:  # a loop for speed
    found: dict[str, list[Statement]] = {}
    outer: list[tuple[str, str, int, list[Statement]]] = []
    statements: list[Statement] = []
    subject = predicate = last = ""
    verb_item, ended = 0, False
    for item in _ITEM.finditer(text):
        verb, comma, named, first, inner, written, other = item.groups()
        if last == "[":
            if not inner:
                return None
            predicate, verb_item = terms[inner], item.start()
        elif verb:
            predicate, verb_item = terms[verb], item.start()
        elif named:
            if outer or (not found and item.start("subject")):
                return None
            subject = terms[named]
            predicate, verb_item = terms[first], item.start()
            statements = found.setdefault(subject, [])
        elif other == "]" and outer:
            subject, predicate, verb_item, statements = outer.pop()
            last = other
            continue
        elif not comma:
            ended = other is not None and other[0] == "." and item.end() == len(text)
            break
        last = written
        node = terms[written] if written[0] != "[" else f"_:[{item.start('object')}"
        statements.append((subject, predicate, node, item.end(), verb_item))
        if last == "[":
            outer.append((subject, predicate, verb_item, statements))
            subject = node
            statements = found[node] = []
    return found if ended and not outer and last != "[" else None


class SubsetPlaces:
    """Where the terms of statements stand in a text that ``read_subset`` has taken."""

    def __init__(self, text: str) -> None:
        self._text = text

    def of_object(self, statement: Statement) -> tuple[int, int]:
        """Return where the object begins and ends."""
        _, _, _, end, verb_item = statement
        items = _ITEM.finditer(self._text, verb_item)
        return next(item.span("object") for item in items if item.end() == end)

    def of_predicate(self, statement: Statement) -> int:
        """Return where the predicate begins."""
        item = _ITEM.match(self._text, statement[4])
        return max(map(item.start, ("verb", "first", "inner"))) if item else 0

    def of_subject(self, statement: Statement) -> int:
        """Return where the subject begins, of the first statement about it."""
        if statement[0].startswith("_:["):  # called after the place of its bracket
            return int(statement[0][3:])
        item = _ITEM.match(self._text, statement[4])
        return item.start("subject") if item else 0
