"""Splitting a large Turtle or N-Triples text into fragments, one a subject of some kind.

The text is not parsed: one regular expression finds where statements end, another the names in
them. That is exact for Turtle as programs and people write it; ``split`` says where it is not.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import merge
from itertools import combinations, pairwise
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
    if not index.read() or not index.link(closed):
        return None
    walk = _Walk(index, closed)
    fragments = []
    for number, after in pairwise([*index.roots, len(index.starts)]):
        fragment = walk.fragment(number, after)
        if fragment is None:
            return None
        fragments.append(fragment)
    return fragments if walk.rest_is_well_formed() else None


class _Header(NamedTuple):
    """The prefix directives in force from a statement on."""

    first: int
    text: str
    namespaces: Mapping[str, str]


class _Index:
    """The ends of a text's statements, their subjects, its prefixes, and which subjects are wanted.

    A statement is a number, from 0. ``roots`` are those that first say of a wanted subject that it
    is one. ``last`` is the latest statement of a subject, ``before`` the one before it of the same
    subject, or -1. Subjects go by keys: as they are written where no two ways to write can mean the
    same, else by their IRIs.
    """

    def __init__(self, text: str, wanted: Wanted) -> None:
        self.text, self._wanted = text, wanted
        self.starts, self.ends, self.before = array("Q"), array("Q"), array("q")
        self.subjects: list[str] = []
        self.roots: list[int] = []
        self.last: dict[str, int] = {}
        self.breaks: set[int] = set()  # the statements that follow a directive
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

    def link(self, closed: tuple[str, ...]) -> bool:
        """Find the statements of each subject; return False where a subject has no IRI."""
        prefixes = {subject.partition(":")[0] for subject in self.subjects} - {"_"}
        self._learn_names(prefixes)
        if not self.plain:
            self.subjects = list(map(self.key, self.subjects, range(len(self.subjects))))
        elif not prefixes <= self.headers[0].namespaces.keys():
            return False
        last, before = self.last, self.before.append
        for number, subject in enumerate(self.subjects):
            before(last.get(subject, -1))
            last[subject] = number
        firsts: dict[str, int] = {}
        for number in self.roots:
            if not self.iri(self.subjects[number]).startswith(closed):
                firsts.setdefault(self.subjects[number], number)
        self.roots = list(firsts.values())
        self.wanted = firsts.keys()
        return "" not in last

    def _learn_names(self, prefixes: set[str]) -> None:
        """Find out how subjects may be written where they are mentioned.

        ``names`` finds every name that may be a subject's, and nothing, as "", for each string.
        """
        spaces = [header.namespaces for header in self.headers]
        known = {space[prefix] for space in spaces for prefix in prefixes if prefix in space}
        everyone = any(prefix[:1] == "<" for prefix in prefixes)
        may_be = {
            prefix
            for space in spaces
            for prefix, namespace in space.items()
            if everyone or any(_overlap(namespace, other) for other in known)
        }
        self._spaces = sorted((spaces[0][p], p) for p in may_be & spaces[0].keys())
        self.plain = (
            len(spaces) == 1
            and not everyone
            and may_be <= prefixes
            and not any(
                _overlap(one, other) for one, other in combinations([n for n, _ in self._spaces], 2)
            )
        )
        written = "|".join(map(re.escape, sorted({"_", *may_be}, key=len, reverse=True)))
        name = rf"{_IRI}|(?<!{_NAME_CHAR})(?:{written}){_LOCAL}"
        self.names = re.compile(rf"{STRING}|\#[^\r\n]*+|({name})")

    def key(self, name: str, number: int) -> str:
        """Return the key of a name in a statement; "" if it has none."""
        if not self.plain:
            return _iri(name, self.header(number).namespaces)
        if name[0] == "<":
            for namespace, prefix in reversed(self._spaces):  # the longest that fits comes first
                if name.startswith(namespace, 1):
                    return f"{prefix}:{name[1 + len(namespace) : -1]}"
        return name

    def iri(self, key: str) -> str:
        """Return the IRI of a key, or its label."""
        return _iri(key, self.headers[0].namespaces) if self.plain else key

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
        hints = {
            (name, kind)
            for kind, iris in enumerate(self._wanted)
            for iri in iris
            for name in self._spellings(iri)
        }
        self._hints = merge(*(self._offsets(hint, kind, start) for hint, kind in hints))
        self._hint = next(self._hints, self._no_hint)

    def _offsets(self, hint: str, kind: int, start: int) -> Iterator[tuple[int, int]]:
        at = self.text.find(hint, start)
        while at >= 0:
            yield at, kind
            at = self.text.find(hint, at + 1)

    def _spellings(self, iri: str) -> Iterator[str]:
        yield f"<{iri}>"
        for prefix, namespace in self.headers[-1].namespaces.items():
            if iri.startswith(namespace):
                yield f"{prefix}:{iri[len(namespace) :]}"


class _Walk:
    """Follows the names of a text from subject to subject."""

    def __init__(self, index: _Index, closed: tuple[str, ...]) -> None:
        self._index, self._closed = index, closed
        self._taken = bytearray(len(index.starts))
        self._size, self._most = 0, _SMALL + _OVERLAP * len(index.text)

    def fragment(self, root: int, after: int) -> Fragment | None:
        """Return what is reachable from the subject of a statement.

        Args:
            root: the statement.
            after: the next statement that is of another fragment, if the text is in order.

        Returns:
            None where that is too much, or its prefixes change their meaning in between.
        """
        index = self._index
        if self._is_all(root, after):
            statements: Sequence[int] = range(root, after)
        else:
            statements = sorted(self._reached(index.subjects[root]))
        header = index.header(statements[0])
        if header is not index.header(statements[-1]):
            return None
        spans = self._spans(statements)
        for number in statements:
            self._taken[number] = 1
        self._size += sum(end - start for start, end in spans)
        return Fragment(header.text, spans) if self._size < self._most else None

    def _is_all(self, root: int, after: int) -> bool:
        """Whether statements that follow each other are just what is reachable from the first.

        Told where each is of a subject that one before it names; that is quick, and usual.
        """
        index = self._index
        if after <= root or not index.plain:
            return False
        named: set[str] = set()
        for number in range(root, after):
            subject = index.subjects[number]
            alone = index.before[number] < 0 and index.last[subject] == number
            if not alone or (number > root and subject not in named):
                return False
            named.update(index.names.findall(index.text, index.starts[number], index.ends[number]))
        return not any(
            name in index.last or (name[:1] == "<" and index.key(name, root) in index.last)
            for name in named.difference(index.subjects[root:after])
        )

    def _reached(self, root: str) -> list[int]:
        index = self._index
        found, known, todo = [], {root}, [root]
        for key in todo:
            follow = not index.iri(key).startswith(self._closed)
            number = index.last[key]
            while number >= 0:
                found.append(number)
                for name in self._named(number) if follow else ():
                    if name in index.last and name not in known and name not in index.wanted:
                        known.add(name)
                        todo.append(name)
                number = index.before[number]
        return found

    def _named(self, number: int) -> list[str]:
        """Return the keys of the names in a statement that may be subjects'."""
        index = self._index
        names = index.names.findall(index.text, index.starts[number], index.ends[number])
        return [index.key(name, number) for name in set(names) - {""}]

    def _spans(self, statements: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Return the ranges of statements, those that follow each other in one."""
        index = self._index
        apart = [
            at
            for at, (one, other) in enumerate(pairwise(statements), start=1)
            if other != one + 1 or other in index.breaks
        ]
        breaks = [0, *apart, len(statements)]
        return tuple(
            (index.starts[statements[start]], index.ends[statements[end - 1]])
            for start, end in pairwise(breaks)
        )

    def rest_is_well_formed(self) -> bool:
        """Whether the directives, and the statements that are in no fragment, are."""
        index = self._index
        try:
            for header, after in pairwise([*index.headers, None]):
                assert header is not None  # noqa: S101  # only the last is
                end = after.first if after else len(index.starts)
                rest = [
                    index.text[index.starts[number] : index.ends[number]]
                    for number in range(header.first, end)
                    if not self._taken[number]
                ]
                text = "\n".join([header.text, *rest])
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
