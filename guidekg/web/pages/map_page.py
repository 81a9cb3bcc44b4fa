"""The map: partner regions, and the places that calls list, with a list for those who see none.

The outlines are projected when the files from npm are made (frontend/outlines.mjs); each sheet of the
map is a part of the same drawing, cut by the frame of its SVG.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing
from guidekg.i18n import Language
from guidekg.questions import Row
from guidekg.questions.question import GUIDE
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.lookups import guide_beside, selected

LAND = "vendor/outlines.svg"
_OUTLINES = Path(__file__).parent / "static/vendor/outlines.json"
_RADIUS = 5000  # units in one radian of longitude, as in the outlines
_ENDS = ((-math.pi * _RADIUS, 0.0), (math.pi * _RADIUS, 0.0))

_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.IGNORECASE)
_PLACES = """
SELECT ?place ?level ?wkt WHERE {
  ?place a gk:Place ; geo:hasGeometry/geo:asWKT ?wkt OPTIONAL { ?place gk:placeLevel ?level }
}
"""
_WITHIN = """
SELECT DISTINCT ?place ?member WHERE {
  { ?member gk:within ?place } UNION { ?place gk:drawnFrom ?drawn . ?member gk:within ?drawn }
}
"""
_COUNTRIES = 'SELECT ?country WHERE { ?country gk:placeLevel "country" }'
_LANDMARKS = "prefecture"  # the level of place whose points give the eye a hold

_WIDTH, _HEIGHT = 1000.0, 660.0  # of a sheet
_LEAST = math.radians(4) * _RADIUS  # the width that a sheet shows at least
_SMALL = 16.0  # what is smaller on the sheet is shown as a point
_WIDE, _NARROW, _HIGH = 20.0, 12.6, 26.0  # of a character of a label, in units of the sheet
# Where a label can be, from its mark, the best first: its anchor, how far right, how far down.
_CHOICES = (
    *(("start", 14.0, 0.0), ("end", -14.0, 0.0), ("middle", 0.0, 27.0), ("middle", 0.0, -27.0)),
    *(("end", 10.0, 27.0), ("end", 10.0, -27.0), ("start", -10.0, 27.0), ("start", -10.0, -27.0)),
)

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


def project(longitude: float, latitude: float) -> Point:
    """Return where a place stands in the drawing of the outlines: Mercator's projection."""
    return (
        math.radians(longitude) * _RADIUS,
        -math.asinh(math.tan(math.radians(latitude))) * _RADIUS,
    )


@dataclass(slots=True)
class Spot:
    """A place where something applies: where it stands, how that is known, and what applies."""

    place: Thing
    at: Point | None
    how: Literal["own", "members", "around"]
    rows: list[Row] = field(default_factory=list)

    @property
    def schemes(self) -> tuple[Thing, ...]:
        """The calls and tracks, each once."""
        return self._named("scheme")

    @property
    def guides(self) -> tuple[Thing, ...]:
        """Their guides, each once, where several are open."""
        return self._named(GUIDE.name)

    def _named(self, column: str) -> tuple[Thing, ...]:
        found = (row.cells[column].value for row in self.rows if column in row.cells)
        return tuple(dict.fromkeys(thing for thing in found if isinstance(thing, Thing)))


class Places:
    """Where places stand: at a point of their own, amid their members, or somewhere in another."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        self._own: dict[str, Point] = {}
        self.landmarks: list[Point] = []
        for place, level, wkt in selected(kg, _PLACES):
            if found := _POINT.match(wkt):
                self._own[place] = point = project(float(found[1]), float(found[2]))
                if level == _LANDMARKS:
                    self.landmarks.append(point)
        self._members: dict[str, list[str]] = {}
        self._around: dict[str, list[str]] = {}
        for place, member in selected(kg, _WITHIN):
            self._members.setdefault(place, []).append(member)
            self._around.setdefault(member, []).append(place)
        self._countries = {country for (country,) in selected(kg, _COUNTRIES)}

    def spots(self, question: str, column: str) -> list[Spot]:
        """Return the places in a column of an answer, with the rows that name each."""
        found: dict[Thing, Spot] = {}
        for row in self._kg.questions[question]():
            place = row[column].value
            if isinstance(place, Thing):
                if place not in found:
                    found[place] = self._spot(place)
                found[place].rows.append(row)
        return list(found.values())

    def _spot(self, place: Thing) -> Spot:
        if place.iri in self._own:
            return Spot(place, self._own[place.iri], "own")
        members = [self._own[one] for one in self._members.get(place.iri, ()) if one in self._own]
        if members:
            xs, ys = zip(*members, strict=True)
            return Spot(place, (sum(xs) / len(xs), sum(ys) / len(ys)), "members")
        around = (self._own[one] for one in self._around.get(place.iri, ()) if one in self._own)
        return Spot(place, next(around, None), "around")

    def countries(self, spot: Spot) -> set[str]:
        """Return the countries that a place is in."""
        return self._countries.intersection([spot.place.iri, *self._around.get(spot.place.iri, ())])


class Frame(NamedTuple):
    """What of the drawing a sheet shows: from where, and how many units of the sheet are one of it."""

    left: float
    top: float
    scale: float

    def at(self, point: Point) -> Point:
        """Return where a point of the drawing stands on the sheet."""
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale

    @property
    def transform(self) -> str:
        """The same for SVG."""
        return f"scale({self.scale:.5f}) translate({-self.left:.1f} {-self.top:.1f})"


def fit(points: Sequence[Point], pad: float) -> Frame:
    """Return a frame that shows some points of the drawing, with a part of its width on each side.

    Without any it shows the whole width.
    """
    xs, ys = zip(*(points or _ENDS), strict=True)
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    ratio = _HEIGHT / _WIDTH
    width = max(wide * (1 + 2 * pad), high * (1 + 2 * pad) / ratio, _LEAST)
    left = (min(xs) + max(xs) - width) / 2
    return Frame(left, (min(ys) + max(ys) - width * ratio) / 2, _WIDTH / width)


class Mark(NamedTuple):
    """A place at a point, with the place of its label."""

    spot: Spot
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


class Sheet(NamedTuple):
    """The places of one call, or the partner regions of all; ``bases`` are where their leads are."""

    scheme: Thing | None
    spots: Sequence[Spot]
    bases: Sequence[Spot]
    frame: Frame
    shapes: Mapping[Thing, str]  # the paths of places that have an outline
    landmarks: Sequence[Point]

    def marks(self, lang: Language) -> list[Mark]:
        """Return the marks; labels are put where they hide nothing that came before."""
        wanted = [*self.spots, *self.bases]
        points = [(spot, self.frame.at(spot.at)) for spot in wanted if spot.at]
        taken: list[Box] = [(x - 8, y - 8, x + 8, y + 8) for _, (x, y) in points]
        made = []
        for spot, (x, y) in points:
            label_x, label_y, anchor, box = _room(x, y, spot.place.label(lang), taken)
            taken.append(box)
            made.append(Mark(spot, x, y, label_x, label_y, anchor))
        return made


def _room(x: float, y: float, label: str, taken: Sequence[Box]) -> tuple[float, float, str, Box]:
    """Return where a label goes: beside, below or above its mark, wherever it hides least."""
    width = sum(_WIDE if ord(character) > 0x2E7F else _NARROW for character in label)
    before = {"start": 0.0, "middle": width / 2, "end": width}

    def box(choice: tuple[str, float, float]) -> Box:
        anchor, right, down = choice
        left, top = x + right - before[anchor], y + down - _HIGH / 2
        return left, top, left + width, top + _HIGH

    def hidden(choice: tuple[str, float, float]) -> float:
        left, top, right, bottom = box(choice)
        over = sum(
            max(0.0, min(right, other[2]) - max(left, other[0]))
            * max(0.0, min(bottom, other[3]) - max(top, other[1]))
            for other in taken
        )
        out = max(0, -left) + max(0, right - _WIDTH) + max(0, -top) + max(0, bottom - _HEIGHT)
        return over + 100 * out

    anchor, right, down = best = min(_CHOICES, key=hidden)
    return x + right, y + down, anchor, box(best)


def sheets(kg: KnowledgeGraph) -> list[Sheet]:
    """Return the sheets: the partner regions, if there are any, then each call that lists places."""
    places = Places(kg)
    outlines = json.loads(_OUTLINES.read_text(encoding="utf-8")) if _OUTLINES.is_file() else {}
    regions = places.spots("partner-regions", "region")
    listed = places.spots("listed-places", "place")
    bases = _bases(places.spots("lead-places", "place"))
    every = list({spot.place: spot for spot in bases.values()}.values())
    made = [_sheet(None, regions, every, outlines=outlines)] if regions or every else []
    for scheme in dict.fromkeys(scheme for spot in listed for scheme in spot.schemes):
        own = [spot for spot in listed if scheme in spot.schemes]
        base = bases.get(guide_beside(kg, scheme.iri))
        if base and any(places.countries(spot) & places.countries(base) for spot in own):
            made.append(_sheet(scheme, own, [base], landmarks=places.landmarks))
        else:
            made.append(_sheet(scheme, own, []))
    return made


def _bases(leads: Iterable[Spot]) -> dict[Thing | None, Spot]:
    """Return where the leads of each guide are, by the guide; of one that is open alone, by None."""
    found: dict[Thing | None, Spot] = {}
    for spot in leads:
        for guide in spot.guides or (None,):
            found.setdefault(guide, spot)
    return found


def _sheet(
    scheme: Thing | None,
    spots: Sequence[Spot],
    bases: Sequence[Spot],
    *,
    outlines: Mapping[str, Any] | None = None,
    landmarks: Iterable[Point] = (),
) -> Sheet:
    known = outlines or {}
    shown = {
        spot.place: known[spot.place.label.en] for spot in spots if spot.place.label.en in known
    }
    points = [spot.at for spot in (*spots, *bases) if spot.at]
    sizes = {}
    for place, one in shown.items():
        left, top, right, bottom = one["bounds"]
        points += [(left, top), (right, bottom)]
        sizes[place] = max(right - left, bottom - top)
    # Places near one another are shown with more around them: a coast tells where they are.
    frame = fit(points, pad=0.15 if bases else 0.4)
    shapes = {
        place: one["path"] for place, one in shown.items() if sizes[place] * frame.scale > _SMALL
    }
    dots = [(x, y) for x, y in map(frame.at, landmarks) if 0 <= x <= _WIDTH and 0 <= y <= _HEIGHT]
    return Sheet(scheme, spots, bases, frame, shapes, dots)


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    drawn = sheets(kg)
    guides = {
        sheet.scheme.iri: guide_beside(kg, sheet.scheme.iri) for sheet in drawn if sheet.scheme
    }

    async def show(request: Request) -> Response:
        return page(
            request,
            "map.html",
            sheets=drawn,
            guides=guides,
            marks=[sheet.marks(lang_of(request)) for sheet in drawn],
            land=LAND if _OUTLINES.is_file() else None,
        )

    return localized("/map", show)
