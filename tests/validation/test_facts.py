"""Facts of a run: what the guide leaves open, given by name or in a file, and every error."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import guidekg
from guidekg.i18n import Label
from guidekg.rdf.namespaces import XSD
from guidekg.validation.facts import FactError, facts_of, read_facts
from tests.validation.cases import cases

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement
    from guidekg.validation.facts import FactValue

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/facts.ttl"
NORWAY = next(c for c in cases("bilateral") if c.base == "norway" and not c.fails)
FINLAND = next(c for c in cases("bilateral") if c.base == "finland" and not c.fails)
PREFIXES = (
    "@prefix gk: <https://w3id.org/guidekg/ns#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)


def judge(
    kg: KnowledgeGraph, text: str, facts: dict[str, FactValue], as_of: str = "2022-12-31"
) -> Judgement:
    report = kg.validate(text.encode(), as_of=date.fromisoformat(as_of), facts=facts)
    assert {fact.name: fact.value for fact in report.header.facts} == {
        name: str(value) for name, value in facts.items()
    }
    return report.judgements[0]


def states(judgement: Judgement) -> dict[str, str]:
    return {i.requirement.identifier: i.state for i in judgement.checklist if i.state != "met"}


def test_without_the_fact_the_matter_is_undecided_and_the_finding_says_how_to_supply_it(
    kg: KnowledgeGraph,
) -> None:
    judgement = judge(kg, NORWAY.text, {})
    assert states(judgement) == {"R1-FDL-norway": "undecided"}
    (finding,) = judgement.findings
    assert "补充事实 provincial-deadline" in finding.message.zh
    assert "the fact provincial-deadline" in finding.message.en
    assert finding.reading


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2022-07-01", {}), ("2022-06-30", {"R1-FDL-norway": "unmet"})],  # the foreign filing alone
)
@pytest.mark.parametrize("as_text", [True, False])
def test_the_provincial_deadline_decides_as_text_and_as_a_date(
    kg: KnowledgeGraph, day: str, expected: dict[str, str], *, as_text: bool
) -> None:
    value = day if as_text else date.fromisoformat(day)
    found = states(judge(kg, NORWAY.text, {"provincial-deadline": value}))
    assert found.pop("R1-OWN-DL") == "unmet"  # our own filing is of 1 August
    assert found == expected


@pytest.mark.parametrize("year", [2023, "2023"])
def test_the_call_year_moves_every_deadline_that_rests_on_it(
    kg: KnowledgeGraph, year: int | str
) -> None:
    moved = FINLAND.text.replace("2022-07-01", "2023-09-30").replace("2022-08-01", "2023-09-01")
    facts: dict[str, FactValue] = {"call-year": year}
    assert states(judge(kg, moved, facts, "2023-12-31")) == {}
    assert states(judge(kg, moved, {"call-year": 2022}, "2023-12-31")) == {
        "R1-FDL-finland": "unmet"
    }
    assert states(judge(kg, moved, {}, "2023-12-31")) == {"R1-FDL-finland": "unmet"}


def test_facts_change_the_shapes_and_their_hash(kg: KnowledgeGraph) -> None:
    def hashed(**facts: FactValue) -> str:
        given = {name.replace("_", "-"): value for name, value in facts.items()}
        return kg.validation(facts=given, as_of=date(2022, 9, 1)).header.shapes_hash

    found = [hashed(), hashed(call_year=2023), hashed(provincial_deadline="2022-09-15")]
    assert len(set(found)) == 3
    assert hashed(call_year=2022) == hashed()  # the guide's own reading


def test_the_day_of_the_run_alone_decides_whether_a_deadline_has_passed(
    kg: KnowledgeGraph,
) -> None:
    text = FINLAND.text.replace(" , ex:foreign-filing", "")
    before, after = judge(kg, text, {}, "2022-09-30"), judge(kg, text, {}, "2022-10-01")
    waiting = {"R1-AGENCY-finland": "not-reached", "R1-FDL-finland": "not-reached"}
    assert states(before) == {"R1-DUAL": "undecided", **waiting}
    assert states(after) == {"R1-DUAL": "unmet", **waiting}
    assert (before.verdict, after.verdict) == ("undecided", "ineligible")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"provincial-deadlin": "2022-09-15"}, "provincial-deadline"),
        ({"nothing-like-it": "2022-09-15"}, "call-year, provincial-deadline"),
        ({"as-of": "2022-09-15"}, "no guide asks for a fact called 'as-of'"),
        ({"provincial-deadline": "2022-09-31"}, "is a day such as 2022-09-15, not '2022-09-31'"),
        ({"provincial-deadline": "15 September"}, "not '15 September'"),
        ({"provincial-deadline": ""}, "not ''"),
        ({"call-year": "22"}, "is a year of four digits, not '22'"),
        ({"call-year": date(2022, 1, 1)}, "not '2022-01-01'"),
        ({"call-year": "２０２３"}, "is a year of four digits"),
        ({"call-year": -202}, "is a year of four digits"),
    ],
)
def test_a_fact_that_is_unknown_or_of_the_wrong_form_is_refused(
    kg: KnowledgeGraph, facts: dict[str, FactValue], words: str
) -> None:
    with pytest.raises(FactError, match=words) as caught:
        kg.validation(facts=facts)
    assert caught.value.exit_code == 2
    assert caught.value.zh != str(caught.value)


def test_the_example_of_a_facts_file_is_read() -> None:
    assert read_facts(EXAMPLE) == {"provincial-deadline": "2022-09-15", "call-year": "2022"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("[] a gk:RunFact", "cannot be read"),
        ("", "states no fact"),
        ('<urn:f> gk:factName "call-year" .', "states no fact"),
        ('[] a gk:RunFact ; gk:factName "call-year" .', "'call-year' must have one value"),
        ('[] a gk:RunFact ; gk:factName "call-year" ; gk:factValeu 2022 .', "has 0"),
        ('[] a gk:RunFact ; gk:factName "call-year" ; gk:factValue 2022 , 2023 .', "has 2"),
        (
            '[] a gk:RunFact ; gk:factName "call-year" ; gk:factValue 2022 .'
            '[] a gk:RunFact ; gk:factName "call-year" ; gk:factValue 2023 .',
            "has 2",
        ),
    ],
)
def test_a_facts_file_that_says_nothing_certain_is_refused(
    tmp_path: Path, text: str | None, words: str
) -> None:
    path = tmp_path / "facts.ttl"
    if text is not None:
        path.write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(FactError, match=words) as caught:
        read_facts(path)
    assert "facts.ttl" in caught.value.zh


def test_a_fact_without_a_name_is_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "facts.ttl"
    path.write_text(PREFIXES + "<urn:f> a gk:RunFact ; gk:factValue 2023 .", encoding="utf-8")
    with pytest.raises(FactError, match="no guide asks for a fact called '<urn:f>'"):
        kg.validation(facts=read_facts(path))


def test_the_command_takes_a_file_of_facts_and_single_ones_over_it(tmp_path: Path) -> None:
    proposal = tmp_path / "norway.ttl"
    proposal.write_text(NORWAY.text, encoding="utf-8")

    def found(*options: str | Path) -> str:
        command = [Path(sys.executable).with_name("guidekg"), "validate", proposal, *options]
        done = subprocess.run(
            [*map(str, command), "--as-of", "2022-12-31", "--format", "csv", "--lang", "en"],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        assert done.returncode in {0, 1}, done.stderr
        return done.stdout

    assert "R1-FDL-norway" in found()
    assert "R1-FDL-norway" not in found("--facts", EXAMPLE)
    late = found("--facts", EXAMPLE, "--fact", "provincial-deadline=2022-06-30")
    assert "R1-FDL-norway" in late
    assert "2022-06-30" in late


def test_the_facts_that_a_guide_asks_for_are_listed(kg: KnowledgeGraph) -> None:
    year, deadline = facts_of(kg.store)
    assert (year.name, deadline.name) == ("call-year", "provincial-deadline")
    assert (year.datatype, deadline.datatype) == (XSD + "gYear", XSD + "date")
    assert deadline.label == Label("我省申报截止时间", "The province's own deadline")
    assert deadline.description.en.startswith("The last day on which the province takes")
    assert year.scopes == deadline.scopes == tuple(kg.guides)
    assert (year.read, deadline.read) == ("2022", None)
    decided = {provision.rpartition("2022-")[2] for provision in deadline.decides}
    assert {"provincial-deadline", "r1-own-dl", "r1-fdl-norway"} <= decided
    assert {one.kind.name for one in (year, deadline)} == {"year", "date"}


def test_a_fact_of_one_name_in_two_guides_is_each_guide_s_own() -> None:
    kg = guidekg.load(ROOT / "tests/fixtures/second-guide")
    years = [fact for fact in facts_of(kg.store) if fact.datatype == XSD + "gYear"]
    assert [fact.name for fact in years] == ["second:call-year", "zj-sti-2022:call-year"]
    assert [fact.read for fact in years] == ["2024", "2022"]
    for fact in years:
        (scope,) = fact.scopes
        assert fact.name.startswith(scope.rpartition("/")[2])
        decided = {kg.things.provision(iri).label.en for iri in fact.decides}
        assert any(str(fact.read) in label for label in decided)


def test_a_fact_without_an_example_of_its_datatype_does_not_stop_the_checks(tmp_path: Path) -> None:
    for path in (ROOT / "tests/fixtures/second-guide").iterdir():
        shutil.copy(path, tmp_path)
    guide = tmp_path / "guide.ttl"
    text = guide.read_text(encoding="utf-8").replace("gk:year 2024 ;", "")
    guide.write_text(text.replace('"2024"^^xsd:gYear', '"soon"'), encoding="utf-8")
    rules = {f.rule for f in guidekg.load(tmp_path, shipped=False, cache=False).warnings}
    assert "fact-has-example" in rules


def test_what_is_wrong_with_a_value_is_told_in_the_words_of_the_guide(kg: KnowledgeGraph) -> None:
    with pytest.raises(FactError) as caught:
        kg.validation(facts={"call-year": "last"})
    assert caught.value.zh == "call-year（申报年度）应当是四位年份，而不是“last”。"
    assert caught.value.en == "call-year (Year of the call) is a year of four digits, not 'last'"
