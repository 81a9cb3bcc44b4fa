"""RDF terms, as the engine has them, and the Python values that they stand for."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pyoxigraph as ox

from guidekg.errors import ValueFormError
from guidekg.rdf.namespaces import XSD, expand

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
PythonValue = str | bool | int | float | Decimal | date

_INTEGERS = frozenset(
    XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "gYear"),
    )
)
_READ: dict[str, Callable[[str], PythonValue]] = {
    **dict.fromkeys(_INTEGERS, int),
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
    XSD + "date": date.fromisoformat,
    XSD + "dateTime": datetime.fromisoformat,
    XSD + "boolean": lambda text: text in {"true", "1"},
}


def to_python(term: Term) -> PythonValue:
    """Return what a term stands for: an IRI as text, a literal by its datatype, else its text."""
    if isinstance(term, ox.Literal):
        read = _READ.get(term.datatype.value)
        if read is None:
            return term.value
        try:
            return read(term.value)
        except (ValueError, ArithmeticError):  # malformed, or a date with a zone or beyond 9999
            return term.value
    return str(term) if isinstance(term, ox.Triple) else term.value


def from_python(value: PythonValue | Term) -> Term:
    """Return the term that a Python value is; text that is an IRI or ``prefix:name`` is an IRI.

    Raises:
        ValueFormError: a value is of no type that a term has.
    """
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple):
        return value
    if isinstance(value, str):
        iri = expand(value)
        return ox.NamedNode(iri) if iri else ox.Literal(value)
    if isinstance(value, bool | int | float):
        return ox.Literal(value)
    if isinstance(value, Decimal):
        return ox.Literal(f"{value:f}", datatype=ox.NamedNode(XSD + "decimal"))
    if isinstance(value, date):
        kind = "dateTime" if isinstance(value, datetime) else "date"
        return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + kind))
    raise ValueFormError(
        f"变量不能取 {type(value).__name__} 类的值：{value!r}。",
        f"a variable cannot be bound to a {type(value).__name__}: {value!r}",
    )
