"""Splitting a large Turtle or N-Triples text into fragments, one a subject of some kind.

The text is not parsed: one regular expression finds where statements end, another the names in
them. That is exact for Turtle as programs and people write it; ``split`` says where it is not.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.rdf.namespaces import RDF_TYPE
from guidekg.rdf.turtle.errors import BOM, RDFSyntaxError
from guidekg.rdf.turtle.lexer import IRI_CHARS, PN_PREFIX, STRING, WS
from guidekg.rdf.turtle.parser import parse
from guidekg.rdf.turtle.terms import Terms

_PREFIXES = 200  # no hand or program writes more; a header goes with each batch of fragments
_HEADERS = 20
_OVERLAP = 20
_SMALL = 1_000_000  # characters
_SUBJECT_PREFIXES = 4
_IRI = rf"<[A-Za-z][A-Za-z0-9+.\-]*+:{IRI_CHARS}*+>"
# Characters that may stand in a name, by and large: who reads the statement sees the rest.
_NAME_CHAR = r"[^\x00-\x20\"'<>#\\;,()\[\]{}@^`|]"
_CHARS = r"[^\x00-\x20\"'<>#.:\\;,()\[\]{}@^`|]*+"
_LOCAL = rf":(?>{_NAME_CHAR}*(?<!\.))"
_APART = re.compile("[/#]")
_STATEMENT = re.compile(
    rf"""{WS}(?:
      (?P<subject>{_IRI}|{_CHARS}{_LOCAL})
      (?:[^"'<\#.:\\{{}}]++|{_LOCAL}|(?=\.[0-9])\.|{STRING}|{_IRI}|\#[^\r\n]*+)*+
      \.(?=[ \t\r\n\#]|\Z)
    | (?P<directive>(?:@prefix|(?P<sparql>(?i:prefix)))
        {WS}(?P<prefix>(?:{PN_PREFIX})?):{WS}(?P<namespace>{_IRI})(?(sparql)|{WS}\.))
    | (?P<end>\Z)
    | (?P<other>.)
    )""",
    re.DOTALL | re.VERBOSE,
)


_STALE = (-1, 0)


class Fragment(NamedTuple):
    """The statements of a text that are reachable from a subject.

    ``header`` holds the prefix directives as text, ``spans`` the ranges of the text that hold the
    statements, in order; neighbours share a range.
    """

    header: str
    spans: tuple[tuple[int, int], ...]


class Wanted(NamedTuple):
    """What makes a subject one that is looked for: a type, or a property."""

    types: Collection[str]
    predicates: Collection[str]


def split(text: str, wanted: Wanted, closed: tuple[str, ...]) -> list[Fragment] | None:
    """Return a fragment for each wanted subject of a text, in the order in which it is said to be one.

    A fragment holds the subject's statements and, over all names in them, those of the subjects it
    leads to; not those of other wanted subjects, nor what subjects lead to whose IRI starts with
    one of ``closed``; those are not wanted themselves.

    Args:
        text: Turtle or N-Triples. What is malformed inside a statement is left to who reads it.
        wanted: IRIs of classes and properties.
        closed: What the IRIs of reference data start with.

    Returns:
        None where the text must be parsed to tell: it has a base, relative IRIs, escapes in names,
        a statement that starts with a bracket, a wanted subject inside of another's statement; what
        is in no fragment is malformed; or the fragments overlap so much that together they hold
        many times the text.
    """
    index = _Index(text, wanted)
    if not index.read():
        return None
    fragments = _consecutive(index, closed)
    if fragments is None:
        fragments = _scattered(index, closed)
    return fragments


class _Header(NamedTuple):
    """The prefix directives in force from a statement on."""

    first: int
    text: str
    namespaces: Mapping[str, str]


class _Index:
    """The ends of a text's statements, their subjects as written, its prefixes, and its roots.

    A statement is a number, from 0. ``roots`` are those that say of their subject that it is wanted;
    ``breaks`` those that follow a directive.
    """

    def __init__(self, text: str, wanted: Wanted) -> None:
        self.text, self._wanted = text, wanted
        self.starts, self.ends = array("Q"), array("Q")
        self.subjects: list[str] = []
        self.roots: list[int] = []
        self.breaks: set[int] = set()
        self.headers = [_Header(0, "", {})]
        self._directives: dict[str, str] = {}
        self._hints: Iterator[tuple[int, int]] = iter(())
        self._hint = _STALE  # the next: its offset, and whether it is of a type or a property
        self._no_hint = (len(text), 0)

    def read(self) -> bool:
        """Read the text; return False where only parsing can tell."""
        starts, ends, subjects = self.starts.append, self.ends.append, self.subjects.append
        for match in _STATEMENT.finditer(self.text, int(self.text.startswith(BOM))):
            subject = match[1]
            if subject:
                end = match.end()
                if self._hint[0] < end and not self._add(match, end):
                    return False
                starts(match.start(1))
                ends(end)
                subjects(subject)
            elif match.lastgroup == "directive":
                if not self._direct(match):
                    return False
            else:
                return match.lastgroup == "end"
        return False

    def prefixes(self) -> set[str]:
        """Return the prefixes of subjects; one that begins with ``<`` is that of IRIs."""
        return {subject.partition(":")[0] for subject in self.subjects}

    def others(self, namespace: str) -> set[str]:
        """Return the prefixes under which a name may mean what it means under a namespace."""
        return {
            prefix
            for header in self.headers
            for prefix, other in header.namespaces.items()
            if _overlap(namespace, other)
        }

    def header(self, number: int) -> _Header:
        """Return the directives in force at a statement."""
        at = bisect_right(self.headers, number, key=lambda header: header.first)
        return self.headers[at - 1]

    def _add(self, match: re.Match[str], end: int) -> bool:
        """Note whether a statement with a hint says it; return False where only parsing can tell."""
        start, hints = match.start(1), []
        if self._hint is _STALE:
            self._look_from(start)
        while self._hint[0] < end:
            hints.append(self._hint)
            self._hint = next(self._hints, self._no_hint)
        if not hints or hints[-1][0] < start:  # in a comment
            return True
        said = self._says(match.end(1), start, hints, end)
        if said:
            self.roots.append(len(self.starts))
        return said is not None

    def _says(self, after: int, start: int, hints: list[tuple[int, int]], end: int) -> bool | None:
        """Return whether a statement makes its subject wanted; None where it does so to another."""
        last, _ = hints[-1]
        once = len({kind for _, kind in hints}) == len(hints)
        nested = any(self.text.find(bracket, start, last) >= 0 for bracket in "[(")
        if once and not nested and self._plainly.match(self.text, after):
            return True
        says: set[bool] = set()  # of the subject, of another
        terms = Terms(prefixes=self.headers[-1].namespaces)
        try:
            for item in parse(self.text[start:end], "turtle", terms=terms):
                predicate, value = item.predicate[1:-1], item.object[1:-1]
                if predicate in self._wanted.predicates or (
                    predicate == RDF_TYPE and value in self._wanted.types
                ):
                    says.add(item.subject_at == 0)
        except RDFSyntaxError as error:
            return True if says == {True} and start + error.offset > last else None
        return None if False in says else bool(says)

    def _direct(self, match: re.Match[str]) -> bool:
        prefix, namespace = match["prefix"], match["namespace"][1:-1]
        self.breaks.add(len(self.starts))
        header = self.headers[-1]
        if header.namespaces.get(prefix) == namespace:
            return True
        if header.first < len(self.starts):
            header = _Header(len(self.starts), "", header.namespaces)
            self.headers.append(header)
        self._directives[prefix] = match["directive"]
        self.headers[-1] = header._replace(
            text="\n".join(self._directives.values()),
            namespaces={**header.namespaces, prefix: namespace},
        )
        self._hint = _STALE
        return len(self._directives) <= _PREFIXES and len(self.headers) <= _HEADERS

    def _look_from(self, start: int) -> None:
        """Look for what makes a subject wanted, in every way to write it under the prefixes."""
        spelled = [
            "|".join(re.escape(name) for iri in iris for name in self._spellings(iri))
            for iris in ((RDF_TYPE,), self._wanted.types, self._wanted.predicates)
        ]
        is_a, types, predicates = (names or "(?!)" for names in spelled)
        end = r"(?=[ \t\r\n<,;\[])"
        self._plainly = re.compile(
            rf"{WS}(?:(?:a|{is_a})[ \t\r\n]+(?:{types})(?=[ \t\r\n,;])|(?:{predicates}){end})"
        )
        found = [
            (at, kind)
            for kind, iris in enumerate(self._wanted)
            for hint in {name for iri in iris for name in self._spellings(iri)}
            for at in self._offsets(hint, start)
        ]
        self._hints = iter(sorted(found))
        self._hint = next(self._hints, self._no_hint)

    def _offsets(self, hint: str, start: int) -> Iterator[int]:
        at = self.text.find(hint, start)
        while at >= 0:
            yield at
            at = self.text.find(hint, at + 1)

    def _spellings(self, iri: str) -> Iterator[str]:
        yield f"<{iri}>"
        for prefix, namespace in self.headers[-1].namespaces.items():
            if iri.startswith(namespace):
                yield f"{prefix}:{iri[len(namespace) :]}"


def _consecutive(index: _Index, closed: tuple[str, ...]) -> list[Fragment] | None:
    """Return the fragments of a text in which each is a run of statements that begins with its root.

    That is quick to tell, and how most are written: subjects have a few prefixes and no other way to
    write them, and what a run describes is named in it alone. None where it is not so.
    """
    roots: dict[str, int] = {}
    for first in index.roots:
        roots.setdefault(index.subjects[first], first)
    if not _has_simple_names(index, closed) or 0 not in roots.values():
        return None
    runs = list(pairwise([*roots.values(), len(index.starts)]))
    owner: dict[str, int] = {}  # in which run a subject is described
    for number, (first, end) in enumerate(runs):
        for subject in index.subjects[first:end]:
            if owner.setdefault(subject, number) != number:
                return None
    # They also find what is no name, as in a string: that hides nothing.
    names = [re.compile(re.escape(prefix) + _LOCAL).findall for prefix in index.prefixes()]
    header, fragments = index.headers[0].text, []
    taken = bytearray(len(index.starts))
    for number, (first, end) in enumerate(runs):
        named = [
            {name for find in names for name in find(index.text, index.starts[at], index.ends[at])}
            for at in range(first, end)
        ]
        for name in set().union(*named):
            if owner.get(name, number) != number and name not in roots:
                return None
        statements = _led_to(index.subjects[first:end], named, first)
        fragments.append(Fragment(header, _spans(index, statements)))
        for at in statements:
            taken[at] = 1
    return fragments if _rest_is_well_formed(index, taken) else None


def _led_to(subjects: list[str], named: list[set[str]], first: int) -> list[int]:
    """Return the statements of a run that its root leads to: all, in a text that is in order.

    Args:
        subjects: those of the statements, the root first.
        named: the names in each statement.
        first: the number of the first statement.
    """
    known, size = {subjects[0]}, 0
    while len(known) != size:  # until nothing is added; in an orderly text, on the first way
        size = len(known)
        for subject, names in zip(subjects, named, strict=True):
            if subject in known:
                known |= names
        if known.issuperset(subjects):
            break
    return [at for at, subject in enumerate(subjects, start=first) if subject in known]


def _has_simple_names(index: _Index, closed: tuple[str, ...]) -> bool:
    """Whether each subject can be named in one way, and none as reference data are."""
    prefixes, begin = index.prefixes(), index.starts[0] if index.starts else 0
    if len(index.headers) > 1 or index.breaks - {0} or len(prefixes) > _SUBJECT_PREFIXES:
        return False
    for prefix in prefixes - {"_"}:
        namespace = index.headers[0].namespaces.get(prefix)
        if namespace is None or index.others(namespace) != {prefix}:
            return False
        if namespace.startswith(closed) or any(one.startswith(namespace) for one in closed):
            return False
        if index.text.find(f"<{namespace}", begin) >= 0:
            return False
    return True


def _scattered(index: _Index, closed: tuple[str, ...]) -> list[Fragment] | None:
    """Return the fragments of a text whose statements are in any order; None as ``split``."""
    spaces = map(index.header, range(len(index.starts)))
    subjects = [_iri(name, at.namespaces) for name, at in zip(index.subjects, spaces, strict=True)]
    statements: dict[str, list[int]] = {}
    for number, subject in enumerate(subjects):
        statements.setdefault(subject, []).append(number)
    if "" in statements:
        return None
    found = dict.fromkeys(subjects[number] for number in index.roots)
    roots = {subject: None for subject in found if not subject.startswith(closed)}
    names, taken = _names(index), bytearray(len(subjects))
    fragments, size, most = [], 0, _SMALL + _OVERLAP * len(index.text)
    for root in roots:
        known, todo, numbers = {root}, [root], list[int]()
        for subject in todo:
            numbers += statements[subject]
            named = () if subject.startswith(closed) else _named(index, names, statements[subject])
            fresh = {one for one in named if one in statements and one not in roots} - known
            known |= fresh
            todo += fresh
        numbers.sort()
        header = index.header(numbers[0])
        fragments.append(Fragment(header.text, _spans(index, numbers)))
        size += sum(end - start for start, end in fragments[-1].spans)
        if size > most or header is not index.header(numbers[-1]):
            return None
        for number in numbers:
            taken[number] = 1
    return fragments if _rest_is_well_formed(index, taken) else None


def _named(index: _Index, names: re.Pattern[str], statements: list[int]) -> set[str]:
    """Return the IRIs and labels of what may be a subject, of those that statements name."""
    return {
        _iri(name, index.header(number).namespaces)
        for number in statements
        for name in names.findall(index.text, index.starts[number], index.ends[number])
        if name
    }


def _names(index: _Index) -> re.Pattern[str]:
    """Return what finds every name that may be a subject's; and nothing, as "", for each string."""
    prefixes = index.prefixes()
    if any(prefix[:1] == "<" for prefix in prefixes):
        known = {prefix for header in index.headers for prefix in header.namespaces}
    else:
        spaces = (header.namespaces.get(prefix) for header in index.headers for prefix in prefixes)
        known = set().union(*(index.others(space) for space in spaces if space is not None))
    written = "|".join(map(re.escape, sorted({"_", *known}, key=len, reverse=True)))
    name = rf"{_IRI}|(?<!{_NAME_CHAR})(?:{written}){_LOCAL}"
    return re.compile(rf"{STRING}|\#[^\r\n]*+|({name})")


def _spans(index: _Index, statements: list[int]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of statements, those that follow each other in one."""
    spans: list[tuple[int, int]] = []
    before = -2
    for number in statements:
        start = index.starts[number]
        if number == before + 1 and number not in index.breaks:
            start, _ = spans.pop()
        spans.append((start, index.ends[number]))
        before = number
    return tuple(spans)


def _rest_is_well_formed(index: _Index, taken: bytearray) -> bool:
    """Whether the directives, and the statements that are in no fragment, are."""
    ends = [*(header.first for header in index.headers[1:]), len(index.starts)]
    for header, end in zip(index.headers, ends, strict=True):
        rest = [
            index.text[index.starts[number] : index.ends[number]]
            for number in range(header.first, end)
            if not taken[number]
        ]
        if not _well_formed("\n".join([header.text, *rest])):
            return False
    return True


def _well_formed(text: str) -> bool:
    try:
        for _ in ox.parse(text, format=ox.RdfFormat.TURTLE):
            pass
    except SyntaxError:
        return False
    return True


def _iri(name: str, namespaces: Mapping[str, str]) -> str:
    """Return the IRI or the label of a name; "" if it has none."""
    if name[0] == "<":
        return name[1:-1]
    prefix, _, local = name.partition(":")
    if prefix == "_":
        return name
    namespace = namespaces.get(prefix)
    return "" if namespace is None else namespace + local


def _overlap(one: str, other: str) -> bool:
    """Whether names under two namespaces may be the same; a name holds neither ``/`` nor ``#``."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and not _APART.search(long, len(short))
