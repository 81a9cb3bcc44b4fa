"""What a well-formed proposal is: each shape is broken once, and nothing else is reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.validation.cases import (
    ENGINES,
    Case,
    Engine,
    Judgements,
    cases,
    eligible,
    expected_states,
    expected_verdict,
    seen,
)

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

CASES = cases("form")
HINTS = {
    "a misspelt property": "gk:requestedGrant",
    "a misspelt place": "place:gb-nottinghamshire",
    "a misspelt call": "scheme:zj-sti-2022-finland",
}


@pytest.fixture(scope="session")
def by_engine(kg: KnowledgeGraph) -> Judgements:
    return Judgements(kg, CASES)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_exactly_what_is_malformed_is_reported_once(
    case: Case, engine: Engine, by_engine: Judgements
) -> None:
    judgement = by_engine[engine][case]
    found = [
        (finding.code, finding.where.line, finding.where.column)
        for finding in judgement.structure
        if finding.where
    ]
    assert found == [(code, *case.position(at)) for code, at in case.structure]
    states = expected_states(case, judgement)
    assert {item.requirement.identifier: item.state for item in judgement.checklist} == states
    assert judgement.verdict == expected_verdict(states, judgement)
    for item in judgement.checklist:
        wanted = case.fails.get(item.requirement.identifier, ())
        assert list(map(seen, item.findings)) == [
            (expected.reason, *case.position(expected.at)) for expected in wanted
        ]
    if any(finding.severity == "violation" for finding in judgement.structure):
        assert judgement.verdict != "eligible"


def test_each_shape_is_broken(kg: KnowledgeGraph, by_engine: Judgements) -> None:
    rules = kg.validation().rulebook.rules.values()
    shapes = {rule.iri.rpartition("/")[2] for rule in rules if not rule.requirement}
    found = {
        finding.code for judgement in by_engine["auto"].values() for finding in judgement.structure
    }
    assert found == shapes


@pytest.mark.parametrize("name", HINTS)
def test_an_unknown_name_is_met_with_the_nearest_one(name: str, by_engine: Judgements) -> None:
    case = next(case for case in CASES if case.name == name)
    (finding,) = by_engine["auto"][case].structure
    assert finding.code == "unknown-term"
    assert finding.hint is not None
    assert HINTS[name] in finding.hint.zh
    assert HINTS[name] in finding.hint.en


def test_a_name_like_no_other_gets_no_hint(by_engine: Judgements) -> None:
    case = next(case for case in CASES if case.name == "a term that looks like nothing known")
    (finding,) = by_engine["auto"][case].structure
    assert finding.hint is None
    assert finding.value == "gk:zzzzz"


def test_what_another_proposal_says_is_not_said_by_the_one_that_names_it(
    kg: KnowledgeGraph,
) -> None:
    case = eligible()[0]
    text = f"""{case.text}
ex:p dcterms:relation ex:other .
ex:other a gk:Proposal ; gk:appliesTo scheme:zj-sti-2022-finland ; gk:requestedGrant -1 .
"""
    one, other = case.run.validation(kg, "auto").report(text.encode())
    assert (one.verdict, one.structure, one.findings) == ("eligible", (), ())
    assert "-1" in {finding.value for finding in other.structure}


@pytest.mark.parametrize("turn", [1, -1])
def test_what_stands_on_one_line_is_reported_in_its_order(kg: KnowledgeGraph, turn: int) -> None:
    case = next(case for case in CASES if not case.fails and not case.structure)
    odd = ["gk:requestedGrant -1", 'gk:projectName "x"', "gk:durationMonths 0"][::turn]
    (judgement,) = case.run.validation(kg, "auto").report(
        f"{case.text}\nex:p {' ; '.join(odd)} .".encode()
    )
    places = [
        (finding.where.line, finding.where.column)
        for finding in judgement.structure
        if finding.where
    ]
    assert len({line for line, _ in places}) < len(places) >= 3
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("titles", "shown"),
    [
        ('"甲"@zh , "A"@en', ("甲", "A")),
        ('"甲"@zh-Hans , "A"@en-GB', ("甲", "A")),
        ('"A"@en', ("A", "A")),
        ('"甲"@zh , "C"@fr', ("甲", "甲")),
        ('"B"', ("B", "B")),
        ('"B" , "A"@en', ("B", "A")),
        ('"C"@fr', ("C", "C")),
        ("ex:title", None),
    ],
)
def test_a_title_is_shown_in_the_languages_that_it_has(
    kg: KnowledgeGraph, titles: str, shown: tuple[str, str] | None
) -> None:
    case = next(case for case in CASES if not case.fails and not case.structure)
    untitled = re.sub(r"dcterms:title [^;]*;", "", case.text)
    assert "title" not in untitled
    text = f"{untitled}\nex:p dcterms:title {titles} ."
    (judgement,) = case.run.validation(kg, "auto").report(text.encode())
    title = judgement.title
    assert (title and (title.zh, title.en)) == shown
