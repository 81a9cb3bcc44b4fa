"""The calls: what is known and what is not, and filters that are competency questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guidekg.guides.model import Thing
from tests.web.pages_support import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guidekg import KnowledgeGraph
    from guidekg.questions import Row
    from tests.web.pages_support import Page, Workbench


def shown(page: Page) -> dict[str, str]:
    """The calls on a page: local name and text of each."""
    found = {}
    for n, element in enumerate(page.elements):
        if element.name == "li" and "call" in element.classes:
            links = [e.attributes.get("href", "") for e in page.elements[n:]]
            name = next(link for link in links if "/page/scheme/" in link).rpartition("/")[2]
            found[name.removeprefix("zj-sti-2022-")] = " ".join(element.text.split())
    return found


def leaves_of(kg: KnowledgeGraph, rows: Iterable[Row]) -> set[str]:
    """The leaf schemes that an answer speaks for, itself or by what stands above them."""
    against = {"over-limit", "under-limit", "rejected"}
    named = {
        row["at" if "at" in row.cells else "scheme"].value
        for row in rows
        if "status" not in row.cells or row["status"].value not in against
    }
    iris = {one.iri for one in named if isinstance(one, Thing)}
    found = set()
    for scheme in kg.schemes():
        chain = [scheme.iri]
        while parent := kg.things.schemes[chain[-1]].parent:
            chain.append(parent)
        if not scheme.parts and iris.intersection(chain):
            found.add(scheme.iri.rpartition("/")[2].removeprefix("zj-sti-2022-"))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_call_is_shown_with_its_known_and_unknown_deadline(
    bench: Workbench, lang: str
) -> None:
    calls = shown(bench.get(f"/{lang}/calls").page)
    assert len(calls) == 9
    stated, same, nothing = {
        "zh": ("2022年9月30日", "与我省一致（指南未写明这一时间）", "外方截止时间 外方不申报"),
        "en": (
            "30 September 2022",
            "same as the province (which the guide does not state)",
            "Foreign deadline no foreign filing",
        ),
    }[lang]
    assert stated in calls["finland"]
    assert same in calls["norway"]
    assert nothing in calls["midlands-engine"]
    assert nothing in calls["paired-assistance"]


def test_money_duration_lead_and_agency_are_those_of_the_guide(bench: Workbench) -> None:
    calls = shown(bench.get("/zh/calls").page)
    assert "不超过150万元" in calls["czechia"]
    assert "40万元至60万元" in calls["paired-assistance"]
    assert "不超过3年" in calls["israel"]
    assert "捷克共和国技术局" in calls["czechia"]
    assert "限定领域" in calls["norway"]
    assert "指南没有列出领域" in calls["foreign-rd-centre"]
    assert "高校" in calls["paired-assistance"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_comparison_holds_the_same_calls(bench: Workbench, lang: str) -> None:
    page = bench.get(f"/{lang}/calls", view="table").page
    table = page.one("table", "comparison")
    names = [e.text for e in page.all("th") if e.attributes["scope"] == "row"]
    assert len(names) == 9
    assert all(name in table.text for name in names)


def test_the_field_filter_gives_what_the_question_gives(
    bench: Workbench, kg: KnowledgeGraph
) -> None:
    fields = kg.query("SELECT ?field WHERE { ?field skos:inScheme ?any }")
    names = [row["field"].value for row in fields if "/field/" in row["field"].value]
    assert len(names) > 30
    for iri in names:
        name = iri.rpartition("/")[2]
        expected = leaves_of(kg, kg.questions["calls-by-field"](field=iri))
        assert set(shown(bench.get("/en/calls", field=name).page)) == expected, name


@pytest.mark.parametrize("amount", ["1", "300000", "400000", "500000", "1500000", "1500001"])
def test_the_amount_filter_gives_what_the_question_gives(
    bench: Workbench, kg: KnowledgeGraph, amount: str
) -> None:
    expected = leaves_of(kg, kg.questions["tracks-by-amount"](amount=amount))
    assert set(shown(bench.get("/en/calls", amount=amount).page)) == expected


@pytest.mark.parametrize("kind", ["enterprise", "university", "hospital", "individual"])
def test_the_lead_filter_gives_what_the_question_gives(
    bench: Workbench, kg: KnowledgeGraph, kind: str
) -> None:
    expected = leaves_of(kg, kg.questions["tracks-by-lead-kind"](kind=kind))
    assert set(shown(bench.get("/en/calls", lead=kind).page)) == expected


@pytest.mark.parametrize(
    ("place", "calls"),
    [
        ("芬兰", {"finland"}),
        ("Uusimaa", {"finland"}),
        ("Derby", {"midlands-engine"}),
        ("库车市", {"paired-assistance", "foreign-rd-centre"}),
        ("杭州市", {"foreign-rd-centre"}),  # where a lead may be is not asked
        ("Germany", set()),
    ],
)
def test_the_place_filter_keeps_the_calls_that_may_accept_it(
    bench: Workbench, place: str, calls: set[str]
) -> None:
    assert set(shown(bench.get("/en/calls", place=place).page)) == calls


def test_a_call_says_why_it_is_shown(bench: Workbench) -> None:
    calls = shown(bench.get("/en/calls", field="green-technology", place="Derby").page)
    assert "Field of technology: touches" in calls["midlands-engine"]
    assert "foreign lead undecided" in calls["midlands-engine"]


def test_filters_are_joined(bench: Workbench) -> None:
    asked = {"field": "new-materials", "lead": "enterprise", "amount": "1500000"}
    assert "norway" not in shown(bench.get("/en/calls", **asked).page)
    page = bench.get("/en/calls", field="new-materials", place="Germany").page
    assert "No call or track meets all of these at once." in page.one("main").text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("amount", "abc", "不合要求", "is no value for amount"),
        ("amount", "1e999999999", "不合要求", "is no value for amount"),
        ("amount", "1.2.3", "不合要求", "is no value for amount"),
        ("place", "Atlantis", "没有名为", "no place is called"),
        ("field", "<b>x</b>", "没有名为", "no field is called"),
        ("lead", "robots", "没有名为", "no kind of organisation is called"),
    ],
)
def test_a_wrong_filter_is_told_beside_its_field_and_kept(  # noqa: PLR0917
    bench: Workbench, lang: str, name: str, value: str, zh: str, en: str
) -> None:
    reply = bench.get(f"/{lang}/calls", **{name: value, "view": "table"})
    assert reply.status == 400
    page = reply.page
    (field,) = [e for e in page.elements if e.attributes.get("aria-invalid")]
    (problem,) = page.all("p", "problem")
    assert field.attributes["aria-describedby"] == problem.attributes["id"]
    assert (zh if lang == "zh" else en) in problem.text
    options = [e.attributes for e in page.all("option") if "selected" in e.attributes]
    kept = field.attributes.get("value") or options[0]["value"]
    assert kept == value
    assert "<b>x</b>" not in reply.text
