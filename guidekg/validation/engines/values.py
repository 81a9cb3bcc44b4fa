"""Values as XSD and SPARQL have them, where rdflib's own reading differs.

rdflib orders values of different types, reads ``１２`` and ``1_000`` as integers, and drops the time
zone of a date; pySHACL stops where it cannot compare. Each of these is a row too few or too many, so
the reference engine is given these terms instead.
"""

import operator
from collections.abc import Callable
from typing import Any

from rdflib import Literal

from guidekg.rdf.literals import DATE, DATE_FORM, NUMBERS, ordinal

_ZONE_LIMIT = 14 * 60  # minutes


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
    if _kind(first) == DATE:
        return _days(first, second)
    left, right = first.value, second.value
    if left is None or right is None or left != left or right != right:  # noqa: PLR0124  # NaN
        raise TypeError("no value, or not a number")
    return left, right


def _kind(literal: Literal) -> str:
    datatype = str(literal.datatype)
    return "number" if datatype in NUMBERS else datatype


def _days(first: Literal, second: Literal) -> tuple[int, int]:
    """Return when two days begin, in minutes.

    A day without a zone may begin up to 14 hours earlier or later than it does in UTC.
    """
    (left, left_zoned), (right, right_zoned) = _minutes(first), _minutes(second)
    if left_zoned != right_zoned and abs(left - right) <= _ZONE_LIMIT:
        raise TypeError("which day is first depends on the time zone")
    return left, right


def _minutes(literal: Literal) -> tuple[int, bool]:
    form = DATE_FORM.fullmatch(literal)
    if form is None:
        raise TypeError("not a date")
    start, zone = (ordinal(form) or 0) * 24 * 60, form[4]
    if zone in (None, "Z"):
        return start, zone is not None
    hours, minutes = int(zone[1:3]), int(zone[4:])
    offset = hours * 60 + minutes
    return start - (offset if zone[0] == "+" else -offset), True
