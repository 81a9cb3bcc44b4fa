"""The report as data, defined once: the JSON form, its schema and the REST API are made from it.

``scripts/make_report_schema.py`` writes ``report.schema.json``.
"""

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from guidekg.i18n import Language
from guidekg.reports.model import Modality, Reason, Severity, State, Verdict

Count = Annotated[int, Meta(ge=0)]
Position = Annotated[int, Meta(ge=1)]


class Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object that has its fields and no other."""


class Thing(Closed, frozen=True):
    """Something with an IRI and a name."""

    iri: str
    label: str


class Fact(Closed, frozen=True):
    """A fact of the run."""

    name: str
    value: str


class Named(Closed, frozen=True):
    """A requirement: its row in the table of requirements, its identifier, and its name."""

    requirement: str
    id: str
    label: str


class Waiting(Named, frozen=True):
    """A requirement that was not checked, for want of a fact of the run."""

    fact: Annotated[str, Meta(description="The fact that would have it checked.")]
    scheme: str


class Header(Closed, frozen=True):
    """What was checked, with what."""

    lang: Language
    guides: list[Thing]
    version: str
    shapes_hash: Annotated[str, Meta(description="The SHA-256 of the shapes of this run.")]
    engine: str
    as_of: date
    facts: list[Fact]
    overrides: Count
    waiting: list[Waiting]


class Where(Closed, frozen=True):
    """The statement to mend.

    Lines and columns count from 1, the end is exclusive; null where the format has no lines.
    """

    file: str
    line: Position | None
    column: Position | None
    end_line: Position | None
    end_column: Position | None
    subject: str


class Clause(Closed, frozen=True):
    """Characters of the guide, from 0, the end exclusive."""

    iri: str
    start: Count
    end: Count
    exact: str


class Reading(Closed, frozen=True):
    """How the guide is read."""

    iri: str
    reason: str


class Finding(Closed, frozen=True):
    """One thing to mend or to decide."""

    requirement: Annotated[
        str | None,
        Meta(
            description="The row of the table of requirements; null where the proposal itself is"
            " malformed."
        ),
    ]
    id: Annotated[
        str,
        Meta(description="The identifier of the requirement, or the code of what is malformed."),
    ]
    severity: Severity
    reason: Reason
    message: str
    hint: str | None
    value: Annotated[str | None, Meta(description="As written in Turtle.")]
    where: Where | None
    clauses: list[Clause]
    readings: list[Reading]
    shape: str


class Override(Closed, frozen=True):
    """A person's decision beside the machine's."""

    state: State
    reason: str
    by: str
    on: date


class UnusedOverride(Override, frozen=True):
    """An override that met nothing."""

    requirement: Annotated[str, Meta(description="The IRI of the requirement.")]
    proposal: str


class Item(Named, frozen=True):
    """One line of a checklist."""

    modality: Modality
    state: State
    manual: Annotated[
        bool, Meta(description="Whether no shape decides it, so that a person has to.")
    ]
    override: Override | UnsetType = UNSET


class Proposal(Closed, frozen=True):
    """How one proposal stands."""

    iri: Annotated[str, Meta(description="The IRI of the proposal, or its blank node.")]
    title: str | None
    file: str
    scheme: Annotated[
        Thing | None,
        Meta(description="The call or track that it applies to; null where that is unclear."),
    ]
    verdict: Verdict
    decided: Annotated[Verdict, Meta(description="The verdict with the overrides of people.")]
    findings: list[Finding]
    checklist: list[Item]


class InputProblem(Closed, frozen=True):
    """An input that cannot be read, or holds nothing to judge."""

    file: str
    message: str
    line: Position | None
    column: Position | None


class Verdicts(Closed, frozen=True):
    """How many proposals have each verdict."""

    eligible: Count
    undecided: Count
    ineligible: Count


class Severities(Closed, frozen=True):
    """How many findings have each severity."""

    violation: Count
    warning: Count
    info: Count


class Summary(Closed, frozen=True):
    """Counts over the run."""

    proposals: Count
    verdicts: Annotated[Verdicts, Meta(description="By the machine.")]
    decided: Annotated[Verdicts, Meta(description="With the overrides of people.")]
    findings: Severities
    problems: Count
    overridden: Count
    manual: Annotated[
        Count,
        Meta(description="Requirements left to a person, counted apart from the findings."),
    ]


class ReportDocument(Closed, frozen=True):
    """What a run of guidekg validate found. Texts are in the language that the header names."""

    header: Header
    proposals: list[Proposal]
    problems: list[InputProblem]
    summary: Summary
    unused: Annotated[
        list[UnusedOverride],
        Meta(description="Overrides that met no requirement of a proposal in the input."),
    ]
    partial: Annotated[bool, Meta(description="Whether the run was interrupted.")]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a report."""
    made = msgspec.json.schema(ReportDocument)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://w3id.org/guidekg/schema/report.json",
        "title": "Report of guidekg validate",
        **made,
    }
