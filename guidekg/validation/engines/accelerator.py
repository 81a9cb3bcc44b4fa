"""The accelerator: the ``shacl`` package."""

import re
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version

import pyoxigraph as ox
import shacl

from guidekg.rdf.literals import well_formed
from guidekg.rdf.namespaces import XSD
from guidekg.validation.engines.base import Engine, Row

# Values on which it differs from XSD: numbers longer than its own (18 digits, XSD's least), years
# that Python does not count, and what is outside the range of a type made from xsd:integer.
_XSD = re.escape(XSD)
_LONG = re.compile(
    rf'"(?:[+-]?[0-9.]{{18,}}"\^\^<{_XSD}|(?:-[0-9]{{4,}}|[0-9]{{5,}}|0000)-[^"]*"\^\^<{_XSD}date)'
)
_DERIVED = r"(byte|short|int|long|unsigned\w+|\w+tiveInteger)>"
_OF_DERIVED_TYPE = re.compile(rf'"\^\^<{_XSD}{_DERIVED}')
_DERIVED_VALUE = re.compile(rf'"((?:[^"\\]|\\.)*)"\^\^<{_XSD}{_DERIVED}')


class Accelerator:
    """Compiled shapes; the reference facts are read again with each check, in 2 ms.

    Parts with a value that it is known to get wrong go to pySHACL.
    """

    label = f"shacl {shacl.__version__}, pyshacl {version('pyshacl')} for values beyond it"

    def __init__(self, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple]) -> None:
        self._shapes = shacl.Shapes.from_text(_text(shapes), format="ntriples")
        self._reference = _text(reference)
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
        report = self._shapes.validate_text(self._reference + data, format="ntriples")
        return rows + [
            Row(r.focus_node, (r.root_shape or "").strip("<>"), r.component_iri, r.value)
            for r in report.results
        ]


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
