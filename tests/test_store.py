"""The embedded store: bound terms, what is refused, what is projected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidekg.errors import QueryError
from guidekg.stores import EmbeddedStore
from guidekg.stores.bindings import bind
from guidekg.stores.query_guard import refuse

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.graph import Bindable

P = ox.NamedNode("urn:p")


def store_of(*values: ox.Literal) -> EmbeddedStore:
    return EmbeddedStore(
        ox.Triple(ox.NamedNode(f"urn:s{number}"), P, value) for number, value in enumerate(values)
    )


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_bound_text_is_a_term_and_never_query_text(text: str) -> None:
    store = store_of(ox.Literal(text), ox.Literal("other" + text))
    rows = store.select("SELECT ?s WHERE { ?s <urn:p> ?v }", {"v": ox.Literal(text)}).rows
    assert rows == [(ox.NamedNode("urn:s0"),)]


def test_an_injection_is_a_literal(kg: KnowledgeGraph) -> None:
    text = '" . ?x ?y ?z } #'
    assert list(kg.query("SELECT ?s WHERE { ?s rdfs:label ?l }", l=text)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        (True, "boolean"),
        (3, "integer"),
        (Decimal("1.50"), "decimal"),
        (date(2022, 9, 30), "date"),
        ("plain", "string"),
    ],
)
def test_python_values_are_bound_as_typed_terms(
    kg: KnowledgeGraph, value: Bindable, datatype: str
) -> None:
    row = next(iter(kg.query("SELECT ?v (DATATYPE(?v) AS ?d) WHERE { BIND(?v AS ?w) }", v=value)))  # type: ignore[arg-type]
    assert row["d"].value == f"http://www.w3.org/2001/XMLSchema#{datatype}"  # type: ignore[index]


def test_names_with_a_prefix_are_iris(kg: KnowledgeGraph) -> None:
    query = "SELECT ?call WHERE { ?call gk:partOf ?track ; gk:partnerRegion ?place }"
    rows = list(kg.query(query, place="place:fi"))  # type: ignore[arg-type]
    assert [row["call"].value.rpartition("-")[2] for row in rows] == ["finland"]  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "PREFIX a: <urn:a#> DELETE WHERE { ?s ?p ?o }",
        "# comment\nLOAD <http://example.org/>",
        "CLEAR ALL",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * { { SELECT * { service silent <http://example.org/> { ?s ?p ?o } } } }",
        "SELECT * FROM NAMED <http://example.org/> { ?s ?p ?o }",
        "ASK FROM <http://example.org/> { ?s ?p ?o }",
        "SELECT * { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * # comment\rFROM <http://example.org/> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICE<http://example.org/>{ ?s ?p ?o } }",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        refuse(text)
    store = store_of(ox.Literal("x"))
    with pytest.raises(QueryError):
        store.query(text)
    assert len(store) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://example.org/>' }",
        'SELECT * { ?s ?p """FROM\n"LOAD" DELETE""" }',
        "SELECT * { ?s ?p ?service . ?s <urn:from> ?from } # INSERT",
        "PREFIX from: <urn:x#> SELECT * { ?s from:insert ?o }",
        "SELECT * { ?s <http://example.org/service/delete> ?o }",
    ],
)
def test_words_in_strings_iris_and_names_are_no_keywords(text: str) -> None:
    refuse(text)
    store_of(ox.Literal("x")).query(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT ?a WHERE { ?a ?b ?v }", "SELECT ?v ?a WHERE { ?a ?b ?v }"),
        ("SELECT DISTINCT ?a { ?a ?b ?v }", "SELECT DISTINCT ?v ?a { ?a ?b ?v }"),
        ("SELECT * { ?a ?b ?v }", "SELECT * { ?a ?b ?v }"),
        ("SELECT (?a * 2 AS ?c) { ?a ?b ?v }", "SELECT ?v (?a * 2 AS ?c) { ?a ?b ?v }"),
        ("SELECT ?v { ?a ?b ?v }", "SELECT ?v { ?a ?b ?v }"),
        ("ASK { ?a ?b ?v }", "ASK { ?a ?b ?v }"),
        ("# SELECT\nSELECT ?a { ?a ?b ?v }", "# SELECT\nSELECT ?v ?a { ?a ?b ?v }"),
    ],
)
def test_bound_variables_are_projected(before: str, after: str) -> None:
    assert " ".join(bind(before, {"v": P}).text.split()) == " ".join(after.split())


def test_bound_variables_are_no_columns_of_rows() -> None:
    store = store_of(ox.Literal("x"))
    rows = store.select("SELECT ?s ?v WHERE { ?s <urn:p> ?v }", {"v": ox.Literal("x")})
    assert rows.variables == ("s",)


def test_an_aggregate_counts_with_a_bound_variable() -> None:
    store = store_of(ox.Literal("x"), ox.Literal("x"), ox.Literal("y"))
    text = "SELECT (COUNT(?s) AS ?n) WHERE { ?s <urn:p> ?v }"
    assert store.select(text, {"v": ox.Literal("x")}).rows == [(ox.Literal(2),)]
    assert store.select(text, {"v": ox.Literal('"} #')}).rows == [(ox.Literal(0),)]


def test_a_grouped_query_is_bound_too() -> None:
    store = store_of(ox.Literal("x"), ox.Literal("y"))
    text = "SELECT ?p (COUNT(?s) AS ?n) WHERE { ?s ?p ?v } GROUP BY ?p"
    assert store.select(text, {"v": ox.Literal("x")}).rows == [(P, ox.Literal(1))]


@pytest.mark.parametrize(("value", "found"), [("x", 1), ("z", 0)])
def test_every_form_of_query_is_bound(value: str, found: int) -> None:
    store, bindings = store_of(ox.Literal("x"), ox.Literal("y")), {"v": ox.Literal(value)}
    assert bool(store.query("ASK { ?s ?p ?v }", bindings)) is bool(found)
    for text in ("CONSTRUCT WHERE { ?s ?p ?v }", "DESCRIBE ?s WHERE { ?s ?p ?v }"):
        assert len(list(store.query(text, bindings))) == found  # type: ignore[arg-type]


def test_a_variable_that_the_query_lacks_is_an_error(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match=r"\?filed"):
        kg.query("SELECT ?s WHERE { ?s gk:field ?field }", filed="field:new-materials")


def test_asserted_and_inferred_are_two_graphs(kg: KnowledgeGraph) -> None:
    where = "{ scheme:zj-sti-2022-finland gk:applicableProvision requirement:zj-sti-2022-r1-max }"
    graph = "https://w3id.org/guidekg/graph/"
    assert bool(kg.query(f"ASK {where}"))
    assert bool(kg.query(f"ASK {{ GRAPH <{graph}inferred> {where} }}"))
    assert not bool(kg.query(f"ASK {{ GRAPH <{graph}asserted> {where} }}"))


def test_the_rdflib_graph_holds_what_the_files_say(kg: KnowledgeGraph) -> None:
    plain, whole = kg.graph(), kg.graph(inferred=True)
    store = kg.store
    texts = sum(1 for _ in kg.query("SELECT ?s WHERE { ?s gk:text ?t }"))  # type: ignore[arg-type]
    assert len(plain) == len(store.triples(inferred=False)) - texts
    assert len(whole) == len(store.triples(inferred=True)) - texts


def test_a_select_is_asked_for() -> None:
    with pytest.raises(QueryError, match="SELECT"):
        store_of().select("ASK { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT ?a { BIND(?x AS ?a) }", [{"a": 5}]),
        ("SELECT ?s { VALUES ?s { 1 } FILTER(BOUND(?x)) }", [{"s": 1}]),
        ("SELECT (?x + 1 AS ?y) { VALUES ?s { 1 } }", [{"y": 6}]),
        ("SELECT ?a { BIND(CONCAT(')', STR(?x)) AS ?a) }", [{"a": ")5"}]),
        ("SELECT ?s { VALUES ?s { 1 } FILTER(COALESCE(?x, 3) = 5) }", [{"s": 1}]),
        ("SELECT ?s { VALUES ?s { 1 } OPTIONAL { BIND(?x AS ?y) } FILTER(?y = 5) }", [{"s": 1}]),
        ("SELECT ?s ?y { VALUES ?s { 1 } # BIND(?x\n BIND(?s AS ?y) FILTER(?x = 5) }", None),
    ],
)
def test_a_bound_variable_is_there_for_what_is_computed(
    kg: KnowledgeGraph, query: str, rows: list[dict[str, object]] | None
) -> None:
    assert kg.select(query, x=5) == (rows or [{"s": 1, "y": 1}])
