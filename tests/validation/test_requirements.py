"""Each row of the table of requirements: what it lets pass and what not, at the boundary itself."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest

from guidekg.rdf.namespaces import PREFIXES
from guidekg.validation.hints import Hints
from tests.expected import requirements
from tests.validation.cases import (
    ENGINES,
    Case,
    Engine,
    Judgements,
    cases,
    expected_states,
    expected_verdict,
    judged,
    lessened,
    seen,
)
from tests.validation.cases import (
    PREFIXES as PREFIXES_OF_CASES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement

CASES = cases(
    "bilateral",
    "filings",
    "intergovernmental",
    "foreign-rd-centre",
    "paired-assistance",
    "any-track",
)
WITH_CASES = {case.row for case in CASES}
# One fact decides both of a pair: a field on the printed list, a claim that holds.
TOGETHER = {
    frozenset({"R1-FIELD", "P1-FIELD"}),
    frozenset({"R2-FIELD", "P2-FIELD"}),
    frozenset({"R1-BASIS", "P1-BASIS"}),
    frozenset({"R3-BASIS", "P3-BASIS"}),
}


@pytest.fixture(scope="session")
def by_engine(kg: KnowledgeGraph) -> Judgements:
    return Judgements(kg, CASES)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_exactly_the_rows_that_the_change_touches_fail(
    case: Case, engine: Engine, by_engine: Judgements
) -> None:
    judgement = by_engine[engine][case]
    states = expected_states(case, judgement)
    found = {item.requirement.identifier: item.state for item in judgement.checklist}
    # Of a further requirement without cases, these cases say nothing.
    states |= {
        item.requirement.identifier: item.state
        for item in judgement.checklist
        if item.requirement.row not in WITH_CASES
    }
    assert {n: s for n, s in found.items() if s != "met"} == {
        n: s for n, s in states.items() if s != "met"
    }
    assert judgement.verdict == expected_verdict(states, judgement)
    filed = re.findall(r'gk:filedOn "([0-9-]+)"\^\^xsd:date', case.text)
    later = [day for day in filed if date.fromisoformat(day) > case.run.as_of]
    assert [f.code for f in judgement.structure] == ["filing-date-later"] * len(later)
    for item in judgement.checklist:
        if item.requirement.row not in WITH_CASES:
            continue
        wanted = case.fails.get(item.requirement.identifier, ())
        assert sorted(map(seen, item.findings)) == sorted(
            (expected.reason, *case.position(expected.at)) for expected in wanted
        )
        row = requirements()[item.requirement.row]
        assert item.requirement.modality == row.modality
        assert {finding.severity for finding in item.findings} <= (
            {row.severity_if_unmet.lower()} if item.state == "unmet" else {"warning"}
        )


@pytest.fixture(scope="module")
def kinds(kg: KnowledgeGraph) -> dict[str, frozenset[str]]:
    """The classes of the requirements of each row."""
    found = defaultdict(set)
    for row in kg.store.select("SELECT ?row ?kind { ?r gk:requirementRow ?row ; a ?kind }").rows:
        found[row[0].value].add(row[1].value)  # type: ignore[union-attr]
    return {row: frozenset(classes) for row, classes in found.items()}


@pytest.mark.parametrize("row", requirements())
def test_a_case_fails_for_each_row_alone_and_a_neighbour_passes(
    row: str, kinds: dict[str, frozenset[str]]
) -> None:
    """A further row of a kind that has cases needs none of its own: it is lessened below."""
    about = [case for case in CASES if case.row == row]
    if not about:
        assert kinds[row] in {kinds[case.row] for case in CASES if case.row}
        return
    failing = {
        frozenset(re.sub("-[a-z-]+$", "", name) for name in case.fails)
        for case in about
        if case.fails
    }
    alone = {frozenset({row}), *(pair for pair in TOGETHER if row in pair)}
    assert failing & alone
    assert any(not case.fails for case in about)


def _states(judgements: Iterable[Judgement]) -> dict[str, set[str]]:
    found = defaultdict(set)
    for judgement in judgements:
        for item in judgement.checklist:
            found[item.requirement.identifier].add(item.state)
    return found


def test_each_requirement_with_cases_fails_in_a_case_and_is_met_in_another(
    by_engine: Judgements,
) -> None:
    states = _states(by_engine["auto"].values())
    rows = {
        item.requirement.identifier: item.requirement.row
        for judgement in by_engine["auto"].values()
        for item in judgement.checklist
    }
    assert set(rows.values()) == set(requirements())
    assert {name for name, found in states.items() if "met" not in found} == set()
    with_cases = {case.row for case in CASES}
    failing = {name for name, found in states.items() if found & {"unmet", "undecided"}}
    assert {name for name, row in rows.items() if row in with_cases} <= failing


def test_each_requirement_fails_where_an_eligible_proposal_says_less(kg: KnowledgeGraph) -> None:
    states = _states(judged(kg, lessened(), "auto").values())
    assert {name for name, found in states.items() if "met" not in found} == set()
    assert {name for name, found in states.items() if not found & {"unmet", "undecided"}} == set()
    applied = kg.validation(facts=dict(lessened()[0].run.facts)).rulebook.requirements.values()
    assert set(states) == {requirement.identifier for requirement in applied}


def test_an_unmet_preference_is_said_and_changes_no_verdict(
    by_engine: Judgements,
) -> None:
    preferences = {name for name, row in requirements().items() if row.modality == "should"}
    seen_alone = set()
    for case, judgement in by_engine["auto"].items():
        unmet = [item for item in judgement.checklist if item.state != "met"]
        if unmet and all(
            item.requirement.row in preferences and item.state == "unmet" for item in unmet
        ):
            seen_alone |= {item.requirement.row for item in unmet}
            assert judgement.verdict == "eligible", case
            assert {finding.severity for finding in judgement.findings} == {"info"}, case
    assert seen_alone == preferences & {case.row for case in CASES} - {
        *("P1-FIELD", "P2-FIELD")  # a must goes with these
    }


def test_a_broad_field_is_told_which_narrower_one_would_do(by_engine: Judgements) -> None:
    case = next(c for c in CASES if c.name == "the list only touches the field" and c.fails)
    judgement = by_engine["auto"][case]
    hint = next(f.hint for f in judgement.findings if f.code == "P1-FIELD-finland")
    assert hint is not None
    assert "field:circular-economy" in hint.zh
    assert "field:circular-economy" in hint.en


def test_a_field_broader_by_two_steps_is_told_which_narrower_one_would_do(
    kg: KnowledgeGraph,
) -> None:
    book = kg.validation().rulebook
    field = PREFIXES["field"]
    rule = next(iter(book.rules.values()))._replace(accepts=(f"{field}hydrogen",))
    hint = Hints(kg.things).of(rule, (f"<{field}green-technology>",))
    assert hint is not None
    assert "field:hydrogen" in hint.zh
    assert "field:hydrogen" in hint.en


def test_every_finding_cites_its_clause_and_speaks_two_languages(
    by_engine: Judgements,
) -> None:
    for judgement in by_engine["auto"].values():
        for finding in judgement.findings:
            assert finding.clauses or finding.code == "filing-date-later"
            assert finding.message.zh != finding.message.en
            assert finding.message.zh


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("nobody", ["[ ]", "ex:nobody"])
def test_what_an_organisation_lacks_of_which_nothing_is_said_stands_where_it_is_named(
    kg: KnowledgeGraph, nobody: str, engine: Engine
) -> None:
    text = f"""{PREFIXES_OF_CASES}
ex:p a gk:Proposal ; gk:appliesTo scheme:zj-sti-2022-finland ;
  gk:leadApplicant {nobody} ; gk:requestedGrant 1 .
"""
    line = text.splitlines().index(f"  gk:leadApplicant {nobody} ; gk:requestedGrant 1 .") + 1
    (judgement,) = kg.validate(text.encode(), engine=engine)
    (item,) = (i for i in judgement.checklist if i.requirement.identifier == "R1-LEAD-CN-kind")
    (finding,) = item.findings
    assert (item.state, finding.reason) == ("unmet", "missing")
    assert finding.where is not None
    assert (finding.where.line, finding.where.column) == (line, len("  gk:leadApplicant ") + 1)
