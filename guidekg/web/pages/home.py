"""What is here: the first page, and the data set, described to people, to programs (VoID) and to robots."""

from collections.abc import Collection
from typing import Any

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from guidekg.graph import KnowledgeGraph
from guidekg.rdf.namespaces import ID, NS
from guidekg.web.pages.layout import WORDS, lang_of, local_name, localized, page, render_turtle
from guidekg.web.pages.lookups import named, selected
from guidekg.web.pages.things import VARY, rdf_response, wanted

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


def measure(kg: KnowledgeGraph) -> dict[str, Any]:
    """Return how much is in the graph, and how many things are in each class."""
    (counted,) = selected(kg, _COUNTS)
    classes = [(named(kg, iri), int(things)) for iri, things in selected(kg, _CLASSES)]
    numbers = dict(zip(("triples", "subjects", "properties"), map(int, counted), strict=True))
    return {**numbers, "classes": classes}


def _base(request: Request) -> str:
    base = str(request.base_url)
    try:
        ox.NamedNode(base)
    except ValueError:  # a Host header that is no host
        host, port = request.scope["server"]
        return f"{request.url.scheme}://{host}:{port}/"
    return base


def _figures(kg: KnowledgeGraph) -> dict[str, int]:
    """Return what is counted on the first page, by the keys of its words."""
    schemes = kg.schemes()
    kinds = [scheme.kind.iri for scheme in schemes]
    return {
        "figure-tracks": kinds.count(f"{NS}Track"),
        "figure-calls": kinds.count(f"{NS}PartnerCall"),
        "figure-provisions": len(kg.things.provisions),
        "figure-requirements": len({p.iri for s in schemes for p in s.own if p.identifier}),
        "figure-questions": len(kg.questions),
    }


def routes(kg: KnowledgeGraph, editable: Collection[str]) -> list[BaseRoute]:
    """Return the routes."""
    size = measure(kg)
    figures = _figures(kg)
    guides = [
        (local_name(guide.iri), guide, kg.coverage(guide.iri).share * 100)
        for guide in kg.guides.values()
    ]

    async def home(request: Request) -> Response:
        return page(request, "home.html", guides=guides, figures=figures, editable=editable)

    async def dataset(request: Request) -> Response:
        return page(request, "dataset.html", size=size, uri_space=ID)

    async def void(request: Request) -> Response:
        form = wanted(request)
        if form is None:
            return RedirectResponse(f"/{lang_of(request)}/dataset", 303, VARY)
        base = _base(request)
        triples, _ = render_turtle(
            "void.ttl",
            size=size,
            base=base,
            example=next(iter(kg.guides), NS),
            title=WORDS["site"],
            space=ID,
            vocabulary=NS,
        )
        response = rdf_response(triples, form, f"{base}.well-known/void#dataset")
        response.headers.update(VARY)
        return response

    async def robots(_: Request) -> Response:
        return PlainTextResponse(_ROBOTS)

    return [
        *localized("/", home),
        *localized("/dataset", dataset),
        Route("/.well-known/void", void, methods=["GET"]),
        Route("/robots.txt", robots, methods=["GET"]),
    ]
