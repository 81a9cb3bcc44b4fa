"""What a validation found, for a page: the report, and each text with what was found in it marked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from markupsafe import Markup

from guidekg.i18n import Language
from guidekg.reports import Report, words
from guidekg.reports.base import entries, one_line
from guidekg.reports.html import speech, vocabulary
from guidekg.reports.model import Finding, Problem, Requirement, Severity, Where
from guidekg.web.pages.layout import TEMPLATES

_BREAK = re.compile(r"\r\n?|\n")
_WHOLE = 600  # lines up to which a text is shown whole
_AROUND = 4  # lines that are shown around a marked one in a longer text
_WIDE = 2000  # characters of a line
_WORST: tuple[Severity, ...] = ("violation", "warning", "info")


class Mark(NamedTuple):
    """Something found in a text: where, how bad, what a note says of it, and where to read more."""

    where: Where
    severity: Severity
    text: str
    anchor: str


class Line(NamedTuple):
    """A line that is shown, after so many that are not; the last may be no line at all."""

    left_out: int
    number: int = 0
    pieces: Sequence[tuple[str, Severity | None]] = ()
    notes: Sequence[Mark] = ()
    worst: Severity | None = None


class _Span(NamedTuple):
    start: int  # characters of the line, from 0
    end: int
    severity: Severity


def render_result(
    report: Report, texts: Sequence[tuple[str, str]], lang: Language
) -> tuple[Markup, Markup]:
    """Return what was found, and the words of the guide that it rests on, as parts of a page.

    Args:
        report: what was found.
        texts: the names and contents of the documents that it speaks of.
        lang: the language shown.
    """
    numbers = {name: number for number, (name, text) in enumerate(texts, 1) if text}
    requirements: dict[str, Requirement] = {}
    for judgement in report.judgements:
        requirements |= {item.requirement.iri: item.requirement for item in judgement.checklist}
    anchors = {iri: f"requirement-{number}" for number, iri in enumerate(requirements, 1)}
    marks = _marks(report, lang)

    def line_of(where: Where) -> str:
        shown = where.line and where.file in numbers
        return f"#text-{numbers[where.file]}-{where.line}" if shown else ""

    context = {
        "report": report,
        "line_of": line_of,
        "requirements": list(requirements.values()),
        "texts": [
            {"name": name, "number": numbers[name], "lines": lines(text, marks.get(name, ()))}
            for name, text in texts
            if text
        ],
        **speech(lang),
        **vocabulary(anchors),
    }
    made: Any = TEMPLATES.get_template("result.html").make_module(context)
    return made.result(), made.appendix()


def _marks(report: Report, lang: Language) -> dict[str, list[Mark]]:
    """Return what was found in each document; findings are called as the report's parts call them."""
    marks: dict[str, list[Mark]] = {}
    for number, judgement in enumerate(report.judgements, 1):
        for index, (_, finding) in enumerate(entries(judgement), 1):
            if finding and finding.where and finding.where.line is not None:
                said = _note(finding, lang)
                found = Mark(finding.where, finding.severity, said, f"finding-{number}-{index}")
                marks.setdefault(finding.where.file, []).append(found)
    for problem in report.problems:
        if problem.line is not None:
            marks.setdefault(problem.file, []).append(_of_problem(problem, problem.line, lang))
    return marks


def _note(finding: Finding, lang: Language) -> str:
    label = finding.requirement.label if finding.requirement else words.MALFORMED
    return f"{label(lang)} [{finding.code}]"


def _of_problem(problem: Problem, line: int, lang: Language) -> Mark:
    column = problem.column or 1
    where = Where(problem.file, "", line, column, line, column + 1)
    return Mark(where, "violation", one_line(problem.message(lang)), "problems")


def lines(text: str, marks: Iterable[Mark]) -> list[Line]:
    """Return the lines of a text that are shown: all of a short one, else those around the marks.

    Args:
        text: as it was handed in.
        marks: what was found in it.
    """
    every = _BREAK.split(text.removeprefix("\ufeff"))
    if len(every) > 1 and not every[-1]:
        every.pop()
    notes: dict[int, list[Mark]] = {}
    spans: dict[int, list[_Span]] = {}
    for one in marks:
        first = min(one.where.line or 1, len(every))
        notes.setdefault(first, []).append(one)
        for number, span in _spans(one, first, every):
            spans.setdefault(number, []).append(span)
    found: list[Line] = []
    last = 0
    for number in _shown(len(every), notes):
        here = notes.get(number, [])
        pieces = list(_pieces(every[number - 1], spans.get(number, [])))
        worst = _worst(note.severity for note in here) if here else None
        found.append(Line(number - last - 1, number, pieces, here, worst))
        last = number
    return [*found, Line(len(every) - last)]


def _spans(one: Mark, first: int, every: list[str]) -> Iterator[tuple[int, _Span]]:
    where = one.where
    last = min(where.end_line or first, len(every))
    for number in range(first, last + 1):
        line = every[number - 1]
        start = (where.column or 1) - 1 if number == first else len(line) - len(line.lstrip())
        end = (where.end_column or len(line) + 1) - 1 if number == last else len(line)
        end = min(max(end, start + 1), len(line))
        if start < end:
            yield number, _Span(start, end, one.severity)


def _shown(count: int, notes: Mapping[int, object]) -> Iterable[int]:
    if count <= _WHOLE:
        return range(1, count + 1)
    near = {
        number
        for place in notes or {1: None}
        for number in range(max(1, place - _AROUND), min(count, place + _AROUND) + 1)
    }
    return sorted(near)


def _pieces(line: str, spans: list[_Span]) -> Iterator[tuple[str, Severity | None]]:
    """Yield a line in pieces, each with the worst that was found in it."""
    edges = sorted({0, len(line), *(edge for span in spans for edge in span[:2])})
    for start, end in pairwise(edges):
        over = [span.severity for span in spans if span.start <= start and end <= span.end]
        yield one_line(line[start:end], _WIDE), _worst(over) if over else None


def _worst(severities: Iterable[Severity]) -> Severity:
    return min(severities, key=_WORST.index)
