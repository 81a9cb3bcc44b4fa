"""Parcels: documents, or parts of a large one, small enough to judge at once.

A large Turtle text is cut into its proposals without reading each statement; where it cannot be,
and for every other form, the document is read as a whole.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.errors import GuideKGError
from guidekg.i18n import Label
from guidekg.rdf.turtle import Lines, Located, Piece, RDFSyntaxError, parse, parse_piece
from guidekg.reports.model import Problem
from guidekg.validation.inputs import Document, DocumentError, explained, triples
from guidekg.validation.inputs.document import COLON_LABEL
from guidekg.validation.proposals import APPLIES_TO, OURS, PROPOSAL, Place, Record, records

_WITH_PLACES = ("turtle", "trig", "ntriples", "nquads")
_CUT = 200_000  # characters; reading less than this as a whole takes less than 0.1 s
_SIZE = 400_000  # characters of a parcel: some 200 proposals
_NEWLINE = re.compile(r"\r\n?|\n")


class Cutting(NamedTuple):
    """A proposal cut from a document: its statements, and where each part of them began."""

    header: str
    subject: str
    parts: tuple[tuple[str, int, int], ...]  # the text, its line and its column


class Cuttings(NamedTuple):
    """Proposals cut from one document."""

    file: str
    cuttings: tuple[Cutting, ...]


Parcel = list[Document | Cuttings | Problem]


def parcels(inputs: Iterable[Document | Problem]) -> Iterator[Parcel]:
    """Yield what was handed in, in its order, in parcels of some 200 proposals."""
    parcel: Parcel = []
    size = 0
    for item in inputs:
        for part, length in _parts(item):
            if parcel and size + length > _SIZE:
                yield parcel
                parcel, size = [], 0
            parcel.append(part)
            size += length
    if parcel:
        yield parcel


def _parts(item: Document | Problem) -> Iterator[tuple[Document | Cuttings | Problem, int]]:
    if isinstance(item, Problem):
        yield item, 0
        return
    pieces = _cut(item)
    if not pieces:
        yield item, len(item.text)
        return
    lines = Lines(item.text)
    made: list[Cutting] = []
    size = 0
    for piece in pieces:
        parts = tuple((item.text[start:end], *lines.at(start)) for start, end in piece.parts)
        made.append(Cutting(piece.header, piece.subject, parts))
        size += sum(end - start for start, end in piece.parts)
        if size > _SIZE:
            yield Cuttings(item.name, tuple(made)), size
            made, size = [], 0
    if made:
        yield Cuttings(item.name, tuple(made)), size


def _cut(document: Document) -> list[Piece] | None:
    """Return the pieces of a large document; None where it has to be read as a whole."""
    if document.form not in ("turtle", "ntriples") or len(document.text) < _CUT:
        return None
    if document.form == "ntriples" and COLON_LABEL.search(document.text):
        return None  # pieces are read as Turtle, which has no such labels
    # Its expressions take 80 ms to compile.
    from guidekg.rdf.turtle.split import cut  # noqa: PLC0415

    pieces = cut(document.text, (PROPOSAL,), (APPLIES_TO,), OURS)
    return pieces if pieces and _is_plain(_rest(document.text, pieces)) else None


def _rest(text: str, pieces: Iterable[Piece]) -> str:
    """Return what of a text is in no piece."""
    taken = sorted({part for piece in pieces for part in piece.parts})
    kept, end = [], 0
    for start, stop in taken:
        if start > end:
            kept.append(text[end:start])
        end = max(end, stop)
    return "".join([*kept, text[end:]]).removeprefix("\ufeff")


def _is_plain(rest: str) -> bool:
    """Whether the statements of no proposal are well-formed, and say nothing of the guide's things."""
    try:
        return not any(
            isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(OURS)
            for quad in ox.parse(rest, format=ox.RdfFormat.TURTLE)
        )
    except SyntaxError:
        return False


def read(document: Document) -> list[Record] | Problem:
    """Return the proposals of a document, or the problem that there are none or it is malformed."""
    try:
        if document.form in _WITH_PLACES:
            located: Iterable[Located] = parse(document.text, document.form)  # type: ignore[arg-type]
            found = records(located, document.name, Lines(document.text).at)
        else:
            located = map(_unplaced, triples(document))
            found = records(located, document.name, None)
    except GuideKGError as error:
        return explained(problem(document.name, error), document.text, document.form)
    if not found:
        return Problem(
            document.name,
            Label(
                "文件中没有申报项目（没有 gk:Proposal，也没有 gk:appliesTo），什么也没有核对。",
                "there is no proposal in it (no gk:Proposal, no gk:appliesTo), so nothing was checked",
            ),
        )
    return found


def _unplaced(triple: ox.Triple) -> Located:
    subject, value = triple.subject, triple.object
    if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
        raise TypeError(f"a triple inside a triple is not RDF 1.1: {triple}")
    return Located(subject, triple.predicate, value, 0, 0, 0, 0)


def problem(file: str, error: GuideKGError, place: Place | None = None) -> Problem:
    """Return the problem that an error is.

    Args:
        file: where it is.
        error: what it is; it may know its line and column.
        place: turns a line and column of a part into those of the file, where the error is of one.
    """
    if isinstance(error, RDFSyntaxError):
        said = Label(f"语法错误：{error.reason_zh}", f"syntax error: {error.reason_en}")
        at = place(error.offset) if place else (error.line, error.column)
        return Problem(file, said, *at)
    if isinstance(error, DocumentError):
        return error.problem(file)
    return Problem(file, Label(error.zh, error.en))


def read_cuttings(cuttings: Cuttings) -> Iterator[Record | Problem]:
    """Yield the proposals that were cut from a document."""
    for cutting in cuttings.cuttings:
        text = "".join(part for part, _, _ in cutting.parts)
        ends = [0]
        for part, _, _ in cutting.parts:
            ends.append(ends[-1] + len(part))
        place = _place(text, ends, cutting)
        try:
            piece = Piece(cutting.subject, cutting.header, tuple(pairwise(ends)))
            yield from records(parse_piece(text, piece), cuttings.file, place)[:1]
        except RDFSyntaxError as error:
            yield problem(cuttings.file, error, place)


def _place(text: str, ends: list[int], cutting: Cutting) -> Place:
    def place(offset: int) -> tuple[int, int]:
        part = min(bisect_right(ends, offset), len(cutting.parts)) - 1
        _, line, column = cutting.parts[part]
        breaks = [found.end() for found in _NEWLINE.finditer(text, ends[part], offset)]
        if not breaks:
            return line, column + offset - ends[part]
        return line + len(breaks), offset - breaks[-1] + 1

    return place
