"""SHACL engines behind one small interface: pySHACL, and an accelerator where it is proven.

The accelerator answers only for shapes made of terms that the tests hold it to pySHACL on
(``tests/validation/test_engines.py``, ``test_w3c_shacl.py``); for any other shapes pySHACL runs, and the report says so.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal

import pyoxigraph as ox

from guidekg.errors import GuideKGError, UnknownSettingError
from guidekg.rdf.namespaces import PREFIXES
from guidekg.validation.engines.base import Engine, Row

__all__ = ["CHOICES", "Choice", "Engine", "EngineError", "Row", "make", "unproven"]

Choice = Literal["auto", "pyshacl", "shacl"]
CHOICES: tuple[Choice, ...] = ("auto", "pyshacl", "shacl")

_SH = PREFIXES["sh"]
_PATTERN = ox.NamedNode(_SH + "pattern")
# Left out although the W3C tests pass: sh:pattern (each engine has its own regular expressions), but
# for those below, and sh:uniqueLang (rdflib takes "1" for true).
PROVEN = frozenset(
    """
    NodeShape PropertyShape Violation Warning Info severity message deactivated
    IRI Literal BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral nodeKind class datatype
    targetNode targetClass targetSubjectsOf targetObjectsOf
    path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath
    property node not and or xone in hasValue closed ignoredProperties minCount maxCount
    minInclusive maxInclusive minExclusive maxExclusive minLength maxLength languageIn
    equals disjoint lessThan lessThanOrEquals
    qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint
    """.split()  # noqa: SIM905  # a block of names, not a line each
)
# Regular expressions that mean one thing everywhere; the shapes bound the length too, since "$" may
# let a line break pass.
_PLAIN_PATTERNS = frozenset({"^[A-Z]{3}$"})


class EngineError(GuideKGError, RuntimeError):
    """An engine is not installed, or may not run on these shapes."""


def unproven(shapes: Sequence[ox.Triple]) -> list[str]:
    """Return the SHACL terms of some shapes that the accelerator is not proven on, sorted."""
    terms = {
        node.value
        for triple in shapes
        if triple.predicate != _PATTERN
        or getattr(triple.object, "value", None) not in _PLAIN_PATTERNS
        for node in (triple.predicate, triple.object)
        if isinstance(node, ox.NamedNode) and node.value.startswith(_SH)
    }
    return sorted(term[len(_SH) :] for term in terms if term[len(_SH) :] not in PROVEN)


def make(choice: Choice, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple]) -> Engine:
    """Return an engine with shapes and reference facts made ready.

    Args:
        choice: ``auto`` takes the accelerator where it is installed and proven on the shapes.
        shapes: the shapes graph.
        reference: facts that data are read with: places, fields, schemes.

    Raises:
        UnknownSettingError: there is no such engine.
        EngineError: the accelerator was asked for and is not installed or not proven.
    """
    if choice not in CHOICES:
        raise UnknownSettingError(choice, "引擎", "engine", CHOICES)
    installed, open_terms = find_spec("shacl") is not None, unproven(shapes)
    if choice == "shacl" and not installed:
        raise EngineError(
            "没有安装加速引擎；请运行 pip install 'guidekg[fast]'，或使用 --engine pyshacl。",
            "the accelerator is not installed: pip install 'guidekg[fast]', or use --engine pyshacl",
        )
    if choice == "shacl" and open_terms:
        terms = ", ".join(f"sh:{term}" for term in open_terms)
        raise EngineError(
            f"这些形状用了 {terms}，加速引擎对此没有经过验证；请使用 --engine pyshacl。",
            f"the shapes use {terms}, which the accelerator is not proven on: use --engine pyshacl",
        )
    if choice != "pyshacl" and installed and not open_terms:
        from guidekg.validation.engines.accelerator import Accelerator  # noqa: PLC0415  # optional

        return Accelerator(shapes, reference)
    from guidekg.validation.engines.pyshacl import PySHACL  # noqa: PLC0415  # 0.5 s to import

    return PySHACL(shapes, reference)
