"""Write shapes as Turtle that is always the same: sorted, blank nodes and lists in place."""

import re
from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE, XSD, compact

_FIRST, _REST, _NIL = (PREFIXES["rdf"] + name for name in ("first", "rest", "nil"))
# What is written without quotation marks; other writings of these types, and no values, need them.
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}

Index = dict[object, dict[str, list[object]]]


def write_turtle(triples: Iterable[ox.Triple]) -> str:
    """Return Turtle for triples whose blank nodes form trees: paths, lists and inner shapes.

    A blank node that is used twice is written twice, which means the same for shapes.
    """
    index: Index = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        index[triple.subject][triple.predicate.value].append(triple.object)
    named = sorted(
        (node for node in index if isinstance(node, ox.NamedNode)), key=lambda n: n.value
    )
    body = "\n".join(
        f"{written(node)} {_predicates(index, node, ' ;' + chr(10) + '    ')} .\n" for node in named
    )
    used = {name for name in PREFIXES if f"{name}:" in body}
    head = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in sorted(used))
    return f"{head}\n{body}"


def write_statement(triples: Iterable[ox.Triple]) -> str:
    """Return the Turtle of what is said of one named thing, in the order of the triples.

    The first triple is about that thing; the others are about it, or about blank nodes below it.
    """
    index: Index = defaultdict(lambda: defaultdict(list))
    subject: object = None
    for triple in triples:
        subject = triple.subject if subject is None else subject
        index[triple.subject][triple.predicate.value].append(triple.object)
    between = " ;" + chr(10) + "    "
    return f"{written(subject)} {_predicates(index, subject, between, ordered=False)} .\n"


def _predicates(index: Index, node: object, between: str, *, ordered: bool = True) -> str:
    parts = []
    predicates = list(index[node])
    if ordered:
        predicates.sort(key=lambda name: (name != RDF_TYPE, name))
    for predicate in predicates:
        verb = "a" if predicate == RDF_TYPE else compact(predicate)
        values = [_value(index, value, ordered=ordered) for value in index[node][predicate]]
        parts.append(f"{verb} {' , '.join(sorted(values) if ordered else values)}")
    return between.join(parts)


def _value(index: Index, value: object, *, ordered: bool) -> str:
    if not isinstance(value, ox.BlankNode):
        return _term(value)
    if _FIRST not in index[value]:
        return f"[ {_predicates(index, value, ' ; ', ordered=ordered)} ]"
    items = []
    while isinstance(value, ox.BlankNode):
        items.append(_value(index, index[value][_FIRST][0], ordered=ordered))
        value = index[value][_REST][0]
    return f"( {' '.join(items)} )"


def _term(term: object) -> str:
    return "()" if isinstance(term, ox.NamedNode) and term.value == _NIL else written(term)


def written(term: object) -> str:
    """Return a term as Turtle writes it, with our prefixes; a blank node as ``[…]``."""
    if isinstance(term, ox.NamedNode):
        name = compact(term.value)
        return f"<{name}>" if name == term.value else name
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind in _BARE and _BARE[kind].fullmatch(term.value):
            return term.value
        if kind.startswith(XSD) and kind != XSD + "string":
            return f"{ox.Literal(term.value)}^^{compact(kind)}"
    # The label of a blank node is no text of a file.
    return "[…]" if isinstance(term, ox.BlankNode) else str(term)
