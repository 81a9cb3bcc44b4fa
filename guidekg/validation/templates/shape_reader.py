"""What the shapes of a requirement look at in a proposal: read from the shapes themselves."""

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.reports.model import Requirement
from guidekg.stores import EmbeddedStore
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.rules import Evidence

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
    same = {
        name.value: other.value
        for name, other in store.select(_SAME, bound).rows
        if isinstance(name, ox.NamedNode) and isinstance(other, ox.NamedNode)
    }
    return Expectation(
        requirement,
        evidence,
        frozenset(_iris(store, _MENTIONS, bound)),
        values,
        bounds,
        same,
        tuple(_iris(store, _ACCEPTED, bound)),
    )


def _iris(store: EmbeddedStore, query: str, bound: dict[str, ox.NamedNode]) -> list[str]:
    return [
        row[0].value for row in store.select(query, bound).rows if isinstance(row[0], ox.NamedNode)
    ]
