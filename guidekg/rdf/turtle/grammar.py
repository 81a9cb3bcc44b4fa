"""The grammar of Turtle and TriG: what each kind of token does in each state."""

from collections.abc import Callable
from typing import TypeAlias

from guidekg.rdf.turtle.located import Node
from guidekg.rdf.turtle.parser import KIND, Handler, Match, Reader, State
from guidekg.rdf.turtle.states import (
    AFTER,
    BASE_IRI,
    FIRST_ITEM,
    GRAPH_NAME,
    GRAPH_OPEN,
    INSIDE,
    ITEM,
    MORE,
    OBJECT,
    PART,
    PREFIX_IRI,
    PREFIX_NAME,
    STOP,
    TRIG,
    TURTLE,
    VERB,
    VERB_OR_END,
    VERB_OR_GRAPH,
)
from guidekg.rdf.turtle.terms import NIL, TYPE

__all__ = ["PART", "TRIG", "TURTLE"]

Place: TypeAlias = Callable[[Reader, Node, int, int], None]

_IRI, _LITERAL, _LABEL, _NIL = (KIND[name] for name in ("iri", "literal", "label", "nil"))

# --- what a node does where it stands


def _as_subject(reader: Reader, node: Node, at: int, _end: int) -> None:
    reader.subject, reader.subject_at, reader.now = node, at, VERB


def _as_subject_or_graph(reader: Reader, node: Node, at: int, _end: int) -> None:
    reader.subject, reader.subject_at, reader.now = node, at, VERB_OR_GRAPH


def _as_own_subject(reader: Reader, node: Node, at: int, _end: int) -> None:
    """Take ``[ … ]`` as the subject; it may say no more than what is in it."""
    reader.subject, reader.subject_at, reader.now = node, at, VERB_OR_END


def _as_object(reader: Reader, node: Node, at: int, end: int) -> None:
    reader.emit(node, at, end)
    reader.now = AFTER


def _as_first(reader: Reader, node: Node, at: int, end: int) -> None:
    reader.emit_first(node, at, end)
    reader.now = ITEM


def _as_item(reader: Reader, node: Node, at: int, end: int) -> None:
    _next_cell(reader)
    reader.emit_first(node, at, end)


def _as_graph(reader: Reader, _node: Node, _at: int, _end: int) -> None:
    reader.now = GRAPH_OPEN


def _next_cell(reader: Reader) -> None:
    cell = reader.blanks.fresh()
    reader.emit_rest(cell, reader.subject_at)
    reader.subject = cell


# --- tokens that are terms


def _node(place: Place) -> Handler:
    def handle(reader: Reader, match: Match) -> None:
        kind = match.lastindex or 0
        node: Node
        if kind == _IRI:
            node = reader.terms.iri(match[kind])
        elif kind == _LABEL:
            node = reader.blanks.named(match[kind])
        else:
            node = NIL if kind == _NIL else reader.blanks.fresh()
        place(reader, node, match.start(kind), match.end())

    return handle


def _opens(place: Place, inside: State) -> Handler:
    def handle(reader: Reader, match: Match) -> None:
        node, at = reader.blanks.fresh(), match.end() - 1
        place(reader, node, at, at + 1)
        reader.push(node, at, inside)

    return handle


# The hot path: most of a text is verbs and objects that are IRIs or literals.


def _object_iri(reader: Reader, match: Match) -> None:
    token = match[_IRI]
    reader.emit(
        reader.terms.iris.get(token) or reader.terms.iri(token), match.start(_IRI), match.end()
    )
    reader.now = AFTER


def _object_literal(reader: Reader, match: Match) -> None:
    literal = reader.terms.literals.get(match[_LITERAL]) or reader.terms.literal(match)
    reader.emit(literal, match.start(_LITERAL), match.end())
    reader.now = AFTER


def _first_literal(reader: Reader, match: Match) -> None:
    reader.emit_first(reader.terms.literal(match), match.start(_LITERAL), match.end())
    reader.now = ITEM


def _item_literal(reader: Reader, match: Match) -> None:
    _next_cell(reader)
    _first_literal(reader, match)


def _verb_iri(reader: Reader, match: Match) -> None:
    token = match[_IRI]
    reader.predicate = reader.terms.iris.get(token) or reader.terms.iri(token)
    reader.predicate_at = match.start(_IRI)
    reader.now = OBJECT


def _verb_a(reader: Reader, match: Match) -> None:
    reader.predicate, reader.predicate_at, reader.now = TYPE, match.end() - 1, OBJECT


# --- tokens that end something


def _semicolon(reader: Reader, _match: Match) -> None:
    reader.now = MORE


def _comma(reader: Reader, _match: Match) -> None:
    reader.now = OBJECT


def _dot(reader: Reader, match: Match) -> None:
    if reader.stack:
        reader.refuse(match)
    reader.now = reader.home


def _close(reader: Reader, match: Match) -> None:
    if not reader.stack:
        reader.refuse(match)
    reader.pop()


def _close_list(reader: Reader, match: Match) -> None:
    reader.emit_rest(NIL, match.end() - 1)
    reader.pop()


def _end(_reader: Reader, _match: Match) -> None:
    """Let the text end."""


# --- graphs


def _graph(reader: Reader, _match: Match) -> None:
    reader.now = GRAPH_NAME


def _open_graph(reader: Reader, _match: Match) -> None:
    reader.now = reader.home = INSIDE


def _close_graph(reader: Reader, match: Match) -> None:
    if reader.stack or reader.home is not INSIDE:
        reader.refuse(match)
    reader.now = reader.home = TRIG


# --- directives


def _directive(reader: Reader, match: Match) -> None:
    word = match["directive"]
    reader.dotted = word[0] == "@"
    reader.now = PREFIX_NAME if word[-1] in "xX" else BASE_IRI


def _prefix_name(reader: Reader, match: Match) -> None:
    prefix, colon, local = match[_IRI].partition(":")
    if prefix[0:1] == "<" or local or not colon:
        reader.refuse(match)
    reader.prefix, reader.now = prefix, PREFIX_IRI


def _prefix_iri(reader: Reader, match: Match) -> None:
    if match[_IRI][0] != "<":
        reader.refuse(match)
    reader.terms.set_prefix(reader.prefix, match[_IRI])
    reader.now = STOP if reader.dotted else reader.home


def _base_iri(reader: Reader, match: Match) -> None:
    if match[_IRI][0] != "<":
        reader.refuse(match)
    reader.terms.set_base(match[_IRI])
    reader.now = STOP if reader.dotted else reader.home


# --- which does what


def _let(state: State, **handlers: Handler) -> None:
    for kind, handler in handlers.items():
        state[KIND[kind]] = handler


def _takes_nodes(state: State, place: Place) -> None:
    _let(state, **dict.fromkeys(("iri", "label", "anon", "nil"), _node(place)))
    _let(state, open=_opens(place, VERB), open_list=_opens(place, FIRST_ITEM))


for _state in (TURTLE, PART, TRIG, INSIDE):
    _takes_nodes(_state, _as_subject)
    _let(_state, open=_opens(_as_own_subject, VERB))
for _state in (TURTLE, PART, TRIG):
    _let(_state, end=_end)
for _state in (TURTLE, TRIG):
    _let(_state, directive=_directive)
_let(TRIG, **dict.fromkeys(("iri", "label", "anon"), _node(_as_subject_or_graph)))
_let(TRIG, graph=_graph, open_graph=_open_graph)
_let(INSIDE, close_graph=_close_graph)
_let(GRAPH_NAME, **dict.fromkeys(("iri", "label", "anon"), _node(_as_graph)))
for _state in (VERB_OR_GRAPH, GRAPH_OPEN):
    _let(_state, open_graph=_open_graph)
for _state in (VERB, VERB_OR_GRAPH, VERB_OR_END, MORE):
    _let(_state, iri=_verb_iri, a=_verb_a)
for _state in (VERB_OR_END, MORE, AFTER):
    _let(_state, dot=_dot, close_graph=_close_graph)
for _state in (MORE, AFTER):
    _let(_state, semicolon=_semicolon, close=_close)
_takes_nodes(OBJECT, _as_object)
_let(OBJECT, iri=_object_iri, literal=_object_literal)
_let(AFTER, comma=_comma)
_takes_nodes(FIRST_ITEM, _as_first)
_let(FIRST_ITEM, literal=_first_literal)
_takes_nodes(ITEM, _as_item)
_let(ITEM, literal=_item_literal, close_list=_close_list)
_let(PREFIX_NAME, iri=_prefix_name)
_let(PREFIX_IRI, iri=_prefix_iri)
_let(BASE_IRI, iri=_base_iri)
_let(STOP, dot=_dot)
