"""The reference engine: pySHACL."""

import logging
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from importlib.metadata import version
from threading import Lock

import pyoxigraph as ox
from pyshacl import validate
from rdflib import SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from guidekg.rdf.literals import well_formed
from guidekg.rdf.namespaces import XSD
from guidekg.validation.engines.base import Row
from guidekg.validation.engines.values import Value

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
