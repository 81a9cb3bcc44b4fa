"""The user's own text with its lines numbered, and what was found marked where it stands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from guidekg.i18n import Language
from guidekg.reports import words
from guidekg.reports.base import one_line
from guidekg.reports.markup import Markup, join, tag
from guidekg.reports.model import Finding, Severity, Where
from guidekg.web.judging.words import WORDS

_BREAK = re.compile(r"\r\n?|\n")
_WHOLE = 600  # lines up to which a text is shown whole
_AROUND = 4  # lines that are shown around a marked one in a longer text
_WIDE = 2000  # characters of a line
_WORST: tuple[Severity, ...] = ("violation", "warning", "info")


class Mark(NamedTuple):
    """Something found in a text: where, how bad, what a note says of it, and where to read more."""

    where: Where
    severity: Severity
    note: str
    anchor: str


class _Span(NamedTuple):
    start: int  # characters of the line, from 0
    end: int
    severity: Severity


def mark(finding: Finding, anchor: str, lang: Language) -> Mark | None:
    """Return the mark of a finding, or None where it has no line."""
    if not finding.where or finding.where.line is None:
        return None
    label = finding.requirement.label(lang) if finding.requirement else words.MALFORMED(lang)
    return Mark(finding.where, finding.severity, f"{label} [{finding.code}]", anchor)


def line_anchor(document: int, line: int) -> str:
    """Return the name of a line."""
    return f"text-{document}-{line}"


def listing(text: str, marks: Iterable[Mark], document: int, lang: Language) -> Markup:
    """Return a text as a list of its lines.

    Args:
        text: as it was handed in.
        marks: what was found in it.
        document: which of the documents it is, for the names of its lines.
        lang: the language of the notes.
    """
    lines = _BREAK.split(text.removeprefix("\ufeff"))
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    notes: dict[int, list[Mark]] = {}
    spans: dict[int, list[_Span]] = {}
    for one in marks:
        first = min(one.where.line or 1, len(lines))
        notes.setdefault(first, []).append(one)
        for number, span in _spans(one, first, lines):
            spans.setdefault(number, []).append(span)
    shown = _shown(len(lines), notes)
    made: list[Markup] = []
    last = 0
    for number in shown:
        if number > last + 1:
            made.append(_gap(number - last - 1, lang))
        made.append(
            _line(lines[number - 1], number, spans.get(number, []), notes.get(number, []), document)
        )
        last = number
    if last < len(lines):
        made.append(_gap(len(lines) - last, lang))
    return tag("ol", *made, class_="source")


def _spans(one: Mark, first: int, lines: list[str]) -> Iterator[tuple[int, _Span]]:
    where = one.where
    last = min(where.end_line or first, len(lines))
    for number in range(first, last + 1):
        line = lines[number - 1]
        start = (where.column or 1) - 1 if number == first else len(line) - len(line.lstrip())
        end = (where.end_column or len(line) + 1) - 1 if number == last else len(line)
        end = min(max(end, start + 1), len(line))
        if start < end:
            yield number, _Span(start, end, one.severity)


def _shown(count: int, notes: Mapping[int, object]) -> list[int]:
    if count <= _WHOLE:
        return list(range(1, count + 1))
    near = {
        number
        for place in notes or {1: None}
        for number in range(max(1, place - _AROUND), min(count, place + _AROUND) + 1)
    }
    return sorted(near)


def _gap(count: int, lang: Language) -> Markup:
    return tag("li", WORDS["lines-left-out"](lang).format(count=f"{count:,}"), class_="gap")


def _line(line: str, number: int, spans: list[_Span], notes: list[Mark], document: int) -> Markup:
    name = line_anchor(document, number)
    classes = f"line {_worst([note.severity for note in notes])}" if notes else "line"
    parts = [
        tag("a", str(number), class_="n", href=f"#{name}", aria_hidden="true", tabindex="-1"),
        tag("code", *_marked(line, spans)),
    ]
    if notes:
        listed = [
            tag(
                "li",
                tag("span", words.SEVERITY_MARK[one.severity], aria_hidden="true", class_="mark"),
                tag("a", one.note, href=f"#{one.anchor}"),
                class_=one.severity,
            )
            for one in notes
        ]
        parts.append(tag("ul", *listed, class_="said-here"))
    return tag("li", *parts, id=name, value=str(number), class_=classes)


def _marked(line: str, spans: list[_Span]) -> Iterator[Markup]:
    """Yield a line in pieces, each marked by the worst that was found in it."""
    edges = sorted({0, len(line), *(edge for span in spans for edge in span[:2])})
    for start, end in pairwise(edges):
        text = one_line(line[start:end], _WIDE)
        over = [span.severity for span in spans if span.start <= start and end <= span.end]
        yield tag("mark", text, class_=_worst(over)) if over else join(text)


def _worst(severities: Iterable[Severity]) -> Severity:
    return min(severities, key=_WORST.index)
