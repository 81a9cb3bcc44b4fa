"""The guide as printed, each sentence with what the graph makes of it.

The text is cut wherever a clause begins or ends, so that each piece says one thing throughout.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Clause, Guide, Provision, Scheme, Thing
from guidekg.rdf.namespaces import PREFIXES
from guidekg.web.pages.layout import (
    Handler,
    lang_of,
    local_name,
    localized,
    modality_of,
    page,
    unknown,
    with_query,
)
from guidekg.web.pages.lookups import printed_schemes, selected, text_of
from guidekg.web.problems import problem

_PARTS = "SELECT ?part ?start WHERE { ?part gk:inSource ?source ; oa:start ?start }"
MODALITIES = ("must", "should", "may", "informative")


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

    start: int
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
    return Line(start, tuple(pieces), tuple(dict.fromkeys(provision for _, provision in here)))


class View(NamedTuple):
    """What a reader has chosen: a piece or provisions, one modality, all notes on a small screen."""

    show: str | None
    notes: str | None
    chosen: frozenset[Provision] = frozenset()
    piece: Piece | None = None

    def expands(self, line: Line, text: GuideText) -> bool:
        """Whether the provisions that are chosen are told in full beside a line."""
        if self.piece:
            return self.piece in line.pieces
        first = next((one for one in text.lines if self.chosen.intersection(one.provisions)), None)
        return line is first


def choose(text: GuideText, asked: QueryParams) -> View:
    """Return what is chosen.

    Raises:
        UnknownNameError, ProblemError: there is no such provision, character or modality.
    """
    show, notes = asked.get("show") or None, asked.get("notes") or None
    if show is not None and show not in MODALITIES:
        raise problem("wrong-parameter", "show", value=show)
    if notes not in (None, "all"):
        raise problem("wrong-parameter", "notes", value=notes)
    if name := asked.get("provision"):
        provisions = text.provisions
        if name not in provisions:
            raise unknown(name, "条文", "provision", provisions)
        return View(show, notes, frozenset({provisions[name]}))
    if at := asked.get("at"):
        if not (at.isascii() and at.isdigit() and len(at) < 9 and int(at) < len(text.guide.text)):
            raise problem("wrong-parameter", "at", at=at, last=len(text.guide.text) - 1)
        piece = text.piece_at(int(at))
        return View(show, notes, frozenset(piece.provisions if piece else ()), piece)
    return View(show, notes)


class _Opened(NamedTuple):
    """A guide that is open: its text, where each of its clauses begins, and what its page shows.

    ``silent`` has the lines of the parts that say nothing, such as the numbers of articles.
    """

    text: GuideText
    starts: dict[str, int]
    silent: dict[str, int]
    context: dict[str, Any]


def _open(kg: KnowledgeGraph, guide: Guide) -> _Opened:
    """Return what stays the same, whatever a reader chooses."""
    text = cut(guide, kg.schemes())
    counts = Counter(map(modality_of, text.provisions.values()))
    iris = {name: PREFIXES["modality"] + name for name in MODALITIES}
    labels = {name: kg.things.label(iri) for name, iri in iris.items()}
    starts = {
        clause.iri: piece.start
        for provision in text.provisions.values()
        for clause in provision.clauses
        if (piece := text.piece_at(clause.start))
    }
    lines = [line.start for line in text.lines]
    silent = {
        iri: lines[bisect_right(lines, int(start)) - 1]
        for iri, start in selected(kg, _PARTS, source=guide.source)
        if iri not in starts
    }
    context = {
        "text": text,
        "name": local_name(guide.iri),
        "legend": [
            (name, labels[name], text_of(kg, iri, "skos:definition"), counts[name])
            for name, iri in iris.items()
        ],
        "labels": labels,
        "contents": [
            one
            for one in printed_schemes(kg)
            if any(c.source == guide.source for p in one.scheme.own for c in p.clauses)
        ],
        "starts": starts,
        "coverage": kg.coverage(guide.iri),
        "several": kg.things.several_guides,
    }
    return _Opened(text, starts, silent, context)


def routes(kg: KnowledgeGraph, editable: Collection[str]) -> list[BaseRoute]:
    """Return the routes."""
    guides = {local_name(guide.iri): _open(kg, guide) for guide in kg.guides.values()}

    async def select(request: Request) -> Response:
        if len(guides) == 1:
            return _redirect(request, with_query(request, *guides))
        listed = [(name, one.text.guide) for name, one in guides.items()]
        return page(request, "guides.html", guides=listed)

    async def show(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in guides:
            raise unknown(name, "指南", "guide", guides, cutoff=0)
        view = choose(guides[name].text, request.query_params)
        return page(
            request, "guide.html", view=view, editable=name in editable, **guides[name].context
        )

    # Where a clause, or a provision, stands; of guides that share one, in the first.
    clauses, provisions = {}, {}
    for guide, one in reversed(guides.items()):
        for iri, start in one.starts.items():
            clauses[local_name(iri)] = f"{guide}?at={start}#s{start}"
        for iri, start in one.silent.items():
            clauses[local_name(iri)] = f"{guide}#l{start}"
        for name, provision in one.text.provisions.items():
            first = next((one.starts[clause.iri] for clause in provision.clauses), None)
            place = "unprinted" if first is None else f"s{first}"
            provisions[name] = f"{guide}?provision={name}#{place}"
    return [
        *localized("/guide", select),
        *localized("/guide/{name}", show),
        *localized("/guide/clause/{name}", _lead_to(clauses, "原句片段", "clause")),
        *localized("/guide/provision/{name}", _lead_to(provisions, "条文", "provision")),
    ]


def _lead_to(places: Mapping[str, str], zh: str, en: str) -> Handler:
    async def find(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in places:
            raise unknown(name, zh, en, places)
        return _redirect(request, places[name])

    return find


def _redirect(request: Request, rest: str) -> Response:
    return RedirectResponse(f"/{lang_of(request)}/guide/{rest}", 302)
