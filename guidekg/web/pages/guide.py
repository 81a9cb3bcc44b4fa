"""The guide as printed, each sentence with what the graph makes of it.

The text is cut wherever a clause begins or ends, so that each piece says one thing throughout.
"""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from guidekg.errors import UnknownNameError, ValueFormError
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Clause, Guide, Provision, Scheme, Thing
from guidekg.i18n import Label
from guidekg.rdf.namespaces import PREFIXES
from guidekg.web.pages.layout import lang_of, local_name, localized, page, with_query
from guidekg.web.pages.lookups import printed_schemes, text_of

MODALITIES = ("must", "should", "may", "informative")


def modality_of(provision: Provision) -> str:
    """Return ``must``, ``should``, ``may`` or ``informative``."""
    return local_name(provision.modality.iri)


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
        return {local_name(item.iri): item for item in (*printed, *self.unprinted)}

    def piece_at(self, place: int) -> Piece | None:
        """Return the piece that a character lies in, if it says something."""
        for line in self.lines:
            for piece in line.pieces:
                if piece.start <= place < piece.start + len(piece.text):
                    return piece if piece.provisions else None
        return None


def cut(guide: Guide, schemes: Iterable[Scheme]) -> GuideText:
    """Return a guide's text with the provisions that its schemes state."""
    stated: dict[Provision, tuple[Thing, ...]] = {}
    for scheme in schemes:
        for provision in scheme.own:
            thing = Thing(scheme.iri, scheme.label)
            stated[provision] = (*stated.get(provision, ()), thing)
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

    def highlights(self, piece: Piece) -> bool:
        """Whether a piece says what is chosen."""
        return not self.chosen.isdisjoint(piece.provisions)

    def expands(self, line: Line, text: GuideText) -> bool:
        """Whether the provisions that are chosen are told in full beside a line."""
        if self.piece:
            return self.piece in line.pieces
        first = next((one for one in text.lines if self.chosen.intersection(one.provisions)), None)
        return line is first

    def kept_query(self) -> dict[str, str | None]:
        """Return what stays when something else is chosen."""
        return {"show": self.show, "notes": self.notes}


def choose(text: GuideText, asked: QueryParams) -> View:
    """Return what is chosen.

    Raises:
        UnknownNameError, ValueFormError: there is no such provision, character or modality.
    """
    show = _one_of("show", asked.get("show") or None, MODALITIES)
    notes = _one_of("notes", asked.get("notes") or None, ("all",))
    if name := asked.get("provision"):
        provisions = text.provisions
        if name not in provisions:
            raise _unknown(name, "条文", "provision", provisions)
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


def _one_of(name: str, value: str | None, known: tuple[str, ...]) -> str | None:
    if value is None or value in known:
        return value
    raise ValueFormError(
        f"参数 {name} 没有值“{value}”；可用：{'、'.join(known)}。",
        f"{value!r} is no value for {name}; use {', '.join(known)}",
    )


def _unknown(
    name: str, zh: str, en: str, known: Collection[str], cutoff: float = 0.5
) -> UnknownNameError:
    near = difflib.get_close_matches(name, known, n=5, cutoff=cutoff)
    return UnknownNameError(name, zh, en, near)


class _OpenGuide:
    """A guide that is open: what stays the same, whatever a reader chooses."""

    def __init__(self, kg: KnowledgeGraph, guide: Guide) -> None:
        self.name = local_name(guide.iri)
        self.text = text = cut(guide, kg.schemes())
        counts = Counter(map(modality_of, text.provisions.values()))
        iris = {name: PREFIXES["modality"] + name for name in MODALITIES}
        labels = {name: kg.things.label(iri) for name, iri in iris.items()}
        definitions = {
            name: text_of(kg, iri, "skos:definition") or Label("", "") for name, iri in iris.items()
        }
        self.starts = {
            clause.iri: piece.start
            for provision in text.provisions.values()
            for clause in provision.clauses
            if (piece := text.piece_at(clause.start))
        }
        self.context: dict[str, Any] = {
            "text": text,
            "name": self.name,
            "legend": [
                (name, labels[name], definitions[name], counts[name]) for name in MODALITIES
            ],
            "labels": labels,
            "contents": [
                one
                for one in printed_schemes(kg)
                if any(c.source == guide.source for p in one.scheme.own for c in p.clauses)
            ],
            "starts": self.starts,
            "coverage": kg.coverage(guide.iri),
            "modality_of": modality_of,
        }


class _Guides:
    """The guides that are open, and what is asked of them."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        opened = (_OpenGuide(kg, guide) for guide in kg.guides.values())
        self._guides = {guide.name: guide for guide in opened}

    async def choose(self, request: Request) -> Response:
        """Show the only guide, or the choice between several."""
        if len(self._guides) == 1:
            return _redirect(request, with_query(request, next(iter(self._guides))))
        listed = [(name, one.text.guide) for name, one in self._guides.items()]
        return page(request, "guides.html", guides=listed)

    async def show(self, request: Request) -> Response:
        """Show a guide."""
        name = request.path_params["name"]
        if name not in self._guides:
            raise _unknown(name, "指南", "guide", self._guides, cutoff=0)
        opened = self._guides[name]
        return page(
            request,
            "guide.html",
            view=choose(opened.text, request.query_params),
            **opened.context,
        )

    async def find_clause(self, request: Request) -> Response:
        """Lead to a clause in its guide."""
        name = request.path_params["name"]
        for one in self._guides.values():
            if (start := one.starts.get(PREFIXES["clause"] + name)) is not None:
                return _redirect(request, f"{one.name}?at={start}#s{start}")
        known = [local_name(iri) for one in self._guides.values() for iri in one.starts]
        raise _unknown(name, "原句片段", "clause", known)

    async def find_provision(self, request: Request) -> Response:
        """Lead to a provision in its guide."""
        name = request.path_params["name"]
        for one in self._guides.values():
            if provision := one.text.provisions.get(name):
                starts = [one.starts[clause.iri] for clause in provision.clauses]
                place = f"s{starts[0]}" if starts else "unprinted"
                return _redirect(request, f"{one.name}?provision={name}#{place}")
        known = [name for one in self._guides.values() for name in one.text.provisions]
        raise _unknown(name, "条文", "provision", known)


def _redirect(request: Request, rest: str) -> Response:
    return RedirectResponse(f"/{lang_of(request)}/guide/{rest}", 302)


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    guides = _Guides(kg)
    return [
        *localized("/guide", guides.choose),
        *localized("/guide/{name}", guides.show),
        *localized("/guide/clause/{name}", guides.find_clause),
        *localized("/guide/provision/{name}", guides.find_provision),
    ]
