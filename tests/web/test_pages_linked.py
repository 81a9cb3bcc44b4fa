"""Linked data: every IRI of ours answers at its own path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from guidekg.rdf.namespaces import ID, NS
from tests.web.pages_support import LANGUAGES, PAGES

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from tests.web.pages_support import Workbench

THING = "/id/requirement/zj-sti-2022-r1-dur"
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = {
    "text/turtle": ("ttl", "turtle"),
    "application/n-triples": ("nt", "nt"),
    "application/ld+json": ("jsonld", "json-ld"),
    "application/rdf+xml": ("rdf", "xml"),
}


def test_a_thing_leads_people_to_its_page_in_their_language(bench: Workbench) -> None:
    for wanted, lang in (("zh-CN,zh;q=0.9,en;q=0.5", "zh"), ("de,en;q=0.5,zh;q=0.4", "en")):
        reply = bench.send(THING, accept="text/html", accept_language=wanted)
        assert reply.status == 303
        assert reply.headers["location"] == f"/{lang}/page/requirement/zj-sti-2022-r1-dur"
        assert reply.headers["vary"].startswith("Accept, Accept-Language")


@pytest.mark.parametrize("media", FORMATS)
def test_a_thing_leads_programs_to_rdf(bench: Workbench, kg: KnowledgeGraph, media: str) -> None:
    extension, form = FORMATS[media]
    reply = bench.send(THING, accept=f"text/html;q=0.5, {media}")
    assert reply.status == 303
    assert reply.headers["location"].endswith(f"zj-sti-2022-r1-dur.{extension}")
    data = bench.send(reply.headers["location"])
    assert data.headers["content-type"].startswith(media)
    graph = Graph().parse(data=data.body, format=form)
    iri = URIRef("https://w3id.org" + THING.replace("/id", "/guidekg/id"))
    assert (iri, URIRef(NS + "maximum"), Literal(36)) in graph
    said = list(kg.query("SELECT ?p ?o WHERE { ?s ?p ?o }", s=str(iri)))
    assert len(graph) == len(said)


def test_the_quality_of_what_is_accepted_decides(bench: Workbench) -> None:
    reply = bench.send(THING, accept="text/turtle;q=0.4, text/html;q=0.9, */*;q=0.1")
    assert "/page/" in reply.headers["location"]
    reply = bench.send(THING, accept="text/html;q=0, application/rdf+xml;q=0.2, */*;q=0.1")
    assert reply.headers["location"].endswith(".rdf")


def test_what_is_not_to_be_had_is_refused_with_what_is(bench: Workbench) -> None:
    reply = bench.send(THING, accept="image/png")
    assert reply.status == 406
    assert "text/turtle" in json.loads(reply.body)["offered"]


def test_every_iri_of_ours_answers_at_its_path(bench: Workbench, kg: KnowledgeGraph) -> None:
    rows = kg.query("SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(ISIRI(?s)) }")
    iris = [row["s"].value for row in rows if row["s"].value.startswith(ID)]
    assert len(iris) > 2000
    for iri in iris:
        path = quote(iri.removeprefix("https://w3id.org/guidekg"))
        assert bench.send(path, "HEAD", accept="text/html").status == 303, iri
    kinds = {iri.removeprefix(ID).partition("/")[0]: iri for iri in iris}
    for iri in kinds.values():
        rest = iri.removeprefix(ID)
        reply = bench.get(f"/en/page/{quote(rest)}")
        assert reply.status == 200
        assert iri in reply.page.one("p", "iri").text


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/id/requirement/r1-durr", "/page/requirement/zj-sti-2022-r1-dur"),
        ("/id/place/" + quote("浙江省"), "/page/place/cn-330000"),
        ("/id/field/green-tecnology", "/page/field/green-technology"),
        ("/id/feild/green-technology", "/page/field"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    bench: Workbench, path: str, near: str
) -> None:
    reply = bench.send(path, accept="text/html", accept_language="zh")
    assert reply.status == 404
    assert f"/zh{near}" in reply.page.links
    assert "没有名为" in reply.page.one("p", "lead").text
    reply = bench.send(path, accept="application/ld+json, application/problem+json;q=0.9")
    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert json.loads(reply.body)["nearest"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_a_thing_says_all_that_is_said_of_it(
    bench: Workbench, kg: KnowledgeGraph, lang: str
) -> None:
    iri = "https://w3id.org/guidekg/id/scheme/zj-sti-2022-norway"
    page = bench.get(f"/{lang}/page/scheme/zj-sti-2022-norway").page
    rows = kg.query("SELECT ?o WHERE { ?s ?p ?o FILTER(ISIRI(?o)) }", s=iri)
    for row in rows:
        value = row["o"].value
        own = value.replace(ID, f"/{lang}/page/").replace(NS, f"/{lang}/ns#")
        assert own in page.links, value
    other = {"zh": "Norway call", "en": "挪威合作征集"}[lang]
    assert other not in page.one("main").text


def test_inferred_statements_are_told_from_asserted_ones(bench: Workbench) -> None:
    page = bench.get("/en/page/requirement/zj-sti-2022-r1-dur").page
    values = [" ".join(item.text.split()) for item in page.all("li")]
    assert "limit" in values
    assert "constraint inferred" in values


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_vocabulary_documents_every_term(
    bench: Workbench, kg: KnowledgeGraph, lang: str
) -> None:
    page = bench.get(f"/{lang}/ns").page
    articles = {e.attributes["id"]: e.text for e in page.all("article")}
    rows = list(
        kg.query(
            "SELECT ?term ?definition WHERE { ?term skos:definition ?definition "
            "FILTER(STRSTARTS(STR(?term), STR(gk:)) && LANG(?definition) = ?lang) }",
            lang=lang,
        )
    )
    assert {row["term"].value.removeprefix(NS) for row in rows} == set(articles)
    for row in rows:
        assert row["definition"].value in articles[row["term"].value.removeprefix(NS)]


def test_the_vocabulary_shows_domain_range_chain_and_alignment(bench: Workbench) -> None:
    page = bench.get("/en/ns").page
    articles = {e.attributes["id"]: " ".join(e.text.split()) for e in page.all("article")}
    assert "domainprovision" in articles["namesField"]
    assert "inferred from the chainuses phrase → means field" in articles["namesField"]
    assert "A CCCEV requirement is a condition or rule" in articles["Requirement"]


def test_the_vocabulary_comes_as_rdf(bench: Workbench) -> None:
    assert bench.send("/ns", accept="text/html").headers["location"] == "/en/ns"
    reply = bench.follow("/ns", accept="application/rdf+xml")
    graph = Graph().parse(data=reply.body, format="xml")
    assert (URIRef(NS + "Track"), RDF.type, None) in graph
    chain = graph.value(
        URIRef(NS + "namesField"), URIRef("http://www.w3.org/2002/07/owl#propertyChainAxiom")
    )
    assert [str(item) for item in graph.items(chain)] == [NS + "phrase", NS + "meansField"]


def test_the_data_set_is_described_in_void(bench: Workbench, kg: KnowledgeGraph) -> None:
    reply = bench.send("/.well-known/void", accept="text/turtle")
    graph = Graph().parse(data=reply.body, format="turtle")
    (dataset,) = graph.subjects(RDF.type, VOID.Dataset)
    counted = next(iter(kg.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")))["n"].value
    assert str(graph.value(dataset, VOID.triples)) == counted
    assert str(graph.value(dataset, VOID.sparqlEndpoint)) == f"{bench.url}/sparql"
    assert bench.send("/.well-known/void", accept="text/html").headers["location"] == "/en/dataset"


def test_a_host_that_is_none_is_not_repeated(bench: Workbench) -> None:
    reply = bench.send("/.well-known/void", accept="text/turtle", host='x"><y>')
    assert b"><y>" not in reply.body


def test_robots_are_kept_from_queries(bench: Workbench) -> None:
    assert "Disallow: /sparql" in bench.get("/robots.txt").text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_describes_itself_in_schema_org(bench: Workbench, path: str, lang: str) -> None:
    page = bench.send(f"/{lang}{path}").page
    assert page.jsonld["@context"] == "https://schema.org"
    assert page.jsonld["inLanguage"] == page.one("html").attributes["lang"]
    assert page.jsonld["name"] == page.one("title").text.partition(" · ")[0]
