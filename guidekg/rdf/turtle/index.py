"""Where the statements of a Turtle text are, and of which subjects, without parsing it."""

import re
from array import array
from collections.abc import Collection

from guidekg.rdf.turtle.lexer import (
    BLANK_NODE_LABEL,
    IRI_CHARS,
    NUMBER,
    PN_PREFIX,
    PNAME,
    STRING,
    WORD,
    WS,
)
from guidekg.rdf.turtle.lines import BOM
from guidekg.rdf.turtle.spelling import Spelling
from guidekg.rdf.turtle.wanted import Wanted

_PREFIXES = 200  # no hand or program writes more; each is compared with each
_IRI = rf"<[A-Za-z][A-Za-z0-9+.\-]*+:{IRI_CHARS}*+>"
# Characters that may stand in a name, by and large: who reads the statement sees the rest.
_CHARS = r"[^\x00-\x20\"'<>#.:\\;,()\[\]{}@^`|]*+"
_LOCAL = r":(?>[^\x00-\x20\"'<>#\\;,()\[\]{}@^`|]*(?<!\.))"
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
_OTHER = rf"{STRING}|\#[^\r\n]*+|{NUMBER}|{WORD}"
_NAMES = rf"{_IRI}|{PNAME}|{BLANK_NODE_LABEL}"
# Each ends in an empty choice: what stands before nothing it knows is read once, not from each place.
NAMES = re.compile(rf"[ \t\r\n;,.\[\]()]*+(?:({_NAMES})|{_OTHER}|)")
_WORDS = re.compile(rf"[ \t\r\n]*+(?:({_NAMES}|a(?![\w\-])|\^\^|[;,\[\]()])|{_OTHER}|)")


class Index:
    """What is kept of a text: the ends of its statements, their subjects, its prefixes.

    A statement is a number, from 0. ``last`` is the latest statement of a subject, ``before`` the
    one before it of the same subject, or -1. ``breaks`` are the statements that follow a directive.
    Subjects go by their keys, the one spelling that ``key`` gives to all.
    """

    def __init__(self, types: Collection[str], predicates: Collection[str]) -> None:
        self.starts, self.ends, self.before = array("Q"), array("Q"), array("q")
        self.last: dict[str, int] = {}
        self.breaks: set[int] = set()
        self.proposals: set[str] = set()
        self._directives: dict[str, str] = {}
        self.spelling = Spelling()
        self._wanted = Wanted(types, predicates)

    @property
    def header(self) -> str:
        """The prefix directives, as text."""
        return "\n".join(self._directives.values())

    def read(self, text: str) -> bool:
        """Read a text; return False where only parsing can tell."""
        for match in _STATEMENT.finditer(text, int(text.startswith(BOM))):
            kind = match.lastgroup
            if kind == "subject":
                if not self._add(text, match):
                    return False
            elif kind == "directive":
                if not self._direct(match):
                    return False
            else:
                return kind == "end"
        return False

    def first(self, subject: str) -> int:
        """Return the first statement of a subject."""
        number = self.last[subject]
        while self.before[number] >= 0:
            number = self.before[number]
        return number

    def subjects(self, text: str, number: int) -> set[str]:
        """Return the subjects of the text that a statement names."""
        start, end = self.starts[number], self.ends[number]
        names = set(NAMES.findall(text, start, end))
        names.discard("")
        if not self.spelling.plain or text.find("<", start, end) >= 0:
            names = set(map(self.spelling.key, names))
        return names & self.last.keys()

    def _add(self, text: str, match: re.Match[str]) -> bool:
        start, end = match.start("subject"), match.end()
        subject = self.spelling.key(match["subject"])
        number = len(self.starts)
        self.starts.append(start)
        self.ends.append(end)
        self.before.append(self.last.get(subject, -1))
        self.last[subject] = number
        wanted = self._wanted
        if not wanted.hinted(text[start:end]):
            return True
        said = wanted.said(_WORDS.findall(text, start, end))
        if said:
            self.proposals.add(subject)
            return bool(self.spelling.iri(subject))  # a blank node has none
        return said is not None

    def _direct(self, match: re.Match[str]) -> bool:
        prefix, namespace = match["prefix"], match["namespace"][1:-1]
        known = self.spelling.namespaces.get(prefix)
        if self.starts:
            self.breaks.add(len(self.starts))
            return known == namespace
        if known is None:
            if len(self._directives) >= _PREFIXES:
                return False
            self._directives[prefix] = match["directive"]
            self.spelling.declare(prefix, namespace)
            self._wanted.declare(prefix, namespace)
        return known in {None, namespace}
