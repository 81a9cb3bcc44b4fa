"""Generated proposals as engines get them: N-Triples, each proposal's nodes under its own number."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox

from benchmarks.drafts import HEADER
from benchmarks.proposals import drafts
from engine_support.odd import make_odd
from guidekg.rdf.namespaces import PREFIXES
from guidekg.validation.batches import read
from guidekg.validation.inputs import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.catalogue import Catalogue

_SHAPES = f"{HEADER}@prefix sh: <{PREFIXES['sh']}> .\n@prefix test: <urn:test:> .\n"


def samples(known: Catalogue, count: int, seed: int, *, odd: bool) -> Iterator[str]:
    """Yield the data of proposals, four in ten with ordinary faults; with odd values if asked."""
    for number, draft in enumerate(drafts(count, seed, 0.4, known)):
        if odd:
            make_odd(draft, random.Random(f"odd/{seed}/{number}"))  # noqa: S311  # the same again
        found = read(Document("made", "turtle", HEADER + draft.text))
        assert isinstance(found, list)
        yield found[0].data(number)


def triples(turtle: str) -> list[ox.Triple]:
    """Return Turtle as triples, with the prefixes of proposals, ``sh:`` and ``test:``."""
    return [quad.triple for quad in ox.parse(_SHAPES + turtle, format=ox.RdfFormat.TURTLE)]


def ntriples(made: Iterable[ox.Triple]) -> str:
    """Return triples in N-Triples."""
    return "".join(f"{triple} .\n" for triple in made)
