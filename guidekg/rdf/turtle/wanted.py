"""Whether a statement is of a proposal, told from its words."""

from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

from guidekg.rdf.namespaces import RDF_TYPE

Role: TypeAlias = Literal["verb", "object", "stray", "punctuation"]

_OPENS: dict[str, Role] = {";": "verb", ",": "object", "^^": "object"}


class Wanted:
    """The types and predicates that make a proposal, in every spelling that the prefixes give."""

    def __init__(self, types: Collection[str], predicates: Collection[str]) -> None:
        self._iris = (frozenset(types), frozenset(predicates), frozenset({RDF_TYPE}))
        self._types, self._predicates, self._is_a = (
            {f"<{iri}>" for iri in iris} for iris in self._iris
        )
        self._is_a.add("a")
        self._hints = self._types | self._predicates

    def declare(self, prefix: str, namespace: str) -> None:
        """Take a prefix into account."""
        spellings = (self._types, self._predicates, self._is_a)
        for iris, spelled in zip(self._iris, spellings, strict=True):
            spelled.update(
                f"{prefix}:{iri[len(namespace) :]}" for iri in iris if iri.startswith(namespace)
            )
        self._hints = self._types | self._predicates

    def hinted(self, statement: str) -> bool:
        """Return False where a statement cannot say it: a quick look before ``said``."""
        return any(hint in statement for hint in self._hints)

    def said(self, words: Sequence[str]) -> bool | None:
        """Return whether a statement says it, told from its words, "" being what is no name.

        None where a node nested in it does, or where it is malformed.
        """
        found = False
        at = _Position()
        for word in filter(None, words[1:]):
            role = at.take(word)
            if role == "stray":
                return None
            if (role == "verb" and word in self._predicates) or (
                role == "object" and word in self._types and at.verb in self._is_a
            ):
                if at.outer:
                    return None
                found = True
        return found


class _Position:
    """Where in a statement a word stands."""

    def __init__(self) -> None:
        self.verb: str | None = None  # of a list: none
        self.outer: list[str | None] = []
        self._next: Role = "verb"

    def take(self, word: str) -> Role:
        """Return the role of the next word: punctuation, or what a name does."""
        if word in "[(":
            self.outer.append(self.verb)
            self.verb, self._next = None, "verb" if word == "[" else "object"
        elif word in "])":
            if not self.outer:
                return "stray"
            self.verb = self.outer.pop()
            self._next = "object" if self.verb is None else "stray"
        elif word in _OPENS:
            self._next = _OPENS[word]
        else:
            return self._name(word)
        return "punctuation"

    def _name(self, word: str) -> Role:
        role = self._next
        if role == "verb":
            self.verb, self._next = word, "object"
        elif self.verb is not None:
            self._next = "stray"
        return role
