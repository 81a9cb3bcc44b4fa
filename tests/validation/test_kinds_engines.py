"""The general kinds and their conditions, and computed values, in every engine: the same rows.

Proposals are made from those of ``tests/fixtures/kinds`` and ``tests/guides`` by chance: departures that
are known, and statements that are left out.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pyshacl
import pytest
import rdflib
from engine_support.topquadrant import TopQuadrant
from rdflib import SH

import guidekg
from guidekg.resources import folder
from guidekg.validation import engines
from guidekg.validation.batches import read
from guidekg.validation.facts import Facts
from guidekg.validation.inputs import Document
from guidekg.validation.proposals import Record
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.run_limits import exceeded, run_limits
from tests.test_guides import GUIDES, NAMES, opened
from tests.validation.test_kinds import CASES, FOLDER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from guidekg import KnowledgeGraph

BOTH: tuple[engines.Choice, ...] = ("pyshacl", "shacl")


def departed(seed: int, count: int) -> Iterator[str]:
    """Texts with one to four known departures each."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    for _ in range(count):
        text = TEXT
        for old, new, _ in rng.sample(CASES, rng.randint(1, 4)):
            text = text.replace(old, new)
        yield text


def lessened(name: str, seed: int) -> Iterator[Record]:
    """The proposals of a guide, each without some of its statements."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    text = (GUIDES / name / "proposals.ttl").read_text(encoding="utf-8")
    for record in read(Document("file", "turtle", text)):
        assert isinstance(record, Record)
        kept = {
            node: [item for item in items if item[1].endswith("appliesTo>") or rng.random() < 0.93]
            for node, items in record.by_subject.items()
        }
        yield Record(record._source, {node: items for node, items in kept.items() if items})


def data(book: Rulebook, records: list[Record], scheme: str | None = None) -> list[str]:
    """What the engines are given, computed values and exceeded run limits with it."""
    limits = run_limits(book.rules.values()).values()
    schemes = [scheme or next(value for value in applied(record)) for record in records]
    parts = [record.data(number) for number, record in enumerate(records)]
    parts = book.derivation.added(parts, schemes)
    return [part + exceeded(records[n], n, limits) for n, part in enumerate(parts)]


def applied(record: Record) -> Iterator[str]:
    for _, name, value, _, _ in record.by_subject[record.subject]:
        if name.endswith("#appliesTo>"):
            yield value[1:-1]


def agree(book: Rulebook, parts: list[str], tmp_path: Path) -> Counter[engines.Row]:
    reference, fast = (engines.make(one, book.shapes, book.reference) for one in BOTH)
    rows = Counter(reference.check(*parts))
    assert rows == Counter(fast.check(*parts))
    second = TopQuadrant(book.shapes, book.reference, tmp_path)
    assert rows == Counter(second.check("".join(parts)))
    return rows


@pytest.fixture(scope="module")
def kinds() -> KnowledgeGraph:
    return guidekg.load(FOLDER, shipped=False)


def test_three_engines_give_the_same_rows_of_every_kind(
    kinds: KnowledgeGraph, tmp_path: Path
) -> None:
    book = Rulebook(kinds, Facts(kinds.store, {}, None))
    records = [
        record
        for text in departed(11, 100)
        for record in read(Document("file", "turtle", text))
        if isinstance(record, Record)
    ]
    rows = agree(book, data(book, records), tmp_path)
    shapes = {row.shape for row in rows}
    requirements = {rule.requirement for iri, rule in book.rules.items() if iri in shapes}
    assert set(book.requirements) <= requirements


@pytest.mark.parametrize("name", NAMES)
def test_three_engines_give_the_same_rows_of_a_guide(name: str, tmp_path: Path) -> None:
    book = opened(name).validation(as_of="2025-06-30").rulebook
    rows = agree(book, data(book, list(lessened(name, 5))), tmp_path)
    assert len({row.shape for row in rows}) > 40


def test_plain_pyshacl_with_rules_finds_what_our_command_finds(kinds: KnowledgeGraph) -> None:
    """Over what is published: the shapes of the guide with the rules they need, and the graph's facts."""
    book = kinds.validation(as_of="2024-10-01").rulebook
    shapes, facts = rdflib.Graph(), rdflib.Graph()
    shapes.parse(data=book.turtle)
    shapes.parse(folder("shapes") / "proposal.ttl")
    facts.parse(data="".join(f"{triple} .\n" for triple in book.reference), format="nt")
    seen = set()
    for text in departed(12, 25):
        graph = rdflib.Graph().parse(data=text) + facts
        _, report, _ = pyshacl.validate(
            graph, shacl_graph=shapes, advanced=True, inplace=True, max_validation_depth=40
        )
        assert isinstance(report, rdflib.Graph)
        results = list(report.objects(None, SH.result))
        theirs = {str(report.value(one, SH.sourceShape)) for one in results}
        (judgement,) = kinds.validate(text.encode(), form="turtle", as_of="2024-10-01").judgements
        ours = {finding.shape for finding in judgement.findings}
        silent = {iri for iri, rule in book.rules.items() if rule.inapplicable}
        later = {finding.shape for finding in judgement.structure}
        assert theirs - silent - later == ours - later
        seen |= theirs
    assert any("share" in shape for shape in seen)  # a value that a rule computes
