"""The cases of ``tests/validation/cases/``: proposals made from data, and what is to be found.

Each case departs by one change from an eligible proposal (``bases.toml``). What it expects of a
requirement is written ``reason at text``: the text stands once in the proposal, and the finding must
point at where it begins. Claims and topics of an agreement that the guide asks for and the file of an
eligible proposal does not name are added to it, so that a further one leaves the cases as they are.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Literal

from rdflib import Graph, URIRef

import guidekg
from guidekg.rdf.namespaces import NS, compact
from tests.expected import requirements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rdflib.term import Node

    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Finding, Judgement
    from guidekg.validation.facts import FactValue
    from guidekg.validation.validator import Validation

HERE = Path(__file__).parent / "cases"
PREFIXES = (HERE / "prefixes.ttl").read_text(encoding="utf-8")
Engine = Literal["auto", "pyshacl"]
ENGINES: tuple[Engine, ...] = ("auto", "pyshacl")


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


_ASKED = """
SELECT DISTINCT ?scheme ?kind ?thing WHERE {
  ?scheme gk:applicableProvision ?requirement .
  { ?requirement gk:information information:claim ; gk:regarding ?thing BIND("claim" AS ?kind) } UNION
  { ?requirement gk:information information:claim-evidence ; gk:regarding ?thing BIND("claim" AS ?kind) } UNION
  { ?requirement gk:information information:agreement-topic ; gk:regarding ?thing BIND("topic" AS ?kind) }
} ORDER BY ?scheme ?thing
"""
_SAID = {
    "claim": 'ex:p gk:claim [ a gk:Claim ; gk:about {} ; gk:evidence "x"@zh ; gk:holds true ] .\n',
    "topic": "ex:agreement gk:covers {} .\n",
}


@cache
def _asked() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """For each scheme of the shipped guide the claims and topics that it asks for, with their kind."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in guidekg.load().store.select(_ASKED).rows:
        scheme, kind, thing = (getattr(term, "value", "") for term in row)
        found[scheme.partition("zj-sti-2022-")[2]].append((kind, compact(thing)))
    return {scheme: tuple(asked) for scheme, asked in found.items()}


def _completed(text: str, call: str) -> str:
    """An eligible proposal with what the guide asks of its call and its file does not name."""
    return text + "".join(
        _SAID[kind].format(thing)
        for kind, thing in _asked()[call]
        if not re.search(rf"{re.escape(thing)}(?![\w-])", text)
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
    text = _completed(fill(text), words["call"])
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


@cache
def eligible() -> tuple[Case, ...]:
    """The eligible proposals of the shipped guide, one for each call and track."""
    whole: dict[str, Case] = {}
    for case in cases():
        if not (case.fails or case.silent or case.structure):
            whole.setdefault(case.base, case)
    return tuple(whole.values())


@cache
def lessened() -> tuple[Case, ...]:
    """Each eligible proposal without one of its statements: what that changes is not said."""
    return tuple(
        replace(case, name=f"without {triple}", row=None, text=_without(graph, triple))
        for case in eligible()
        for graph in [Graph().parse(data=case.text, format="turtle")]
        for triple in sorted(graph)
        if triple[2] != URIRef(f"{NS}Proposal")
    )


def _without(graph: Graph, triple: tuple[Node, Node, Node]) -> str:
    return (graph - Graph().add(triple)).serialize(format="nt")


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
            if state == "met" and failing & set(requirements()[rows[name]].depends_on.split())
        ]
        if not waiting:
            return states
        states |= dict.fromkeys(waiting, "not-reached")


def expected_verdict(states: Mapping[str, str], judgement: Judgement) -> str:
    """The verdict that follows from the states of what must be met."""
    rows = {item.requirement.identifier: item.requirement.row for item in judgement.checklist}
    musts = {
        state for name, state in states.items() if requirements()[rows[name]].modality == "must"
    }
    if "unmet" in musts:
        return "ineligible"
    malformed = any(finding.severity == "violation" for finding in judgement.structure)
    return "undecided" if malformed or not musts or musts - {"met"} else "eligible"


def seen(finding: Finding) -> tuple[str, int | None, int | None]:
    """What is compared of a finding: its reason and its place."""
    assert finding.where is not None
    return finding.reason, finding.where.line, finding.where.column
