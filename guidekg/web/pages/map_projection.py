"""From the globe to a sheet: outlines of land as Natural Earth has them, in Lambert's azimuthal equal-area projection, cut to a frame."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).parent / "static/vendor/countries-50m.json"
Ring = list[tuple[float, float]]  # longitude and latitude


class Outlines:
    """TopoJSON whose arcs are decoded once; without the file there are no outlines."""

    def __init__(self, path: Path = FILE) -> None:
        self._arcs: list[Ring] = []
        self.land: list[Ring] = []
        self.countries: dict[str, list[Ring]] = {}
        if path.is_file():
            self._read(json.loads(path.read_text(encoding="utf-8")))

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.land)

    def _read(self, data: dict[str, Any]) -> None:
        scale, shift = data["transform"]["scale"], data["transform"]["translate"]
        for arc in data["arcs"]:
            lons, lats = (accumulate(values) for values in zip(*arc, strict=True))
            self._arcs.append(
                [
                    (lon * scale[0] + shift[0], lat * scale[1] + shift[1])
                    for lon, lat in zip(lons, lats, strict=True)
                ]
            )
        objects = data["objects"]
        for one in objects["land"]["geometries"]:
            self.land += self._rings(one)
        for one in objects["countries"]["geometries"]:
            self.countries[one["properties"]["name"]] = list(self._rings(one))

    def _rings(self, geometry: dict[str, Any]) -> Iterator[Ring]:
        polygons = geometry.get("arcs", [])
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        for ring in chain.from_iterable(polygons):
            points: Ring = []
            for number in ring:
                arc = self._arcs[number] if number >= 0 else self._arcs[~number][::-1]
                points += arc[1:] if points else arc
            yield points


_NEAR = 1.0  # units of the sheet below which two points are one
_MARGIN = 20.0  # units beyond the frame, so that its edge shows no line

Point = tuple[float, float]


class Frame(NamedTuple):
    """A projection about a centre, and what of it is shown: units are 1/1000 of the width."""

    lon: float
    lat: float
    left: float
    top: float
    scale: float
    width: float
    height: float

    def at(self, lon: float, lat: float) -> Point:
        """Return where a place stands on the sheet."""
        x, y = _project(lon, lat, self.lon, self.lat)
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def shows(self, point: Point) -> bool:
        """Whether a point of the sheet is within the frame."""
        return 0 <= point[0] <= self.width and 0 <= point[1] <= self.height

    def extent(self, rings: Iterable[Ring]) -> float:
        """Return how wide or high rings are on the sheet."""
        points = [self.at(*place) for ring in rings for place in ring]
        xs = [x for x, _ in points]
        ys = [y for _, y in points]
        return max(max(xs) - min(xs), max(ys) - min(ys))

    def path(self, rings: Iterable[Ring]) -> str:
        """Return rings as the data of an SVG path, cut to the frame."""
        parts = []
        for ring in rings:
            points = self._cut([self.at(*place) for place in ring])
            if len(points) > 2:
                parts.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in _thin(points)) + "Z")
        return "".join(parts)

    def _cut(self, points: list[Point]) -> list[Point]:
        """Cut a polygon by the sides of the frame, one after the other (Sutherland and Hodgman)."""
        low, right, bottom = -_MARGIN, self.width + _MARGIN, self.height + _MARGIN
        for axis, bound, sign in ((0, low, 1), (0, right, -1), (1, low, 1), (1, bottom, -1)):
            points = _half(points, axis, bound, sign)
            if not points:
                break
        return points


def fitted(places: Sequence[Point], *, least: float, ratio: float, pad: float) -> Frame:
    """Return a frame that shows some places.

    Args:
        places: longitudes and latitudes.
        least: the width to show at least, in kilometres.
        ratio: height by width.
        pad: what is added on each side, as a part of the width.
    """
    lons, lats = zip(*places, strict=True)
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    xs, ys = zip(*(_project(*place, lon, lat) for place in places), strict=True)
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    width = max(wide * (1 + 2 * pad), high * (1 + 2 * pad) / ratio, least)
    scale = 1000 / width
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) + width * ratio) / 2
    return Frame(lon, lat, left, top, scale, 1000, 1000 * ratio)


def _project(lon: float, lat: float, lon0: float, lat0: float) -> Point:
    """Return kilometres east and north of a centre."""
    turn, at, centre = (math.radians(value) for value in (lon - lon0, lat, lat0))
    cosine = math.sin(centre) * math.sin(at) + math.cos(centre) * math.cos(at) * math.cos(turn)
    k = 6371 * math.sqrt(2 / max(1 + cosine, 1e-6))
    return (
        k * math.cos(at) * math.sin(turn),
        k * (math.cos(centre) * math.sin(at) - math.sin(centre) * math.cos(at) * math.cos(turn)),
    )


def _half(points: list[Point], axis: int, bound: float, sign: int) -> list[Point]:
    inside: Callable[[Point], bool] = lambda point: sign * (point[axis] - bound) >= 0  # noqa: E731
    kept: list[Point] = []
    before = points[-1]
    for point in points:
        if inside(point) != inside(before):
            part = (bound - before[axis]) / (point[axis] - before[axis])
            kept.append(
                (
                    before[0] + part * (point[0] - before[0]),
                    before[1] + part * (point[1] - before[1]),
                )
            )
        if inside(point):
            kept.append(point)
        before = point
    return kept


def _thin(points: list[Point]) -> list[Point]:
    """Return a line without points that lie on the one before."""
    kept = points[:1]
    for point in points[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= _NEAR:
            kept.append(point)
    return kept
