"""One proposal of a document, alone: its triples, where each stands, and its data for an engine."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from guidekg.rdf.literals import by_value
from guidekg.rdf.namespaces import ID, NS, RDF_TYPE
from guidekg.rdf.turtle import Located
from guidekg.reports.model import Where

PROPOSAL = NS + "Proposal"
APPLIES_TO = NS + "appliesTo"
# What shapes walk back from: were these nodes not a record's own, others would answer there.
WALKED_BACK = frozenset(NS + name for name in ("filing", "projectLeader", "recommendation"))
OURS = (ID, NS)

Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal
Place = Callable[[int], tuple[int, int]]


class Record:
    """A proposal, and the nodes of its document that it reaches.

    ``place`` turns an offset into a line and a column; None where the format has no lines.
    ``restated`` holds the things of the guide that the document says something about.
    """

    def __init__(
        self,
        subject: Node,
        located: Sequence[Located],
        file: str,
        place: Place | None,
        restated: Sequence[Located] = (),
    ) -> None:
        self.subject = subject
        self.file = file
        self.located = located
        self.restated = restated
        self._place = place
        self.by_subject: dict[Term, list[Located]] = defaultdict(list)
        for item in located:
            self.by_subject[item.subject].append(item)
        self._names = {
            node: number for number, node in enumerate(dict.fromkeys((subject, *self._local())))
        }
        self.nodes = list(self._names)

    def _local(self) -> Iterator[Term]:
        yield from self.by_subject
        for item in self.located:
            if isinstance(item.object, ox.BlankNode) or item.predicate.value in WALKED_BACK:
                yield item.object

    @property
    def iri(self) -> str:
        """The IRI of the proposal, or its label where it has none."""
        return self.name(self.subject)

    def name(self, node: Term) -> str:
        """Return the IRI of a node; for a blank node a label that is the same in every run."""
        return node.value if isinstance(node, ox.NamedNode) else f"_:b{self._names.get(node, 0)}"

    def of(self, node: Term, name: str) -> list[Located]:
        """Return what is said of a node by a property."""
        return [item for item in self.by_subject.get(node, ()) if item.predicate.value == name]

    def data(self, number: int) -> str:
        """Return the triples in N-Triples, each node that they describe under a name of its own.

        So that no other proposal of the same check can say anything about them. A value has one
        form, for engines to compare: ``meant`` finds it as written.
        """
        names = {node: f"<urn:n:{number}:{index}>" for node, index in self._names.items()}
        return by_value(
            "".join(f"{names[s]} {p} {names.get(o) or o} .\n" for s, p, o, *_ in self.located)
        )

    def meant(self, value: str) -> frozenset[Term]:
        """Return the terms that the proposal writes for a value, or an IRI, of its ``data``."""
        return frozenset(
            item.object for item in self.located if by_value(str(item.object)) == value
        )

    def where(self, item: Located) -> Where:
        """Return the place of a statement's value."""
        start, end = item.object_at, item.object_end
        return self._where(item.subject, start, end)

    def where_property(self, item: Located) -> Where:
        """Return the place of a statement's property."""
        return self._where(item.subject, item.predicate_at, None)

    def where_missing(self, node: Term) -> Where:
        """Return the place of a node that lacks something: where its description begins."""
        described = self.by_subject.get(node)
        if described:
            return self._where(node, described[0].subject_at, None)
        mention = next((item for item in self.located if item.object == node), None)
        return self.where(mention) if mention else Where(self.file, self.name(node))

    def _where(self, node: Term, start: int, end: int | None) -> Where:
        if self._place is None:
            return Where(self.file, self.name(node))
        line, column = self._place(start)
        end_line, end_column = (None, None) if end is None else self._place(end)
        return Where(self.file, self.name(node), line, column, end_line, end_column)


def records(items: Iterable[Located], file: str, place: Place | None) -> list[Record]:
    """Return the proposals among the statements of a document, in the order of their description.

    A proposal is what is typed ``gk:Proposal`` or applies to something. What it reaches belongs to
    it, but no other proposal, and no thing of the guide's own.
    """
    by_subject: dict[Node, list[Located]] = defaultdict(list)
    restated: dict[Node, list[Located]] = defaultdict(list)
    proposals: dict[Node, None] = {}
    for item in items:
        subject = item.subject
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(OURS):
            restated[subject].append(item)
            continue
        by_subject[subject].append(item)
        if _says_proposal(item):
            proposals[subject] = None
    found = []
    for subject in proposals:
        own: list[Located] = []
        others: list[Located] = []
        for node in _reached(subject, by_subject, proposals):
            own += by_subject.get(node, ())
            others += restated.get(node, ())
        found.append(Record(subject, own, file, place, others))
    return found


def _says_proposal(item: Located) -> bool:
    predicate, value = item.predicate.value, item.object
    if predicate == RDF_TYPE:
        return isinstance(value, ox.NamedNode) and value.value == PROPOSAL
    return predicate == APPLIES_TO


def _reached(
    subject: Node, by_subject: Mapping[Node, list[Located]], proposals: Mapping[Node, None]
) -> list[Node]:
    """Return a proposal and the nodes that it leads to, without other proposals."""
    seen = {subject}
    order = [subject]
    for node in order:
        for item in by_subject.get(node, ()):
            value = item.object
            if not isinstance(value, ox.Literal) and value not in seen and value not in proposals:
                seen.add(value)
                order.append(value)
    return order
