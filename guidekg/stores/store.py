"""What a store is to the floors above, wherever its triples live, and the store that is embedded.

That is pyoxigraph, with asserted and inferred triples in two named graphs.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.rdf.namespaces import ASSERTED, INFERRED
from guidekg.rdf.terms import Term
from guidekg.stores.bindings import bind, prefixes
from guidekg.stores.query_guard import Dataset, malformed, refuse, selection

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Rows(NamedTuple):
    """The rows of a SELECT, without its bound variables: for each variable a term or None."""

    variables: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]

    def iris(self) -> list[tuple[str, ...]]:
        """Return those rows that hold nothing but IRIs, as text."""
        found = (
            [term.value for term in row if isinstance(term, ox.NamedNode)] for row in self.rows
        )
        return [tuple(row) for row in found if len(row) == len(self.variables)]


class Store(Protocol):
    """Asserted and inferred triples; the default graph of a query is their union."""

    def query(self, text: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Run a query; ``bindings`` gives variables typed terms, never text."""

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Run a SELECT and return its rows.

        Raises:
            QueryError: as for ``query``, or the query is no SELECT.
        """
        return rows(self.query(text, bindings), bindings)

    def expect(self, predicates: Iterable[ox.NamedNode]) -> None:
        """Say which predicates will be asked for one by one: a distant store reads them at once."""

    def table(self, predicate: ox.NamedNode) -> Mapping[str, list[Term]]:
        """Return the objects of a predicate, each once, by the IRIs of their subjects."""

    def objects(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[Term]:
        """Return the objects of a subject and predicate, asserted or inferred, each once."""
        return self.table(predicate).get(subject.value, [])

    def triples(self, *, inferred: bool) -> set[ox.Triple]:
        """Return the asserted triples, with the inferred ones if asked for."""

    def local(self) -> "Store":
        """Return a store at hand with the same triples: itself, or a copy that is made once."""

    def __len__(self) -> int:
        """Return how many quads there are."""


def rows(result: Result, bindings: Mapping[str, object] | None = None) -> Rows:
    """Return the rows of a result without the variables that were bound.

    Raises:
        QueryError: the result is not that of a SELECT.
    """
    if not isinstance(result, ox.QuerySolutions):
        raise QueryError("这里需要 SELECT 查询。", "a SELECT query is needed here")
    names = [variable.value for variable in result.variables]
    asked = [n for n, name in enumerate(names) if name not in (bindings or {})]
    if len(asked) == len(names):
        return Rows(tuple(names), list(map(tuple, result)))
    return Rows(tuple(names[n] for n in asked), [tuple(row[n] for n in asked) for row in result])


def nquads(store: Store, *, inferred: bool) -> bytes:
    """Return the asserted graph, with the inferred one if asked for, the same for the same content.

    Lines are sorted; blank nodes get the names of RDFC-1.0, which do not change with the run.
    """
    asserted = store.triples(inferred=False)
    more = store.triples(inferred=True) - asserted if inferred else set()
    quads = ox.Dataset(
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))
        for graph, triples in ((ASSERTED, asserted), (INFERRED, more))
        for triple in triples
    )
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in quads)).encode()


_ASSERTED = ox.NamedNode(ASSERTED)
_INFERRED = ox.NamedNode(INFERRED)


class EmbeddedStore(Store):
    """Asserted and inferred triples in memory; the default graph of a query is their union."""

    def __init__(self, asserted: Iterable[ox.Triple] = (), inferred: Iterable[ox.Triple] = ()):
        self._store = ox.Store()
        for graph, triples in ((_ASSERTED, asserted), (_INFERRED, inferred)):
            self._store.bulk_extend(
                ox.Quad(triple.subject, triple.predicate, triple.object, graph)
                for triple in triples
            )

    def __repr__(self) -> str:
        return f"<EmbeddedStore of {len(self):,} quads>"

    def infer(self, triples: Iterable[ox.Triple]) -> None:
        """Add inferred triples, but for those that are asserted."""
        self._store.bulk_extend(
            ox.Quad(triple.subject, triple.predicate, triple.object, _INFERRED)
            for triple in [*triples]
            if ox.Quad(triple.subject, triple.predicate, triple.object, _ASSERTED)
            not in self._store
        )

    def load(self, data: bytes) -> None:
        """Add what ``dump`` gave; what cannot be parsed is left out."""
        with suppress(SyntaxError):
            self._store.load(data, format=ox.RdfFormat.N_QUADS, lenient=True)

    def dump(self) -> bytes:
        """Return both graphs as N-Quads: larger than TriG, and read in four fifths of its time."""
        return self._store.dump(format=ox.RdfFormat.N_QUADS) or b""

    def query(
        self, text: str, bindings: Mapping[str, Term] | None = None, dataset: Dataset | None = None
    ) -> Result:
        """Run a query; ``bindings`` gives variables typed terms, never text.

        Args:
            text: the query.
            bindings: values of variables.
            dataset: the graphs to read, instead of those that the query or this store names.

        Raises:
            QueryError: the query is malformed, an update, or reaches outside the graph.
        """
        refuse(text)
        bound = bind(text, bindings or {})
        try:
            return self._store.query(
                bound.text,
                prefixes=prefixes(text),
                substitutions={ox.Variable(name): term for name, term in bound.variables.items()},
                **selection(text, dataset),
            )
        except SyntaxError as error:
            raise malformed(error, text) from None

    def expect(self, predicates: Iterable[ox.NamedNode]) -> None:
        """Do nothing: what is embedded is at hand."""

    def local(self) -> "EmbeddedStore":
        """Return this store, which is at hand."""
        return self

    def table(self, predicate: ox.NamedNode) -> dict[str, list[Term]]:
        """Return the objects of a predicate, each once, by the IRIs of their subjects."""
        found: dict[str, list[Term]] = {}
        for quad in self._store.quads_for_pattern(None, predicate, None, None):
            if isinstance(quad.subject, ox.NamedNode):
                objects = found.setdefault(quad.subject.value, [])
                if quad.object not in objects:
                    objects.append(quad.object)
        return found

    def objects(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[Term]:
        """Return the objects of a subject and predicate, asserted or inferred, each once."""
        quads = self._store.quads_for_pattern(subject, predicate, None, None)
        return list(dict.fromkeys(quad.object for quad in quads))

    def mentions(self, node: ox.NamedNode) -> bool:
        """Return whether any triple has this node, in whatever place."""
        find = self._store.quads_for_pattern
        return (
            any(find(node, None, None, None))
            or any(find(None, node, None, None))
            or any(find(None, None, node, None))
        )

    def subjects(self, space: str) -> set[str]:
        """Return the IRIs of a namespace that triples speak of."""
        query = "SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), ?space)) }"
        found = self.select(query, {"space": ox.Literal(space)}).iris()
        return {iri for (iri,) in found if not set("/#") & set(iri[len(space) :])}

    def triples(self, *, inferred: bool) -> set[ox.Triple]:
        """Return the asserted triples, with the inferred ones if asked for."""
        graphs = (_ASSERTED, _INFERRED) if inferred else (_ASSERTED,)
        return {
            quad.triple
            for graph in graphs
            for quad in self._store.quads_for_pattern(None, None, None, graph)
        }

    def __len__(self) -> int:
        """Return how many quads there are."""
        return len(self._store)
