"""The full reader of Turtle and TriG, and the entry to all formats that have places.

The grammar is a table: what each kind of token does in each state. Open brackets wait on a stack of
our own, so that nesting may be as deep as a text likes.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from guidekg.rdf.turtle.errors import BOM, RDFSyntaxError, TermError, found
from guidekg.rdf.turtle.lexer import TOKEN
from guidekg.rdf.turtle.terms import FIRST, NIL, REST, TYPE, BlankNodes, Terms

Form: TypeAlias = Literal["turtle", "trig", "ntriples", "nquads"]
Match: TypeAlias = re.Match[str]
Handler: TypeAlias = "Callable[[_Parser, Match], None]"

_BROKEN = {
    "<<": ("不支持 RDF 1.2 的三元组词项（<<）", "triple terms of RDF 1.2 (<<) are not supported"),
    "<": ("IRI 没有结束，或含有不允许的字符", "the IRI does not end, or holds what no IRI may"),
    '"': ("字符串没有结束", "the string does not end"),
    "'": ("字符串没有结束", "the string does not end"),
}


class Located(NamedTuple):
    """A statement, with the offsets (in characters) of the tokens that make it.

    Terms are in N-Triples. The token of an anonymous node is its ``[``, that of a list its ``(``.
    What lists imply stands where they do: ``rdf:first`` at the item, ``rdf:rest`` at the ``(``, its
    ``rdf:nil`` at the ``)``. ``object_end`` is one past the object's token.
    """

    subject: str
    predicate: str
    object: str
    subject_at: int
    predicate_at: int
    object_at: int
    object_end: int


Statement: TypeAlias = tuple[str, str, str, Any, int]
"""A statement's terms, and what its reader knows of their places."""


class LocatedPlaces:
    """Where the terms stand of statements whose last part is a ``Located``."""

    @staticmethod
    def of_object(statement: Statement) -> tuple[int, int]:
        """Return where the object begins and ends."""
        located: Located = statement[3]
        return located.object_at, located.object_end

    @staticmethod
    def of_predicate(statement: Statement) -> int:
        """Return where the predicate begins."""
        located: Located = statement[3]
        return located.predicate_at

    @staticmethod
    def of_subject(statement: Statement) -> int:
        """Return where the subject begins."""
        located: Located = statement[3]
        return located.subject_at


def parse(
    text: str,
    form: Form,
    *,
    base: str | None = None,
    label: str = "b",
    terms: Terms | None = None,
) -> Iterator[Located]:
    """Yield the statements of a text, each with its place, in the order of their objects.

    Args:
        text: The text; offsets count from its first character, a BOM included.
        form: Its format; the names of graphs are dropped.
        base: What relative IRIs of Turtle and TriG are relative to.
        label: What the labels of blank nodes begin with; all get new ones.
        terms: What tokens of Turtle and TriG mean where the text begins; it changes with the text.
            In place of ``base``.

    Raises:
        RDFSyntaxError: the text is malformed; the statements before it may have been yielded.
        ValueError: the base is no absolute IRI.
    """
    blanks = BlankNodes(label)
    if form == "ntriples" or form == "nquads":  # noqa: PLR1714  # mypy narrows only this
        # Its expressions take 30 ms to compile.
        from guidekg.rdf.turtle.nquads import LineReader  # noqa: PLC0415

        return LineReader(text, form, Terms(), blanks).read()
    terms = Terms(base) if terms is None else terms
    return _Parser(text, _TURTLE if form == "turtle" else _TRIG, terms, blanks).read()


class _State:
    """What may stand at a place of the grammar: its words in both languages, and the table."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        self.takes: dict[str | None, Handler] = {}

    def let(self, kinds: str, handler: Handler) -> None:
        """Let tokens of some kinds be handled."""
        self.takes.update(dict.fromkeys(kinds.split(), handler))


class _Frame(NamedTuple):
    """What waits for a bracket to close: the state after it, and what was spoken of."""

    now: _State
    subject: str
    subject_at: int
    predicate: str
    predicate_at: int


class _Parser:
    """Reads a text from the state ``top``."""

    def __init__(self, text: str, top: _State, terms: Terms, blanks: BlankNodes) -> None:
        self.text, self.terms, self.blanks = text, terms, blanks
        self.now = self.home = top
        self.found: list[Located] = []
        self.stack: list[_Frame] = []
        self.subject, self.predicate = NIL, TYPE
        self.subject_at = self.predicate_at = 0
        self.prefix = ""
        self.dotted = False

    def read(self) -> Iterator[Located]:
        """Yield the statements.

        Raises:
            RDFSyntaxError: the text is malformed; statements before the place may be yielded.
        """
        found = self.found
        for match in TOKEN.finditer(self.text, int(self.text.startswith(BOM))):
            kind = match.lastgroup or ""
            try:
                handler = self.now.takes.get(kind)
                if handler is None:
                    self.refuse(match)
                else:
                    handler(self, match)
            except TermError as error:
                raise RDFSyntaxError(self.text, match.start(kind), error.zh, error.en) from None
            if found:
                yield from found
                found.clear()
            if kind == "end":
                break

    def refuse(self, match: Match) -> None:
        """Refuse a token where something else should stand.

        Raises:
            TermError: says what should stand there.
        """
        kind, zh, en = match.lastgroup or "", self.now.zh, self.now.en
        if kind == "end":
            raise TermError(f"这里应有{zh}，文本却结束了", f"expected {en}, but the text ends")
        if kind == "bad":
            for start, words in _BROKEN.items():
                if self.text.startswith(start, match.start(kind)):
                    raise TermError(*words)
        found_zh, found_en = found(match[kind])
        raise TermError(f"这里应有{zh}，却是 {found_zh}", f"expected {en}, found {found_en}")

    def term(self, match: Match) -> tuple[str, int, int]:
        """Return the term of a token, and where the token begins and ends."""
        kind = match.lastgroup or ""
        token = match[kind]
        if kind in {"iri", "literal"}:
            term = self.terms[token]
        elif kind == "label":
            term = self.blanks.named(token)
        else:
            term = NIL if kind == "nil" else self.blanks.fresh()
        return term, match.start(kind), match.end()

    def emit(self, term: str, at: int, end: int) -> None:
        """State the term of the subject and the predicate at hand."""
        self.found.append(
            Located(self.subject, self.predicate, term, self.subject_at, self.predicate_at, at, end)
        )

    def emit_rest(self, rest: str, at: int) -> None:
        """State what follows the cell at hand: the verb stands where the list does."""
        opened = self.subject_at
        self.found.append(Located(self.subject, REST, rest, opened, opened, at, at + 1))

    def enter(self, match: Match, node: str, at: int) -> None:
        """Go into the bracket that a token may open; ``now`` is what comes after it."""
        inside = _INSIDE.get(match.lastgroup)
        if inside:
            self.stack.append(
                _Frame(self.now, self.subject, self.subject_at, self.predicate, self.predicate_at)
            )
            self.subject, self.subject_at, self.now = node, at, inside

    def leave(self) -> None:
        """Come out of a bracket."""
        self.now, self.subject, self.subject_at, self.predicate, self.predicate_at = (
            self.stack.pop()
        )


# --- the states

_TURTLE = _State("主语", "a subject")
_TRIG = _State("主语或图名", "a subject or the name of a graph")
_IN_GRAPH = _State("主语或 }", "a subject or }")
_VERB = _State("谓语", "a predicate")
_VERB_OR_GRAPH = _State("谓语或 {", "a predicate or {")
_VERB_OR_END = _State("谓语或语句的结尾", "a predicate or the end of the statement")
_OBJECT = _State("宾语", "an object")
_AFTER = _State("分号、逗号或语句的结尾", "a semicolon, a comma or the end of the statement")
_MORE = _State("谓语、分号或语句的结尾", "a predicate, a semicolon or the end of the statement")
_FIRST_ITEM = _State("列表项", "an item of the list")
_ITEM = _State("列表项或 )", "an item of the list or )")
_PREFIX_NAME = _State("形如 ex: 的前缀", "a prefix such as ex:")
_PREFIX_IRI = _State("尖括号中的 IRI", "an IRI in angle brackets")
_BASE_IRI = _State("尖括号中的 IRI", "an IRI in angle brackets")
_STOP = _State("句点", "a full stop")
_GRAPH_NAME = _State("图名", "the name of a graph")
_GRAPH_OPEN = _State("{", "{")
_INSIDE: dict[str | None, _State] = {"open": _VERB, "open_list": _FIRST_ITEM}

# --- what a term does where it stands


def _subject(parser: _Parser, match: Match) -> None:
    node, at, _ = parser.term(match)
    parser.subject, parser.subject_at = node, at
    # What stands in [ … ] may be all that is said of it.
    parser.now = _VERB_OR_END if match.lastgroup == "open" else _VERB
    parser.enter(match, node, at)


def _subject_or_graph(parser: _Parser, match: Match) -> None:
    _subject(parser, match)
    parser.now = _VERB_OR_GRAPH


def _verb(parser: _Parser, match: Match) -> None:
    parser.predicate = parser.terms[match[match.lastgroup or ""]]
    parser.predicate_at = match.start(match.lastgroup or "")
    parser.now = _OBJECT


def _object(parser: _Parser, match: Match) -> None:
    node, at, end = parser.term(match)
    parser.emit(node, at, end)
    parser.now = _AFTER
    parser.enter(match, node, at)


def _first_item(parser: _Parser, match: Match) -> None:
    item, at, end = parser.term(match)
    opened = parser.subject_at
    parser.found.append(Located(parser.subject, FIRST, item, opened, at, at, end))
    parser.now = _ITEM
    parser.enter(match, item, at)


def _item(parser: _Parser, match: Match) -> None:
    cell = parser.blanks.fresh()
    parser.emit_rest(cell, parser.subject_at)
    parser.subject = cell
    _first_item(parser, match)


# --- what ends something


def _semicolon(parser: _Parser, _match: Match) -> None:
    parser.now = _MORE


def _comma(parser: _Parser, _match: Match) -> None:
    parser.now = _OBJECT


def _dot(parser: _Parser, match: Match) -> None:
    if parser.stack:
        parser.refuse(match)
    parser.now = parser.home


def _close(parser: _Parser, match: Match) -> None:
    if not parser.stack:
        parser.refuse(match)
    parser.leave()


def _close_list(parser: _Parser, match: Match) -> None:
    parser.emit_rest(NIL, match.end() - 1)
    parser.leave()


def _end(_parser: _Parser, _match: Match) -> None:
    """Let the text end."""


# --- graphs and directives


def _graph(parser: _Parser, _match: Match) -> None:
    parser.now = _GRAPH_NAME


def _graph_name(parser: _Parser, match: Match) -> None:
    parser.term(match)
    parser.now = _GRAPH_OPEN


def _open_graph(parser: _Parser, _match: Match) -> None:
    parser.now = parser.home = _IN_GRAPH


def _close_graph(parser: _Parser, match: Match) -> None:
    if parser.stack or parser.home is not _IN_GRAPH:
        parser.refuse(match)
    parser.now = parser.home = _TRIG


def _directive(parser: _Parser, match: Match) -> None:
    word = match["directive"]
    parser.dotted = word[0] == "@"
    parser.now = _PREFIX_NAME if word[-1] in "xX" else _BASE_IRI


def _prefix_name(parser: _Parser, match: Match) -> None:
    prefix, colon, local = match["iri"].partition(":")
    if prefix[0:1] == "<" or local or not colon:
        parser.refuse(match)
    parser.prefix, parser.now = prefix, _PREFIX_IRI


def _prefix_or_base_iri(parser: _Parser, match: Match) -> None:
    token = match["iri"]
    if token[0] != "<":
        parser.refuse(match)
    if parser.now is _PREFIX_IRI:
        parser.terms.set_prefix(parser.prefix, token)
    else:
        parser.terms.set_base(token)
    parser.now = _STOP if parser.dotted else parser.home


# --- which does what

_NODES = "iri label anon nil open open_list"
for _state in (_TURTLE, _TRIG, _IN_GRAPH):
    _state.let(_NODES, _subject)
for _state in (_TURTLE, _TRIG):
    _state.let("end", _end)
    _state.let("directive", _directive)
_TRIG.let("iri label anon", _subject_or_graph)
_TRIG.let("graph", _graph)
_GRAPH_NAME.let("iri label anon", _graph_name)
for _state in (_TRIG, _VERB_OR_GRAPH, _GRAPH_OPEN):
    _state.let("open_graph", _open_graph)
for _state in (_VERB, _VERB_OR_GRAPH, _VERB_OR_END, _MORE):
    _state.let("iri a", _verb)
for _state in (_VERB_OR_END, _MORE, _AFTER):
    _state.let("dot", _dot)
for _state in (_IN_GRAPH, _VERB_OR_END, _MORE, _AFTER):
    _state.let("close_graph", _close_graph)
for _state in (_MORE, _AFTER):
    _state.let("semicolon", _semicolon)
    _state.let("close", _close)
_AFTER.let("comma", _comma)
_OBJECT.let(f"{_NODES} literal", _object)
_FIRST_ITEM.let(f"{_NODES} literal", _first_item)
_ITEM.let(f"{_NODES} literal", _item)
_ITEM.let("close_list", _close_list)
_PREFIX_NAME.let("iri", _prefix_name)
_PREFIX_IRI.let("iri", _prefix_or_base_iri)
_BASE_IRI.let("iri", _prefix_or_base_iri)
_STOP.let("dot", _dot)
