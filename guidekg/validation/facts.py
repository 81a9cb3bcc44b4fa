"""Facts of a run: the day it is made on, and what the guide leaves open and a user knows."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import pyoxigraph as ox

from guidekg.characters import printable
from guidekg.errors import GuideKGError
from guidekg.guides.sources import parse
from guidekg.rdf.namespaces import NS, RDF_TYPE, XSD
from guidekg.reports.model import Fact
from guidekg.stores import Store

FactValue = date | int | str  # a datetime is a date, and means its day
AS_OF = "as-of"

_NAME, _VALUE = ox.NamedNode(NS + "factName"), ox.NamedNode(NS + "factValue")
_TYPE, _RUN_FACT = ox.NamedNode(RDF_TYPE), ox.NamedNode(NS + "RunFact")
_DATE, _INTEGER = ox.NamedNode(XSD + "date"), ox.NamedNode(XSD + "integer")
# A call year is a number; every other fact that a guide asks for so far is a day.
_ASKED = """
SELECT DISTINCT ?name (EXISTS { ?provision a gk:CallYear } AS ?isYear)
WHERE { ?provision gk:suppliedByFact ?name } ORDER BY ?name
"""
_READ = "SELECT ?year WHERE { ?provision a gk:CallYear ; gk:year ?year }"


class FactError(GuideKGError, ValueError):
    """A fact of the run is unknown to the guides, or its value is not of the form it takes."""


def read_facts(path: str | Path) -> dict[str, FactValue]:
    """Return the facts that a Turtle file states as ``gk:RunFact``.

    Raises:
        FactError: the file cannot be read, states no fact, or one without a value or with several.
    """
    try:
        triples = parse(Path(path))
    except GuideKGError as error:
        raise FactError(
            f"事实文件无法读取：{error.zh}", f"the facts cannot be read: {error.en}"
        ) from None
    values: dict[object, list[str]] = {t.subject: [] for t in triples if t.object == _RUN_FACT}
    names: dict[object, str] = {}
    for triple in triples:
        if triple.predicate == _NAME and isinstance(triple.object, ox.Literal):
            names[triple.subject] = triple.object.value
        if triple.predicate == _VALUE and isinstance(triple.object, ox.Literal):
            values.setdefault(triple.subject, []).append(triple.object.value)
    found: dict[str, list[str]] = {}
    for node, stated in values.items():
        found.setdefault(names.get(node, str(node)), []).extend(stated)
    for name, stated in found.items():
        if len(stated) != 1:
            raise FactError(
                f"{printable(path)}：事实“{name}”应当恰好有一个值（gk:factValue），现有 {len(stated)} 个。",
                f"{printable(path)}: the fact {name!r} must have one value (gk:factValue), and has {len(stated)}",
            )
    if not found:
        raise FactError(
            f"{printable(path)} 中没有事实；一条事实写作 [] a gk:RunFact ; gk:factName … ; gk:factValue … 。",
            f"{printable(path)} states no fact; one is written [] a gk:RunFact ; gk:factName … ; gk:factValue … .",
        )
    return {name: stated[0] for name, stated in found.items()}


def asked(store: Store) -> dict[str, bool]:
    """Return the facts that the guides ask for, with whether each is a year, and not a day."""
    return {
        name.value: flag.value == "true"  # type: ignore[union-attr]  # bound by the query
        for name, flag in store.select(_ASKED).rows
    }


def some_values(store: Store) -> dict[str, FactValue]:
    """Return a value for each fact that the guides ask for, so that every requirement applies.

    A year is as the guide reads it, if it does; a day the last of that year.
    """
    known = asked(store)
    read = [row[0].value for row in store.select(_READ).rows]  # type: ignore[union-attr]
    year = min(read, default="2000")
    return {name: year if is_year else f"{year}-12-31" for name, is_year in known.items()}


class Facts:
    """The facts of one run, checked against what the guides ask for."""

    def __init__(self, store: Store, given: Mapping[str, FactValue], as_of: date | None) -> None:
        """Check the facts.

        Args:
            store: where the guides are.
            given: facts by name; a day as a date or ``YYYY-MM-DD``, a year as a number.
            as_of: the day of the run; None means that every deadline has passed.

        Raises:
            FactError: no guide asks for such a fact, or the value is not of its form.
        """
        known = asked(store)
        self.as_of = as_of
        self._literals: dict[str, ox.Literal] = {}
        for name, value in given.items():
            if name not in known:
                raise self._unknown(name, known)
            self._literals[name] = _literal(name, value, year=known[name])
        if as_of:
            self._literals[AS_OF] = ox.Literal(as_of.isoformat(), datatype=_DATE)

    @staticmethod
    def _unknown(name: str, known: Iterable[str]) -> FactError:
        listed = ", ".join(difflib.get_close_matches(name, list(known)) or known) or "—"
        return FactError(
            f"没有指南问到“{name}”这一事实；可以补充的有：{listed}。",
            f"no guide asks for a fact called {name!r}; there is: {listed}",
        )

    @property
    def listed(self) -> tuple[Fact, ...]:
        """The facts that a user gave, for a report."""
        return tuple(
            Fact(name, literal.value) for name, literal in self._literals.items() if name != AS_OF
        )

    def triples(self) -> list[ox.Triple]:
        """Return the facts as the templates read them."""
        made = []
        for name, literal in self._literals.items():
            node = ox.BlankNode()
            made += [
                ox.Triple(node, _TYPE, _RUN_FACT),
                ox.Triple(node, _NAME, ox.Literal(name)),
                ox.Triple(node, _VALUE, literal),
            ]
        return made


def day(name: str, value: object) -> date:
    """Return the day that a value means: a date, a datetime's own day, or ``YYYY-MM-DD``.

    Raises:
        FactError: it means none; the message calls it by ``name``.
    """
    try:
        if isinstance(value, datetime):  # a date too, but one that compares with none
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:  # also of pandas' NaT
        pass
    raise FactError(
        f"{name} 应当是日期（例如 2022-09-15），而不是“{value}”。",
        f"{name} is a day such as 2022-09-15, not {str(value)!r}",
    )


def _literal(name: str, value: FactValue, *, year: bool) -> ox.Literal:
    if not year:
        return ox.Literal(day(name, value).isoformat(), datatype=_DATE)
    text = str(value)
    if text.isascii() and text.isdecimal() and len(text) == 4:
        return ox.Literal(text, datatype=_INTEGER)
    raise FactError(
        f"{name} 应当是四位年份，而不是“{text}”。", f"{name} is a year of four digits, not {text!r}"
    )
