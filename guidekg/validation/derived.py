"""Values computed from what proposals state: the SHACL rules of ``shapes/derived/``, run before the shapes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.guides.sources import parse
from guidekg.rdf.namespaces import PREFIXES
from guidekg.resources import folder, turtle_files

_SH = PREFIXES["sh"]
_CONSTRUCT = ox.NamedNode(_SH + "construct")


class Derivation(NamedTuple):
    """The rules that some shapes need: the CONSTRUCT queries, and the schemes of those shapes."""

    queries: tuple[str, ...]
    schemes: frozenset[str]

    def added(self, parts: Sequence[str], schemes: Sequence[str | None]) -> list[str]:
        """Return the data of proposals with what the rules make of them.

        Args:
            parts: the data of each, in N-Triples; what they describe is named ``urn:n:NUMBER:…``.
            schemes: what each applies to.
        """
        made = list(parts)
        store = ox.Store()
        for part, scheme in zip(parts, schemes, strict=True):
            if scheme in self.schemes:
                store.extend(ox.parse(part, format=ox.RdfFormat.N_TRIPLES))
        for query in self.queries:
            for triple in _triples(store.query(query, prefixes=PREFIXES)):
                made[int(str(triple.subject).split(":")[2])] += f"{triple} .\n"
        return made


def _triples(found: object) -> Iterable[ox.Triple]:
    return found if isinstance(found, ox.QueryTriples) else ()


class DerivedRules:
    """The rules, as triples and as queries."""

    def __init__(self) -> None:
        self.triples = [
            t for path in turtle_files(folder("shapes") / "derived") for t in parse(path)
        ]
        self._of: dict[str, str] = {
            triple.object.value: _property(triple.object.value)
            for triple in self.triples
            if triple.predicate == _CONSTRUCT and isinstance(triple.object, ox.Literal)
        }

    def needed(self, shapes: Iterable[ox.Triple]) -> dict[str, str]:
        """Return the queries that make what some shapes look at, with the property each makes."""
        used = {str(triple.object)[1:-1] for triple in shapes}
        return {query: made for query, made in self._of.items() if made in used}


def _property(query: str) -> str:
    """Return the property of the triples that a rule makes."""
    _, name, _ = query[query.index("{") + 1 :].split(maxsplit=2)
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
