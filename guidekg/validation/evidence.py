"""Find the statements that a finding rests on, along the path that its shape names."""

from typing import NamedTuple

import pyoxigraph as ox

from guidekg.validation.records import Node, Record
from guidekg.validation.rulebook import Evidence, Step
from guidekg.validation.turtle import Located

_ABOUT_NODES = (ox.NamedNode, ox.BlankNode)


class Found(NamedTuple):
    """The statements at the end of the path; or, where there are none, what lacks which property."""

    statements: tuple[Located, ...]
    lacking: tuple[Node, Step] | None


def find(record: Record, evidence: Evidence, focus: Node, value: Node | ox.Literal | None) -> Found:
    """Return the evidence for one result of a shape.

    Args:
        record: the proposal.
        evidence: the path of the shape.
        focus: the node that the result is about.
        value: the offending value, if the engine named one: evidence that leads there or through
            it goes before any other.
    """
    nodes: list[Node] = [focus if evidence.local else record.subject]
    items: list[Located] = []
    for number, step in enumerate(evidence.path):
        items = [
            item
            for node in nodes
            for item in record.by_subject.get(node, ())
            if item.predicate.value in step
        ]
        items = [item for item in items if _counts(record, evidence, item)]
        if number == len(evidence.path) - 1 and evidence.value:
            items = [
                item for item in items if getattr(item.object, "value", None) == evidence.value
            ]
        items = [item for item in items if item.object == value] or items
        if not items:
            return Found((), (nodes[0], step))
        nodes = [item.object for item in items if isinstance(item.object, _ABOUT_NODES)] or nodes
    return Found(tuple(dict.fromkeys(items)), None)


def _counts(record: Record, evidence: Evidence, item: Located) -> bool:
    """Whether a statement leads to a node that the shape looks at."""
    if not isinstance(item.object, _ABOUT_NODES):
        return True
    described = record.by_subject.get(item.object, ())
    if evidence.where:
        name, wanted = evidence.where
        values = {str(other.object) for other in described if other.predicate.value == name}
        if values and wanted not in values:
            return False
    if evidence.by:
        name, role = evidence.by
        own = record.by_subject[record.subject]
        players = {other.object for other in own if other.predicate.value == role}
        named = {other.object for other in described if other.predicate.value == name}
        if named and not named & players:
            return False
    return True
