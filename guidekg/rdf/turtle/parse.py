"""A whole text to statements with places."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from guidekg.rdf.turtle.grammar import TRIG, TURTLE
from guidekg.rdf.turtle.located import Located
from guidekg.rdf.turtle.parser import Reader
from guidekg.rdf.turtle.terms import BlankNodes, Terms

Form: TypeAlias = Literal["turtle", "trig", "ntriples", "nquads"]


def parse(text: str, form: Form, *, base: str | None = None, label: str = "b") -> Iterator[Located]:
    """Yield the statements of a text, each with its place, in the order of their objects.

    Args:
        text: The text; offsets count from its first character, a BOM included.
        form: Its format; the names of graphs are dropped.
        base: What relative IRIs of Turtle and TriG are relative to.
        label: What the labels of blank nodes begin with; all get new ones.

    Raises:
        RDFSyntaxError: the text is malformed; the statements before it may have been yielded.
        ValueError: the base is no absolute IRI.
    """
    blanks = BlankNodes(label)
    if form == "ntriples" or form == "nquads":  # noqa: PLR1714  # mypy narrows only this
        # Its expressions take 30 ms to compile.
        from guidekg.rdf.turtle.nquads import LineReader  # noqa: PLC0415

        return LineReader(text, form, Terms(), blanks).read()
    return Reader(text, TURTLE if form == "turtle" else TRIG, Terms(base), blanks).read()
