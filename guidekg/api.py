"""What a developer imports: a thin facade over the opened guides and their questions."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from guidekg.knowledge import Knowledge
from guidekg.knowledge.sources import parse
from guidekg.namespaces import XSD, expand
from guidekg.stores import Term

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from rdflib import Graph

    from guidekg.knowledge.coverage import Coverage
    from guidekg.knowledge.model import Guide, Scheme
    from guidekg.questions import Questions

    Bindable = str | bool | int | Decimal | date | Term


class KnowledgeGraph:
    """Guides as a graph: typed objects, SPARQL, and questions with the clause behind each row."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    @property
    def guides(self) -> "Mapping[str, Guide]":
        """Every guide by its IRI."""
        return self.knowledge.things.guides

    @cached_property
    def questions(self) -> "Questions":
        """Every competency question by its name."""
        from guidekg.questions import Questions  # noqa: PLC0415  # for those who ask

        return Questions(self.knowledge)

    def schemes(self) -> "list[Scheme]":
        """Return every programme, track and call, as the text orders them."""
        return list(self.knowledge.things.schemes.values())

    def scheme(self, name: str) -> "Scheme":
        """Return the scheme that a name means: ``finland``, ``芬兰``, ``FI``, a label, an IRI.

        Raises:
            UnknownNameError, AmbiguousNameError: the name means none, or several.
        """
        return self.knowledge.things.schemes[self.resolve(name, "scheme")]

    def resolve(self, name: str, kind: str | None = None) -> str:
        """Return the IRI that a name means, of one kind (``field``, ``place`` …) if given.

        Raises:
            UnknownNameError, AmbiguousNameError: the name means nothing, or several things.
        """
        return self.knowledge.names.resolve(name, kind)

    def query(
        self, text: str, **bindings: "Bindable"
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SPARQL query over asserted and inferred triples; our prefixes are known to it.

        Args:
            text: a SELECT, ASK, CONSTRUCT or DESCRIBE.
            bindings: values of variables, bound as typed terms; a string that is an IRI or
                ``prefix:name`` is an IRI, any other a plain literal.

        Raises:
            QueryError: the query is malformed, an update, or reaches outside the graph.
        """
        terms = {name: _term(value) for name, value in bindings.items()}
        return self.knowledge.store.query(text, terms)

    def graph(self, *, inferred: bool = False) -> "Graph":
        """Return the triples as an rdflib Graph, as the files write them.

        Args:
            inferred: add what follows from them by OWL 2 RL.
        """
        from rdflib import Graph, URIRef  # noqa: PLC0415  # only who asks for it waits for rdflib

        graph = Graph()
        for path in self.knowledge.folders.files:
            graph.parse(path, format="turtle")
        if inferred:
            asserted = self.knowledge.store.triples(inferred=False)
            for triple in self.knowledge.store.triples(inferred=True) - asserted:
                nodes = (triple.subject, triple.predicate, triple.object)
                graph.add(tuple(URIRef(node.value) for node in nodes))  # type: ignore[arg-type, union-attr]
        return graph

    def asserted(self) -> list[ox.Triple]:
        """Return the triples of the files, as their parser reads them."""
        return [triple for path in self.knowledge.folders.files for triple in parse(path)]

    def coverage(self, guide: str) -> "Coverage":
        """Return how much of a guide's source is modelled; ``guide`` is its IRI."""
        return self.knowledge.things.coverage(guide)


def load(*paths: str | Path, shipped: bool = True, cache: bool = True) -> KnowledgeGraph:
    """Open the shipped guide, and folders of one's own beside it.

    Args:
        paths: folders that hold a guide's Turtle and its source text.
        shipped: whether the shipped guide is there too; the vocabulary, fields, places and
            agencies always are.
        cache: whether the closure may be taken from the cache and kept there.

    Raises:
        NotAGuideError, TurtleSyntaxError, SourceError, QuoteMismatchError,
        DuplicateIdentifierError, InconsistencyError: what is wrong with a folder, and where.
    """
    return KnowledgeGraph(Knowledge.open(paths, shipped=shipped, cached=cache))


def _term(value: "Bindable") -> Term:
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple):
        return value
    if isinstance(value, str):
        iri = expand(value)
        return ox.NamedNode(iri) if iri else ox.Literal(value)
    if isinstance(value, bool | int):
        return ox.Literal(value)
    from decimal import Decimal  # noqa: PLC0415  # opening needs no numbers

    if isinstance(value, Decimal):
        return ox.Literal(f"{value:f}", datatype=ox.NamedNode(XSD + "decimal"))
    return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + "date"))
