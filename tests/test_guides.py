"""Three further guides, each from data alone: whole, and with verdicts derived by hand from its text.

``tests/guides/<name>/`` holds the guide, the facts that a careful reader finds in its text with where
each stands in the data, proposals, and what the text says of them.
"""

from __future__ import annotations

import csv
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import guidekg
from guidekg.rdf.namespaces import PREFIXES
from guidekg.validation.facts import FactError
from guidekg.validation.guide_check import check_guides

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement

GUIDES = Path(__file__).parent / "guides"
NAMES = sorted(path.name for path in GUIDES.iterdir() if path.is_dir())


@cache
def opened(name: str) -> KnowledgeGraph:
    return guidekg.load(GUIDES / name / "guide", shipped=False)


@cache
def expected(name: str) -> dict[str, Any]:
    return tomllib.loads((GUIDES / name / "expected.toml").read_text(encoding="utf-8"))


@cache
def judged(name: str, engine: str) -> dict[str, Judgement]:
    report = opened(name).validate(
        GUIDES / name / "proposals.ttl", as_of=expected(name)["as_of"], engine=engine
    )
    assert not report.problems
    return {one.iri.rpartition("/")[2]: one for one in report.judgements}


def proposals() -> list[tuple[str, str]]:
    return [(name, proposal) for name in NAMES for proposal in expected(name)["proposals"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_is_whole(name: str) -> None:
    kg = opened(name)
    (guide,) = kg.guides
    assert kg.coverage(guide).uncovered == ()
    assert check_guides(kg) == ()


@pytest.mark.parametrize(("name", "proposal"), proposals(), ids=[" ".join(p) for p in proposals()])
def test_a_proposal_stands_as_the_text_says(name: str, proposal: str) -> None:
    """With one engine: test_kinds_engines holds three to each other on these proposals."""
    judgement = judged(name, "auto")[proposal]
    wanted = expected(name)["proposals"][proposal]
    assert judgement.structure == () or {f.severity for f in judgement.structure} <= {"warning"}
    found = {item.requirement.identifier: item.state for item in judgement.checklist}
    states = {identifier: state for identifier, state in found.items() if state != "met"}
    assert states == wanted.get("states", {})
    assert judgement.verdict == wanted["verdict"]
    for item in judgement.checklist:
        assert bool(item.findings) == (item.state in ("unmet", "undecided"))
        for finding in item.findings:
            assert finding.clauses
            assert finding.where.line
            assert finding.message.zh != finding.message.en


@pytest.mark.parametrize("name", NAMES)
def test_every_proposal_has_a_verdict_derived_by_hand(name: str) -> None:
    assert set(judged(name, "auto")) == set(expected(name)["proposals"])
    verdicts = [one["verdict"] for one in expected(name)["proposals"].values()]
    assert {"eligible", "ineligible", "undecided"} == set(verdicts)
    assert len(verdicts) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_nine_facts_of_ten_are_data(name: str) -> None:
    facts = {
        fact["id"]: fact for fact in json.loads((GUIDES / name / "facts.json").read_text("utf-8"))
    }
    with (GUIDES / name / "facts.csv").open(encoding="utf-8") as file:
        rows = {row["fact"]: row["data"] for row in csv.DictReader(file)}
    assert rows.keys() == facts.keys()
    data = {fact: held for fact, held in rows.items() if not held.startswith("not data: ")}
    assert len(data) >= 0.9 * len(facts)
    things = opened(name).things
    for fact, held in data.items():
        start, end = facts[fact]["start"], facts[fact]["end"]
        iris = [
            PREFIXES[prefix] + local
            for prefix, _, local in (n.partition(":") for n in held.split())
        ]
        assert iris, fact
        for iri in iris:
            if iri not in things.provisions:
                assert things.values(iri, "rdf:type"), iri
                continue
            clauses = things.provision(iri).clauses
            assert any(c.start < end and start < c.end for c in clauses), (fact, iri)


NEW = [
    *("exclusions", "papers", "run-limits", "own-funds", "leader-conditions", "lead-conditions"),
    *("filing-windows", "targets", "contacts", "conditional-requirements"),
]


@pytest.mark.parametrize("name", NEW)
def test_a_question_is_answered_over_four_guides(name: str, four: KnowledgeGraph) -> None:
    """The rows were read against the texts; ``answers.json`` holds them by names."""
    held = json.loads((GUIDES / "answers.json").read_text(encoding="utf-8"))[name]
    assert [[cell.label("en") for cell in row.values()] for row in four.questions[name]()] == held


def test_a_row_says_of_which_guide_it_is(four: KnowledgeGraph, kg: KnowledgeGraph) -> None:
    answer = four.questions["grant-limits"]()
    assert answer.columns[0].name == "guide"
    assert len({row["guide"].value for row in answer}) == 4
    assert "guide" not in kg.questions["grant-limits"]().rows[0]


# Relations of fields are of the vocabulary, which guides share.
SHARED = {"field-relations"}


@pytest.mark.parametrize("name", sorted(set(guidekg.load().questions) - SHARED))
def test_no_row_leaves_open_of_which_guide_it_is(name: str, four: KnowledgeGraph) -> None:
    question = four.questions[name]
    rows = question(**{one.name: one.example for one in question.header.parameters}).rows
    assert rows
    assert all(row["guide"].value for row in rows)


def test_a_list_is_one_too_where_the_text_has_no_word_for_it(four: KnowledgeGraph) -> None:
    rows = four.questions["listed-places"]().rows
    texts = {row["text"].value for row in rows if "cooperation-2024" in row["guide"].value.iri}
    assert texts == {"西藏昌都市", "宁夏固原市"}


def test_each_guide_has_its_own_facts() -> None:
    both = guidekg.load(GUIDES.parent / "fixtures/second-guide")
    with pytest.raises(FactError, match="say whose"):
        both.validation(facts={"call-year": 2024})
    before, after = (
        both.validation(facts=facts).rulebook.turtle
        for facts in ({}, {"zj-sti-2022:call-year": 2023})
    )
    assert '"2023-09-30"^^xsd:date' not in before
    assert '"2023-09-30"^^xsd:date' in after  # a deadline of the shipped guide
    assert '"2024-03-31"^^xsd:date' in before  # one of the other's
    assert '"2024-03-31"^^xsd:date' in after
