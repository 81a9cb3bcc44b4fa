"""What the tests hold of the shipped guide, all in this folder, checked by hand against its text.

``requirements.csv`` has a row for each requirement that the text prints, ``answers/`` the answer of each
question. ``make expected`` writes both again from the data, and the heads of the examples: who has changed
the guide checks the difference against the text before it is committed.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from guidekg.rdf.namespaces import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guidekg import KnowledgeGraph

HERE = Path(__file__).parent
ANSWERS = HERE / "answers"
REQUIREMENTS = HERE / "requirements.csv"
Cells = list[str | None]


class Row(NamedTuple):
    """A row of the table of requirements: the contract. ``start`` counts characters of the source."""

    id: str
    track: str
    modality: str
    severity_if_unmet: str
    depends_on: str
    rule: str
    source_text: str
    start: str
    reading: str


@cache
def requirements() -> dict[str, Row]:
    """Every row of the table of requirements by its identifier."""
    with REQUIREMENTS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: Row(**row) for row in csv.DictReader(file)}


def answers(question: str) -> list[dict[str, Any]]:
    """What is held of a question: the rows for some values of its parameters each."""
    cases = json.loads((ANSWERS / f"{question}.json").read_text(encoding="utf-8"))
    assert isinstance(cases, list)
    return cases


def answered(kg: KnowledgeGraph, name: str, values: Mapping[str, str]) -> list[Cells]:
    """The rows of a question in the embedded store, as the expected answers write them."""
    question = kg.questions[name]
    return [
        [_cell(term) for term in row]
        for row in kg.store.select(question.text, question.bind(values)).rows
    ]


def _cell(term: object) -> str | None:
    if isinstance(term, ox.Literal):
        return shown(term.value, term.datatype.value)
    assert term is None or isinstance(term, ox.NamedNode)
    return None if term is None else shown(term.value)


def shown(value: str, datatype: str | None = None) -> str:
    """Return a value as the expected answers write it."""
    if datatype and datatype.endswith("decimal"):
        whole = value.rstrip("0").rstrip(".") if "." in value else value
        return whole or "0"
    return compact(value) if value.startswith("http") and datatype is None else value
