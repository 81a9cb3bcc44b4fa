"""What the ontology, ``shapes/proposal.ttl`` and the shapes of requirements say of properties."""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.i18n import Language
from guidekg.rdf.namespaces import ASSERTED, ID, PREFIXES
from guidekg.reports.model import Requirement
from guidekg.stores import EmbeddedStore
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.shapes import Evidence, Step

Term = ox.NamedNode | ox.Literal

_SH = PREFIXES["sh"]
# As the ontology states it: the closure adds every class above.
_STATED = f"SELECT ?class WHERE {{ GRAPH <{ASSERTED}> {{ ?property ?end ?class }} }}"
_CLASSES = f"""
SELECT DISTINCT ?class WHERE {{
  GRAPH <{ASSERTED}> {{ ?thing a ?class }} FILTER(STRSTARTS(STR(?thing), "{ID}"))
}}"""


class Vocabulary:
    """Domains, ranges, examples and the order of the properties that proposals use."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.things = rulebook.repository.things
        self._structure = rulebook.structure_shapes
        self._store = rulebook.repository.store

    def _stated(self, property_: str, end: str) -> str | None:
        bound = {"property": ox.NamedNode(property_), "end": ox.NamedNode(PREFIXES["rdfs"] + end)}
        return next((iri for (iri,) in self._store.select(_STATED, bound).iris()), None)

    def domain(self, property_: str) -> str | None:
        """Return the class of the things that have a property, where the ontology states it."""
        return self._stated(property_, "domain")

    def range(self, property_: str) -> str | None:
        """Return the class or datatype of a property's values, where the ontology states it."""
        return self._stated(property_, "range")

    def takes_things(self, property_: str) -> bool:
        """Whether a property's values are things, not literals."""
        kinds = self.things.iris(property_, "rdf:type")
        return PREFIXES["owl"] + "ObjectProperty" in kinds

    @cached_property
    def _referred(self) -> frozenset[str]:
        """The classes of which the guide has things: a proposal refers to them by IRI."""
        return frozenset(iri for (iri,) in self._store.select(_CLASSES).iris())

    def described(self, property_: str) -> str | None:
        """Return the class of a property's values, if a proposal describes those itself."""
        found = self.range(property_)
        if found is None or not self.takes_things(property_) or found in self._referred:
            return None
        return found

    @cached_property
    def typed(self) -> frozenset[str]:
        """The classes that a proposal must state (``sh:class``)."""
        return frozenset(
            triple.object.value
            for triple in self._structure
            if triple.predicate.value == _SH + "class" and isinstance(triple.object, ox.NamedNode)
        )

    @cached_property
    def _order(self) -> dict[str, int]:
        order: dict[str, int] = {}
        for triple in self._structure:
            if triple.predicate.value.startswith((_SH, PREFIXES["rdf"])):
                order.setdefault(str(getattr(triple.object, "value", "")), len(order))
        return order

    def rank(self, property_: str) -> tuple[int, str]:
        """Return what sorts properties: their order in ``shapes/proposal.ttl``, others last."""
        return self._order.get(property_, len(self._order)), property_

    def narrower(self, one: str, properties: Iterable[str]) -> bool:
        """Whether a property is a subproperty of another of these."""
        above = set(self.things.iris(one, "rdfs:subPropertyOf")) - {one}
        return bool(above.intersection(properties))

    def pick(self, step: Step) -> str:
        """Return the property to write, of the choice that a path leaves: the most general one.

        Of several that are not related, the one with an example.
        """
        widest = [item for item in step if not self.narrower(item, step)]
        return min(widest, key=lambda item: (not self.things.values(item, "skos:example"), item))

    def meaning(self, property_: str, lang: Language) -> str:
        """Return what a property says: its name, or for a literal, whose unit and form count, all."""
        if not self.takes_things(property_):
            for value in self.things.values(property_, "skos:definition"):
                if isinstance(value, ox.Literal) and value.language == lang:
                    return value.value.rstrip("。.")
        return self.things.label(property_)(lang)

    def example(self, property_: str, lang: Language) -> Term | None:
        """Return the ontology's example of a property's value, in a language where it has one."""
        found = [
            value
            for value in self.things.values(property_, "skos:example")
            if isinstance(value, ox.NamedNode | ox.Literal)
        ]
        return min(
            found,
            key=lambda item: (getattr(item, "language", None) not in (None, lang), str(item)),
            default=None,
        )

    def fits(self, iri: str, property_: str) -> bool:
        """Whether a thing of the guide is of the class that a property takes."""
        return self.range(property_) in self.things.iris(iri, "rdf:type")


Bounds = tuple[ox.Literal | None, ox.Literal | None]

# What is not otherwise than a shape is as the shape.
_INNER = "(sh:property|sh:node|sh:qualifiedValueShape|sh:or/rdf:rest*/rdf:first|sh:not/sh:not)*"
_ALSO_NOT = "(sh:property|sh:node|sh:not|sh:qualifiedValueShape|sh:or/rdf:rest*/rdf:first)*"
# A property that may not have a value is no property to write.
_MENTIONS = f"""
SELECT DISTINCT ?property WHERE {{
  ?shape {_ALSO_NOT} ?inner .
  {{ ?inner sh:path/(sh:alternativePath|sh:inversePath|rdf:rest*/rdf:first)* ?property }}
  UNION {{ ?inner sh:equals|sh:disjoint|sh:lessThanOrEquals ?property }}
  FILTER(isIRI(?property))
  MINUS {{ ?outer sh:not/sh:property ?inner . ?inner sh:hasValue ?forbidden }}
  MINUS {{ ?inner sh:minCount 0 }}
}}"""
_OPTIONAL = "SELECT ?path WHERE { ?shape sh:minCount 0 ; sh:path ?path }"
_VALUES = f"""
SELECT DISTINCT ?property ?value WHERE {{
  ?shape {_INNER} ?inner .
  ?inner sh:path ?property ; sh:hasValue|sh:in/rdf:rest*/rdf:first ?value .
  FILTER(isIRI(?property))
}} ORDER BY ?property ?value"""
_BOUNDS = f"""
SELECT ?property ?low ?high WHERE {{
  ?shape {_INNER} ?inner .
  ?inner sh:path ?property .
  FILTER(isIRI(?property))
  OPTIONAL {{ ?inner sh:minInclusive ?low }}
  OPTIONAL {{ ?inner sh:maxInclusive ?high }}
  FILTER(BOUND(?low) || BOUND(?high))
}}"""
# A property that equals one of the proposal's, or leads back from its value: whoever files is the
# lead, a body serves the region.
_SAME = f"""
SELECT DISTINCT ?property ?other WHERE {{
  ?shape {_ALSO_NOT} ?inner .
  {{ ?inner sh:equals|sh:disjoint ?property ; sh:path/rdf:rest ?end . ?end rdf:first ?other ; rdf:rest rdf:nil }}
  UNION {{
    ?inner sh:path/rdf:rest* ?step .
    ?step rdf:first ?other ; rdf:rest+/rdf:first/sh:inversePath ?property
  }}
  FILTER(isIRI(?other))
}}"""
# The list that shapes/run/7-lists.rq makes of what a requirement accepts.
_ACCEPTED = f"""
SELECT DISTINCT ?value WHERE {{
  ?shape {_ALSO_NOT} ?list .
  FILTER(STRENDS(STR(?list), "-accepted"))
  ?list sh:in/rdf:rest*/rdf:first ?value .
}} ORDER BY ?value"""


class Expectation(NamedTuple):
    """A shape of a requirement, as far as it concerns who writes a proposal.

    ``evidence`` says where it is judged, ``mentions`` which properties it looks at on the way;
    ``values`` holds for a property the values that it asks for, ``bounds`` its least and greatest
    value, ``same`` the property of the proposal with the same value, and ``accepted`` the list that
    the requirement accepts.
    """

    requirement: Requirement
    evidence: Evidence
    mentions: frozenset[str]
    values: dict[str, tuple[ox.NamedNode | ox.Literal, ...]]
    bounds: dict[str, Bounds]
    same: dict[str, str]
    accepted: tuple[str, ...]


def read_expectations(rulebook: Rulebook, requirements: Iterable[Requirement]) -> list[Expectation]:
    """Return what the shapes of some requirements look at, in the order of the requirements."""
    store = EmbeddedStore(rulebook.requirement_shapes)
    found = []
    for requirement in requirements:
        rules = [r for r in rulebook.rules.values() if r.requirement == requirement.iri]
        for rule in sorted(rules):
            shape = ox.NamedNode(rule.iri)
            # What may be left out need not be written, and what no shape decides is not asked for.
            if not rule.manual and not store.select(_OPTIONAL, {"shape": shape}).rows:
                found.append(_expectation(store, requirement, rule.evidence, shape))
    return found


def _expectation(
    store: EmbeddedStore, requirement: Requirement, evidence: Evidence, shape: ox.NamedNode
) -> Expectation:
    bound = {"shape": shape}
    values: dict[str, tuple[ox.NamedNode | ox.Literal, ...]] = {}
    for name, value in store.select(_VALUES, bound).rows:
        if isinstance(name, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            values[name.value] = (*values.get(name.value, ()), value)
    bounds = {
        name.value: (
            low if isinstance(low, ox.Literal) else None,
            high if isinstance(high, ox.Literal) else None,
        )
        for name, low, high in store.select(_BOUNDS, bound).rows
        if isinstance(name, ox.NamedNode)
    }
    mentions = frozenset(iri for (iri,) in store.select(_MENTIONS, bound).iris())
    same = {row[0]: row[1] for row in store.select(_SAME, bound).iris()}
    accepted = tuple(iri for (iri,) in store.select(_ACCEPTED, bound).iris())
    return Expectation(requirement, evidence, mentions, values, bounds, same, accepted)
