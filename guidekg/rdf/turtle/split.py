"""Cutting a large Turtle or N-Triples text into the pieces of its proposals.

The text is not parsed: one regular expression finds where statements end (``index``), another the
names in them. That is exact for Turtle as programs and people write it; ``cut`` says where it is
not.
"""

from collections.abc import Collection

from guidekg.rdf.turtle.index import Index
from guidekg.rdf.turtle.pieces import Piece

_OVERLAP = 20
_SMALL = 10_000


def cut(
    text: str, types: Collection[str], predicates: Collection[str], closed: tuple[str, ...]
) -> list[Piece] | None:
    """Return the pieces of the proposals of a text, in the order of their first statements.

    A proposal is what has a type of ``types`` or a predicate of ``predicates``. Its piece holds its
    statements and, over all names in them, those of the subjects it leads to; not those of other
    proposals, nor of subjects whose IRI starts with one of ``closed``.

    Args:
        text: Turtle or N-Triples. What is malformed inside a statement is left to who reads it.
        types: IRIs of classes.
        predicates: IRIs of properties.
        closed: What the IRIs of reference data start with.

    Returns:
        None where the text must be parsed to tell: it has a base, relative IRIs, escapes in names,
        a prefix that changes its meaning, a statement that starts with a bracket, a proposal
        without an IRI; it is malformed; or the pieces overlap so much that together they hold many
        times the text.
    """
    index = Index(types, predicates)
    if not index.read(text):
        return None
    walk = _Walk(text, index, closed)
    pieces = []
    header = index.header
    for key in sorted(index.proposals, key=index.first):
        pieces.append(Piece(index.spelling.iri(key), header, walk.parts(key)))
        if walk.steps > _SMALL + _OVERLAP * len(index.starts):
            return None
    return pieces


class _Walk:
    """Follows the names of a text; ``steps`` counts the statements that the pieces hold."""

    def __init__(self, text: str, index: Index, closed: tuple[str, ...]) -> None:
        self._text, self._index = text, index
        self._closed = closed
        self._seen = bytearray(len(index.starts))
        self._shared: dict[int, list[str]] = {}
        self.steps = 0

    def parts(self, root: str) -> tuple[tuple[int, int], ...]:
        """Return the ranges of the statements that are reachable from a subject."""
        index, statements = self._index, []
        known, todo = {root}, [root]
        while todo:
            number = index.last[todo.pop()]
            while number >= 0:
                statements.append(number)
                for name in self._follows(number):
                    if name not in known:
                        known.add(name)
                        todo.append(name)
                number = index.before[number]
        self.steps += len(statements)
        return self._joined(sorted(statements))

    def _follows(self, number: int) -> list[str]:
        """Return the subjects that a statement leads to; kept from its second visit on."""
        shared = self._shared.get(number)
        if shared is not None:
            return shared
        index = self._index
        iri = index.spelling.iri
        found = [
            key
            for key in index.subjects(self._text, number)
            if key not in index.proposals and not iri(key).startswith(self._closed)
        ]
        if self._seen[number]:
            self._shared[number] = found
        self._seen[number] = 1
        return found

    def _joined(self, statements: list[int]) -> tuple[tuple[int, int], ...]:
        """Return the ranges of statements, those that follow each other in one."""
        index = self._index
        parts: list[tuple[int, int]] = []
        latest = -2
        for number in statements:
            start, end = index.starts[number], index.ends[number]
            if number == latest + 1 and number not in index.breaks:
                parts[-1] = (parts[-1][0], end)
            else:
                parts.append((start, end))
            latest = number
        return tuple(parts)
