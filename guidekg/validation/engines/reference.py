"""The reference engine: pySHACL."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version

import pyoxigraph as ox
from pyshacl import validate
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from guidekg.namespaces import XSD
from guidekg.validation.engines.base import Row

_STRING = ox.NamedNode(XSD + "string")
_DEPTH = 40  # pySHACL's own limit of nested shapes is 15


class PySHACL:
    """Shapes and reference facts as rdflib graphs; each check adds its data and takes it away."""

    name = "pyshacl"
    version = version("pyshacl")

    def __init__(self, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple]) -> None:
        self._shapes, self._graph = Graph(), Graph()
        self._fill(self._shapes, shapes)
        self._fill(self._graph, reference)

    @staticmethod
    def _fill(
        graph: Graph, triples: Iterable[ox.Triple | ox.Quad]
    ) -> list[tuple[Node, Node, Node]]:
        added = []
        for triple in triples:
            nodes = _node(triple.subject), _node(triple.predicate), _node(triple.object)
            if nodes not in graph:
                graph.add(nodes)
                added.append(nodes)
        return added

    def check(self, data: str) -> list[Row]:
        """Return the results for data in N-Triples."""
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
        return [
            self._row(report, result) for result in report.subjects(RDF.type, SH.ValidationResult)
        ]

    def _row(self, report: Graph, result: Node) -> Row:
        value = report.value(result, SH.value)
        return Row(
            report.value(result, SH.focusNode).n3(),  # type: ignore[union-attr]  # always there
            str(report.value(result, SH.sourceShape)),
            str(report.value(result, SH.sourceConstraintComponent)),
            None if value is None else value.n3(),
        )


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError(f"a triple inside a triple is not RDF 1.1: {term}")
    # To pySHACL "x" and "x"^^xsd:string differ; the forms of numbers are kept as they are written.
    datatype = None if term.language or term.datatype == _STRING else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
