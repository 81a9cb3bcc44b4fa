"""The accelerator: the ``shacl`` package."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import pyoxigraph as ox
import shacl

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE, XSD
from guidekg.rdf.terms import well_formed
from guidekg.validation.engines.base import Engine, Row

if TYPE_CHECKING:
    from guidekg.rdf.terms import Term

# Values on which it differs from XSD: numbers longer than its own (18 digits, XSD's least), years
# that Python does not count, and what is outside the range of a type made from xsd:integer.
_XSD = re.escape(XSD)
_LONG = re.compile(
    rf'"(?:[+-]?[0-9.]{{18,}}"\^\^<{_XSD}|(?:-[0-9]{{4,}}|[0-9]{{5,}}|0000)-[^"]*"\^\^<{_XSD}date)'
)
_DERIVED = r"(byte|short|int|long|unsigned\w+|\w+tiveInteger)>"
_OF_DERIVED_TYPE = re.compile(rf'"\^\^<{_XSD}{_DERIVED}')
_DERIVED_VALUE = re.compile(rf'"((?:[^"\\]|\\.)*)"\^\^<{_XSD}{_DERIVED}')
_NAME = re.compile("<[^>]*>")
_SH = PREFIXES["sh"]
# What follows these in a shape may lead to any node of the facts, wherever the data begin.
_FROM_ANYWHERE = {f"{_SH}{name}" for name in ("inversePath", "targetSubjectsOf", "targetObjectsOf")}
_OF_CLASSES = {RDF_TYPE, PREFIXES["rdfs"] + "subClassOf"}


class Accelerator:
    """Compiled shapes; the reference facts are read again with each check, in 2 ms.

    Parts with a value that it is known to get wrong go to pySHACL.
    """

    label = f"shacl {shacl.__version__} + pyshacl {version('pyshacl')}"

    def __init__(self, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple]) -> None:
        self._shapes = shacl.Shapes.from_text(_text(shapes), format="ntriples")
        self._reference = _Reference(shapes, reference)
        self._made_of = shapes, reference

    @cached_property
    def _careful(self) -> Engine:
        from guidekg.validation.engines.pyshacl import PySHACL  # noqa: PLC0415  # 0.5 s to import

        return PySHACL(*self._made_of)

    def check(self, *parts: str) -> list[Row]:
        """Return the results for parts in N-Triples, none of which speaks of another's nodes."""
        odd = [part for part in parts if beyond(part)]
        rows = self._careful.check(*odd) if odd else []
        data = "".join(part for part in parts if part not in odd) if odd else "".join(parts)
        text = self._reference.needed(data) + data
        report = self._shapes.validate_text(text, format="ntriples")
        return rows + [
            Row(r.focus_node, (r.root_shape or "").strip("<>"), r.component_iri, r.value)
            for r in report.results
        ]


class _Reference:
    """Reference facts: for little data, only those that a path of the shapes can come to from them."""

    def __init__(self, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple]) -> None:
        self._text = _text(reference)
        anywhere = _from_anywhere(shapes) | _OF_CLASSES
        always = [triple for triple in reference if triple.predicate.value in anywhere]
        self._always = _text(always)
        self._begin = {str(term) for triple in always for term in (triple.subject, triple.object)}
        self._begin.update(
            str(triple.object) for triple in shapes if triple.predicate.value == _SH + "targetNode"
        )
        self._of: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in reference:
            if triple.predicate.value not in anywhere:
                self._of[str(triple.subject)].append(triple)

    def needed(self, data: str) -> str:
        """Return the facts that a check of some data needs, in N-Triples."""
        if len(data) > len(self._text) / 4:
            return self._text
        known = self._begin.union(_NAME.findall(data))
        todo = list(known)
        found: list[ox.Triple] = []
        for subject in todo:
            triples = self._of.get(subject, ())
            found += triples
            fresh = {str(triple.object) for triple in triples} - known
            known |= fresh
            todo += fresh
        return self._always + _text(found)


def _from_anywhere(shapes: Sequence[ox.Triple]) -> set[str]:
    """Return the properties by which shapes come to nodes other than forwards from the data."""
    parts: dict[Term, list[Term]] = defaultdict(list)
    for triple in shapes:
        parts[triple.subject].append(triple.object)
    todo = [triple.object for triple in shapes if triple.predicate.value in _FROM_ANYWHERE]
    found: set[Term] = set()
    while todo:
        node = todo.pop()
        if node not in found:  # malformed shapes may have a path that is made of itself
            found.add(node)
            if isinstance(node, ox.BlankNode):  # a path that is made of others
                todo += parts[node]
    return {node.value for node in found if isinstance(node, ox.NamedNode)}


def beyond(data: str) -> bool:
    """Whether data hold a value that the accelerator is known to get wrong."""
    if _LONG.search(data):
        return True
    if not _OF_DERIVED_TYPE.search(data):
        return False
    return any(
        not well_formed(lexical, XSD + kind) for lexical, kind in _DERIVED_VALUE.findall(data)
    )


def _text(triples: Sequence[ox.Triple]) -> str:
    return "".join(f"{triple} .\n" for triple in triples)
