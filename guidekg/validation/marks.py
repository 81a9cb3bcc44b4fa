"""What is malformed in a proposal, so that no requirement reports it again."""

from typing import NamedTuple

import pyoxigraph as ox

from guidekg.validation.evidence import Found
from guidekg.validation.records import Record, Term
from guidekg.validation.rulebook import Rule


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
