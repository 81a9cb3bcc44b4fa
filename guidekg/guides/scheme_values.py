"""What a scheme grants, from when to when and for what: values of the provisions that apply to it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from guidekg.guides.model import Deadline, Thing
from guidekg.rdf.terms import to_python
from guidekg.stores import Store

_VALUES = """SELECT DISTINCT ?scheme ?name ?value WHERE {
  {
    VALUES (?class ?property ?name) {
      (gk:AgencyDesignation gk:agency "agencies") (gk:CallYear gk:year "year")
    }
    ?provision a ?class .
  } UNION {
    VALUES (?information ?property ?name) {
      (information:requested-grant gk:maximum "maximum_grant")
      (information:requested-grant gk:minimum "minimum_grant")
      (information:requested-grant gk:currency "currency")
      (information:duration gk:maximum "maximum_months")
    }
    ?provision a gk:Limit ; gk:information ?information .
  }
  ?provision ?property ?value .
  ?scheme gk:applicableProvision ?provision .
}"""
_FIELDS = """SELECT DISTINCT ?scheme ?field WHERE {
  ?provision gk:information information:fields ; gk:phrase ?phrase .
  ?phrase gk:meansField ?field .
  ?scheme gk:applicableProvision ?provision .
}"""
_DEADLINES = """SELECT DISTINCT ?scheme ?role ?day ?same WHERE {
  ?provision a gk:FilingDeadline ; gk:onRole ?role .
  ?scheme gk:applicableProvision ?provision .
  OPTIONAL { ?provision gk:monthDay ?day }
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


def scheme_values(store: Store, thing: Callable[[str], Thing]) -> dict[str, SchemeValues]:
    """Return the typed values of each scheme that has any, by its IRI.

    Args:
        store: where the guides are.
        thing: gives a thing with its name, by its IRI.
    """
    stated: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for scheme, name, value in _rows(store, _VALUES):
        stated[scheme][name].append(value)
    for scheme, field in _rows(store, _FIELDS):
        stated[scheme]["fields"].append(field)
    deadlines: dict[str, list[Deadline]] = defaultdict(list)
    for scheme, role, day, same in _rows(store, _DEADLINES):
        year = _only(stated[scheme]["year"])
        deadlines[scheme].append(
            Deadline(thing(role), _day(year, day), thing(same) if same else None)
        )
    return {scheme: _made(thing, stated[scheme], deadlines[scheme]) for scheme in [*stated]}


def _rows(store: Store, query: str) -> Iterable[tuple[str, ...]]:
    for row in store.select(query).rows:
        yield tuple("" if term is None else str(to_python(term)) for term in row)


def _made(
    thing: Callable[[str], Thing], stated: dict[str, list[str]], deadlines: list[Deadline]
) -> SchemeValues:
    def number(name: str) -> Decimal | None:
        found = _only(stated[name])
        with suppress(ArithmeticError):  # of what is no number, `guidekg check` speaks
            return Decimal(found) if found and Decimal(found).is_finite() else None
        return None

    def named(name: str) -> tuple[Thing, ...]:
        return tuple(thing(iri) for iri in sorted(stated[name]))

    months = number("maximum_months")
    return SchemeValues(
        number("maximum_grant"),
        number("minimum_grant"),
        _only(stated["currency"]),
        int(months) if months is not None else None,
        tuple(sorted(deadlines, key=lambda one: one.role.iri)),
        named("agencies"),
        named("fields"),
    )


def _only(values: list[str]) -> str | None:
    return values[0] if len(set(values)) == 1 else None


def _day(year: str | None, month_day: str) -> date | None:
    """Return the day in a year of ``--09-30``; None where either is not stated, or there is none."""
    if not (year and month_day):
        return None
    with suppress(ValueError):  # 29 February of most years
        return date.fromisoformat(f"{int(year):04}{month_day[1:7]}")
    return None
