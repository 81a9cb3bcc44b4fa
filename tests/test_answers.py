"""The answers that the guide's text gives, asked as a user would ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from guidekg.namespaces import compact

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

SCHEME = "scheme:zj-sti-2022-"


def column(kg: KnowledgeGraph, question: str, name: str, **values: Any) -> list[str]:
    """Return a column of an answer as short names."""
    answer = kg.questions[question](**values)
    cells = (row[name].value for row in answer)
    return [compact(getattr(cell, "iri", str(cell))).removeprefix(SCHEME) for cell in cells]


def test_green_technology_with_a_delta_partner(kg: KnowledgeGraph) -> None:
    question = "calls-by-field-and-partner-region"
    schemes = column(kg, question, "scheme", field="绿色技术", region="长三角")
    assert set(schemes) == {"finland", "singapore"}


def test_every_row_of_the_main_job_quotes_the_guide(kg: KnowledgeGraph) -> None:
    question = kg.questions["calls-by-field-and-partner-region"]
    for row in question(field="green-technology", region="yangtze-river-delta"):
        assert any("联合长三角相关单位" in clause.exact for clause in row.clauses)


def test_calls_that_name_or_cover_new_materials(kg: KnowledgeGraph) -> None:
    named = column(kg, "calls-naming-field", "scheme", field="new-materials")
    assert set(named) == {"czechia", "singapore", "midlands-engine"}
    assert column(kg, "calls-covering-field", "scheme", field="new-materials") == ["israel"]


def test_deadlines_stated_unknown_and_absent(kg: KnowledgeGraph) -> None:
    found = {
        compact(row["scheme"].value.iri).removeprefix(SCHEME): (
            row["status"].value,
            str(row["date"].value or ""),
        )
        for row in kg.questions["deadlines"]()
    }
    assert found == {
        "finland": ("stated", "2022-09-30"),
        "israel": ("stated", "2022-09-19"),
        "czechia": ("stated", "2022-07-13"),
        "norway": ("same-as-province", ""),
        "west-flanders": ("same-as-province", ""),
        "singapore": ("same-as-province", ""),
        "midlands-engine": ("not-stated", ""),
        "foreign-rd-centre": ("not-stated", ""),
        "paired-assistance": ("not-stated", ""),
    }


@pytest.mark.parametrize(("day", "status"), [("2022-09-30", "open"), ("2022-10-01", "closed")])
def test_the_day_itself_is_in_time(kg: KnowledgeGraph, day: str, status: str) -> None:
    rows = kg.questions["deadline-on-date"](on=day)
    finland = next(row for row in rows if row["scheme"].value.iri.endswith("finland"))
    assert finland["status"].value == status


@pytest.mark.parametrize(
    ("amount", "tracks"),
    [
        ("300000", {"bilateral", "intergovernmental", "foreign-rd-centre"}),
        ("399999", {"bilateral", "intergovernmental", "foreign-rd-centre"}),
        ("400000", {"bilateral", "intergovernmental", "foreign-rd-centre", "paired-assistance"}),
        ("600000.01", {"bilateral", "intergovernmental", "foreign-rd-centre"}),
        ("1500000", {"bilateral", "intergovernmental", "foreign-rd-centre"}),
        ("1500000.01", set()),
    ],
)
def test_tracks_by_amount(kg: KnowledgeGraph, amount: str, tracks: set[str]) -> None:
    assert set(column(kg, "tracks-by-amount", "scheme", amount=amount)) == tracks


@pytest.mark.parametrize(("months", "number"), [(36, 4), (37, 0)])
def test_tracks_by_duration(kg: KnowledgeGraph, months: int, number: int) -> None:
    assert len(kg.questions["tracks-by-duration"](duration=months)) == number


def test_a_university_leads_in_paired_assistance_only(kg: KnowledgeGraph) -> None:
    assert column(kg, "tracks-by-lead-kind", "scheme", kind="高校") == ["paired-assistance"]


@pytest.mark.parametrize(
    ("scheme", "place", "status"),
    [
        ("midlands-engine", "place:gb-bir", "outside"),
        ("midlands-engine", "place:gb-ngm", "undecided"),
        ("midlands-engine", "place:gb-nottinghamshire", "inside"),
        ("midlands-engine", "place:gb-wnh", "inside"),
        ("midlands-engine", "place:gb-eng", "undecided"),
        ("midlands-engine", "place:gb", "undecided"),
        ("midlands-engine", "place:fi", "outside"),
        ("west-flanders", "place:be", "undecided"),
        ("west-flanders", "place:be-vwv", "inside"),
        ("west-flanders", "place:be-van", "outside"),
        ("finland", "place:fi-18", "inside"),
        ("paired-assistance", "place:cn-500154", "outside"),  # Kaizhou
        ("paired-assistance", "place:cn-653200", "outside"),  # Hotan
        ("paired-assistance", "place:cn-659002", "inside"),  # Aral
        ("paired-assistance", "place:cn-652902", "inside"),  # Kuqa
        ("paired-assistance", "place:cn-510822", "undecided"),  # Qingchuan
        ("paired-assistance", "place:cn-510000", "undecided"),  # Sichuan
        ("paired-assistance", "place:cn-500000", "undecided"),  # Chongqing
    ],
)
def test_places(kg: KnowledgeGraph, scheme: str, place: str, status: str) -> None:
    assert column(kg, "place-eligibility", "status", scheme=scheme, place=place) == [status]


@pytest.mark.parametrize("name", ["finland", "芬兰", "FI", "Finland", "scheme:zj-sti-2022-finland"])
def test_names_of_a_call(kg: KnowledgeGraph, name: str) -> None:
    assert kg.scheme(name).iri.endswith("/zj-sti-2022-finland")
