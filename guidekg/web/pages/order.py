"""The schemes of a guide in the order in which the text prints their names."""

from typing import NamedTuple

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Scheme
from guidekg.web.pages.addresses import local


class Placed(NamedTuple):
    """A scheme, the schemes above it from the top, and where its name is printed."""

    scheme: Scheme
    above: tuple[Scheme, ...]
    start: int


def placed(kg: KnowledgeGraph) -> list[Placed]:
    """Return every scheme of every guide."""
    every = kg.knowledge.things.schemes
    found = []
    for scheme in every.values():
        above: list[Scheme] = []
        parent = scheme.parent
        while parent:
            above.insert(0, every[parent])
            parent = every[parent].parent
        named = [p for p in scheme.own if local(p.kind.iri) == "Designation"] or scheme.own
        start = min((c.start for p in named for c in p.clauses), default=0)
        found.append(Placed(scheme, tuple(above), start))
    return sorted(found, key=lambda one: (_source(one), one.start))


def _source(one: Placed) -> str:
    top = one.above[0] if one.above else one.scheme
    return min((c.source for p in top.own for c in p.clauses), default="")
