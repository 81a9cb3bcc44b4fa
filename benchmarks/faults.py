"""Ordinary faults of proposals: what applicants forget, mistake or write twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.drafts import Statement

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from benchmarks.catalogue import Catalogue
    from benchmarks.drafts import Draft

    Fault = Callable[[Draft, Catalogue, random.Random], None]


def spoil(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """Give a proposal one to three faults."""
    for fault in rng.sample(FAULTS, rng.randint(1, 3)):
        fault(draft, known, rng)


def _replace(draft: Draft, rng: random.Random, predicate: str, value: str) -> None:
    if places := draft.places(predicate):
        subject, index = rng.choice(places)
        draft.nodes[subject][index] = Statement(predicate, value)


def missing_statement(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Leave out one statement."""
    subject = rng.choice([node for node, statements in draft.nodes.items() if statements])
    statements = draft.nodes[subject]
    candidates = [item for item in statements if item.predicate != "gk:appliesTo"]
    if candidates:
        statements.remove(rng.choice(candidates))


def missing_part(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Leave out a filing, an agreement or an organisation."""
    draft.drop(rng.choice([node for node in draft.nodes if node != draft.name]))


def other_kind(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """Name another kind of organisation."""
    _replace(draft, rng, "gk:organisationKind", rng.choice(known.kinds))


def other_place(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """Name another place."""
    where = rng.choice(["gk:locatedIn", "gk:locatedIn", "gk:targetRegion"])
    _replace(draft, rng, where, rng.choice(known.places))


def place_of_its_own(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """Describe a place that the guide does not know, or say nothing of it."""
    node = draft.node("place", "gk:Place")
    if rng.random() < 0.7:
        draft.add(node, "gk:within", rng.choice(known.places))
    _replace(draft, rng, "gk:locatedIn", node)


def other_amount(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Ask for too much, too little, or in units of 10,000."""
    amounts = ["1500000", "1500000.01", "600000.01", "399999", "400000", "120", "99000000"]
    _replace(draft, rng, "gk:requestedGrant", rng.choice(amounts))


def other_duration(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Plan for too long, or not at all."""
    _replace(draft, rng, "gk:durationMonths", rng.choice(["37", "36", "48", "0", "13", "25"]))


def other_date(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """File, sign or issue on another day, perhaps of another year."""
    day = date(known.year, 1, 1) + timedelta(rng.randint(-200, 500))
    name = rng.choice(["gk:filedOn", "gk:filedOn", "gk:signedOn", "gk:issuedOn"])
    _replace(draft, rng, name, f'"{day.isoformat()}"^^xsd:date')


def second_value(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Write a number or a date twice, and differently."""
    second = {
        "gk:requestedGrant": "500000",
        "gk:durationMonths": "24",
        "gk:filedOn": '"2022-07-01"^^xsd:date',
        "gk:signedOn": '"2022-12-24"^^xsd:date',
        "gk:organisationKind": "kind:hospital",
        "gk:locatedIn": "place:cn-310000",
        "gk:holds": "false",
        "gk:projectYear": "1",
        "gk:days": "10",
    }
    name = rng.choice(list(second))
    if places := draft.places(name):
        draft.add(rng.choice(places)[0], name, second[name])


def unsigned_agreement(draft: Draft, _: Catalogue, __: random.Random) -> None:
    """Leave the agreement without a date of signing."""
    for node in draft.values(draft.name, "gk:agreement"):
        statements = draft.nodes[node]
        draft.nodes[node] = [item for item in statements if item.predicate != "gk:signedOn"]


def letter_of_intent(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Hand in a letter of intent as an agreement."""
    if found := draft.values(draft.name, "gk:agreement"):
        draft.add(rng.choice(found), "gk:agreementType", "topic:letter-of-intent")


def uncovered_topic(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Leave something open in the agreement."""
    if places := draft.places("gk:covers"):
        subject, index = rng.choice(places)
        del draft.nodes[subject][index]


def false_claim(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Say that a claim does not hold."""
    _replace(draft, rng, "gk:holds", "false")


def other_field(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """Work in another field."""
    _replace(draft, rng, "gk:field", rng.choice(known.fields))


def other_agency(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """File with another agency."""
    _replace(draft, rng, "gk:filedWith", rng.choice(known.agencies))


def other_party(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Let another organisation file or issue."""
    bodies = [subject for subject, _ in draft.places("gk:organisationKind")]
    if bodies:
        name = rng.choice(["gk:filedBy", "gk:filedBy", "gk:issuedBy", "gk:leadApplicant"])
        _replace(draft, rng, name, rng.choice(bodies))


def few_days(draft: Draft, _: Catalogue, rng: random.Random) -> None:
    """Plan too little time on site."""
    _replace(draft, rng, "gk:days", rng.choice(["14", "15", "0", "400"]))


def other_scheme(draft: Draft, known: Catalogue, rng: random.Random) -> None:
    """Apply to another call, to two, or to a track that has calls."""
    named = rng.choice([call.name for call in known.calls] + ["scheme:zj-sti-2022-bilateral"])
    if rng.random() < 0.5:
        draft.add(draft.name, "gk:appliesTo", named)
    else:
        _replace(draft, rng, "gk:appliesTo", named)


FAULTS: list[Fault] = [
    missing_statement,
    missing_part,
    other_kind,
    other_place,
    place_of_its_own,
    other_amount,
    other_duration,
    other_date,
    second_value,
    unsigned_agreement,
    letter_of_intent,
    uncovered_topic,
    false_claim,
    other_field,
    other_agency,
    other_party,
    few_days,
    other_scheme,
]
