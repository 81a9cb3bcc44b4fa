"""N-Triples and N-Quads: one statement a line, one regular expression a statement."""

import re
from collections.abc import Iterator
from typing import Literal, NoReturn, TypeAlias

from guidekg.rdf.turtle.errors import BOM, RDFSyntaxError, TermError, found
from guidekg.rdf.turtle.lexer import IRIREF, LANGTAG, LINE_LABEL, STRING_QUOTE, WS
from guidekg.rdf.turtle.parser import Located
from guidekg.rdf.turtle.terms import BlankNodes, Terms

LineForm: TypeAlias = Literal["ntriples", "nquads"]

_W = r"[ \t]*+"
_LINE_END = rf"{_W}(?:\#[^\r\n]*+)?+(?:\r\n?|\n|\Z)"
_NODE = rf"{IRIREF}|{LINE_LABEL}"
_LITERAL = rf"(?P<literal>{STRING_QUOTE}(?:{_W}{LANGTAG}|{_W}\^\^{_W}{IRIREF})?)"
_TRIPLE = (
    ("主语", "a subject", rf"{_W}(?P<subject>{_NODE})"),
    ("谓语", "a predicate", rf"{_W}(?P<predicate>{IRIREF})"),
    ("宾语", "an object", rf"{_W}(?:(?P<node>{_NODE})|{_LITERAL})"),
)
_GRAPH = (("图名", "the name of a graph", rf"(?:{_W}(?P<graph>{_NODE}))?"),)
_STOP = (
    ("句点", "a full stop", rf"{_W}\."),
    ("行尾", "the end of the line", _LINE_END),
)
_WHITE, _WORD, _EMPTY = re.compile(_W), re.compile(r"\s"), re.compile(WS)
_STEPS = {"ntriples": (*_TRIPLE, *_STOP), "nquads": (*_TRIPLE, *_GRAPH, *_STOP)}
_LINES = {
    form: re.compile("".join(pattern for _, _, pattern in steps) + WS)
    for form, steps in _STEPS.items()
}


class LineReader:
    """Reads a text of N-Triples or N-Quads; the names of graphs are checked and dropped."""

    def __init__(self, text: str, form: LineForm, terms: Terms, blanks: BlankNodes) -> None:
        self._text, self._form, self._terms, self._blanks = text, form, terms, blanks

    def read(self) -> Iterator[Located]:
        """Yield the statements.

        Raises:
            RDFSyntaxError: the text is malformed.
        """
        text, line = self._text, _LINES[self._form]
        at = _after(_EMPTY, text, int(text.startswith(BOM)))
        while at < len(text):
            match = line.match(text, at)
            if match is None:
                self._refuse(at)
            else:
                yield self._statement(match)
                at = match.end()

    def _statement(self, match: re.Match[str]) -> Located:
        kind = "subject"
        try:
            subject = self._node(match[kind])
            kind = "predicate"
            predicate = self._terms[match[kind]]
            kind = "literal" if match["literal"] else "node"
            term = self._node(match[kind])
            object_at, end = match.span(kind)
            if self._form == "nquads" and match["graph"]:
                kind = "graph"
                self._node(match[kind])
        except TermError as error:
            raise RDFSyntaxError(self._text, match.start(kind), error.zh, error.en) from None
        starts = match.start("subject"), match.start("predicate")
        return Located(subject, predicate, term, *starts, object_at, end)

    def _node(self, token: str) -> str:
        return self._blanks.named(token) if token[0] == "_" else self._terms[token]

    def _refuse(self, at: int) -> NoReturn:
        """Raise the error of a line that is no statement, at the step where it stops being one."""
        text = self._text
        for zh, en, step in _STEPS[self._form]:
            match = re.compile(step).match(text, at)
            if match:
                at = match.end()
                continue
            at = _after(_WHITE, text, at)
            if at == len(text):
                words = f"这里应有{zh}，文本却结束了", f"expected {en}, but the text ends"
            else:
                word = _WORD.split(text[at : at + 100], maxsplit=1)[0] or text[at]
                found_zh, found_en = ("换行", "a line break") if word in "\r\n" else found(word)
                words = f"这里应有{zh}，却是{found_zh}", f"expected {en}, found {found_en}"
            raise RDFSyntaxError(text, at, *words)
        raise AssertionError("each step matches, their sequence does not")


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
