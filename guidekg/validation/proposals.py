"""One proposal of a document, alone: its triples, where each stands, and its data for an engine."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from guidekg.rdf.literals import by_value
from guidekg.rdf.namespaces import ID, NS, RDF_TYPE
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
    """Where the subjects and predicates of statements stand: their offsets."""

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

    def __init__(
        self,
        source: Source,
        by_subject: Mapping[str, list[Statement]],
        restated: Sequence[Statement] = (),
    ) -> None:
        self._source = source
        self.by_subject, self.restated = by_subject, restated
        self.subject = next(iter(by_subject))
        self.statements = [item for items in by_subject.values() for item in items]
        own = dict.fromkeys(by_subject)
        for _, predicate, value, _, _, _ in self.statements:
            if value[0] == "_" or predicate in _WALKED_BACK:
                own[value] = None
        self.nodes = list(own)

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
            [f"{names[s]} {p} {own(o) or value[o]} .\n" for s, p, o, _, _, _ in self.statements]
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
        return Place(file, name, *line_column(item[3]), *line_column(item[4]))

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


def records(statements: Iterable[Statement], source: Source) -> list[Record]:
    """Return the proposals among the statements of a document, in the order of their description.

    A proposal is what is typed ``gk:Proposal`` or applies to something. What it reaches belongs to
    it, but no other proposal, and no thing of the guide's own.
    """
    by_subject: dict[str, list[Statement]] = {}
    proposals: dict[str, None] = {}
    latest, add = "", None
    for item in statements:
        subject, predicate, value, _, _, _ = item
        if subject != latest or add is None:
            latest, add = subject, by_subject.setdefault(subject, []).append
        add(item)
        if predicate == _APPLIES_TO or (value == _PROPOSAL and predicate == _TYPE):
            proposals[subject] = None
    closed = {subject for subject in by_subject if subject.startswith(_OURS)}
    found = []
    for proposal in proposals:
        if proposal in closed:
            continue
        reached = _reached(proposal, by_subject, proposals.keys() - closed, closed)
        own = {node: by_subject[node] for node in reached if node not in closed}
        restated = [item for node in reached if node in closed for item in by_subject[node]]
        found.append(Record(source, own, restated))
    return found


def _reached(
    proposal: str,
    by_subject: Mapping[str, list[Statement]],
    proposals: set[str],
    closed: set[str],
) -> list[str]:
    """Return a proposal and the nodes that it leads to, of those that are described."""
    seen, order = {proposal}, [proposal]
    for node in order:
        if node in closed:
            continue
        for _, _, value, _, _, _ in by_subject[node]:
            if value in by_subject and value not in seen and value not in proposals:
                seen.add(value)
                order.append(value)
    return order


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
