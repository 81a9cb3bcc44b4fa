"""Judge proposals: from an engine's rows to states, reasons and places.

State of a requirement: unmet or undecided where a shape of it fails (by the shape's severity), not
reached where one that it depends on is not met, else met (design: findings say why and where). What
a malformed statement stands for cannot be decided; the finding about its form says so, once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE, compact
from guidekg.rdf.writer import written
from guidekg.reports.model import Reason, State
from guidekg.validation.engines import Engine, Row
from guidekg.validation.evidence import NODES, Found, Marks, find
from guidekg.validation.hints import PLACEHOLDER, Hints, Terms
from guidekg.validation.proposals import APPLIES_TO, Record, Term
from guidekg.validation.results import SHAPE, Outcome, Raw
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.rules import Rule

_TITLE = PREFIXES["dcterms"] + "title"
_CLASS = PREFIXES["sh"] + "ClassConstraintComponent"
_NAMED = "<urn:n:"


class Judge:
    """Judges proposals with one engine by one rulebook."""

    def __init__(self, rulebook: Rulebook, engine: Engine) -> None:
        self._rulebook = rulebook
        self._engine = engine
        self._rules = rulebook.rules
        self._by_requirement: dict[str, list[Rule]] = defaultdict(list)
        for rule in self._rules.values():
            if rule.requirement:
                self._by_requirement[rule.requirement].append(rule)
        self._terms = Terms(rulebook.names)
        self._hints = Hints(rulebook, self._terms)

    def judge(self, records: Sequence[Record]) -> list[Outcome]:
        """Return an outcome for each record; they are checked at once, and independently."""
        rows = self._engine.check(*(r.data(number) for number, r in enumerate(records)))
        by_record: dict[int, list[tuple[Term, Row]]] = defaultdict(list)
        for row in rows:
            number, focus = _place(row.focus)
            by_record[number].append((records[number].nodes[focus], row))
        return [self._outcome(record, by_record[n]) for n, record in enumerate(records)]

    def _outcome(self, record: Record, rows: list[tuple[Term, Row]]) -> Outcome:
        marks = Marks(set(), set(), set())
        structure = self._unknown_names(record, marks)
        structure += self._guide_restated(record)
        structure += self._unfilled(record, marks)
        if isinstance(record.subject, ox.BlankNode):
            where = record.where_missing(record.subject)
            structure.append(Raw(SHAPE + "nameless-proposal", "missing", None, where))
        failed: dict[str, list[tuple[Rule, Term, Row]]] = defaultdict(list)
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
            marks.reported.add((item.subject, item.predicate.value))
            marks.meant.update((item.subject, other) for other in near)
            hint = self._hints.nearest(near)
            named = item.predicate.value == iri
            where = record.where_property(item) if named else record.where(item)
            found.append(Raw(SHAPE + "unknown-term", "contradicted", compact(iri), where, hint))
        return found

    @staticmethod
    def _unfilled(record: Record, marks: Marks) -> list[Raw]:
        left = [
            item
            for item in record.located
            if isinstance(item.object, ox.Literal) and item.object.value == PLACEHOLDER
        ]
        places = {(item.subject, item.predicate.value) for item in left}
        marks.malformed.update(places)
        marks.reported.update(places)
        return [
            Raw(SHAPE + "placeholder", "missing", written(item.object), record.where(item))
            for item in left
        ]

    @staticmethod
    def _guide_restated(record: Record) -> list[Raw]:
        return [
            Raw(
                SHAPE + "restated-thing",
                "contradicted",
                f"{written(item.subject)} {written(item.predicate)} {written(item.object)}",
                record.where(item),
            )
            for item in record.restated
        ]

    def _malformed(
        self, record: Record, rule: Rule, focus: Term, row: Row, marks: Marks
    ) -> list[Raw]:
        found = find(record, rule.evidence, focus, _value(record, row))
        raw = self._raw(record, rule, found, row)
        if found.lacking:
            return [raw]
        if row.component == _CLASS and isinstance(found.statements[0].object, NODES):
            # What it stands for is clear without its type.
            typed = (found.statements[0].object, RDF_TYPE)
            return [] if typed in marks.reported else [raw]
        statements = {(item.subject, item.predicate.value) for item in found.statements}
        if rule.severity == "violation":
            marks.malformed.update(statements)
        return [] if statements & marks.reported else [raw]

    def _states(
        self,
        record: Record,
        scheme: str | None,
        failed: dict[str, list[tuple[Rule, Term, Row]]],
        marks: Marks,
    ) -> dict[str, tuple[State, list[Raw]]]:
        states: dict[str, tuple[State, list[Raw]]] = {}
        if not failed and not marks.malformed:
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
            elif marks.malformed and self._doubtful(record, iri, marks):
                states[iri] = ("undecided", [])
            else:
                met.add(iri)

        for iri in applicable:
            settle(iri)
        return states

    def _state(
        self, record: Record, rows: list[tuple[Rule, Term, Row]], marks: Marks
    ) -> tuple[State, list[Raw]]:
        unmet, raws = False, []
        for rule, focus, row in rows:
            found = find(record, rule.evidence, focus, _value(record, row))
            if not marks.explain(record, rule, found):
                unmet = unmet or rule.severity != "warning"
                raws.append(self._raw(record, rule, found, row))
        return "unmet" if unmet else "undecided", _distinct(raws)

    def _doubtful(self, record: Record, iri: str, marks: Marks) -> bool:
        """Whether all that a requirement rests on is malformed, though no shape of it fails."""
        for rule in self._by_requirement[iri]:
            found = find(record, rule.evidence, record.subject, frozenset())
            if found.lacking:
                node, step = found.lacking
                doubtful = any((node, name) in marks.malformed for name in step)
            else:
                places = {(item.subject, item.predicate.value) for item in found.statements}
                doubtful = not rule.evidence.value and places <= marks.malformed
            if doubtful:
                return True
        return False

    def _raw(self, record: Record, rule: Rule, found: Found, row: Row) -> Raw:
        if found.lacking:
            reason: Reason = "missing"
            value, where, nodes = None, record.where_missing(found.lacking[0]), []
        else:
            reason = "contradicted"
            where = record.where(found.statements[0])
            nodes = [item.object for item in found.statements]
            value = " , ".join(dict.fromkeys(map(written, nodes)))
        if rule.requirement and rule.severity == "warning":
            reason = "undecidable"
        if rule.manual:  # nothing in the proposal is at fault
            reason, value = "manual", None
        return Raw(rule.iri, reason, value, where, self._hints.of(rule, nodes), row.component)


def _place(focus: str) -> tuple[int, int]:
    """Return the record's number and the node's index that a focus node's name holds."""
    number, _, index = focus.removeprefix(_NAMED).rstrip(">").partition(":")
    return int(number), int(index)


def _value(record: Record, row: Row) -> frozenset[Term]:
    """Return the offending value, in each form that the proposal writes it in."""
    if row.value is None:
        return frozenset()
    if row.value.startswith(_NAMED):
        return frozenset({record.nodes[_place(row.value)[1]]})
    return record.meant(row.value)


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
