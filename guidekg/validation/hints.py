"""Names of ours that do not exist, which SHACL passes over in silence, and how to mend what was found."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from guidekg.i18n import Label
from guidekg.rdf.namespaces import ID, NS, PREFIXES, compact
from guidekg.validation.shapes import Rule

if TYPE_CHECKING:
    from guidekg.guides.things import Things

_OURS = (f"<{NS}", f"<{ID}")
UNKNOWN_TERM = PREFIXES["shape"] + "unknown-term"
PLACEHOLDER = "…"  # what a person has still to write, as guidekg new leaves it


class Names:
    """The names that the vocabulary and the guides know."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def unknown(self, term: str) -> bool:
        """Whether a term in N-Triples is a name of ours that nothing describes."""
        return term.startswith(_OURS) and term[1:-1] not in self._names

    @cached_property
    def _local_names(self) -> dict[str, list[str]]:
        by_base = defaultdict(list)
        for iri in self._names:
            base, local = split(iri)
            by_base[base].append(local)
        return by_base

    def nearest(self, iri: str, count: int = 1) -> list[str]:
        """Return the known names of the same kind that look most like an unknown one."""
        base, local = split(iri)
        near = difflib.get_close_matches(local, self._local_names.get(base, []), count, 0.6)
        return [base + name for name in near]


def split(iri: str) -> tuple[str, str]:
    """Return the namespace of an IRI of ours, and its name in it."""
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:at], iri[at:]


_FIELD = PREFIXES["field"]


class Hints:
    """Says what would do instead: the nearest name, the fields of a list, a narrower field."""

    def __init__(self, things: "Things") -> None:
        self._things = things
        self.of = lru_cache(10_000)(self._of)

    def _of(self, rule: Rule, terms: tuple[str, ...]) -> Label | None:
        """Return the hint for a finding, if there is one: for fields, the list and what fits it.

        Args:
            rule: what found it.
            terms: its values, in N-Triples; for an unknown name, a known one that looks like it.
        """
        if rule.iri == UNKNOWN_TERM:
            return self._nearest(terms[0][1:-1])
        listed = [iri for iri in rule.accepts if iri.startswith(_FIELD)]
        if not listed:
            return None
        fitting = [
            (value[1:-1], narrower)
            for value in terms
            for narrower in listed
            if value[1:-1] in self._things.iris(narrower, "skos:broaderTransitive")
        ]
        if fitting:
            return self._narrower(*fitting[0])
        names = [self._things.label(iri) for iri in listed]
        return Label(
            f"所列领域：{'、'.join(name.zh for name in names)}。",
            f"The list names: {', '.join(name.en for name in names)}.",
        )

    def _nearest(self, name: str) -> Label:
        label, short = self._things.label(name), compact(name)
        return Label(f"是否应为 {short}（{label.zh}）？", f"Did you mean {short} ({label.en})?")

    def _narrower(self, broad: str, narrow: str) -> Label:
        first, second = self._things.label(broad), self._things.label(narrow)
        short = compact(narrow)
        return Label(
            f"“{first.zh}”比清单中的“{second.zh}”宽；如果项目确属后者，请写 {short}。",
            f"“{first.en}” is broader than “{second.en}” on the list; if the project is in the latter, write {short}.",
        )
