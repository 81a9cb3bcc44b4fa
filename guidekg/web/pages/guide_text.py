"""A guide's text, cut wherever a clause begins or ends, with what each piece says and what a reader has chosen."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from starlette.datastructures import QueryParams

from guidekg.errors import UnknownNameError, ValueFormError
from guidekg.guides.model import Clause, Guide, Provision, Scheme, Thing
from guidekg.web.pages.addresses import local

MODALITIES = ("must", "should", "may", "informative")


def modality_of(provision: Provision) -> str:
    """Return ``must``, ``should``, ``may`` or ``informative``."""
    return local(provision.modality.iri)


class Piece(NamedTuple):
    """A part of a line that says one thing throughout; nothing, if it has no provisions."""

    start: int
    text: str
    provisions: tuple[Provision, ...]

    @property
    def modality(self) -> str:
        """The strictest of its provisions' modalities."""
        return min(map(modality_of, self.provisions), key=MODALITIES.index, default="")


class Line(NamedTuple):
    """A line as printed, with the provisions of its clauses in the order of the text."""

    pieces: tuple[Piece, ...]
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class GuideText:
    """A guide as a reader sees it; ``unprinted`` are provisions that rest on readings alone."""

    guide: Guide
    lines: tuple[Line, ...]
    schemes: dict[str, tuple[Thing, ...]]  # which state a provision
    unprinted: tuple[Provision, ...]

    @property
    def provisions(self) -> dict[str, Provision]:
        """Every provision by its local name, as the text orders them."""
        printed = (item for line in self.lines for item in line.provisions)
        return {local(item.iri): item for item in (*printed, *self.unprinted)}

    def piece_at(self, place: int) -> Piece | None:
        """Return the piece that a character lies in, if it says something."""
        for line in self.lines:
            for piece in line.pieces:
                if piece.start <= place < piece.start + len(piece.text):
                    return piece if piece.provisions else None
        return None


def read(guide: Guide, schemes: Iterable[Scheme]) -> GuideText:
    """Return a guide's text with the provisions that its schemes state."""
    stated: dict[Provision, tuple[Thing, ...]] = {}
    for scheme in schemes:
        for provision in scheme.own:
            told = Thing(scheme.iri, scheme.label)
            stated[provision] = (*stated.get(provision, ()), told)
    clauses = [
        (clause, provision)
        for provision in stated
        for clause in provision.clauses
        if clause.source == guide.source
    ]
    lines, start = [], 0
    for text in guide.text.split("\n"):
        lines.append(_line(text, start, clauses))
        start += len(text) + 1
    return GuideText(
        guide,
        tuple(lines),
        {provision.iri: by for provision, by in stated.items()},
        tuple(provision for provision in stated if not provision.clauses),
    )


def _line(text: str, start: int, clauses: list[tuple[Clause, Provision]]) -> Line:
    end = start + len(text)
    here = [(c, provision) for c, provision in clauses if c.start < end and start < c.end]
    here.sort(key=lambda item: (item[0].start, item[0].end, item[1].iri))
    edges = {start, end}
    for clause, _ in here:
        edges |= {max(clause.start, start), min(clause.end, end)}
    pieces: list[Piece] = []
    for left, right in pairwise(sorted(edges)):
        said = dict.fromkeys(p for c, p in here if c.start <= left and right <= c.end)
        part = text[left - start : right - start]
        if pieces and pieces[-1].provisions == tuple(said):
            last = pieces.pop()
            pieces.append(Piece(last.start, last.text + part, last.provisions))
        else:
            pieces.append(Piece(left, part, tuple(said)))
    return Line(tuple(pieces), tuple(dict.fromkeys(provision for _, provision in here)))


@dataclass(frozen=True, slots=True)
class View:
    """What a reader has chosen: a piece or a provision, one modality, all notes on a narrow screen."""

    piece: Piece | None
    provision: str | None
    show: str | None
    notes: str | None
    chosen: frozenset[Provision]

    def lights(self, piece: Piece) -> bool:
        """Whether a piece says what is chosen."""
        return not self.chosen.isdisjoint(piece.provisions)

    def opens(self, line: Line, text: GuideText) -> bool:
        """Whether the provisions that are chosen are told in full beside a line."""
        if self.piece:
            return self.piece in line.pieces
        first = next((one for one in text.lines if self.chosen.intersection(one.provisions)), None)
        return line is first

    def kept(self) -> dict[str, str | None]:
        """Return what stays when something else is chosen."""
        return {"show": self.show, "notes": self.notes}


def choose(text: GuideText, asked: QueryParams) -> View:
    """Return what is chosen.

    Raises:
        UnknownNameError, ValueFormError: there is no such provision, character or modality.
    """
    show, notes = asked.get("show") or None, asked.get("notes") or None
    if show is not None and show not in MODALITIES:
        raise _no_value("show", show, MODALITIES)
    if notes is not None and notes != "all":
        raise _no_value("notes", notes, ("all",))
    if name := asked.get("provision"):
        provisions = text.provisions
        if name not in provisions:
            near = difflib.get_close_matches(name, provisions, n=5, cutoff=0.5)
            raise UnknownNameError(name, "条文", "provision", near)
        return View(None, name, show, notes, frozenset({provisions[name]}))
    if at := asked.get("at"):
        if not (at.isascii() and at.isdigit() and len(at) < 9 and int(at) < len(text.guide.text)):
            last = len(text.guide.text) - 1
            raise ValueFormError(
                f"at 的值“{at}”不是原文中的位置；应为 0 到 {last} 的整数。",
                f"at={at!r} is no place in the text: use a number from 0 to {last}",
            )
        piece = text.piece_at(int(at))
        return View(piece, None, show, notes, frozenset(piece.provisions if piece else ()))
    return View(None, None, show, notes, frozenset())


def _no_value(name: str, value: str, known: tuple[str, ...]) -> ValueFormError:
    return ValueFormError(
        f"参数 {name} 没有值“{value}”；可用：{'、'.join(known)}。",
        f"{value!r} is no value for {name}; use {', '.join(known)}",
    )
