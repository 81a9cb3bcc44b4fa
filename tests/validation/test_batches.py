"""A large file is split into its proposals, and nothing is different for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from benchmarks.drafts import HEADER
from benchmarks.proposals import proposals
from guidekg.reports.model import Judgement, Problem
from guidekg.validation import batches
from guidekg.validation.inputs import Document

if TYPE_CHECKING:
    from pathlib import Path

    from guidekg import KnowledgeGraph
    from guidekg.validation.validator import Validation

LARGE = list(proposals(300, 7, 0.6))
ORGANISATION = "ex:common a gk:Organisation ; gk:organisationKind kind:university .\n"


@pytest.fixture(scope="module")
def run(kg: KnowledgeGraph) -> Validation:
    return kg.validation(as_of=date(2022, 10, 1), facts={"provincial-deadline": "2022-09-15"})


def judged(run: Validation, path: Path) -> list[Judgement | Problem]:
    return list(run.run(path))


def test_a_large_file_is_split() -> None:
    text = HEADER + "".join(LARGE)
    made = [item for batch in batches.batches([Document("x", "turtle", text)]) for item in batch]
    assert all(isinstance(item, batches.Fragments) for item in made)
    assert sum(len(item.parts) for item in made if isinstance(item, batches.Fragments)) == 300


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_split_or_whole_the_judgements_are_the_same(
    run: Validation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str, bom: str
) -> None:
    path = tmp_path / "many.ttl"
    text = bom + HEADER + ORGANISATION + "".join(LARGE) + "# 中文注释 at the end"
    path.write_text(text.replace("\n", ends), encoding="utf-8", newline="")
    parts = judged(run, path)
    monkeypatch.setattr(batches, "_LARGE", len(text) * 2)
    assert parts == judged(run, path)
    assert sum(bool(item.findings) for item in parts if isinstance(item, Judgement)) > 100


def test_a_malformed_statement_outside_the_proposals_refuses_the_file(
    run: Validation, tmp_path: Path
) -> None:
    path = tmp_path / "many.ttl"
    path.write_text(HEADER + "".join(LARGE) + "\nex:x ex:y 1 2 .\n", encoding="utf-8")
    (problem,) = judged(run, path)
    assert isinstance(problem, Problem)
    assert problem.line == path.read_text(encoding="utf-8").count("\n")


def test_a_malformed_proposal_is_a_problem_at_its_place_and_the_others_are_judged(
    run: Validation, tmp_path: Path
) -> None:
    path = tmp_path / "many.ttl"
    bad = LARGE[150].replace("gk:durationMonths", "gk:durationMonths , ", 1)
    path.write_text(HEADER + "".join([*LARGE[:150], bad, *LARGE[151:]]), encoding="utf-8")
    found = judged(run, path)
    (problem,) = [item for item in found if isinstance(item, Problem)]
    assert problem.line
    assert "gk:durationMonths , " in path.read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert len(found) == 300


def test_a_large_file_that_restates_the_guide_is_told_so(run: Validation, tmp_path: Path) -> None:
    path = tmp_path / "many.ttl"
    restated = "place:fi gk:within place:cn-330000 .\n"
    path.write_text(HEADER + "".join(LARGE) + restated, encoding="utf-8")
    found = [item for item in judged(run, path) if isinstance(item, Judgement)]
    assert any(one.code == "restated-thing" for item in found for one in item.structure)


def test_what_other_files_say_never_counts(run: Validation, tmp_path: Path) -> None:
    text = HEADER + LARGE[0]
    (tmp_path / "a.ttl").write_text(text, encoding="utf-8")
    (tmp_path / "b.ttl").write_text(
        text.replace("gk:requestedGrant", "gk:requestedGrant 9999999 ; gk:requestedGrant", 1),
        encoding="utf-8",
    )
    alone = judged(run, tmp_path / "a.ttl")
    together = judged(run, tmp_path)
    assert together[0] == alone[0]
    assert together[1] != alone[0]


def test_a_proposal_that_names_another_is_judged_without_it() -> None:
    """What the other says of itself, and reaches alone, stays with it."""
    text = HEADER + (
        "ex:one a gk:Proposal ; gk:follows ex:two ; gk:filing ex:both .\n"
        "ex:two a gk:Proposal ; gk:requestedGrant 5 ; gk:filing ex:alone , ex:both ; gk:follows ex:one .\n"
        "ex:alone gk:filedOn 1 . ex:both gk:filedOn 2 .\n"
    )
    found = batches.read(Document("x", "turtle", text))
    assert isinstance(found, list)
    subjects = [{item[0].rpartition("/")[2] for item in one.statements} for one in found]
    assert subjects == [{"one>", "both>"}, {"two>", "alone>", "both>"}]


@pytest.mark.parametrize("described", [True, False])
def test_labels_with_colons_stand_in_large_files_too(
    run: Validation, tmp_path: Path, *, described: bool
) -> None:
    path, plain = tmp_path / "many.nt", tmp_path / "plain.nt"
    quads = ox.parse(HEADER + "".join(LARGE), format=ox.RdfFormat.TURTLE)
    text = ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES).decode()
    lines = [line for line in text.splitlines() if described or line[0] != "_"]
    text = "\n".join([*lines, f"{lines[0].split()[0]} <https://example.org/seen-by> _:nobody ."])
    plain.write_text(text, encoding="utf-8")
    path.write_text(text.replace("_:", "_:a:"), encoding="utf-8")
    assert len(text) > batches._LARGE
    assert "_:" in text
    both = [judged(run, one) for one in (path, plain)]
    assert not any(isinstance(item, Problem) for item in both[0])
    first, second = (
        [(item.iri, item.verdict) for item in found if isinstance(item, Judgement)]
        for found in both
    )
    assert first == second
