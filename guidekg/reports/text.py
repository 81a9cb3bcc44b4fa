"""A report for people to read, grouped by proposal or by rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TextIO

import click

from guidekg.guides.model import longest, quote
from guidekg.i18n import Label, Language
from guidekg.rdf.namespaces import compact
from guidekg.reports import model, words
from guidekg.reports.base import (
    Unused,
    Writer,
    caveats,
    counted,
    entries,
    one_line,
    override,
    pair,
    place,
    scheme,
    title,
)

_COLOR: dict[model.Severity | model.State | model.Verdict, str] = {
    **dict.fromkeys(("met", "eligible"), "green"),
    **dict.fromkeys(("violation", "unmet", "ineligible"), "red"),
    **dict.fromkeys(("warning", "undecided"), "yellow"),
    "info": "blue",
    "not-reached": "white",
    "not-applicable": "white",
}


class _Text(Writer):
    """What both ways of grouping share: the start, the end, and how each thing is said.

    Args:
        out: where to write.
        lang: the language of the words.
        max_per_rule: how many findings of one rule are shown in the run; the others are counted.
        color: whether to colour for a terminal.
    """

    def __init__(
        self, out: TextIO, lang: Language, *, max_per_rule: int | None = None, color: bool = False
    ) -> None:
        super().__init__(out, lang)
        self._limit = max_per_rule
        self._color = color

    def start(self, header: model.Header) -> None:
        """Write what was checked, with what."""
        run = [
            self._pair(words.VERSION, header.version),
            self._pair(words.SHAPES, header.shapes_hash[:12]),
            self._pair(words.ENGINE, header.engine),
            self._pair(words.AS_OF, header.as_of.isoformat()),
        ]
        lines = [self._style(words.REPORT(self.lang), bold=True)]
        lines += [
            self._pair(words.GUIDE, f"{guide.label(self.lang)} <{guide.iri}>")
            for guide in header.guides
        ]
        lines.append(" · ".join(run))
        if facts := [one_line(f"{fact.name}={fact.value}") for fact in header.facts]:
            lines.append(self._pair(words.FACTS, ", ".join(facts)))
        lines += [one_line(line, 2000) for line in caveats(header, self.lang)]
        if header.overrides:
            lines.append(self._pair(words.OVERRIDES, str(header.overrides)))
        self._lines(lines)

    def problem(self, problem: model.Problem) -> None:
        """Write an input that could not be read."""
        mark = self._style(f"✗ {self._pair(words.PROBLEMS, '')}", fg="red", bold=True)
        said = one_line(problem.message(self.lang), 2000)
        self._lines(["", f"{mark}{one_line(place(problem))}", f"    {said}"])

    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:
        """Write the summary, and what is left over."""
        lines = ["", self._style(words.SUMMARY(self.lang), bold=True)]
        if not summary.proposals:
            lines.append(words.NOTHING(self.lang))
        verdicts = " · ".join(self._verdict(*count) for count in summary.verdicts.items())
        lines.append(f"{self._pair(words.PROPOSALS, str(summary.proposals))} · {verdicts}")
        if summary.overridden:
            decided = " · ".join(self._verdict(*count) for count in summary.decided.items())
            count = self._pair(words.OVERRIDES, str(summary.overridden))
            lines.append(f"{count} · {self._pair(words.DECIDED, '')}{decided}")
        found = [(words.SEVERITY[name], number) for name, number in summary.findings.items()]
        if summary.manual:
            found.append((words.REASON["manual"], summary.manual))
        counts = " · ".join(f"{label(self.lang)} {number}" for label, number in found)
        lines.append(self._pair(words.FINDINGS, counts))
        if summary.problems:
            lines.append(self._pair(words.PROBLEMS, str(summary.problems)))
        for one in unused:
            said = f"{one.proposal} [{compact(one.requirement)}] {one.by} {one.on.isoformat()}"
            lines.append(self._pair(words.UNUSED, said))
        if partial:
            lines.append(self._style(f"! {words.PARTIAL(self.lang)}", fg="yellow", bold=True))
        self._lines(lines)

    def _lines(self, lines: Iterable[str]) -> None:
        self.write("".join(f"{line}\n" for line in lines))

    def _style(self, text: str, *, fg: str | None = None, bold: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold or None) if self._color else text

    def _pair(self, label: Label, value: str) -> str:
        return pair(label, one_line(value, 2000), self.lang)

    def _verdict(self, verdict: model.Verdict, count: int | None = None) -> str:
        text = words.VERDICT[verdict](self.lang)
        return self._style(text if count is None else f"{text} {count}", fg=_COLOR[verdict])

    def _stated(self, item: model.Item) -> str:
        """Return a state with its mark."""
        text = f"{words.STATE_MARK[item.state]} {words.STATE[item.state](self.lang)}"
        return self._style(text, fg=_COLOR[item.state])

    def _mark(self, severity: model.Severity) -> str:
        return self._style(words.SEVERITY_MARK[severity], fg=_COLOR[severity], bold=True)

    def _name(self, requirement: model.Requirement | None, code: str) -> str:
        label = requirement.label if requirement else words.MALFORMED
        return f"{label(self.lang)} [{code}]"

    def _named(self, item: model.Item) -> str:
        return self._name(item.requirement, item.requirement.identifier)

    def _details(self, finding: model.Finding) -> Iterator[str]:
        """Yield what a finding says, its value, hint and place."""
        yield one_line(finding.message(self.lang), 2000)
        if finding.value is not None:
            yield self._pair(words.VALUE, one_line(finding.value))
        if finding.hint:
            yield self._pair(words.HINT, finding.hint(self.lang))
        if finding.where:
            no_line = f" {words.NO_LINE(self.lang)}" if finding.where.line is None else ""
            yield self._pair(words.PLACE, f"{finding.where}{no_line}")

    def _basis(self, finding: model.Finding) -> Iterator[str]:
        """Yield the guide's sentences, and how they are read."""
        for clause in longest(finding.clauses):
            yield self._pair(words.SOURCE, quote(clause, self.lang))
        for reading in finding.readings:
            yield self._pair(words.READING, reading.reason(self.lang))

    def _override(self, item: model.Item | None) -> Iterator[str]:
        """Yield a person's decision beside the machine's."""
        if item and item.override:
            yield self._style(override(item, self.lang), fg=_COLOR[item.override.state])

    def _left_out(self, number: int) -> str:
        return f"  … {self._pair(words.LEFT_OUT, str(number))}"


class ByProposal(_Text):
    """Streams proposals, each with its findings; with ``checklist``, every line of its checklist."""

    def __init__(
        self, out: TextIO, lang: Language, *, checklist: bool = False, **options: Any
    ) -> None:
        super().__init__(out, lang, **options)
        self._checklist = checklist
        self._seen: Counter[str] = Counter()

    def judgement(self, judgement: model.Judgement) -> None:
        """Write a proposal."""
        verdict = self._pair(words.CONCLUSION, "") + self._verdict(judgement.verdict)
        if judgement.decided != judgement.verdict:
            decided = self._pair(words.DECIDED, "") + self._verdict(judgement.decided)
            verdict += f" · {decided}"
        lines = ["", self._style(one_line(title(judgement, self.lang)), bold=True)]
        if judgement.title:
            lines.append(one_line(judgement.iri))
        lines.append(f"{scheme(judgement, self.lang)} · {verdict}")
        left = 0
        for item, finding in entries(judgement):
            if finding:
                self._seen[finding.code] += 1
                if self._limit is not None and self._seen[finding.code] > self._limit:
                    left += 1
                    continue
            lines += [f"  {line}" for line in self._entry(item, finding)]
        if left:
            lines.append(self._left_out(left))
        if judgement.checklist:
            counts = " · ".join(
                f"{words.STATE[state](self.lang)} {number(self.lang)}"
                for state, number in counted(judgement.checklist).items()
            )
            lines.append(f"  {self._pair(words.CHECKLIST, counts)}")
        if self._checklist:
            lines += [f"    {self._line(item)}" for item in judgement.checklist]
        self._lines(lines)

    def _entry(self, item: model.Item | None, finding: model.Finding | None) -> Iterator[str]:
        if finding:
            name = self._style(self._name(finding.requirement, finding.code), bold=True)
            severity, reason = words.SEVERITY[finding.severity], words.REASON[finding.reason]
            how = f"{severity(self.lang)} · {reason(self.lang)}"
            yield f"{self._mark(finding.severity)} {name} {how}"
            for line in (*self._details(finding), *self._basis(finding)):
                yield f"    {line}"
        elif item:
            yield f"{self._stated(item)} {self._named(item)}"
        for line in self._override(item):
            yield f"    {line}"

    def _line(self, item: model.Item) -> str:
        modality = words.MODALITY[item.requirement.modality](self.lang)
        return " · ".join([self._stated(item), modality, self._named(item), *self._override(item)])


@dataclass(slots=True)
class _Rule:
    """What is to be shown of one rule."""

    first: model.Finding
    count: int = 0
    shown: list[str] = field(default_factory=list)


class ByRule(_Text):
    """Keeps what it is to show of each rule until the end, at most ``max_per_rule`` findings."""

    def __init__(self, out: TextIO, lang: Language, **options: Any) -> None:
        super().__init__(out, lang, **options)
        self._rules: dict[str, _Rule] = {}
        self._overridden: list[str] = []

    def judgement(self, judgement: model.Judgement) -> None:
        """Keep what is to be shown of a proposal's findings."""
        verdict = words.VERDICT[judgement.verdict](self.lang)
        head = one_line(f"{title(judgement, self.lang)} · {verdict}")
        for item, finding in entries(judgement):
            if finding:
                rule = self._rules.setdefault(finding.code, _Rule(finding))
                rule.count += 1
                if self._limit is None or rule.count <= self._limit:
                    lines = [*self._details(finding), *self._override(item)]
                    rule.shown.append(f"  {self._mark(finding.severity)} {head}")
                    rule.shown += [f"      {line}" for line in lines]
            elif item:
                lines = [f"{self._stated(item)} {self._named(item)}", *self._override(item)]
                self._overridden += [f"  {head}", *(f"      {line}" for line in lines)]

    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:
        """Write the rules, those broken most often first, then the summary."""
        for code, rule in sorted(self._rules.items(), key=lambda pair: (-pair[1].count, pair[0])):
            name = self._style(self._name(rule.first.requirement, code), bold=True)
            lines = ["", f"{name} × {rule.count}"]
            lines += [f"  {line}" for line in self._basis(rule.first)]
            lines += rule.shown
            if self._limit is not None and rule.count > self._limit:
                lines.append(self._left_out(rule.count - self._limit))
            self._lines(lines)
        if self._overridden:
            self._lines(["", self._style(words.OVERRIDES(self.lang), bold=True), *self._overridden])
        super().finish(summary, partial=partial, unused=unused)


_GROUPS: dict[str, Callable[..., Writer]] = {"proposal": ByProposal, "rule": ByRule}


def text_writer(
    out: TextIO, lang: Language, *, group: Literal["proposal", "rule"] = "proposal", **options: Any
) -> Writer:
    """Return the writer of one way of grouping; ``options`` are those of its class."""
    return _GROUPS[group](out, lang, **options)
