"""The names that the graph knows: of places, documents and kinds, with the IRIs that bear them."""

import re
from collections.abc import Iterable

import pyoxigraph as ox

from guidekg.rdf.namespaces import ID, PREFIXES, compact

_NAMING = {
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
}


class KnownNames:
    """Chinese names of things, by the kind of thing."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        """Take the triples of vocabularies and reference data."""
        self._things: set[str] = set()
        self._names: dict[str, dict[str, str]] = {}
        for triple in triples:
            if not (
                isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(ID)
            ):
                continue
            name = compact(triple.subject.value)
            self._things.add(name)
            literal = triple.object
            if (
                triple.predicate.value in _NAMING
                and isinstance(literal, ox.Literal)
                and literal.language == "zh"
            ):
                kind = name.partition(":")[0]
                if len(literal.value) >= 2:
                    self._names.setdefault(kind, {}).setdefault(literal.value, name)

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def within(self, kind: str, words: str) -> list[str]:
        """Return the things of a kind whose names stand in words, the longest name of each place in them."""
        names = self._names.get(kind, {})
        if not names:
            return []
        hits = sorted((name for name in names if name in words), key=len, reverse=True)
        found: list[str] = []
        for name in hits:
            if name in words:
                found.append(names[name])
                words = words.replace(name, "\0")
        return list(dict.fromkeys(found))

    def one(self, kind: str, words: str) -> str:
        """Return the one thing of a kind that words name; nothing if they name none, or several."""
        found = self.within(kind, re.sub(r"\s", "", words))
        return found[0] if len(found) == 1 else ""
