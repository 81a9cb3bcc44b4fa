"""Run limits: how many proposals of one run there are for an organisation or a person.

Each proposal is judged alone, as if every limit were exceeded: so it is known where a limit applies.
When all are judged, the count says where it is. Who is who is told by identifiers (``dcterms:identifier``),
or by IRIs. Who has another identifier is another; else the same name leaves the matter undecided.
"""

import pickle
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from guidekg.rdf.namespaces import NS, PREFIXES, XSD
from guidekg.rdf.turtle.terms import content
from guidekg.reports.model import Problem
from guidekg.validation.proposals import Record
from guidekg.validation.results import Outcome, Result, Share
from guidekg.validation.shapes import Rule, Step

_IDENTIFIER, _NAME = f"<{PREFIXES['dcterms']}identifier>", f"<{PREFIXES['schema']}name>"
_EXCEEDED = f'<{NS}proposalsInRun> "999999999"^^<{XSD}integer> .\n'
_IN_MEMORY = 64 << 20  # bytes of outcomes; a worker of the server, which opens no file, has fewer
_NAMED = 10  # other proposals that a finding names


class RunLimit(NamedTuple):
    """A limit: its requirement, the way to who is counted, and what it adds up."""

    requirement: str
    who: tuple[Step, ...]
    maximum: str
    running: tuple[Step, ...]
    summed: tuple[Step, ...]


def run_limits(rules: Iterable[Rule]) -> dict[str, RunLimit]:
    """Return the run limits among rules, by their requirements."""
    return {
        rule.requirement: RunLimit(rule.requirement, rule.evidence.path, *rule.run)
        for rule in rules
        if rule.run and rule.requirement
    }


def exceeded(record: Record, number: int, limits: Iterable[RunLimit]) -> str:
    """Return triples that say of all who are counted that their limit is exceeded."""
    nodes = {node for limit in limits for node in _ends(record, record.subject, limit.who)}
    names = {node: f"<urn:n:{number}:{index}>" for index, node in enumerate(record.nodes)}
    return "".join(
        f"{names.get(node, node)} {_EXCEEDED}" for node in sorted(nodes) if node[0] != '"'
    )


def shares(record: Record, limits: Iterable[RunLimit]) -> tuple[Share, ...]:
    """Return what a proposal has of each limit."""
    return tuple(share for limit in limits for share in _shares(record, limit))


def _shares(record: Record, limit: RunLimit) -> Iterator[Share]:
    amount = (_total(record, limit.summed) or Decimal(0)) if limit.summed else Decimal(1)
    running = _total(record, limit.running) if limit.running else Decimal(0)
    for node in _ends(record, record.subject, limit.who) or [""]:
        identifier = _identifier(record, node)
        who = identifier or (node if node[:1] == "<" else None)
        name = _name(record, node)
        yield Share(limit.requirement, who, identifier is not None, name, amount, running)


def _identifier(record: Record, node: str) -> str | None:
    return min((content(value) for value in record.values(node, _IDENTIFIER)), default=None)


def _name(record: Record, node: str) -> str | None:
    return min((content(value) for value in record.values(node, _NAME)), default=None)


def _ends(record: Record, node: str, path: Iterable[Step]) -> list[str]:
    """Return what a path of properties leads to."""
    nodes = [node]
    for step in path:
        names = {f"<{name}>" for name in step}
        nodes = [
            value
            for one in nodes
            for _, name, value, _, _ in record.by_subject.get(one, ())
            if name in names
        ]
    return list(dict.fromkeys(nodes))


def _total(record: Record, path: Iterable[Step]) -> Decimal | None:
    """Return the sum of the numbers that a path leads to; None if there is none, or what is no number."""
    total = None
    for value in _ends(record, record.subject, path):
        try:
            total = (total or Decimal(0)) + Decimal(content(value))
        except InvalidOperation:
            return None
    return total


class _Total:
    """What one organisation or person has in a run."""

    __slots__ = ("amount", "proposals", "running", "running_known")

    def __init__(self) -> None:
        self.amount = self.running = Decimal(0)
        self.running_known = False
        self.proposals: dict[str, None] = {}

    def add(self, share: Share, proposal: str) -> None:
        self.amount += share.amount
        if share.running is not None:
            self.running, self.running_known = max(self.running, share.running), True
        if len(self.proposals) <= _NAMED:
            self.proposals[proposal] = None

    def join(self, other: "_Total") -> None:
        self.amount += other.amount
        self.running = max(self.running, other.running)
        self.proposals |= other.proposals

    def others(self, proposal: str) -> str | None:
        """Return the other proposals, as a finding names them."""
        others = [name for name in self.proposals if name != proposal]
        more = " …" if len(others) > _NAMED - 1 else ""
        return " , ".join(f"<{name}>" for name in others[: _NAMED - 1]) + more or None


class RunCounts:
    """The counts of a run, over all of its outcomes."""

    def __init__(self, limits: Mapping[str, RunLimit]) -> None:
        self._maximum = {iri: Decimal(limit.maximum) for iri, limit in limits.items()}
        self._of: dict[tuple[str, str], _Total] = defaultdict(_Total)
        self._nameless: dict[tuple[str, str], _Total] = defaultdict(_Total)
        self._namesakes: dict[tuple[str, str], set[str]] = defaultdict(set)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        for share in outcome.shares:
            if outcome.states.get(share.requirement, ("",))[0] == "not-applicable":
                continue
            if share.who is not None:
                self._of[share.requirement, share.who].add(share, outcome.iri)
            if share.name is None:
                continue
            if share.identified and share.who:
                self._namesakes[share.requirement, share.name].add(share.who)
            else:
                self._nameless[share.requirement, share.name].add(share, outcome.iri)

    def settle(self, outcome: Outcome) -> Outcome:
        """Return an outcome with the states of its run limits as the counts have them."""
        for share in outcome.shares:
            found = outcome.states.get(share.requirement)
            if found is None or found[0] not in ("unmet", "undecided"):
                continue
            state, results = found
            own = self._of.get((share.requirement, share.who or ""), _Total())
            over = own.amount + own.running > self._maximum[share.requirement]
            total = own if over else self._perhaps(share, own)
            others = total.others(outcome.iri) if total else None
            nobody = share.who is None and share.name is None
            unknown = share.running is None and not own.running_known
            if over:
                named = [one._replace(value=others or one.value) for one in results]
                outcome.states[share.requirement] = (state, named)
            elif total or nobody or unknown:
                outcome.states[share.requirement] = ("undecided", _undecided(results, others))
            else:
                del outcome.states[share.requirement]
        return outcome

    def _perhaps(self, share: Share, own: _Total) -> _Total | None:
        """Return what there may be for one of this name, if that exceeds the limit.

        Those of the name that have no identifier may be the same; of those that have, only one may.
        """
        if share.name is None:
            return None
        requirement, sum_ = share.requirement, _Total()
        if share.identified:
            sum_.join(own)
        else:
            same_name = self._namesakes.get((requirement, share.name), ())
            totals = [self._of[requirement, who] for who in same_name]
            sum_.join(max(totals, key=lambda one: one.amount + one.running, default=_Total()))
        sum_.join(self._nameless.get((requirement, share.name), _Total()))
        return sum_ if sum_.amount + sum_.running > self._maximum[requirement] else None


def _undecided(results: Iterable[Result], others: str | None) -> list[Result]:
    """Return results as what cannot be decided, with the other proposals that may count."""
    return [
        one._replace(
            shape=one.shape.removesuffix("unmet").removesuffix("undecided") + "undecided",
            reason="undecidable",
            value=others or one.value,
        )
        for one in results
    ]


def settled(
    judged: Generator[list[Outcome | Problem], None, None], limits: Mapping[str, RunLimit]
) -> Generator[list[Outcome | Problem], None, None]:
    """Yield outcomes when all have been counted; until then many of them wait on disk."""
    counts = RunCounts(limits)
    with SpooledTemporaryFile(_IN_MEMORY) as waiting:
        for results in judged:
            for item in results:
                if isinstance(item, Outcome):
                    counts.add(item)
            pickle.dump(results, waiting)
        waiting.seek(0)
        for results in _all(waiting):
            yield [counts.settle(item) if isinstance(item, Outcome) else item for item in results]


def _all(waiting: IO[bytes]) -> Iterator[list[Outcome | Problem]]:
    while True:
        try:
            yield pickle.load(waiting)  # noqa: S301  # what this process wrote
        except EOFError:
            return
