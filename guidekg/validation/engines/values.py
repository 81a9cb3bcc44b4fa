"""Values as XSD and SPARQL have them, where rdflib's own reading differs.

rdflib orders values of different types, reads ``１２`` and ``1_000`` as integers, and drops the time
zone of a date; pySHACL stops where it cannot compare. Each of these is a row too few or too many, so
the reference engine is given these terms instead.
"""

import operator
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from rdflib import Literal

from guidekg.namespaces import XSD

_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"(?:{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_FORMS = {
    XSD + name: re.compile(form)
    for name, form in {
        "boolean": "true|false|1|0",
        "decimal": _DECIMAL,
        "double": _DOUBLE,
        "float": _DOUBLE,
        # Python, and so rdflib, counts the years 1 to 9999; XSD asks no engine for more.
        "date": rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})({_ZONE})?",
    }.items()
}
_INTEGER = re.compile("[+-]?[0-9]+")
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
_DATE = XSD + "date"
_NUMBERS = {*_INTEGERS, *(XSD + name for name in ("decimal", "double", "float"))}
_ZONE_LIMIT = 14 * 60  # minutes


def well_formed(lexical: str, datatype: str) -> bool:
    """Whether a text is a value of a numeric type, ``xsd:boolean`` or ``xsd:date``.

    Any text is taken for a value of another type.
    """
    if datatype in _INTEGERS:
        low, high = _INTEGERS[datatype]
        if not _INTEGER.fullmatch(lexical):
            return False
        return (low is None or low <= int(lexical)) and (high is None or int(lexical) <= high)
    if datatype not in _FORMS:
        return True
    form = _FORMS[datatype].fullmatch(lexical)
    if form and datatype == _DATE:
        return _ordinal(form) is not None
    return form is not None


def _ordinal(form: re.Match[str]) -> int | None:
    try:
        return date(*map(int, form.groups()[:3])).toordinal()
    except ValueError:
        return None


class Value(Literal):
    """A well-formed typed literal that compares with others of its kind only, as in SPARQL."""

    def __str__(self) -> str:
        # pySHACL copies a literal by its text, and rdflib normalises a text, but no literal.
        return self

    def eq(self, other: Any) -> bool:
        """Whether two values are equal; TypeError where they do not compare."""
        first, second = _pair(self, other)
        return bool(first == second)

    def __lt__(self, other: Any) -> bool:
        return _holds(operator.lt, self, other)

    def __le__(self, other: Any) -> bool:
        return _holds(operator.le, self, other)

    def __gt__(self, other: Any) -> bool:
        return _holds(operator.gt, self, other)

    def __ge__(self, other: Any) -> bool:
        return _holds(operator.ge, self, other)

    __hash__ = Literal.__hash__


def _holds(relation: Callable[[Any, Any], bool], first: Literal, second: object) -> bool:
    try:
        return relation(*_pair(first, second))
    except TypeError:
        return False


def _pair(first: Literal, second: object) -> tuple[Any, Any]:
    """Return two values in a form that Python compares; TypeError if SPARQL would not."""
    if not isinstance(second, Literal) or _kind(first) != _kind(second):
        raise TypeError("values of different kinds")
    if _kind(first) == _DATE:
        return _days(first, second)
    left, right = first.value, second.value
    if left is None or right is None or left != left or right != right:  # noqa: PLR0124  # NaN
        raise TypeError("no value, or not a number")
    return left, right


def _kind(literal: Literal) -> str:
    datatype = str(literal.datatype)
    return "number" if datatype in _NUMBERS else datatype


def _days(first: Literal, second: Literal) -> tuple[int, int]:
    """Return when two days begin, in minutes.

    A day without a zone may begin up to 14 hours earlier or later than it does in UTC.
    """
    (left, left_zoned), (right, right_zoned) = _minutes(first), _minutes(second)
    if left_zoned != right_zoned and abs(left - right) <= _ZONE_LIMIT:
        raise TypeError("which day is first depends on the time zone")
    return left, right


def _minutes(literal: Literal) -> tuple[int, bool]:
    form = _FORMS[_DATE].fullmatch(literal)
    if form is None:
        raise TypeError("not a date")
    start, zone = (_ordinal(form) or 0) * 24 * 60, form[4]
    if zone in (None, "Z"):
        return start, zone is not None
    hours, minutes = int(zone[1:3]), int(zone[4:])
    offset = hours * 60 + minutes
    return start - (offset if zone[0] == "+" else -offset), True
