"""The statements that a finding rests on, and those that are malformed: no requirement reports them again."""

from typing import NamedTuple

from guidekg.rdf.turtle.parser import Statement
from guidekg.rdf.turtle.terms import content
from guidekg.validation.proposals import Record, value_of
from guidekg.validation.shapes import Rule


class EvidencePath(NamedTuple):
    """Where a rule's evidence stands: that of the rulebook, its names in N-Triples.

    ``reads`` are the properties that the shapes look at which the rule is made of.
    """

    path: tuple[frozenset[str], ...]
    where: tuple[str, str] | None
    by: tuple[str, str] | None
    value: str | None
    local: bool
    reads: frozenset[str]

    @classmethod
    def of(cls, rule: Rule) -> "EvidencePath":
        """Return the evidence of a rule."""
        path, where, by, value, local = rule.evidence
        return cls(
            tuple(frozenset(f"<{name}>" for name in step) for step in path),
            (f"<{where[0]}>", where[1]) if where else None,
            (f"<{by[0]}>", f"<{by[1]}>") if by else None,
            value,
            local,
            frozenset(f"<{name}>" for name in rule.reads),
        )


class Found(NamedTuple):
    """The statements at the end of the path; or, where there are none, what lacks which property."""

    statements: tuple[Statement, ...]
    lacking: tuple[str, frozenset[str]] | None


def find(record: Record, evidence: EvidencePath, focus: str, value: frozenset[str]) -> Found:
    """Return the evidence for one result of a shape.

    Args:
        record: the proposal.
        evidence: that of the shape.
        focus: the node that the result is about.
        value: the offending value as written, if the engine named one: evidence that leads there
            or through it goes before any other.
    """
    nodes = [focus if evidence.local else record.subject]
    items: list[Statement] = []
    by_subject, last = record.by_subject, len(evidence.path) - 1
    for number, step in enumerate(evidence.path):
        items = [item for node in nodes for item in by_subject.get(node, ()) if item[1] in step]
        if evidence.where or evidence.by:
            items = [item for item in items if _counts(record, evidence, item[2])]
        if evidence.where and number == last - 1:
            name = evidence.where[0]
            silent = [o for _, _, o, _, _ in items if o[0] != '"' and not record.values(o, name)]
            items = [item for item in items if item[2] not in silent]
            if silent and not items:  # nothing says what these are about
                return Found((), (silent[0], frozenset({name})))
        if evidence.value and number == last:
            items = [item for item in items if content(item[2]) == evidence.value]
        if value:
            items = [item for item in items if item[2] in value] or items
        if not items:
            return Found((), (nodes[0], step))
        nodes = [item[2] for item in items if item[2][0] != '"']
        if not nodes:  # the path ends here: in a literal, malformed where there is more path
            break
    return Found(tuple(dict.fromkeys(items)), None)


def _counts(record: Record, evidence: EvidencePath, node: str) -> bool:
    """Whether a statement leads to a node that the shape looks at."""
    if node[0] == '"':
        return True
    if evidence.where:
        name, wanted = evidence.where
        values = record.values(node, name)
        if values and wanted not in {value_of[value] for value in values}:
            return False
    if evidence.by:
        name, role = evidence.by
        named = record.values(node, name)
        if named and not named & record.values(record.subject, role):
            return False
    return True


class Malformed(NamedTuple):
    """What the findings about the form speak of, as subjects with a property.

    ``stated`` are the statements that stand for nothing; of those, ``reported`` have a finding
    already, for a name that nobody knows or a value not filled in; ``meant`` is what may be there
    under a misspelt name.
    """

    stated: set[tuple[str, str]]
    reported: set[tuple[str, str]]
    meant: set[tuple[str, str]]

    def explain(self, record: Record, evidence: EvidencePath, found: Found) -> bool:
        """Whether it is because of the form that this evidence fails."""
        if evidence.by and not _one_player(record, evidence.by[1]):
            return True
        if found.lacking:
            node, step = found.lacking
            places = {(node, name) for name in step}
            wanted = {f"<{evidence.value}>", evidence.where[1] if evidence.where else None}
            return (
                bool(places & self.meant)
                or any(name in wanted for _, name in self.meant)
                or bool(evidence.value and places & self.stated - self.reported)
            )
        if not self.stated:
            return False
        names = {item[1] for item in found.statements} | evidence.reads
        names |= {evidence.by[0]} if evidence.by else set()
        subjects = {item[0] for item in found.statements}
        values = {item[2] for item in found.statements}
        return any(
            (node in subjects and name in names) or node in values for node, name in self.stated
        )


def _one_player(record: Record, role: str) -> bool:
    """Whether it is clear who plays a role; that nobody does is no fault of the form."""
    players = record.values(record.subject, role)
    return len(players) < 2 and not any(player[0] == '"' for player in players)
