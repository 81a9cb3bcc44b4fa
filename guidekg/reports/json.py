"""The report as data, defined once: the JSON form, its schema and the REST API are made from it.

``scripts/make_report_schema.py`` writes ``report.schema.json``.
"""

import json
from datetime import date
from typing import Annotated, Any, TextIO, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from guidekg.i18n import Label, Language
from guidekg.reports import model
from guidekg.reports.base import Unused, Writer
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


class DraftedGuide(Closed, frozen=True):
    """A guide of which some things were drafted by a program and not yet reviewed by a person."""

    guide: str
    unreviewed: Count


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
    drafts: list[DraftedGuide]


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
        Count, Meta(description="Requirements left to a person, counted apart from the findings.")
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


_Kind = TypeVar("_Kind", bound=Closed)


class JsonWriter(Writer):
    """Streams the proposals; keeps the problems, which stand after them."""

    def __init__(self, out: TextIO, lang: Language) -> None:
        super().__init__(out, lang)
        self._problems: list[InputProblem] = []
        self._before = ""

    def start(self, header: model.Header) -> None:
        """Write the header."""
        said = Header(
            lang=self.lang,
            guides=[Thing(guide.iri, guide.label(self.lang)) for guide in header.guides],
            version=header.version,
            shapes_hash=header.shapes_hash,
            engine=header.engine,
            as_of=header.as_of,
            facts=[_taken(Fact, fact) for fact in header.facts],
            overrides=header.overrides,
            waiting=[
                Waiting(*self._named(one.requirement), fact=one.fact, scheme=one.scheme.iri)
                for one in header.waiting
            ],
            drafts=[DraftedGuide(one.guide.iri, one.unreviewed) for one in header.drafts],
        )
        self.write(f'{{"header": {_dump(said)},\n"proposals": [')

    def judgement(self, judgement: model.Judgement) -> None:
        """Write a proposal."""
        scheme = judgement.scheme
        said = Proposal(
            iri=judgement.iri,
            title=self._text(judgement.title),
            file=judgement.file,
            scheme=Thing(scheme.iri, scheme.label(self.lang)) if scheme else None,
            verdict=judgement.verdict,
            decided=judgement.decided,
            findings=[self._finding(finding) for finding in judgement.findings],
            checklist=[self._item(item) for item in judgement.checklist],
        )
        self.write(f"{self._before}\n{_dump(said)}")
        self._before = ","

    def problem(self, problem: model.Problem) -> None:
        """Keep an input that could not be read."""
        said = problem.message(self.lang)
        kept = InputProblem(problem.file, said, problem.line, problem.column)
        self._problems.append(kept)

    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:
        """Write the problems and the summary."""
        counts = _taken(Summary, summary)
        left = [_taken(UnusedOverride, one) for one in unused]
        self.write(
            f'\n],\n"problems": {_dump(self._problems)},\n"summary": {_dump(counts)},\n'
            f'"unused": {_dump(left)},\n"partial": {_dump(partial)}}}\n'
        )

    def _text(self, label: Label | None) -> str | None:
        return label(self.lang) if label else None

    def _named(self, requirement: model.Requirement) -> tuple[str, str, str]:
        return requirement.row, requirement.identifier, requirement.label(self.lang)

    def _finding(self, finding: model.Finding) -> Finding:
        return Finding(
            requirement=finding.requirement.row if finding.requirement else None,
            id=finding.code,
            severity=finding.severity,
            reason=finding.reason,
            message=finding.message(self.lang),
            hint=self._text(finding.hint),
            value=finding.value,
            where=_taken(Where, finding.where) if finding.where else None,
            clauses=[_taken(Clause, clause) for clause in finding.clauses],
            readings=[Reading(one.iri, one.reason(self.lang)) for one in finding.readings],
            shape=finding.shape,
        )

    def _item(self, item: model.Item) -> Item:
        return Item(
            *self._named(item.requirement),
            modality=item.requirement.modality,
            state=item.state,
            manual=item.manual,
            override=_taken(Override, item.override) if item.override else UNSET,
        )


def _taken(kind: type[_Kind], thing: object) -> _Kind:
    """Return a thing of the model as the report has it, where all that it says is there as it is."""
    return msgspec.convert(thing, kind, from_attributes=True)


def _dump(value: object) -> str:
    # msgspec's own encoder refuses what UTF-8 cannot hold, such as the bytes of an odd file name.
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
