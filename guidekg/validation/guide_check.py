"""The steward's checks of a guide's own data: what is wrong with it, and what nobody can check.

Each finding says where the statement stands that it is about, and what is about the text where in the
text. What keeps a guide from being opened is a finding among the others, as far as one can read.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from guidekg.errors import InconsistencyError, NotAGuideError
from guidekg.guides.coverage import Coverage
from guidekg.guides.model import Guide, Review
from guidekg.guides.repository import Repository
from guidekg.guides.sources import Contents, Flaw, Folders, examine, guides_of
from guidekg.guides.statements import Place, Statements
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, compact
from guidekg.rdf.turtle import Lines
from guidekg.resources import folder
from guidekg.stores import EmbeddedStore
from guidekg.validation.facts import Facts, some_values
from guidekg.validation.hints import PLACEHOLDER, Names
from guidekg.validation.rulebook import Rulebook

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

# Properties of other vocabularies that take a text or a number.
_TEXTS = (
    *(PREFIXES["oa"] + name for name in ("start", "end", "exact")),
    *(PREFIXES["dcterms"] + name for name in ("identifier", "language")),
    PREFIXES["rdfs"] + "label",
)
_REPLACED_BY = ox.NamedNode(PREFIXES["dcterms"] + "isReplacedBy")
_CURRENCY = ox.NamedNode(NS + "currency")
_OF_CLASSES = {RDF_TYPE, PREFIXES["rdfs"] + "subClassOf"}
_IRI = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class GuideFinding:
    """One thing that is wrong with a guide's data, or that they lack.

    ``where`` is a thing as ``prefix:name``, with the characters of the source where it is about them;
    ``rule`` the name of a shape of ``shapes/guide.ttl``, or ``unknown-term``, ``value-kind`` (a text
    where a thing is to be), ``to-be-written`` (a value that is still …), ``left-to-person`` (no shape decides the requirement), ``coverage``, or the
    code of the error that keeps the guide from being opened, or ``not-checked``. ``place`` is where the statement stands,
    else where the thing is described; ``in_text`` where the source says what it is about. Of an
    endpoint neither is known.
    """

    where: str
    rule: str
    message: Label
    place: Place | None = None
    in_text: Place | None = None


class Checked(NamedTuple):
    """What a check found; of each guide how much is covered, and how far its review has come if it was drafted.

    ``readable`` is False where a file or a text could not be read: the findings are then not all.
    """

    findings: tuple[GuideFinding, ...]
    guides: tuple[tuple[Guide, Coverage, Review | None], ...]
    readable: bool


class _Found(NamedTuple):
    """A finding before its places are known: about a thing (an IRI), a statement of it if one is named."""

    thing: str
    rule: str
    message: Label
    predicate: str = ""
    value: str = ""
    span: tuple[int, int] | None = None  # of the source that the thing is


def check_guides(repository: Repository) -> tuple[GuideFinding, ...]:
    """Return what is wrong with the guides that are open, in the order of the files."""
    places = _Places(repository.folders)
    found = [*_misplaced(repository.asserted()).values(), *_findings(repository)]
    return _sorted(map(places.finding, found))


def check_folders(folders: Folders, *, cached: bool = True) -> Checked:
    """Return all that is wrong with the guides of folders, what keeps them from being opened too.

    Args:
        folders: what to open.
        cached: whether the cache may help.

    Raises:
        NotAGuideError: no file describes a guide.
    """
    contents = examine(folders)
    flaws, misplaced = [*contents.flaws], _misplaced(contents.triples)
    for flaw in flaws:
        if isinstance(flaw.error, NotAGuideError):
            raise flaw.error
    readable = not any(flaw.unreadable for flaw in flaws)
    found = [*misplaced.values()]
    guides: tuple[tuple[Guide, Coverage, Review | None], ...] = ()
    if readable:
        try:
            whole = not (flaws or misplaced)
            repository = (
                Repository.of(folders, cached=cached) if whole else _flawed(contents, misplaced)
            )
        except InconsistencyError as error:
            flaws.append(Flaw(error))
        else:
            # What shares an identifier is named by the flaw.
            told = _findings(repository, doubtful=not whole)
            found += [one for one in told if one.rule != "identifier-is-unique"]
            guides = _covered(repository, doubtful=bool(flaws or found))
    places = _Places(folders, contents)
    every = [*map(places.flaw, flaws), *map(places.finding, found)]
    return Checked(_sorted(every), guides, readable)


def _flawed(contents: Contents, misplaced: Container[ox.Triple]) -> Repository:
    """Return guides as if they had no flaws, without values that are of no use."""
    from guidekg.guides.closure import closure  # noqa: PLC0415  # it takes rdflib with it

    wrong = {
        f"<{iri}>"
        for iri, span in contents.spans.items()
        if not all(span.get(end, "0").isdecimal() for end in ("start", "end"))
    }
    triples = [
        triple
        for triple in contents.triples
        if str(triple.subject) not in wrong and triple not in misplaced
    ]
    return Repository(EmbeddedStore(triples, closure(triples)))


def _misplaced(triples: Sequence[ox.Triple]) -> dict[ox.Triple, _Found]:
    """Return the statements with a text where the vocabulary has a thing, or the other way round."""
    kinds = {
        "ObjectProperty": set[ox.NamedNode](),
        "DatatypeProperty": {*map(ox.NamedNode, _TEXTS)},
    }
    for triple in triples:
        if triple.predicate.value == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            kind = triple.object.value.removeprefix(PREFIXES["owl"])
            if kind in kinds and isinstance(triple.subject, ox.NamedNode):
                kinds[kind].add(triple.subject)
    found = {}
    for triple in triples:
        text, name = isinstance(triple.object, ox.Literal), compact(triple.predicate.value)
        if triple.predicate in kinds["ObjectProperty" if text else "DatatypeProperty"]:
            said = (
                Label(f"{name} 的值应当是一个事物，不是文字。", f"{name} takes a thing, not a text")
                if text
                else Label(
                    f"{name} 的值应当是文字或数，不是事物。", f"{name} takes a text, not a thing"
                )
            )
            thing, *terms = map(str, (triple.subject, triple.predicate, triple.object))
            found[triple] = _Found(thing.strip("<>"), "value-kind", said, terms[0], terms[1])
    return found


def _findings(repository: Repository, *, doubtful: bool = False) -> Iterator[_Found]:
    """Yield what the checks find.

    Where something is wrong, which the shapes of a guide tell first, or the data are ``doubtful`` anyway,
    a check may be unable to read them: that is then a finding of each guide.
    """
    for check in (_shapes, _terms, _deprecated, _currencies, _left_to_person, _uncovered):
        try:
            for one in check(repository):
                doubtful = True
                yield one
        except Exception:
            if not doubtful:
                raise
            message = Label(
                "因为其他问题，有一项核对没有做完；改好后请再核对一次。",
                "for what else is wrong a check could not be made: mend that, then check again",
            )
            for guide in guides_of(repository.asserted()):
                yield _Found(guide, "not-checked", message)


def _covered(
    repository: Repository, *, doubtful: bool
) -> tuple[tuple[Guide, Coverage, Review | None], ...]:
    things = repository.things
    with suppress(Exception) if doubtful else nullcontext():
        return tuple(
            (guide, things.coverage(iri), things.reviews.get(iri))
            for iri, guide in things.guides.items()
        )
    return ()


def _sorted(found: Iterable[GuideFinding]) -> tuple[GuideFinding, ...]:
    def order(one: GuideFinding) -> tuple[str, ...]:
        places = (*(one.place or ("", 0, 0)), *(one.in_text or ("", 0, 0)))
        numbered = (f"{part:09}" if isinstance(part, int) else str(part) for part in places)
        return *numbered, one.where, one.rule, one.message.en

    return tuple(sorted(set(found), key=order))


class _Places:
    """Says where things stand in the files of guides; nothing, if there are none."""

    def __init__(self, folders: Folders | None, contents: Contents | None = None) -> None:
        self._folders = folders or Folders(())
        self._examined = contents
        self._statements = Statements(self._folders.files)

    @cached_property
    def _contents(self) -> Contents:
        return self._examined or examine(self._folders)

    def finding(self, found: _Found) -> GuideFinding:
        """Return a finding with its places."""
        span = "{}-{}".format(*found.span) if found.span else ""
        return GuideFinding(
            f"{compact(found.thing)} {span}".strip(),
            found.rule,
            found.message,
            self._statements.place(f"<{found.thing}>", found.predicate, found.value),
            self._in_text(found.thing, found.span),
        )

    def flaw(self, flaw: Flaw) -> GuideFinding:
        """Return the finding that a flaw is."""
        error, subject = flaw.error, flaw.subject
        message = Label(
            getattr(error, "reason_zh", error.zh), getattr(error, "reason_en", error.en)
        )
        if not subject and not flaw.file:  # a contradiction names what it is about
            known = (f"<{iri}>" for iri in _IRI.findall(error.en) if not iri.startswith(NS))
            subject = next(filter(self._statements.place, known), "")
        place = self._statements.place(subject, flaw.predicate) if subject else None
        if not place and flaw.file:
            line, column = getattr(error, "line", None), getattr(error, "column", None)
            place = Place(flaw.file, line or 1, column or 1)
        thing = subject.strip("<>")
        where = compact(thing) if thing else flaw.file.name if flaw.file else ""
        return GuideFinding(where, error.code, message, place, self._in_text(thing))

    def _in_text(self, thing: str, span: tuple[int, int] | None = None) -> Place | None:
        """Return where in its text a clause begins, or a span of a source."""
        if not self._folders.files:
            return None
        said = self._contents.spans.get(thing, {})
        source, start = (thing, str(span[0])) if span else (said.get("inSource"), said.get("start"))
        text = self._contents.texts.get(source or "")
        if text is None or start is None or not start.isdecimal():
            return None
        return Place(text.file, *Lines(text.text).at(min(int(start), len(text.text))))


def _shapes(repository: Repository) -> Iterator[_Found]:
    from pyshacl import validate  # noqa: PLC0415  # 0.5 s to import
    from rdflib import SH, BNode, Graph, Literal, URIRef  # noqa: PLC0415

    data, shapes = Graph(), Graph()
    shapes.parse(folder("shapes") / "guide.ttl")
    named = {*_IRI.findall(" ".join(map(str, shapes.objects()))), *_OF_CLASSES}
    # What no shape names is not looked at, but for what tells whose it is that stands in brackets.
    looked_at = (
        triple
        for triple in repository.asserted()
        if triple.predicate.value in named or isinstance(triple.object, ox.BlankNode)
    )
    data.parse(data=ox.serialize(looked_at, format=ox.RdfFormat.N_TRIPLES), format="nt")
    _, results, said = validate(data, shacl_graph=shapes, inplace=True)
    if not isinstance(results, Graph):
        raise TypeError(f"pySHACL failed: {said}")
    for result in results.subjects(SH.resultSeverity):
        # Not the result's own: pySHACL drops the languages of what a SPARQL constraint says.
        words = {
            message.language: str(message)
            for shape in results.objects(result, SH.sourceShape)
            for message in shapes.objects(shape, SH.message)
            if isinstance(message, Literal)
        }
        thing, path = results.value(result, SH.focusNode), results.value(result, SH.resultPath)
        value = results.value(result, SH.value)
        if isinstance(thing, BNode):
            thing, path, value = _owner(data, thing)
        yield _Found(
            str(thing),
            str(results.value(result, SH.sourceShape)).rpartition("/")[2],
            Label(words.get("zh", ""), words.get("en", "")),
            path.n3() if isinstance(path, URIRef) else "",
            value.n3() if isinstance(value, URIRef | Literal) else "",
        )


def _owner(data: "Graph", node: "Node") -> "tuple[Node, Node | None, None]":
    """Return the named thing in whose description a node without a name stands, and its property."""
    from rdflib import BNode  # noqa: PLC0415

    path: Node | None = None
    seen: set[Node] = set()
    while isinstance(node, BNode) and node not in seen:
        seen.add(node)
        node, path = next(iter(data.subject_predicates(node)), (node, path))
    return node, path, None


def _terms(repository: Repository) -> Iterator[_Found]:
    """Yield the names of ours that the guides use and nothing describes, and what is still to be written.

    What is described counts as known, a class or a property only if the vocabulary types it as one.
    """
    asserted = repository.asserted()
    described = {
        triple.subject.value
        for triple in asserted
        if isinstance(triple.subject, ox.NamedNode)
        and (triple.predicate.value == RDF_TYPE or not triple.subject.value.startswith(NS))
    }
    names = Names(described)
    for triple in asserted:
        subject, predicate, value = map(str, (triple.subject, triple.predicate, triple.object))
        thing = subject.strip("<>")
        if names.unknown(predicate):
            yield _Found(thing, "unknown-term", _unknown(names, predicate), predicate)
        if names.unknown(value):
            yield _Found(thing, "unknown-term", _unknown(names, value), predicate, value)
        if isinstance(triple.object, ox.Literal) and triple.object.value == PLACEHOLDER:
            name = compact(predicate.strip("<>"))
            message = Label(f"{name} 还是“…”，尚未填写。", f"{name} is still “…”: to be written")
            yield _Found(thing, "to-be-written", message, predicate, value)


def _unknown(names: Names, term: str) -> Label:
    iri = term[1:-1]
    near = ", ".join(map(compact, names.nearest(iri)))
    return Label(
        f"词汇和数据中都没有 {compact(iri)}" + (f"；是否应为 {near}？" if near else "。"),
        f"neither the vocabulary nor the data have {compact(iri)}"
        + (f"; was {near} meant?" if near else ""),
    )


def _deprecated(repository: Repository) -> Iterator[_Found]:
    """Yield the statements that use a term which was replaced."""
    asserted = repository.asserted()
    replaced = {t.subject: t.object for t in asserted if t.predicate == _REPLACED_BY}
    for triple in asserted:
        old = triple.object if triple.predicate.value == RDF_TYPE else triple.predicate
        if isinstance(old, ox.NamedNode) and isinstance(new := replaced.get(old), ox.NamedNode):
            names = compact(old.value), compact(new.value)
            thing, predicate, value = map(str, (triple.subject, triple.predicate, triple.object))
            yield _Found(
                thing.strip("<>"),
                "deprecated-term",
                Label(
                    "{} 已停用，没有模板处理；请改用 {}。".format(*names),
                    "{} was replaced and no template takes it: use {}".format(*names),
                ),
                predicate,
                value,
            )


def _currencies(repository: Repository) -> Iterator[_Found]:
    """Yield the amounts in a currency that ISO 4217 does not have."""
    from babel.numbers import list_currencies  # noqa: PLC0415  # it reads its tables

    known = list_currencies()
    for triple in repository.asserted():
        if triple.predicate == _CURRENCY and isinstance(triple.object, ox.Literal):
            code = triple.object.value
            if code not in known:
                yield _Found(
                    str(triple.subject).strip("<>"),
                    "currency-is-known",
                    Label(
                        f"没有“{code}”这种货币（ISO 4217）。", f"ISO 4217 has no currency {code!r}"
                    ),
                    str(triple.predicate),
                    str(triple.object),
                )


def _left_to_person(repository: Repository) -> Iterator[_Found]:
    """Yield the requirements that no shape decides, in a run without facts or in one with all."""
    without = Rulebook(repository, Facts(repository.store, {}, None))
    facts = Facts(repository.store, some_values(repository.store), None)
    with_all = Rulebook(repository, facts, without)
    for iri in without.manual | with_all.manual:
        name = with_all.requirements[iri].identifier
        kind = repository.things.provision(iri).kind
        if kind.iri == NS + "ManualCheck":
            continue  # that is what it says
        yield _Found(
            iri,
            "left-to-person",
            Label(
                f"没有形状能核对要求 {name}（{kind.label.zh}），每个项目都须由人判定："
                "它的类没有模板，或者缺少模板所需的数据。",
                f"no shape decides the requirement {name} ({kind.label.en}), so for every proposal a person"
                " has to: its class has no template, or its data lack what the template needs",
            ),
        )


def _uncovered(repository: Repository) -> Iterator[_Found]:
    for iri, guide in repository.things.guides.items():
        for start, end in repository.things.coverage(iri).uncovered:
            text = guide.text[start:end]
            message = Label(f"没有条文覆盖：{text}", f"no provision covers: {text}")
            yield _Found(guide.source, "coverage", message, span=(start, end))
