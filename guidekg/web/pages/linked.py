"""Linked data: each IRI of ours answers at its own path, to people with a page, to programs with RDF.

A thing is no document, so it answers 303 with the address of one: ``/page/…``, or ``/data/….ttl``.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from guidekg.graph import KnowledgeGraph
from guidekg.rdf.namespaces import ID, PREFIXES
from guidekg.web.negotiation import GRAPHS, Format, best
from guidekg.web.pages.layout import VOCABULARY, lang_of
from guidekg.web.pages.things import Directory
from guidekg.web.problems import ProblemError

HTML = "text/html"
EXTENSIONS = {"turtle": "ttl", "ntriples": "nt", "jsonld": "jsonld", "rdfxml": "rdf"}
VARY = {"vary": "Accept, Accept-Language"}
_FORMATS = {EXTENSIONS[form.name]: form for form in GRAPHS}
_THING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
# The vocabulary, its lists and its alignments; what follows from it is left to who reasons.
_VOCABULARY = """
CONSTRUCT { ?s ?p ?o . ?node rdf:first ?first ; rdf:rest ?rest } WHERE { GRAPH <https://w3id.org/guidekg/graph/asserted> {
  ?s ?p ?o .
  FILTER(STRSTARTS(STR(?s), STR(gk:)) || ?s = <https://w3id.org/guidekg/ns>
    || STRSTARTS(STR(?s), STR(alignment:)))
  OPTIONAL { ?o rdf:rest* ?node . ?node rdf:first ?first ; rdf:rest ?rest }
} }
"""


def wanted(request: Request) -> Format | None:
    """Return the form of RDF that is wanted, or None for a page.

    Raises:
        ProblemError: neither a page nor RDF of ours is acceptable.
    """
    by_media = {media: form for form in reversed(GRAPHS) for media in form.media}
    offered = [HTML, *(media for form in GRAPHS for media in form.media)]
    accept = request.headers.get("accept")
    media = best(accept, offered)
    if media is None:
        listed = ", ".join(offered)
        raise ProblemError(
            "not-acceptable",
            f"这里没有“{accept}”格式；可用：{listed}。",
            f"this does not come as {accept!r}; it comes as: {listed}",
            headers=VARY,
            offered=offered,
        )
    return by_media.get(media)


def routes(kg: KnowledgeGraph, directory: Directory) -> list[BaseRoute]:
    """Return the routes."""

    async def thing(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        iri = f"{ID}{kind}/{name}"
        form = wanted(request)
        if iri not in directory.iris:
            return _unknown(directory, request, form)
        rest = quote(f"{kind}/{name}")
        if form:
            return _see(f"/data/{rest}.{EXTENSIONS[form.name]}")
        return _see(f"/{lang_of(request)}/page/{rest}")

    async def vocabulary(request: Request) -> Response:
        form = wanted(request)
        return _see(f"/data/ns.{EXTENSIONS[form.name]}" if form else f"/{lang_of(request)}/ns")

    async def data(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        stem, _, extension = name.rpartition(".")
        iri = f"{ID}{kind}/{stem}"
        if extension not in _FORMATS or iri not in directory.iris:
            raise _no_document(request)
        triples = kg.query(_THING, s=ox.NamedNode(iri))
        return rdf_response(triples, _FORMATS[extension], iri)  # type: ignore[arg-type]  # a CONSTRUCT

    async def ontology(request: Request) -> Response:
        extension = request.path_params["extension"]
        if extension not in _FORMATS:
            raise _no_document(request)
        return rdf_response(kg.query(_VOCABULARY), _FORMATS[extension], VOCABULARY)  # type: ignore[arg-type]  # a CONSTRUCT

    return [
        Route("/id/{kind}/{name}", thing, methods=["GET"]),
        Route("/ns", vocabulary, methods=["GET"]),
        Route("/data/ns.{extension}", ontology, methods=["GET"]),
        Route("/data/{kind}/{name}", data, methods=["GET"]),
    ]


def _see(path: str) -> Response:
    return RedirectResponse(path, 303, {**VARY, "cache-control": "no-cache"})


def _unknown(directory: Directory, request: Request, form: Format | None) -> Response:
    missing = directory.missing(request.path_params["kind"], request.path_params["name"])
    if form is None:
        return missing.page(request, VARY)
    near = [iri for iri, _, _ in missing.nearest]
    raise ProblemError("not-found", missing.error.zh, missing.error.en, headers=VARY, nearest=near)


def _no_document(request: Request) -> ProblemError:
    path = request.url.path
    return ProblemError("not-found", f"没有文件 {path}。", f"there is no document {path}")


def rdf_response(
    triples: Iterator[ox.Triple] | Sequence[ox.Triple], form: Format, iri: str
) -> Response:
    """Return triples as a document about a thing."""
    listed = list(triples)
    text = " ".join(map(str, listed))
    prefixes = {name: base for name, base in PREFIXES.items() if f"<{base}" in text}
    body = ox.serialize(
        listed, format=ox.RdfFormat.from_media_type(form.media[0]), prefixes=prefixes
    )
    media = form.media[0]
    headers = {
        "content-type": f"{media}; charset=utf-8" if media.startswith("text/") else media,
        "cache-control": "no-cache",
        "link": f'<{iri}>; rel="describes"',
    }
    return Response(body or b"", headers=headers)
