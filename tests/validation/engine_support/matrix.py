"""Every constraint against every odd value: one shape a constraint, one node a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine_support import odd
from engine_support.samples import ntriples, triples

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from guidekg.validation.engines import Row

CONSTRAINTS = {
    name.replace(" ", "-").replace(":", "-"): text
    for name, text in {
        **{
            f"datatype {name}": f"sh:datatype xsd:{name}"
            for name in ["integer", "decimal", "date", "boolean", "string", "int", "double"]
        },
        **{
            f"kind {name}": f"sh:nodeKind sh:{name}"
            for name in [
                "IRI",
                "Literal",
                "BlankNode",
                "BlankNodeOrIRI",
                "BlankNodeOrLiteral",
                "IRIOrLiteral",
            ]
        },
        "class": "sh:class gk:Proposal",
        "least 1": "sh:minInclusive 1",
        "most 36": "sh:maxInclusive 36",
        "above 1": "sh:minExclusive 1",
        "below 36": "sh:maxExclusive 36",
        "most decimal": 'sh:maxInclusive "1500000"^^xsd:decimal',
        "first day": 'sh:minInclusive "2022-01-01"^^xsd:date',
        "last day": 'sh:maxInclusive "2022-09-30"^^xsd:date',
        "before": "sh:lessThan ex:day",
        "not after": "sh:lessThanOrEquals ex:day",
        "equals": "sh:equals ex:day",
        "disjoint": "sh:disjoint ex:day",
        "one": "sh:hasValue 1",
        "true": "sh:hasValue true",
        "in": 'sh:in ( 1 "36" "true"@en place:fi "2022-09-30"^^xsd:date )',
        "long": "sh:minLength 3",
        "short": "sh:maxLength 3",
        "code": 'sh:maxLength 3 ; sh:pattern "^[A-Z]{3}$"',
        "language": 'sh:languageIn ( "en" "zh" )',
        "exactly one": "sh:xone ( [ sh:datatype xsd:integer ] [ sh:minInclusive 1 ] )",
        "or": "sh:or ( [ sh:datatype xsd:decimal ] [ sh:datatype xsd:integer ] )",
        "not": "sh:not [ sh:datatype xsd:date ]",
        "and": "sh:and ( [ sh:nodeKind sh:Literal ] [ sh:minInclusive 1 ] )",
        "node": "sh:node [ sh:maxInclusive 36 ]",
        "qualified": "sh:qualifiedValueShape [ sh:minInclusive 1 ] ; sh:qualifiedMinCount 1",
        "count": "sh:minCount 2",
        "back": "sh:node [ sh:property [ sh:path [ sh:inversePath ex:value ] ; sh:maxCount 1 ] ]",
        "back and on": "sh:node [ sh:property"
        " [ sh:path ( [ sh:inversePath ex:value ] ex:day ) ; sh:equals ex:none ] ]",
        "closed": "sh:node [ sh:closed true ; sh:ignoredProperties ( ex:value ) ]",
    }.items()
}
SHAPES = triples(
    "".join(
        f"test:{name} sh:targetSubjectsOf ex:value ; sh:path ex:value ; {text} .\n"
        for name, text in CONSTRAINTS.items()
    )
)
# pySHACL refuses to compare blank nodes; records have none, each node of theirs is given an IRI.
_COMPARED = [value for value in odd.VALUES if value not in ("[]", "_:shared")]
VALUES = list(dict.fromkeys(["36", "true", '"2022-09-30"^^xsd:date', *_COMPARED]))


def data(values: Iterable[str]) -> str:
    """Return a node for each value, called by its number among ``VALUES``."""
    day = 'ex:day "2022-09-30"^^xsd:date'
    described = (f"<urn:v:{VALUES.index(v)}> ex:value {v} ; {day} .\n" for v in values)
    return ntriples(triples("".join(described) + "ex:nothing ex:other 1 ."))


def failed(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Return which constraint each value fails, as their names."""
    return {
        (VALUES[int(row.focus.strip("<>").rpartition(":")[2])], row.shape.rpartition(":")[2])
        for row in rows
    }


def shape(constraint: str) -> list[ox.Triple]:
    """Return the shape of one constraint alone."""
    text = CONSTRAINTS[constraint]
    return triples(
        f"test:{constraint} sh:targetSubjectsOf ex:value ; sh:path ex:value ; {text} .\n"
    )
