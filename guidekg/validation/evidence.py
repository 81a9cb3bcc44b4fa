"""Find the statements that a finding rests on, along the path that its shape names."""

from typing import NamedTuple

import pyoxigraph as ox

from guidekg.validation.literals import by_value
from guidekg.validation.records import Record, Term
from guidekg.validation.rulebook import Evidence, Step
from guidekg.validation.turtle import Located

NODES = (ox.NamedNode, ox.BlankNode)


class Found(NamedTuple):
    """The statements at the end of the path; or, where there are none, what lacks which property."""

    statements: tuple[Located, ...]
    lacking: tuple[Term, Step] | None


def find(record: Record, evidence: Evidence, focus: Term, value: frozenset[Term]) -> Found:
    """Return the evidence for one result of a shape.

    Args:
        record: the proposal.
        evidence: the path of the shape.
        focus: the node that the result is about.
        value: the offending value as written, if the engine named one: evidence that leads there
            or through it goes before any other.
    """
    nodes: list[Term] = [focus if evidence.local else record.subject]
    items: list[Located] = []
    for number, step in enumerate(evidence.path):
        items = [
            item
            for node in nodes
            for item in record.by_subject.get(node, ())
            if item.predicate.value in step
        ]
        items = [item for item in items if _counts(record, evidence, item)]
        if number == len(evidence.path) - 2 and evidence.where:
            silent = [
                item.object
                for item in items
                if isinstance(item.object, NODES)
                and not _values(record, item.object, evidence.where[0])
            ]
            items = [item for item in items if item.object not in silent]
            if silent and not items:  # nothing says what these are about
                return Found((), (silent[0], frozenset({evidence.where[0]})))
        if number == len(evidence.path) - 1 and evidence.value:
            items = [
                item for item in items if getattr(item.object, "value", None) == evidence.value
            ]
        items = [item for item in items if item.object in value] or items
        if not items:
            return Found((), (nodes[0], step))
        nodes = [item.object for item in items if isinstance(item.object, NODES)]
        if not nodes:  # the path ends here: in a literal, malformed where there is more path
            break
    return Found(tuple(dict.fromkeys(items)), None)


def _counts(record: Record, evidence: Evidence, item: Located) -> bool:
    """Whether a statement leads to a node that the shape looks at."""
    if not isinstance(item.object, NODES):
        return True
    if evidence.where:
        name, wanted = evidence.where
        values = _values(record, item.object, name)
        if values and wanted not in {by_value(str(value)) for value in values}:
            return False
    if evidence.by:
        name, role = evidence.by
        named = _values(record, item.object, name)
        if named and not named & _values(record, record.subject, role):
            return False
    return True


def _values(record: Record, node: Term, name: str) -> set[Term]:
    if isinstance(node, ox.Literal):
        return set()
    return {item.object for item in record.of(node, name)}
