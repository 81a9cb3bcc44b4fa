"""What the floors above know of a store, wherever its triples live."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.rdf.namespaces import ASSERTED, INFERRED
from guidekg.rdf.terms import Term

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Rows(NamedTuple):
    """The rows of a SELECT, without its bound variables: for each variable a term or None."""

    variables: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]


class Store(Protocol):
    """Asserted and inferred triples; the default graph of a query is their union."""

    def query(self, text: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Run a query; ``bindings`` gives variables typed terms, never text."""

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Run a SELECT and return its rows."""

    def expect(self, predicates: Iterable[ox.NamedNode]) -> None:
        """Say which predicates will be asked for one by one: a distant store reads them at once."""

    def table(self, predicate: ox.NamedNode) -> Mapping[str, list[Term]]:
        """Return the objects of a predicate, each once, by the IRIs of their subjects."""

    def objects(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[Term]:
        """Return the objects of a subject and predicate, asserted or inferred, each once."""

    def triples(self, *, inferred: bool) -> set[ox.Triple]:
        """Return the asserted triples, with the inferred ones if asked for."""

    def local(self) -> "Store":
        """Return a store at hand with the same triples: itself, or a copy that is made once."""

    def __len__(self) -> int:
        """Return how many quads there are."""


def rows(result: Result, bindings: Mapping[str, Term] | None = None) -> Rows:
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
