"""Turtle, TriG, N-Triples and N-Quads read with the place of every statement.

``parse`` yields located statements; ``Lines`` turns an offset into line and column. The module
``split`` finds the fragments of a large text without reading it all, ``subset`` reads most of them
several times as fast as ``parse``.
"""

from guidekg.rdf.turtle.errors import Lines, RDFSyntaxError
from guidekg.rdf.turtle.parser import Form, Located, parse

__all__ = ["Form", "Lines", "Located", "RDFSyntaxError", "parse"]
