"""The proposal that some requirements ask for, as a tree of nodes and what to write in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

import pyoxigraph as ox

from guidekg.rdf.namespaces import NS, XSD
from guidekg.reports.model import Requirement
from guidekg.validation.templates.properties import Bounds, Expectation, Term, Vocabulary

NUMBERS = {XSD + "integer", XSD + "decimal"}


class Concern(IntEnum):
    """How a requirement concerns a property: on the way, mentioned, or judged by it."""

    ON_PATH = 0
    MENTIONED = 1
    EVIDENCE = 2


@dataclass(slots=True)
class Statement:
    """A property of a node, and what is known of its value.

    ``fixed`` is the value itself; ``same_as`` another statement with the same value; ``node`` what the
    proposal describes; ``accepted`` the lists of things that requirements accept, each with whether
    it is a must; ``bounds`` and ``wanted`` what they ask of a literal.
    """

    predicate: str
    tag: str | None = None
    concerns: dict[Requirement, Concern] = field(default_factory=dict)
    fixed: Term | None = None
    same_as: "Statement | None" = None
    node: "Node | None" = None
    accepted: list[tuple[bool, tuple[str, ...]]] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    wanted: ox.Literal | None = None

    @property
    def required(self) -> bool:
        """Whether a must needs it."""
        return any(requirement.modality == "must" for requirement in self.concerns)

    def concern(self, requirement: Requirement, how: Concern) -> None:
        """Note that a requirement concerns the statement."""
        self.concerns[requirement] = max(how, self.concerns.get(requirement, how))

    @property
    def requirements(self) -> list[Requirement]:
        """The requirements to name beside it: those judged by it, or else that mention it."""
        most = max(self.concerns.values(), default=Concern.ON_PATH)
        return [r for r, how in self.concerns.items() if how == most and most > Concern.ON_PATH]

    @property
    def choices(self) -> list[list[str]]:
        """The things to choose a value from: those that every must accepts, or else for each its own.

        Where there is no must, what any accepts.
        """
        musts: list[list[str]] = []
        for listed in (listed for must, listed in self.accepted if must):
            for number, known in enumerate(musts):
                if common := [iri for iri in known if iri in listed]:
                    musts[number] = common
                    break
            else:
                musts.append(list(listed))
        every = list(dict.fromkeys(iri for _, listed in self.accepted for iri in listed))
        return musts or [every] * bool(every)

    def fit(self, example: ox.Literal | None) -> ox.Literal | None:
        """Return an example moved within the bounds of its kind; where there is none, a bound."""
        for low, high in self.bounds:
            if example and any(one and not _alike(one, example) for one in (low, high)):
                continue
            if high and (example is None or _key(example) > _key(high)):
                example = high
            if low and (example is None or _key(example) < _key(low)):
                example = low
        return example


def _alike(one: ox.Literal, other: ox.Literal) -> bool:
    kinds = {one.datatype.value, other.datatype.value}
    return len(kinds) == 1 or kinds <= NUMBERS


def _key(literal: ox.Literal) -> tuple[Decimal, str]:
    number = literal.datatype.value in NUMBERS
    return (Decimal(literal.value), "") if number else (Decimal(), literal.value)


@dataclass(slots=True)
class Node:
    """Something that the proposal describes; ``name`` tells it apart, in words."""

    kind: str
    name: tuple[str, ...] = ()
    statements: dict[tuple[str, str | None], Statement] = field(default_factory=dict)

    def statement(self, predicate: str, tag: str | None = None) -> Statement:
        """Return the statement of a property (of several, the one with the tag), new if need be."""
        return self.statements.setdefault((predicate, tag), Statement(predicate, tag))

    def having(self, predicate: str) -> list[Statement]:
        """Return every statement of a property."""
        return [statement for (name, _), statement in self.statements.items() if name == predicate]

    def walk(self) -> Iterator["Node"]:
        """Yield the node and those below it."""
        yield self
        for statement in self.statements.values():
            if statement.node:
                yield from statement.node.walk()


def build_tree(vocabulary: Vocabulary, expected: Iterable[Expectation]) -> Node:
    """Return the proposal that the shapes look at."""
    return _Builder(vocabulary).build(list(expected))


class _Builder:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._root = Node(NS + "Proposal")

    def build(self, expected: list[Expectation]) -> Node:
        # What tells several filings or claims apart goes first: the rest then concerns each.
        ordered = sorted(expected, key=lambda one: not (one.evidence.by or one.evidence.where))
        touched = [self._evidence(one) for one in ordered]
        for one, nodes in zip(ordered, touched, strict=True):
            self._mentions(one, nodes)
        return self._root

    def _evidence(self, one: Expectation) -> list[Node]:
        """Lay the path to the evidence; return the nodes on it."""
        nodes = touched = [self._root]
        for number, step in enumerate(one.evidence.path, start=1):
            last = number == len(one.evidence.path)
            # What is computed has its evidence in all that it is computed from.
            names = sorted(step) if one.mentions.isdisjoint(step) else [self._vocabulary.pick(step)]
            found = [
                s for n in nodes for name in names for s in self._steps(n, name, one, last=last)
            ]
            for statement in found:
                statement.concern(one.requirement, Concern.EVIDENCE if last else Concern.ON_PATH)
                # The bounds of what is only mentioned are those of another case.
                statement.bounds += one.bounds.get(statement.predicate, ()) if last else ()
                self._accept(statement, one)
            nodes = [statement.node for statement in found if statement.node]
            touched = [*touched, *nodes]
        return touched

    def _steps(self, node: Node, name: str, one: Expectation, *, last: bool) -> list[Statement]:
        kind = self._vocabulary.described(name)
        if kind is None:
            # Evidence may also be a value that is not wanted.
            wanted = [v for v in one.values.get(name, ()) if v.value == one.evidence.value]
            statement = node.statement(name, wanted[0].value if wanted and last else None)
            statement.fixed = wanted[0] if wanted and last else statement.fixed
            return [statement]
        tag = self._tag(kind, one)
        if not tag:
            return node.having(name) or [self._new(node, name, one)]
        statement = node.statement(name, tag)
        statement.node = statement.node or Node(kind)
        self._tell_apart(statement.node, one)
        return [statement]

    def _tag(self, kind: str, one: Expectation) -> str | None:
        """Return what the evidence tells nodes of this class apart by, if it does."""
        for pair in (one.evidence.by, one.evidence.where):
            if pair and self._vocabulary.domain(pair[0]) == kind:
                return pair[1]
        return None

    def _tell_apart(self, node: Node, one: Expectation) -> None:
        if one.evidence.by:
            name, role = one.evidence.by
            node.statement(name).same_as = self._same_as(role, one)
            node.statement(name).concern(one.requirement, Concern.ON_PATH)
        if one.evidence.where:
            name, written = one.evidence.where
            wanted = [value for value in one.values.get(name, ()) if str(value) == written]
            node.statement(name).fixed = next(iter(wanted), None)
            node.statement(name).concern(one.requirement, Concern.ON_PATH)

    def _mentions(self, one: Expectation, touched: list[Node]) -> None:
        """Give the nodes the other properties that the shape looks at, each by its domain."""
        on_path = {name for step in one.evidence.path for name in step}
        mentioned = sorted(
            (
                name
                for name in one.mentions - on_path
                if not self._vocabulary.narrower(name, one.mentions)
            ),
            key=self._vocabulary.rank,
        )
        for name in mentioned:
            kind = self._vocabulary.domain(name)
            nodes = [node for node in touched if node.kind == kind]
            for node in nodes or [n for n in list(self._root.walk()) if n.kind == kind]:
                for statement in node.having(name) or [self._new(node, name, one)]:
                    how = Concern.ON_PATH if statement.concerns else Concern.MENTIONED
                    statement.concern(one.requirement, how)
                    self._accept(statement, one)

    def _new(self, node: Node, name: str, one: Expectation) -> Statement:
        statement = node.statement(name)
        kind = self._vocabulary.described(name)
        other = one.same.get(name)
        if other and self._vocabulary.domain(other) == self._root.kind:
            statement.same_as = self._same_as(other, one)
        elif kind:
            statement.node = Node(kind)
        return statement

    def _same_as(self, name: str, one: Expectation) -> Statement:
        """Return the statement of the proposal that another has the value of."""
        same = self._root.statement(name)
        kind = self._vocabulary.described(name)
        same.node = same.node or (Node(kind) if kind else None)
        same.concern(one.requirement, Concern.ON_PATH)
        return same

    def _accept(self, statement: Statement, one: Expectation) -> None:
        """Note what a requirement accepts as the value of a statement."""
        if statement.node or statement.same_as or statement.fixed:
            return
        values = one.values.get(statement.predicate, ())
        if not self._vocabulary.takes_things(statement.predicate):
            statement.wanted = next(
                (v for v in values if isinstance(v, ox.Literal)), statement.wanted
            )
            return
        listed = [value.value for value in values if isinstance(value, ox.NamedNode)]
        if listed:
            statement.accepted.append(
                (one.requirement.modality == "must", tuple(dict.fromkeys(listed)))
            )
