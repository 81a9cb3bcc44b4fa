"""A second guide, from data alone: other amounts, places, days and deadlines give other verdicts."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import pytest

import guidekg
from tests.validation.cases import ENGINES, HERE, PREFIXES, Engine

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement

ROOT = Path(__file__).parents[2]
SECOND = ROOT / "tests/fixtures/second-guide"
CALLS = {
    "denmark": {
        "call": "denmark",
        "place": "dk",
        "agency": "danish-marine-authority",
        "field": "bioeconomy",
        "last_day": "2024-03-31",
    },
    "sweden": {
        "call": "sweden",
        "place": "se",
        "agency": "swedish-marine-authority",
        "field": "additive-manufacturing",
        "last_day": "2024-05-15",
    },
}
LATER = date(2024, 12, 31)
WAITING = {"S-AGENCY-{call}": "not-reached", "S-DAY-{call}": "not-reached"}
# What is changed, and what is then not met; {call} stands for the call.
CHANGES: list[tuple[str, str, dict[str, str]]] = [
    ("800000", "800000.01", {"S-MAX": "unmet"}),
    ("800000", "200000", {}),
    ("800000", "199999.99", {"S-MIN": "unmet"}),
    ("Months 18", "Months 19", {"S-DUR": "unmet"}),
    ("Months 18 ;", "Months 12 ;", {}),
    ("30 . # year 1", "29 . # year 1", {"S-DAYS": "unmet"}),
    ("30 . # year 2", "29 . # year 2", {"S-DAYS": "unmet"}),
    ("kind:university", "kind:enterprise", {}),
    ("kind:university", "kind:hospital", {"S-LEAD-kind": "unmet"}),
    ("place:cn-320500", "place:cn-330100", {"S-LEAD-place": "unmet"}),
    ("place:cn-320500", "place:cn-mainland", {"S-LEAD-place": "undecided"}),
    ("place:{place} .", "place:fi .", {"S-REGION-{call}": "unmet"}),
    ("agency:jiangsu-marine-bureau", "agency:zhejiang-science-department", {"S-DUAL": "unmet", **WAITING}),
    ("agency:{agency}", "agency:business-finland", {"S-AGENCY-{call}": "unmet"}),
    ('"{last_day}"', '"2024-05-16"', {"S-DAY-{call}": "unmet"}),
    ('"{last_day}"', '"2022-03-01"', {"S-DAY-{call}": "unmet"}),
    (" , ex:foreign-filing", "", {"S-DUAL": "unmet", **WAITING}),
    ("topic:benefit-sharing", "topic:commercialisation", {"S-BENEFIT": "unmet"}),
    ("field:{field}", "field:fintech", {"S-FIELD-{call}": "unmet"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def second() -> KnowledgeGraph:
    return guidekg.load(SECOND, shipped=False, cache=False)


def proposal(call: str, old: str = "", new: str = "") -> str:
    text = Template((HERE / "second-guide.ttl").read_text(encoding="utf-8")).substitute(CALLS[call])
    old, new = old.format(**CALLS[call]), new.format(**CALLS[call])
    assert not old or text.count(old) == 1
    return PREFIXES + (text.replace(old, new) if old else text)


def judge(kg: KnowledgeGraph, text: str) -> Judgement:
    report = kg.validate(text.encode(), as_of=LATER)
    assert not report.problems
    return report.judgements[0]


def states(judgement: Judgement) -> dict[str, str]:
    return {i.requirement.identifier: i.state for i in judgement.checklist if i.state != "met"}


@pytest.mark.parametrize("call", CALLS)
def test_a_fitting_proposal_is_eligible(second: KnowledgeGraph, call: str) -> None:
    judgement = judge(second, proposal(call))
    assert states(judgement) == {}
    assert judgement.verdict == "eligible"
    assert len(judgement.checklist) == 13
    assert not judgement.findings


@pytest.fixture(scope="module")
def changed(second: KnowledgeGraph) -> dict[tuple[Engine, str, str, str], Judgement]:
    """Every change to each call, judged at once by each engine."""
    made = [(call, old, new) for call in CALLS for old, new, _ in CHANGES]
    texts = [proposal(*change).encode() for change in made]
    found = {}
    for engine in ENGINES:
        report = second.validate(*texts, as_of=LATER, engine=engine)
        pairs = zip(made, report, strict=True)
        found |= {(engine, *change): judgement for change, judgement in pairs}
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("change", CHANGES)
def test_one_change_fails_what_it_touches(
    changed: dict[tuple[Engine, str, str, str], Judgement],
    call: str,
    engine: Engine,
    change: tuple[str, str, dict[str, str]],
) -> None:
    old, new, expected = change
    judgement = changed[engine, call, old, new]
    assert states(judgement) == {name.format(call=call): s for name, s in expected.items()}
    musts = {i.state for i in judgement.checklist if i.requirement.modality == "must"} - {"met"}
    assert judgement.verdict == (
        "ineligible" if "unmet" in musts else "undecided" if musts else "eligible"
    )


def test_the_messages_speak_of_this_guide(second: KnowledgeGraph) -> None:
    (finding,) = judge(second, proposal("denmark", "800000", "900000")).findings
    assert "80万元" in finding.message.zh
    assert "800,000" in finding.message.en
    assert [clause.exact for clause in finding.clauses] == ["补助经费：20-80万元"]


def test_both_guides_stand_beside_each_other(kg: KnowledgeGraph) -> None:
    both = guidekg.load(SECOND, cache=False)
    example = (ROOT / "examples/proposals.ttl").read_bytes()
    found = both.validate(proposal("sweden").encode(), example, as_of=LATER)
    alone = kg.validate(example, as_of=LATER)
    assert len(found.header.guides) == 2
    assert found.judgements[0].verdict == "eligible"
    assert found.judgements[1:] == alone.judgements


def test_a_new_requirement_of_a_known_kind_changes_a_verdict_with_no_other_edit(
    tmp_path: Path,
) -> None:
    folder = shutil.copytree(SECOND, tmp_path / "guide")
    guide = folder / "guide.ttl"
    text = guide.read_text(encoding="utf-8")
    described = text[text.index("requirement:second-s-agreement a gk:") :]
    clause = described.partition("gk:clause ")[2].partition(" ")[0]
    guide.write_text(
        f"""{text}
        scheme:second-nordic gk:hasProvision requirement:second-s-ip .
        requirement:second-s-ip a gk:Requirement , gk:Presence ;
            rdfs:label "协议约定知识产权归属"@zh , "the agreement settles intellectual property"@en ;
            gk:modality modality:must ; gk:clause {clause} ;
            gk:requirementRow "S-IP" ; dcterms:identifier "S-IP" ; gk:severityIfUnmet sh:Violation ;
            gk:information information:agreement-topic ; gk:regarding topic:intellectual-property ;
            gk:dependsOn requirement:second-s-agreement .
        """,
        encoding="utf-8",
    )
    changed = guidekg.load(folder, shipped=False, cache=False)
    before = judge(changed, proposal("denmark"))
    assert (before.verdict, states(before)) == ("ineligible", {"S-IP": "unmet"})
    settled = "topic:benefit-sharing , topic:intellectual-property"
    after = judge(changed, proposal("denmark", "topic:benefit-sharing", settled))
    assert (after.verdict, states(after)) == ("eligible", {})


def guide_with(tmp_path: Path, *changes: tuple[str, str]) -> KnowledgeGraph:
    """The second guide with some of its data changed."""
    folder = shutil.copytree(SECOND, tmp_path / "guide")
    text = (folder / "guide.ttl").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "guide.ttl").write_text(text, encoding="utf-8")
    return guidekg.load(folder, shipped=False, cache=False)


def test_what_does_not_apply_holds_nothing_up(tmp_path: Path) -> None:
    """A requirement that all calls share may depend on one that only some of them have."""
    more = "gk:dependsOn requirement:second-s-region-sweden , requirement:second-s-dual ;"
    guide = guide_with(tmp_path, ("gk:dependsOn requirement:second-s-dual ;", more))
    wrong = ("agency:danish-marine-authority", "agency:business-finland")
    found = judge(guide, proposal("denmark", *wrong))
    assert states(found) == {"S-AGENCY-denmark": "unmet"}
    elsewhere = judge(guide, proposal("sweden", "place:se .", "place:fi ."))
    assert states(elsewhere) == {
        "S-REGION-sweden": "unmet",
        "S-AGENCY-sweden": "not-reached",
        "S-DAY-sweden": "not-reached",
    }


THEIR_DAY, OUR_DAY = "information:foreign-lead-filing-day", "information:lead-filing-day"
DEPENDS = "xsd:gMonthDay ;\n    gk:dependsOn requirement:second-s-dual ;"


def test_a_deadline_binds_the_role_that_it_names(tmp_path: Path) -> None:
    kg = guide_with(tmp_path, (THEIR_DAY, OUR_DAY), (DEPENDS, "xsd:gMonthDay ;"))
    late = judge(kg, proposal("denmark"))  # ours of 1 June, theirs in time
    assert states(late) == {"S-DAY-denmark": "unmet"}
    (finding,) = late.findings
    assert finding.message.zh == "牵头单位的申报日期应当在2024年1月1日至2024年3月31日之间。"
    assert finding.message.en == (
        "The day on which the lead applicant files must be between 2024-01-01 and 2024-03-31."
    )
    in_time = proposal("denmark", '"2024-06-01"', '"2024-03-31"')
    assert states(judge(kg, in_time)) == {}
    theirs_late = in_time.replace(
        '"2024-03-31"^^xsd:date . # foreign', '"2024-12-30"^^xsd:date . # '
    )
    assert theirs_late != in_time
    assert states(judge(kg, theirs_late)) == {}


def test_without_a_foreign_deadline_a_missing_foreign_filing_is_undecided(tmp_path: Path) -> None:
    kg = guide_with(tmp_path, (" , requirement:second-s-day-sweden ]", " ]"))
    missing = proposal("sweden", " , ex:foreign-filing", "").replace('"2024-06-01"', '"2024-05-01"')
    found = states(judge(kg, missing))
    assert found == {
        "S-DUAL": "undecided",
        "S-AGENCY-sweden": "not-reached",
        "S-DAY-sweden": "not-reached",
    }


def test_an_agency_is_filed_with_by_the_role_that_it_names(tmp_path: Path) -> None:
    theirs, ours = "information:foreign-lead-filing-agency", "information:lead-filing-agency"
    kg = guide_with(tmp_path, (theirs, ours))
    judgement = judge(kg, proposal("denmark"))
    assert states(judgement) == {"S-AGENCY-denmark": "unmet"}
    (finding,) = judgement.findings
    assert finding.message.zh.startswith("牵头单位的受理部门应当是")
    assert finding.message.en.startswith("The agency with which the lead applicant files must be ")


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("800000", None, {"S-MIN": "undecided", "S-MAX": "undecided"}),
        ("800000", "CNY", {"S-MIN": "undecided", "S-MAX": "undecided"}),
        ("900000", "USD", {"S-MIN": "undecided", "S-MAX": "undecided"}),
        ("800000", "EUR", {}),
        ("900000", "EUR", {"S-MAX": "unmet"}),
        ("100000", "EUR", {"S-MIN": "unmet"}),
    ],
)
def test_a_limit_holds_in_its_own_currency(
    amount: str, currency: str | None, expected: dict[str, str], tmp_path: Path
) -> None:
    kg = guide_with(tmp_path, ('gk:currency "CNY"', 'gk:currency "EUR"'))
    stated = f"gk:requestedGrant {amount} ;" + (f' gk:currency "{currency}" ;' if currency else "")
    text = proposal("denmark", "gk:requestedGrant 800000 ;", stated)
    for engine in ENGINES:
        (judgement,) = kg.validate(text.encode(), as_of=LATER, engine=engine)
        assert states(judgement) == expected
        for finding in judgement.findings:
            assert "EUR" in finding.message.zh
            assert "EUR" in finding.message.en
            assert "CNY" not in finding.message.en


FIELDS = "gk:information information:fields ;\n   "


def test_of_a_list_that_the_text_leaves_open_no_field_is_outside(tmp_path: Path) -> None:
    clause = "gk:clause clause:second-67-77 ."
    wish = (
        f"gk:severityIfUnmet sh:Info ;\n    {FIELDS} gk:phrase clause:second-71-75 ;\n    {clause}"
    )
    must = wish.replace("sh:Info", "sh:Violation")
    fintech = proposal("denmark", "field:bioeconomy", "field:fintech")
    closed = guide_with(tmp_path / "closed", (wish, must))
    assert states(judge(closed, fintech))["S-FIELD-denmark"] == "unmet"
    opened = guide_with(
        tmp_path / "open", (wish, must.replace(clause, f"gk:openList true ; {clause}"))
    )
    assert states(judge(opened, fintech))["S-FIELD-denmark"] == "undecided"
    assert states(judge(opened, proposal("denmark"))) == {}


def test_a_project_that_may_take_more_years_than_are_counted_is_left_to_a_person(
    tmp_path: Path,
) -> None:
    months = "gk:maximum 18"
    for number, state in ((120, "unmet"), (121, "undecided")):
        kg = guide_with(tmp_path / str(number), (months, f"gk:maximum {number}"))
        text = proposal("denmark", "Months 18", "Months 120")
        assert states(judge(kg, text))["S-DAYS"] == state


def test_a_quote_is_in_the_language_that_its_source_states(tmp_path: Path) -> None:
    for path in SECOND.iterdir():
        shutil.copy(path, tmp_path)
    guide = tmp_path / "guide.ttl"
    text = guide.read_text(encoding="utf-8").replace(
        'dcterms:language "zh"', 'dcterms:language "sv"'
    )
    guide.write_text(text, encoding="utf-8")
    kg = guidekg.load(tmp_path, shipped=False, cache=False)
    assert {one.language for one in kg.guides.values()} == {"sv"}
    report = kg.validate(proposal("denmark", "800000", "900000").encode(), as_of=LATER)
    assert '<q lang="sv">' in report.render("html")
    assert '"@sv' in report.render("turtle")
    assert "@zh" not in "".join(x for x in report.render("turtle").splitlines() if "oa:exact" in x)
