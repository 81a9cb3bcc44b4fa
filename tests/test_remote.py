"""An endpoint that holds what `guidekg export` writes gives the same answers as the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import guidekg
from guidekg.errors import EndpointQueryError, QueryError, UnknownNameError
from guidekg.rdf.namespaces import ASSERTED, ID, NS, PREFIXES
from tests.endpoints import ENDPOINTS
from tests.expected import ANSWERS
from tests.faulty import Relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("guidekg")
EXPECTED = sorted(ANSWERS.glob("*.json"))
PROPOSALS = ROOT / "examples/proposals.ttl"


@pytest.fixture(scope="session", params=ENDPOINTS)
def url(
    request: pytest.FixtureRequest, kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of an endpoint that holds the shipped guide."""
    export = tmp_path_factory.mktemp("endpoint") / "guide.nq"
    export.write_bytes(kg.nquads())
    with ENDPOINTS[request.param](export) as address:
        yield address


@pytest.fixture(scope="session")
def remote(url: str) -> KnowledgeGraph:
    """The shipped guide at an endpoint."""
    return guidekg.connect(url)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_every_question_has_the_same_answer(
    kg: KnowledgeGraph, remote: KnowledgeGraph, path: Path
) -> None:
    here, there = kg.questions[path.stem], remote.questions[path.stem]
    for case in json.loads(path.read_text(encoding="utf-8")):
        terms = here.bind(case["parameters"])
        assert there.bind(case["parameters"]) == terms
        assert there.repository.store.select(there.text, terms) == here.repository.store.select(
            here.text, terms
        )
        assert there(**case["parameters"]).rows == here(**case["parameters"]).rows


def test_things_are_the_same(kg: KnowledgeGraph, remote: KnowledgeGraph) -> None:
    assert remote.guides == kg.guides
    assert remote.schemes() == kg.schemes()
    assert all(scheme.own or scheme.applicable for scheme in remote.schemes())
    assert len(remote.store) == len(kg.store)
    for iri, guide in remote.guides.items():
        assert remote.coverage(iri) == kg.coverage(iri)
        assert guide.text == kg.guides[iri].text


def test_names_are_the_same(kg: KnowledgeGraph, remote: KnowledgeGraph) -> None:
    assert remote.names == kg.names
    assert remote.scheme("芬兰").iri == f"{ID}scheme/zj-sti-2022-finland"
    with pytest.raises(UnknownNameError) as caught:
        remote.scheme("finlnd")
    assert "finland" in caught.value.nearest


def test_the_whole_graph_comes_back(kg: KnowledgeGraph, remote: KnowledgeGraph) -> None:
    assert remote.nquads() == kg.nquads()
    assert remote.nquads(inferred=False) == kg.nquads(inferred=False)
    assert len(remote.graph(inferred=True)) == len(kg.graph(inferred=True))
    assert len(remote.asserted()) == len(remote.graph()) == len(kg.graph())


def test_validation_is_the_same(kg: KnowledgeGraph, remote: KnowledgeGraph) -> None:
    run = {"as_of": date(2022, 10, 1), "facts": {"provincial-deadline": date(2022, 9, 15)}}
    here, there = kg.validate(PROPOSALS, **run), remote.validate(PROPOSALS, **run)
    assert here.judgements
    assert there.judgements == here.judgements
    assert there.header == here.header


def test_worker_processes_judge_by_the_endpoints_facts(
    kg: KnowledgeGraph, remote: KnowledgeGraph
) -> None:
    day = date(2022, 10, 1)
    there = remote.validate(PROPOSALS, as_of=day, workers=2)
    assert there.judgements == kg.validate(PROPOSALS, as_of=day).judgements


FOUR = "scheme:zj-sti-2022-finland scheme:zj-sti-2022-israel place:fi place:il"
BOUND: list[tuple[str, dict[str, Any]]] = [
    ("SELECT ?c WHERE { ?c gk:partOf ?t ; gk:partnerRegion ?place }", {"place": "place:fi"}),
    ("SELECT ?place ?c WHERE { ?c gk:partnerRegion $place }", {"place": "place:fi"}),
    ("SELECT DISTINCT * WHERE { ?c gk:partnerRegion ?place }", {"place": "place:fi"}),
    # a filter sees only its own group
    (
        "SELECT ?c ?m WHERE { ?c a gk:Track OPTIONAL { ?c gk:hasProvision ?p ."
        " ?p gk:maximum ?m FILTER(?m > ?a) } } ORDER BY ?c ?m",
        {"a": 1},
    ),
    (
        "SELECT ?x WHERE { { ?x gk:maximum ?m FILTER(?m >= ?a) }"
        " UNION { ?x gk:minimum ?m FILTER(?m >= ?a) } } ORDER BY ?x",
        {"a": 500000},
    ),
    ("SELECT ?c WHERE { ?c a gk:Track MINUS { ?c gk:partOf ?up } } ORDER BY ?c", {"up": "urn:x"}),
    (
        "SELECT ?c WHERE { ?c a gk:PartnerCall FILTER EXISTS { ?c gk:partOf ?up } } ORDER BY ?c",
        {"up": "scheme:zj-sti-2022-bilateral"},
    ),
    ("SELECT ?c WHERE { ?c ?p ?o { ?c a ?k } { ?o a gk:Track } } ORDER BY ?c", {"k": "gk:Track"}),
    # a sub-select that does not project the variable has another of that name
    (
        "SELECT ?c ?n WHERE { ?c gk:partnerRegion ?place { SELECT (COUNT(?place) AS ?n)"
        " WHERE { ?x gk:partnerRegion ?place } } }",
        {"place": "place:fi"},
    ),
    (
        "SELECT ?c ?n WHERE { ?c gk:partnerRegion ?place { SELECT ?place (COUNT(*) AS ?n)"
        " WHERE { ?x gk:accepts ?place } GROUP BY ?place } }",
        {"place": "place:fi"},
    ),
    (f"SELECT ?x WHERE {{ VALUES ?x {{ {FOUR} }} ?x a ?k }} ORDER BY ?x", {"k": "gk:Place"}),
    ("SELECT (COUNT(?c) AS ?n) WHERE { ?c gk:partnerRegion ?place }", {"place": "place:fi"}),
    (
        "SELECT ?k (COUNT(?c) AS ?n) WHERE { ?c a ?k OPTIONAL { ?c gk:partOf ?up FILTER(?up = ?t) }"
        " FILTER(BOUND(?up)) } GROUP BY ?k ORDER BY ?k",
        {"t": "scheme:zj-sti-2022-bilateral"},
    ),
    ("SELECT ?c WHERE { ?c rdfs:label ?l } # ?l { }", {"l": '"} . ?x ?y ?z } #'}),
    ("SELECT ?d WHERE { BIND(?v + 1 AS ?d) }", {"v": 2}),
    ("SELECT ?d WHERE { BIND(DATATYPE(?v) AS ?d) }", {"v": date(2022, 9, 30)}),
]


@pytest.mark.parametrize(("text", "values"), BOUND, ids=[text for text, _ in BOUND])
def test_variables_are_bound_alike(
    kg: KnowledgeGraph, remote: KnowledgeGraph, text: str, values: dict[str, Any]
) -> None:
    here, there = kg.query(text, **values), remote.query(text, **values)
    assert isinstance(here, ox.QuerySolutions)
    assert isinstance(there, ox.QuerySolutions)
    assert there.variables == here.variables
    assert list(map(tuple, there)) == list(map(tuple, here))


@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT WHERE { ?c gk:partnerRegion ?place }",
        "CONSTRUCT { ?place gk:of ?c } WHERE { ?c gk:partnerRegion ?place }",
        "DESCRIBE ?c WHERE { ?c gk:partnerRegion ?place }",
        "DESCRIBE ?place",
    ],
)
def test_graphs_are_bound_alike(kg: KnowledgeGraph, remote: KnowledgeGraph, text: str) -> None:
    here, there = (graph.query(text, place="place:fi") for graph in (kg, remote))
    assert isinstance(there, ox.QueryTriples)
    found = set(there)
    if text != "DESCRIBE ?place":  # which the embedded engine does not bind
        assert found == set(here)  # type: ignore[arg-type]
    assert found


@pytest.mark.parametrize(("place", "answer"), [("place:fi", True), ("place:se", False)])
def test_questions_of_yes_and_no_are_bound_alike(
    kg: KnowledgeGraph, remote: KnowledgeGraph, place: str, *, answer: bool
) -> None:
    for graph in (kg, remote):
        found = graph.query("ASK { ?c gk:partnerRegion ?place }", place=place)
        assert isinstance(found, ox.QueryBoolean)
        assert bool(found) is answer


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_bound_text_arrives_as_the_term_that_it_is(remote: KnowledgeGraph, text: str) -> None:
    rows = remote.store.select("SELECT ?w WHERE { BIND(?v AS ?w) }", {"v": ox.Literal(text)}).rows
    assert rows == [(ox.Literal(text),)]


def test_a_blank_node_cannot_be_sent(remote: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="IRI or a literal"):
        remote.query("SELECT ?o WHERE { ?s ?p ?o }", s=ox.BlankNode("x"))


def test_asserted_and_inferred_are_two_graphs(remote: KnowledgeGraph) -> None:
    where = "{ scheme:zj-sti-2022-finland gk:applicableProvision ?p }"
    assert bool(remote.query(f"ASK {where}"))
    assert not bool(remote.query(f"ASK {{ GRAPH <{ASSERTED}> {where} }}"))
    assert not bool(remote.query(f"ASK FROM <{ASSERTED}> {where}"))


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <urn:a> <urn:b> <urn:c> }", "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }"]
)
def test_what_may_not_run_is_not_sent(url: str, text: str) -> None:
    with Relay(url) as relay:
        graph = guidekg.connect(relay.url)
        sent = len(relay.requests)
        with pytest.raises(QueryError):
            graph.query(text)
        assert len(relay.requests) == sent


def test_a_malformed_query_is_told_in_the_endpoints_words(remote: KnowledgeGraph, url: str) -> None:
    with pytest.raises(EndpointQueryError) as caught:
        remote.query("SELECT ?x WHERE { ?x ?y }")
    assert caught.value.status == 400
    assert url in caught.value.en
    assert "SELECT ?x WHERE" in caught.value.en
    assert isinstance(caught.value, QueryError)
    with pytest.raises(QueryError, match="SELECT"):
        remote.query("HELLO ?x")


def test_own_prefixes_of_a_query_are_kept(remote: KnowledgeGraph) -> None:
    text = "PREFIX gk: <urn:other#> PREFIX o: <urn:o#> ASK { ?s gk:partOf ?o }"
    assert not bool(remote.query(text))


def test_things_take_few_requests(url: str) -> None:
    with Relay(url) as relay:
        graph = guidekg.connect(relay.url)
        assert len(relay.requests) == 1
        assert len(graph.schemes()) == 13
        assert all(graph.coverage(iri).share == 1 for iri in graph.guides)
        graph.scheme("finland")
        assert len(relay.requests) <= 13  # the facts that provisions hold among them
        before = len(relay.requests)
        assert len(graph.questions["definitions"]())
        assert len(relay.requests) <= before + 2  # the question, and which are provisions


def test_what_was_read_is_not_read_again(url: str) -> None:
    label, day = ox.NamedNode(PREFIXES["rdfs"] + "label"), ox.NamedNode(NS + "monthDay")
    call = ox.NamedNode(ID + "scheme/zj-sti-2022-finland")
    with Relay(url) as relay:
        store = guidekg.connect(relay.url).store
        assert store.objects(call, label)
        before = len(relay.requests)
        assert store.objects(call, label)
        assert store.objects(call, day) == []
        sent = [unquote_plus(request.body.decode()) for request in relay.requests[before:]]
    assert sent
    assert all(str(day) in query and str(label) not in query for query in sent)


@pytest.mark.parametrize(
    "arguments",
    [
        ["info", "--format", "csv"],
        ["questions", "--format", "csv"],
        ["ask", "calls-by-field-and-partner-region", "--field", "绿色技术", "--region", "长三角"],
        ["query", "SELECT ?c { ?c a gk:PartnerCall } ORDER BY ?c", "--format", "json"],
        ["show", "芬兰", "--lang", "zh"],
        ["source"],
        ["source", "--find", "长三角"],
        ["validate", str(PROPOSALS), "--as-of", "2022-10-01", "--checklist"],
        ["shapes"],
        ["export"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_every_command_that_reads(url: str, arguments: list[str]) -> None:
    done = [
        subprocess.run([COMMAND, *arguments, *more], capture_output=True, cwd=ROOT, check=False)
        for more in ([], ["--endpoint", url])
    ]
    assert done[1].stderr == b""
    assert done[1].stdout == done[0].stdout != b""
    assert done[1].returncode == done[0].returncode


def test_the_command_line_takes_its_token_from_the_environment(url: str) -> None:
    with Relay(url) as relay:
        environment = {**os.environ, "GUIDEKG_TOKEN": "s3cret", "LC_ALL": "C.UTF-8"}
        command = [COMMAND, "show", "finland", "--endpoint", relay.url]
        subprocess.run(command, env=environment, capture_output=True, check=True)
        assert {item.headers["authorization"] for item in relay.requests} == {"Bearer s3cret"}


def test_a_folder_and_an_endpoint_are_not_mixed(url: str) -> None:
    command = [COMMAND, "source", "--guide", "tests/fixtures/mini-guide", "--endpoint", url]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "--endpoint" in done.stderr
