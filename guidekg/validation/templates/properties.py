"""What the ontology, ``shapes/proposal.ttl`` and the shapes of requirements say of properties."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.i18n import Language
from guidekg.rdf.namespaces import ASSERTED, ID, NS, PREFIXES
from guidekg.reports.model import Requirement
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.shapes import Evidence, Step

Term = ox.NamedNode | ox.Literal
Part = Term | ox.BlankNode
Bounds = tuple[ox.Literal | None, ox.Literal | None]

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


# Named shapes that say which values are in doubt, when a requirement fails, and those of conditions: no
# value to write.
_ASIDE = re.compile("-(doubtful|(is-)?left-open|(is-)?ruled-out)$")
_FAILS = re.compile("-(fails|unmet-if|broken)$")
_CONDITION = re.compile(f"{re.escape(PREFIXES['shape'])}condition-")
# What a rule makes of $this.
_MADE = re.compile(r"CONSTRUCT\s*{\s*\$this\s+gk:(\w+)")
_COUNTED_BY_RUN = NS + "proposalsInRun"


class Expectation(NamedTuple):
    """A shape of a requirement, as far as it concerns who writes a proposal.

    ``evidence`` says where it is judged, ``mentions`` which properties it looks at on the way;
    ``values`` holds for a property the values that it asks for, ``bounds`` its least and greatest
    values, and ``same`` the property of the proposal with the same value.
    """

    requirement: Requirement
    evidence: Evidence
    mentions: frozenset[str]
    values: dict[str, tuple[ox.NamedNode | ox.Literal, ...]]
    bounds: dict[str, tuple[Bounds, ...]]
    same: dict[str, str]


def read_expectations(rulebook: Rulebook, requirements: Iterable[Requirement]) -> list[Expectation]:
    """Return what the shapes of some requirements look at, in the order of the requirements."""
    shapes = _Shapes(rulebook)
    found = []
    for requirement in requirements:
        rules = [r for r in rulebook.rules.values() if r.requirement == requirement.iri]
        for rule in sorted(rules):
            # What no shape decides is not asked for, and that something does not apply asks nothing.
            if not rule.manual and not rule.inapplicable:
                reading = _Reading(shapes, rule.iri)
                # What may be left out, or must not be there, need not be written.
                if reading.asks:
                    found.append(reading.expectation(requirement, rule.evidence))
                # What a run adds to its own count, only the proposal says.
                if rule.run and rule.run[1]:
                    running = Evidence(rule.run[1])
                    mentions = frozenset().union(*rule.run[1])
                    found.append(Expectation(requirement, running, mentions, {}, {}, {}))
    return found


class _Shapes:
    """The shapes of requirements, looked up by subject."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._index: dict[str, dict[str, list[Term | ox.BlankNode]]] = {}
        for triple in rulebook.requirement_shapes:
            if not isinstance(triple.object, ox.Triple):
                said = self._index.setdefault(str(triple.subject), {})
                said.setdefault(triple.predicate.value, []).append(triple.object)
        # What is computed is not written, but what it is computed from.
        queries = rulebook.derivation.queries
        self.computed = {
            _COUNTED_BY_RUN,
            *(NS + name for q in queries for name in _MADE.findall(q)),
        }

    def values(self, node: Part, name: str) -> list[Term | ox.BlankNode]:
        return self._index.get(str(node), {}).get(_SH + name, [])

    def number(self, node: Part, name: str) -> int | None:
        found = self.values(node, name)
        return int(str(getattr(found[0], "value", 0))) if found else None

    def items(self, node: Part) -> list[Term | ox.BlankNode]:
        """Return the members of a list."""
        found = []
        while first := self._index.get(str(node), {}).get(PREFIXES["rdf"] + "first"):
            found.append(first[0])
            node = self._index[str(node)][PREFIXES["rdf"] + "rest"][0]
        return found

    def properties(self, path: Part) -> list[str]:
        """Return the properties in a path, but those that it may follow or not."""
        if isinstance(path, ox.NamedNode):
            return [path.value]
        parts = [*self.items(path), *self.values(path, "inversePath")]
        parts += [part for one in self.values(path, "alternativePath") for part in self.items(one)]
        return [name for part in parts for name in self.properties(part)]

    def end(self, path: Part) -> list[str]:
        """Return the properties that a path ends with: none, if it is another kind of path."""
        if items := self.items(path):
            return self.end(items[-1])
        if isinstance(path, ox.NamedNode):
            return [path.value]
        choice = [part for one in self.values(path, "alternativePath") for part in self.items(one)]
        return [name for part in choice for name in self.end(part)]


class _Reading:
    """What one shape says of properties: which it looks at, and what it asks of their values.

    A value is asked for where an even number of negations leads to it.
    """

    def __init__(self, shapes: _Shapes, iri: str) -> None:
        self._shapes = shapes
        self._mentions: dict[str, None] = {}
        self._values: dict[str, dict[Term, None]] = {}
        self._bounds: dict[str, dict[Bounds, None]] = {}
        self._same: dict[str, str] = {}
        self._seen: set[tuple[str, bool, tuple[str, ...], bool]] = set()
        self._forbidden: set[str] = set()
        self._some = self._none = False
        shape = ox.NamedNode(iri)
        self._read(shape, positive=True, of=(), condition=False)
        self.asks = shapes.number(shape, "minCount") != 0 and (self._some or not self._none)

    def expectation(self, requirement: Requirement, evidence: Evidence) -> Expectation:
        """Return what was read."""
        return Expectation(
            requirement,
            evidence,
            frozenset(self._mentions) - self._shapes.computed,
            {name: tuple(values) for name, values in self._values.items()},
            {name: tuple(bounds) for name, bounds in self._bounds.items()},
            self._same,
        )

    def _read(self, node: Part, *, positive: bool, of: tuple[str, ...], condition: bool) -> None:
        """Read a shape of the values of the properties ``of``."""
        name = str(node).strip("<>")
        key = (str(node), positive, of, condition)
        if key in self._seen or _ASIDE.search(name):
            return
        self._seen.add(key)
        shapes = self._shapes
        condition = condition or bool(_CONDITION.match(name) or (positive and _FAILS.search(name)))
        for path in shapes.values(node, "path"):
            of = tuple(shapes.end(path)) or of
            self._path(node, path, of)
        if positive and not condition:
            self._asked(node, of)
        many = shapes.number(node, "qualifiedMaxCount")
        for value in shapes.values(node, "qualifiedValueShape"):
            self._read(value, positive=positive != (many == 0), of=of, condition=condition)
        parts = [*shapes.values(node, "property"), *shapes.values(node, "node")]
        for kind in ("or", "and"):
            parts += [part for one in shapes.values(node, kind) for part in shapes.items(one)]
        for part in parts:
            self._read(part, positive=positive, of=of, condition=condition)
        for part in shapes.values(node, "not"):
            # A property that may not have a value is no property to write.
            inner = (
                one for one in shapes.values(part, "property") if shapes.values(one, "hasValue")
            )
            self._forbidden.update(map(str, inner))
            self._read(part, positive=not positive, of=of, condition=condition)

    def _path(self, node: Part, path: Part, of: tuple[str, ...]) -> None:
        """Note the properties of a path, and those whose values are compared with what it leads to."""
        shapes = self._shapes
        if shapes.number(node, "minCount") != 0 and str(node) not in self._forbidden:
            self._mentions |= dict.fromkeys(shapes.properties(path))
        items = shapes.items(path)
        for how in ("equals", "disjoint", "lessThanOrEquals"):
            for other in shapes.values(node, how):
                iri = str(getattr(other, "value", ""))
                self._mentions[iri] = None
                if how == "lessThanOrEquals" or len(items) != 2 or len(of) != 1:
                    continue
                if not isinstance(
                    items[0], ox.NamedNode
                ):  # back to the proposal, to one of its own
                    self._same[iri] = of[0]
                elif how == "equals":
                    self._same[of[0]] = iri
        # A path that leads back along a property: what has it, has it of what went before.
        for number, item in enumerate(items):
            for back in (
                b for later in items[number + 2 :] for b in shapes.values(later, "inversePath")
            ):
                if isinstance(item, ox.NamedNode) and isinstance(back, ox.NamedNode):
                    self._same[back.value] = item.value

    def _asked(self, node: Part, of: tuple[str, ...]) -> None:
        """Note which values a shape asks for."""
        shapes = self._shapes
        if shapes.values(node, "path"):
            least = [shapes.number(node, name) for name in ("minCount", "qualifiedMinCount")]
            most = [shapes.number(node, name) for name in ("maxCount", "qualifiedMaxCount")]
            self._some = self._some or any(least)
            self._none = self._none or 0 in most
        values = [*shapes.values(node, "hasValue")]
        values += [item for one in shapes.values(node, "in") for item in shapes.items(one)]
        low, high = (
            next((v for v in shapes.values(node, name) if isinstance(v, ox.Literal)), None)
            for name in ("minInclusive", "maxInclusive")
        )
        for name in of:
            wanted = {value: None for value in values if not isinstance(value, ox.BlankNode)}
            if wanted:
                self._values.setdefault(name, {}).update(wanted)
            if low or high:
                self._bounds.setdefault(name, {})[low, high] = None
