"""The shipped JSON-LD context: made from the ontology, and the same thing as Turtle."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.compare import isomorphic

from guidekg.rdf.namespaces import NS
from guidekg.validation.inputs import Document, documents, triples
from guidekg.validation.inputs.jsonld import CONTEXT, shipped

ROOT = Path(__file__).parents[2]
PROPOSALS = Path(__file__).with_name("test_inputs_proposals.jsonld")
EXAMPLE = ROOT / "examples/proposal.jsonld"


def graph_of(path: Path) -> Graph:
    (document,) = documents(path)
    assert isinstance(document, Document), document
    text = ox.serialize(triples(document), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=text, format="nt")


def test_the_committed_context_is_what_the_script_makes() -> None:
    made = runpy.run_path(str(ROOT / "scripts/make_context.py"))["text"]()
    assert (ROOT / "ontology/context.jsonld").read_text(encoding="utf-8") == made


def test_the_example_proposals_in_json_ld_are_the_same_triples_as_in_turtle() -> None:
    turtle = Graph().parse(ROOT / "examples/proposals.ttl")
    assert isomorphic(graph_of(PROPOSALS), turtle)


def test_another_processor_reads_the_context_alike() -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("1350000.50", '"1350000.50"')
    data = json.loads(text)
    data["@context"][0] = shipped()
    other = Graph().parse(data=json.dumps(data), format="json-ld")
    assert isomorphic(graph_of(EXAMPLE), other)


def test_every_term_of_a_proposal_is_in_the_context() -> None:
    used = {
        str(term).removeprefix(NS)
        for triple in Graph().parse(ROOT / "examples/proposals.ttl")
        for term in triple
        if isinstance(term, URIRef) and term.startswith(NS)
    }
    assert "Proposal" in used
    assert "onSiteYear" in used
    assert used - shipped().keys() == set()


def test_the_example_uses_no_name_that_is_not_defined() -> None:
    known: set[object] = set()
    for folder in ("ontology", "data"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            known |= set(Graph().parse(path).subjects(RDF.type))
    used = {
        term
        for triple in graph_of(EXAMPLE)
        for term in triple
        if isinstance(term, URIRef) and term.startswith("https://w3id.org/guidekg/")
    }
    assert used
    assert used - known == set()


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"field": "field:bioeconomy"}, "field/bioeconomy"),
        ({"about": "claim:eu-taxonomy-aligned"}, "claim/eu-taxonomy-aligned"),
        ({"broader": "field:bioeconomy"}, "field/bioeconomy"),
        ({"agreementType": "topic:letter-of-intent"}, "topic/letter-of-intent"),
        ({"field": {"id": "urn:own", "broader": "field:bioeconomy"}}, "field/bioeconomy"),
        ({"claim": {"id": "urn:own", "about": "claim:eu-taxonomy-aligned"}}, "claim/eu-taxonomy-aligned"),
    ],
)  # fmt: skip
def test_names_that_are_property_and_prefix_are_told_apart(
    node: dict[str, object], value: str
) -> None:
    (document,) = documents({"@context": CONTEXT, "id": "urn:a", **node})
    assert isinstance(document, Document)
    assert triples(document)[-1].object == ox.NamedNode(f"https://w3id.org/guidekg/id/{value}")
