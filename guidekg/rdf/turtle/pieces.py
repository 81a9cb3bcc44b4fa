"""A proposal's piece of a large text: what of the text belongs to it, and how to read it."""

from functools import lru_cache
from typing import NamedTuple

from guidekg.rdf.turtle.grammar import PART, TURTLE
from guidekg.rdf.turtle.located import Located
from guidekg.rdf.turtle.parser import Reader
from guidekg.rdf.turtle.terms import BlankNodes, Terms


class Piece(NamedTuple):
    """The statements of a text that are reachable from a proposal.

    ``subject`` is the proposal's IRI, ``header`` the prefix directives as text, ``parts`` the
    ranges of the text that hold the statements, in order; neighbours share a range.
    """

    subject: str
    header: str
    parts: tuple[tuple[int, int], ...]


def parse_piece(text: str, piece: Piece, *, label: str = "b") -> list[Located]:
    """Return the statements of a piece, their offsets being those of the whole text.

    Args:
        text: The text that the piece was cut from.
        piece: The piece.
        label: What the labels of blank nodes begin with; all get new ones.

    Raises:
        RDFSyntaxError: a statement of the piece is malformed.
    """
    reader = Reader(text, PART, _terms(piece.header), BlankNodes(label))
    return [found for start, end in piece.parts for found in reader.read(start, end)]


@lru_cache(maxsize=8)
def _terms(header: str) -> Terms:
    """Return the terms of a header, which all pieces of a text share with what they have read."""
    terms = Terms()
    for _ in Reader(header, TURTLE, terms, BlankNodes("b")).read():
        raise ValueError("a header holds directives only")
    return terms
