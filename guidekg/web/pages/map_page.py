"""The map: partner regions, and the places that calls list, with a list for those who see none."""

import asyncio
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.map_panels import Panel, panels
from guidekg.web.pages.map_places import Places
from guidekg.web.pages.map_projection import Outlines

PATH = "/map"

WORDS: dict[str, Label] = {
    "map": Label("合作与帮扶地图", "Partner and aid regions"),
    "map-lead": Label(
        "各征集面向的国家和地区，以及指南逐一列出的地方。点一处看它的页面和征集。",
        "The countries and regions of the calls, and the places that the guide lists one by one."
        " Choose one to see its page and its calls.",
    ),
    "partners": Label("合作国家和地区", "Partner countries and regions"),
    "places-of": Label("{scheme}：列出的地方", "{scheme}: the places listed"),
    "list": Label("文字列表", "As a list"),
    "base": Label("牵头单位所在地", "Where the lead is"),
    "at-members": Label("标在所属各地的中心", "shown amid its parts"),
    "at-around": Label(
        "没有坐标，标在其上级地方", "no point of its own, shown at the place around it"
    ),
    "at-nowhere": Label("没有坐标，未标出", "no point: not shown"),
    "calls-here": Label("征集或专题", "Calls and tracks"),
    "printed-as": Label("原文写作", "As the guide prints it"),
    "place": Label("地方", "Place"),
    "sources": Label("来源", "Sources"),
    "sources-outlines": Label(
        "陆地和国家轮廓：Natural Earth（公有领域），1:50 000 000，经 npm 包 world-atlas；等积投影。"
        "只作示意，不表示国界，也不表示任何立场。",
        "Outlines of land and countries: Natural Earth (public domain), 1:50 000 000, by the npm"
        " package world-atlas; equal-area projection. They are a sketch, and say nothing on borders"
        " or sovereignty.",
    ),
    "sources-none": Label(
        "安装时没有取到陆地轮廓；图上只有点。",
        "The outlines could not be brought in when this was installed: there are points alone.",
    ),
    "sources-points": Label(
        "点：图谱中各地方的坐标（GeoSPARQL），来源见各地方的页面。小点是中国的地级行政区驻地，便于辨认方位。",
        "Points: those of the places in the graph (GeoSPARQL); the page of each names its source."
        " Small dots are seats of Chinese prefectures, to find one's way by.",
    ),
}


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes; the sheets are drawn once, when they are first asked for."""

    @cache
    def drawn() -> tuple[list[Panel], bool]:
        outlines = Outlines()
        return panels(Places(kg), outlines), bool(outlines)

    async def show(request: Request) -> Response:
        lang = lang_of(request)
        sheets, has_outlines = await asyncio.to_thread(drawn)
        return page(
            request,
            "map.html",
            title=WORDS["map"],
            description=WORDS["map-lead"],
            words=WORDS,
            panels=sheets,
            marks=[panel.marks(lang) for panel in sheets],
            has_outlines=has_outlines,
        )

    return localized(PATH, show)
