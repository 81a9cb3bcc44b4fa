"""What a validation finds: one result model, of which every format is a view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from guidekg.guides.model import Clause, Reading, Thing
from guidekg.i18n import Label

State = Literal["met", "unmet", "undecided", "not-reached", "not-applicable"]
Reason = Literal["missing", "contradicted", "undecidable", "manual"]
Verdict = Literal["eligible", "undecided", "ineligible"]
Severity = Literal["violation", "warning", "info"]
Modality = Literal["must", "should"]


@dataclass(frozen=True, slots=True)
class Where:
    """The statement to mend: of a value its own place, of what is missing its subject's.

    Lines and columns count from 1, columns in characters; the end is exclusive. They are None
    where the format has no lines (JSON-LD, RDF/XML, a graph).
    """

    file: str
    subject: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.file} {self.subject}"
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Requirement(Thing):
    """A requirement of a guide, as a checklist shows it.

    ``identifier`` is unique; ``row`` is the row of the table of requirements, which several
    requirements may share. ``depends_on`` holds the IRIs of those that must be met first.
    """

    identifier: str
    row: str
    modality: Modality
    clauses: tuple[Clause, ...]
    readings: tuple[Reading, ...]
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A requirement that was not checked: it applies only where a fact of the run is supplied."""

    fact: str
    requirement: Requirement
    scheme: Thing


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to decide.

    ``requirement`` is None where the proposal itself is malformed; ``code`` then names the rule of
    ``shapes/proposal.ttl``, and else the requirement. ``value`` is written as in Turtle,
    ``component`` is the IRI of the SHACL constraint component where one alone was at work.
    """

    code: str
    requirement: Requirement | None
    severity: Severity
    reason: Reason
    message: Label
    hint: Label | None
    value: str | None
    where: Where | None
    shape: str
    component: str | None = None

    @property
    def row(self) -> str:
        """The row of the table of requirements, or the code of a malformed proposal."""
        return self.requirement.row if self.requirement else self.code

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The parts of the guide that it rests on."""
        return self.requirement.clauses if self.requirement else ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """How those parts are read, where they need reading."""
        return self.requirement.readings if self.requirement else ()

    @property
    def reading(self) -> Reading | None:
        """The first of the readings, or None."""
        return self.readings[0] if self.readings else None


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision beside the machine's: it changes nothing that the machine says."""

    requirement: str
    proposal: str
    state: State
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist: a requirement, how it stands, and what was found about it."""

    requirement: Requirement
    state: State
    findings: tuple[Finding, ...] = ()
    override: Override | None = None

    @property
    def decided(self) -> State:
        """The state with a person's override, where there is one."""
        return self.override.state if self.override else self.state

    @property
    def manual(self) -> bool:
        """Whether no shape decides the requirement, so that a person has to."""
        return any(finding.reason == "manual" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one proposal stands.

    ``scheme`` is the call or track that it applies to, None where that is unclear. ``structure``
    holds what is malformed; ``checklist`` every requirement that applies, in the guide's order.
    """

    iri: str
    title: Label | None
    file: str
    scheme: Thing | None
    structure: tuple[Finding, ...]
    checklist: tuple[Item, ...]

    def __repr__(self) -> str:
        return f"<Judgement of {self.iri}: {self.verdict}, {len(self.findings)} findings>"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is malformed, then what each requirement found, in the guide's order."""
        return (*self.structure, *(found for item in self.checklist for found in item.findings))

    @property
    def verdict(self) -> Verdict:
        """The machine's verdict, without overrides."""
        return self._verdict([item.state for item in self._musts])

    @property
    def decided(self) -> Verdict:
        """The verdict with the overrides of people."""
        return self._verdict([item.decided for item in self._musts])

    @property
    def overridden(self) -> tuple[Item, ...]:
        """The lines that a person has overridden."""
        return tuple(item for item in self.checklist if item.override)

    @property
    def _musts(self) -> list[Item]:
        return [item for item in self.checklist if item.requirement.modality == "must"]

    def _verdict(self, musts: Sequence[State]) -> Verdict:
        if "unmet" in musts:
            return "ineligible"
        malformed = any(finding.severity == "violation" for finding in self.structure)
        if not musts or malformed or "undecided" in musts or "not-reached" in musts:
            return "undecided"
        return "eligible"


@dataclass(frozen=True, slots=True)
class Problem:
    """An input that cannot be read, or holds nothing to judge; ``code`` is that of the error."""

    file: str
    message: Label
    line: int | None = None
    column: int | None = None
    code: str = "unreadable"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the run: its name, and its value as a person writes it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DraftedGuide:
    """A guide of which some things were drafted by a program and not yet reviewed by a person: how many."""

    guide: Thing
    unreviewed: int


@dataclass(frozen=True, slots=True)
class Header:
    """What was checked, with what.

    ``guides`` are the guides that the proposals could apply to; ``shapes_hash`` is the SHA-256 of
    the shapes of this run; ``waiting`` are the requirements that were not checked for want of a fact;
    ``drafts`` are those of the guides that are drafts.
    """

    guides: tuple[Thing, ...]
    version: str
    shapes_hash: str
    engine: str
    as_of: date
    facts: tuple[Fact, ...] = ()
    overrides: int = 0
    waiting: tuple[Waiting, ...] = ()
    drafts: tuple[DraftedGuide, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over a run; ``decided`` counts the verdicts with the overrides of people.

    ``findings`` are those of the machine, by severity; ``manual`` counts apart the requirements that it
    left to a person.
    """

    proposals: int
    verdicts: Mapping[Verdict, int]
    decided: Mapping[Verdict, int]
    findings: Mapping[Severity, int]
    problems: int
    overridden: int
    manual: int = 0

    @property
    def exit_code(self) -> int:
        """0 if all are eligible, 1 if any is not, 2 if an input could not be read."""
        if self.problems or not self.proposals:
            return 2
        return int(self.verdicts["eligible"] < self.proposals)


class Counts:
    """Counts that grow with what is found, so that a stream need not be kept."""

    def __init__(self) -> None:
        self._proposals = self._problems = self._overridden = self._manual = 0
        self._verdicts: dict[Verdict, int] = {"eligible": 0, "undecided": 0, "ineligible": 0}
        self._decided: dict[Verdict, int] = dict(self._verdicts)
        self._findings: dict[Severity, int] = {"violation": 0, "warning": 0, "info": 0}

    def add(self, found: Judgement | Problem) -> None:
        """Count a judgement, or an input that could not be read."""
        if isinstance(found, Problem):
            self._problems += 1
            return
        self._proposals += 1
        self._overridden += len(found.overridden)
        self._verdicts[found.verdict] += 1
        self._decided[found.decided] += 1
        for finding in found.findings:
            if finding.reason == "manual":
                self._manual += 1
            else:
                self._findings[finding.severity] += 1

    @property
    def summary(self) -> Summary:
        """The counts so far."""
        return Summary(
            self._proposals,
            dict(self._verdicts),
            dict(self._decided),
            dict(self._findings),
            self._problems,
            self._overridden,
            self._manual,
        )
