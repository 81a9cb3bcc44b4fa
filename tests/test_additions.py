"""Adding a question or a requirement of a known kind as CONTRIBUTING says breaks no test.

In a copy of the repository a question and two requirements are added, a claim and a duration, and
what CONTRIBUTING names is written again by its commands. Then the tests run that count what there is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = "data/guides/zj-sti-2022/guide.ttl"
EXAMPLE = "examples/foreign-rd-centre.ttl"
ADDED = """
scheme:zj-sti-2022-foreign-rd-centre gk:hasProvision requirement:zj-sti-2022-r3-relation , requirement:zj-sti-2022-r3-time .

requirement:zj-sti-2022-r3-relation a gk:Requirement , gk:Declaration ;
    rdfs:label "中外双方的合作是稳定的"@zh , "The cooperation of the two sides is stable"@en ;
    gk:requirementRow "R3-RELATION" ;
    dcterms:identifier "R3-RELATION" ;
    gk:modality modality:must ;
    gk:severityIfUnmet sh:Violation ;
    gk:information information:claim ;
    gk:regarding claim:stable-cooperation ;
    gk:heading "申报主体"@zh ;
    gk:clause clause:zj-sti-2022-2372-2385 ;
    gk:reading reading:zj-sti-2022-judged-by-claim .

requirement:zj-sti-2022-r3-time a gk:Requirement , gk:Limit ;
    rdfs:label "攻关时限不超过40个月"@zh , "The project takes at most forty months"@en ;
    gk:requirementRow "R3-TIME" ;
    dcterms:identifier "R3-TIME" ;
    gk:modality modality:must ;
    gk:severityIfUnmet sh:Violation ;
    gk:information information:duration ;
    gk:maximum 40 ;
    gk:heading "攻关时限"@zh ;
    gk:clause clause:zj-sti-2022-2543-2551 .
"""
CLAIM = (
    "gk:claim ex:silicon-carbide-basis",
    "gk:claim [ a gk:Claim ; gk:about claim:stable-cooperation ; gk:holds true ] , ex:silicon-carbide-basis",
)
CASES = "tests/validation/test_requirements.py"
COUNTING = [
    "tests/test_guide.py",
    "tests/test_questions.py::test_every_question_has_an_answer",
    "tests/test_questions.py::test_answer_in_both_engines",
    f"{CASES}::test_exactly_the_rows_that_the_change_touches_fail",
    f"{CASES}::test_a_case_fails_for_each_row_alone_and_a_neighbour_passes",
    f"{CASES}::test_each_requirement_fails_where_an_eligible_proposal_says_less",
    "tests/validation/test_example_proposals.py",
    "tests/validation/test_left_to_person.py::test_the_samples_meet_all_of_their_requirements",
]
# Of what is asked of each question and each case, that of the track that was added to.
CHOSEN = (
    "not pyshacl and (not exactly_the_rows or R3) and (not both_engines or claims or added)"
    " and not second and not mini"
)


def run(copy: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONUTF8": "1"}
    environment |= {"GUIDEKG_CACHE": str(copy / ".cache"), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment,
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the repository, without what is made or installed."""
    left_out = shutil.ignore_patterns("__pycache__", "vendor", "node_modules")
    folders = [
        "benchmarks",
        "data",
        "examples",
        "guidekg",
        "ontology",
        "queries",
        "shapes",
        "tests",
    ]
    for name in folders:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_what_is_added_as_documented_breaks_no_test(copy: Path) -> None:
    with (copy / GUIDE).open("a", encoding="utf-8") as file:
        file.write(ADDED)
    question = (copy / "queries/claims.rq").read_text(encoding="utf-8")
    (copy / "queries/added.rq").write_text(question, encoding="utf-8")
    example = (copy / EXAMPLE).read_text(encoding="utf-8")
    assert example.count(CLAIM[0]) == 1
    (copy / EXAMPLE).write_text(example.replace(*CLAIM), encoding="utf-8")

    for command in (["-m", "guidekg", "shapes", "--write"], ["-m", "tests.expected"]):
        done = run(copy, *command)
        assert done.returncode == 0, done.stderr
    assert "R3-TIME,foreign-rd-centre,must,Violation," in (
        copy / "tests/expected/requirements.csv"
    ).read_text(encoding="utf-8")
    assert "# expect: eligible\n" in (copy / EXAMPLE).read_text(encoding="utf-8")
    assert (copy / "tests/expected/answers/added.json").is_file()

    done = run(copy, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *COUNTING, "-k", CHOSEN)
    assert done.returncode == 0, done.stdout[-4000:]


def test_what_is_added_and_not_written_again_is_noticed(copy: Path) -> None:
    with (copy / GUIDE).open("a", encoding="utf-8") as file:
        file.write(ADDED)
    done = run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", COUNTING[0], "-k", "other_rows"
    )
    assert done.returncode == 1
    assert "R3-TIME" in done.stdout
