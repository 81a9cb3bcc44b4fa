"""Write a store as N-Quads: what an endpoint must hold."""

import pyoxigraph as ox

from guidekg.namespaces import ASSERTED, INFERRED
from guidekg.stores.base import Store


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
