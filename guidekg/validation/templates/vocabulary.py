"""What the ontology and ``shapes/proposal.ttl`` say of the properties of a proposal."""

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox

from guidekg.i18n import Language
from guidekg.rdf.namespaces import ASSERTED, ID, PREFIXES
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.rules import Step

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
        bound = {
            "property": ox.NamedNode(property_),
            "end": ox.NamedNode(PREFIXES["rdfs"] + end),
        }
        found = [row[0] for row in self._store.select(_STATED, bound).rows]
        return next((item.value for item in found if isinstance(item, ox.NamedNode)), None)

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
        rows = self._store.select(_CLASSES).rows
        return frozenset(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))

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
