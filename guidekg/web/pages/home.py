"""The first page: what is here, and where to go."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Scheme
from guidekg.rdf.namespaces import NS
from guidekg.web.pages.addresses import local
from guidekg.web.pages.dataset import about
from guidekg.web.pages.layout import localized, page
from guidekg.web.pages.words import WORDS


def _of_kind(schemes: Iterable[Scheme], name: str) -> int:
    return sum(scheme.kind.iri == NS + name for scheme in schemes)


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    guides = [
        (local(guide.iri), guide, kg.coverage(guide.iri).share * 100)
        for guide in kg.guides.values()
    ]
    schemes = kg.schemes()
    figures = (
        ("figure-tracks", _of_kind(schemes, "Track")),
        ("figure-calls", _of_kind(schemes, "PartnerCall")),
        ("figure-provisions", len(kg.things.provisions)),
        ("figure-requirements", len({p.iri for s in schemes for p in s.own if p.identifier})),
        ("figure-questions", len(kg.questions)),
    )

    async def show(request: Request) -> Response:
        return page(
            request,
            "home.html",
            title=WORDS["site"],
            description=WORDS["home-lead"],
            jsonld=about(request),
            guides=guides,
            figures=figures,
        )

    return localized("/", show)
