"""One proposal of a document, alone: its triples, where each stands, and its data for an engine."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol, TypeAlias

from guidekg.rdf.namespaces import ID, NS, RDF_TYPE
from guidekg.rdf.terms import by_value
from guidekg.rdf.turtle.errors import LINE_BREAK
from guidekg.rdf.turtle.parser import Statement

PROPOSAL = NS + "Proposal"
APPLIES_TO = NS + "appliesTo"
OURS = (ID, NS)
_TYPE, _PROPOSAL, _APPLIES_TO = (f"<{iri}>" for iri in (RDF_TYPE, PROPOSAL, APPLIES_TO))
_OURS = tuple(f"<{base}" for base in OURS)
# What shapes walk back from: were these nodes not a record's own, others would answer there.
_WALKED_BACK = frozenset(f"<{NS}{name}>" for name in ("filing", "projectLeader", "recommendation"))
_KEPT = 50_000

LineColumn: TypeAlias = Callable[[int], tuple[int, int]]


class _Values(dict[str, str]):
    """Each term with the one form of its value."""

    def __missing__(self, term: str) -> str:
        if len(self) > _KEPT:
            self.clear()
        value = self[term] = by_value(term) if term[0] == '"' else term
        return value


value_of = _Values()


class Places(Protocol):
    """Where the terms of statements stand: their offsets."""

    def of_object(self, statement: Statement) -> tuple[int, int]:
        """Return where the object begins and ends."""
        ...

    def of_predicate(self, statement: Statement) -> int:
        """Return where the predicate begins."""
        ...

    def of_subject(self, statement: Statement) -> int:
        """Return where the subject begins, of the first statement about it."""
        ...


class Place(NamedTuple):
    """The fields of a ``Where``."""

    file: str
    subject: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class Source(NamedTuple):
    """What proposals stand in: a file, or fragments of one.

    ``line_column`` turns an offset into a line and a column. It and ``places`` are None where the
    format has no lines.
    """

    file: str
    places: Places | None = None
    line_column: LineColumn = lambda _: (0, 0)


class Record:
    """A proposal, and the nodes of its document that it reaches.

    Terms are in N-Triples. ``by_subject`` holds what is said of each node, the proposal first;
    ``restated`` what the document says of things of the guide that the proposal leads to.
    """

    __slots__ = ("_source", "by_subject", "nodes", "restated", "statements", "subject")

    def __init__(
        self,
        source: Source,
        by_subject: Mapping[str, list[Statement]],
        restated: Sequence[Statement] = (),
    ) -> None:
        self._source = source
        self.by_subject, self.restated = by_subject, restated
        self.subject = next(iter(by_subject))
        self.statements = list(chain.from_iterable(by_subject.values()))
        own = [
            value
            for _, predicate, value, _, _ in self.statements
            if value[0] == "_" or predicate in _WALKED_BACK
        ]
        self.nodes = list(dict.fromkeys((*by_subject, *own)))

    @property
    def file(self) -> str:
        """The name of its file."""
        return self._source.file

    @property
    def iri(self) -> str:
        """The IRI of the proposal, or its label where it has none."""
        return self._name(self.subject)

    def _name(self, node: str) -> str:
        """Return the IRI of a node; for a blank node a label that is the same in every run."""
        if node[0] == "<":
            return node[1:-1]
        return f"_:b{self.nodes.index(node) if node in self.nodes else 0}"

    def of(self, node: str, name: str) -> list[Statement]:
        """Return what is said of a node by a property."""
        return [item for item in self.by_subject.get(node, ()) if item[1] == name]

    def values(self, node: str, name: str) -> set[str]:
        """Return the values of a property of a node."""
        return {item[2] for item in self.by_subject.get(node, ()) if item[1] == name}

    def data(self, number: int) -> str:
        """Return the triples in N-Triples, each node that they describe under a name of its own.

        So that no other proposal of the same check can say anything about them. A value has one
        form, for engines to compare: ``meant`` finds it as written.
        """
        names = {node: f"<urn:n:{number}:{index}>" for index, node in enumerate(self.nodes)}
        own, value = names.get, value_of
        return "".join(
            [f"{names[s]} {p} {own(o) or value[o]} .\n" for s, p, o, _, _ in self.statements]
        )

    def meant(self, value: str) -> frozenset[str]:
        """Return the terms that the proposal writes for a value, or an IRI, of its ``data``."""
        return frozenset([item[2] for item in self.statements if value_of[item[2]] == value])

    def where(self, item: Statement) -> Place:
        """Return the place of a statement's value."""
        file, places, line_column = self._source
        name = self._name(item[0])
        if places is None:
            return Place(file, name)
        start, end = places.of_object(item)
        return Place(file, name, *line_column(start), *line_column(end))

    def where_property(self, item: Statement) -> Place:
        """Return the place of a statement's property."""
        file, places, line_column = self._source
        at = line_column(places.of_predicate(item)) if places else ()
        return Place(file, self._name(item[0]), *at)

    def where_missing(self, node: str) -> Place:
        """Return the place of a node that lacks something: where its description begins."""
        file, places, line_column = self._source
        described = self.by_subject.get(node)
        if described:
            at = line_column(places.of_subject(described[0])) if places else ()
            return Place(file, self._name(node), *at)
        mention = next((item for item in self.statements if item[2] == node), None)
        return self.where(mention) if mention else Place(file, self._name(node))


def grouped(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """Return statements by their subjects, in their order."""
    by_subject: dict[str, list[Statement]] = {}
    for item in statements:
        by_subject.setdefault(item[0], []).append(item)
    return by_subject


def records(by_subject: Mapping[str, list[Statement]], source: Source) -> Iterator[Record]:
    """Yield the proposals among the statements of a document, in the order of their description.

    A proposal is what is typed ``gk:Proposal`` or applies to something. What it reaches belongs to
    it, but no other proposal, and no thing of the guide's own.
    """
    proposals = {
        subject
        for subject, items in by_subject.items()
        if _is_proposal(items) and not subject.startswith(_OURS)
    }
    for subject in by_subject:
        if subject in proposals:
            yield _record(subject, by_subject, proposals, source)


def _is_proposal(items: Iterable[Statement]) -> bool:
    for _, predicate, value, _, _ in items:
        if predicate == _APPLIES_TO or (value == _PROPOSAL and predicate == _TYPE):
            return True
    return False


def _record(
    proposal: str, by_subject: Mapping[str, list[Statement]], proposals: set[str], source: Source
) -> Record:
    own: dict[str, list[Statement]] = {}
    restated: list[Statement] = []
    todo, seen, everything = [proposal], {proposal}, len(by_subject) - len(proposals) + 1
    for node in todo:
        items = by_subject[node]
        if node.startswith(_OURS):
            restated += items
            continue
        own[node] = items
        if len(seen) == everything:
            continue
        for _, _, value, _, _ in items:
            if value in by_subject and value not in seen and value not in proposals:
                seen.add(value)
                todo.append(value)
    return Record(source, own, restated)


def in_parts(text: str, parts: Sequence[tuple[str, int, int]]) -> LineColumn:
    """Return what turns an offset of a text into the line and column of its file.

    Args:
        text: the parts, with a line break between each two.
        parts: texts, each with its line and its column.
    """
    begins = [0]
    for part, _, _ in parts:
        begins.append(begins[-1] + len(part) + 1)

    def at(offset: int) -> tuple[int, int]:
        number = min(bisect_right(begins, offset), len(parts)) - 1
        _, line, column = parts[number]
        begin = begins[number]
        if "\r" in text:
            ends = [found.end() for found in LINE_BREAK.finditer(text, begin, offset)]
            count, latest = len(ends), ends[-1] if ends else 0
        else:
            count, latest = text.count("\n", begin, offset), text.rfind("\n", begin, offset) + 1
        if not count:
            return line, column + offset - begin
        return line + count, offset - latest + 1

    return at
