"""A guide's text, cut wherever a clause begins or ends, with what each piece says."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

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
