"""The report as RDF."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from formats_sample import BASE, sample, written
from rdflib import RDF, SH, Graph, Literal, Namespace, URIRef

from guidekg.rdf.namespaces import NS
from guidekg.reports.model import Where
from guidekg.reports.report import Report
from guidekg.resources import folder, turtle_files

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

GK = Namespace(NS)


@pytest.fixture(scope="module")
def report(kg: KnowledgeGraph) -> Report:
    return sample(kg)


@pytest.fixture(scope="module")
def graph(report: Report) -> Graph:
    return Graph().parse(data=written(report, "turtle"), format="turtle")


def with_value(report: Report, value: str) -> Graph:
    judged = report.judgements[1]
    item = next(item for item in judged.checklist if item.findings)
    item = replace(item, findings=(replace(item.findings[0], value=value),))
    one = Report(report.header, [replace(judged, checklist=(item,))])
    return Graph().parse(data=written(one, "turtle"), format="turtle")


def test_two_parsers_read_the_same_number_of_triples(report: Report, graph: Graph) -> None:
    quads = list(ox.parse(written(report, "turtle").encode(), ox.RdfFormat.TURTLE))
    assert len({str(quad) for quad in quads}) == len(graph)


def test_it_is_a_standard_report(report: Report, graph: Graph) -> None:
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms) == Literal(False)  # noqa: FBT003  # an RDF literal
    results = list(graph.objects(node, SH.result))
    assert len(results) == sum(len(judged.findings) for judged in report.judgements) == 6
    for result in results:
        assert (result, RDF.type, SH.ValidationResult) in graph
        assert len(list(graph.objects(result, SH.focusNode))) == 1
        assert len(list(graph.objects(result, SH.sourceShape))) == 1
        severity = graph.value(result, SH.resultSeverity)
        assert severity in (SH.Violation, SH.Warning, SH.Info)
        languages = {message.language for message in graph.objects(result, SH.resultMessage)}  # type: ignore[attr-defined]
        assert languages == {"zh", "en"}


def test_a_result_leads_to_the_sentence_of_the_guide(graph: Graph) -> None:
    query = """
    SELECT ?exact ?line ?value WHERE {
      ?result a sh:ValidationResult ; sh:focusNode ?proposal ; gk:judgedRequirement ?requirement ;
        sh:value ?value ; prov:atLocation [ ptr:lineNumber ?line ] .
      ?requirement dcterms:identifier "R1-MAX" ; gk:clause [ oa:exact ?exact ] .
    }"""
    ((exact, line, value),) = graph.query(query, initBindings={"proposal": URIRef(f"{BASE}p3")})
    assert (str(exact), int(line), int(value)) == ("建议财政补助经费：150万元以内", 20, 1_600_000)


def test_verdicts_and_states_are_there(report: Report, graph: Graph) -> None:
    (judged,) = graph.subjects(GK.judgedProposal, URIRef(f"{BASE}p2"), unique=True)
    assert graph.value(judged, GK.verdict) == GK.UndecidedVerdict
    assert graph.value(judged, GK.decidedVerdict) == GK.Ineligible
    states = [graph.value(item, GK.judgedState) for item in graph.objects(judged, GK.checklistItem)]
    asked = len(report.judgements[1].checklist)
    assert (states.count(GK.Met), states.count(GK.Undecided), len(states)) == (asked - 1, 1, asked)


@pytest.mark.parametrize(
    ("value", "node"),
    [
        ("1.50", Literal("1.50", datatype=URIRef("http://www.w3.org/2001/XMLSchema#decimal"))),
        ("field:fintech", URIRef("https://w3id.org/guidekg/id/field/fintech")),
        ('"a\\n\\"b"@zh-Hans', Literal('a\n"b', lang="zh-Hans")),
    ],
)
def test_a_value_is_a_term_again(report: Report, value: str, node: Literal | URIRef) -> None:
    assert list(with_value(report, value).objects(predicate=SH.value)) == [node]


@pytest.mark.parametrize(
    "value",
    [
        "1 , 2",
        "1 . <urn:s> <urn:p> 2",
        "1 ; <urn:q> 2",
        "[ <urn:p> 1 ]",
        '"open',
        "",
        "a b c",
        "# x",
    ],
)
def test_what_is_no_single_term_is_no_value(report: Report, value: str) -> None:
    graph = with_value(report, value)
    assert list(graph.objects(predicate=SH.value)) == []
    assert URIRef("urn:s") not in graph.all_nodes()


def test_only_a_whole_run_without_results_conforms(report: Report) -> None:
    clean = Report(report.header, report.judgements[:1])
    assert "sh:conforms true" in written(clean, "turtle")
    for bad in (
        replace(clean, partial=True),
        replace(clean, problems=report.problems),
        replace(clean, judgements=report.judgements[:2]),
    ):
        assert "sh:conforms false" in written(bad, "turtle")


def test_a_malformed_node_is_the_focus(report: Report) -> None:
    odd = replace(report.judgements[3].structure[0], where=Where("a.ttl", "not an iri\n"))
    one = Report(report.header, [replace(report.judgements[3], structure=(odd,))])
    graph = Graph().parse(data=written(one, "turtle"), format="turtle")
    assert list(graph.objects(predicate=SH.focusNode)) == [Literal("not an iri\n")]


def test_every_term_of_ours_is_in_the_ontology(graph: Graph) -> None:
    known = Graph()
    for path in turtle_files(folder("ontology")):
        known.parse(path)
    used = {term for triple in graph for term in triple if str(term).startswith(NS)}
    assert len(used) > 20
    assert used - set(known.subjects(RDF.type)) == set()
