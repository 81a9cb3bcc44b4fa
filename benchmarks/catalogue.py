"""What the guides ask of a proposal, read from the graph, so that proposals can be made of it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

import guidekg
from guidekg.rdf.namespaces import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guidekg import KnowledgeGraph

_ASKS = """
SELECT ?scheme ?requirement ?property ?value WHERE {
  ?scheme gk:applicableProvision ?provision . ?provision gk:severityIfUnmet ?severity ;
    gk:constraint? ?requirement .
  ?requirement ?property ?value .
}
"""
_LISTED = """
SELECT ?scheme ?field WHERE {
  ?scheme gk:applicableProvision ?list . ?list gk:phrase/gk:meansField ?listed .
  ?field skos:broader* ?listed .
}
"""
_KINDS = """
SELECT DISTINCT ?kind WHERE {
  ?requirement gk:accepts|gk:rejects ?kind .
  ?kind skos:inScheme <https://w3id.org/guidekg/id/kind/organisation-kinds>
}
"""
_WITHIN = "SELECT ?region ?place WHERE { ?place gk:within* ?region . ?place a gk:Place }"


class Ask(NamedTuple):
    """A requirement: what it is on, or its class, and what it states, as Turtle or as plain values."""

    on: frozenset[str]
    values: dict[str, list[str]]


class Call:
    """A call, or a track without calls, with all that it asks and the fields it lists."""

    def __init__(self, name: str, asks: list[Ask], fields: list[str]) -> None:
        self.name = name
        self.fields = fields
        self._asks = asks

    def has(self, what: str) -> bool:
        """Whether it has a requirement on a piece of information, or of a class."""
        return any(what in ask.on for ask in self._asks)

    def values(self, what: str, name: str) -> list[str]:
        """Return what its requirements on a piece of information, or of a class, state by a property."""
        return [value for ask in self._asks if what in ask.on for value in ask.values[name]]

    @property
    def partner_role(self) -> str:
        """The property by which its proposals name the other side."""
        foreign = any(name.startswith("foreign-lead") for ask in self._asks for name in ask.on)
        return "gk:foreignLead" if foreign else "gk:partner"


class Catalogue:
    """The calls, and the places, fields, kinds and agencies that a proposal can name."""

    def __init__(self, kg: KnowledgeGraph | None = None) -> None:
        self._kg = kg or guidekg.load()
        self._within: dict[str, list[str]] = defaultdict(list)
        for region, place in self._pairs(_WITHIN):
            self._within[region].append(place)
        for places in self._within.values():
            places.sort()

    def _pairs(self, query: str) -> list[tuple[str, ...]]:
        rows = self._kg.store.select(query).rows
        return sorted({tuple(_short(term) for term in row) for row in rows})

    def _things(self, kind: str) -> list[str]:
        return [row[0] for row in self._pairs(f"SELECT ?thing WHERE {{ ?thing a {kind} }}")]

    def inside(self, regions: list[str]) -> list[str]:
        """Return the places in some regions, themselves among them; all places if none is given."""
        if not regions:
            return self.places
        return sorted({place for region in regions for place in self._within.get(region, ())})

    @cached_property
    def places(self) -> list[str]:
        """Every place, groups left out."""
        return self._things("gk:Place")

    @cached_property
    def agencies(self) -> list[str]:
        """Every agency."""
        return self._things("gk:Agency")

    @cached_property
    def fields(self) -> list[str]:
        """Every field."""
        names = self._pairs("SELECT ?thing WHERE { ?thing a skos:Concept }")
        return [name for (name,) in names if name.startswith("field:")]

    @cached_property
    def kinds(self) -> list[str]:
        """Every kind of organisation that some requirement accepts or rejects, and two more."""
        asked = self._pairs(_KINDS)
        return sorted({kind for (kind,) in asked} | {"kind:hospital", "kind:other"})

    def values(self, kinds: Iterable[str], name: str) -> list[str]:
        """Return what requirements of some classes state by a property, over all calls."""
        return sorted({v for call in self.calls for kind in kinds for v in call.values(kind, name)})

    @cached_property
    def year(self) -> int:
        """The year of the calls."""
        (row,) = self._pairs(
            "SELECT DISTINCT ?year WHERE { ?reading a gk:CallYear ; gk:year ?year }"
        )
        return int(row[0])

    @cached_property
    def calls(self) -> list[Call]:
        """Every leaf scheme."""
        asks: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(dict)
        for scheme, requirement, name, value in self._pairs(_ASKS):
            stated = asks[scheme].setdefault(requirement, defaultdict(list))
            stated[name.partition(":")[2]].append(
                value.removeprefix("gk:") if name == "rdf:type" else value
            )
        listed: dict[str, list[str]] = defaultdict(list)
        for scheme, field in self._pairs(_LISTED):
            listed[scheme].append(field)
        return [
            Call(
                compact(scheme.iri),
                [_ask(stated) for stated in asks[compact(scheme.iri)].values()],
                listed[compact(scheme.iri)],
            )
            for scheme in self._kg.schemes()
            if not scheme.parts
        ]


def _ask(stated: dict[str, list[str]]) -> Ask:
    on = [name.partition(":")[2] for name in stated["information"]]
    return Ask(frozenset([*on, *stated["type"]]), stated)


def _short(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    assert isinstance(term, ox.BlankNode | ox.Literal)
    return term.value
