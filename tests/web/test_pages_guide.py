"""The guide's page: the text as printed, and what each sentence says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import guidekg
from guidekg.resources import folder
from guidekg.web.pages.guide import cut
from tests.web.pages_support import LANGUAGES, workbench

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.guides.model import Provision
    from tests.web.pages_support import Element, Page, Workbench

GUIDE = "/guide/zj-sti-2022"
MODALITIES = ("must", "should", "may", "informative")
SECOND = Path("tests/fixtures/second-guide")


def stated(kg: KnowledgeGraph) -> dict[str, Provision]:
    """Every provision by its local name."""
    return {p.iri.rpartition("/")[2]: p for scheme in kg.schemes() for p in scheme.own}


def lines(page: Page) -> list[Element]:
    return [one for one in page.all("p", "printed") if one.attributes.get("lang") == "zh-CN"]


def chosen(page: Page) -> list[str]:
    """The local names of the provisions that are told in full."""
    found = []
    for n, element in enumerate(page.elements):
        after = [one.classes for one in page.elements[n + 1 : n + 6]]
        if element.name == "li" and "chosen" in element.classes and {"body"} in after:
            link = page.elements[n + 1].attributes["href"]
            found.append(link.partition("provision=")[2].partition("#")[0].partition("&")[0])
    return found


def lit(page: Page) -> list[tuple[int, str]]:
    """Where the pieces stand that are lit, and their text."""
    return [(int(e.attributes["id"][1:]), e.text) for e in page.all("a", "lit")]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("query", ["", "?at=72", "?show=should", "?notes=all"])
def test_the_text_is_shown_as_printed(bench: Workbench, lang: str, query: str) -> None:
    printed = (folder("data") / "guides/zj-sti-2022/source.zh.txt").read_text(encoding="utf-8")
    page = bench.send(f"/{lang}{GUIDE}{query}").page
    assert "\n".join(line.text for line in lines(page)) == printed


def test_each_character_is_marked_by_the_strictest_of_what_it_says(
    bench: Workbench, kg: KnowledgeGraph
) -> None:
    expected: dict[int, set[str]] = {}
    for provision in stated(kg).values():
        name = provision.modality.iri.rpartition("/")[2]
        for clause in provision.clauses:
            for place in range(clause.start, clause.end):
                expected.setdefault(place, set()).add(name)
    page = bench.get(f"/en{GUIDE}").page
    marked = {
        place: next(name for name in MODALITIES if name in piece.classes)
        for piece in page.all("a", "piece")
        for place in range(
            int(piece.attributes["id"][1:]), int(piece.attributes["id"][1:]) + len(piece.text)
        )
    }
    strictest = {place: min(names, key=MODALITIES.index) for place, names in expected.items()}
    assert marked == strictest


def test_a_mark_is_told_without_colour_too(bench: Workbench) -> None:
    page = bench.get(f"/zh{GUIDE}").page
    for piece in page.all("a", "piece"):
        described = piece.attributes["aria-describedby"]
        assert described.removeprefix("m-") in piece.classes
        assert described in page.ids
    css = (Path(guidekg.__file__).parent / "web/pages/static/guide.css").read_text()
    styles = {name: css.partition(f".piece.{name} {{")[2].partition("}")[0] for name in MODALITIES}
    assert len({style.partition(";")[0] for style in styles.values()}) == 4


def test_choosing_a_sentence_shows_its_provisions_and_no_others(
    bench: Workbench, kg: KnowledgeGraph
) -> None:
    provisions = stated(kg)
    pieces = bench.get(f"/zh{GUIDE}").page.all("a", "piece")
    assert len(pieces) > 200
    for piece in pieces:
        start = int(piece.attributes["id"][1:])
        page = bench.send(f"/zh{GUIDE}?at={start}").page
        saying = {
            name
            for name, provision in provisions.items()
            if any(c.start <= start < c.end for c in provision.clauses)
        }
        assert set(chosen(page)) == saying
        assert len(chosen(page)) == len(saying)
        assert page.one("a", "chosen").attributes["id"] == piece.attributes["id"]


def test_choosing_a_provision_lights_its_clauses_and_nothing_else(
    bench: Workbench, kg: KnowledgeGraph
) -> None:
    for name, provision in stated(kg).items():
        page = bench.send(f"/en{GUIDE}?provision={name}").page
        places = {place for start, text in lit(page) for place in range(start, start + len(text))}
        own = {place for c in provision.clauses for place in range(c.start, c.end)}
        assert places == own, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chosen_provision_is_told_with_its_readings(
    bench: Workbench, kg: KnowledgeGraph, lang: str
) -> None:
    provision = stated(kg)["zj-sti-2022-r1-fdl-norway"]
    page = bench.send(f"/{lang}{GUIDE}?provision=zj-sti-2022-r1-fdl-norway").page
    (told,) = page.all("div", "body")[:1]
    for reading in provision.readings:
        assert getattr(reading.reason, lang) in told.text
    assert "R1-FDL-norway" in told.text
    assert f"/{lang}/page/requirement/zj-sti-2022-r1-fdl-norway" in page.links


def test_a_provision_without_a_sentence_is_told_apart(bench: Workbench) -> None:
    page = bench.get(f"/en{GUIDE}").page
    assert "The call year, read as 2022" in page.one("section", "unprinted").text


def test_the_coverage_is_the_measured_one(bench: Workbench, kg: KnowledgeGraph) -> None:
    coverage = kg.coverage(next(iter(kg.guides)))
    text = bench.get(f"/en{GUIDE}").page.one("section", "coverage").text
    assert f"Of {coverage.counted:,} characters, {coverage.in_clauses:,} lie in provisions" in text
    assert "100%" in text


@pytest.mark.parametrize(
    ("query", "status", "zh", "en"),
    [
        ("provision=zj-sti-2022-r1-maxx", 404, "没有名为", "No provision is called"),
        ("at=99999", 400, "不是原文中的位置", "is no place in the text"),
        ("at=-1", 400, "不是原文中的位置", "is no place in the text"),
        ("at=%3Cscript%3E", 400, "不是原文中的位置", "is no place in the text"),
        ("show=would", 400, "没有值", "is no value for show"),
    ],
)
def test_what_is_not_there_is_refused_in_both_languages(
    bench: Workbench, query: str, status: int, zh: str, en: str
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        reply = bench.send(f"/{lang}{GUIDE}?{query}")
        assert reply.status == status
        message = reply.page.one("p", "lead").text
        assert said in message or said in message.replace("At=", "at=")
        assert "<script>" not in reply.text


def test_a_place_that_says_nothing_chooses_nothing(bench: Workbench) -> None:
    page = bench.send(f"/zh{GUIDE}?at=110").page  # a comma between two clauses
    assert not chosen(page)
    assert not lit(page)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/guide?at=72", f"/en{GUIDE}?at=72"),
        ("/guide/clause/zj-sti-2022-1367-1376", f"/en{GUIDE}?at=1367#s1367"),
        ("/guide/clause/zj-sti-2022-180-184", f"/en{GUIDE}#l50"),  # it says nothing: its line
        ("/guide/provision/zj-sti-2022-r1-max", f"{GUIDE}?provision=zj-sti-2022-r1-max#s1527"),
        ("/guide/provision/zj-sti-2022-call-year", "#unprinted"),
    ],
)
def test_clauses_and_provisions_lead_to_their_place(
    bench: Workbench, path: str, place: str
) -> None:
    assert bench.send(f"/en{path}").headers["location"].endswith(place)


def test_a_guide_of_ones_own_is_shown_like_ours() -> None:
    kg = guidekg.load(SECOND, shipped=False, cache=False)
    (guide,) = kg.guides.values()
    text = cut(guide, kg.schemes())
    assert "\n".join("".join(p.text for p in line.pieces) for line in text.lines) == guide.text
    assert text.provisions
    with workbench(kg) as own:
        reply = own.follow("/zh/guide")
        assert "\n".join(line.text for line in lines(reply.page)) == guide.text
        assert own.get("/zh/calls").status == 200
        form = own.get("/zh/validate").page  # the examples are for the guide that is not open
        assert "example" not in form.ids
        assert "new" in form.ids
        assert own.get("/zh/validate", example="norway").status == 404


def test_several_guides_are_offered_to_choose_from() -> None:
    with workbench(guidekg.load(SECOND, cache=False)) as both:
        links = both.get("/en/guide").page.links
        found = [link for link in links if link.startswith("/en/guide/")]
        assert len(found) == 2
        assert all(both.get(link).status == 200 for link in found)


def test_hostile_data_of_a_guide_of_ones_own_is_shown_as_text(tmp_path: Path) -> None:
    shutil.copytree(SECOND, tmp_path / "guide")
    data = tmp_path / "guide" / "guide.ttl"
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    text = data.read_text(encoding="utf-8")
    name = re.search(r"scheme:(\S+) a gk:Track", text)
    assert name
    text += f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
scheme:{name[1]} skos:altLabel "{hostile}"@zh , "{hostile}"@en ;
    rdfs:seeAlso <javascript:alert(1)> , <data:text/html,x> ; schema:url "javascript:alert(1)" .
"""
    data.write_text(text, encoding="utf-8")
    kg = guidekg.load(tmp_path / "guide", shipped=False, cache=False)
    with workbench(kg) as own:
        reply = own.get(f"/zh/page/scheme/{name[1]}")
        assert hostile in reply.page.one("main").text
        assert "<script>alert" not in reply.text
        assert not [e for e in reply.page.elements if "onerror" in e.attributes]
        assert not [a for a in reply.page.links if a.startswith(("javascript:", "data:"))]
        assert "javascript:alert(1)" in reply.page.one("main").text
