"""What a new draft takes over from a graph that people have reviewed.

That is the graph of last year's guide, or the one that stands in the folder: its provisions whose words
stand in the new text, with their labels, readings and decisions; its schemes, places, agencies and facts.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pyoxigraph as ox

from guidekg.drafting.facts import Fact, overlaps
from guidekg.guides.alignment import align
from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE

_STATUS, _PROVISION, _PART = NS + "reviewStatus", NS + "hasProvision", NS + "partOf"
_CITES = (NS + "clause", NS + "phrase")
_OPEN = {PREFIXES["status"] + "drafted", PREFIXES["status"] + "not-understood"}
_START, _END = PREFIXES["oa"] + "start", PREFIXES["oa"] + "end"
_IDENTIFIER, _FACT_NAME = PREFIXES["dcterms"] + "identifier", NS + "factName"
_BY = PREFIXES["prov"] + "wasAttributedTo"
_LABEL = PREFIXES["rdfs"] + "label"
_STRUCTURAL = ox.NamedNode(NS + "StructuralSpan")
_GUIDE = ox.NamedNode(NS + "Guide")
_ANEW = {_GUIDE, ox.NamedNode(NS + "SourceDocument")}
# What editions of a guide may have in common.
_SHARED = {NS + "issuer", _LABEL}
_Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_T = TypeVar("_T")
_SCHEMES = {ox.NamedNode(NS + name) for name in ("Programme", "Track", "PartnerCall", "Scheme")}


@dataclass(slots=True)
class Carried:
    """What is taken over.

    Attributes:
        statements: the triples of each thing, in the order of the earlier graph, clauses aside.
        provisions: for each scheme (its IRI) the IRIs of its provisions that are taken over.
        schemes: the IRI of each scheme by its Chinese name.
        cited: the spans in the new text that these provisions cite, with how they were drafted.
        structural: the spans that people declared to say nothing, with their triples.
        clauses: what is said of clauses beside where they stand, by their spans.
        guide: what is said of the guide itself: all, if the draft is made again, else what editions share.
        source: what is said of its text, if the draft is made again.
    """

    statements: list[list[ox.Triple]] = field(default_factory=list)
    provisions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    schemes: dict[str, str] = field(default_factory=dict)
    cited: list[tuple[tuple[int, int], str]] = field(default_factory=list)
    structural: dict[tuple[int, int], list[ox.Triple]] = field(default_factory=dict)
    clauses: dict[tuple[int, int], list[ox.Triple]] = field(default_factory=dict)
    guide: list[ox.Triple] = field(default_factory=list)
    source: list[ox.Triple] = field(default_factory=list)

    def says(self, fact: Fact) -> bool:
        """Whether a provision that is taken over says what a fact says."""
        for span, kind in self.cited:
            if kind:
                longer = max(span[1] - span[0], fact.end - fact.start)
                shared = min(span[1], fact.end) - max(span[0], fact.start)
                if 2 * shared >= longer or (kind == fact.kind and overlaps(span, fact.span)):
                    return True
            elif span[0] <= fact.start and fact.end <= span[1]:
                return True
        if any(start <= fact.start and fact.end <= end for start, end in self.structural):
            return True
        # A whole sentence may be said by several provisions that are taken over.
        covered = sum(
            max(0, min(end, fact.end) - max(start, fact.start))
            for start, end in _joined(self.cited)
        )
        return 10 * covered >= 9 * (fact.end - fact.start) and not any(
            kind for _, kind in self.cited
        )


def _joined(cited: Iterable[tuple[tuple[int, int], str]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for (start, end), _ in sorted(cited):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def carry(
    triples: Sequence[ox.Triple], old_text: str, new_text: str, old_name: str, new_name: str
) -> Carried:
    """Return what of a graph holds for a text.

    Args:
        triples: the earlier graph, in the order of its file.
        old_text: the text that it is about.
        new_text: the text to draft; the same, if the draft is made again.
        old_name: what the earlier identifiers are made from.
        new_name: what the new ones are made from.
    """
    return _Carrying(triples, old_text, new_text, old_name, new_name).carried


class _Carrying:
    def __init__(
        self,
        triples: Sequence[ox.Triple],
        old_text: str,
        new_text: str,
        old_name: str,
        new_name: str,
    ) -> None:
        self._old, self._new = old_name, new_name
        self._same = old_text == new_text and old_name == new_name
        self.carried = Carried()
        self._of: dict[object, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            self._of[triple.subject].append(triple)
        self._moved = self._clauses(old_text, new_text)
        self._renamed = {
            clause.value: f"{ID}clause/{new_name}-{span[0]}-{span[1]}"
            for clause, span in self._moved.items()
            if span and isinstance(clause, ox.NamedNode)
        }
        provisions = {t.object for t in triples if t.predicate.value == _PROVISION}
        self._kept = {one for one in provisions if self._holds(one)}
        self._dropped = {
            node
            for node in (*(provisions - self._kept), *self._moved)
            if isinstance(node, ox.NamedNode)
        }
        for subject in list(self._of):
            if isinstance(subject, ox.NamedNode) and subject not in self._dropped:
                self._take(subject)
        self._take_clauses(drafted=any(t.predicate.value == _STATUS for t in triples))

    def _clauses(self, old_text: str, new_text: str) -> dict[object, tuple[int, int] | None]:
        """Return where the words of each clause stand in the new text; None where they do not."""
        alignment = align(old_text, new_text)
        moved: dict[object, tuple[int, int] | None] = {}
        for subject in list(self._of):
            start, end = self._one(subject, _START), self._one(subject, _END)
            if isinstance(subject, ox.NamedNode) and start and end:
                moved[subject] = alignment.moved(int(start), int(end))
        return moved

    def _take(self, subject: ox.NamedNode) -> None:
        """Take a thing over, with what it says; of a scheme, which of its provisions are taken over too."""
        types = {t.object for t in self._of[subject] if t.predicate.value == RDF_TYPE}
        if types & _ANEW:
            said = self._statement(subject)
            if types & {_GUIDE}:
                shared = (t for t in said if t.predicate.value in _SHARED)
                self.carried.guide = said if self._same else list(shared)
            elif self._same:
                self.carried.source = said
            return
        if types & _SCHEMES:
            iri = self._iri(subject.value)
            self.carried.schemes[self._label(subject)] = iri
            for t in self._of[subject]:
                if t.predicate.value == _PROVISION and t.object in self._kept:
                    self.carried.provisions[iri].append(self._iri(str(t.object).strip("<>")))
        self.carried.statements.append(self._statement(subject))

    def _take_clauses(self, *, drafted: bool) -> None:
        """Take clauses over: those that are cited, those that say more, and what people declared structural."""
        cited = {t.object for said in self.carried.statements for t in said}
        for one in self._kept:
            kind = self._one(one, NS + "draftedAs")
            for t in self._of[one]:
                span = self._moved.get(t.object) if t.predicate.value in _CITES else None
                if span:
                    self.carried.cited.append((span, kind))
        for clause, span in self._moved.items():
            if not span:
                continue
            structural = any(t.object == _STRUCTURAL for t in self._of[clause])
            if structural and (
                not drafted or any(t.predicate.value == _BY for t in self._of[clause])
            ):
                self.carried.structural[span] = self._more(clause)
            elif not structural and self._rename(clause) in cited:
                self.carried.clauses[span] = self._more(clause)

    def _one(self, subject: object, predicate: str) -> str:
        found = (t.object for t in self._of.get(subject, ()) if t.predicate.value == predicate)
        return str(getattr(next(found, None), "value", ""))

    def _label(self, subject: object) -> str:
        labels = (t.object for t in self._of.get(subject, ()) if t.predicate.value == _LABEL)
        found = (one for one in labels if isinstance(one, ox.Literal) and one.language == "zh")
        return next((one.value for one in found), "")

    def _is_open(self, provision: object) -> bool:
        return any(
            t.predicate.value == _STATUS and getattr(t.object, "value", "") in _OPEN
            for t in self._of.get(provision, ())
        )

    def _holds(self, provision: object) -> bool:
        """Whether people have decided on a provision, and all words that it cites stand in the new text."""
        if self._is_open(provision) or not self._of.get(provision):
            return False
        cited = [t.object for t in self._of[provision] if t.predicate.value in _CITES]
        return all(self._moved.get(one) for one in cited)

    def _iri(self, iri: str) -> str:
        """Return an IRI of the earlier guide as one of the new guide."""
        if iri in self._renamed:
            return self._renamed[iri]
        if self._same or not iri.startswith(ID):
            return iri
        base, _, local = iri.rpartition("/")
        if local == self._old or local.startswith(f"{self._old}-"):
            return f"{base}/{self._new}{local[len(self._old) :]}"
        return iri

    def _rename(self, term: _T) -> _T | ox.NamedNode:
        return ox.NamedNode(self._iri(term.value)) if isinstance(term, ox.NamedNode) else term

    def _moved_triple(self, triple: ox.Triple) -> ox.Triple:
        """Return a statement as the new guide has it."""
        return ox.Triple(self._rename(triple.subject), triple.predicate, self._value(triple))

    def _value(self, triple: ox.Triple) -> _Object:
        """Return the object of a statement, as the new guide has it."""
        value = triple.object
        own = triple.predicate.value in (_IDENTIFIER, _FACT_NAME) and not self._same
        if own and isinstance(value, ox.Literal):
            # Both editions may be open at once, and an identifier names one thing.
            said = value.value
            if self._old in said:
                return ox.Literal(said.replace(self._old, self._new))
            return (
                ox.Literal(f"{said}-{self._new}")
                if triple.predicate.value == _IDENTIFIER
                else value
            )
        return self._rename(value)

    def _statement(self, subject: ox.NamedNode) -> list[ox.Triple]:
        """Return what is said of a thing, and of the blank nodes below it, without what is dropped."""
        made: list[ox.Triple] = []
        todo: list[object] = [subject]
        for node in todo:
            for t in self._of.get(node, ()):
                gone = t.object in self._dropped and str(t.object).strip("<>") not in self._renamed
                if gone or t.predicate.value == _PROVISION:
                    continue
                made.append(self._moved_triple(t))
                if isinstance(t.object, ox.BlankNode):
                    todo.append(t.object)
        return made

    def _more(self, clause: object) -> list[ox.Triple]:
        """Return what is said of a clause beside where it stands."""
        plain = {_START, _END, PREFIXES["oa"] + "exact", NS + "inSource"}
        return [self._moved_triple(t) for t in self._of[clause] if t.predicate.value not in plain]


def guide_name(triples: Iterable[ox.Triple]) -> str:
    """Return what the identifiers of the guide that triples describe are made from."""
    for triple in triples:
        if triple.predicate.value == RDF_TYPE and triple.object == ox.NamedNode(NS + "Guide"):
            return re.sub(r"^.*/", "", str(triple.subject).strip("<>"))
    return ""
