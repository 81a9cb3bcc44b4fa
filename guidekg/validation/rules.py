"""The shapes of a run as the judge knows them: what each checks, how grave it is, where its evidence stands."""

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, PREFIXES
from guidekg.reports.model import Severity

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_SEVERITIES: dict[str, Severity] = {"Violation": "violation", "Warning": "warning", "Info": "info"}
_PARTS = [_SH + name for name in ("property", "node", "or", "not", "qualifiedValueShape")]

Step = frozenset[str]
Node = ox.NamedNode | ox.BlankNode


class Evidence(NamedTuple):
    """Where a shape's evidence stands: a path of properties, with what narrows it.

    ``path`` goes from the proposal (from the focus node, where ``local``), each step a choice of
    properties. Of the nodes on it that have the property ``where``, only those with the value
    count; of those that have the first property of ``by``, only those whose value plays the role
    that is its second; at the end only ``value`` itself.
    """

    path: tuple[Step, ...]
    where: tuple[str, str] | None = None
    by: tuple[str, str] | None = None
    value: str | None = None
    local: bool = False


class Rule(NamedTuple):
    """A shape: the requirement it checks (None: it is about the form), its severity and words.

    ``manual`` marks the shape that stands for a requirement which no shape decides; ``reads`` are
    the properties that the shapes look at which it is made of.
    """

    iri: str
    requirement: str | None
    severity: Severity
    message: Label
    evidence: Evidence
    accepts: tuple[str, ...]
    manual: bool
    reads: frozenset[str]


def read_rules(shapes: Iterable[ox.Triple]) -> dict[str, Rule]:
    """Return every shape that has words and a name, by its IRI."""
    graph = _ShapeGraph(shapes)
    return {
        shape.value: graph.rule(shape)
        for shape in graph.subjects(_SH + "message")
        if isinstance(shape, ox.NamedNode)
    }


class _ShapeGraph:
    """Shapes, looked up by subject."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._index: dict[Node, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
                continue
            of_subject = self._index.setdefault(triple.subject, {})
            of_subject.setdefault(triple.predicate.value, []).append(triple.object)

    def subjects(self, predicate: str) -> list[Node]:
        return [node for node, values in self._index.items() if predicate in values]

    def values(
        self, node: object, predicate: str
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return self._index.get(node, {}).get(predicate, [])  # type: ignore[call-overload, no-any-return]

    def iri(self, node: object, predicate: str) -> str | None:
        return next((v.value for v in self.values(node, predicate)), None)

    def items(self, node: object) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        found = []
        while first := self.values(node, _RDF + "first"):
            found.append(first[0])
            node = self.values(node, _RDF + "rest")[0]
        return found

    def rule(self, shape: ox.NamedNode) -> Rule:
        severity = (self.iri(shape, _SH + "severity") or "Violation").rpartition("#")[2]
        words = {
            value.language: value.value
            for value in self.values(shape, _SH + "message")
            if isinstance(value, ox.Literal)
        }
        return Rule(
            shape.value,
            self.iri(shape, NS + "shapeOf"),
            _SEVERITIES[severity],
            Label(words.get("zh", ""), words.get("en", "")),
            self._evidence(shape),
            tuple(sorted(self._accepts(shape))),
            self.iri(shape, NS + "leftToPerson") == "true",
            frozenset(
                path.value
                for node in self._made_of(shape)[1:]
                for path in self.values(node, _SH + "path")
                if isinstance(path, ox.NamedNode)
            ),
        )

    def _accepts(self, shape: Node) -> set[str]:
        """Return the values of the lists (``sh:in``) of a shape, and of those that it is made of."""
        heads = [head for node in self._made_of(shape) for head in self.values(node, _SH + "in")]
        return {item.value for head in heads for item in self.items(head)}

    def _made_of(self, shape: Node) -> list[object]:
        """Return a shape, and the shapes that it is made of."""
        found: list[object] = [shape]
        for node in found:
            for predicate in _PARTS:
                for part in self.values(node, predicate):
                    found += [one for one in (part, *self.items(part)) if one not in found]
        return found

    def _evidence(self, shape: ox.NamedNode) -> Evidence:
        stated = self.values(shape, NS + "evidencePath")
        paths = stated or self.values(shape, _SH + "path")
        where = [self.items(head) for head in self.values(shape, NS + "evidenceWith")]
        by = [self.items(head) for head in self.values(shape, NS + "evidenceBy")]
        return Evidence(
            tuple(self._steps(paths[0])) if paths else (),
            (where[0][0].value, str(where[0][1])) if where else None,
            (by[0][0].value, by[0][1].value) if by else None,
            self.iri(shape, NS + "evidenceValue"),
            local=not stated,
        )

    def _steps(self, path: object) -> list[Step]:
        if isinstance(path, ox.NamedNode):
            return [frozenset({path.value})]
        if items := self.items(path):
            return [step for item in items for step in self._steps(item)]
        choices = [self.items(head) for head in self.values(path, _SH + "alternativePath")]
        return [frozenset(item.value for item in choices[0])] if choices else []
