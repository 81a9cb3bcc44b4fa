"""What passes between processes for a proposal, and the judgement that it becomes."""

from typing import NamedTuple

from guidekg.i18n import Label
from guidekg.rdf.namespaces import PREFIXES
from guidekg.reports.model import Finding, Item, Judgement, Reason, State, Where
from guidekg.validation.rulebook import Rulebook

SHAPE = PREFIXES["shape"]


class Raw(NamedTuple):
    """A finding without what the rulebook knows: light enough to pass between processes."""

    shape: str
    reason: Reason
    value: str | None
    where: Where
    hint: Label | None = None
    component: str | None = None


class Outcome(NamedTuple):
    """A judgement without what the rulebook knows. Requirements that are met are left out."""

    iri: str
    title: tuple[str, str] | None
    file: str
    scheme: str | None
    structure: list[Raw]
    states: dict[str, tuple[State, list[Raw]]]


def assemble(rulebook: Rulebook, outcome: Outcome) -> Judgement:
    """Return the judgement that an outcome stands for."""
    checklist = tuple(
        Item(
            requirement,
            outcome.states[requirement.iri][0],
            tuple(_finding(rulebook, raw) for raw in outcome.states[requirement.iri][1]),
        )
        if requirement.iri in outcome.states
        else rulebook.met[requirement.iri]
        for requirement in rulebook.checklists.get(outcome.scheme or "", ())
    )
    return Judgement(
        outcome.iri,
        Label(*outcome.title) if outcome.title else None,
        outcome.file,
        rulebook.schemes.get(outcome.scheme or ""),
        tuple(_finding(rulebook, raw) for raw in outcome.structure),
        checklist,
    )


def _finding(rulebook: Rulebook, raw: Raw) -> Finding:
    rule = rulebook.rules[raw.shape]
    requirement = rulebook.requirements[rule.requirement] if rule.requirement else None
    return Finding(
        requirement.identifier if requirement else raw.shape.removeprefix(SHAPE),
        requirement,
        rule.severity,
        raw.reason,
        rule.message,
        raw.hint,
        raw.value,
        raw.where,
        raw.shape,
        raw.component,
    )
