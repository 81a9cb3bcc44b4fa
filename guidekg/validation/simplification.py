"""Shapes that say the same with less: what templates put together piece by piece, for engine and reader.

A template says of a value when it fits, the next that the value does not, a third that it does not
not fit. What comes of that is simplified by the laws of logic: twice not is nothing, what never holds
is no alternative, a shape that only stands for another is that other. Shapes that have words stay, and
only what they are made of changes; what no target leads to is left out, what is said twice said once.
"""

from collections.abc import Iterable, Iterator
from typing import Union

import pyoxigraph as ox

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE

Term = ox.NamedNode | ox.Literal
# A node without a name is what is said of it, a list its members.
Said = frozenset[tuple[str, "Value"]]
Value = Union[Term, Said, tuple["Value", ...]]  # noqa: UP007  # it refers to itself

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_FIRST, _REST, _NIL = (ox.NamedNode(_RDF + name) for name in ("first", "rest", "nil"))
_NODE_SHAPE = ox.NamedNode(_SH + "NodeShape")
_CLASSES = {(RDF_TYPE, _NODE_SHAPE), (RDF_TYPE, ox.NamedNode(_SH + "PropertyShape"))}
_NODE, _NOT, _OR, _PROPERTY, _QUALIFIED = (
    _SH + name for name in ("node", "not", "or", "property", "qualifiedValueShape")
)
_PARTS = {_NODE, _NOT, _OR, _PROPERTY, _QUALIFIED}
_PATH, _MESSAGE, _TARGET, _IN, _HAS_VALUE = (
    _SH + name for name in ("path", "message", "target", "in", "hasValue")
)
# Of these a shape may have several; of any other it has one, so that two are not put together.
_SEVERAL = _PARTS - {_QUALIFIED} | {_HAS_VALUE, _SH + "equals", _SH + "disjoint"}

_ANYTHING: Said = frozenset()
_NOTHING: Said = frozenset({(_NOT, _ANYTHING)})
_PLAIN = (_ANYTHING, _NOTHING)
_SOME, _NONE = ox.Literal(1), ox.Literal(0)
_LEAST, _MOST = (_SH + "minCount", _SOME), (_SH + "maxCount", _NONE)
_LEAST_OF, _MOST_OF = (_SH + "qualifiedMinCount", _SOME), (_SH + "qualifiedMaxCount", _NONE)
_OPPOSITE = {_LEAST: _MOST, _MOST: _LEAST, _LEAST_OF: _MOST_OF, _MOST_OF: _LEAST_OF}


def simplified(shapes: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the shapes that have a target and what they are made of, saying the same with less.

    Args:
        shapes: the shapes; none is made of itself.
    """
    return _Shapes(shapes).written()


class _Shapes:
    """Shapes, given as triples and simplified as they are asked for."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._given: dict[object, list[ox.Triple]] = {}
        for triple in triples:
            self._given.setdefault(triple.subject, []).append(triple)
        self._read: dict[object, Value] = {}
        self._simple: dict[Value, Said] = {}
        self._texts: dict[object, str] = {}
        self._nodes: dict[Value, ox.BlankNode] = {}

    # ---- As given

    def _value(self, term: object) -> Value:
        if not isinstance(term, ox.BlankNode):
            return term  # type: ignore[return-value]  # shapes hold no triples in triples
        if term not in self._read:
            items = tuple(map(self._value, self._items(term)))
            self._read[term] = items or self._given_of(term)
        return self._read[term]

    def _given_of(self, node: object) -> Said:
        said = ((t.predicate.value, self._value(t.object)) for t in self._given.get(node, ()))
        return frozenset(said) - _CLASSES

    def _items(self, node: object) -> Iterator[object]:
        while first := [t.object for t in self._given.get(node, ()) if t.predicate == _FIRST]:
            yield first[0]
            node = next(t.object for t in self._given[node] if t.predicate == _REST)

    # ---- Simplified

    def _says(self, shape: Value) -> Said:
        """Return what a shape says, as simply as it can be said."""
        if shape not in self._simple:
            given = shape if isinstance(shape, frozenset) else self._given_of(shape)
            self._simple[shape] = self._simplified(given)
        return self._simple[shape]

    def _simplified(self, given: Said) -> Said:
        parts = {_NOT: self._negation, _OR: self._alternatives, _PROPERTY: self._property}
        said: set[tuple[str, Value]] = set()
        # What finds something itself must go on finding it itself, and not by a property shape within.
        finds = any(
            predicate == _MESSAGE or predicate.startswith(_TARGET) for predicate, _ in given
        )
        for one in given:
            made = parts[one[0]](one[1]) if one[0] in parts else frozenset({one})
            within = finds and one[0] != _PROPERTY and _PROPERTY in dict(made)
            said |= {(_NODE, made)} if within else made
        others = {one for one in said if one[0] == _NODE}
        said -= others
        for _, other in sorted(others, key=self._text):
            beside = {_PATH} if finds else {predicate for predicate, _ in said}
            said |= self._conjunction(other, beside)
        if _PATH in dict(said):
            return self._counted(frozenset(said))
        return _NOTHING if said >= _NOTHING else frozenset(said)

    def _shape(self, shape: Value) -> Value:
        """Return the simplest shape that says the same: its name, what it stands for, or what it says."""
        said = self._says(shape)
        if len(said) == 1:
            ((predicate, value),) = said
            if predicate == _NODE:
                return value
        return shape if isinstance(shape, ox.NamedNode) and said not in _PLAIN else said

    def _conjunction(self, shape: Value, beside: set[str]) -> Said:
        """Return what says that a shape holds, in one that says something with some predicates."""
        said = self._says(shape)
        names = {predicate for predicate, _ in said}
        if _PATH not in beside | names and names & beside <= _SEVERAL:
            return said
        return frozenset({(_NODE, self._shape(shape))}) if said else said

    def _negation(self, shape: Value) -> Said:
        said = self._says(shape)
        if said == _NOTHING:
            return _ANYTHING
        if len(said) == 1:
            ((predicate, value),) = said
            if predicate == _NOT:
                return frozenset({(_NODE, value)})
            if predicate == _PROPERTY and isinstance(value, frozenset):
                for count, opposite in _OPPOSITE.items():
                    if count in value and {p for p, _ in value} <= {count[0], _PATH, _QUALIFIED}:
                        return self._property(value - {count} | {opposite})
        return frozenset({(_NOT, self._shape(shape))})

    def _alternatives(self, shapes: Value) -> Said:
        found: dict[Value, None] = {}
        for shape in shapes if isinstance(shapes, tuple) else ():
            said = self._says(shape)
            if said == _ANYTHING:
                return _ANYTHING
            if len(said) == 1 and dict(said).keys() == {_OR}:
                found |= dict.fromkeys(dict(said)[_OR])  # type: ignore[arg-type]  # it is a list
            elif said != _NOTHING:
                found[self._shape(shape)] = None
        if len(found) == 1:
            return frozenset({(_NODE, next(iter(found)))})
        return frozenset({(_OR, tuple(found))}) if found else _NOTHING

    def _property(self, shape: Value) -> Said:
        said = self._says(shape)
        if isinstance(shape, ox.NamedNode):
            return frozenset({(_PROPERTY, shape)})
        return frozenset({(_PROPERTY, said)}) if len(said) > 1 else _ANYTHING

    def _counted(self, said: Said) -> Said:
        """Return what a property shape says, in terms of all values where it counts some of them.

        One at least of any sort is one at least, one that is on a list of one is that one, and none that
        does not fit is that all fit.
        """
        stated = dict(said)
        if _QUALIFIED not in stated:
            return said
        shape = stated[_QUALIFIED]
        counted, rest = self._says(shape), said - {(_QUALIFIED, shape)}
        ((predicate, value),) = counted if len(counted) == 1 else (("", _ANYTHING),)
        if _MESSAGE in stated:
            pass  # a finding names the component that fails
        elif _LEAST_OF in said and _MOST_OF[0] not in stated:
            if not counted and _LEAST[0] not in stated:
                return rest - {_LEAST_OF} | {_LEAST}
            if predicate == _IN and isinstance(value, tuple) and len(value) == 1:
                return rest - {_LEAST_OF} | {(_HAS_VALUE, value[0])}
        elif _MOST_OF in said and _LEAST_OF[0] not in stated and predicate == _NOT:
            return rest - {_MOST_OF} | {(_NODE, value)}
        return rest | {(_QUALIFIED, self._shape(shape))}

    # ---- As triples

    def written(self) -> list[ox.Triple]:
        """Return the shapes with targets, simplified, and those that they are made of."""
        made: list[ox.Triple] = []
        shapes = [
            subject
            for subject, said in self._given.items()
            if isinstance(subject, ox.NamedNode)
            and any(triple.predicate.value.startswith(_TARGET) for triple in said)
        ]
        seen = set(shapes)
        for shape in shapes:
            made += (t for t in self._given[shape] if (RDF_TYPE, t.object) in _CLASSES)
            said = self._says(shape)
            self._write(shape, said, made)
            fresh = {part: None for part in _named(said) if part in self._given}.keys() - seen
            seen |= fresh
            shapes += sorted(fresh, key=str)
        return list(dict.fromkeys(made))

    def _write(self, node: ox.NamedNode | ox.BlankNode, said: Said, made: list[ox.Triple]) -> None:
        for predicate, value in sorted(said or {(RDF_TYPE, _NODE_SHAPE)}, key=self._text):
            made.append(ox.Triple(node, ox.NamedNode(predicate), self._term(value, made)))

    def _term(self, value: Value, made: list[ox.Triple]) -> Term | ox.BlankNode:
        if value in self._nodes:
            return self._nodes[value]
        if isinstance(value, frozenset):
            node = self._nodes[value] = ox.BlankNode()
            self._write(node, value, made)
            return node
        if not isinstance(value, tuple):
            return value
        rest: ox.NamedNode | ox.BlankNode = _NIL
        for item in reversed(value):
            cell = ox.BlankNode()
            made.append(ox.Triple(cell, _FIRST, self._term(item, made)))
            made.append(ox.Triple(cell, _REST, rest))
            rest = cell
        self._nodes[value] = rest  # type: ignore[assignment]  # no list is empty
        return rest

    def _text(self, value: object) -> str:
        """Return a text that is the same for the same, by which what is said has an order."""
        if value not in self._texts:
            if isinstance(value, frozenset):
                text = f"[{' ; '.join(sorted(map(self._text, value)))}]"
            elif isinstance(value, tuple):
                text = f"({' '.join(map(self._text, value))})"
            else:
                text = str(value)
            self._texts[value] = text
        return self._texts[value]


def _named(value: Value) -> Iterator[ox.NamedNode]:
    """Yield the names of the shapes that something said is made of."""
    if isinstance(value, frozenset):
        for predicate, part in value:
            if predicate in _PARTS:
                yield from _named(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _named(part)
    elif isinstance(value, ox.NamedNode):
        yield value
