"""The cases of ``tests/validation/cases/``: proposals made from data, and what is to be found.

Each case departs by one change from an eligible proposal (``bases.toml``). What it expects of a
requirement is written ``reason at text``: the text stands once in the proposal, and the finding must
point at where it begins.
"""

from __future__ import annotations

import csv
import itertools
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Finding, Judgement
    from guidekg.validation.facts import FactValue
    from guidekg.validation.validator import Validation

HERE = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]
PREFIXES = (HERE / "prefixes.ttl").read_text(encoding="utf-8")
Engine = Literal["auto", "pyshacl"]
ENGINES: tuple[Engine, ...] = ("auto", "pyshacl")


@dataclass(frozen=True)
class Row:
    """A row of the table of requirements: the contract."""

    id: str
    modality: str
    severity: str
    depends_on: tuple[str, ...]


@cache
def table() -> dict[str, Row]:
    """Every row of the table of requirements by its identifier."""
    path = ROOT / "tests/expected/requirements.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: Row(
                row["id"],
                row["modality"],
                row["severity_if_unmet"].lower(),
                tuple(row["depends_on"].split()),
            )
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True)
class Run:
    """What a case runs with."""

    as_of: date
    facts: tuple[tuple[str, FactValue], ...]

    def validation(self, kg: KnowledgeGraph, engine: Engine) -> Validation:
        """A validation with these settings."""
        return kg.validation(as_of=self.as_of, facts=dict(self.facts), engine=engine)


@dataclass(frozen=True)
class Expected:
    """A finding: its reason, and the text that it points at."""

    reason: str
    at: str


@dataclass(frozen=True, eq=False)  # each is itself: two may be worded alike
class Case:
    """A proposal, and what is to be found.

    ``fails`` holds the findings of each requirement that fails, ``silent`` the requirements that
    something malformed leaves undecided, ``structure`` what is malformed, by its code.
    """

    name: str
    row: str | None
    base: str
    text: str
    run: Run
    fails: Mapping[str, tuple[Expected, ...]]
    silent: frozenset[str]
    structure: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.row or 'form'}: {self.name} [{self.base}]"

    def position(self, at: str) -> tuple[int, int]:
        """The line and column at which a text begins that stands once in the proposal."""
        assert self.text.count(at) == 1, f"{self}: {at!r} stands {self.text.count(at)} times"
        before = self.text[: self.text.index(at)]
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


@cache
def cases(*files: str) -> tuple[Case, ...]:
    """The cases of some files, or of all."""
    chosen = [HERE / f"{name}.toml" for name in files] or sorted(HERE.glob("*.toml"))
    return tuple(
        case
        for path in chosen
        for given in tomllib.loads(path.read_text(encoding="utf-8")).get("case", ())
        for case in _made(given)
    )


@cache
def _settings() -> dict[str, Any]:
    return tomllib.loads((HERE / "bases.toml").read_text(encoding="utf-8"))


def _made(given: Mapping[str, Any]) -> Iterator[Case]:
    """The proposals of one case: one for each base and each value that it names."""
    settings = _settings()
    each = given.get("each", {})
    for base in settings["groups"].get(given["base"], [given["base"]]):
        words = {**settings["bases"][base]}
        for values in itertools.product(*each.values()):
            chosen = dict(zip(each, values, strict=True))
            yield _one(given, base, words | chosen, " ".join(values))


def _one(given: Mapping[str, Any], base: str, words: Mapping[str, Any], which: str) -> Case:
    known = {name.replace("-", "_"): value for name, value in words.items()}

    def fill(text: str) -> str:
        return Template(text).substitute(known)

    text = "".join((HERE / name).read_text(encoding="utf-8") for name in words["text"])
    text = fill(text)
    for old, new in given.get("change", ()):
        assert text.count(fill(old)) == 1, f"{given['name']}: {fill(old)!r} must stand once"
        text = text.replace(fill(old), fill(new))
    run = {**_settings()["run"], **given}
    return Case(
        f"{given['name']} ({which})" if which else given["name"],
        given.get("row"),
        base,
        PREFIXES + text + fill(given.get("add", "")) + "\n",
        Run(date.fromisoformat(fill(run["as-of"])), tuple(sorted(run["facts"].items()))),
        {
            fill(name): tuple(
                Expected(*fill(item).split(" at ", 1))
                for item in (found if isinstance(found, list) else [found])
            )
            for name, found in given.get("fails", {}).items()
        },
        frozenset(fill(name) for name in given.get("silent", ())),
        tuple(
            (code, at)
            for code, _, at in (fill(item).partition(" at ") for item in given.get("structure", ()))
        ),
    )


def judged(kg: KnowledgeGraph, chosen: Sequence[Case], engine: Engine) -> dict[Case, Judgement]:
    """Judge all cases, those with the same settings at once."""
    by_run: dict[Run, list[Case]] = defaultdict(list)
    for case in chosen:
        by_run[case.run].append(case)
    found: dict[Case, Judgement] = {}
    for run, members in by_run.items():
        report = run.validation(kg, engine).report(*(case.text.encode() for case in members))
        assert not report.problems, report.problems
        assert len(report) == len(members)
        found |= dict(zip(members, report, strict=True))
    return found


class Judgements(dict[Engine, "dict[Case, Judgement]"]):
    """What each engine makes of some cases; an engine runs when it is first asked for."""

    def __init__(self, kg: KnowledgeGraph, chosen: Sequence[Case]) -> None:
        super().__init__()
        self._kg, self._chosen = kg, chosen

    def __missing__(self, engine: Engine) -> dict[Case, Judgement]:
        self[engine] = judged(self._kg, self._chosen, engine)
        return self[engine]


def expected_states(case: Case, judgement: Judgement) -> dict[str, str]:
    """The state of each requirement by its identifier, by the case and the table alone."""
    states = dict.fromkeys((item.requirement.identifier for item in judgement.checklist), "met")
    rows = {item.requirement.identifier: item.requirement.row for item in judgement.checklist}
    for name, found in case.fails.items():
        states[name] = "undecided" if found[0].reason == "undecidable" else "unmet"
    states |= dict.fromkeys(case.silent, "undecided")
    while True:
        failing = {rows[name] for name, state in states.items() if state != "met"}
        waiting = [
            name
            for name, state in states.items()
            if state == "met" and failing & set(table()[rows[name]].depends_on)
        ]
        if not waiting:
            return states
        states |= dict.fromkeys(waiting, "not-reached")


def expected_verdict(states: Mapping[str, str], judgement: Judgement) -> str:
    """The verdict that follows from the states of what must be met."""
    rows = {item.requirement.identifier: item.requirement.row for item in judgement.checklist}
    musts = {state for name, state in states.items() if table()[rows[name]].modality == "must"}
    if "unmet" in musts:
        return "ineligible"
    malformed = any(finding.severity == "violation" for finding in judgement.structure)
    return "undecided" if malformed or not musts or musts - {"met"} else "eligible"


def seen(finding: Finding) -> tuple[str, int | None, int | None]:
    """What is compared of a finding: its reason and its place."""
    assert finding.where is not None
    return finding.reason, finding.where.line, finding.where.column
