"""Batches: documents, or fragments of a large one, small enough to judge at once.

A large Turtle text is split into its proposals without reading each statement; where it cannot be,
and for every other form, the document is read as a whole.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from guidekg.errors import GuideKGError
from guidekg.i18n import Label
from guidekg.rdf.turtle import Lines, RDFSyntaxError, parse
from guidekg.rdf.turtle.parser import Located, LocatedPlaces, Statement
from guidekg.rdf.turtle.terms import Terms
from guidekg.reports.model import Problem
from guidekg.validation.inputs import Document, DocumentError, explained, triples
from guidekg.validation.inputs.document import COLON_LABEL
from guidekg.validation.proposals import (
    APPLIES_TO,
    OURS,
    PROPOSAL,
    LineColumn,
    Record,
    Source,
    grouped,
    in_parts,
    records,
)

if TYPE_CHECKING:
    from guidekg.rdf.turtle.split import Fragment

_WITH_PLACES = ("turtle", "trig", "ntriples", "nquads")
_LARGE = 200_000  # characters; reading less than this as a whole takes less than 0.1 s
_SIZE = 1_600_000  # characters of a batch: some 1,000 proposals

Part = tuple[str, int, int]
"""A range of a document: its text, its line and its column."""


class Fragments(NamedTuple):
    """Proposals cut from one document: the prefixes in force, and the ranges of each."""

    file: str
    header: str
    parts: tuple[tuple[Part, ...], ...]


Batch = list[Document | Fragments | Problem]


def batches(inputs: Iterable[Document | Problem]) -> Iterator[Batch]:
    """Yield what was handed in, in its order, in batches of some 1,000 proposals."""
    batch: Batch = []
    size = 0
    for item in inputs:
        for part, length in _divided(item):
            if batch and size + length > _SIZE:
                yield batch
                batch, size = [], 0
            batch.append(part)
            size += length
    if batch:
        yield batch


def _divided(item: Document | Problem) -> Iterator[tuple[Document | Fragments | Problem, int]]:
    """Yield an input, or its fragments, with how many characters each has."""
    if isinstance(item, Problem):
        yield item, 0
        return
    found = _split(item)
    if not found:
        yield item, len(item.text)
        return
    lines = Lines(item.text)
    made: list[tuple[Part, ...]] = []
    size, header = 0, found[0].header
    for fragment in found:
        if made and (size > _SIZE or fragment.header != header):
            yield Fragments(item.name, header, tuple(made)), size
            made, size = [], 0
        header = fragment.header
        made.append(tuple((item.text[a:b], *lines.at(a)) for a, b in fragment.spans))
        size += sum(end - start for start, end in fragment.spans)
    yield Fragments(item.name, header, tuple(made)), size


def _split(document: Document) -> "list[Fragment] | None":
    """Return the fragments of a large document; None where it has to be read as a whole."""
    if document.form not in ("turtle", "ntriples") or len(document.text) < _LARGE:
        return None
    if document.form == "ntriples" and COLON_LABEL.search(document.text):
        return None  # fragments are read as Turtle, which has no such labels
    # Its expressions take 80 ms to compile.
    from guidekg.rdf.turtle.split import Wanted, split  # noqa: PLC0415

    return split(document.text, Wanted((PROPOSAL,), (APPLIES_TO,)), OURS)


def read_batch(batch: Batch) -> Iterator[Record | Problem]:
    """Yield the proposals of a batch and its problems, in their order."""
    for item in batch:
        if isinstance(item, Problem):
            yield item
        elif isinstance(item, Fragments):
            for parts in item.parts:
                yield _read_fragment(item.file, item.header, parts)
        else:
            found = read(item)
            yield from [found] if isinstance(found, Problem) else found


def read(document: Document) -> list[Record] | Problem:
    """Return the proposals of a document, or the problem that there are none or it is malformed."""
    text, form = document.text, document.form
    try:
        if form in _WITH_PLACES:
            statements = map(_located, parse(text, form))  # type: ignore[arg-type]
            source = Source(document.name, LocatedPlaces(), Lines(text).at)
        else:
            statements = map(_unplaced, triples(document))
            source = Source(document.name)
        found = list(records(grouped(statements), source))
    except GuideKGError as error:
        return explained(problem(document.name, error), text, form)
    if not found:
        return Problem(
            document.name,
            Label(
                "文件中没有申报项目（没有 gk:Proposal，也没有 gk:appliesTo），什么也没有核对。",
                "there is no proposal in it (no gk:Proposal, no gk:appliesTo), so nothing was checked",
            ),
        )
    return found


def _located(item: Located) -> Statement:
    return *item[:3], item, 0


def _unplaced(triple: ox.Triple) -> Statement:
    if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
        raise TypeError(f"a triple inside a triple is not RDF 1.1: {triple}")
    return str(triple.subject), str(triple.predicate), str(triple.object), None, 0


def problem(file: str, error: GuideKGError, line_column: LineColumn | None = None) -> Problem:
    """Return the problem that an error is.

    Args:
        file: where it is.
        error: what it is; it may know its line and column.
        line_column: turns an offset of a part into a line and column of the file, where the error is
            of one.
    """
    if isinstance(error, RDFSyntaxError):
        said = Label(f"语法错误：{error.reason_zh}", f"syntax error: {error.reason_en}")
        at = line_column(error.offset) if line_column else (error.line, error.column)
        return Problem(file, said, *at)
    if isinstance(error, DocumentError):
        return error.problem(file)
    return Problem(file, Label(error.zh, error.en))


def _read_fragment(file: str, header: str, parts: tuple[Part, ...]) -> Record | Problem:
    text = parts[0][0] if len(parts) == 1 else "\n".join([part for part, _, _ in parts])
    terms = _terms(header)
    # Its expression takes 40 ms to compile.
    from guidekg.rdf.turtle.subset import SubsetPlaces, read_subset  # noqa: PLC0415

    statements = read_subset(text, terms)
    line_column = in_parts(text, parts)
    if statements is not None:
        return next(records(statements, Source(file, SubsetPlaces(text), line_column)))
    located = parse(text, "turtle", terms=Terms(prefixes=terms.prefixes))
    try:
        source = Source(file, LocatedPlaces(), line_column)
        return next(records(grouped(map(_located, located)), source))
    except RDFSyntaxError as error:
        return problem(file, error, line_column)


@lru_cache(maxsize=8)
def _terms(header: str) -> Terms:
    """Return the terms of a header, which all fragments share with what they have read."""
    terms = Terms()
    for _ in parse(header, "turtle", terms=terms):
        raise ValueError("a header holds directives only")
    return terms
