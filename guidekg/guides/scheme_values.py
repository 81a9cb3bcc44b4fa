"""What a scheme grants, from when to when and for what: the shortcuts on it, as typed values."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from guidekg.guides.model import Deadline, Thing
from guidekg.rdf.terms import to_python
from guidekg.stores import Store

_VALUES = """SELECT ?scheme ?name ?value WHERE {
  VALUES (?property ?name) {
    (gk:schemeMaximumGrant "maximum_grant") (gk:schemeMinimumGrant "minimum_grant")
    (gk:schemeCurrency "currency") (gk:schemeMaximumMonths "maximum_months")
    (gk:schemeForeignAgency "agencies") (gk:schemeField "fields")
    (gk:schemePreferredRegion "preferred_regions") (gk:schemeLink "links")
  }
  ?scheme ?property ?value .
}"""
_DEADLINES = """SELECT DISTINCT ?scheme ?role ?day ?same WHERE {
  ?provision a gk:Window ; gk:information ?filing .
  ?filing gk:valuePath gk:filedOn ; gk:evidenceOf/rdf:rest/rdf:first ?role .
  ?scheme gk:applicableProvision ?provision .
  OPTIONAL { ?provision gk:lastDay ?day }
  OPTIONAL { ?provision gk:sameAsDeadline ?same }
}"""


class SchemeValues(NamedTuple):
    """The typed values of a scheme; None where no provision states one, or several differ."""

    maximum_grant: Decimal | None = None
    minimum_grant: Decimal | None = None
    currency: str | None = None
    maximum_months: int | None = None
    deadlines: tuple[Deadline, ...] = ()
    agencies: tuple[Thing, ...] = ()
    fields: tuple[Thing, ...] = ()
    preferred_regions: tuple[Thing, ...] = ()
    links: tuple[str, ...] = ()


def scheme_values(store: Store, thing: Callable[[str], Thing]) -> dict[str, SchemeValues]:
    """Return the typed values of each scheme that has any, by its IRI.

    Args:
        store: where the guides are.
        thing: gives a thing with its name, by its IRI.
    """
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in store.select(_VALUES).rows:
        scheme, name, value = (str(to_python(term)) for term in row if term)
        found[scheme][name].append(value)
    for row in store.select(_DEADLINES).rows:
        of, role, day, same = (to_python(term) if term else None for term in row)
        known = day if isinstance(day, date) else None
        deadline = Deadline(thing(str(role)), known, thing(str(same)) if same else None)
        found[str(of)]["deadlines"].append(deadline)
    return {scheme: _made(thing, values) for scheme, values in found.items()}


def _made(thing: Callable[[str], Thing], values: dict[str, list[Any]]) -> SchemeValues:
    def number(name: str) -> Decimal | None:
        return Decimal(values[name][0]) if values[name] else None

    def named(name: str) -> tuple[Thing, ...]:
        return tuple(map(thing, sorted(values[name])))

    months = number("maximum_months")
    return SchemeValues(
        number("maximum_grant"),
        number("minimum_grant"),
        next(iter(values["currency"]), None),
        int(months) if months is not None else None,
        tuple(sorted(values["deadlines"], key=lambda one: one.role.iri)),
        named("agencies"),
        named("fields"),
        named("preferred_regions"),
        tuple(sorted(values["links"])),
    )
