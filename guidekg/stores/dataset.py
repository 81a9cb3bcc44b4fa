"""Which graphs a query reads."""

from typing import NamedTuple, TypedDict

import pyoxigraph as ox

from guidekg.stores.refusal import names_graphs


class Dataset(NamedTuple):
    """The IRIs of the graphs whose union is the default graph, and of those that GRAPH finds."""

    default: tuple[str, ...]
    named: tuple[str, ...]


class Selection(TypedDict, total=False):
    """How the engine is told which graphs to read."""

    default_graph: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
    named_graphs: list[ox.NamedNode | ox.BlankNode]
    use_default_graph_as_union: bool


def selection(text: str, dataset: Dataset | None) -> Selection:
    """Return the engine's arguments: those of a dataset, else of the query, else the union.

    A dataset that is given goes before FROM; what it does not list is empty.
    """
    if dataset is not None:
        return {
            "default_graph": [ox.NamedNode(iri) for iri in dataset.default],
            "named_graphs": [ox.NamedNode(iri) for iri in dataset.named],
        }
    return {} if names_graphs(text) else {"use_default_graph_as_union": True}
