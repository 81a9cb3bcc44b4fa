"""Describe the endpoint: SPARQL 1.1 Service Description, with the counts of VoID."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pyoxigraph as ox

from guidekg.rdf.namespaces import ASSERTED, ID, INFERRED, NS, PREFIXES, RDF_TYPE
from guidekg.stores import EmbeddedStore
from guidekg.stores.base import rows
from guidekg.stores.query_guard import Dataset
from guidekg.web.handlers.base import State, unchanged
from guidekg.web.handlers.sparql import VARY
from guidekg.web.negotiation import GRAPHS, choose
from guidekg.web.problems import ProblemError
from guidekg.web.workers.protocol import Request
from guidekg.web.workers.response_writer import ResponseWriter

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_COUNTS = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
  (COUNT(DISTINCT ?o) AS ?distinctObjects) (COUNT(DISTINCT ?p) AS ?properties)
  (COUNT(DISTINCT ?class) AS ?classes)
WHERE { ?s ?p ?o BIND(IF(?p = rdf:type, ?o, ?none) AS ?class) }
"""


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the description.

    Args:
        state: what the worker holds.
        request: as for a query, with ``endpoint``, the address under which it was asked.
        response: where to write.

    Raises:
        ProblemError: the form is not to be had.
    """
    asked = request.values
    choice = choose(GRAPHS, asked["accept"], asked["format"])
    if choice is None:
        media = [name for form in GRAPHS for name in form.media]
        listed = ", ".join(media)
        raise ProblemError(
            "not-acceptable",
            f"端点说明没有所要的格式；可用：{listed}。如要查询，请加 query 参数。",
            f"the description of the endpoint comes as: {listed}; to ask a query, add query=",
            offered=media,
        )
    tag = state.etag(asked["endpoint"], choice.content_type) if asked["tagged"] else None
    headers = {"cache-control": "no-cache", "vary": VARY, **({"etag": tag} if tag else {})}
    if unchanged(request, tag, response, headers):
        return
    headers["content-type"] = choice.content_type
    response.start(headers, gzip=asked["gzip"], head_only=asked["head"])
    prefixes = {"sd": SD, "void": VOID, "formats": FORMATS, "dcterms": PREFIXES["dcterms"]}
    triples = describe(state.store, asked["endpoint"])
    form = ox.RdfFormat.from_media_type(choice.format.media[0])
    ox.serialize(triples, response, form, prefixes=prefixes)  # type: ignore[arg-type]
    response.finish()


def describe(store: EmbeddedStore, endpoint: str) -> Iterator[ox.Triple]:
    """Yield the description of an endpoint over a store."""
    service, dataset, default = ox.NamedNode(endpoint), ox.BlankNode("dataset"), ox.BlankNode("all")

    def say(subject: ox.NamedNode | ox.BlankNode, name: str, *values: Any) -> Iterator[ox.Triple]:
        predicate = ox.NamedNode(RDF_TYPE if name == "a" else _expand(name))
        for value in values:
            term = ox.NamedNode(_expand(value)) if isinstance(value, str) else value
            yield ox.Triple(subject, predicate, term)

    yield from say(service, "a", "sd:Service")
    yield from say(service, "sd:endpoint", service)
    yield from say(service, "sd:supportedLanguage", "sd:SPARQL11Query")
    yield from say(service, "sd:feature", "sd:UnionDefaultGraph")
    yield from say(service, "sd:resultFormat", *(FORMATS + name for name in (*_RESULTS, *_GRAPHS)))
    yield from say(service, "sd:defaultDataset", dataset)
    yield from say(dataset, "a", "sd:Dataset", "void:Dataset")
    yield from say(
        dataset,
        "dcterms:title",
        ox.Literal("资助指南知识图谱", language="zh"),
        ox.Literal("A knowledge graph of funding guides", language="en"),
    )
    yield from say(dataset, "dcterms:license", LICENCE)
    yield from say(dataset, "void:sparqlEndpoint", service)
    yield from say(dataset, "void:vocabulary", NS)
    yield from say(dataset, "void:uriSpace", ox.Literal(ID))
    yield from say(dataset, "sd:defaultGraph", default)
    for graph, iris in ((default, (ASSERTED, INFERRED)), *_named()):
        yield from say(graph, "a", "sd:Graph", "void:Dataset")
        for name, number in _counts(store, iris).items():
            yield from say(graph, f"void:{name}", ox.Literal(number))
    for number, (graph, (iri,)) in enumerate(_named()):
        named = ox.BlankNode(f"named{number}")
        yield from say(dataset, "sd:namedGraph", named)
        yield from say(named, "a", "sd:NamedGraph")
        yield from say(named, "sd:name", iri)
        yield from say(named, "sd:graph", graph)


def _named() -> list[tuple[ox.BlankNode, tuple[str]]]:
    return [(ox.BlankNode("asserted"), (ASSERTED,)), (ox.BlankNode("inferred"), (INFERRED,))]


def _expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    base = {"sd": SD, "void": VOID, "dcterms": PREFIXES["dcterms"]}.get(prefix)
    return base + local if base else name


@cache
def _counts(store: EmbeddedStore, graphs: tuple[str, ...]) -> dict[str, int]:
    found = rows(store.query(_COUNTS, dataset=Dataset(graphs, ())))
    numbers = (term.value for term in found.rows[0] if isinstance(term, ox.Literal))
    return dict(zip(found.variables, map(int, numbers), strict=True))
