"""A report for people to read, grouped by proposal or by rule."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TextIO

from guidekg.i18n import Language
from guidekg.reports import words
from guidekg.reports.base import Writer, entries, one_line, scheme, title
from guidekg.reports.model import Finding, Item, Judgement, Override, Summary
from guidekg.reports.text_parts import Text


class ByProposal(Text):
    """Streams proposals, each with its findings and its checklist.

    Args:
        out: where to write.
        lang: the language of the words.
        max_per_rule: how many findings of one rule are shown in the run; the others are counted.
        checklist: whether every line of each checklist is shown.
        color: whether to colour for a terminal.
    """

    def __init__(
        self,
        out: TextIO,
        lang: Language,
        *,
        max_per_rule: int | None = None,
        checklist: bool = False,
        color: bool = False,
    ) -> None:
        super().__init__(out, lang, color=color)
        self._limit = max_per_rule
        self._checklist = checklist
        self._seen: Counter[str] = Counter()

    def judgement(self, judgement: Judgement) -> None:
        """Write a proposal."""
        verdict = self.pair(words.CONCLUSION, "") + self.verdict(judgement.verdict)
        if judgement.decided != judgement.verdict:
            verdict += f" · {self.pair(words.DECIDED, '')}{self.verdict(judgement.decided)}"
        lines = ["", self.style(one_line(title(judgement, self.lang)), bold=True)]
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
            lines.append(f"  … {self.pair(words.LEFT_OUT, str(left))}")
        if judgement.checklist:
            lines.append(f"  {self.pair(words.CHECKLIST, self.counts(judgement.checklist))}")
        if self._checklist:
            lines += [f"    {line}" for line in map(self._line, judgement.checklist)]
        self.lines(lines)

    def _entry(self, item: Item | None, finding: Finding | None) -> Iterator[str]:
        if finding:
            yield self.named(finding)
            yield from (f"    {line}" for line in self.details(finding))
            basis = self.basis(finding.clauses, finding.readings)
            yield from (f"    {line}" for line in basis)
        elif item:
            yield f"{self.state(item.state)} {self.name(item)}"
        if item:
            yield from (f"    {line}" for line in self.override(item))

    def _line(self, item: Item) -> str:
        modality = words.MODALITY[item.requirement.modality](self.lang)
        line = f"{self.state(item.state)} · {modality} · {self.name(item)}"
        return " · ".join([line, *self.override(item)])


@dataclass(slots=True)
class _Rule:
    """What is to be shown of one rule."""

    first: Finding
    count: int = 0
    shown: list[str] = field(default_factory=list)


class ByRule(Text):
    """Keeps what it is to show of each rule until the end, at most ``max_per_rule`` findings.

    Args:
        out: where to write.
        lang: the language of the words.
        max_per_rule: how many findings of one rule are shown; the others are counted.
        color: whether to colour for a terminal.
    """

    def __init__(
        self,
        out: TextIO,
        lang: Language,
        *,
        max_per_rule: int | None = None,
        color: bool = False,
    ) -> None:
        super().__init__(out, lang, color=color)
        self._limit = max_per_rule
        self._rules: dict[str, _Rule] = {}
        self._overridden: list[str] = []

    def judgement(self, judgement: Judgement) -> None:
        """Keep what is to be shown of a proposal's findings."""
        head = one_line(
            f"{title(judgement, self.lang)} · {words.VERDICT[judgement.verdict](self.lang)}"
        )
        for item, finding in entries(judgement):
            override = list(self.override(item)) if item else []
            if not finding:
                named = [f"{self.state(item.state)} {self.name(item)}"] if item else []
                lines = [*named, *override]
                self._overridden += [f"  {head}", *(f"      {line}" for line in lines)]
                continue
            rule = self._rules.setdefault(finding.code, _Rule(finding))
            rule.count += 1
            if self._limit is None or rule.count <= self._limit:
                mark = f"  {self.mark(finding.severity)} {head}"
                lines = [*self.details(finding), *override]
                rule.shown += [mark, *(f"      {line}" for line in lines)]

    def finish(self, summary: Summary, *, partial: bool, unused: Sequence[Override]) -> None:
        """Write the rules, those broken most often first, then the summary."""
        for code, rule in sorted(self._rules.items(), key=lambda pair: (-pair[1].count, pair[0])):
            requirement = rule.first.requirement
            label = requirement.label(self.lang) if requirement else words.MALFORMED(self.lang)
            name = self.style(f"{label} [{code}]", bold=True)
            lines = ["", f"{name} × {rule.count}"]
            basis = self.basis(rule.first.clauses, rule.first.readings)
            lines += [f"  {line}" for line in basis]
            lines += rule.shown
            if self._limit is not None and rule.count > self._limit:
                lines.append(f"  … {self.pair(words.LEFT_OUT, str(rule.count - self._limit))}")
            self.lines(lines)
        if self._overridden:
            self.lines(["", self.style(words.OVERRIDES(self.lang), bold=True), *self._overridden])
        super().finish(summary, partial=partial, unused=unused)


_GROUPS: dict[str, Callable[..., Writer]] = {"proposal": ByProposal, "rule": ByRule}


def text_writer(
    out: TextIO, lang: Language, *, group: Literal["proposal", "rule"] = "proposal", **options: Any
) -> Writer:
    """Return the writer of one way of grouping; ``options`` are those of its class."""
    return _GROUPS[group](out, lang, **options)
