"""Judge proposals: from an engine's rows to states, reasons and places.

State of a requirement: unmet or undecided where a shape of it fails (by the shape's severity), not
reached where one that it depends on is not met, else met (design: findings say why and where). What
a malformed statement stands for cannot be decided; the finding about its form says so, once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.knowledge.model import Label
from guidekg.namespaces import PREFIXES, compact
from guidekg.validation.engines import Engine, Row
from guidekg.validation.evidence import Found, find
from guidekg.validation.hints import Hints
from guidekg.validation.model import Finding, Item, Judgement, Reason, State, Where
from guidekg.validation.records import APPLIES_TO, Node, Record
from guidekg.validation.rulebook import Rule, Rulebook
from guidekg.validation.terms import Terms
from guidekg.validation.turtle import Located

_SHAPE = PREFIXES["shape"]
_TITLE = PREFIXES["dcterms"] + "title"
_NAMED = "<urn:n:"


class Marks(NamedTuple):
    """What the findings about the form speak of, as subjects with a property.

    ``malformed`` statements stand for nothing; of those, ``unknown`` have a name that nobody knows;
    ``meant`` is what may be there under a misspelt name.
    """

    malformed: set[tuple[Node, str]]
    unknown: set[tuple[Node, str]]
    meant: set[tuple[Node, str]]

    def explain(self, found: Found) -> bool:
        """Whether it is because of the form that this evidence fails."""
        if found.lacking:
            node, step = found.lacking
            return any((node, name) in self.meant for name in step)
        return any(
            (item.subject, item.predicate.value) in self.malformed for item in found.statements
        )


class Raw(NamedTuple):
    """A finding without what the rulebook knows: light enough to pass between processes."""

    shape: str
    reason: Reason
    value: str | None
    where: Where
    hint: Label | None = None
    component: str | None = None


class Outcome(NamedTuple):
    """A judgement without what the rulebook knows. Requirements that are met are left out."""

    iri: str
    title: tuple[str, str] | None
    file: str
    scheme: str | None
    structure: list[Raw]
    states: dict[str, tuple[State, list[Raw]]]


class Judge:
    """Judges proposals with one engine by one rulebook."""

    def __init__(self, rulebook: Rulebook, engine: Engine) -> None:
        self._rulebook = rulebook
        self._engine = engine
        self._rules = rulebook.rules
        self._terms = Terms(rulebook.names)
        self._hints = Hints(rulebook, self._terms)

    def judge(self, records: Sequence[Record]) -> list[Outcome]:
        """Return an outcome for each record; they are checked at once, and independently."""
        rows = self._engine.check("".join(r.data(number) for number, r in enumerate(records)))
        by_record: dict[int, list[tuple[Node, Row]]] = defaultdict(list)
        for row in rows:
            number, focus = _place(row.focus)
            by_record[number].append((records[number].nodes[focus], row))
        return [self._outcome(record, by_record[n]) for n, record in enumerate(records)]

    def _outcome(self, record: Record, rows: list[tuple[Node, Row]]) -> Outcome:
        marks = Marks(set(), set(), set())
        structure = self._unknown_names(record, marks)
        structure += self._guide_restated(record)
        if isinstance(record.subject, ox.BlankNode):
            where = record.where_missing(record.subject)
            structure.append(Raw(_SHAPE + "nameless-proposal", "missing", None, where))
        failed: dict[str, list[tuple[Rule, Node, Row]]] = defaultdict(list)
        for focus, row in rows:
            rule = self._rules[row.shape]
            if rule.requirement:
                failed[rule.requirement].append((rule, focus, row))
            else:
                structure += self._malformed(record, rule, focus, row, marks)
        scheme = self._scheme(record)
        return Outcome(
            record.iri,
            _title(record),
            record.file,
            scheme,
            _distinct(structure),
            self._states(record, scheme, failed, marks),
        )

    def _scheme(self, record: Record) -> str | None:
        applied = [
            item.object.value
            for item in record.by_subject[record.subject]
            if item.predicate.value == APPLIES_TO and isinstance(item.object, ox.NamedNode)
        ]
        known = [iri for iri in applied if iri in self._rulebook.checklists]
        return known[0] if len(known) == 1 == len(applied) else None

    def _unknown_names(self, record: Record, marks: Marks) -> list[Raw]:
        found = []
        for item, iri in self._terms.unknown(record.located):
            near = self._terms.nearest(iri)
            marks.malformed.add((item.subject, item.predicate.value))
            marks.unknown.add((item.subject, item.predicate.value))
            marks.meant.update((item.subject, other) for other in near)
            hint = self._hints.nearest(near)
            where = record.where(item)
            found.append(Raw(_SHAPE + "unknown-term", "contradicted", compact(iri), where, hint))
        return found

    @staticmethod
    def _guide_restated(record: Record) -> list[Raw]:
        return [
            Raw(
                _SHAPE + "restated-thing",
                "contradicted",
                f"{_written(item.subject)} {_written(item.predicate)} {_written(item.object)}",
                record.where(item),
            )
            for item in record.restated
        ]

    def _malformed(
        self, record: Record, rule: Rule, focus: Node, row: Row, marks: Marks
    ) -> list[Raw]:
        found = find(record, rule.evidence, focus, _value(record, row))
        raw = self._raw(record, rule, found, row)
        if rule.severity != "violation" or found.lacking:
            return [raw]
        statements = {(item.subject, item.predicate.value) for item in found.statements}
        marks.malformed.update(statements)
        # A name that nobody knows has been reported as one.
        return [] if statements & marks.unknown else [raw]

    def _states(
        self,
        record: Record,
        scheme: str | None,
        failed: dict[str, list[tuple[Rule, Node, Row]]],
        marks: Marks,
    ) -> dict[str, tuple[State, list[Raw]]]:
        states: dict[str, tuple[State, list[Raw]]] = {}
        if not failed:
            return states
        applicable = {item.iri: item for item in self._rulebook.checklists.get(scheme or "", ())}
        met: set[str] = set()

        def settle(iri: str) -> None:
            if iri in states or iri in met or iri not in applicable:
                return
            for other in applicable[iri].depends_on:
                settle(other)
            if any(other in states for other in applicable[iri].depends_on):
                states[iri] = ("not-reached", [])
            elif iri in failed:
                states[iri] = self._state(record, failed[iri], marks)
            else:
                met.add(iri)

        for iri in applicable:
            settle(iri)
        return states

    def _state(
        self, record: Record, rows: list[tuple[Rule, Node, Row]], marks: Marks
    ) -> tuple[State, list[Raw]]:
        unmet, raws = False, []
        for rule, focus, row in rows:
            found = find(record, rule.evidence, focus, _value(record, row))
            if not marks.explain(found):
                unmet = unmet or rule.severity != "warning"
                raws.append(self._raw(record, rule, found, row))
        return "unmet" if unmet else "undecided", _distinct(raws)

    def _raw(self, record: Record, rule: Rule, found: Found, row: Row) -> Raw:
        if found.lacking:
            reason: Reason = "missing"
            value, where, nodes = None, record.where_missing(found.lacking[0]), []
        else:
            reason = "contradicted"
            where = record.where(found.statements[0])
            nodes = [item.object for item in found.statements]
            value = " , ".join(dict.fromkeys(map(_written, nodes)))
        if rule.requirement and rule.severity == "warning":
            reason = "undecidable"
        return Raw(rule.iri, reason, value, where, self._hints.of(rule, nodes), row.component)


def assemble(rulebook: Rulebook, outcome: Outcome) -> Judgement:
    """Return the judgement that an outcome stands for."""
    checklist = tuple(
        Item(
            requirement,
            outcome.states[requirement.iri][0],
            tuple(_finding(rulebook, raw) for raw in outcome.states[requirement.iri][1]),
        )
        if requirement.iri in outcome.states
        else rulebook.met[requirement.iri]
        for requirement in rulebook.checklists.get(outcome.scheme or "", ())
    )
    return Judgement(
        outcome.iri,
        Label(*outcome.title) if outcome.title else None,
        outcome.file,
        rulebook.schemes.get(outcome.scheme or ""),
        tuple(_finding(rulebook, raw) for raw in outcome.structure),
        checklist,
    )


def _finding(rulebook: Rulebook, raw: Raw) -> Finding:
    rule = rulebook.rules[raw.shape]
    requirement = rulebook.requirements[rule.requirement] if rule.requirement else None
    return Finding(
        requirement.identifier if requirement else raw.shape.removeprefix(_SHAPE),
        requirement,
        rule.severity,
        raw.reason,
        rule.message,
        raw.hint,
        raw.value,
        raw.where,
        raw.shape,
        raw.component,
    )


def _place(focus: str) -> tuple[int, int]:
    """Return the record's number and the node's index that a focus node's name holds."""
    number, _, index = focus.removeprefix(_NAMED).rstrip(">").partition(":")
    return int(number), int(index)


def _value(record: Record, row: Row) -> Node | ox.Literal | None:
    """Return the offending value as the proposal writes it; None where it does not stand in it."""
    if row.value is None:
        return None
    if row.value.startswith(_NAMED):
        return record.nodes[_place(row.value)[1]]
    return next((item.object for item in record.located if str(item.object) == row.value), None)


def _distinct(raws: Iterable[Raw]) -> list[Raw]:
    """Return the findings in the order of the file, one for each thing to mend."""
    kept: dict[tuple[object, ...], Raw] = {}
    for raw in sorted(raws, key=_order):
        kept.setdefault((raw.where, raw.value, raw.reason == "missing" and raw.shape), raw)
    return list(kept.values())


def _order(raw: Raw) -> tuple[int, int, str, str]:
    where = raw.where
    return where.line or 0, where.column or 0, where.subject, raw.shape


def _title(record: Record) -> tuple[str, str] | None:
    found = {
        (item.object.language or "")[:2]: item.object.value
        for item in record.by_subject[record.subject]
        if item.predicate.value == _TITLE and isinstance(item.object, ox.Literal)
    }
    plain = found.get("", "")
    zh, en = found.get("zh", plain), found.get("en", plain)
    other = next(iter(found.values()), "")
    return (zh or en or other, en or zh or other) if found else None


def _written(term: Located | object) -> str:
    """Return a term as Turtle writes it, with our prefixes."""
    if isinstance(term, ox.NamedNode):
        short = compact(term.value)
        return f"<{short}>" if short == term.value else short
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind in (
            PREFIXES["xsd"] + "integer",
            PREFIXES["xsd"] + "decimal",
            PREFIXES["xsd"] + "boolean",
        ):
            return term.value
        if kind.startswith(PREFIXES["xsd"]) and kind != PREFIXES["xsd"] + "string":
            return f"{ox.Literal(term.value)}^^{compact(kind)}"
    return str(term)
