"""What a query may not do, however it is written: the engine's grammar is freer than it looks."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidekg.errors import QueryError
from guidekg.rdf.namespaces import ASSERTED, INFERRED
from guidekg.stores import EmbeddedStore
from guidekg.stores.query_guard import Dataset, names_graphs, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

A, B = ox.NamedNode("urn:a"), ox.NamedNode("urn:b")
CALL = "SERVICE {url} {{ ?a ?b ?c }}"
TRICKS = [
    "SELECT * {{ SERVICE {url} {{ ?a ?b ?c }} }}",
    "SELECT * {{ service silent {url} {{ ?a ?b ?c }} }}",
    "SELECT * {{ SERVICESILENT{url}{{ ?a ?b ?c }} }}",
    "SELECT * {{ ?s ?p ?o.SERVICE{url}{{ ?a ?b ?c }} }}",
    "SELECT * {{ BIND(1 AS ?x)SERVICE{url}{{ ?a ?b ?c }} }}",
    "SELECT * {{ ?s ?p ?o FILTER(1<2)SERVICE#>\n{url}{{ ?a ?b ?c }} }}",
    "SELECT * {{ # comment\rSERVICE {url} {{ ?a ?b ?c }} }}",
    "PREFIX e: <urn:> SELECT * {{ OPTIONAL {{ ?s e:a\\' ?o }} SERVICE {url} {{ ?a ?b 'x' }} }}",
    "PREFIX e: <urn:> SELECT * {{ OPTIONAL {{ ?s e:a\\# ?o }} SERVICE {url} {{ ?a ?b ?c }} }}",
    'SELECT * {{ OPTIONAL {{ ?s ?p "\\u0022" }} SERVICE {url} {{ ?a ?b "\\u0022" }} }}',
    "SELECT * {{ OPTIONAL {{ ?s ?p '' }} SERVICE {url} {{ ?a ?b '' }} }}",
    "SELECT * {{ {{ SELECT * {{ ?s ?p ?o }} }} SERVICE {url} {{ ?a ?b ?c }} }}",
    "SELECT * {{ ?s ?p ?service . ?service ?p ?x . SERVICE {url} {{ ?a ?b ?c }} }}",
    "SELECT * {{ FILTER EXISTS {{ SERVICE {url} {{ ?a ?b ?c }} }} }}",
    "PREFIX e: {url} SELECT * {{ SERVICE e: {{ ?a ?b ?c }} }}",
    "SELECT * {{ VALUES ?e {{ {url} }} SERVICE ?e {{ ?a ?b ?c }} }}",
    "CONSTRUCT {{ ?a ?b ?c }} {{ SERVICE {url} {{ ?a ?b ?c }} }}",
]


class Ear:
    """A server that counts who calls."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.heard = threading.Event()
        self.url = f"<http://127.0.0.1:{self.socket.getsockname()[1]}/>"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self.socket.accept()
                self.heard.set()
                caller.close()


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    listening = Ear()
    yield listening
    listening.socket.close()


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return EmbeddedStore([ox.Triple(A, B, ox.Literal("c"))], [ox.Triple(B, B, ox.Literal("d"))])


def run(store: EmbeddedStore, text: str) -> None:
    result = store.query(text)
    if not isinstance(result, ox.QueryBoolean):
        list(result)  # type: ignore[arg-type]


@pytest.mark.parametrize("trick", TRICKS)
def test_no_writing_of_service_reaches_another_server(
    store: EmbeddedStore, ear: Ear, trick: str
) -> None:
    text = trick.format(url=ear.url)
    with pytest.raises(QueryError, match="SERVICE"):
        refuse(text)
    with pytest.raises(QueryError):
        run(store, text)
    assert not ear.heard.is_set()


def test_the_engine_itself_would_call(store: EmbeddedStore) -> None:
    # Should this fail, the engine calls no more, and the tests around it show nothing.
    ear = Ear()
    for trick in TRICKS[:4]:
        with suppress(OSError):
            list(store._store.query(trick.format(url=ear.url)))  # type: ignore[arg-type]  # past the refusal
    assert ear.heard.wait(5)
    ear.socket.close()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://example.org/> { ?a ?b ?c }' }",
        "SELECT * { ?s ?p 'it\\'s FROM <http://example.org/>' }",
        "SELECT ?service ?from { ?service ?from ?SERVICE }",
        "SELECT * { ?s <http://example.org/service#from> ?o } # SERVICE <x> FROM <y>",
        "PREFIX service: <urn:service#> SELECT * { ?s service:from service:service }",
        "SELECT * { ?s rdfs:label 'public service'@en }",
        "SELECT * { ?s ?p ?o FILTER(?s < ?o) } # service",
        "SELECT ('FROM' AS ?from) { BIND('service' AS ?service) }",
    ],
)
def test_the_letters_of_a_keyword_are_no_keyword(store: EmbeddedStore, text: str) -> None:
    refuse(text)
    run(store, text)


def test_what_is_malformed_besides_is_told_with_its_place() -> None:
    with pytest.raises(QueryError, match=r"malformed.* 2:") as error:
        refuse("SELECT ?service {\n ?s ?p }")
    assert "uses SERVICE" not in error.value.en


PIECES = [
    "SERVICE",
    "service",
    "URL",
    "{ ?a ?b ?c }",
    "{",
    "}",
    "'",
    '"',
    "\\'",
    "#",
    "\n",
    "?o",
    ".",
]
PIECES += [
    "FILTER(1<2)",
    "e:a",
    " ",
    "''",
    "OPTIONAL",
    "UNION",
    "<",
    ">",
    "BIND(1 AS ?x)",
    "\\u0022",
]


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=9))
def test_what_is_not_refused_never_calls(pieces: list[str], ear: Ear) -> None:
    text = "".join(["PREFIX e: <urn:> SELECT * { ", *pieces, " }"]).replace("URL", ear.url)
    with suppress(QueryError):
        refuse(text)
        with suppress(SyntaxError, OSError):
            list(ox.Store().query(text))  # type: ignore[arg-type]
    assert not ear.heard.is_set()


# FROM.


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        (f"FROM <{ASSERTED}>", ["c"]),
        (f"from <{INFERRED}>", ["d"]),
        (f"FROM <{ASSERTED}> FROM <{INFERRED}>", ["c", "d"]),
        (f"FROM NAMED <{ASSERTED}>", []),
        ("", ["c", "d"]),
    ],
)
def test_from_chooses_among_our_graphs(store: EmbeddedStore, clause: str, found: list[str]) -> None:
    rows = store.select(f"SELECT ?o {clause} WHERE {{ ?s ?p ?o }} ORDER BY ?o").rows
    assert [row[0].value for row in rows] == found  # type: ignore[union-attr]
    assert names_graphs(f"SELECT ?o {clause} WHERE {{ ?s ?p ?o }}") is bool(clause)


@pytest.mark.parametrize(
    "clause",
    [
        "FROM <urn:x>",
        "FROM NAMED <urn:x>",
        f"FROM <{ASSERTED}> FROM <urn:x>",
        f"FROM <{ASSERTED}x>",
        "FROM gk:x",
        f"FROM#<{ASSERTED}>\n<urn:x>",
    ],
)
def test_from_another_graph_is_refused(clause: str) -> None:
    with pytest.raises(QueryError, match="FROM"):
        refuse(f"SELECT * {clause} WHERE {{ ?s ?p ?o }}")


def test_a_dataset_goes_before_from(store: EmbeddedStore) -> None:
    text = "SELECT ?o FROM <GRAPH> WHERE { ?s ?p ?o }".replace("GRAPH", ASSERTED)
    found = store.query(text, dataset=Dataset((INFERRED,), ()))
    assert [row["o"].value for row in found] == ["d"]  # type: ignore[union-attr,index]
