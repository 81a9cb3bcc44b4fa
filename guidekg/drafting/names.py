"""The names that the graph knows: of places, documents, kinds and pieces of information, with the IRIs that bear them."""

import difflib
import re
from collections.abc import Iterable

import pyoxigraph as ox

from guidekg.rdf.namespaces import ID, NS, PREFIXES, compact

_NAMING = {
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
}
_UNIT, _MONEY = NS + "unit", ox.NamedNode(PREFIXES["unit"] + "money")


class KnownNames:
    """Names of things."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        """Take the triples of vocabularies and reference data."""
        self._things: set[str] = set()
        self._names: dict[str, dict[str, str]] = {}  # Chinese ones, by the kind of thing
        self._called: dict[str, set[str]] = {}
        self._money: set[str] = set()
        for triple in triples:
            if not (
                isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(ID)
            ):
                continue
            name = compact(triple.subject.value)
            self._things.add(name)
            literal = triple.object
            if triple.predicate.value == _UNIT and literal == _MONEY:
                self._money.add(name)
            if triple.predicate.value not in _NAMING or not isinstance(literal, ox.Literal):
                continue
            self._called.setdefault(_plain(literal.value), set()).add(name)
            if literal.language == "zh" and len(literal.value) >= 2:
                kind = name.partition(":")[0]
                self._names.setdefault(kind, {}).setdefault(literal.value, name)

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def called(self, words: str) -> list[str]:
        """Return the things that words name, in either language or as ``prefix:name``, in their order."""
        words = words.strip()
        return [words] if words in self._things else sorted(self._called.get(_plain(words), ()))

    def nearest(self, words: str, kind: str) -> list[str]:
        """Return names that are like words, of things of a kind (of any but information, if it is empty)."""
        names = {
            called
            for called, things in self._called.items()
            if any(of_kind(thing, kind) for thing in things)
        }
        return difflib.get_close_matches(_plain(words), names, n=3)

    def is_money(self, name: str) -> bool:
        """Whether a piece of information is an amount of money."""
        return name in self._money

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


def of_kind(name: str, kind: str) -> bool:
    """Whether a name is of a kind; of any but that of information, if the kind is empty."""
    return name.startswith(f"{kind}:") if kind else not name.startswith("information:")


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()
