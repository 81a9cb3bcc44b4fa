"""The page that compares two of the guides that are open."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.pages_support import LANGUAGES

if TYPE_CHECKING:
    from tests.web.pages_support import Workbench

ROOT = Path(__file__).parents[2]
OLD, NEW = "sensing-2025", "cooperation-2024"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_offers_every_guide(several: Workbench, lang: str) -> None:
    page = several.get(f"/{lang}/diff", new=NEW).page
    assert [one.attributes["name"] for one in page.all("select")] == ["old", "new"]
    offered = [one.attributes["value"] for one in page.all("option")]
    assert len(offered) == 2 * 5  # four guides, and none yet
    (chosen,) = [one for one in page.all("option") if "selected" in one.attributes]
    assert chosen.attributes["value"] == NEW
    assert not page.all("article")


@pytest.mark.parametrize(("lang", "gone"), [("zh", "删去"), ("en", "gone")])
def test_two_guides_are_compared(several: Workbench, lang: str, gone: str) -> None:
    page = several.get(f"/{lang}/diff", old=OLD, new=NEW).page
    assert len(page.all("article", "change")) > 100
    assert gone in page.all("span", "what")[-1].text
    assert len(page.ids) == len(set(page.ids))
    style = next(link for link in page.links if "comparison.css" in link)
    assert several.get(style).status == 200


def test_a_guide_does_not_differ_from_itself(several: Workbench) -> None:
    page = several.get("/zh/diff", old=OLD, new=OLD).page
    assert page.one("p", "nothing").text == "两版没有不同。"


def test_a_guide_that_is_not_open_is_not_found(several: Workbench) -> None:
    reply = several.get("/en/diff", old=OLD, new="sensing")
    assert reply.status == 404
    assert OLD in reply.text


def test_the_page_of_a_guide_leads_there_where_two_are_open(
    several: Workbench, bench: Workbench
) -> None:
    assert f"/zh/diff?new={NEW}" in several.get(f"/zh/guide/{NEW}").page.links
    assert "/diff" not in bench.get("/zh/guide/zj-sti-2022").text
    assert bench.get("/zh/diff").status == 404


def test_the_frame_of_the_workbench_styles_nothing_of_a_comparison(several: Workbench) -> None:
    page = several.get("/en/diff", old=OLD, new=NEW).page
    sheet = next(link for link in page.links if "frame.css" in link)
    frame = set(re.findall(r"\.([a-z][\w-]*)", several.get(sheet).text))
    parts = (ROOT / "guidekg/reports/templates/comparison_parts.html").read_text(encoding="utf-8")
    used = {name for names in re.findall(r'class="([^"{]*)', parts) for name in names.split()}
    assert used & frame <= {"hidden"}
