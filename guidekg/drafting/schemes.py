"""The programmes, tracks, calls and classes that a text names, and which of them a clause is about.

How texts name them is said in schemes.toml.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from guidekg.drafting.structure import Clause, Document, Heading, folded

_PART = re.compile(r"[^,;、。:\d]{2,16}")  # of a scheme, numbered below it
_CALLED = re.compile(r"[^,;、。:]{2,30}")  # behind a word that is numbered
_IN_BRACKETS = re.compile(r"\([^()]*\)$")
_TAIL = 5  # characters
# The headings whose parts may be schemes by any name.
_LEVELS = (
    "chapter",
    "article",
    "han",
    "han-in-brackets",
    "decimal",
    "number",
    "number-in-brackets",
)


@cache
def _numbered() -> frozenset[str]:
    """Return the words that are numbered before the names of schemes."""
    return frozenset(_words()["numbered-kinds"].pattern.split("|"))


@cache
def _words() -> Mapping[str, re.Pattern[str]]:
    """Return the expressions of schemes.toml."""
    data = tomllib.loads(Path(__file__).with_name("schemes.toml").read_text(encoding="utf-8"))
    return {name: re.compile(expression) for name, expression in data.items()}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme: its name as printed, the heading or words that declare it, what it is part of, its code (A类)."""

    name: str
    start: int
    end: int
    parent: str = ""
    heading: Heading | None = None
    code: str = ""

    @property
    def short(self) -> str:
        """The name without the word for a project at its end."""
        short = _words()["short"].sub("", self.name)
        return short if len(short) >= 2 else self.name

    @property
    def names(self) -> set[str]:
        """What it may be called: its name, that without its last word, its code, halves of it (赛马项目)."""
        halves = (self.short[:2], self.short[2:]) if len(self.short) == 4 else ()
        last = self.name.removeprefix(self.short)
        return {self.name, self.short, self.code, *(half + last for half in halves if last)} - {""}


def schemes(document: Document) -> list[Scheme]:
    """Return the schemes that a text declares: by headings, lists of classes, and rows of tables."""
    found: dict[str, Scheme] = {}
    text = folded(document.text)
    for heading, parents in _with_parents(document):
        above = [_name(title) or title for title in parents]
        name = _name(heading.title)
        bare = _IN_BRACKETS.sub("", heading.title)
        if not name and heading.level in _numbered() and _CALLED.fullmatch(bare):
            name = "" if _words()["no-name"].search(bare) else bare
        # What is numbered right below a scheme, and names no matter of it, is a part of it.
        below = above and (above[-1] in found or _words()["groups"].search(above[-1]))
        if not name and below and heading.level in _LEVELS and _PART.fullmatch(heading.title):
            matter = _words()["no-name"].search(heading.title)
            if not _words()["groups"].search(above[-1]):
                matter = matter or _words()["matter"].search(heading.title)
            name = "" if matter else heading.title
        if name and name not in found:
            parent = next((title for title in reversed(above) if title in found), "")
            coded = _words()["code"].search(heading.title)
            code = f"{coded[1]}类" if coded else ""
            if heading.level in _numbered():
                code = re.split(r"[\s:.、]", text[heading.start :])[0]
            found[name] = Scheme(name, heading.start, heading.end, parent, heading, code)
    for clause in _whole(document.clauses, text):
        for one in (*_of_lists(clause, text), *_of_rows(clause), *_of_label(clause, text)):
            names = (name for other in found.values() for name in (other.name, other.code) if name)
            if not any(one.name in name or name in one.name for name in names):
                found[one.name] = _with_heading(one, document)
    return [
        replace(
            one,
            name=_printed(document.text, text, one.name),
            parent=_printed(document.text, text, one.parent),
        )
        for one in found.values()
    ]


def _whole(clauses: Iterable[Clause], text: str) -> Iterator[Clause]:
    """Yield clauses, those that a list was parted into as one: 分甲类3项、乙类2项."""
    last: Clause | None = None
    for clause in clauses:
        if last and last.sentence == clause.sentence and text[last.end : clause.start] == "、":
            words, offsets = f"{last.words}、{clause.words}", [*last.offsets, *clause.offsets]
            last = replace(last, end=clause.end, words=words, offsets=offsets)
            continue
        if last:
            yield last
        last = clause
    if last:
        yield last


def _of_lists(clause: Clause, text: str) -> Iterator[Scheme]:
    """Yield the schemes that a clause lists: 分为A、B、C三类."""
    kinds = ("counted", "parted", "paired")
    for kind, found in ((k, one) for k in kinds for one in _words()[k].finditer(clause.words)):
        # What is counted is meant to be a list; what is not may be one by chance.
        least = 1 if kind == "counted" else 2
        for name in _listed(found["names"]):
            if (
                not _words()["no-name"].search(name)
                and text.count(re.sub("类$", "", name)) >= least
            ):
                at = max(clause.words.find(name, found.start("names")), 0)
                yield Scheme(name, clause.offsets[at], clause.end)


def _of_rows(clause: Clause) -> Iterator[Scheme]:
    """Yield the scheme that the first cell of a row names."""
    if clause.row != clause.words or _words()["no-cells"].search(clause.label):
        return
    if _words()["cells"].search(clause.label) or _words()["named"].search(clause.row):
        yield Scheme(clause.row, clause.start, clause.end)


def _of_label(clause: Clause, text: str) -> Iterator[Scheme]:
    """Yield the scheme that heads a paragraph."""
    name = "" if clause.row else _name(clause.label)
    if len(name) >= 4 and text.count(name) > 1:
        at = text.rfind(name, 0, clause.start)
        yield Scheme(name, at, at + len(name))


def _with_heading(scheme: Scheme, document: Document) -> Scheme:
    """Return a scheme that a list names with the heading that is its name, if there is one."""
    for heading in document.headings:
        if heading.title == scheme.name or _name(heading.title) == scheme.name:
            return replace(scheme, start=heading.start, end=heading.end, heading=heading)
    return scheme


def _printed(text: str, plain: str, name: str) -> str:
    """Return a name as the text prints it, whose folded form is plain."""
    at = plain.find(name) if name else -1
    return text[at : at + len(name)] if at >= 0 else name


def _with_parents(document: Document) -> Iterator[tuple[Heading, tuple[str, ...]]]:
    """Yield the headings, each with the titles of those above it, the outermost first."""
    above: list[Heading] = []
    for heading in document.headings:
        if heading.level == "annex":
            above.clear()
        if heading.level in ("table", "lead", "annex"):
            continue
        levels = [one.level for one in above]
        if heading.level in levels:
            del above[levels.index(heading.level) :]
        yield heading, tuple(one.title for one in above)
        above.append(heading)


def _name(title: str) -> str:
    """Return the name of the scheme that a heading names; nothing if it names none."""
    title = _words()["numbered"].sub("", title.strip())
    title = re.sub(r"^[(【\[](.*)[)】\]]$", r"\1", title.rstrip(":。 "))
    # The name may be the beginning of what its heading says of it.
    matter = _words()["of-money"].fullmatch(title)
    if matter:
        return matter[1]
    if not 2 <= len(title) <= 40 or "," in title:
        return ""
    bare = _IN_BRACKETS.sub("", title)
    return bare if _words()["named"].search(bare) and not _words()["no-name"].search(bare) else ""


def _listed(words: str) -> list[str]:
    # What is called by a shorter name has that.
    words = re.sub(r"[^、(]+\((?:以下)?简称“?([^()”]+)”?\)", r"\1", words)
    parts = [part.strip('“”" ') for part in re.split(r"[、和及与/]|以及", words)]
    parts = [re.sub(r"\d+项$", "", part) for part in parts]
    parts = [part for part in parts if 1 <= len(part) <= 16]
    if len(parts) < 2:
        return []
    return [f"{part}类" if re.fullmatch(r"[A-Z一二三四甲乙丙]", part) else part for part in parts]


class Attribution:
    """Says, clause by clause in their order, which scheme each is about."""

    def __init__(self, found: list[Scheme]) -> None:
        self._schemes = found
        self._names = sorted(
            {(folded(name), scheme.name) for scheme in found for name in scheme.names},
            key=lambda pair: (-len(pair[0]), pair),
        )
        # The end of a long name, where only one scheme ends so, is a name of it too.
        ends = Counter(one.name[-_TAIL:] for one in found)
        self._names += [
            (folded(one.name[-_TAIL:]), one.name)
            for one in found
            if len(one.name) >= 2 * _TAIL - 2 and ends[one.name[-_TAIL:]] == 1
        ]
        self._by_heading = {scheme.heading.start: scheme.name for scheme in found if scheme.heading}
        self._sentence = self._line = -1
        self._spoken = self._topic = ""
        # An article, or an item, whose first words name a scheme is about it to its end.
        self._article: tuple[Heading, ...] = ()
        self._article_topic = ""

    def scheme(self, clause: Clause) -> str:
        """Return the name of the scheme that a clause is about, or ``guide``."""
        if clause.line != self._line:
            self._spoken = self._topic = ""
        elif clause.sentence != self._sentence and not clause.after_semicolon:
            self._spoken = self._topic
        opens = clause.line != self._line
        self._line, self._sentence = clause.line, clause.sentence
        under = next(
            (
                self._by_heading[h.start]
                for h in reversed(clause.headings)
                if h.start in self._by_heading
            ),
            "",
        )
        if clause.headings[: len(self._article)] != self._article:
            self._article, self._article_topic = (), ""
        for words in (
            clause.row,
            clause.words[:40],
            clause.label,
            clause.lead if clause.item else "",
        ):
            named = self._named(words)
            if named:
                if words is not clause.row:
                    self._spoken = named
                    if opens and words is not clause.lead and _opens_with(words, named):
                        self._topic = named
                        if clause.item and clause.headings:
                            self._article, self._article_topic = clause.headings, named
                return named
        if _words()["all"].search(clause.words[:16]):
            self._spoken = ""
            return under or "guide"
        return self._spoken or self._article_topic or under or "guide"

    def _named(self, words: str) -> str:
        hits = [(words.find(name), name, full) for name, full in self._names if name in words]
        if not hits:
            return ""
        at, name, full = min(hits, key=lambda hit: (hit[0], -len(hit[1])))
        others = {
            other
            for place, short, other in hits
            if not (at <= place < at + len(name)) and other != full
        }
        return "" if others and "、" in words else full


def _opens_with(words: str, name: str) -> bool:
    """Whether words begin with the name of a scheme, or with the application for it."""
    return re.sub("^(?:申请|申报|认定|对)+", "", words).find(name[:2]) in (0, 1)
