"""Names of ours that do not exist: SHACL passes them over in silence, so they are looked up here."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

import pyoxigraph as ox

from guidekg.namespaces import ID, NS
from guidekg.validation.turtle import Located

_OURS = (NS, ID)
Statement = TypeVar("Statement", Located, ox.Triple)
PLACEHOLDER = "…"  # what a person has still to write, as guidekg new leaves it


class Terms:
    """The names that the vocabulary and the guides know."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def unknown(self, items: Iterable[Statement]) -> list[tuple[Statement, str]]:
        """Return each statement that uses an unknown name of ours, with the name."""
        names, found = self._names, []
        for item in items:
            predicate, value = item.predicate.value, item.object
            if predicate not in names and predicate.startswith(_OURS):
                found.append((item, predicate))
            elif (
                type(value) is ox.NamedNode
                and value.value not in names
                and value.value.startswith(_OURS)
            ):
                found.append((item, value.value))
        return found

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
