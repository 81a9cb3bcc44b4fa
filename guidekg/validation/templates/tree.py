"""The proposal that some requirements ask for, as a tree of nodes and what to write in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

import pyoxigraph as ox

from guidekg.rdf.namespaces import NS
from guidekg.reports.model import Requirement
from guidekg.validation.templates.shape_reader import Ask, Bounds
from guidekg.validation.templates.vocabulary import Term, Vocabulary


class Part(IntEnum):
    """How a requirement concerns a property: on the way, mentioned, or judged by it."""

    WAY = 0
    MENTION = 1
    EVIDENCE = 2


@dataclass(slots=True)
class Slot:
    """A property of a node, and what is known of its value.

    ``fixed`` is the value itself; ``same_as`` another slot with the same value; ``node`` what the
    proposal describes; ``offers`` the lists of things that requirements accept, each with whether
    it is a must; ``bounds`` and ``wanted`` what they ask of a literal.
    """

    predicate: str
    tag: str | None = None
    parts: dict[Requirement, Part] = field(default_factory=dict)
    fixed: Term | None = None
    same_as: "Slot | None" = None
    node: "Node | None" = None
    offers: list[tuple[bool, tuple[str, ...]]] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    wanted: ox.Literal | None = None

    @property
    def required(self) -> bool:
        """Whether a must needs it."""
        return any(requirement.modality == "must" for requirement in self.parts)

    def ask(self, requirement: Requirement, part: Part) -> None:
        """Note that a requirement concerns the slot."""
        self.parts[requirement] = max(part, self.parts.get(requirement, part))

    @property
    def asked_by(self) -> list[Requirement]:
        """The requirements to name beside it: those judged by it, or else that mention it."""
        most = max(self.parts.values(), default=Part.WAY)
        return [r for r, part in self.parts.items() if part == most and most > Part.WAY]

    @property
    def choices(self) -> list[str]:
        """The things that every must accepts; where there is no such must, or none, any of them."""
        musts = [set(listed) for must, listed in self.offers if must]
        every = list(dict.fromkeys(iri for _, listed in self.offers for iri in listed))
        common = [iri for iri in every if all(iri in listed for listed in musts)]
        return common or every


@dataclass(slots=True)
class Node:
    """Something that the proposal describes."""

    kind: str
    slots: dict[tuple[str, str | None], Slot] = field(default_factory=dict)

    def slot(self, predicate: str, tag: str | None = None) -> Slot:
        """Return the slot of a property (of several, the one with the tag), new if need be."""
        return self.slots.setdefault((predicate, tag), Slot(predicate, tag))

    def having(self, predicate: str) -> list[Slot]:
        """Return every slot of a property."""
        return [slot for (name, _), slot in self.slots.items() if name == predicate]

    def walk(self) -> Iterator["Node"]:
        """Yield the node and those below it."""
        yield self
        for slot in self.slots.values():
            if slot.node:
                yield from slot.node.walk()


def grow(vocabulary: Vocabulary, asks: Iterable[Ask]) -> Node:
    """Return the proposal that the shapes look at."""
    return _Builder(vocabulary).build(list(asks))


class _Builder:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._root = Node(NS + "Proposal")

    def build(self, asks: list[Ask]) -> Node:
        # What tells several filings or claims apart goes first: the rest then concerns each.
        ordered = sorted(asks, key=lambda ask: not (ask.evidence.by or ask.evidence.where))
        touched = [self._evidence(ask) for ask in ordered]
        for ask, nodes in zip(ordered, touched, strict=True):
            self._mentions(ask, nodes)
        return self._root

    def _evidence(self, ask: Ask) -> list[Node]:
        """Lay the path to the evidence; return the nodes on it."""
        nodes = touched = [self._root]
        for number, step in enumerate(ask.evidence.path, start=1):
            last = number == len(ask.evidence.path)
            name = self._vocabulary.pick(step)
            slots = [slot for node in nodes for slot in self._steps(node, name, ask, last=last)]
            for slot in slots:
                slot.ask(ask.requirement, Part.EVIDENCE if last else Part.WAY)
                self._offer(slot, ask)
            nodes = [slot.node for slot in slots if slot.node]
            touched = [*touched, *nodes]
        return touched

    def _steps(self, node: Node, name: str, ask: Ask, *, last: bool) -> list[Slot]:
        kind = self._vocabulary.described(name)
        if kind is None:
            # Evidence may also be a value that is not wanted.
            wanted = [v for v in ask.values.get(name, ()) if v.value == ask.evidence.value]
            slot = node.slot(name, wanted[0].value if wanted and last else None)
            slot.fixed = wanted[0] if wanted and last else slot.fixed
            return [slot]
        tag = self._tag(kind, ask)
        if not tag:
            return node.having(name) or [self._new(node, name, ask)]
        slot = node.slot(name, tag)
        slot.node = slot.node or Node(kind)
        self._tell_apart(slot.node, ask)
        return [slot]

    def _tag(self, kind: str, ask: Ask) -> str | None:
        """Return what the evidence tells nodes of this class apart by, if it does."""
        for pair in (ask.evidence.by, ask.evidence.where):
            if pair and self._vocabulary.domain(pair[0]) == kind:
                return pair[1]
        return None

    def _tell_apart(self, node: Node, ask: Ask) -> None:
        if ask.evidence.by:
            name, role = ask.evidence.by
            node.slot(name).same_as = self._player(role, ask)
            node.slot(name).ask(ask.requirement, Part.WAY)
        if ask.evidence.where:
            name, written = ask.evidence.where
            wanted = [value for value in ask.values.get(name, ()) if str(value) == written]
            node.slot(name).fixed = next(iter(wanted), None)
            node.slot(name).ask(ask.requirement, Part.WAY)

    def _mentions(self, ask: Ask, touched: list[Node]) -> None:
        """Give the nodes the other properties that the shape looks at, each by its domain."""
        on_path = {name for step in ask.evidence.path for name in step}
        mentioned = sorted(
            (
                name
                for name in ask.mentions - on_path
                if not self._vocabulary.narrower(name, ask.mentions)
            ),
            key=self._vocabulary.rank,
        )
        for name in mentioned:
            kind = self._vocabulary.domain(name)
            nodes = [node for node in touched if node.kind == kind]
            for node in nodes or [n for n in list(self._root.walk()) if n.kind == kind]:
                for slot in node.having(name) or [self._new(node, name, ask)]:
                    part = Part.WAY if slot.parts else Part.MENTION
                    slot.ask(ask.requirement, part)
                    self._offer(slot, ask)

    def _new(self, node: Node, name: str, ask: Ask) -> Slot:
        slot = node.slot(name)
        kind = self._vocabulary.described(name)
        other = ask.same.get(name)
        if other and self._vocabulary.domain(other) == self._root.kind:
            slot.same_as = self._player(other, ask)
        elif kind:
            slot.node = Node(kind)
        return slot

    def _player(self, name: str, ask: Ask) -> Slot:
        """Return the slot of the proposal that another has the value of."""
        player = self._root.slot(name)
        kind = self._vocabulary.described(name)
        player.node = player.node or (Node(kind) if kind else None)
        player.ask(ask.requirement, Part.WAY)
        return player

    def _offer(self, slot: Slot, ask: Ask) -> None:
        """Note what a requirement accepts as the value of a slot."""
        if slot.node or slot.same_as or slot.fixed:
            return
        values = ask.values.get(slot.predicate, ())
        if not self._vocabulary.takes_things(slot.predicate):
            slot.wanted = next((v for v in values if isinstance(v, ox.Literal)), slot.wanted)
            slot.bounds += [ask.bounds[slot.predicate]] if slot.predicate in ask.bounds else []
            return
        listed = [value.value for value in values if isinstance(value, ox.NamedNode)]
        listed += [iri for iri in ask.accepted if self._vocabulary.fits(iri, slot.predicate)]
        if listed:
            slot.offers.append((ask.requirement.modality == "must", tuple(dict.fromkeys(listed))))
