"""Judge proposals: from an engine's rows to states, reasons and places.

State of a requirement: unmet or undecided where a shape of it fails (by the shape's severity), not
applicable where its conditions are not fulfilled, not reached where one that it depends on is not met,
else met (design: findings say why and where). What
a malformed statement stands for cannot be decided; the finding about its form says so, once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE, compact
from guidekg.rdf.turtle.terms import content, language, parse_term
from guidekg.rdf.writer import written
from guidekg.reports.model import Reason, Requirement, State
from guidekg.validation.engines import Engine, Row
from guidekg.validation.evidence import EvidencePath, Found, Malformed, find
from guidekg.validation.hints import PLACEHOLDER, UNKNOWN_TERM, Names
from guidekg.validation.proposals import APPLIES_TO, Record
from guidekg.validation.results import SHAPE, Outcome, Result
from guidekg.validation.rulebook import Rules
from guidekg.validation.run_limits import RunLimit, exceeded, run_limits, shares
from guidekg.validation.shapes import Rule

_TITLE, _TYPE, _APPLIES_TO = (
    f"<{iri}>" for iri in (PREFIXES["dcterms"] + "title", RDF_TYPE, APPLIES_TO)
)
_CLASS = PREFIXES["sh"] + "ClassConstraintComponent"
_NAMED = "<urn:n:"
_UNFILLED = f'"{PLACEHOLDER}"'
_KEPT = 50_000


class _Failure(NamedTuple):
    """A row of the engine: the rule that failed, at which node, with which value as written."""

    rule: Rule
    evidence: EvidencePath
    focus: str
    value: frozenset[str]
    component: str


class Judge:
    """Judges proposals with one engine by the rules of one rulebook."""

    def __init__(self, rules: Rules, engine: Engine) -> None:
        self._engine = engine
        self._rules = {iri: (rule, EvidencePath.of(rule)) for iri, rule in rules.shapes.items()}
        self._by_requirement: dict[str, list[EvidencePath]] = defaultdict(list)
        for rule, evidence in self._rules.values():
            if rule.requirement:
                self._by_requirement[rule.requirement].append(evidence)
        self._checklists = {
            iri: [(item.iri, item.depends_on) for item in _dependencies_first(items)]
            for iri, items in rules.checklists.items()
        }
        self._names = Names(rules.names)
        self._derivation = rules.derivation
        self._run_limits = run_limits(rules.shapes.values())
        self._fine: set[str] = set()  # terms that were looked at, of which there is nothing to say

    def check(self, records: Sequence[Record]) -> list[Row]:
        """Return what the engine finds; the records are checked at once, and independently."""
        parts = [record.data(number) for number, record in enumerate(records)]
        if self._derivation.queries or self._run_limits:
            schemes = [self._scheme(record) for record in records]
            parts = self._derivation.added(parts, schemes)
            for number, (record, scheme) in enumerate(zip(records, schemes, strict=True)):
                parts[number] += exceeded(record, number, self._limits_of(scheme))
        return self._engine.check(*parts)

    def _limits_of(self, scheme: str | None) -> list[RunLimit]:
        items = self._checklists.get(scheme or "", ()) if self._run_limits else ()
        return [self._run_limits[iri] for iri, _ in items if iri in self._run_limits]

    def judge(self, records: Sequence[Record], rows: Iterable[Row]) -> list[Outcome]:
        """Return an outcome for each record, of the rows that ``check`` has found."""
        by_record: dict[int, list[tuple[int, Row]]] = defaultdict(list)
        for row in rows:
            number, focus = _place(row.focus)
            by_record[number].append((focus, row))
        return [
            self._outcome(record, [self._failure(record, *row) for row in by_record.get(n, ())])
            for n, record in enumerate(records)
        ]

    def _failure(self, record: Record, focus: int, row: Row) -> _Failure:
        rule, evidence = self._rules[row.shape]
        value: frozenset[str] = frozenset()
        if row.value is not None and row.value.startswith(_NAMED):
            value = frozenset((record.nodes[_place(row.value)[1]],))
        elif row.value is not None:
            value = record.meant(row.value)
        return _Failure(rule, evidence, record.nodes[focus], value, row.component)

    def _outcome(self, record: Record, failures: list[_Failure]) -> Outcome:
        malformed = Malformed(set(), set(), set())
        odd = self._odd_terms(record)
        structure = [*self._unknown_names(record, odd, malformed)] if odd else []
        structure += self._guide_restated(record)
        structure += self._unfilled(record, odd, malformed) if odd else []
        if record.subject[0] == "_":
            place = record.where_missing(record.subject)
            structure.append(Result(SHAPE + "nameless-proposal", "missing", None, place))
        failed: dict[str, list[_Failure]] = defaultdict(list)
        for failure in failures:
            if failure.rule.requirement:
                failed[failure.rule.requirement].append(failure)
            else:
                structure += self._malformed(record, failure, malformed)
        scheme = self._scheme(record)
        return Outcome(
            record.iri,
            _title(record),
            record.file,
            scheme,
            _distinct(structure),
            self._states(record, scheme, failed, malformed),
            shares(record, self._limits_of(scheme)),
        )

    def _scheme(self, record: Record) -> str | None:
        values = (item[2] for item in record.of(record.subject, _APPLIES_TO))
        applied = [value[1:-1] for value in values if value[0] == "<"]
        known = [iri for iri in applied if iri in self._checklists]
        return known[0] if len(known) == 1 == len(applied) else None

    def _odd_terms(self, record: Record) -> set[str]:
        """Return the unknown names of ours in a proposal, and the values that were not filled in."""
        statements = record.statements
        terms = {*map(itemgetter(1), statements), *map(itemgetter(2), statements)}
        terms -= self._fine
        terms.difference_update(record.by_subject)  # they are its own
        odd = set(filter(self._odd, terms))
        if len(self._fine) > _KEPT:
            self._fine.clear()
        self._fine |= terms - odd
        return odd

    def _odd(self, term: str) -> bool:
        return term.startswith(_UNFILLED) or self._names.unknown(term)

    def _unknown_names(
        self, record: Record, odd: set[str], malformed: Malformed
    ) -> Iterator[Result]:
        for item in record.statements:
            subject, predicate, value, _, _ = item
            name = predicate if predicate in odd else value
            if name not in odd or name[0] != "<":
                continue
            near = tuple([f"<{other}>" for other in self._names.nearest(name[1:-1])])
            malformed.stated.add((subject, predicate))
            malformed.reported.add((subject, predicate))
            malformed.meant.update((subject, other) for other in near)
            place = record.where_property(item) if name == predicate else record.where(item)
            yield Result(UNKNOWN_TERM, "contradicted", compact(name[1:-1]), place, near or None)

    @staticmethod
    def _unfilled(record: Record, odd: set[str], malformed: Malformed) -> list[Result]:
        left = [item for item in record.statements if item[2] in odd and item[2][0] == '"']
        places = {(item[0], item[1]) for item in left}
        malformed.stated.update(places)
        malformed.reported.update(places)
        return [
            Result(SHAPE + "placeholder", "missing", _shown(item[2]), record.where(item))
            for item in left
        ]

    @staticmethod
    def _guide_restated(record: Record) -> list[Result]:
        return [
            Result(
                SHAPE + "restated-thing",
                "contradicted",
                " ".join(map(_shown, item[:3])),
                record.where(item),
            )
            for item in record.restated
        ]

    def _malformed(self, record: Record, failure: _Failure, malformed: Malformed) -> list[Result]:
        found = find(record, failure.evidence, failure.focus, failure.value)
        result = self._result(record, failure, found)
        if found.lacking:
            return [result]
        if failure.component == _CLASS and found.statements[0][2][0] != '"':
            # What it stands for is clear without its type.
            return [] if (found.statements[0][2], _TYPE) in malformed.reported else [result]
        statements = {(item[0], item[1]) for item in found.statements}
        if failure.rule.severity == "violation":
            malformed.stated.update(statements)
        return [] if statements & malformed.reported else [result]

    def _states(
        self,
        record: Record,
        scheme: str | None,
        failed: dict[str, list[_Failure]],
        malformed: Malformed,
    ) -> dict[str, tuple[State, list[Result]]]:
        states: dict[str, tuple[State, list[Result]]] = {}
        if not failed and not malformed.stated:
            return states
        for iri, depends_on in self._checklists.get(scheme or "", ()):
            if any(failure.rule.inapplicable for failure in failed.get(iri, ())):
                states[iri] = ("not-applicable", [])
            elif before := [states[one][0] for one in depends_on if one in states]:
                states[iri] = (_depending(before), [])
            elif iri in failed:
                states[iri] = self._state(record, failed[iri], malformed)
            elif malformed.stated and self._doubtful(record, iri, malformed):
                states[iri] = ("undecided", [])
        return states

    def _state(
        self, record: Record, failures: list[_Failure], malformed: Malformed
    ) -> tuple[State, list[Result]]:
        unmet: list[Result] = []
        undecided: list[Result] = []
        for failure in failures:
            found = find(record, failure.evidence, failure.focus, failure.value)
            if not malformed.explain(record, failure.evidence, found):
                results = undecided if failure.rule.severity == "warning" else unmet
                results.append(self._result(record, failure, found))
        # Where one constraint of a requirement fails, it does not matter what is open in another.
        return "unmet" if unmet else "undecided", _distinct(unmet or undecided)

    def _doubtful(self, record: Record, iri: str, malformed: Malformed) -> bool:
        """Whether all that a requirement rests on is malformed, though no shape of it fails."""
        for evidence in self._by_requirement[iri]:
            found = find(record, evidence, record.subject, frozenset())
            if found.lacking:
                node, step = found.lacking
                doubtful = any((node, name) in malformed.stated for name in step)
            else:
                places = {(item[0], item[1]) for item in found.statements}
                doubtful = not evidence.value and places <= malformed.stated
            if doubtful:
                return True
        return False

    def _result(self, record: Record, failure: _Failure, found: Found) -> Result:
        rule = failure.rule
        if found.lacking:
            reason: Reason = "missing"
            value, place, nodes = None, record.where_missing(found.lacking[0]), []
        else:
            reason = "contradicted"
            place = record.where(found.statements[0])
            nodes = [item[2] for item in found.statements]
            value = " , ".join(dict.fromkeys(map(_shown, nodes)))
        if rule.requirement and rule.severity == "warning":
            reason = "undecidable"
        if rule.manual:  # nothing in the proposal is at fault
            reason, value = "manual", None
        hinted = tuple(nodes) if rule.accepts else None
        return Result(rule.iri, reason, value, place, hinted, failure.component)


def _depending(states: Iterable[State]) -> State:
    """Return how a requirement stands of which those that it depends on stand like this, unmet."""
    return "not-applicable" if all(one == "not-applicable" for one in states) else "not-reached"


def _dependencies_first(items: Iterable[Requirement]) -> Iterator[Requirement]:
    """Yield the requirements of a checklist, each after those that it depends on."""
    waiting = {item.iri: item for item in items}

    def settle(iri: str) -> Iterator[Requirement]:
        item = waiting.pop(iri, None)
        if item is not None:
            for other in item.depends_on:
                yield from settle(other)
            yield item

    for iri in list(waiting):
        yield from settle(iri)


def _place(focus: str) -> tuple[int, int]:
    """Return the record's number and the node's index that a focus node's name holds."""
    number, _, index = focus[len(_NAMED) : -1].partition(":")
    return int(number), int(index)


def _shown(term: str) -> str:
    """Return a term as a finding shows it."""
    return written(parse_term(term))


def _distinct(results: list[Result]) -> list[Result]:
    """Return the findings in the order of the file, one for each thing to mend."""
    if len(results) < 2:
        return results
    kept: dict[tuple[object, ...], Result] = {}
    for one in sorted(results, key=_order):
        kept.setdefault((one.place, one.value, one.reason == "missing" and one.shape), one)
    return list(kept.values())


def _order(result: Result) -> tuple[int, int, str, str]:
    place = result.place
    return place.line or 0, place.column or 0, place.subject, result.shape


def _title(record: Record) -> tuple[str, str] | None:
    values = (item[2] for item in record.of(record.subject, _TITLE))
    found = {language(value)[:2]: content(value) for value in values if value[0] == '"'}
    if not found:
        return None
    plain = found.get("", "")
    zh, en = found.get("zh", plain), found.get("en", plain)
    other = next(iter(found.values()))
    return zh or en or other, en or zh or other
