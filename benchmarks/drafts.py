"""A proposal while it is being written: nodes with their statements, and its Turtle text."""

from __future__ import annotations

from typing import NamedTuple

from guidekg.rdf.namespaces import PREFIXES

BASE = "https://example.org/made/"
_USED = ("gk", "scheme", "place", "field", "agency", "kind", "topic", "claim", "list")
_STANDARD = ("dcterms", "schema", "skos", "xsd")
HEADER = f"@prefix ex: <{BASE}> .\n" + "".join(
    f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in (*_USED, *_STANDARD)
)


class Statement(NamedTuple):
    """A property and its value, as Turtle writes them."""

    predicate: str
    value: str


class Draft:
    """A proposal and the nodes it leads to; terms are written as in Turtle.

    ``call`` is the scheme it was written for; nodes named ``_:`` are blank.
    """

    def __init__(self, name: str, call: str, *, blank: bool) -> None:
        self.name = f"ex:{name}"
        self.call = call
        self.nodes: dict[str, list[Statement]] = {}
        self._own = f"_:{name}" if blank else f"ex:{name}"

    def node(self, suffix: str, kind: str, *, blank: bool = False) -> str:
        """Begin a node of the proposal; return its name."""
        base = self._own if blank else self.name
        name = f"{base}-{suffix}" if suffix else self.name
        self.nodes[name] = [Statement("a", kind)] if kind else []
        return name

    def add(self, subject: str, predicate: str, *values: str) -> None:
        """State something of a node."""
        self.nodes[subject] += [Statement(predicate, value) for value in values]

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return what is stated of a node by a property."""
        return [value for name, value in self.nodes.get(subject, ()) if name == predicate]

    def places(self, predicate: str) -> list[tuple[str, int]]:
        """Return each statement with a property, by its subject and its index there."""
        return [
            (subject, index)
            for subject, statements in self.nodes.items()
            for index, statement in enumerate(statements)
            if statement.predicate == predicate
        ]

    def drop(self, node: str) -> None:
        """Remove a node and every mention of it."""
        del self.nodes[node]
        for subject, statements in self.nodes.items():
            self.nodes[subject] = [item for item in statements if item.value != node]

    @property
    def text(self) -> str:
        """The proposal as Turtle, without prefixes; a blank node stands where it is mentioned."""
        mentions = [item.value for statements in self.nodes.values() for item in statements]
        inline = {node for node in self.nodes if node[0] == "_" and mentions.count(node) == 1}
        return "".join(
            f"{subject} {self._block(subject, inline, 1)} .\n"
            for subject, statements in self.nodes.items()
            if statements and subject not in inline
        )

    def _block(self, subject: str, inline: set[str], depth: int) -> str:
        gathered: dict[str, list[str]] = {}
        for predicate, value in self.nodes[subject]:
            written = f"[ {self._block(value, inline, depth + 1)} ]" if value in inline else value
            gathered.setdefault(predicate, []).append(written)
        between = " ;\n" + "    " * depth
        return between.join(f"{name} {' , '.join(values)}" for name, values in gathered.items())
