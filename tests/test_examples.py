"""The example proposals use no term and no thing that is not defined."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, Graph, URIRef

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/guidekg/"
EXAMPLES = sorted(ROOT.glob("examples/*.ttl"))


@pytest.fixture(scope="module")
def known() -> set[URIRef]:
    """Everything that the ontology and the data describe."""
    graph = Graph()
    for folder in ("ontology", "data"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            graph.parse(path)
    return {subject for subject in graph.subjects(RDF.type) if isinstance(subject, URIRef)}


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_name_of_ours_is_defined(path: Path, known: set[URIRef]) -> None:
    used = {
        term
        for triple in Graph().parse(path)
        for term in triple
        if isinstance(term, URIRef) and term.startswith(BASE)
    }
    assert used
    assert used - known == set()
