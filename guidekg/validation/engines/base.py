"""What a SHACL engine is to us: data in, rows out."""

from typing import NamedTuple, Protocol


class Row(NamedTuple):
    """One validation result, the same from every engine.

    ``focus`` and ``value`` are terms in N-Triples syntax; ``shape`` is the IRI of the nearest
    shape with an IRI, ``component`` that of the constraint component. What an engine says in words
    is not looked at.
    """

    focus: str
    shape: str
    component: str
    value: str | None


class Engine(Protocol):
    """Shapes and reference facts, made ready once to check many proposals."""

    @property
    def label(self) -> str:
        """Its name and version, as a report names what ran."""
        ...

    def check(self, *parts: str) -> list[Row]:
        """Return the results for parts in N-Triples, the reference facts being there too.

        No part says anything about a node of another: the rows of each are what it has alone.

        Nodes that shapes compare have IRIs: pySHACL stops at a blank node under ``sh:lessThan``.
        """
        ...
