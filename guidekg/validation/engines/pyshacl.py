"""The reference engine: pySHACL, given values as XSD and SPARQL have them where rdflib reads others.

rdflib orders values of different types, reads ``１２`` and ``1_000`` as integers, and drops the time
zone of a date; pySHACL stops where it cannot compare. Each of these is a row too few or too many, so
the reference engine is given terms of its own.
"""

import logging
import operator
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from importlib.metadata import version
from threading import Lock
from typing import Any

import pyoxigraph as ox
from pyshacl import validate
from rdflib import SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from guidekg.rdf.namespaces import XSD
from guidekg.rdf.terms import DATE, DATE_FORM, NUMBERS, ordinal, well_formed
from guidekg.validation.engines.base import Row

_STRING = XSD + "string"
_ILL_FORMED = "urn:ill-formed:"  # before the datatype of a literal that is no value of it
_Nodes = tuple[Node, Node, Node]
_AT_ONCE = 100
_DEPTH = 40  # pySHACL's own limit of nested shapes is 15

# rdflib says of each literal that it is no value of its datatype; where we check, the report does.
_checking = ContextVar("_checking", default=False)
logging.getLogger("rdflib.term").addFilter(lambda _: not _checking.get())


class PySHACL:
    """Shapes and reference facts as rdflib graphs; each check adds its data and takes it away."""

    label = f"pyshacl {version('pyshacl')}"

    def __init__(self, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple]) -> None:
        self._shapes, self._graph = Graph(), Graph()
        self._free = Lock()  # the graph holds the data of one check at a time
        self._fill(self._shapes, shapes)
        self._fill(self._graph, reference)

    @staticmethod
    def _fill(graph: Graph, triples: Iterable[ox.Triple | ox.Quad]) -> list[_Nodes]:
        added = []
        for triple in triples:
            nodes = _node(triple.subject), _node(triple.predicate), _node(triple.object)
            if nodes not in graph:
                graph.add(nodes)
                added.append(nodes)
        return added

    def check(self, *parts: str) -> list[Row]:
        """Return the results for parts in N-Triples, none of which speaks of another's nodes."""
        # It slows down with the size of a graph.
        return [
            row
            for start in range(0, len(parts), _AT_ONCE)
            for row in self._check("".join(parts[start : start + _AT_ONCE]))
        ]

    def _check(self, data: str) -> list[Row]:
        token = _checking.set(True)
        try:
            with self._free:
                report = self._report(data)
        finally:
            _checking.reset(token)
        # A result may hold others as its details (sh:detail); those are no results of their own.
        return [_row(report, result) for result in report.objects(None, SH.result)]

    def _report(self, data: str) -> Graph:
        added = self._fill(self._graph, ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
        try:
            _, report, words = validate(
                self._graph,
                shacl_graph=self._shapes,
                inplace=True,
                advanced=False,
                max_validation_depth=_DEPTH,
            )
        finally:
            for nodes in added:
                self._graph.remove(nodes)
        if not isinstance(report, Graph):
            raise TypeError(f"pySHACL failed: {words}")
        return report


def _row(report: Graph, result: Node) -> Row:
    value = report.value(result, SH.value)
    return Row(
        _written(report.value(result, SH.focusNode)),
        str(report.value(result, SH.sourceShape)),
        str(report.value(result, SH.sourceConstraintComponent)),
        None if value is None else _written(value),
    )


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError(f"a triple inside a triple is not RDF 1.1: {term}")
    datatype = term.datatype.value
    if term.language:
        return Literal(term.value, lang=term.language)
    if datatype == _STRING:  # "x" and "x"^^xsd:string differ to pySHACL
        return Literal(term.value)
    if not well_formed(term.value, datatype):
        datatype = _ILL_FORMED + datatype
    return Value(term.value, datatype=URIRef(datatype), normalize=False)


def _written(node: Node | None) -> str:
    """Return a term in N-Triples, as it stood in the data."""
    if not isinstance(node, Literal):
        return node.n3()  # type: ignore[union-attr]  # an IRI or a blank node
    if node.language:
        return str(ox.Literal(str(node), language=node.language))
    datatype = str(node.datatype or _STRING).removeprefix(_ILL_FORMED)
    return str(ox.Literal(str(node), datatype=ox.NamedNode(datatype)))


_ZONE_LIMIT = 14 * 60  # minutes


class Value(Literal):
    """A well-formed typed literal that compares with others of its kind only, as in SPARQL."""

    def __str__(self) -> str:
        # pySHACL copies a literal by its text, and rdflib normalises a text, but no literal.
        return self

    def eq(self, other: Any) -> bool:
        """Whether two values are equal; TypeError where they do not compare."""
        first, second = _pair(self, other)
        return bool(first == second)

    def __lt__(self, other: Any) -> bool:
        return _holds(operator.lt, self, other)

    def __le__(self, other: Any) -> bool:
        return _holds(operator.le, self, other)

    def __gt__(self, other: Any) -> bool:
        return _holds(operator.gt, self, other)

    def __ge__(self, other: Any) -> bool:
        return _holds(operator.ge, self, other)

    __hash__ = Literal.__hash__


def _holds(relation: Callable[[Any, Any], bool], first: Literal, second: object) -> bool:
    try:
        return relation(*_pair(first, second))
    except TypeError:
        return False


def _pair(first: Literal, second: object) -> tuple[Any, Any]:
    """Return two values in a form that Python compares; TypeError if SPARQL would not."""
    if not isinstance(second, Literal) or _kind(first) != _kind(second):
        raise TypeError("values of different kinds")
    if _kind(first) == DATE:
        return _days(first, second)
    left, right = first.value, second.value
    if left is None or right is None or left != left or right != right:  # noqa: PLR0124  # NaN
        raise TypeError("no value, or not a number")
    return left, right


def _kind(literal: Literal) -> str:
    datatype = str(literal.datatype)
    return "number" if datatype in NUMBERS else datatype


def _days(first: Literal, second: Literal) -> tuple[int, int]:
    """Return when two days begin, in minutes.

    A day without a zone may begin up to 14 hours earlier or later than it does in UTC.
    """
    (left, left_zoned), (right, right_zoned) = _minutes(first), _minutes(second)
    if left_zoned != right_zoned and abs(left - right) <= _ZONE_LIMIT:
        raise TypeError("which day is first depends on the time zone")
    return left, right


def _minutes(literal: Literal) -> tuple[int, bool]:
    form = DATE_FORM.fullmatch(literal)
    if form is None:
        raise TypeError("not a date")
    start, zone = (ordinal(form) or 0) * 24 * 60, form[4]
    if zone in (None, "Z"):
        return start, zone is not None
    hours, minutes = int(zone[1:3]), int(zone[4:])
    offset = hours * 60 + minutes
    return start - (offset if zone[0] == "+" else -offset), True
