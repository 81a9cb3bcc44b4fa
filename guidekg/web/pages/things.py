"""Everything that has a name: its page, and linked data at its IRI.

Each IRI of ours answers at its own path, to people with a page, to programs with RDF. A thing is no
document, so it answers 303 with the address of one: ``/page/…``, or ``/data/….ttl``.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from guidekg.errors import AmbiguousNameError, GuideKGError, UnknownNameError
from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label
from guidekg.rdf.namespaces import ID, KINDS, PREFIXES, expand
from guidekg.web.negotiation import GRAPHS, Choice, Format, negotiate
from guidekg.web.pages.layout import (
    TABLES,
    VOCABULARY,
    lang_of,
    local_name,
    localized,
    page,
    path_of,
    refusal,
    rooted,
)
from guidekg.web.pages.lookups import (
    guide_beside,
    references_to,
    selected,
    statements_about,
    text_of,
)
from guidekg.web.problems import ProblemError, problem

# What a thing of a class is in schema.org; what is in no class here is a Thing.
_SCHEMA_ORG = {
    "Agency": "GovernmentOrganization",
    "Clause": "Quotation",
    "Guide": "DigitalDocument",
    "Place": "Place",
    "Provision": "Legislation",
    "Scheme": "Grant",
    "SourceDocument": "DigitalDocument",
}
_PAGE = Format("html", ("text/html",))
EXTENSIONS = {"turtle": "ttl", "ntriples": "nt", "jsonld": "jsonld", "rdfxml": "rdf"}
VARY = {"vary": "Accept, Accept-Language"}
_FORMATS = {EXTENSIONS[form.name]: form for form in GRAPHS}
_KNOWN = "SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(ISIRI(?s)) }"
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


class Directory:
    """Every thing of ours by kind and name."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        self.iris = frozenset(
            iri for (iri,) in selected(kg, _KNOWN) if iri.startswith(ID) and path_of(iri)
        )
        self.kinds: dict[str, list[str]] = {}
        for iri in sorted(self.iris):
            self.kinds.setdefault(iri.removeprefix(ID).partition("/")[0], []).append(
                local_name(iri)
            )

    def label(self, kind: str) -> Label:
        """Return what things of a kind are called: as their concept scheme is, if they have one."""
        scheme = f"{ID}{kind}/scheme"
        if scheme not in self.iris:
            return TABLES["kinds"].get(kind, Label(kind, kind))
        called = self._kg.things.label(scheme)
        return Label(called.zh, called.en[:1].upper() + called.en[1:])

    def nearest(self, kind: str, name: str) -> list[str]:
        """Return the IRIs that were probably meant: what bears the name, then what looks like it."""
        base = PREFIXES[kind]
        found = [iri for iri in self._meant(name) if iri.startswith(base)]
        names = self.kinds.get(kind, ())
        guides = [local_name(iri) for iri in self._kg.guides]
        tries = [name, *(f"{guide}-{name}" for guide in guides)]
        for tried in tries:
            found += [base + near for near in difflib.get_close_matches(tried, names, 4, 0.6)]
        return [iri for iri in dict.fromkeys(found) if iri in self.iris][:6]

    def _meant(self, name: str) -> list[str]:
        try:
            return [self._kg.resolve(name)]
        except AmbiguousNameError as error:
            return [expand(candidate) or candidate for candidate in error.candidates]
        except UnknownNameError as error:
            return [iri for near in error.nearest for iri in self._meant(near)]

    def missing(self, kind: str, name: str) -> "MissingError":
        """Return what is to be told of a name that means nothing."""
        if kind in KINDS:
            near = [
                (iri, self._kg.things.label(iri), path_of(iri) or "")
                for iri in self.nearest(kind, name)
            ]
        else:
            kinds = difflib.get_close_matches(kind, self.kinds, 5, 0.4)
            near = [(ID + one, self.label(one), f"/page/{one}") for one in kinds]
        return MissingError(
            f"没有名为“{kind}/{name}”的事物。", f"nothing here is called {kind}/{name}.", near
        )


class MissingError(GuideKGError):
    """A name means nothing; has what was probably meant: IRI, name and address of each."""

    def __init__(self, zh: str, en: str, nearest: list[tuple[str, Label, str]]) -> None:
        super().__init__(zh, en)
        self.nearest = nearest

    def page(self, request: Request, headers: Mapping[str, str] | None = None) -> Response:
        """Return the page that tells it."""
        lang = lang_of(request)
        listed = [
            (label(lang), rooted(request, f"/{lang}{path}")) for _, label, path in self.nearest
        ]
        return refusal(request, 404, self, listed, headers)


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes of the pages, and of what leads to them."""
    directory, things = Directory(kg), kg.things

    async def kinds(request: Request) -> Response:
        listed = [
            (kind, directory.label(kind), len(names)) for kind, names in directory.kinds.items()
        ]
        return page(request, "kinds.html", kinds=listed)

    async def kind(request: Request) -> Response:
        name = request.path_params["kind"]
        if name not in directory.kinds:
            return directory.missing(name, "").page(request)
        listed = [things.thing(PREFIXES[name] + each) for each in directory.kinds[name]]
        called = Counter(one.label for one in listed)
        alike = {one for one in listed if called[one.label] > 1}  # as guides call their facts
        label = directory.label(name)
        return page(request, "kind.html", label=label, things=listed, alike=alike)

    async def show(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        iri = f"{ID}{kind}/{name}"
        if iri not in directory.iris:
            return directory.missing(kind, name).page(request)
        defined = text_of(kg, iri, "skos:definition")
        return page(
            request,
            "thing.html",
            iri=iri,
            label=things.label(iri),
            schema_type=_schema_type(kg, iri),
            defined=defined,
            kind=kind,
            kind_label=directory.label(kind),
            guide=guide_beside(kg, iri),
            definition=defined or text_of(kg, iri, "gk:reason"),
            provision=things.provision(iri) if iri in things.provisions else None,
            clause=things.clause(iri) if kind == "clause" else None,
            statements=statements_about(kg, iri, lang_of(request)),
            incoming=references_to(kg, iri),
            data=f"/data/{kind}/{local_name(iri)}",
        )

    return [
        *_linked_data(kg, directory),
        *localized("/page", kinds),
        *localized("/page/{kind}", kind),
        *localized("/page/{kind}/{name}", show),
    ]


def _schema_type(kg: KnowledgeGraph, iri: str) -> str:
    """Return what a thing is in schema.org."""
    types = [local_name(one) for one in kg.things.iris(iri, "rdf:type")]
    found = (_SCHEMA_ORG[one] for one in types if one in _SCHEMA_ORG)
    return next(found, "DefinedTerm" if "Concept" in types else "Thing")


def wanted(request: Request) -> Format | None:
    """Return the form of RDF that is wanted, or None for a page.

    Raises:
        ProblemError: neither a page nor RDF of ours is acceptable.
    """
    choice = negotiate((_PAGE, *GRAPHS), request.headers.get("accept"), text="thing")
    return None if choice.format == _PAGE else choice.format


def _linked_data(kg: KnowledgeGraph, directory: Directory) -> list[BaseRoute]:
    async def thing(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        form = wanted(request)
        if f"{ID}{kind}/{name}" in directory.iris:
            return _see(request, quote(f"/{kind}/{name}"), form, "/page")
        missing = directory.missing(kind, name)
        if form is None:
            return missing.page(request, VARY)
        near = [iri for iri, _, _ in missing.nearest]
        raise ProblemError("not-found", missing.zh, missing.en, nearest=near)

    async def vocabulary(request: Request) -> Response:
        return _see(request, "/ns", wanted(request))

    async def data(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        stem, _, extension = name.rpartition(".")
        iri = f"{ID}{kind}/{stem}"
        if extension not in _FORMATS or iri not in directory.iris:
            raise problem("not-found", "document", path=request.url.path)
        triples = kg.query(_THING, s=ox.NamedNode(iri))
        return rdf_response(triples, _FORMATS[extension], iri)  # type: ignore[arg-type]  # a CONSTRUCT

    async def ontology(request: Request) -> Response:
        extension = request.path_params["extension"]
        if extension not in _FORMATS:
            raise problem("not-found", "document", path=request.url.path)
        return rdf_response(kg.query(_VOCABULARY), _FORMATS[extension], VOCABULARY)  # type: ignore[arg-type]  # a CONSTRUCT

    return [
        Route("/id/{kind}/{name}", thing),
        Route("/ns", vocabulary),
        Route("/data/ns.{extension}", ontology),
        Route("/data/{kind}/{name}", data),
    ]


def _see(request: Request, path: str, form: Format | None, pages: str = "") -> Response:
    """Lead to the document about something, in a form, or to its page, which stands below ``pages``."""
    page = f"/{lang_of(request)}{pages}{path}"
    address = f"/data{path}.{EXTENSIONS[form.name]}" if form else page
    return RedirectResponse(address, 303, {**VARY, "cache-control": "no-cache"})


def rdf_response(triples: Iterable[ox.Triple], form: Format, iri: str) -> Response:
    """Return triples as a document about a thing."""
    listed = list(triples)
    text = " ".join(map(str, listed))
    prefixes = {name: base for name, base in PREFIXES.items() if f"<{base}" in text}
    media = form.media[0]
    body = ox.serialize(listed, format=ox.RdfFormat.from_media_type(media), prefixes=prefixes)
    headers = {
        "content-type": Choice(form, media).content_type,
        "cache-control": "no-cache",
        "link": f'<{iri}>; rel="describes"',
    }
    return Response(body or b"", headers=headers)
