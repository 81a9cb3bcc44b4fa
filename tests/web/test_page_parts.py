"""The parts of the server and its pages that a page as a whole would not show to be wrong."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from guidekg.i18n import language_tag
from guidekg.reports.model import Where
from guidekg.web.handlers.validation import Mark, lines
from guidekg.web.pages.calls import _nearest
from guidekg.web.pages.lookups import printed_schemes
from guidekg.web.pages.map_page import LAND, Places, project, sheets
from guidekg.web.pages.questions import written
from guidekg.web.pages.things import Directory
from guidekg.web.pages.timeline import _in_year
from tests.web.pages_support import PAGES

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Severity

STATIC = Path(__file__).parents[2] / "guidekg/web/pages/static"


def test_what_is_said_nearest_above_a_call_holds(kg: KnowledgeGraph) -> None:
    finland = next(one for one in printed_schemes(kg) if one.scheme.iri.endswith("-finland"))
    programme, track = finland.above
    rows: dict[str, Any] = {programme.iri: ["programme"], track.iri: ["track"]}
    assert _nearest(finland, rows) == ["track"]
    assert _nearest(finland, rows | {finland.scheme.iri: ["call"]}) == ["call"]
    assert _nearest(finland, {programme.iri: cast("Any", ["programme"])}) == ["programme"]


def test_a_line_bears_the_worst_that_was_found_in_it() -> None:
    def found(severity: Severity, start: int, end: int) -> Mark:
        return Mark(Where("f", "s", 1, start, 1, end), severity, severity, "a")

    for marks in (
        [found("info", 1, 9), found("violation", 3, 6), found("warning", 1, 9)],
        [found("violation", 3, 6), found("warning", 1, 9), found("info", 1, 9)],
    ):
        (line, end) = lines("abcdefgh\n", marks)
        assert end.left_out == 0
        assert line.worst == "violation"
        assert line.pieces == [("ab", "warning"), ("cde", "violation"), ("fgh", "warning")]


def test_the_29th_of_february_is_the_28th_of_a_year_without_one() -> None:
    assert _in_year(date(2024, 2, 29), 2023) == date(2023, 2, 28)
    assert _in_year(date(2024, 2, 29), 2028) == date(2028, 2, 29)
    assert _in_year(date(2024, 3, 1), 2023) == date(2023, 3, 1)


def test_what_looks_like_a_day_and_is_none_is_shown_as_it_is() -> None:
    for text in ("2024-13-40", "2024-02-30T09:00:00", "2024-07-01T09:00:00Z", "2024"):
        assert written(text, "en") == text
    assert written("2024-07-01T09:00:00+08:00", "en") == "1 July 2024 09:00"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_label_of_the_map_lies_on_another(kg: KnowledgeGraph, lang: Any) -> None:
    seen = 0
    for sheet in sheets(kg):
        boxes = []
        for mark in sheet.marks(lang):
            text = mark.spot.place.label(lang)
            width = sum(20.0 if ord(character) > 0x2E7F else 12.6 for character in text)
            left = mark.label_x - {"start": 0, "middle": width / 2, "end": width}[mark.anchor]
            boxes.append((left, mark.label_y - 13, left + width, mark.label_y + 13))
        for number, one in enumerate(boxes):
            for other in boxes[:number]:
                seen += 1
                across = min(one[2], other[2]) - max(one[0], other[0])
                down = min(one[3], other[3]) - max(one[1], other[1])
                assert across <= 1 or down <= 1, (sheet.scheme, one, other)
    assert seen > 50


def test_every_place_of_the_map_is_on_its_sheet(kg: KnowledgeGraph) -> None:
    for sheet in sheets(kg):
        for mark in sheet.marks("zh"):
            assert 0 < mark.x < 1000, mark.spot.place
            assert 0 < mark.y < 660, mark.spot.place


def test_places_are_projected_as_the_outlines_are(kg: KnowledgeGraph) -> None:
    assert project(0, 0) == pytest.approx((0, 0))
    # A known point of Mercator's projection: half a radian east, and the latitude whose
    # ordinate is one radian.
    assert project(math.degrees(0.5), 49.60494) == pytest.approx((2500, -5000), abs=0.1)
    if not (STATIC / LAND).is_file():
        pytest.skip("npm did not give the outlines when this was installed")
    outlines = json.loads((STATIC / LAND).with_suffix(".json").read_text(encoding="utf-8"))
    seen = 0
    for spot in Places(kg).spots("partner-regions", "region"):
        if spot.at and (found := outlines.get(spot.place.label.en)):
            left, top, right, bottom = found["bounds"]
            # A point of the graph may be the middle of more than the largest part.
            assert left < spot.at[0] < right, spot.place
            assert top < spot.at[1] < bottom, spot.place
            seen += 1
    assert seen >= 5


# Runs alone: what one page reads, the next no longer does.
_WATCHED = """
import asyncio, sys
import guidekg
from starlette.applications import Starlette
from guidekg.web.pages import routes

app = Starlette(routes=routes(guidekg.load(), None))  # no proposal is judged
opened, watching = [], False

def watch(event, args):
    if watching and event == "open":
        opened.append(str(args[0]))

sys.addaudithook(watch)

async def get(path):
    path, _, query = path.partition("?")
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
             "query_string": query.encode(), "headers": [], "server": ("127.0.0.1", 80)}
    sent = []
    async def send(message): sent.append(message)
    await app(scope, None, send)
    assert sent[0]["status"] in (200, 400, 404), (path, sent[0])

async def main():
    global watching
    watching = True
    for path in sys.argv[1:]:
        for lang in ("zh", "en"):
            await get(f"/{lang}{path}")
    watching = False

asyncio.run(main())
print("\\n".join(opened))
"""


def test_no_page_reads_a_file_when_it_is_made() -> None:
    paths = [*PAGES, "/map", "/timeline?call-year=2024", "/sparql-editor"]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, *paths], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


def test_every_kind_of_thing_has_a_name(kg: KnowledgeGraph) -> None:
    directory = Directory(kg)
    unnamed = [kind for kind in directory.kinds if directory.label(kind).zh == kind]
    assert unnamed == []


def test_the_language_of_a_source_is_told_by_the_source(kg: KnowledgeGraph) -> None:
    (guide,) = kg.guides.values()
    assert (guide.language, language_tag(guide.language)) == ("zh", "zh-CN")
    assert language_tag("sv") == "sv"
