"""Each question: its hand-checked answer, in pyoxigraph and in rdflib, which must agree."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef

from guidekg.errors import ValueFormError
from guidekg.guides.model import Thing
from guidekg.rdf.namespaces import PREFIXES, compact
from guidekg.value_kinds import VALUE_KINDS
from tests.expected import ANSWERS, answered, answers, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

    from guidekg import KnowledgeGraph
    from guidekg.questions.question import Cell
    from guidekg.value_kinds import ValueKind

FILES = sorted((Path(__file__).parents[1] / "queries").glob("*.rq"))
NAMES = [path.stem for path in FILES]


def rdflib_rows(
    kg: KnowledgeGraph, union: Graph, name: str, values: dict[str, str]
) -> list[list[str | None]]:
    question = kg.questions[name]
    bindings: dict[str, Node] = {}
    for key, term in question.bind(values).items():
        if isinstance(term, ox.Literal):
            plain = term.datatype.value.endswith("#string")
            bindings[key] = Literal(
                term.value, datatype=None if plain else URIRef(term.datatype.value)
            )
        else:
            assert isinstance(term, ox.NamedNode)
            bindings[key] = URIRef(term.value)
    result = union.query(question.text, initNs=PREFIXES, initBindings=bindings)  # type: ignore[arg-type]
    rows = []
    for row in result:
        cells: list[str | None] = []
        for term in row:  # type: ignore[union-attr]
            if isinstance(term, Literal):
                cells.append(shown(str(term), str(term.datatype) if term.datatype else "string"))
            else:
                cells.append(None if term is None else shown(str(term)))
        rows.append(cells)
    return rows


@pytest.mark.parametrize("name", NAMES)
def test_the_topic_of_a_question_is_one_of_the_list(kg: KnowledgeGraph, name: str) -> None:
    topic = f"{PREFIXES['word']}topic-{kg.questions[name].header.topic}"
    assert kg.things.iris(topic, "skos:topConceptOf") or kg.things.iris(topic, "skos:inScheme")


def key(row: list[str | None]) -> list[str]:
    return [cell or "" for cell in row]


def test_every_question_has_an_answer() -> None:
    assert {path.stem for path in ANSWERS.glob("*.json")} == set(NAMES)
    assert len(NAMES) >= 40


@pytest.fixture(scope="module")
def reference(kg: KnowledgeGraph, union: Graph) -> Iterator[Graph]:
    """The triples of the store in rdflib: with the text of the source, which no Turtle file has."""
    texts = [
        (URIRef(guide.source), URIRef(PREFIXES["gk"] + "text"), Literal(guide.text))
        for guide in kg.guides.values()
    ]
    for text in texts:
        union.add(text)
    yield union
    for text in texts:
        union.remove(text)


@pytest.mark.parametrize("name", NAMES)
def test_answer_in_both_engines(kg: KnowledgeGraph, reference: Graph, name: str) -> None:
    for case in answers(name):
        mine = answered(kg, name, case["parameters"])
        assert mine == case["rows"]
        theirs = rdflib_rows(kg, reference, name, case["parameters"])
        assert sorted(theirs, key=key) == sorted(mine, key=key)


@pytest.mark.parametrize("name", NAMES)
def test_header_names_the_columns(four: KnowledgeGraph, name: str) -> None:
    question = four.questions[name]
    values = {item.name: item.example for item in question.header.parameters}
    answer = question(**values)
    projected = set(four.store.select(question.text, question.bind(values)).variables)
    hidden = projected - set(question.header.columns) - {"basis"}
    cited = {"provision", "preference", "target", "link", "floor", "deadline", "same", "guide"}
    assert hidden <= cited
    assert set(question.header.columns) <= projected
    assert answer.state == "found"


def holds(kind: ValueKind, cell: Cell) -> bool:
    """Whether a cell is of a kind: a thing of its kinds of IRI, a value of its type, or a word."""
    value = cell.value
    if value is None:
        return True
    if kind.name == "word" or (cell.word and not isinstance(value, bool)):
        return cell.word is not None
    if isinstance(value, Thing):
        prefix, _, _ = compact(value.iri).partition(":")
        return kind.datatype is None and (not kind.things or prefix in kind.things)
    of_type = {"decimal": Decimal, "date": date, "integer": int, "boolean": bool, "string": str}
    return type(value) is of_type[(kind.datatype or "").rpartition("#")[2]]


@pytest.mark.parametrize("name", NAMES)
def test_every_value_is_of_the_kind_of_its_column(kg: KnowledgeGraph, name: str) -> None:
    for case in answers(name):
        answer = kg.questions[name](**case["parameters"])
        for column in answer.columns:
            kind = VALUE_KINDS[column.kind]
            assert [row[column.name] for row in answer if not holds(kind, row[column.name])] == []


def test_an_amount_has_its_currency(kg: KnowledgeGraph) -> None:
    rows = kg.questions["grant-limits"]().rows
    assert {row["maximum"].currency for row in rows} == {"CNY"}
    assert {row["scheme"].currency for row in rows} == {None}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_speak(kg: KnowledgeGraph, name: str) -> None:
    header = kg.questions[name].header
    labels = [
        header.question,
        header.decision,
        header.empty,
        *(one.label for one in header.columns.values()),
    ]
    labels += header.notes
    labels += [parameter.description for parameter in header.parameters]
    for label in labels:
        assert any("\u4e00" <= char <= "\u9fff" for char in label.zh)
        assert label.en
        assert label.en.isascii()


def test_every_kind_of_user_is_served(kg: KnowledgeGraph) -> None:
    users = {question.header.user for question in kg.questions.values()}
    assert users == {"applicant", "officer", "steward", "analyst"}


def test_every_class_of_provision_is_used(four: KnowledgeGraph) -> None:
    """A class is used where a row cites a provision of it, or of a class below it."""
    cited = {
        provision.iri
        for question in four.questions.values()
        for row in question(**{p.name: p.example for p in question.header.parameters})
        for provision in row.provisions
    }
    rows = four.query(
        "SELECT ?class ?x WHERE { ?x a ?class . ?class rdfs:subClassOf+ gk:Provision }"
    )
    members: dict[str, set[str]] = {}
    for row in rows:  # type: ignore[union-attr]
        members.setdefault(row["class"].value, set()).add(row["x"].value)  # type: ignore[index]
    assert len(members) > 20
    assert [name for name, things in members.items() if not things & cited] == []


@pytest.mark.parametrize("amount", ["1e999999999", "1e-999999999", "NaN", "Infinity", "much"])
def test_an_amount_that_cannot_be_written_out_is_refused(kg: KnowledgeGraph, amount: str) -> None:
    with pytest.raises(ValueFormError, match="300000"):
        kg.questions["tracks-by-amount"](amount=amount)
