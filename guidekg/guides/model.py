"""What a guide is made of, as frozen objects, and how a clause is quoted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guidekg.i18n import Label, Language


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with an IRI and a name."""

    iri: str
    label: Label


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a source: characters ``start`` (from 0) to ``end`` (exclusive), and their text.

    ``language`` is that which the source states, or else that of the text, as RDF has it; empty
    where the graph does not tell.
    """

    iri: str
    start: int
    end: int
    exact: str
    source: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """How many of the things that a program drafted people have reviewed, and how many not yet."""

    reviewed: int
    unreviewed: int


@dataclass(frozen=True, slots=True)
class Reading(Thing):
    """How the text is read: the reason, and the clauses or outside sources it rests on."""

    reason: Label
    derived_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provision(Thing):
    """One thing that a guide says.

    ``kind`` is its most specific class, ``identifier`` that of a requirement (else None).
    """

    kind: Thing
    modality: Thing
    identifier: str | None
    clauses: tuple[Clause, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a side must have filed.

    ``role`` is who files. ``day`` is the printed day in the year of the call (which may be a
    reading), None where the text prints none; ``same_as`` then is the deadline that it names.
    """

    role: Thing
    day: date | None
    same_as: Thing | None = None


@dataclass(frozen=True, slots=True)
class Scheme(Thing):
    """A programme, track or call, with its own provisions and all that apply to it.

    The typed values are those of the provisions that apply: amounts in ``currency``, durations in
    months; None where the guide states none, or several that differ.
    """

    kind: Thing
    parent: str | None
    parts: tuple[str, ...]
    own: tuple[Provision, ...] = field(repr=False)
    applicable: tuple[Provision, ...] = field(repr=False)
    maximum_grant: Decimal | None = field(default=None, repr=False)
    minimum_grant: Decimal | None = field(default=None, repr=False)
    currency: str | None = field(default=None, repr=False)
    maximum_months: int | None = field(default=None, repr=False)
    deadlines: tuple[Deadline, ...] = field(default=(), repr=False)
    agencies: tuple[Thing, ...] = field(default=(), repr=False)
    fields: tuple[Thing, ...] = field(default=(), repr=False)
    preferred_regions: tuple[Thing, ...] = field(default=(), repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)

    @property
    def inherited(self) -> tuple[Provision, ...]:
        """The provisions stated one or more levels up."""
        own = {provision.iri for provision in self.own}
        return tuple(item for item in self.applicable if item.iri not in own)

    @property
    def deadline(self) -> date | None:
        """The day on which filing ends, where the guide prints just one; see ``deadlines``."""
        days = {one.day for one in self.deadlines if one.day}
        return days.pop() if len(days) == 1 else None

    @property
    def agency(self) -> Thing | None:
        """The agency of the partner's side, where the guide names just one; see ``agencies``."""
        return self.agencies[0] if len(self.agencies) == 1 else None


@dataclass(frozen=True, slots=True)
class Guide(Thing):
    """A guide: its source, the text and its language (BCP 47), and its programmes."""

    source: str
    text: str = field(repr=False)
    language: str
    programmes: tuple[str, ...]


def longest(clauses: Iterable[Clause]) -> list[Clause]:
    """Return the clauses that lie in no other of them."""
    every = list(clauses)
    return [
        one
        for one in every
        if not any(
            other is not one
            and other.source == one.source
            and other.start <= one.start
            and one.end <= other.end
            for other in every
        )
    ]


def quote(clause: Clause, lang: Language) -> str:
    """Return a clause as a quotation with its place."""
    if lang == "zh":
        return f"“{clause.exact}”（第 {clause.start}–{clause.end} 字）"
    return f"“{clause.exact}” (characters {clause.start}-{clause.end})"
