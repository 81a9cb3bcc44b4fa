"""What follows by OWL 2 RL: within the profile, consistent, and clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from guidekg.errors import InconsistencyError
from guidekg.guides.closure import closure
from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

OWL = PREFIXES["owl"]
# The constructs of OWL 2 RL that an ontology of named classes may use in every position.
CONSTRUCTS = {
    "Class",
    "ObjectProperty",
    "DatatypeProperty",
    "TransitiveProperty",
    "SymmetricProperty",
    "FunctionalProperty",
    "AllDifferent",
    "AllDisjointClasses",
    "Ontology",
    "disjointWith",
    "distinctMembers",
    "imports",
    "inverseOf",
    "members",
    "propertyChainAxiom",
    "propertyDisjointWith",
    "versionIRI",
    "versionInfo",
}


def inferred(kg: KnowledgeGraph) -> set[ox.Triple]:
    store = kg.store
    return store.triples(inferred=True) - store.triples(inferred=False)


def test_the_ontology_stays_within_owl_2_rl(kg: KnowledgeGraph) -> None:
    used = {
        node.value.removeprefix(OWL)
        for triple in kg.asserted()
        for node in (triple.predicate, triple.object)
        if isinstance(node, ox.NamedNode) and node.value.startswith(OWL)
    }
    assert used <= CONSTRUCTS


def test_no_class_expression_stands_above_or_below_a_class(kg: KnowledgeGraph) -> None:
    axioms = {PREFIXES["rdfs"] + "subClassOf", PREFIXES["rdfs"] + "domain"}
    for triple in kg.asserted():
        if triple.predicate.value in axioms:
            assert isinstance(triple.object, ox.NamedNode)


def test_the_closure_is_clean(kg: KnowledgeGraph) -> None:
    for triple in closure(kg.asserted()):
        assert isinstance(triple.subject, ox.NamedNode)
        assert isinstance(triple.object, ox.NamedNode)
        assert triple.subject != triple.object or triple.predicate.value != OWL + "sameAs"
        assert triple.object.value not in {OWL + "Thing", PREFIXES["rdfs"] + "Resource"}


def test_the_closure_is_a_fixed_point(kg: KnowledgeGraph) -> None:
    both = kg.store.triples(inferred=True)
    assert set(closure(both)) - both == set()


def test_what_holds_by_inheritance_is_inferred(kg: KnowledgeGraph) -> None:
    maximum = ox.NamedNode(f"{ID}requirement/zj-sti-2022-r1-max")
    call = ox.NamedNode(f"{ID}scheme/zj-sti-2022-finland")
    triple = ox.Triple(call, ox.NamedNode(NS + "applicableProvision"), maximum)
    assert triple in inferred(kg)
    own = ox.Triple(call, ox.NamedNode(NS + "hasProvision"), maximum)
    assert own not in kg.store.triples(inferred=True)


def test_possibly_within_is_never_within(kg: KnowledgeGraph) -> None:
    rows = kg.query("SELECT ?p ?q WHERE { ?p gk:possiblyWithin ?q ; gk:within ?q }")
    assert list(rows) == []  # type: ignore[arg-type]


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{ID}place/{name}")


@pytest.mark.parametrize(
    "extra",
    [
        [("x", RDF_TYPE, NS + "Programme"), ("x", RDF_TYPE, NS + "Track")],
        [("x", RDF_TYPE, NS + "Place"), ("x", RDF_TYPE, NS + "Provision")],
    ],
)
def test_a_contradiction_is_found(kg: KnowledgeGraph, extra: list[tuple[str, str, str]]) -> None:
    triples = [ox.Triple(node(s), ox.NamedNode(p), ox.NamedNode(o)) for s, p, o in extra]
    with pytest.raises(InconsistencyError, match="contradict"):
        closure([*kg.asserted(), *triples])


def test_places_nest_through_every_level(kg: KnowledgeGraph) -> None:
    within = kg.query("ASK { place:cn-652902 gk:within place:cn-652900 , place:cn-650000 }")
    assert bool(within)
