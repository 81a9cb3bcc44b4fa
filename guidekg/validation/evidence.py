"""The statements that a finding rests on, and those that are malformed: no requirement reports them again."""

from typing import NamedTuple

import pyoxigraph as ox

from guidekg.rdf.literals import by_value
from guidekg.rdf.turtle import Located
from guidekg.validation.proposals import Record, Term
from guidekg.validation.rules import Evidence, Rule, Step

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


class Marks(NamedTuple):
    """What the findings about the form speak of, as subjects with a property.

    ``malformed`` statements stand for nothing; of those, ``reported`` have a finding already, for a
    name that nobody knows or a value not filled in; ``meant`` is what may be there under a misspelt
    name.
    """

    malformed: set[tuple[Term, str]]
    reported: set[tuple[Term, str]]
    meant: set[tuple[Term, str]]

    def explain(self, record: Record, rule: Rule, found: Found) -> bool:
        """Whether it is because of the form that this evidence fails."""
        evidence = rule.evidence
        if evidence.by and not _one_player(record, evidence.by[1]):
            return True
        if found.lacking:
            node, step = found.lacking
            places = {(node, name) for name in step}
            wanted = {evidence.value, evidence.where[1].strip("<>") if evidence.where else None}
            return (
                bool(places & self.meant)
                or any(name in wanted for _, name in self.meant)
                or bool(evidence.value and places & self.malformed - self.reported)
            )
        names = {item.predicate.value for item in found.statements} | rule.reads
        names |= {evidence.by[0]} if evidence.by else set()
        subjects = {item.subject for item in found.statements}
        values = {item.object for item in found.statements}
        return any(
            (node in subjects and name in names) or node in values for node, name in self.malformed
        )


def _one_player(record: Record, role: str) -> bool:
    """Whether it is clear who plays a role; that nobody does is no fault of the form."""
    players = {item.object for item in record.of(record.subject, role)}
    return len(players) < 2 and not any(isinstance(item, ox.Literal) for item in players)
