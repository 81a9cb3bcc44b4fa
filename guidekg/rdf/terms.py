"""RDF terms and the values that they stand for: in Python, and one form for each value of a datatype."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pyoxigraph as ox

from guidekg.errors import ValueFormError
from guidekg.rdf.namespaces import XSD, expand

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
PythonValue = str | bool | int | float | Decimal | date

DATE = XSD + "date"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"(?:{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
# Python, and so rdflib, counts the years 1 to 9999; XSD asks no engine for more.
DATE_FORM = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})({_ZONE})?")
_FORMS = {
    XSD + name: re.compile(form)
    for name, form in {
        "boolean": "true|false|1|0",
        "decimal": _DECIMAL,
        "double": _DOUBLE,
        "float": _DOUBLE,
    }.items()
}
_INTEGER = re.compile("([+-]?)0*([0-9]+)")
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    **{
        name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))
    },
    **{
        name: (0, 2**bits - 1)
        for name, bits in (
            ("unsignedLong", 64),
            ("unsignedInt", 32),
            ("unsignedShort", 16),
            ("unsignedByte", 8),
        )
    },
}
_INTEGERS = {XSD + name: limits for name, limits in _RANGES.items()}
NUMBERS = {*_INTEGERS, *(XSD + name for name in ("decimal", "double", "float"))}
_DIGITS = 20  # of the longest bound; Python refuses to count with thousands

# What may not be the canonical form of its value. Inside of a text a quote has a backslash before it.
_SPELT = re.compile(
    rf'"(?<!\\")(?:([01])"\^\^<{re.escape(XSD)}boolean>'
    r"|(\+[0-9.]+|-?0[0-9]+|-0|-?[0-9]*\.[0-9]*)"
    rf'"\^\^<({re.escape(XSD)}(?:decimal|{"|".join(_RANGES)}))>)'
)


def well_formed(lexical: str, datatype: str) -> bool:
    """Whether a text is a value of a numeric type, ``xsd:boolean`` or ``xsd:date``.

    Any text is taken for a value of another type.
    """
    if datatype in _INTEGERS:
        form = _INTEGER.fullmatch(lexical)
        return form is not None and _within(form[1], form[2], *_INTEGERS[datatype])
    if datatype == DATE:
        day = DATE_FORM.fullmatch(lexical)
        return day is not None and ordinal(day) is not None
    return datatype not in _FORMS or _FORMS[datatype].fullmatch(lexical) is not None


def _within(sign: str, digits: str, low: int | None, high: int | None) -> bool:
    if len(digits) > _DIGITS:
        return (low if sign == "-" else high) is None
    number = int(sign + digits)
    return (low is None or low <= number) and (high is None or number <= high)


def ordinal(form: re.Match[str]) -> int | None:
    """Return the number of the day that a match of ``DATE_FORM`` names; None if there is none."""
    try:
        return date(*map(int, form.groups()[:3])).toordinal()
    except ValueError:
        return None


def by_value(ntriples: str) -> str:
    """Return N-Triples, or a term of them, with one form for each boolean, integer and decimal.

    It is that of XSD 1.1: ``"1"^^xsd:boolean`` becomes ``"true"^^xsd:boolean``, ``"+01.50"`` a
    decimal ``"1.5"``. Datatypes stay, and so does what is no value of its datatype.
    """
    return _SPELT.sub(_canonical, ntriples)


def _canonical(found: re.Match[str]) -> str:
    truth, lexical, datatype = found.groups()
    if truth:
        return f'"{"true" if truth == "1" else "false"}"^^<{XSD}boolean>'
    if not well_formed(lexical, datatype):
        return found[0]
    whole, _, fraction = lexical.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return f'"{"-" if lexical[0] == "-" and number != "0" else ""}{number}"^^<{datatype}>'


_READ: dict[str, Callable[[str], PythonValue]] = {
    **dict.fromkeys((*_INTEGERS, XSD + "gYear"), int),
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
