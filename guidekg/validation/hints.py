"""Hints: how to mend what was found, where that is certain."""

from collections.abc import Sequence

import pyoxigraph as ox

from guidekg.knowledge.model import Label
from guidekg.namespaces import PREFIXES, compact
from guidekg.validation.rulebook import Rule, Rulebook
from guidekg.validation.terms import Terms

_FIELD = PREFIXES["field"]


class Hints:
    """Says what would do instead: the nearest name, the fields of a list, a narrower field."""

    def __init__(self, rulebook: Rulebook, terms: Terms) -> None:
        self._things = rulebook.knowledge.things
        self._terms = terms

    def nearest(self, names: Sequence[str]) -> Label | None:
        """Return the hint for an unknown name that looks like a known one."""
        if not names:
            return None
        label = self._things.label(names[0])
        short = compact(names[0])
        return Label(f"是否应为 {short}（{label.zh}）？", f"Did you mean {short} ({label.en})?")

    def of(self, rule: Rule, values: Sequence[object]) -> Label | None:
        """Return the hint for a finding, if there is one: for fields, the list and what fits it."""
        listed = [iri for iri in rule.accepts if iri.startswith(_FIELD)]
        if not listed:
            return None
        fitting = [
            (value.value, narrower)
            for value in values
            if isinstance(value, ox.NamedNode)
            for narrower in listed
            if value.value in self._things.iris(narrower, "skos:broaderTransitive")
        ]
        if fitting:
            return self._narrower(*fitting[0])
        names = [self._things.label(iri) for iri in listed]
        return Label(
            f"所列领域：{'、'.join(name.zh for name in names)}。",
            f"The list names: {', '.join(name.en for name in names)}.",
        )

    def _narrower(self, broad: str, narrow: str) -> Label:
        first, second = self._things.label(broad), self._things.label(narrow)
        short = compact(narrow)
        return Label(
            f"“{first.zh}”比清单中的“{second.zh}”宽；如果项目确属后者，请写 {short}。",
            f"“{first.en}” is broader than “{second.en}” on the list; if the project is in the latter, write {short}.",
        )
