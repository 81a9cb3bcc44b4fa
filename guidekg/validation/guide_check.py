"""The steward's checks of a guide's own data: what is wrong with it, and what nobody can check.

Each finding says where the statement stands that it is about, and what is about the text where in the
text. What keeps a guide from being opened is a finding among the others, as far as one can read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from guidekg.errors import InconsistencyError, NotAGuideError
from guidekg.guides.repository import Repository
from guidekg.guides.sources import Contents, Flaw, Folders, examine
from guidekg.guides.statements import Place, Statements
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, RDF_TYPE, compact
from guidekg.rdf.turtle import Lines
from guidekg.resources import folder
from guidekg.stores import EmbeddedStore
from guidekg.validation.facts import Facts, some_values
from guidekg.validation.hints import PLACEHOLDER, Names
from guidekg.validation.rulebook import Rulebook

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_IRI = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class GuideFinding:
    """One thing that is wrong with a guide's data, or that they lack.

    ``where`` is a thing as ``prefix:name``, with the characters of the source where it is about them;
    ``rule`` the name of a shape of ``shapes/guide.ttl``, or ``unknown-term``, ``to-be-written`` (a
    value that is still …), ``left-to-person`` (no shape decides the requirement), ``coverage``, or the
    code of the error that keeps the guide from being opened. ``place`` is where the statement stands,
    else where the thing is described; ``in_text`` where the source says what it is about. Of an
    endpoint neither is known.
    """

    where: str
    rule: str
    message: Label
    place: Place | None = None
    in_text: Place | None = None


class Checked(NamedTuple):
    """What a check found, and the guides as far as they could be opened.

    ``readable`` is False where a file or a text could not be read: the findings are then not all.
    """

    findings: tuple[GuideFinding, ...]
    repository: Repository | None
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
    return _sorted(map(_Places(repository.folders).finding, _findings(repository)))


def check_folders(folders: Folders, *, cached: bool = True) -> Checked:
    """Return all that is wrong with the guides of folders, what keeps them from being opened too.

    Args:
        folders: what to open.
        cached: whether the cache may help.

    Raises:
        NotAGuideError: no file describes a guide.
    """
    contents = examine(folders)
    flaws = [*contents.flaws]
    for flaw in flaws:
        if isinstance(flaw.error, NotAGuideError):
            raise flaw.error
    repository = None
    readable = not any(flaw.unreadable for flaw in flaws)
    if readable:
        try:
            repository = (
                _flawed(contents, folders) if flaws else Repository.of(folders, cached=cached)
            )
        except InconsistencyError as error:
            flaws.append(Flaw(error))
    places = _Places(folders, contents)
    found = [*map(places.flaw, flaws)]
    if repository:
        # What shares an identifier is named by the flaw.
        found += [
            places.finding(one)
            for one in _findings(repository)
            if one.rule != "identifier-is-unique"
        ]
    return Checked(_sorted(found), repository, readable)


def _flawed(contents: Contents, folders: Folders) -> Repository:
    """Return guides that have flaws as if they had none; offsets that are no numbers are left out."""
    from guidekg.guides.closure import closure  # noqa: PLC0415  # it takes rdflib with it

    wrong = {f"<{iri}>" for iri, span in contents.spans.items() if not _whole(span)}
    triples = [triple for triple in contents.triples if str(triple.subject) not in wrong]
    return Repository(EmbeddedStore(triples, closure(triples)), folders)


def _whole(span: dict[str, str]) -> bool:
    return all(span.get(end, "0").isdecimal() for end in ("start", "end"))


def _findings(repository: Repository) -> Iterator[_Found]:
    yield from _shapes(repository)
    yield from _terms(repository)
    yield from _left_to_person(repository)
    yield from _uncovered(repository)


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
    lines = ox.serialize(repository.asserted(), format=ox.RdfFormat.N_TRIPLES)
    data.parse(data=lines, format="nt")
    shapes.parse(folder("shapes") / "guide.ttl")
    _, results, said = validate(data, shacl_graph=shapes)
    if not isinstance(results, Graph):
        raise TypeError(f"pySHACL failed: {said}")
    for result in results.subjects(SH.resultSeverity):
        words = {
            message.language: str(message)
            for message in results.objects(result, SH.resultMessage)
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


def _left_to_person(repository: Repository) -> Iterator[_Found]:
    """Yield the requirements that no shape decides, in a run without facts or in one with all."""
    without = Rulebook(repository, Facts(repository.store, {}, None))
    facts = Facts(repository.store, some_values(repository.store), None)
    with_all = Rulebook(repository, facts, without)
    for iri in without.manual | with_all.manual:
        name = with_all.requirements[iri].identifier
        kind = repository.things.provision(iri).kind.label
        yield _Found(
            iri,
            "left-to-person",
            Label(
                f"没有形状能核对要求 {name}（{kind.zh}），每个项目都须由人判定："
                "它的类没有模板，或者缺少模板所需的数据。",
                f"no shape decides the requirement {name} ({kind.en}), so for every proposal a person"
                " has to: its class has no template, or its data lack what the template needs",
            ),
        )


def _uncovered(repository: Repository) -> Iterator[_Found]:
    for iri, guide in repository.things.guides.items():
        for start, end in repository.things.coverage(iri).uncovered:
            text = guide.text[start:end]
            message = Label(f"没有条文覆盖：{text}", f"no provision covers: {text}")
            yield _Found(guide.source, "coverage", message, span=(start, end))
