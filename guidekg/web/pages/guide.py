"""The guide as printed, each sentence with what the graph makes of it."""

import difflib
from collections import Counter
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from guidekg.errors import UnknownNameError
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Scheme
from guidekg.i18n import Label
from guidekg.rdf.namespaces import PREFIXES
from guidekg.web.pages.addresses import local
from guidekg.web.pages.guide_text import MODALITIES, GuideText, View, choose, modality_of, read
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.lookups import placed, text_of
from guidekg.web.pages.words import WORDS


class _Reader:
    """What stays the same for a guide, whatever is chosen."""

    def __init__(self, kg: KnowledgeGraph, text: GuideText) -> None:
        things = kg.things
        self.text = text
        self.name = local(text.guide.iri)
        self.coverage = kg.coverage(text.guide.iri)
        counts = Counter(map(modality_of, text.provisions.values()))
        self.legend = [
            (
                name,
                things.label(PREFIXES["modality"] + name),
                text_of(kg, PREFIXES["modality"] + name, "skos:definition") or Label("", ""),
                counts[name],
            )
            for name in MODALITIES
        ]
        self.contents = [one for one in placed(kg) if self._announces(one.scheme)]
        self.starts = {
            clause.iri: piece.start
            for provision in text.provisions.values()
            for clause in provision.clauses
            if (piece := text.piece_at(clause.start))
        }

    def _announces(self, scheme: Scheme) -> bool:
        return any(c.source == self.text.guide.source for p in scheme.own for c in p.clauses)

    def context(self, view: View) -> dict[str, Any]:
        """Return what the template needs."""
        return {
            "text": self.text,
            "name": self.name,
            "view": view,
            "legend": self.legend,
            "labels": {name: label for name, label, _, _ in self.legend},
            "contents": self.contents,
            "starts": self.starts,
            "coverage": self.coverage,
            "modality_of": modality_of,
            "local": local,
        }


class _Shelf:
    """The guides that are open, and what is asked of them."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        texts = [read(guide, kg.schemes()) for guide in kg.guides.values()]
        self._readers = {reader.name: reader for reader in (_Reader(kg, text) for text in texts)}

    async def choose(self, request: Request) -> Response:
        """Show the only guide, or the choice between several."""
        if len(self._readers) == 1:
            query = f"?{request.url.query}" if request.url.query else ""
            return _lead(request, f"{next(iter(self._readers))}{query}")
        listed = [(name, reader.text.guide) for name, reader in self._readers.items()]
        return page(request, "guides.html", title=WORDS["guides"], guides=listed)

    async def show(self, request: Request) -> Response:
        """Show a guide."""
        name = request.path_params["name"]
        if name not in self._readers:
            near = difflib.get_close_matches(name, self._readers, n=5, cutoff=0)
            raise UnknownNameError(name, "指南", "guide", near)
        reader = self._readers[name]
        guide = reader.text.guide
        return page(
            request,
            "guide.html",
            title=guide.label,
            description=WORDS["guide-lead"],
            jsonld={
                "@type": "DigitalDocument",
                "@id": guide.iri,
                "name": guide.label(lang_of(request)),
                "inLanguage": "zh-CN",
            },
            **reader.context(choose(reader.text, request.query_params)),
        )

    async def find_clause(self, request: Request) -> Response:
        """Lead to a clause in its guide."""
        name = request.path_params["name"]
        iri = PREFIXES["clause"] + name
        for reader in self._readers.values():
            if (start := reader.starts.get(iri)) is not None:
                return _lead(request, f"{reader.name}?at={start}#s{start}")
        known = [local(clause) for reader in self._readers.values() for clause in reader.starts]
        near = difflib.get_close_matches(name, known, n=5, cutoff=0.5)
        raise UnknownNameError(name, "原句片段", "clause", near)

    async def find_provision(self, request: Request) -> Response:
        """Lead to a provision in its guide."""
        name = request.path_params["name"]
        for reader in self._readers.values():
            if provision := reader.text.provisions.get(name):
                starts = [reader.starts[clause.iri] for clause in provision.clauses]
                place = f"s{starts[0]}" if starts else "unprinted"
                return _lead(request, f"{reader.name}?provision={name}#{place}")
        known = [name for reader in self._readers.values() for name in reader.text.provisions]
        near = difflib.get_close_matches(name, known, n=5, cutoff=0.5)
        raise UnknownNameError(name, "条文", "provision", near)


def _lead(request: Request, rest: str) -> Response:
    return RedirectResponse(f"/{lang_of(request)}/guide/{rest}", 302)


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    shelf = _Shelf(kg)
    return [
        *localized("/guide", shelf.choose),
        *localized("/guide/{name}", shelf.show),
        *localized("/guide/clause/{name}", shelf.find_clause),
        *localized("/guide/provision/{name}", shelf.find_provision),
    ]
