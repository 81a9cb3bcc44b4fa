"""Each example says at its head what the validator finds in it; here the validator is held to that.

``# expect: VERDICT CODE…`` names the verdict and every finding, by requirement or by rule of form;
``# as-of: DATE`` is the day of the check, ``# fact: NAME=VALUE`` what the guide leaves open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement

FOLDER = Path(__file__).parents[2] / "examples"
# These show every name of a proposal, another format, and what else a run takes.
OTHERS = {"facts.ttl", "letter-of-intent.ttl", "overrides.ttl", "proposals.ttl"}
TURTLE = [*FOLDER.glob("*.ttl"), *FOLDER.glob("*.trig")]
PATHS = sorted(path for path in TURTLE if path.name not in OTHERS)
LINE = re.compile(r"# (?P<key>expect|as-of|fact): (?P<value>.+)")


@dataclass(frozen=True)
class Head:
    """What a file says of itself."""

    sentence: str
    verdict: str
    codes: frozenset[str]
    as_of: date
    facts: dict[str, str]


def head(path: Path) -> Head:
    text = path.read_text(encoding="utf-8").partition("@prefix")[0]
    said = defaultdict(list)
    words = []
    for line in text.splitlines():
        if found := LINE.fullmatch(line):
            said[found["key"]].append(found["value"])
        else:
            words.append(line.removeprefix("# "))
    (expected,), (day,) = said["expect"], said["as-of"]
    verdict, *codes = expected.split()
    facts = dict(fact.split("=") for fact in said["fact"])
    return Head(" ".join(words), verdict, frozenset(codes), date.fromisoformat(day), facts)


@cache
def judged(kg: KnowledgeGraph, path: Path) -> Judgement:
    said = head(path)
    report = kg.validate(path, as_of=said.as_of, facts=said.facts)
    assert not report.problems
    (judgement,) = report
    return judgement


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_the_validator_finds_what_the_example_says(kg: KnowledgeGraph, path: Path) -> None:
    said, judgement = head(path), judged(kg, path)
    assert judgement.verdict == said.verdict
    assert {finding.code for finding in judgement.findings} == said.codes
    for finding in judgement.findings:
        assert finding.where is not None
        assert finding.where.line


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_an_example_is_one_proposal_of_usual_size_with_a_sentence(path: Path) -> None:
    said = head(path)
    assert re.fullmatch(r"[A-Z].{20,}\.\)?", said.sentence)
    store = ox.Store()
    store.bulk_load(path=str(path))
    assert 30 <= len(store) <= 70  # Norway asks for five claims
    proposals = store.query(
        "SELECT ?p WHERE { ?p a <https://w3id.org/guidekg/ns#Proposal> }",
    )
    assert isinstance(proposals, ox.QuerySolutions)
    assert len(list(proposals)) == 1


def test_each_call_has_an_eligible_example_and_a_faulty_one(kg: KnowledgeGraph) -> None:
    verdicts: dict[str, set[str]] = defaultdict(set)
    for path in PATHS:
        scheme = judged(kg, path).scheme
        assert scheme is not None
        verdicts[scheme.iri].add(head(path).verdict)
    leaves = {scheme.iri for scheme in kg.schemes() if not scheme.parts}
    assert set(verdicts) == leaves
    for found in verdicts.values():
        assert "eligible" in found
        assert found & {"undecided", "ineligible"}


def test_the_examples_show_many_different_faults() -> None:
    said = [head(path) for path in PATHS]
    faults = [(item.verdict, item.codes) for item in said if item.verdict != "eligible"]
    assert len(set(faults)) == len(faults) >= 18
    assert {verdict for verdict, _ in faults} == {"undecided", "ineligible"}
