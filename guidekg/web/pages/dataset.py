"""What the data set is: a page for people, VoID for programs, and a word to robots."""

from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing
from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.linked import VARY, wanted, written
from guidekg.web.pages.lookups import named
from guidekg.web.pages.words import WORDS

VOID = "http://rdfs.org/ns/void#"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_COUNTS = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
WHERE { ?s ?p ?o }
"""
_CLASSES = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  ?thing a ?class FILTER(STRSTARTS(STR(?class), STR(gk:)))
} GROUP BY ?class ORDER BY DESC(?things) ?class
"""
_ROBOTS = "User-agent: *\nDisallow: /sparql\nDisallow: /api/\nAllow: /\n"


class Size(NamedTuple):
    """How much there is; ``classes`` with the number of things in each."""

    triples: int
    subjects: int
    properties: int
    classes: tuple[tuple[Thing, int], ...]


def measure(kg: KnowledgeGraph) -> Size:
    """Count what is in the graph."""
    store = kg.store
    found = store.select(_COUNTS).rows[0]
    triples, subjects, properties = (int(n.value) for n in found if isinstance(n, ox.Literal))
    classes = tuple(
        (named(kg, row[0].value), int(row[1].value))
        for row in store.select(_CLASSES).rows
        if isinstance(row[0], ox.NamedNode) and isinstance(row[1], ox.Literal)
    )
    return Size(triples, subjects, properties, classes)


def describe(size: Size, base: str, example: str) -> Iterator[ox.Triple]:
    """Yield the description of the data set in VoID.

    Args:
        size: how much there is.
        base: the address of this server, with a slash at its end.
        example: the IRI of something in it.
    """
    dataset = ox.NamedNode(f"{base}.well-known/void#dataset")

    def say(name: str, *values: ox.NamedNode | ox.BlankNode | ox.Literal) -> Iterator[ox.Triple]:
        predicate = ox.NamedNode(name if name.startswith("http") else VOID + name)
        for value in values:
            yield ox.Triple(dataset, predicate, value)

    yield from say(RDF_TYPE, ox.NamedNode(VOID + "Dataset"))
    title = WORDS["site"]
    names = (ox.Literal(title.zh, language="zh"), ox.Literal(title.en, language="en"))
    yield from say(PREFIXES["dcterms"] + "title", *names)
    yield from say(PREFIXES["dcterms"] + "license", ox.NamedNode(LICENCE))
    yield from say("sparqlEndpoint", ox.NamedNode(f"{base}sparql"))
    yield from say("uriSpace", ox.Literal(ID))
    yield from say("vocabulary", ox.NamedNode(NS))
    yield from say("exampleResource", ox.NamedNode(example))
    yield from say("triples", ox.Literal(size.triples))
    yield from say("distinctSubjects", ox.Literal(size.subjects))
    yield from say("properties", ox.Literal(size.properties))
    for number, (kind, things) in enumerate(size.classes):
        part = ox.BlankNode(f"class{number}")
        yield from say("classPartition", part)
        yield ox.Triple(part, ox.NamedNode(VOID + "class"), ox.NamedNode(kind.iri))
        yield ox.Triple(part, ox.NamedNode(VOID + "entities"), ox.Literal(things))


def _base(request: Request) -> str:
    base = str(request.base_url)
    try:
        ox.NamedNode(base)
    except ValueError:  # a Host header that is no host
        host, port = request.scope["server"]
        return f"{request.url.scheme}://{host}:{port}/"
    return base


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    size = measure(kg)
    example = next(iter(kg.guides), NS)

    async def void(request: Request) -> Response:
        form = wanted(request)
        if form is None:
            return RedirectResponse(f"/{lang_of(request)}/dataset", 303, VARY)
        base = _base(request)
        response = written(describe(size, base, example), form, f"{base}.well-known/void#dataset")
        response.headers.update(VARY)
        return response

    async def show(request: Request) -> Response:
        return page(
            request,
            "dataset.html",
            title=WORDS["dataset"],
            description=WORDS["dataset-lead"],
            jsonld=about(request),
            size=size,
            uri_space=ID,
            licence=LICENCE,
        )

    async def robots(_: Request) -> Response:
        return PlainTextResponse(_ROBOTS)

    return [
        Route("/.well-known/void", void, methods=["GET"]),
        Route("/robots.txt", robots, methods=["GET"]),
        *localized("/dataset", show),
    ]


def about(request: Request) -> dict[str, object]:
    """Return the data set in schema.org."""
    lang = lang_of(request)
    return {
        "@type": "Dataset",
        "name": WORDS["site"](lang),
        "description": WORDS["dataset-lead"](lang),
        "license": LICENCE,
        "distribution": {
            "@type": "DataDownload",
            "contentUrl": "/sparql",
            "encodingFormat": "application/sparql-results+json",
        },
    }
