"""What a guide is made of, as frozen objects, and how a clause is quoted."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from guidekg.i18n import Label, Language


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with an IRI and a name."""

    iri: str
    label: Label


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a source: characters ``start`` (from 0) to ``end`` (exclusive), and their text."""

    iri: str
    start: int
    end: int
    exact: str
    source: str


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
class Scheme(Thing):
    """A programme, track or call, with its own provisions and all that apply to it."""

    kind: Thing
    parent: str | None
    parts: tuple[str, ...]
    own: tuple[Provision, ...] = field(repr=False)
    applicable: tuple[Provision, ...] = field(repr=False)

    @property
    def inherited(self) -> tuple[Provision, ...]:
        """The provisions stated one or more levels up."""
        own = {provision.iri for provision in self.own}
        return tuple(item for item in self.applicable if item.iri not in own)


@dataclass(frozen=True, slots=True)
class Guide(Thing):
    """A guide: its source, the text, and its programmes."""

    source: str
    text: str = field(repr=False)
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
