"""The reader of Turtle and TriG: where it stands in a text, and what it has read.

What each token does is said by the tables of ``grammar``. Open brackets wait on a stack of our
own, so that nesting may be as deep as a text likes.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from guidekg.rdf.turtle.errors import RDFSyntaxError, TermError
from guidekg.rdf.turtle.lexer import TOKEN
from guidekg.rdf.turtle.lines import BOM
from guidekg.rdf.turtle.located import Located, Node, Term, located
from guidekg.rdf.turtle.terms import FIRST, NIL, REST, TYPE, BlankNodes, Terms

Match: TypeAlias = re.Match[str]
Handler: TypeAlias = "Callable[[Reader, Match], None]"
State: TypeAlias = list[Handler]

KIND = TOKEN.groupindex
_END = KIND["end"]
_BATCH = 500


class Frame(NamedTuple):
    """What waits for a bracket to close: the state after it, and what was spoken of."""

    now: State
    subject: Node
    subject_at: int
    predicate: ox.NamedNode
    predicate_at: int


class Reader:
    """Reads a text, or several parts of it one after another, from the state ``top``."""

    __slots__ = (
        "blanks",
        "dotted",
        "found",
        "home",
        "now",
        "predicate",
        "predicate_at",
        "prefix",
        "stack",
        "subject",
        "subject_at",
        "terms",
        "text",
    )

    def __init__(self, text: str, top: State, terms: Terms, blanks: BlankNodes) -> None:
        self.text, self.terms, self.blanks = text, terms, blanks
        self.now = self.home = top
        self.found: list[Located] = []
        self.stack: list[Frame] = []
        self.subject: Node = NIL
        self.predicate = TYPE
        self.subject_at = self.predicate_at = 0
        self.prefix = ""
        self.dotted = False

    def read(self, start: int = 0, end: int | None = None) -> Iterator[Located]:
        """Yield the statements of a range that begins and ends between statements.

        Raises:
            RDFSyntaxError: the text is malformed; statements before the place may be yielded.
        """
        if not start and self.text.startswith(BOM):
            start = 1
        found = self.found
        for match in TOKEN.finditer(self.text, start, len(self.text) if end is None else end):
            kind = match.lastindex or 0
            try:
                self.now[kind](self, match)
            except TermError as error:
                raise RDFSyntaxError(self.text, match.start(kind), error.zh, error.en) from None
            if len(found) >= _BATCH:
                yield from found
                found.clear()
            if kind == _END:
                break
        yield from found
        found.clear()

    def emit(self, term: Term, at: int, end: int) -> None:
        """State the term of the subject and the predicate at hand."""
        self.found.append(
            located(
                (self.subject, self.predicate, term, self.subject_at, self.predicate_at, at, end)
            )
        )

    def emit_first(self, item: Term, at: int, end: int) -> None:
        """State the item of the cell at hand: the verb stands where the item does."""
        self.found.append(located((self.subject, FIRST, item, self.subject_at, at, at, end)))

    def emit_rest(self, rest: Node, at: int) -> None:
        """State what follows the cell at hand: the verb stands where the list does."""
        opened = self.subject_at
        self.found.append(located((self.subject, REST, rest, opened, opened, at, at + 1)))

    def push(self, node: Node, at: int, inside: State) -> None:
        """Go into a bracket that stands for a node; ``now`` is what comes after it."""
        self.stack.append(
            Frame(self.now, self.subject, self.subject_at, self.predicate, self.predicate_at)
        )
        self.subject, self.subject_at, self.now = node, at, inside

    def pop(self) -> None:
        """Come out of a bracket."""
        self.now, self.subject, self.subject_at, self.predicate, self.predicate_at = (
            self.stack.pop()
        )

    def refuse(self, match: Match) -> None:
        """Refuse a token where it stands.

        Raises:
            TermError: says what should stand there.
        """
        self.now[0](self, match)
