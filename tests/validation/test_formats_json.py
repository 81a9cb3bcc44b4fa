"""The report as JSON, and its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from formats_sample import NASTY_TITLE, NASTY_VALUE, sample, written
from jsonschema import Draft202012Validator, FormatChecker

from guidekg.reports.json import schema
from guidekg.reports.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guidekg import KnowledgeGraph

SCHEMA = json.loads(files("guidekg.reports").joinpath("report.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def report(kg: KnowledgeGraph) -> Report:
    return sample(kg)


def errors(document: Any) -> list[str]:
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(document)]


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def ordered(value: Any) -> Any:
    """Return a schema with its alternatives in one order, which versions of msgspec differ in."""
    if isinstance(value, dict):
        return {
            key: sorted(map(ordered, item), key=str) if key == "anyOf" else ordered(item)
            for key, item in value.items()
        }
    return [ordered(item) for item in value] if isinstance(value, list) else value


def test_the_schema_is_made_from_the_definition() -> None:
    assert ordered(schema()) == ordered(SCHEMA), "run python scripts/make_report_schema.py"


def test_the_schema_is_a_strict_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    every = list(objects(SCHEMA))
    assert len(every) > 10
    assert all(one["additionalProperties"] is False for one in every)
    optional = {name for one in every for name in set(one["properties"]) - set(one["required"])}
    assert optional == {"override"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_is_what_its_schema_says(report: Report, lang: Any) -> None:
    for one in (report, replace(report, partial=True), Report(report.header)):
        document = json.loads(written(one, "json", lang))
        assert errors(document) == []
        assert document["header"]["lang"] == lang


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["proposals", 2, "verdict"], "conforms"),
        (["proposals", 2, "findings", 0, "severity"], "error"),
        (["proposals", 2, "findings", 0, "where", "line"], 0),
        (["proposals", 2, "checklist", 0, "state"], "passed"),
        (["header", "as_of"], "yesterday"),
        (["summary", "verdicts", "unknown"], 1),
        (["more"], 1),
    ],
)
def test_the_schema_refuses_what_is_not_so(
    report: Report, path: list[str | int], value: Any
) -> None:
    document = json.loads(written(report, "json"))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert len(errors(document)) == 1


def test_a_finding_has_everything_that_the_model_knows(report: Report) -> None:
    proposal = json.loads(written(report, "json", "en"))["proposals"][2]
    found = {finding["id"]: finding for finding in proposal["findings"]}
    grant = found["R1-MAX"]
    assert grant["clauses"] == [
        {
            "iri": "https://w3id.org/guidekg/id/clause/zj-sti-2022-1527-1543",
            "start": 1527,
            "end": 1543,
            "exact": "建议财政补助经费：150万元以内",
        }
    ]
    assert grant["where"] == {
        "file": "proposals/芬兰.ttl",
        "line": 20,
        "column": 5,
        "end_line": 20,
        "end_column": 30,
        "subject": "https://example.org/proposals/p3",
    }
    assert (grant["requirement"], grant["value"]) == ("R1-MAX", "1600000")
    assert found["R1-FDL-finland"]["requirement"] == "R1-FDL"
    assert found["R1-FDL-finland"]["value"] == NASTY_VALUE
    assert proposal["title"] == NASTY_TITLE.zh
    line = next(item for item in proposal["checklist"] if item["id"] == "R1-MAX")
    assert (line["state"], line["override"]["state"]) == ("unmet", "met")


def test_a_malformed_proposal_has_a_code_and_no_requirement(report: Report) -> None:
    proposal = json.loads(written(report, "json"))["proposals"][3]
    assert proposal["scheme"] is None
    assert proposal["findings"][0]["requirement"] is None
    assert proposal["findings"][0]["id"] == "two-schemes"
    assert proposal["findings"][0]["where"]["line"] is None


def test_each_proposal_is_a_line(report: Report) -> None:
    lines = written(report, "json").splitlines()
    found = [json.loads(line.rstrip(","))["iri"] for line in lines if line.startswith('{"iri"')]
    assert found == [judged.iri for judged in report.judgements]
