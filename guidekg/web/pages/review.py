"""The review of a drafted guide: the frame of the page; what is in it, its script asks of the server."""

import tomllib
from collections.abc import Collection
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.drafting.facts import KINDS, MODALITIES
from guidekg.drafting.review import HOW, TESTS
from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label
from guidekg.rdf.namespaces import PREFIXES, compact
from guidekg.web.endpoints import REVIEW
from guidekg.web.pages.layout import (
    TABLES,
    lang_of,
    local_name,
    localized,
    page,
    rooted,
    unknown,
)


def routes(kg: KnowledgeGraph, editable: Collection[str]) -> list[BaseRoute]:
    """Return the routes: none where nothing may be changed. ``editable`` are the names of guides."""
    if not editable:
        return []
    guides = {local_name(guide.iri): guide for guide in kg.guides.values()}
    drafting = resources.files("guidekg.drafting").joinpath("provisions.toml")
    names = tomllib.loads(drafting.read_text(encoding="utf-8"))["kinds"]
    kinds = {kind: Label(*names[kind]) for kind in KINDS}
    modalities = {name: kg.things.label(PREFIXES["modality"] + name) for name in MODALITIES}

    rows = kg.select("SELECT DISTINCT ?one { ?one a gk:InformationConcept }")
    information = {compact(iri): kg.things.label(iri) for iri in (str(row["one"]) for row in rows)}

    async def show(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in editable:
            raise unknown(name, "可以审阅的指南", "guide to review", editable, cutoff=0)
        said = {"words": TABLES["review"], "kinds": kinds, "modalities": modalities}
        lang = lang_of(request)
        known = {
            "guide": name,
            "lang": lang,
            "endpoint": rooted(request, f"{REVIEW}/{name}"),
            **{part: {key: label(lang) for key, label in of.items()} for part, of in said.items()},
        }
        reasons = TABLES["reasons"].values()
        named = sorted((label(lang), key) for key, label in information.items())
        return page(
            request,
            "review.html",
            guide=guides[name],
            known=known,
            reasons=reasons,
            conditions={"how": HOW, "information": named, "test": TESTS},
        )

    return localized("/review/{name}", show)
