"""Where an engine by itself differs from XSD, SPARQL or SHACL: why, an example, and the guard."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple


class Difference(NamedTuple):
    """One value and one constraint on which an engine by itself is wrong.

    ``right`` says what the value does to the constraint by the specifications; ``guard`` says what
    keeps the difference from a report.
    """

    engine: str
    cause: str
    value: str
    constraint: str
    right: Literal["fails", "passes"]
    guard: str


_TERMS = "engines/pyshacl.py: the reference engine is given terms that compare as in SPARQL"
_ROUTE = "engines/accelerator.py: data with such a value go to pySHACL"
_SECOND = "none is needed: a second opinion in tests only"

DIFFERENCES = [
    Difference("pyshacl", "values of different types are ordered", '"2022-09-30"^^xsd:date', "most-36", "fails", _TERMS),
    Difference("pyshacl", "so are numbers and dates", "1", "first-day", "fails", _TERMS),
    Difference("pyshacl", "an ill-formed value is compared", '"abc"^^xsd:decimal', "most-36", "fails", _TERMS),
    Difference("pyshacl", "the time zone of a date is dropped", '"2022-09-30Z"^^xsd:date', "last-day", "fails", _TERMS),
    Difference("pyshacl", "NaN is less than any number", '"NaN"^^xsd:double', "most-36", "fails", _TERMS),
    Difference("pyshacl", "Python's digits and underscores are integers", '"３６"^^xsd:integer', "datatype-integer", "fails", _TERMS),
    Difference("pyshacl", "Python's exponents are decimals", '"1e6"^^xsd:decimal', "datatype-decimal", "fails", _TERMS),
    Difference("pyshacl", "weeks are dates", '"2022-W39-5"^^xsd:date', "datatype-date", "fails", _TERMS),
    Difference("pyshacl", "white space is part of a value", '"36 "^^xsd:integer', "datatype-integer", "fails", _TERMS),
    Difference("pyshacl", "an ill-formed date stops it", '"2022/09/30"^^xsd:date', "not-after", "fails", _TERMS),
    Difference("shacl", "integers have 64 bits", '"-1000000000000000000000000000000"^^xsd:integer', "most-decimal", "passes", _ROUTE),
    Difference("shacl", "decimals have 18 digits", '"1000000000000000000000000000000.5"^^xsd:decimal', "datatype-decimal", "passes", _ROUTE),
    Difference("shacl", "the range of a derived type is not looked at", '"300"^^xsd:byte', "least-1", "fails", _ROUTE),
    Difference("topquadrant", "white space is not part of a value", '"36 "^^xsd:integer', "datatype-integer", "fails", _SECOND),
    Difference("topquadrant", "NaN is more than any number", '"NaN"^^xsd:double', "least-1", "fails", _SECOND),
    Difference("topquadrant", "sh:disjoint compares values, not terms", '" 2022-09-30 "^^xsd:date', "disjoint", "passes", _SECOND),
    Difference("topquadrant", "a zone makes days undecided that are 16 hours apart", '"2022-01-02+08:00"^^xsd:date', "first-day", "passes", _SECOND),
    Difference("topquadrant", "sh:equals is passed over at a literal", '"text"', "back-and-on", "fails", _SECOND),
]  # fmt: skip

# TopQuadrant also finds a literal by its value, so that 1 and "01"^^xsd:integer are one filing. What
# several proposals share (a literal, an IRI that none describes) is left out too: these data are
# checked at once, ours in chunks.
_SHARED = re.compile(r"#(?:filing|recommendation|projectLeader)> (?!<urn:n:)")
AT_LITERALS = ("back", "back-and-on")

# Years that Python does not count are no dates to us, and XSD asks no engine for them; TopQuadrant
# does count them.
_YEARS = r"-[0-9]{4,}|[0-9]{5,}|0000"
_ASIDE = re.compile(
    rf'"(?:[ \t][^"\\]*|[^"\\]*[ \t]|NaN|(?:{_YEARS})-[^"]*|[^"]*(?:Z|[+-][0-9]{{2}}:[0-9]{{2}}))"\^\^'
    r'|"[^"]*"\^\^<[^>]*#dateTime>'
)


def agrees_with_topquadrant(data: str) -> bool:
    """Whether data hold none of the values on which TopQuadrant is known to differ."""
    return not (_ASIDE.search(data) or _SHARED.search(data))
