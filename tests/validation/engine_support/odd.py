"""Odd values: what a person, a spreadsheet or a bad converter may write where a value belongs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.drafts import Statement

if TYPE_CHECKING:
    import random

    from benchmarks.drafts import Draft

_VALUED = (
    *("gk:requestedGrant", "gk:durationMonths", "gk:days", "gk:projectYear", "gk:listEdition"),
    *("gk:filedOn", "gk:signedOn", "gk:issuedOn", "gk:holds", "gk:lawfullyEstablished"),
)


def _read() -> dict[str, list[str]]:
    """Return the values of the file beside this one, as Turtle writes them, by their heading."""
    text = Path(__file__).with_name("odd_values.txt").read_text(encoding="utf-8")
    groups = (group.splitlines() for group in text.split("\n\n"))
    return {heading.removeprefix("# "): values for heading, *values in groups}


_GROUPS = _read()
VALUES = [value for group in _GROUPS.values() for value in group]


def make_odd(draft: Draft, rng: random.Random) -> None:
    """Put one to three odd values into a proposal, in place of others or beside them."""
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(_VALUED)
        places = draft.places(name) if rng.random() < 0.75 else []
        everywhere = [
            (subject, index)
            for subject, statements in draft.nodes.items()
            for index, statement in enumerate(statements)
            if statement.predicate != "a"
        ]
        if not (places or everywhere):
            return
        subject, index = rng.choice(places or everywhere)
        statement = Statement(draft.nodes[subject][index].predicate, _value(name, rng))
        if rng.random() < 0.8:
            draft.nodes[subject][index] = statement
        else:
            draft.nodes[subject].append(statement)


def _value(name: str, rng: random.Random) -> str:
    """Return an odd value, more often than not one that looks right for the property."""
    if rng.random() < 0.3:
        return rng.choice(VALUES)
    if name.endswith("On"):
        return rng.choice(_GROUPS["dates"])
    return rng.choice(
        _GROUPS["truths" if name in ("gk:holds", "gk:lawfullyEstablished") else "numbers"]
    )
