"""The sheets of the map: what each shows, and where its labels find room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guidekg.guides.model import Thing
from guidekg.i18n import Language
from guidekg.web.pages.map_places import Places, Spot
from guidekg.web.pages.map_projection import Frame, Outlines, Ring, fitted

_WIDE, _NARROW, _HIGH = 20.0, 12.6, 26.0  # of a character of a label, in units of the sheet
_SMALL = 16.0  # what is smaller on the sheet is shown as a point
# Where a label can be, from its mark, the best first: its anchor, how far right, how far down.
_CHOICES = (
    *(("start", 14.0, 0.0), ("end", -14.0, 0.0), ("middle", 0.0, 27.0), ("middle", 0.0, -27.0)),
    *(("end", 10.0, 27.0), ("end", 10.0, -27.0), ("start", -10.0, 27.0), ("start", -10.0, -27.0)),
)


class Shape(NamedTuple):
    """A place that has an outline."""

    spot: Spot
    path: str


class Mark(NamedTuple):
    """A place at a point, with the place of its label."""

    spot: Spot
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    has_point: bool  # else its shape is its mark


@dataclass(slots=True)
class Panel:
    """A sheet: the places of one call, or the partner regions of all; ``base`` is where leads are."""

    scheme: Thing | None
    spots: Sequence[Spot]
    base: Spot | None
    frame: Frame
    land: str
    shapes: Sequence[Shape]
    dots: str = ""

    def marks(self, lang: Language) -> list[Mark]:
        """Return the marks; labels are put where they hide nothing that came before."""
        shaped = {shape.spot.place for shape in self.shapes}
        taken: list[tuple[float, float, float, float]] = []
        wanted = [*self.spots, *([self.base] if self.base else [])]
        points = [(spot, self.frame.at(*spot.at)) for spot in wanted if spot.at]
        taken += [(x - 8, y - 8, x + 8, y + 8) for _, (x, y) in points]
        made = []
        for spot, (x, y) in points:
            width = _width(spot.place.label(lang))
            label_x, label_y, anchor, box = _room(x, y, width, taken, self.frame)
            taken.append(box)
            has_point = spot.place not in shaped
            made.append(Mark(spot, x, y, label_x, label_y, anchor, has_point))
        return made


def panels(places: Places, outlines: Outlines) -> list[Panel]:
    """Return the sheets: the partner regions, then each call that lists places."""
    regions = places.spots("partner-regions", "region")
    listed = places.spots("listed-places", "place")
    base = next(iter(places.spots("lead-places", "place")), None)
    dots = places.dots()
    shapes = {
        spot.place: rings
        for spot in regions
        if (rings := outlines.countries.get(spot.place.label.en))
    }
    made = [_panel(None, regions, base, shapes, outlines)]
    for scheme in dict.fromkeys(scheme for spot in listed for scheme in spot.schemes):
        own = [spot for spot in listed if scheme in spot.schemes]
        near = base if _same_country(own, base) else None
        made.append(_panel(scheme, own, near, {}, outlines))
        if near:
            frame = made[-1].frame
            at = [point for dot in dots if frame.shows(point := frame.at(*dot))]
            made[-1].dots = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in at)
    return made


def _same_country(spots: Sequence[Spot], base: Spot | None) -> bool:
    prefixes = {spot.place.iri.rpartition("/")[2][:3] for spot in spots}
    return base is not None and base.place.iri.rpartition("/")[2][:3] in prefixes


def _panel(
    scheme: Thing | None,
    spots: Sequence[Spot],
    base: Spot | None,
    shapes: dict[Thing, list[Ring]],
    outlines: Outlines,
) -> Panel:
    held = [spot.at for spot in (*spots, *([base] if base else [])) if spot.at]
    for rings in shapes.values():
        held += max(rings, key=len)[::5]
    # Places near one another are shown with more around them: a coast tells where they are.
    frame = fitted(held, least=320, ratio=0.66, pad=0.15 if base else 0.4)
    shown = [
        Shape(spot, frame.path(own))
        for spot in spots
        if (own := shapes.get(spot.place)) and frame.extent(own) > _SMALL
    ]
    return Panel(scheme, spots, base, frame, frame.path(outlines.land), shown)


def _width(text: str) -> float:
    return sum(_WIDE if ord(character) > 0x2E7F else _NARROW for character in text)


def _room(
    x: float,
    y: float,
    width: float,
    taken: Sequence[tuple[float, float, float, float]],
    frame: Frame,
) -> tuple[float, float, str, tuple[float, float, float, float]]:
    """Return where a label goes: beside, below or above its mark, wherever it hides least."""
    half = _HIGH / 2
    choices = []
    for anchor, begin, down in _CHOICES:
        left = x + begin - {"start": 0, "middle": width / 2, "end": width}[anchor]
        at = y + down
        choices.append((x + begin, at, anchor, (left, at - half, left + width, at + half)))

    def hidden(choice: tuple[float, float, str, tuple[float, float, float, float]]) -> float:
        left, top, right, bottom = choice[3]
        over = sum(
            max(0.0, min(right, box[2]) - max(left, box[0]))
            * max(0.0, min(bottom, box[3]) - max(top, box[1]))
            for box in taken
        )
        out = max(0, -left) + max(0, right - frame.width) + max(0, -top)
        return over + 100 * (out + max(0, bottom - frame.height))

    return min(choices, key=hidden)
