"""Write shapes as Turtle that is always the same: sorted, blank nodes and lists in place."""

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from guidekg.namespaces import PREFIXES, RDF_TYPE, XSD, compact

_FIRST, _REST, _NIL = (PREFIXES["rdf"] + name for name in ("first", "rest", "nil"))
_SHORT = {XSD + "integer", XSD + "boolean"}

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
        f"{_term(node)} {_predicates(index, node, ' ;' + chr(10) + '    ')} .\n" for node in named
    )
    used = {name for name in PREFIXES if f"{name}:" in body}
    head = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in sorted(used))
    return f"{head}\n{body}"


def _predicates(index: Index, node: object, between: str) -> str:
    parts = []
    for predicate in sorted(index[node], key=lambda name: (name != RDF_TYPE, name)):
        verb = "a" if predicate == RDF_TYPE else compact(predicate)
        values = sorted(_value(index, value) for value in index[node][predicate])
        parts.append(f"{verb} {' , '.join(values)}")
    return between.join(parts)


def _value(index: Index, value: object) -> str:
    if not isinstance(value, ox.BlankNode):
        return _term(value)
    if _FIRST not in index[value]:
        return f"[ {_predicates(index, value, ' ; ')} ]"
    items = []
    while isinstance(value, ox.BlankNode):
        items.append(_value(index, index[value][_FIRST][0]))
        value = index[value][_REST][0]
    return f"( {' '.join(items)} )"


def _term(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return "()" if term.value == _NIL else _iri(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value in _SHORT:
        return term.value
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(XSD) and not term.language:
        return f"{ox.Literal(term.value)}^^{compact(term.datatype.value)}".replace(
            "^^xsd:string", ""
        )
    return str(term)


def _iri(iri: str) -> str:
    name = compact(iri)
    return f"<{iri}>" if name == iri else name
