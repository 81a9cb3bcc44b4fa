"""Turtle, TriG, N-Triples and N-Quads read with the place of every statement.

``parse`` yields located statements; ``Lines`` turns an offset into line and column. The module
``cut`` finds the proposals of a large text without reading it all, ``parse_piece`` reads one.
"""

from guidekg.rdf.turtle.errors import RDFSyntaxError
from guidekg.rdf.turtle.lines import Lines
from guidekg.rdf.turtle.located import Located
from guidekg.rdf.turtle.parse import Form, parse
from guidekg.rdf.turtle.pieces import Piece, parse_piece

__all__ = [
    "Form",
    "Lines",
    "Located",
    "Piece",
    "RDFSyntaxError",
    "parse",
    "parse_piece",
]
