"""Pages where several guides are open: each thing is told of the guide that it is of."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from guidekg.web.pages.map_page import sheets
from tests.web.pages_support import LANGUAGES

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.i18n import Language
    from tests.web.pages_support import Page, Workbench


def fields(page: Page) -> dict[str, str]:
    """What the fields of a page are called, by their identifiers."""
    return {one.attributes["for"]: one.text for one in page.all("label")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fact_is_asked_for_with_the_guide_that_asks_for_it(
    several: Workbench, four: KnowledgeGraph, lang: str
) -> None:
    called = fields(several.get(f"/{lang}/validate").page)
    asked = {name: text for name, text in called.items() if name.startswith("fact-")}
    assert len(asked) == 5
    assert len(set(asked.values())) == 5
    assert [name.removeprefix("fact-") for name in asked] == [
        *("cooperation-2024-call-year", "sensing-2025-call-year", "vouchers-2023-call-year"),
        *("call-year", "provincial-deadline"),  # those of a guide beside one another
    ]
    titles = {guide.label(lang) for guide in four.guides.values()}
    assert all(any(text.endswith(title) for title in titles) for text in asked.values())


def test_a_year_that_a_guide_prints_is_not_called_a_reading(several: Workbench) -> None:
    help_ = {
        one.attributes.get("id"): one.text for one in several.get("/zh/validate").page.all("span")
    }
    assert help_["help-cooperation-2024-call-year"] == "按指南是 2024；留空则照此。"


def test_a_guide_that_is_open_alone_is_not_named_beside_its_facts(bench: Workbench) -> None:
    assert fields(bench.get("/en/validate").page)["fact-call-year"] == "Year of the call"


def test_the_year_of_one_guide_is_not_that_of_another(several: Workbench) -> None:
    page = several.get("/zh/timeline").page
    # Only the shipped guide has deadlines of a foreign side; other years move nothing here.
    assert set(fields(page)) == {"call-year", "provincial-deadline"}
    note = page.one("p", "year").text
    assert note.startswith("科技合作领域项目指南：")
    assert "2022" in note
    assert "2023" not in note
    later = several.get("/zh/timeline", **{"call-year": "2024"}).page
    days = [one.attributes["datetime"] for one in later.all("time")]
    assert days == ["2024-07-13", "2024-09-19", "2024-09-30"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_deadline_is_told_with_its_guide(
    several: Workbench, four: KnowledgeGraph, lang: str
) -> None:
    page = several.get(f"/{lang}/timeline").page
    rows = [one.text for one in page.all("th") if one.attributes.get("scope") == "row"]
    titles = [guide.label(lang) for guide in four.guides.values()]
    assert sorted(sum(title in row for row in rows) for title in titles) == [3, 3, 3, 9]


def test_each_guide_has_its_own_place_of_the_lead_on_the_map(four: KnowledgeGraph) -> None:
    first, *others = sheets(four)
    named = {spot.place.label.zh: {guide.label.zh for guide in spot.guides} for spot in first.bases}
    assert named == {
        "沧澜省": {"2024年度省科技合作计划项目申报指南"},
        "澄渡市": {"澄渡市科技创新券实施细则（2023年修订）"},
        "浙江省": {"科技合作领域项目指南"},
    }
    # Where a call lists places near the lead, that is the lead of its own guide.
    leads = {
        sheet.scheme.iri.rpartition("/")[2]: [spot.place.label.zh for spot in sheet.bases]
        for sheet in others
        if sheet.scheme
    }
    assert leads == {
        "cooperation-2024-assistance": ["沧澜省"],
        "zj-sti-2022-midlands-engine": [],
        "zj-sti-2022-paired-assistance": ["浙江省"],
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_label_of_the_map_lies_outside_with_several_guides(
    four: KnowledgeGraph, lang: Language
) -> None:
    for sheet in sheets(four):
        assert all(0 < mark.label_x < 1000 and 0 < mark.label_y < 660 for mark in sheet.marks(lang))


@pytest.mark.parametrize("view", ["", "?view=table"])
def test_a_call_is_told_with_its_guide(several: Workbench, four: KnowledgeGraph, view: str) -> None:
    page = several.get(f"/zh/calls{view}").page
    told = [one.text for one in page.all("span", "of")]
    titles = [guide.label.zh for guide in four.guides.values()]
    assert sorted(told.count(title) for title in titles) == [3, 3, 3, 9]


@pytest.mark.parametrize(
    ("lang", "fixed", "lead"),
    [
        ("zh", "30万元 出处", "未写明类型（在沧澜省）"),
        ("en", "CNY 300,000 source", "kind not stated (in Canglan Province)"),
    ],
)
def test_a_fixed_grant_is_no_range_and_a_place_is_no_kind(
    several: Workbench, lang: str, fixed: str, lead: str
) -> None:
    cards = [
        " ".join(one.text.split()) for one in several.get(f"/{lang}/calls").page.all("li", "call")
    ]
    (base,) = [card for card in cards if lead in card]
    assert fixed in base
    assert "30万元至" not in base
    assert "CNY 300,000 to" not in base


def test_the_comparison_tells_where_no_other_field_is_funded(several: Workbench) -> None:
    page = several.get("/zh/calls?view=table").page
    heads = [one.text for one in page.all("th") if one.attributes.get("scope") == "col"]
    assert heads[-1] == "技术领域"
    cells = [" ".join(one.text.split()) for one in page.all("td", "wide")]
    assert sum(cell.startswith("限定领域：") for cell in cells) == 5
    assert sum(cell.startswith("优先领域：") for cell in cells) == 7


def test_a_scheme_is_chosen_among_those_of_its_guide(
    several: Workbench, bench: Workbench, four: KnowledgeGraph
) -> None:
    titles = [guide.label.en for guide in four.guides.values()]
    for path in ("requirement-clauses", "provisions-of-scheme"):
        page = several.get(f"/en/questions/{path}").page
        groups = [one.attributes["label"] for one in page.all("optgroup")]
        assert sorted(groups) == sorted(titles), path
        assert not bench.get(f"/en/questions/{path}").page.all("optgroup")
    offered = [one.text for one in several.get("/en/validate").page.all("option")]
    title = "Rules for the innovation vouchers of Chengdu City (revised 2023)"
    assert f"class A vouchers · {title}" in offered


def test_a_sentence_behind_an_answer_is_told_with_its_guide(
    several: Workbench, four: KnowledgeGraph
) -> None:
    page = several.get("/zh/questions/documents").page
    cited = [one for one in page.all("li") if re.fullmatch(r"p\d+", one.attributes.get("id", ""))]
    titles = [guide.label.zh for guide in four.guides.values()]
    assert cited
    assert all(any(title in one.text for title in titles) for one in cited)


def test_the_page_of_a_thing_names_its_guide(several: Workbench) -> None:
    page = several.get("/zh/page/scheme/vouchers-2023-class-a").page
    assert "澄渡市科技创新券实施细则（2023年修订）" in page.one("p", "kicker").text


def test_things_of_one_name_are_told_apart_in_a_list(several: Workbench) -> None:
    items = [one.text for one in several.get("/zh/page/fact").page.all("li") if "申报" in one.text]
    assert "申报年度 vouchers-2023-call-year" in items
    assert "我省申报截止时间" in items
    assert len(set(items)) == len(items)


def test_every_part_of_every_text_leads_to_its_place(
    several: Workbench, four: KnowledgeGraph
) -> None:
    pages: dict[str, Page] = {}
    parts = "SELECT ?part WHERE { ?part gk:inSource ?source ; oa:start ?start }"
    names = [iri.rpartition("/")[2] for (iri,) in four.store.select(parts).iris()]
    assert len(names) > 500
    for name in names:
        reply = several.send(f"/en/guide/clause/{name}")
        assert reply.status == 302, name
        address, _, place = reply.headers["location"].partition("#")
        path = address.partition("?")[0]
        pages.setdefault(path, several.get(path).page)
        assert place in pages[path].ids, name


@pytest.mark.parametrize(
    ("lang", "moment", "day"),
    [
        ("zh", "2024年7月26日 17:00", "2024年8月10日"),
        ("en", "26 July 2024 17:00", "10 August 2024"),
    ],
)
def test_a_moment_of_an_answer_is_written_as_days_are(
    several: Workbench, lang: str, moment: str, day: str
) -> None:
    cells = [one.text for one in several.get(f"/{lang}/questions/filing-windows").page.all("td")]
    assert moment in cells
    assert day in cells
    assert not [cell for cell in cells if "T17:00" in cell]


def test_a_column_of_guides_is_there_where_rows_are_of_guides(several: Workbench) -> None:
    def heads(path: str) -> list[str]:
        return [one.text for one in several.get(f"/en/questions/{path}").page.all("th")]

    assert heads("deadlines")[0] == "guide"
    assert "guide" not in heads("field-relations?field=green-technology")


def test_a_run_is_counted_by_the_server_too(several: Workbench) -> None:
    """A worker opens no file: what waits until all is counted waits in memory."""
    folder = Path(__file__).parents[1] / "guides/vouchers-2023"
    wanted = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    reply = httpx.post(
        f"{several.url}/api/validate?as_of={wanted['as_of']}",
        content=(folder / "proposals.ttl").read_bytes(),
        headers={"Content-Type": "text/turtle", "Accept": "application/json"},
        timeout=60,
    )
    assert reply.status_code == 200
    found = {
        one["iri"].rpartition("/")[2]: one["verdict"]
        for one in json.loads(reply.content)["proposals"]
    }
    assert found == {name: one["verdict"] for name, one in wanted["proposals"].items()}
