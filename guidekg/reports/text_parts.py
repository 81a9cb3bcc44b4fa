"""The parts of a report in text: what both ways of grouping show alike."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

import click

from guidekg.guides.model import Clause, Reading, longest, quote
from guidekg.i18n import Label, Language
from guidekg.rdf.namespaces import compact
from guidekg.reports import words
from guidekg.reports.base import Output, counted, one_line, override, pair, waiting
from guidekg.reports.model import (
    Finding,
    Header,
    Item,
    Override,
    Problem,
    Severity,
    State,
    Summary,
    Verdict,
)

_SEVERITY: dict[Severity, str] = {"violation": "red", "warning": "yellow", "info": "blue"}
_STATE: dict[State, str] = {
    "met": "green",
    "unmet": "red",
    "undecided": "yellow",
    "not-reached": "white",
}
_VERDICT: dict[Verdict, str] = {"eligible": "green", "undecided": "yellow", "ineligible": "red"}


class Text(Output):
    """Lines of text, coloured for a terminal if asked."""

    def __init__(self, out: TextIO, lang: Language, *, color: bool) -> None:
        super().__init__(out, lang)
        self._color = color

    def start(self, header: Header) -> None:
        """Write what was checked, with what."""
        guides = [
            self.pair(words.GUIDE, f"{guide.label(self.lang)} <{guide.iri}>")
            for guide in header.guides
        ]
        run = [
            self.pair(words.VERSION, header.version),
            self.pair(words.SHAPES, header.shapes_hash[:12]),
            self.pair(words.ENGINE, header.engine),
            self.pair(words.AS_OF, header.as_of.isoformat()),
        ]
        facts = [one_line(f"{fact.name}={fact.value}") for fact in header.facts]
        lines = [self.style(words.REPORT(self.lang), bold=True), *guides, " · ".join(run)]
        if facts:
            lines.append(self.pair(words.FACTS, ", ".join(facts)))
        lines += [one_line(line, 2000) for line in waiting(header, self.lang)]
        if header.overrides:
            lines.append(self.pair(words.OVERRIDES, str(header.overrides)))
        self.lines(lines)

    def problem(self, problem: Problem) -> None:
        """Write an input that could not be read."""
        numbers = [str(number) for number in (problem.line, problem.column) if number is not None]
        place = one_line(":".join([problem.file, *numbers]))
        mark = self.style(f"✗ {self.pair(words.PROBLEMS, '')}", fg="red", bold=True)
        said = one_line(problem.message(self.lang), 2000)
        self.lines(["", f"{mark}{place}", f"    {said}"])

    def finish(self, summary: Summary, *, partial: bool, unused: Sequence[Override]) -> None:
        """Write the summary, and what is left over."""
        verdicts = [self.verdict(name, number) for name, number in summary.verdicts.items()]
        lines = ["", self.style(words.SUMMARY(self.lang), bold=True)]
        if not summary.proposals:
            lines.append(words.NOTHING(self.lang))
        lines.append(
            f"{self.pair(words.PROPOSALS, str(summary.proposals))} · {' · '.join(verdicts)}"
        )
        if summary.overridden:
            decided = [self.verdict(name, number) for name, number in summary.decided.items()]
            count = self.pair(words.OVERRIDES, str(summary.overridden))
            lines.append(f"{count} · {self.pair(words.DECIDED, '')}{' · '.join(decided)}")
        found = [
            f"{words.SEVERITY[name](self.lang)} {number}"
            for name, number in summary.findings.items()
        ]
        if summary.manual:
            found.append(f"{words.REASON['manual'](self.lang)} {summary.manual}")
        lines.append(self.pair(words.FINDINGS, " · ".join(found)))
        if summary.problems:
            lines.append(self.pair(words.PROBLEMS, str(summary.problems)))
        for one in unused:
            said = f"{one.proposal} [{compact(one.requirement)}] {one.by} {one.on.isoformat()}"
            lines.append(self.pair(words.UNUSED, said))
        if partial:
            lines.append(self.style(f"! {words.PARTIAL(self.lang)}", fg="yellow", bold=True))
        self.lines(lines)

    def lines(self, lines: Iterable[str]) -> None:
        """Write lines."""
        self.write("".join(f"{line}\n" for line in lines))

    def style(self, text: str, *, fg: str | None = None, bold: bool = False) -> str:
        """Return text in a colour, if colours are wanted."""
        return click.style(text, fg=fg, bold=bold or None) if self._color else text

    def pair(self, label: Label, value: str) -> str:
        """Return a name with its value."""
        return pair(label, one_line(value, 2000), self.lang)

    def verdict(self, verdict: Verdict, count: int | None = None) -> str:
        """Return a verdict, or how many have it."""
        text = words.VERDICT[verdict](self.lang)
        return self.style(text if count is None else f"{text} {count}", fg=_VERDICT[verdict])

    def state(self, state: State) -> str:
        """Return a state with its mark."""
        text = f"{words.STATE_MARK[state]} {words.STATE[state](self.lang)}"
        return self.style(text, fg=_STATE[state])

    def mark(self, severity: Severity) -> str:
        """Return the mark of a severity."""
        return self.style(words.SEVERITY_MARK[severity], fg=_SEVERITY[severity], bold=True)

    def name(self, item: Item) -> str:
        """Return a requirement with its identifier."""
        return f"{item.requirement.label(self.lang)} [{item.requirement.identifier}]"

    def named(self, finding: Finding) -> str:
        """Return the requirement of a finding with its identifier, and how it fails."""
        requirement = finding.requirement
        label = requirement.label(self.lang) if requirement else words.MALFORMED(self.lang)
        name = self.style(f"{label} [{finding.code}]", bold=True)
        severity, reason = words.SEVERITY[finding.severity], words.REASON[finding.reason]
        return f"{self.mark(finding.severity)} {name} {severity(self.lang)} · {reason(self.lang)}"

    def details(self, finding: Finding) -> Iterator[str]:
        """Yield what a finding says, its hint, value and place."""
        yield one_line(finding.message(self.lang), 2000)
        if finding.value is not None:
            yield self.pair(words.VALUE, one_line(finding.value))
        if finding.hint:
            yield self.pair(words.HINT, finding.hint(self.lang))
        if finding.where:
            no_line = f" {words.NO_LINE(self.lang)}" if finding.where.line is None else ""
            yield self.pair(words.PLACE, f"{finding.where}{no_line}")

    def basis(self, clauses: Iterable[Clause], readings: Iterable[Reading]) -> Iterator[str]:
        """Yield the guide's sentences, and how they are read."""
        for clause in longest(clauses):
            yield self.pair(words.SOURCE, quote(clause, self.lang))
        for reading in readings:
            yield self.pair(words.READING, reading.reason(self.lang))

    def override(self, item: Item) -> Iterator[str]:
        """Yield a person's decision beside the machine's."""
        if item.override:
            said = override(item, self.lang)
            yield self.style(said, fg=_STATE[item.override.state])

    def counts(self, checklist: Sequence[Item]) -> str:
        """Return how many lines of a checklist stand how."""
        return " · ".join(
            f"{words.STATE[state](self.lang)} {number(self.lang)}"
            for state, number in counted(checklist).items()
        )
