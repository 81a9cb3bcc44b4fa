"""Literals by value: which lexical forms are values of a datatype, and one form for each value."""

import re
from datetime import date

from guidekg.rdf.namespaces import XSD

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
