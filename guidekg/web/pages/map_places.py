"""The places of the map, as the graph has them, and where each stands."""

import re
from dataclasses import dataclass, field
from typing import Literal

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing
from guidekg.questions import Row

How = Literal["own", "members", "around"]
Point = tuple[float, float]

_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", re.IGNORECASE)
_OWN = "SELECT ?place ?wkt WHERE { ?place a gk:Place ; geo:hasGeometry/geo:asWKT ?wkt }"
_WITHIN = """
SELECT DISTINCT ?place ?member WHERE {
  { ?member gk:within ?place } UNION { ?place gk:drawnFrom ?drawn . ?member gk:within ?drawn }
}
"""
_DOTS = """
SELECT ?wkt WHERE { ?place gk:placeLevel "prefecture" ; geo:hasGeometry/geo:asWKT ?wkt } ORDER BY ?wkt
"""


@dataclass(slots=True)
class Spot:
    """A place where something applies: where it stands, how that is known, and what applies."""

    place: Thing
    at: Point | None
    how: How
    rows: list[Row] = field(default_factory=list)

    @property
    def schemes(self) -> tuple[Thing, ...]:
        """The calls and tracks, each once."""
        found = (row["scheme"].value for row in self.rows)
        return tuple(dict.fromkeys(thing for thing in found if isinstance(thing, Thing)))


class Places:
    """Where places stand: at a point of their own, amid their members, or somewhere in another."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        self._own: dict[str, Point] = {}
        for place, wkt in kg.store.select(_OWN).rows:
            if found := _POINT.match(wkt.value):  # type: ignore[union-attr]  # a literal
                self._own[place.value] = (float(found[1]), float(found[2]))  # type: ignore[union-attr]
        self._members: dict[str, list[str]] = {}
        self._around: dict[str, list[str]] = {}
        for place, member in kg.store.select(_WITHIN).rows:
            self._members.setdefault(place.value, []).append(member.value)  # type: ignore[union-attr]
            self._around.setdefault(member.value, []).append(place.value)  # type: ignore[union-attr]

    def dots(self) -> list[Point]:
        """Return where the divisions of a country stand that give the eye a hold."""
        found = (_POINT.match(row[0].value) for row in self._kg.store.select(_DOTS).rows)  # type: ignore[union-attr]
        return [(float(one[1]), float(one[2])) for one in found if one]

    def spots(self, question: str, column: str) -> list[Spot]:
        """Return the places in a column of an answer, with the rows that name each."""
        found: dict[Thing, Spot] = {}
        for row in self._kg.questions[question]():
            place = row[column].value
            if isinstance(place, Thing):
                if place not in found:
                    found[place] = Spot(place, *self._where(place.iri))
                found[place].rows.append(row)
        return list(found.values())

    def _where(self, iri: str) -> tuple[Point | None, How]:
        if iri in self._own:
            return self._own[iri], "own"
        members = [self._own[one] for one in self._members.get(iri, ()) if one in self._own]
        if members:
            lons, lats = zip(*members, strict=True)
            return (sum(lons) / len(lons), sum(lats) / len(lats)), "members"
        around = (self._own[one] for one in self._around.get(iri, ()) if one in self._own)
        return next(around, None), "around"
