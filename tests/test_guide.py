"""The guide's own data: every quote is the source's, all of it is covered, every row is carried."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import DCTERMS, PROV, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef

if TYPE_CHECKING:
    from rdflib.term import Node

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data/guides/zj-sti-2022"
GK = Namespace("https://w3id.org/guidekg/ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
ID = "https://w3id.org/guidekg/id/"
TEXT = (FOLDER / "source.zh.txt").read_bytes().decode()
ROWS = list(csv.DictReader((ROOT / "tests/expected/requirements.csv").open(encoding="utf-8")))
PARENTS = {
    "bilateral": {"bilateral", "finland", "israel", "czechia", "norway", "west-flanders"}
    | {"singapore"},
    "intergovernmental": {"intergovernmental", "midlands-engine"},
    "foreign-rd-centre": {"foreign-rd-centre"},
    "paired-assistance": {"paired-assistance"},
}
# Reached by no provision of this guide itself, only through a class below it.
ABSTRACT = {"Provision", "Requirement", "FieldList", "Deadline", "GrantLimit", "DurationLimit"}


@pytest.fixture(scope="module")
def guide() -> Graph:
    return Graph().parse(FOLDER / "guide.ttl")


def value(graph: Graph, subject: Node, predicate: URIRef) -> str:
    (found,) = graph.objects(subject, predicate)
    return str(found)


def span(graph: Graph, clause: Node) -> tuple[int, int]:
    return int(value(graph, clause, OA.start)), int(value(graph, clause, OA.end))


def of_class(graph: Graph, *names: str) -> set[Node]:
    return {s for name in names for s in graph.subjects(RDF.type, GK[name])}


def provisions(graph: Graph) -> set[Node]:
    return set(graph.objects(None, GK.hasProvision))


def clauses_of(graph: Graph, provision: Node) -> set[Node]:
    return {*graph.objects(provision, GK.clause), *graph.objects(provision, GK.phrase)}


def test_the_source_is_unchanged(guide: Graph) -> None:
    digest = hashlib.sha256((FOLDER / "source.zh.txt").read_bytes()).hexdigest()
    assert value(guide, URIRef(ID + "source/zj-sti-2022-zh"), GK.sha256) == digest


def test_every_quote_is_the_source_at_its_offsets(guide: Graph) -> None:
    spans = of_class(guide, "Clause", "Phrase", "StructuralSpan")
    assert spans
    for clause in spans:
        start, end = span(guide, clause)
        (exact,) = guide.objects(clause, OA.exact)
        assert exact == Literal(TEXT[start:end], lang="zh"), clause
        assert str(clause) == f"{ID}clause/zj-sti-2022-{start}-{end}"
        assert value(guide, clause, GK.inSource) == ID + "source/zj-sti-2022-zh"


def test_a_clause_is_at_most_one_sentence(guide: Graph) -> None:
    for clause in of_class(guide, "Clause", "Phrase"):
        exact = value(guide, clause, OA.exact)
        assert "\n" not in exact, clause
        assert "。" not in exact[:-1], clause
        assert exact == exact.strip(), clause


def test_every_clause_is_cited(guide: Graph) -> None:
    cited = {
        *guide.objects(None, GK.clause),
        *guide.objects(None, GK.phrase),
        *guide.objects(None, PROV.wasDerivedFrom),
    }
    assert of_class(guide, "Clause", "Phrase") <= cited


def test_the_whole_text_is_covered(guide: Graph) -> None:
    said: set[int] = set()
    for provision in provisions(guide):
        for clause in clauses_of(guide, provision):
            said.update(range(*span(guide, clause)))
    structural: set[int] = set()
    for clause in of_class(guide, "StructuralSpan"):
        structural.update(range(*span(guide, clause)))
    counted = {i for i, character in enumerate(TEXT) if character.isalnum()}
    assert "".join(TEXT[i] for i in sorted(counted - said - structural)) == ""
    assert not (said & structural)
    assert len(counted & structural) / len(counted) <= 0.02


def test_every_span_and_reading_gives_its_reason(guide: Graph) -> None:
    for thing in of_class(guide, "StructuralSpan", "Reading"):
        assert {reason.language for reason in literals(guide, thing, GK.reason)} == {"zh", "en"}
    for reading in of_class(guide, "Reading"):
        assert list(guide.objects(reading, PROV.wasDerivedFrom)), reading
        assert list(guide.subjects(GK.reading, reading)), reading


def literals(graph: Graph, subject: Node, predicate: URIRef) -> list[Literal]:
    return [found for found in graph.objects(subject, predicate) if isinstance(found, Literal)]


def test_every_reading_named_is_described(guide: Graph) -> None:
    fields = Graph().parse(ROOT / "data/fields.ttl")
    shared = of_class(fields, "Reading")
    assert set(guide.objects(None, GK.reading)) - shared == of_class(guide, "Reading")
    assert set(fields.objects(None, GK.reading)) == shared


def test_every_link_between_fields_rests_on_a_reading() -> None:
    fields = Graph().parse(ROOT / "data/fields.ttl")
    linked = {s for link in (SKOS.broader, SKOS.related) for s in fields.subjects(link)}
    assert linked
    assert {field for field in linked if not list(fields.objects(field, GK.reading))} == set()


def test_labels_in_both_languages(guide: Graph) -> None:
    named = {s for s in guide.subjects() if isinstance(s, URIRef)} - of_class(
        guide, "Clause", "Phrase", "StructuralSpan"
    )
    for thing in named:
        languages = sorted(str(label.language) for label in literals(guide, thing, RDFS.label))
        assert languages == ["en", "zh"], thing


def test_no_blank_nodes(guide: Graph) -> None:
    assert not any(isinstance(node, BNode) for triple in guide for node in triple)


def test_the_schemes(guide: Graph) -> None:
    assert len(of_class(guide, "Programme")) == 2
    assert len(of_class(guide, "Track")) == 4
    assert len(of_class(guide, "PartnerCall")) == 7
    for call in of_class(guide, "PartnerCall"):
        assert len(list(guide.objects(call, GK.partnerRegion))) == 1


def test_every_provision_has_a_modality_and_a_ground(guide: Graph) -> None:
    for provision in provisions(guide):
        value(guide, provision, GK.modality)
        assert clauses_of(guide, provision) or list(guide.objects(provision, GK.reading)), provision


def test_every_kind_of_provision_is_used(guide: Graph) -> None:
    ontology = Graph().parse(ROOT / "ontology/guidekg.ttl")
    kinds = {
        str(kind).removeprefix(str(GK))
        for kind in ontology.transitive_subjects(RDFS.subClassOf, GK.Provision)
    }
    used = {
        str(kind).removeprefix(str(GK))
        for provision in provisions(guide)
        for kind in guide.objects(provision, RDF.type)
    }
    assert used == kinds - ABSTRACT


def test_identifiers_are_unique(guide: Graph) -> None:
    counts = Counter(str(identifier) for identifier in guide.objects(None, DCTERMS.identifier))
    assert {identifier for identifier, times in counts.items() if times > 1} == set()
    for requirement, identifier in guide.subject_objects(DCTERMS.identifier):
        assert str(requirement) == f"{ID}requirement/zj-sti-2022-{str(identifier).lower()}"


def test_no_other_rows_than_those_of_the_table(guide: Graph) -> None:
    assert {str(row) for row in guide.objects(None, GK.requirementRow)} == {r["id"] for r in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_every_row_is_carried(row: dict[str, str], guide: Graph) -> None:
    carried = set(guide.subjects(GK.requirementRow, Literal(row["id"])))
    assert carried
    spans = []
    for requirement in carried:
        assert value(guide, requirement, GK.modality) == f"{ID}modality/{row['modality']}"
        severity = value(guide, requirement, GK.severityIfUnmet)
        assert severity == str(SH[row["severity_if_unmet"]])
        needed = {
            value(guide, other, GK.requirementRow)
            for other in guide.objects(requirement, GK.dependsOn)
        }
        assert needed == ({row["depends_on"]} if row["depends_on"] else set())
        (scheme,) = guide.subjects(GK.hasProvision, requirement)
        assert str(scheme).removeprefix(ID + "scheme/zj-sti-2022-") in PARENTS[row["track"]]
        spans += [span(guide, clause) for clause in clauses_of(guide, requirement)]
    start = int(row["start"])
    assert TEXT.startswith(row["source_text"], start)
    assert any(first <= start < end for first, end in spans)


@pytest.mark.parametrize(
    ("row", "suffixes"),
    [
        ("R1-REGION", {"finland", "israel", "czechia", "norway", "west-flanders", "singapore"}),
        ("R1-AGENCY", {"finland", "israel", "czechia", "norway", "west-flanders", "singapore"}),
        ("R1-FIELD", {"finland", "israel", "czechia", "norway", "west-flanders", "singapore"}),
        ("R1-FDL", {"finland", "israel", "norway", "west-flanders", "singapore"}),
        ("P1-FIELD", {"finland", "israel", "czechia", "west-flanders", "singapore"}),
        ("P1-YRD", {"finland", "singapore"}),
    ],
)
def test_a_row_of_many_calls_is_one_requirement_each(
    row: str, suffixes: set[str], guide: Graph
) -> None:
    found = {
        (value(guide, scheme, RDF.type), value(guide, requirement, DCTERMS.identifier))
        for requirement in guide.subjects(GK.requirementRow, Literal(row))
        for scheme in guide.subjects(GK.hasProvision, requirement)
    }
    assert found == {(str(GK.PartnerCall), f"{row}-{suffix}") for suffix in suffixes}


def test_the_eleven_counties_are_eleven(guide: Graph) -> None:
    provision = URIRef(ID + "provision/zj-sti-2022-midlands-engine-counties")
    assert len(list(guide.objects(provision, GK.phrase))) == 11
    assert value(guide, provision, GK.declaredCount) == "11"
