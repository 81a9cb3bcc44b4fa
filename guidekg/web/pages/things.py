"""A page for everything that has a name: what is said of it, and what points at it."""

import difflib
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.errors import AmbiguousNameError, GuideKGError, UnknownNameError
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing
from guidekg.i18n import Label
from guidekg.rdf.namespaces import ID, KINDS, PREFIXES, compact, expand
from guidekg.web.pages.guide import modality_of
from guidekg.web.pages.layout import lang_of, local_name, localized, page, path_of, refusal, rooted
from guidekg.web.pages.lookups import (
    known_iris,
    named,
    references_to,
    statements_about,
    text_of,
)
from guidekg.web.pages.words import KIND_WORDS, WORDS

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
_LONG = 600  # characters of a text that are shown
_MOST = 60  # things that are shown for one property


class Directory:
    """Every thing of ours by kind and name."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        self.iris = frozenset(iri for iri in known_iris(kg) if iri.startswith(ID) and path_of(iri))
        self.kinds: dict[str, list[str]] = {}
        for iri in sorted(self.iris):
            self.kinds.setdefault(iri.removeprefix(ID).partition("/")[0], []).append(
                local_name(iri)
            )

    def label(self, kind: str) -> Label:
        """Return what things of a kind are called: as their concept scheme is, if they have one."""
        scheme = f"{ID}{kind}/scheme"
        if scheme not in self.iris:
            return KIND_WORDS.get(kind, Label(kind, kind))
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

    def missing(self, kind: str, name: str) -> "Missing":
        """Return what is to be told of a name that means nothing."""
        error = GuideKGError(
            f"没有名为“{kind}/{name}”的事物。", f"nothing here is called {kind}/{name}."
        )
        if kind in KINDS:
            found = [(iri, self._kg.things.label(iri)) for iri in self.nearest(kind, name)]
            return Missing(error, [(iri, label, path_of(iri) or "") for iri, label in found])
        near = difflib.get_close_matches(kind, self.kinds, 5, 0.4)
        return Missing(error, [(ID + one, self.label(one), f"/page/{one}") for one in near])


class Missing(NamedTuple):
    """An error, and what was probably meant: IRI, name and address of each."""

    error: GuideKGError
    nearest: list[tuple[str, Label, str]]

    def page(self, request: Request, headers: Mapping[str, str] | None = None) -> Response:
        """Return the page that tells it."""
        lang = lang_of(request)
        listed = [
            (label(lang), rooted(request, f"/{lang}{path}")) for _, label, path in self.nearest
        ]
        return refusal(request, 404, self.error, listed, headers)


def routes(kg: KnowledgeGraph, directory: Directory) -> list[BaseRoute]:
    """Return the routes."""
    things = kg.things

    async def kinds(request: Request) -> Response:
        listed = [
            (kind, directory.label(kind), len(names)) for kind, names in directory.kinds.items()
        ]
        return page(request, "kinds.html", title=WORDS["everything"], kinds=listed)

    async def kind(request: Request) -> Response:
        name = request.path_params["kind"]
        if name not in directory.kinds:
            return directory.missing(name, "").page(request)
        listed = [things.thing(PREFIXES[name] + each) for each in directory.kinds[name]]
        return page(request, "kind.html", title=directory.label(name), kind=name, things=listed)

    async def show(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        iri = f"{ID}{kind}/{name}"
        if iri not in directory.iris:
            return directory.missing(kind, name).page(request)
        return page(
            request,
            "thing.html",
            title=things.label(iri),
            jsonld=_jsonld(kg, iri, request),
            **_context(kg, directory, iri, request),
        )

    return [
        *localized("/page", kinds),
        *localized("/page/{kind}", kind),
        *localized("/page/{kind}/{name}", show),
    ]


def _context(
    kg: KnowledgeGraph, directory: Directory, iri: str, request: Request
) -> Mapping[str, Any]:
    things = kg.things
    kind = iri.removeprefix(ID).partition("/")[0]
    provision = things.provision(iri) if iri in things.provisions else None
    clause = things.clause(iri) if kind == "clause" else None
    return {
        "iri": iri,
        "short": compact(iri),
        "kind": kind,
        "kind_label": directory.label(kind),
        "definition": text_of(kg, iri, "skos:definition") or text_of(kg, iri, "gk:reason"),
        "provision": provision,
        "modality": modality_of(provision) if provision else "",
        "clause": clause,
        "statements": statements_about(kg, iri, lang_of(request)),
        "incoming": references_to(kg, iri),
        "data": f"/data/{kind}/{local_name(iri)}",
        "long": _LONG,
        "most": _MOST,
    }


def _classes(kg: KnowledgeGraph, iri: str) -> list[Thing]:
    return [named(kg, one) for one in kg.things.iris(iri, "rdf:type")]


def _jsonld(kg: KnowledgeGraph, iri: str, request: Request) -> dict[str, Any]:
    lang = lang_of(request)
    types = [local_name(one.iri) for one in _classes(kg, iri)]
    kind = next((_SCHEMA_ORG[one] for one in types if one in _SCHEMA_ORG), None)
    if kind is None:
        kind = "DefinedTerm" if "Concept" in types else "Thing"
    entity = {"@type": kind, "@id": iri, "name": kg.things.label(iri)(lang)}
    if definition := text_of(kg, iri, "skos:definition"):
        entity["description"] = definition(lang)
    return entity
