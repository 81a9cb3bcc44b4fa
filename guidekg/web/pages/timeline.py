"""The deadlines on a line: those that are known, those that a fact would tell, and those not stated."""

import math
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Reading, Thing
from guidekg.questions import Row
from guidekg.validation.facts import FactDefinition, Facts, facts_of
from guidekg.web.pages.layout import localized, page
from guidekg.web.pages.lookups import guide_beside, guides_beside, printed_schemes

_ORDER = ("stated", "given", "unknown", "not-stated")


class Entry(NamedTuple):
    """A call, and when its deadline is.

    ``kind`` is ``stated``, ``given`` by the fact that it depends on, ``unknown`` without that fact,
    or as the question of the deadlines has it.
    """

    call: Thing
    kind: str
    day: date | None
    row: Row


class Axis:
    """Whole years, from the first that has a deadline to the last."""

    def __init__(self, days: list[date], year: int) -> None:
        years = [day.year for day in days] or [year]
        self._first, self._end = date(min(years), 1, 1), date(max(years), 12, 31)
        self.years = self._end.year - self._first.year + 1

    def at(self, day: date) -> float:
        """Return the place of a day, in percent."""
        return round(100 * (day - self._first).days / ((self._end - self._first).days + 1), 2)

    @property
    def ticks(self) -> list[tuple[float, date]]:
        """The months that are written, every so many where they are many, each with its place."""
        # As many as a narrow screen has room for: months alone are short, with their year long.
        step = {1: 1, 2: 6}.get(self.years, 12 * math.ceil(self.years / 4))
        days = (
            date(self._first.year + month // 12, month % 12 + 1, 1)
            for month in range(0, 12 * self.years, step)
        )
        return [(self.at(day), day) for day in days]


class Year(NamedTuple):
    """What the year of some deadlines depends on: a fact, what was given for it, why it is read so."""

    fact: FactDefinition
    given: str
    readings: list[Reading]


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    rows = list(kg.questions["deadlines"]())
    facts = facts_of(kg.store)
    years = _years(kg, [fact for fact in facts if fact.kind.name == "year"], rows)
    # What a deadline depends on, by the IRI of its provision.
    left_open = {
        iri: fact.name for fact in facts if fact.kind.name == "date" for iri in fact.decides
    }
    asked = [fact for fact in facts if fact in years.values() or fact.name in left_open.values()]
    readings: dict[str, dict[Reading, None]] = {}
    for row in kg.questions["call-year"]():
        for provision in row.provisions:
            readings.setdefault(provision.iri, {}).update(dict.fromkeys(provision.readings))
    guides = {one.iri: guide_beside(kg, one.iri) for one in kg.schemes()}

    async def show(request: Request) -> Response:
        params = request.query_params
        given = {fact.name: params[fact.name] for fact in asked if params.get(fact.name)}
        Facts(kg.store, given, None)  # which refuses what is not of its form
        in_year = {iri: int(given.get(fact.name, 0)) for iri, fact in years.items()}
        entries = _entries(rows, left_open, given, in_year)
        days = [entry.day for entry in entries if entry.day]
        told = [
            Year(
                fact,
                given.get(fact.name, ""),
                list(dict.fromkeys(one for iri in fact.decides for one in readings.get(iri, ()))),
            )
            for fact in asked
            if fact in years.values() and fact.read
        ]
        fallback = next((one.given or one.fact.read for one in told), None)
        return page(
            request,
            "timeline.html",
            entries=entries,
            axis=Axis(days, int(fallback or date.today().year)),
            asked=asked,
            given=given,
            years=told,
            guides=guides,
            asked_by=guides_beside(kg, asked),
        )

    return localized("/timeline", show)


def _years(
    kg: KnowledgeGraph, facts: list[FactDefinition], rows: list[Row]
) -> dict[str, FactDefinition]:
    """Return the fact that tells the year of each call that has a deadline here, by its IRI.

    Each guide has a year of its own.
    """
    above = {
        one.scheme.iri: {one.scheme.iri, *(scheme.iri for scheme in one.above)}
        for one in printed_schemes(kg)
    }
    found: dict[str, FactDefinition] = {}
    for row in rows:
        call = row["scheme"].value
        if isinstance(call, Thing) and row.provisions:
            around = {*above[call.iri], getattr(kg.things.guide_of.get(call.iri), "iri", "")}
            for fact in facts:
                if not fact.scopes or around.intersection(fact.scopes):
                    found.setdefault(call.iri, fact)
    return found


def _entries(
    rows: list[Row],
    left_open: Mapping[str, str],
    given: Mapping[str, str],
    in_year: Mapping[str, int],
) -> list[Entry]:
    """Return the calls: first those with a day, in its order, then the unknown, then the rest.

    ``left_open`` has the fact that a deadline depends on, by the IRI of its provision; ``in_year``
    the year that the days of a call are to be in, where that is not the year of the rows.
    """
    found = []
    for row in rows:
        call, status, day = (row[name].value for name in ("scheme", "status", "date"))
        if not isinstance(call, Thing):
            continue
        kind, day = str(status), day if isinstance(day, date) else None
        if day and (year := in_year.get(call.iri)):
            day = _in_year(day, year)
        if fact := next((left_open[p.iri] for p in row.provisions if p.iri in left_open), None):
            kind = "given" if fact in given else "unknown"
            day = date.fromisoformat(given[fact]) if fact in given else None
        found.append(Entry(call, kind, day, row))

    def place(one: Entry) -> tuple[bool, date, int]:
        kind = _ORDER.index(one.kind) if one.kind in _ORDER else len(_ORDER)
        return one.day is None, one.day or date.max, kind

    return sorted(found, key=place)


def _in_year(day: date, year: int) -> date:
    """Return a day in another year; 29 February is the 28th where the year has none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
