"""The folder of a drafted guide: the text, and Turtle for its schemes, provisions and clauses.

What the facts of a text become stands in provisions.toml. All that is drafted says so, by
``gk:reviewStatus``; what is doubtful says how sure it is, and what else it may be.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from guidekg.drafting.carry import Carried
from guidekg.drafting.facts import Fact
from guidekg.drafting.gaps import REASONS, Gap, gaps_of, pieces
from guidekg.drafting.glossary import translated
from guidekg.drafting.names import KnownNames
from guidekg.drafting.provisions import Block, Known, clause, named, provision, question, shortened
from guidekg.drafting.reader import Reading
from guidekg.drafting.schemes import Scheme
from guidekg.drafting.structure import folded
from guidekg.drafting.text import SourceText
from guidekg.rdf.namespaces import NS, PREFIXES, XSD, compact
from guidekg.rdf.writer import write_statement

TEXT_FILE, GUIDE_FILE = "source.zh.txt", "guide.ttl"


def guide_turtle(
    name: str,
    source: SourceText,
    reading: Reading,
    known: KnownNames,
    carried: Carried | None = None,
) -> str:
    """Return the Turtle of a drafted guide.

    Args:
        name: what its identifiers are made from.
        source: its text.
        reading: what was read in it.
        known: the names that the graph knows.
        carried: what is taken over from an earlier graph.
    """
    writer = _Writer(name, source, reading, known, carried or Carried())
    body = "\n".join(write_statement(block.triples) for block in writer.blocks())
    used = sorted(prefix for prefix in PREFIXES if re.search(rf"(?<![\w<]){prefix}:", body))
    head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in used)
    comment = (
        "# Drafted from the text; `guidekg review` and the workbench change it, and so may you.\n"
    )
    return f"{comment}{head}\n{body}"


class _Writer:
    def __init__(
        self, name: str, source: SourceText, reading: Reading, known: KnownNames, carried: Carried
    ) -> None:
        self._name, self._source, self._reading, self._known = name, source, reading, known
        self._carried = carried
        self._text = source.text
        self._clauses: dict[tuple[int, int], str] = {}
        self._given: set[str] = set()
        self._clauses.update(
            {span: f"clause:{name}-{span[0]}-{span[1]}" for span in carried.clauses}
        )
        kept = {label: compact(iri) for label, iri in carried.schemes.items()}
        taken = set(kept.values())
        self._kept_schemes = taken
        first = min((iri for iri in taken if self._is_programme(iri)), default="")
        self._programme = first or f"scheme:{name}-programme"
        self._schemes: dict[str, str] = {}
        number = 0
        for scheme in reading.schemes:
            found = _same(scheme.name, kept)
            while not found:
                number += 1
                found = "" if f"scheme:{name}-{number}" in taken else f"scheme:{name}-{number}"
            self._schemes[scheme.name] = found

    def _is_programme(self, iri: str) -> bool:
        return any(
            triples
            and triples[0].subject == named(iri)
            and _PROGRAMME in (t.object for t in triples)
            for triples in self._carried.statements
        )

    def blocks(self) -> Iterator[Block]:
        """Yield all blocks: the guide, its schemes with their provisions, then the clauses."""
        made: dict[str, list[Block]] = {}
        for fact in self._facts():
            scheme = self._schemes.get(fact.scheme, self._programme)
            made.setdefault(scheme, []).append(self._provision(fact))
        carried = self._carried
        gaps = list(
            gaps_of(self._reading, [*carried.structural, *(span for span, _ in carried.cited)])
        )
        for gap in gaps:
            if not gap.structural:
                scheme = self._schemes.get(_scheme_at(self._reading, gap.start), self._programme)
                made.setdefault(scheme, []).append(self._not_understood(gap))
        made.setdefault(self._programme, []).extend(self._call_year())
        title = self._title()
        yield from self._guide(title)
        yield from self._kept(made)
        named: dict[str, Scheme | None] = {
            self._programme: None,
            **{self._schemes[one.name]: one for one in self._reading.schemes},
        }
        for iri, one in named.items():
            if iri not in self._kept_schemes:
                yield self._scheme(iri, one, one.name if one else title, made.get(iri, []))
                yield from made.get(iri, [])
        yield from self._spans(gaps)

    def _kept(self, made: Mapping[str, list[Block]]) -> Iterator[Block]:
        """Yield what is taken over, each scheme with what is new of it."""
        for triples in self._carried.statements:
            if not triples:
                continue
            block = Block(compact(str(triples[0].subject).strip("<>")))
            block.triples = list(triples)
            name = compact(block.subject.value)
            if name in self._kept_schemes:
                kept = self._carried.provisions.get(block.subject.value, [])
                more = made.get(name, [])
                if kept or more:
                    block.add(
                        "gk:hasProvision", *map(ox.NamedNode, kept), *(one.subject for one in more)
                    )
                yield block
                yield from more
            else:
                yield block

    def _facts(self) -> Iterator[Fact]:
        """Yield the facts to write: the end of a window is said by the window."""
        windows = [fact for fact in self._reading.facts if fact.kind == "filing-window"]
        for fact in self._reading.facts:
            within = any(one.start <= fact.start and fact.end <= one.end for one in windows)
            if not (fact.kind == "deadline" and within) and not self._carried.says(fact):
                yield fact

    def _call_year(self) -> Iterator[Block]:
        """Yield the year of the call, where the first words name it: days and years are told from it."""
        found = _YEAR.search(self._text[:300])
        if not found or any(
            start <= found.start() < end for (start, end), _ in self._carried.cited
        ):
            return
        block = Block(f"provision:{self._name}-call-year")
        block.add("a", "gk:CallYear")
        block.labels(f"申报年度为{found[1]}年", f"The call is for {found[1]}")
        block.add("gk:modality", "modality:informative")
        block.add("gk:year", int(found[1]))
        block.add("gk:clause", *self._clause(*found.span()))
        block.add("gk:reviewStatus", "status:drafted")
        yield block

    def _title(self) -> str:
        titles = [
            f for f in self._reading.facts if f.source == "title" and f.note.startswith("title")
        ]
        return titles[0].quote if titles else self._text.strip().splitlines()[0][:60]

    # -- the guide

    def _guide(self, title: str) -> Iterator[Block]:
        guide = Block(f"guide:{self._name}")
        if self._carried.source:  # the draft is made again: what is said of it stays
            for triples in (self._carried.guide, self._carried.source):
                before = Block(compact(str(triples[0].subject).strip("<>")))
                before.triples = list(triples)
                yield before
            return
        guide.add("a", "gk:Guide")
        kept = list(self._carried.guide)
        if not any(t.object == ox.Literal(title, language="zh") for t in kept):
            guide.labels(title, translated(title) or f"Guide {self._name}")
            kept = [t for t in kept if t.predicate.value != _LABEL]
        for fact in self._reading.facts:
            if fact.source == "signature" and isinstance(fact.value, str):
                guide.add(
                    "dcterms:issued", ox.Literal(fact.value, datatype=ox.NamedNode(XSD + "date"))
                )
            if fact.note == "document number":
                guide.add("gk:documentNumber", ox.Literal(str(fact.value)))
        guide.triples += [ox.Triple(guide.subject, t.predicate, t.object) for t in kept]
        guide.add("gk:source", f"source:{self._name}-zh")
        guide.add("gk:reviewStatus", "status:drafted")
        yield guide
        source = Block(f"source:{self._name}-zh")
        source.add("a", "gk:SourceDocument")
        source.labels("指南原文", "text of the guide")
        source.add("gk:textFile", ox.Literal(TEXT_FILE))
        data = self._text.encode()
        source.add("gk:sha256", ox.Literal(hashlib.sha256(data).hexdigest()))
        source.add("dcterms:language", ox.Literal("zh"))
        if self._source.name:
            form = self._source.encoding or self._source.form
            said = f"{self._source.name} ({form}, SHA-256 {self._source.sha256})"
            source.add("dcterms:source", ox.Literal(said))
        yield source

    def _scheme(
        self, iri: str, scheme: Scheme | None, label: str, provisions: list[Block]
    ) -> Block:
        block = Block(iri)
        parent = self._schemes.get(scheme.parent, "") if scheme else ""
        block.add("a", "gk:Programme" if scheme is None else "gk:Track")
        number = iri.rpartition("-")[2]
        block.labels(
            label, translated(label) or ("Programme" if scheme is None else f"Track {number}")
        )
        if scheme is None:
            block.add("gk:announcedIn", f"guide:{self._name}")
        else:
            block.add("gk:partOf", parent or self._programme)
            region = self._known.one("place", scheme.name)
            if parent and region:
                block.add("gk:partnerRegion", region)
        block.add("gk:reviewStatus", "status:drafted")
        if provisions:
            block.add("gk:hasProvision", *(one.subject for one in provisions))
        return block

    # -- provisions

    def _identifier(self, kind: str, start: int) -> str:
        name = f"{self._name}-{kind}-{start}"
        number = 2
        while name in self._given:
            name, number = f"{self._name}-{kind}-{start}-{number}", number + 1
        self._given.add(name)
        return name

    def _provision(self, fact: Fact) -> Block:
        identifier = self._identifier(fact.kind, fact.start)
        clauses = self._clause(fact.start, fact.end)
        dated = bool(_YEAR.search(self._text[:300]))
        block = provision(fact, Known(self._known, dated), identifier, clauses)
        block.add("gk:reviewStatus", "status:drafted")
        block.add("gk:draftedAs", ox.Literal(fact.kind))
        block.add("gk:confidence", float(fact.confidence))
        if fact.alternatives:
            block.add("gk:mayBe", *map(ox.Literal, fact.alternatives))
        block.add("gk:foundBy", *(ox.Literal(one) for one in fact.source.split(" + ")))
        return block

    def _not_understood(self, gap: Gap) -> Block:
        identifier = self._identifier("not-understood", gap.start)
        quote = self._text[gap.start : gap.end]
        asks = bool(re.search(r"应|须|必须|不得|不予|需|限", quote))
        block = Block(f"{'requirement' if asks else 'provision'}:{identifier}")
        block.add("a", *(("gk:Requirement", "gk:ManualCheck") if asks else ("gk:Provision",)))
        block.labels(
            shortened(quote),
            translated(quote) or f"Not understood (characters {gap.start}–{gap.end})",
        )
        if asks:
            block.add("gk:requirementRow", ox.Literal(identifier))
            block.add("dcterms:identifier", ox.Literal(identifier))
        block.add("gk:modality", "modality:must" if asks else "modality:informative")
        if asks:
            block.add("gk:severityIfUnmet", "sh:Violation")
            block.add("gk:question", *question(quote))
        block.add("gk:clause", *self._clause(gap.start, gap.end))
        block.add("gk:reviewStatus", "status:not-understood")
        return block

    # -- clauses

    def _clause(self, start: int, end: int) -> list[str]:
        """Return the names of the clauses of a span: one for each of its lines and sentences."""
        names = []
        for first, last in pieces(self._text, start, end):
            name = f"clause:{self._name}-{first}-{last}"
            self._clauses[first, last] = name
            names.append(name)
        return names

    def _spans(self, gaps: Iterable[Gap]) -> Iterator[Block]:
        structural: dict[tuple[int, int], tuple[str, str]] = {}
        kept = {**self._carried.structural, **self._carried.clauses}
        for gap in gaps:
            if gap.structural:
                for piece in pieces(self._text, gap.start, gap.end):
                    structural[piece] = REASONS[gap.structural]
        for span in sorted({*self._clauses, *structural, *kept}):
            reason = None if span in self._clauses or span in kept else structural[span]
            yield clause(self._name, self._text, span, reason, kept.get(span, ()))


_YEAR = re.compile(r"(20\d\d)\s*年度?")
_LABEL = PREFIXES["rdfs"] + "label"
_PROGRAMME = ox.NamedNode(NS + "Programme")


def _same(name: str, kept: Mapping[str, str]) -> str:
    """Return the scheme (of those by their labels) that a name means: one called so, else the one that has it in its name."""
    plain = folded(name)
    called = {folded(label): iri for label, iri in kept.items()}
    if plain in called:
        return called[plain]
    found = {iri for label, iri in called.items() if plain in label or label in plain}
    return found.pop() if len(found) == 1 else ""


def _scheme_at(reading: Reading, start: int) -> str:
    """Return the scheme of the fact that stands before a place, in the same line if there is one."""
    text = reading.document.text
    before = [
        fact for fact in reading.facts if fact.start <= start and "\n" not in text[fact.end : start]
    ]
    return before[-1].scheme if before else ""
