"""What follows by OWL 2 RL: within the profile, consistent, and clean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import guidekg
from guidekg.errors import InconsistencyError
from guidekg.guides.closure import closure
from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

OWL, SKOS = PREFIXES["owl"], PREFIXES["skos"]
CCCEV = "http://data.europa.eu/m8g/"
# The constructs of OWL 2 RL that an ontology of named classes may use in every position.
CONSTRUCTS = {
    "AnnotationProperty",
    "Class",
    "ObjectProperty",
    "DatatypeProperty",
    "TransitiveProperty",
    "SymmetricProperty",
    "FunctionalProperty",
    "AllDifferent",
    "AllDisjointClasses",
    "Ontology",
    "deprecated",
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


HERE = Path(__file__).parent
FOLDERS = [HERE / "fixtures/kinds", *sorted(HERE.glob("guides/*/guide"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(HERE)))
def test_a_condition_is_no_provision(folder: Path) -> None:
    """What says on which condition a requirement applies is a constraint, and nothing more."""
    kg = guidekg.load(folder, shipped=False)
    named = {
        ox.Triple(*map(named_node, triple))
        for triple in kg.asserted()
        if not isinstance(triple.object, ox.Literal)
    }
    conditions = {
        triple.object
        for triple in named
        if triple.predicate.value in {NS + "appliesIf", NS + "exceptIf"}
    }
    kinds = {
        str(triple.object).strip("<>")
        for triple in (*named, *closure(named))
        if triple.subject in conditions and triple.predicate.value == RDF_TYPE
    }
    assert NS + "Constraint" in kinds or not conditions
    assert not kinds & {NS + "Provision", NS + "Requirement", CCCEV + "Requirement"}


def named_node(part: object) -> ox.NamedNode:
    """A name for each blank node: what is concluded of those is left out."""
    return part if isinstance(part, ox.NamedNode) else ox.NamedNode(f"{ID}node/{str(part)[2:]}")


def skos() -> list[ox.Triple]:
    path = HERE / "skos.ttl"
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]


@pytest.fixture
def nothing_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reasoner hears also what no axiom of the ontology speaks of."""
    monkeypatch.setattr("guidekg.guides.closure._SILENT", frozenset())


@pytest.mark.usefixtures("nothing_left_out")
def test_all_that_skos_says_is_consistent(kg: KnowledgeGraph) -> None:
    closure([*kg.asserted(), *skos()])


@pytest.mark.usefixtures("nothing_left_out")
@pytest.mark.parametrize(
    "extra",
    [
        [("x", SKOS + "broader", "y"), ("y", SKOS + "broader", "z"), ("z", SKOS + "related", "x")],
        [("x", SKOS + "broader", "y"), ("y", SKOS + "hasTopConcept", "x")],
        [("x", SKOS + "inScheme", "y"), ("y", SKOS + "narrower", "z")],
        [("x", SKOS + "exactMatch", "y"), ("y", SKOS + "relatedMatch", "x")],
    ],
)
def test_what_skos_excludes_is_found(extra: list[tuple[str, str, str]]) -> None:
    triples = [ox.Triple(node(s), ox.NamedNode(p), node(o)) for s, p, o in extra]
    with pytest.raises(InconsistencyError, match="contradict"):
        closure([*triples, *skos()])


def test_a_field_is_not_related_to_one_above_it(kg: KnowledgeGraph) -> None:
    """S27 is in the ontology itself: who opens a guide that breaks it is told."""
    said = [("x", "broader", "y"), ("x", "related", "y")]
    triples = [ox.Triple(node(s), ox.NamedNode(SKOS + p), node(o)) for s, p, o in said]
    with pytest.raises(InconsistencyError, match="contradict"):
        closure([*kg.asserted(), *triples])


def test_places_nest_through_every_level(kg: KnowledgeGraph) -> None:
    within = kg.query("ASK { place:cn-652902 gk:within place:cn-652900 , place:cn-650000 }")
    assert bool(within)
