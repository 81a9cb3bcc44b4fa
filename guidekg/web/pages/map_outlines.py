"""The outlines of land and of countries: Natural Earth, as the npm package world-atlas brings it."""

import json
from collections.abc import Iterator
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

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
