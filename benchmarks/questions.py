"""How long each question takes: over the shipped guide, and over a large graph against rdflib."""

from __future__ import annotations

import gc
import statistics
from typing import TYPE_CHECKING

import pyoxigraph as ox
import rdflib

import guidekg
from benchmarks.multiply import multiply
from benchmarks.timing import Times, in_turn, table
from guidekg.rdf.namespaces import PREFIXES
from guidekg.stores import EmbeddedStore

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.questions import Question

SIZE = 100_000
# It compares every provision with every other: on the large graph rdflib would take hours.
ALL_WITH_ALL = {"scheme-comparison"}


def _examples(question: Question) -> dict[str, str]:
    return {parameter.name: parameter.example for parameter in question.header.parameters}


def _large(kg: KnowledgeGraph) -> tuple[EmbeddedStore, rdflib.Graph]:
    """Return the same triples in both engines."""
    triples = kg.store.triples(inferred=True)
    lines = (f"{triple} ." for triple in triples)
    text = "\n".join(multiply(lines, "zj-sti-2022", SIZE)) + "\n"
    made = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    graph = rdflib.Graph()
    graph.parse(data=text, format="nt")
    return EmbeddedStore(quad.triple for quad in made), graph


def _term(term: object) -> rdflib.term.Node:
    if isinstance(term, ox.Literal):
        plain = term.datatype.value.endswith("#string")
        datatype = None if plain else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, datatype=datatype)
    assert isinstance(term, ox.NamedNode)
    return rdflib.URIRef(term.value)


def _against_rdflib(
    question: Question, store: EmbeddedStore, graph: rdflib.Graph
) -> tuple[Times, Times, int]:
    bound = question.bind(_examples(question))
    theirs_bound = {name: _term(term) for name, term in bound.items()}

    def mine() -> int:
        return len(store.select(question.text, bound).rows)

    def theirs() -> int:
        found = graph.query(question.text, initNs=PREFIXES, initBindings=theirs_bound)  # type: ignore[arg-type]
        return sum(1 for _ in found)

    rows = mine()
    first, second = in_turn(mine, theirs, rounds=3, budget=30)
    return first, second, rows


def main() -> None:
    """Print a table of all questions, and the medians over them."""
    kg = guidekg.load()
    store, graph = _large(kg)
    gc.freeze()  # what stands there is not to be gone through while others are timed
    rows, shipped, ratios = [], [], []
    for name, question in kg.questions.items():
        values = _examples(question)
        (small,) = in_turn(lambda q=question, v=values: q(**v), rounds=15)  # type: ignore[misc]
        shipped.append(small.median)
        if name in ALL_WITH_ALL:
            rows.append((name, str(small), *("",) * 4))
            continue
        mine, theirs, found = _against_rdflib(question, store, graph)
        ratio = theirs.median / mine.median
        ratios.append(ratio)
        rows.append((name, str(small), str(found), str(mine), str(theirs), f"{ratio:.0f}"))
        print(".", end="", flush=True)
    assert len(store) == len(graph)
    table(
        f"Questions: the shipped guide ({len(kg.store):,} triples, answers with their"
        f" clauses), and {len(store):,} triples against rdflib {rdflib.__version__}",
        ["question", "shipped, ms", "rows", "embedded, ms", "rdflib, ms", "times"],
        rows,
    )
    print(
        f"\nShipped size: median {statistics.median(shipped):.2f} ms,"
        f" slowest {max(shipped):.2f} ms (at most 2)."
    )
    print(
        f"Against rdflib: median {statistics.median(ratios):.0f} times (at least 30),"
        f" lowest {min(ratios):.0f} (at least 5)."
    )
