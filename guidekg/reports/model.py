"""What a validation finds: one result model, of which every format is a view."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from guidekg.errors import GuideKGError, UnknownNameError
from guidekg.guides.model import Clause, Reading, Thing
from guidekg.i18n import Label, Language
from guidekg.notebook import table

State = Literal["met", "unmet", "undecided", "not-reached"]
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
    """An input that cannot be read, or holds nothing to judge."""

    file: str
    message: Label
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the run: its name, and its value as a person writes it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Header:
    """What was checked, with what.

    ``guides`` are the guides that the proposals could apply to; ``shapes_hash`` is the SHA-256 of
    the shapes of this run; ``waiting`` are the requirements that were not checked for want of a fact.
    """

    guides: tuple[Thing, ...]
    version: str
    shapes_hash: str
    engine: str
    as_of: date
    facts: tuple[Fact, ...] = ()
    overrides: int = 0
    waiting: tuple[Waiting, ...] = ()


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


@dataclass(slots=True)
class Report:
    """The judgements of a run, in the order of the input.

    ``partial`` is true where the run was interrupted. ``unused`` holds overrides that met no
    requirement of a proposal in the input.
    """

    header: Header
    judgements: list[Judgement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    partial: bool = False
    unused: list[Override] = field(default_factory=list)
    lang: Language = "en"

    def render(self, form: str = "text", lang: Language | None = None, **options: Any) -> str:
        """Return the report in a form: text, json, html, sarif, turtle, csv or github.

        Args:
            form: the name of the form.
            lang: the language shown; the report's own if not given.
            options: what the form takes, such as ``group="rule"`` of text.
        """
        from io import StringIO  # noqa: PLC0415  # for those who print

        from guidekg.reports import write  # noqa: PLC0415

        out = StringIO()
        write(self, form, out, lang or self.lang, **options)
        return out.getvalue()

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{count} {name}" for name, count in self.summary.verdicts.items() if count
        )
        unread = f"; {len(self.problems)} inputs not read" if self.problems else ""
        return f"<Report on {len(self)} proposals: {counts or 'none'}{unread}>"

    def _repr_html_(self) -> str:
        """Return the findings as a table, for notebooks."""
        rows = [
            (one.iri, one.verdict, found.code, found.message(self.lang), found.where)
            for one in self.judgements
            for found in one.findings
        ]
        unread = [(one.file, None, None, one.message(self.lang), one.line) for one in self.problems]
        headings = ("proposal", "verdict", "code", "finding", "place")
        return table(repr(self).strip("<>"), headings, [*rows, *unread])

    def __iter__(self) -> Iterator[Judgement]:
        """Iterate over the judgements; ``judgements`` is the list without the check at the end.

        Raises:
            ReportError: after the last, where ``raise_for_problems`` raises: so that
                ``all(j.verdict == "eligible" for j in report)`` is not true of a file unread.
        """
        yield from self.judgements
        self.raise_for_problems()

    def __len__(self) -> int:
        """Return how many proposals were judged."""
        return len(self.judgements)

    def __getitem__(self, iri: str) -> Judgement:
        """Return the judgement of a proposal by its IRI, or by the end of it (``…/p1``, ``p1``).

        Raises:
            UnknownNameError: no proposal is called so; lists the nearest.
            AmbiguousProposalError: several are.
        """
        tail = iri.removeprefix("…").lstrip("/#")
        found = [item for item in self.judgements if item.iri == iri] or [
            item for item in self.judgements if item.iri.endswith((f"/{tail}", f"#{tail}"))
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousProposalError(iri, [f"{item.iri} ({item.file})" for item in found])
        import difflib  # noqa: PLC0415  # only for an error

        near = difflib.get_close_matches(iri, [item.iri for item in self.judgements], n=3)
        raise UnknownNameError(iri, "项目", "proposal", near)

    @property
    def summary(self) -> Summary:
        """Counts over the run."""
        counts: Counts = Counts()
        for judgement in self.judgements:
            counts.add(judgement)
        return counts.summary(len(self.problems))

    @property
    def exit_code(self) -> int:
        """0 if all are eligible, 1 if any is not, 2 if an input could not be read."""
        return self.summary.exit_code

    @property
    def ok(self) -> bool:
        """Whether all that was handed in was read and judged, and all of it is eligible."""
        return self.exit_code == 0 and not self.partial

    def raise_for_problems(self) -> None:
        """Do nothing where all that was handed in was judged.

        Raises:
            ReportError: an input could not be read, nothing was handed in, or the run was broken off.
        """
        if self.problems or not self.judgements or self.partial:
            raise ReportError(self.problems, partial=self.partial)


class Counts:
    """Counts that grow with each judgement, so that a stream need not be kept."""

    def __init__(self) -> None:
        self._proposals = self._overridden = self._manual = 0
        self._verdicts: dict[Verdict, int] = {"eligible": 0, "undecided": 0, "ineligible": 0}
        self._decided: dict[Verdict, int] = dict(self._verdicts)
        self._findings: dict[Severity, int] = {"violation": 0, "warning": 0, "info": 0}

    def add(self, judgement: Judgement) -> None:
        """Count a judgement."""
        self._proposals += 1
        self._overridden += len(judgement.overridden)
        self._verdicts[judgement.verdict] += 1
        self._decided[judgement.decided] += 1
        for finding in judgement.findings:
            if finding.reason == "manual":
                self._manual += 1
            else:
                self._findings[finding.severity] += 1

    def summary(self, problems: int) -> Summary:
        """Return the counts so far."""
        return Summary(
            self._proposals,
            dict(self._verdicts),
            dict(self._decided),
            dict(self._findings),
            problems,
            self._overridden,
            self._manual,
        )


class ReportError(GuideKGError, ValueError):
    """Not all that was handed in was judged; ``problems`` says what was not, and why."""

    def __init__(self, problems: Sequence[Problem], *, partial: bool = False) -> None:
        zh = [f"{item.file}：{item.message.zh}" for item in problems[:3]]
        en = [f"{item.file}: {item.message.en}" for item in problems[:3]]
        more = len(problems) - len(en)
        if more:
            zh, en = [*zh, f"另有 {more} 个"], [*en, f"and {more} more"]
        why_zh, why_en = ("核对被中断", "the run was broken off") if partial else ("", "")
        if not (problems or partial):
            why_zh, why_en = "没有交来任何项目", "no proposal was handed in"
        super().__init__(
            f"并非全部材料都已核对：{'；'.join(filter(None, [why_zh, *zh]))}",
            f"not all that was handed in was judged: {'; '.join(filter(None, [why_en, *en]))}",
        )
        self.problems = tuple(problems)


class AmbiguousProposalError(GuideKGError, KeyError):
    """Several proposals bear a name; says which."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        listed = ", ".join(candidates)
        super().__init__(
            f"“{name}”可以指几个项目：{listed}。", f"{name!r} may mean several proposals: {listed}"
        )
