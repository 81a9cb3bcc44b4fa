"""What passes between processes for a proposal, and the judgement that it becomes."""

from decimal import Decimal
from typing import NamedTuple

from guidekg.i18n import Label
from guidekg.rdf.namespaces import PREFIXES
from guidekg.reports.model import Finding, Item, Judgement, Reason, State, Where
from guidekg.validation.proposals import Place
from guidekg.validation.rulebook import Rulebook

SHAPE = PREFIXES["shape"]


class Result(NamedTuple):
    """A finding without what the rulebook knows: light enough to pass between processes.

    ``hinted`` are the terms that a hint is to be made of, as ``Hints.of`` takes them.
    """

    shape: str
    reason: Reason
    value: str | None
    place: Place
    hinted: tuple[str, ...] | None = None
    component: str | None = None


class Share(NamedTuple):
    """What a proposal has of a run limit: for whom, how much, and how much is running already.

    ``who`` is an identifier or an IRI, None where the proposal has neither; ``identified`` says
    whether it is an identifier.
    """

    requirement: str
    who: str | None
    identified: bool
    name: str | None
    amount: Decimal
    running: Decimal | None


class Outcome(NamedTuple):
    """A judgement without what the rulebook knows. Requirements that are met are left out."""

    iri: str
    title: tuple[str, str] | None
    file: str
    scheme: str | None
    structure: list[Result]
    states: dict[str, tuple[State, list[Result]]]
    shares: tuple[Share, ...] = ()


def assemble(rulebook: Rulebook, outcome: Outcome) -> Judgement:
    """Return the judgement that an outcome stands for."""
    states, scheme = outcome.states, outcome.scheme or ""
    checklist = [
        Item(requirement, state[0], tuple([_finding(rulebook, result) for result in state[1]]))
        if (state := states.get(requirement.iri))
        else rulebook.met[requirement.iri]
        for requirement in rulebook.checklists.get(scheme, ())
    ]
    return Judgement(
        outcome.iri,
        Label(*outcome.title) if outcome.title else None,
        outcome.file,
        rulebook.schemes.get(scheme),
        tuple([_finding(rulebook, result) for result in outcome.structure]),
        tuple(checklist),
    )


def _finding(rulebook: Rulebook, result: Result) -> Finding:
    rule = rulebook.rules[result.shape]
    requirement = rulebook.requirements[rule.requirement] if rule.requirement else None
    return Finding(
        requirement.identifier if requirement else result.shape.removeprefix(SHAPE),
        requirement,
        rule.severity,
        result.reason,
        rule.message,
        None if result.hinted is None else rulebook.hints.of(rule, result.hinted),
        result.value,
        Where(*result.place),
        result.shape,
        result.component,
    )
