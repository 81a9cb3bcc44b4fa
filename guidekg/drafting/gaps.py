"""What of a text no fact covers: what only gives structure, with the reason, and what was not understood."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guidekg.drafting.reader import Reading, is_addressee
from guidekg.drafting.structure import Document, folded

# What may stand between two facts and says nothing: words that join, and "等" behind a list.
_JOINTS = re.compile("和|与|及|以及|并|并且|且|或|或者|而|等|同时|其中")
# Why a part only gives structure, in Chinese and English.
REASONS = {
    "heading": ("标题，不陈述内容。", "A heading; it says nothing of its own."),
    "lead": ("引出下文的话，不陈述内容。", "Words that only lead over to what follows."),
    "addressees": ("主送单位。", "To whom the notice is addressed."),
    "marker": ("序号。", "The number of an item."),
    "joint": ("连接词，不陈述内容。", "A word that only joins what stands beside it."),
    "page": ("页眉、页脚或页码。", "A header, a footer or a number of a page."),
    "columns": ("表头。", "The headings of a table."),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the text that no fact covers.

    ``structural`` is why it only gives structure, a key of ``REASONS``; empty if it was not understood.
    """

    start: int
    end: int
    structural: str = ""


def gaps_of(reading: Reading, others: Iterable[tuple[int, int]] = ()) -> Iterator[Gap]:
    """Yield the parts of a text that neither a fact nor one of the other spans covers."""
    text = reading.document.text
    covered = bytearray(len(text))

    def cover(start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is not covered of a span, and cover it."""
        yield from _open(text, covered, start, end)
        covered[start:end] = b"\x01" * (end - start)

    for span in (*others, *(fact.span for fact in reading.facts)):
        list(cover(*span))
    for start, end, reason in _structural(reading.document):
        yield from (Gap(*piece, reason) for piece in cover(start, end))
    labels = {clause.label for clause in reading.document.clauses}
    parts = [(clause.opening, clause.end) for clause in reading.document.clauses]
    for span in (*parts, (0, len(text))):
        for piece in cover(*span):
            words = folded(text[slice(*piece)])
            lead = "lead" if words in labels else ""
            yield Gap(*piece, lead or ("joint" if _JOINTS.fullmatch(words) else ""))


def _structural(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield the spans that only give structure, and why."""
    for start, end in document.furniture:
        yield start, end, "page"
    for heading in document.headings:
        reason = {"table": "columns", "lead": "lead"}.get(heading.level, "heading")
        yield heading.start, heading.end, reason
    for clause in document.clauses:
        if clause.leads:
            yield clause.opening, clause.end, "lead"
        elif is_addressee(document.text, clause):
            yield clause.start, clause.end, "addressees"
    for start, end in document.markers:
        yield start, end, "marker"


def _open(text: str, covered: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of what is not covered and holds a letter or digit."""
    at = start
    while at < end:
        if covered[at] or not text[at].isalnum():
            at += 1
            continue
        first = at
        while at < end and not covered[at] and text[at] not in "\r\n":
            at += 1
        last = at
        while last > first and not text[last - 1].isalnum() and text[last - 1] not in "）)》”":
            last -= 1
        yield first, last


def pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a span that stay within a line and a sentence."""
    for found in re.finditer(r"[^\r\n\f。！？!?]+[。！？!?]*", text[start:end]):
        first, last = start + found.start(), start + found.end()
        while first < last and text[first].isspace():
            first += 1
        while first < last and (text[last - 1].isspace() or text[last - 1] in "。；;，,"):
            last -= 1
        if first < last:
            yield first, last
