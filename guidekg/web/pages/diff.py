"""Two of the guides that are open compared, provision by provision."""

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.editions import Comparison, Edition, compare
from guidekg.i18n import Label
from guidekg.reports.comparison import vocabulary
from guidekg.web.pages.layout import lang_of, local_name, localized, page, unknown


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes: none, where there are not two guides to compare."""
    guides = {local_name(guide.iri): guide for guide in kg.guides.values()}
    if len(guides) < 2:
        return []

    @lru_cache(16)
    def compared(old: str, new: str) -> Comparison:
        return compare(*(Edition(kg.things, guides[name]) for name in (old, new)))

    async def show(request: Request) -> Response:
        given = [request.query_params.get(name) or None for name in ("old", "new")]
        for name in given:
            if name and name not in guides:
                raise unknown(name, "指南", "guide", guides, cutoff=0)
        old, new = given
        lang = lang_of(request)
        return page(
            request,
            "diff.html",
            guides=guides,
            old=old,
            new=new,
            found=compared(old, new) if old and new else None,
            tr=lambda zh, en: Label(zh, en)(lang),
            **vocabulary(),
        )

    return localized("/diff", show)
