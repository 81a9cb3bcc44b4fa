"""What every writer of reports is, and what they share."""

import re
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from guidekg.i18n import Label, Language
from guidekg.reports import model
from guidekg.reports.words import MACHINE, NO_SCHEME, OVERRIDE, PREFERENCES, REASON, STATE, WAITING

Unused = Sequence[model.Override]  # overrides that met nothing

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Writer(ABC):
    """Writes a report as it is made: a start, judgements and problems in any order, a finish.

    Each judgement is written by one call, so that an interrupt falls between two of them.
    """

    def __init__(self, out: TextIO, lang: Language) -> None:
        self._out = out
        self.lang = lang

    def write(self, text: str) -> None:
        """Write text; what UTF-8 cannot hold (the bytes of an odd file name) becomes U+FFFD."""
        self._out.write(clean(text))

    def add(self, found: model.Judgement | model.Problem) -> None:
        """Write what a run found."""
        if isinstance(found, model.Problem):
            self.problem(found)
        else:
            self.judgement(found)

    @abstractmethod
    def start(self, header: model.Header) -> None:
        """Begin; called once, first."""

    @abstractmethod
    def judgement(self, judgement: model.Judgement) -> None:
        """Write how one proposal stands."""

    @abstractmethod
    def problem(self, problem: model.Problem) -> None:
        """Write an input that could not be read."""

    @abstractmethod
    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:
        """End; called once, last, also when the run was interrupted (``partial``)."""


def clean(text: str) -> str:
    """Return text that UTF-8 can hold."""
    return _SURROGATE.sub("\ufffd", text)


def entries(judgement: model.Judgement) -> Iterator[tuple[model.Item | None, model.Finding | None]]:
    """Yield each finding with the line of the checklist that it belongs to.

    What is malformed has no line; a line that a person overrode has no finding where the machine
    found none.
    """
    for finding in judgement.structure:
        yield None, finding
    for item in judgement.checklist:
        for finding in item.findings:
            yield item, finding
        if item.override and not item.findings:
            yield item, None


def place(problem: model.Problem) -> str:
    """Return where an input cannot be read: its name, and line and column where they are known."""
    numbers = [str(number) for number in (problem.line, problem.column) if number is not None]
    return ":".join([problem.file, *numbers])


def title(judgement: model.Judgement, lang: Language) -> str:
    """Return the title of a proposal, or its IRI where it has none."""
    return (judgement.title(lang) if judgement.title else "") or judgement.iri


def scheme(judgement: model.Judgement, lang: Language) -> str:
    """Return what a proposal applies to."""
    return judgement.scheme.label(lang) if judgement.scheme else NO_SCHEME(lang)


def one_line(text: str, limit: int = 300) -> str:
    """Return text for a line of its own: short, without breaks, and safe on a terminal.

    Control characters, and those that turn the direction of writing, are shown by their numbers.
    """
    if len(text) > limit:
        text = text[:limit] + "…"
    plain = text.replace("\r\n", "\n").replace("\n", "⏎").replace("\t", " ")
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", plain)


def counted(checklist: Sequence[model.Item]) -> dict[model.State, Label]:
    """Return how many lines stand how.

    Of those unmet is said how many are mere preferences, of those undecided how many are left to a
    person.
    """
    found = Counter(item.state for item in checklist)
    counts = {state: Label(*[str(found[state])] * 2) for state in STATE}

    def apart(state: model.State, name: Label, number: int) -> None:
        if number:
            all_ = found[state]
            counts[state] = Label(f"{all_}（{name.zh} {number}）", f"{all_} ({name.en} {number})")

    preferred = [item for item in checklist if item.requirement.modality == "should"]
    apart("unmet", PREFERENCES, sum(item.state == "unmet" for item in preferred))
    apart("undecided", REASON["manual"], sum(item.manual for item in checklist))
    return counts


def caveats(header: model.Header, lang: Language) -> list[str]:
    """Return what a reader has to know of the whole: which guides are drafts, what was not checked.

    The latter for each fact that the run lacks.
    """
    lines = [draft(one)(lang) for one in header.drafts]
    by_fact: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in header.waiting:
        by_fact[one.fact][one.requirement.label(lang)].add(one.requirement.identifier)
    for fact, labels in by_fact.items():
        said = [f"{label} [{', '.join(sorted(names))}]" for label, names in labels.items()]
        wanting = Label(f"{WAITING.zh} {fact}", f"{WAITING.en} {fact}")
        lines.append(pair(wanting, ("；" if lang == "zh" else "; ").join(said), lang))
    return lines


def draft(one: model.DraftedGuide) -> Label:
    """Return that a guide is a draft."""
    guide, number = one.guide.label, one.unreviewed
    return Label(
        f"注意：“{guide.zh}”是草稿，其中 {number} 处由程序起草，还没有人审阅；依据它的结论不能作准。",
        f"Mind: “{guide.en}” is a draft. A program drafted {number} things in it that nobody has"
        " reviewed yet: what is judged by them is not to be relied on.",
    )


def pair(label: Label, value: str, lang: Language) -> str:
    """Return a name with its value."""
    return f"{label(lang)}{'：' if lang == 'zh' else ': '}{value}"


def override(item: model.Item, lang: Language) -> str:
    """Return a person's decision beside the machine's state; nothing where there is none."""
    one = item.override
    if not one:
        return ""
    said = pair(OVERRIDE, STATE[one.state](lang), lang)
    machine = pair(MACHINE, STATE[item.state](lang), lang)
    by, on, reason = one_line(one.by), one.on.isoformat(), one_line(one.reason, 2000)
    if lang == "zh":
        return f"{said}（{machine}），{by}，{on}：{reason}"
    return f"{said} ({machine}) by {by} on {on}: {reason}"


def advice(finding: model.Finding, lang: Language) -> str:
    """Return what a finding says, and the hint for its mend."""
    hint = f" {finding.hint(lang)}" if finding.hint else ""
    return one_line(finding.message(lang) + hint, 2000)


def relative(file: str) -> str:
    """Return a path from the folder in which we run, where the file lies in it."""
    if not file:
        return file
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def uri(file: str) -> str:
    """Return a file as a URI reference, percent-encoded; relative where it can be."""
    path = relative(file)
    encoded = quote(path, safe="/-._~", errors="surrogateescape")
    if not Path(path).is_absolute():
        return encoded
    return f"file://{encoded}" if path.startswith("/") else f"file:///{encoded}"
