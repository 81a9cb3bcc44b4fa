"""The answers that the guide's text gives, asked as a user would ask."""

from __future__ import annotations

import re
import shutil
from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import guidekg
from guidekg.errors import UnknownParameterError, ValueFormError
from guidekg.questions import Answer, Row
from guidekg.questions.serialization import records
from guidekg.rdf.namespaces import compact

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[1]
SCHEME = "scheme:zj-sti-2022-"
INSIDE = "within-limit"
BILATERAL = {"finland", "israel", "czechia", "norway", "west-flanders", "singapore"}


def column(kg: KnowledgeGraph, question: str, name: str, **values: Any) -> list[str]:
    """Return a column of an answer as short names."""
    answer = kg.questions[question](**values)
    cells = (row[name].value for row in answer)
    return [compact(getattr(cell, "iri", str(cell))).removeprefix(SCHEME) for cell in cells]


MAIN = "calls-by-field-and-partner-region"


def tiers(kg: KnowledgeGraph, field: str, region: str) -> dict[str, set[str]]:
    """Return the calls of each tier of the main answer."""
    found: dict[str, set[str]] = {}
    names = column(kg, MAIN, "tier", field=field, region=region)
    for tier, scheme in zip(
        names, column(kg, MAIN, "scheme", field=field, region=region), strict=True
    ):
        found.setdefault(tier, set()).add(scheme)
    return found


@pytest.mark.parametrize("region", ["长三角", "上海", "苏州", "安徽", "浙江", "place:cn-330100"])
def test_green_technology_with_a_partner_of_the_delta(kg: KnowledgeGraph, region: str) -> None:
    assert tiers(kg, "绿色技术", region) == {
        "tier-both": {"finland", "singapore"},
        "tier-field": {"israel", "czechia", "norway", "west-flanders", "midlands-engine"},
        "tier-no-list": {"foreign-rd-centre", "paired-assistance"},
    }


def test_elsewhere_a_partner_earns_nothing(kg: KnowledgeGraph) -> None:
    assert "tier-both" not in tiers(kg, "绿色技术", "四川省")
    partners = column(kg, MAIN, "partner", field="绿色技术", region="中国")
    assert set(partners) == {"undecided", "silent", "inside"}


def test_what_a_list_does_not_have_is_undecided_unless_it_is_exclusive(kg: KnowledgeGraph) -> None:
    robots = tiers(kg, "robotics", "长三角")
    assert robots["tier-field"] == {"israel"}
    assert "finland" in robots["tier-undecided"]
    assert "norway" not in set().union(*robots.values())  # which funds green technology alone
    assert "norway" in tiers(kg, "water-treatment", "长三角")["tier-undecided"]  # is related to it


def test_every_row_of_the_main_job_shows_what_the_guide_prints(kg: KnowledgeGraph) -> None:
    for row in kg.questions[MAIN](field="green-technology", region="yangtze-river-delta"):
        if row["tier"].value == "tier-both":
            assert any("联合长三角相关单位" in clause.exact for clause in row.clauses)
        if row["text"].value:
            assert any(str(row["text"].value) in clause.exact for clause in row.clauses)
        assert row.clauses


def test_calls_that_name_or_cover_new_materials(kg: KnowledgeGraph) -> None:
    found = {
        (row["relation"].value, compact(row["scheme"].value.iri).removeprefix(SCHEME))
        for row in kg.questions["calls-by-field"](field="new-materials")
    }
    assert {scheme for relation, scheme in found if relation == "names"} == {
        *("czechia", "singapore", "midlands-engine")
    }
    assert ("covers", "israel") in found


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
        "midlands-engine": ("no-foreign-filing", ""),
        "foreign-rd-centre": ("no-foreign-filing", ""),
        "paired-assistance": ("no-foreign-filing", ""),
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
    schemes = column(kg, "tracks-by-amount", "at", amount=amount)
    statuses = column(kg, "tracks-by-amount", "status", amount=amount)
    assert len(schemes) == 4
    within = {scheme for scheme, status in zip(schemes, statuses, strict=True) if status == INSIDE}
    assert within == tracks


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("60万", "600000"),
        ("120万元", "1200000"),
        ("300000元", "300000"),
        ("300k", "300000"),
        ("1.2M", "1200000"),
        ("３00,000 元", "300000"),
        ("300_000", "300000"),
        ("1e5", "100000"),
        ("600000.01", "600000.01"),
        ("1234567890123456789012345678.125", "1234567890123456789012345678.125"),
    ],
)
def test_amounts_as_people_write_them(kg: KnowledgeGraph, written: str, amount: str) -> None:
    (term,) = kg.questions["tracks-by-amount"].bind({"amount": written}).values()
    assert Decimal(term.value) == Decimal(amount)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "months"),
    [("18", 18), ("3年", 36), ("18个月", 18), ("18月", 18), ("18 months", 18), ("1.5 years", 18)],
)
def test_months_as_people_write_them(kg: KnowledgeGraph, written: str, months: int) -> None:
    (term,) = kg.questions["tracks-by-duration"].bind({"duration": written}).values()
    assert term.value == str(months)  # type: ignore[union-attr]


def test_an_answer_cannot_be_changed(kg: KnowledgeGraph) -> None:
    answer = kg.questions["deadlines"]()
    row = answer.rows[0]
    for one, name in ((answer, "rows"), (row, "basis"), (row["scheme"], "value")):
        with pytest.raises(FrozenInstanceError):
            setattr(one, name, None)


def test_a_parameter_that_a_question_does_not_have_names_the_nearest(kg: KnowledgeGraph) -> None:
    for given, named in (("feild", "it takes: field"), ("zzzz", "it takes: field, region")):
        with pytest.raises(UnknownParameterError) as caught:
            kg.questions[MAIN](**{given: "绿色技术", "region": "长三角"})
        assert caught.value.en.endswith(f"has no parameter '{given}'; {named}")
        assert f"没有参数“{given}”" in caught.value.zh
    with pytest.raises(UnknownParameterError, match="none"):
        kg.questions["deadlines"](scheme="finland", amount=1)


@pytest.mark.parametrize("value", ["0", "-1", "0.0", "-3年", "0万"])
@pytest.mark.parametrize(
    ("question", "name"), [("tracks-by-amount", "amount"), ("tracks-by-duration", "duration")]
)
def test_nothing_and_less_is_no_amount(
    kg: KnowledgeGraph, question: str, name: str, value: str
) -> None:
    if name == "amount" and "年" in value:
        value = value.replace("年", "元")
    if name == "duration" and "万" in value:
        value = value.replace("万", "年")
    with pytest.raises(ValueFormError, match="more than 0") as caught:
        kg.questions[question](**{name: value})
    assert "应大于 0" in caught.value.zh


@pytest.mark.parametrize(("months", "status"), [(36, INSIDE), (37, "over-limit")])
def test_tracks_by_duration(kg: KnowledgeGraph, months: int, status: str) -> None:
    rows = kg.questions["tracks-by-duration"](duration=months)
    found = {
        compact(row["scheme"].value.iri).removeprefix(SCHEME): row["status"].value for row in rows
    }
    tracks = ("bilateral", "foreign-rd-centre", "intergovernmental", "paired-assistance")
    assert {found[track] for track in tracks} == {status}


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        ("高校", ["rejected", "rejected", "rejected", "accepted"]),
        ("enterprise", ["accepted"] * 4),
        ("hospital", ["rejected", "rejected", "rejected", "undecided"]),
        ("individual", ["rejected"] * 4),
    ],
)
def test_who_leads_what(kg: KnowledgeGraph, kind: str, statuses: list[str]) -> None:
    assert column(kg, "tracks-by-lead-kind", "status", kind=kind) == statuses


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
    found = {
        compact(row["role"].value.iri): row["status"].value
        for row in kg.questions["place-eligibility"](scheme=scheme, place=place)
    }
    found.pop("information:lead", None)
    assert list(found.values()) == [status]


def test_where_the_lead_must_be_is_told_too(kg: KnowledgeGraph) -> None:
    asked = {"scheme": "finland", "place": "杭州市"}
    roles = column(kg, "place-eligibility", "role", **asked)
    assert dict(zip(roles, column(kg, "place-eligibility", "status", **asked), strict=True)) == {
        "information:lead": "inside",
        "information:foreign-lead": "outside",
    }


@pytest.mark.parametrize(
    ("place", "calls"),
    [
        ("Nottingham", {"midlands-engine": "undecided"}),
        ("Belgium", {"west-flanders": "undecided"}),
        ("United Kingdom", {"midlands-engine": "undecided"}),
        ("England", {"midlands-engine": "undecided"}),
        ("place:be-vwv", {"west-flanders": "inside"}),
        ("Birmingham", {}),
        ("Germany", {}),
    ],
)
def test_what_is_too_coarse_is_undecided(
    kg: KnowledgeGraph, place: str, calls: dict[str, str]
) -> None:
    schemes = column(kg, "calls-by-partner-place", "scheme", place=place)
    statuses = column(kg, "calls-by-partner-place", "status", place=place)
    assert dict(zip(schemes, statuses, strict=True)) == calls


def test_a_track_and_a_programme_answer_for_what_is_below(kg: KnowledgeGraph) -> None:
    placed = column(kg, "place-eligibility", "at", scheme="bilateral", place="place:fi")
    assert set(placed) == {*BILATERAL, "bilateral"}
    for question in ("preferences", "fields-of-scheme"):
        assert set(column(kg, question, "at", scheme="bilateral")) >= BILATERAL - {"norway"}
    assert "singapore" in column(kg, "obligations", "at", scheme="international")
    assert "finland" not in column(kg, "obligations", "at", scheme="assistance")
    assert column(kg, "tracks-by-amount", "status", scheme="assistance", amount="300000") == [
        "under-limit"
    ]
    assert kg.questions["fields-of-scheme"](scheme="paired-assistance").state == "unknown"


def test_what_holds_for_a_call_is_stated_inherited_or_read(kg: KnowledgeGraph) -> None:
    rows = kg.questions["obligations"](scheme="finland")
    bases = {row.provisions[0].identifier: row.basis for row in rows}
    assert bases["R1-DUR"] == "inherited"
    assert bases["R1-REGION-finland"] == "read"
    below = kg.questions["obligations"](scheme="international")
    assert {row.basis for row in below if row.provisions[0].identifier == "R1-DUR"} == {"stated"}


def test_a_reading_is_told_before_an_inference(kg: KnowledgeGraph) -> None:
    rows = kg.questions["calls-by-field"](field="green-technology")
    inferred = [row for row in rows if row["relation"].value == "touches"]
    assert all(row.basis == "read" for row in inferred if row.readings)
    assert any(row.readings for row in inferred)


def test_a_clause_of_several_provisions_is_quoted_once(kg: KnowledgeGraph) -> None:
    (row,) = kg.questions["tracks-by-amount"](scheme="paired-assistance", amount="300000")
    shared = set.intersection(*(set(provision.clauses) for provision in row.provisions))
    assert len(row.provisions) == 2
    assert shared
    assert len(row.clauses) == len(set(row.clauses))
    (_, record) = records(row_alone(kg, row), "zh")
    assert record[-1].count("建议财政补助经费") == 1


def row_alone(kg: KnowledgeGraph, row: Row) -> Answer:
    question = kg.questions["tracks-by-amount"]
    return Answer(question, tuple(question.header.columns.values()), (row,), {})


def test_what_two_schemes_say_is_compared_not_where(kg: KnowledgeGraph) -> None:
    asked = {"scheme": "bilateral", "other": "intergovernmental"}
    sides: dict[str, set[str]] = {}
    for row in kg.questions["scheme-comparison"](**asked):
        name = row.provisions[0].identifier or row.provisions[0].iri.rpartition("2022-")[2]
        sides.setdefault(str(row["side"].value), set()).add(name)
    assert sides["both"] >= {"R1-MAX", "R1-DUR", "R1-AGREEMENT", "R1-IP", "R1-BASIS", "R1-RELATION"}
    assert "bilateral-selection" in sides["both"]
    assert "R1-DUAL" in sides["only-first"]
    assert "R2-SINGLE" in sides["only-second"]
    for row in kg.questions["scheme-comparison"](scheme="finland", other="israel"):
        if row.provisions[0].identifier == "R1-FIELD-finland":
            assert row["side"].value == "both"
            assert [one.identifier for one in row.provisions][1] == "R1-FIELD-israel"


@pytest.mark.parametrize(
    ("row", "requirements"),
    [
        ("R1-LEAD-CN", {"R1-LEAD-CN-kind", "R1-LEAD-CN-place"}),
        ("r1-cz", {"R1-CZ", "R1-CZ-order"}),
        ("R4-DAYS", {"R4-DAYS"}),
        ("R1-LEAD-CN-kind", {"R1-LEAD-CN-kind"}),
    ],
)
def test_a_row_of_the_table_means_all_its_requirements(
    kg: KnowledgeGraph, row: str, requirements: set[str]
) -> None:
    found = kg.questions["requirement-clauses"](requirement=row)
    assert {one.provisions[0].identifier for one in found} == requirements


def test_the_deadlines_of_a_row_are_all_of_them(kg: KnowledgeGraph) -> None:
    found = kg.questions["requirement-clauses"](requirement="R1-FDL")
    assert len({one.provisions[0].identifier for one in found}) == 5


@pytest.mark.parametrize(
    ("text", "provisions"),
    [
        ("企业牵头，鼓励产学研合作", {"r1-lead-cn-kind", "r1-lead-cn-place", "p1-iur"}),
        ("具体如下", {None}),  # structure alone
        ("LEICESTERSHIRE", {"midlands-engine-counties", "r2-region"}),
        ("火星", set()),
    ],
)
def test_words_are_found_wherever_they_stand(
    kg: KnowledgeGraph, text: str, provisions: set[str | None]
) -> None:
    rows = kg.questions["where-written"](text=text)
    names = (getattr(row["provision"].value, "iri", None) for row in rows)
    assert {name and name.rpartition("2022-")[2] for name in names} == provisions


def test_a_number_of_places_says_whether_they_are_listed(kg: KnowledgeGraph) -> None:
    found = {
        row["count"].value: row["listed"].label("zh") for row in kg.questions["declared-counts"]()
    }
    assert (found[11], found[68]) == ("是", "否")


def test_what_is_unknown_stands_in_one_answer(kg: KnowledgeGraph) -> None:
    kinds = set(column(kg, "unknowns", "kind"))
    assert kinds == {"missing-fact", "missing-fields", "missing-members", "missing-edition"}
    assert {"provincial-deadline", "call-year"} <= set(column(kg, "unknowns", "fact"))


def test_no_question_names_a_thing_of_one_guide() -> None:
    """Our vocabulary and its words may stand in a query, places and schemes may not."""
    for path in (Path(__file__).parents[1] / "queries").glob("*.rq"):
        lines = path.read_text(encoding="utf-8").splitlines()
        query = "\n".join(line for line in lines if not line.startswith("#"))
        named = re.findall(r"\b(?:place|scheme|provision|requirement|agency|field):\w", query)
        assert not named, path.name


@pytest.mark.parametrize("name", ["finland", "芬兰", "FI", "Finland", "scheme:zj-sti-2022-finland"])
def test_names_of_a_call(kg: KnowledgeGraph, name: str) -> None:
    assert kg.scheme(name).iri.endswith("/zj-sti-2022-finland")


def test_an_amount_is_not_held_against_a_limit_in_another_currency(tmp_path: Path) -> None:
    for path in (ROOT / "tests/fixtures/second-guide").iterdir():
        shutil.copy(path, tmp_path)
    guide = tmp_path / "guide.ttl"
    text = guide.read_text(encoding="utf-8").replace('gk:currency "CNY"', 'gk:currency "EUR"')
    guide.write_text(text, encoding="utf-8")
    kg = guidekg.load(tmp_path, shipped=False, cache=False)
    for row in kg.questions["tracks-by-amount"](amount=900_000):
        assert row["status"].value == "undecided"
        assert row["maximum"].currency == row["currency"].value == "EUR"
        assert row["minimum"].currency == "EUR"
    (limits,) = kg.questions["grant-limits"]().rows
    assert (limits["minimum"].currency, limits["maximum"].currency) == ("EUR", "EUR")
