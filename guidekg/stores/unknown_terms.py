"""What a query names and the graph does not know: it would find nothing, and say nothing."""

import difflib
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.errors import UnknownTermWarning
from guidekg.rdf.namespaces import ID, NS, PREFIXES, compact
from guidekg.resources import folder, turtle_files
from guidekg.stores.bindings import named
from guidekg.stores.store import EmbeddedStore, Store

_TOLD = 5  # of the names of a query
_REPLACED_BY = ox.NamedNode(PREFIXES["dcterms"] + "isReplacedBy")


class UnknownTerm(NamedTuple):
    """A name that is nowhere in the graph, with the nearest that are; or one that was replaced."""

    name: str
    nearest: tuple[str, ...]
    replaced: bool

    def warning(self) -> UnknownTermWarning:
        """Return it in words."""
        near = "、".join(self.nearest), ", ".join(self.nearest)
        if self.replaced:
            return UnknownTermWarning(
                f"{self.name} 已停用；请改用 {near[0]}。",
                f"{self.name} was replaced: use {near[1]}",
            )
        return UnknownTermWarning(
            f"图中没有 {self.name}" + (f"；相近的有：{near[0]}。" if near[0] else "。"),
            f"nothing in the graph is called {self.name}"
            + (f"; the nearest: {near[1]}" if near[1] else ""),
        )


def unknown_terms(text: str, store: Store) -> list[UnknownTerm]:
    """Return which names of our namespaces a query uses in vain, the first few.

    Of an endpoint the vocabulary alone is known, that of the installed guidekg; it is asked nothing.

    Args:
        text: a query that parses.
        store: where it runs.
    """
    here = isinstance(store, EmbeddedStore)
    known = store if isinstance(store, EmbeddedStore) else _vocabulary()
    found = (
        _judged(iri, known) for iri in named(text) if iri.startswith((NS, ID) if here else (NS,))
    )
    return [term for term, _ in zip(filter(None, found), range(_TOLD), strict=False)]


def _judged(iri: str, known: EmbeddedStore) -> UnknownTerm | None:
    if not known.mentions(ox.NamedNode(iri)):
        return UnknownTerm(compact(iri), _nearest(iri, known), replaced=False)
    instead = known.objects(ox.NamedNode(iri), _REPLACED_BY)
    names = tuple(compact(one.value) for one in instead if isinstance(one, ox.NamedNode))
    return UnknownTerm(compact(iri), names, replaced=True) if names else None


def _nearest(iri: str, known: EmbeddedStore) -> tuple[str, ...]:
    """Return the names of the same namespace that look most like one, in any case."""
    space = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
    local = {one[len(space) :].lower(): one for one in known.subjects(space)}
    near = difflib.get_close_matches(iri[len(space) :].lower(), local, n=3, cutoff=0.7)
    return tuple(compact(local[one]) for one in near)


@cache
def _vocabulary() -> EmbeddedStore:
    return EmbeddedStore(
        quad.triple
        for path in turtle_files(folder("ontology"))
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    )
