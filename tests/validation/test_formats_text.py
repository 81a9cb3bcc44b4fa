"""The report for people."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from formats_sample import sample, written

from guidekg.reports.report import Report

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph


@pytest.fixture(scope="module")
def report(kg: KnowledgeGraph) -> Report:
    return sample(kg)


def blocks(text: str) -> list[str]:
    return text.split("\n\n")


def test_a_finding_stands_with_its_sentence_its_reading_and_its_place(report: Report) -> None:
    block = next(block for block in blocks(written(report, "text")) if "/p2\n" in block)
    assert block.splitlines()[:9] == [
        "金融风险识别平台",
        "https://example.org/proposals/p2",
        "芬兰合作征集 · 结论：待核实 · 认定后：不通过",
        "  ? 芬兰：属于双方议定的技术领域 [R1-FIELD-finland] 须核实 · 无法判定",
        "      没有做到：芬兰：属于双方议定的技术领域。",
        "      值：field:fintech",
        "      建议：相近的领域：数字化。",
        "      位置：proposals/芬兰.ttl:7:14",
        "      原文：“围绕议定的技术领域”（第 118–127 字）",
    ]
    assert block.splitlines()[9].startswith("      所据解读：双方议定的领域清单没有印在原文中")


def test_an_override_stands_beside_what_the_machine_says(report: Report) -> None:
    said = "人工认定：不符合（机器判定：符合），张三，2022-09-02：协议附件缺第 3 页。"
    for group in ("proposal", "rule"):
        assert said in written(report, "text", group=group)
    assert "Override: unmet (the machine says: met) by 张三 on 2022-09-02" in written(
        report, "text", "en"
    )


def test_a_checklist_is_counted_and_shown_whole_if_asked(report: Report) -> None:
    short, whole = (written(report, "text", "en", checklist=asked) for asked in (False, True))
    assert "Checklist: met 17 · unmet 3 (preferences 1) · undecided 1 · not reached 1" in short
    label = "Both sides agree on who owns intellectual property (read as: in the agreement)"
    line = f"– not reached · must · {label} [R1-IP]"
    assert line not in short
    assert line in whole
    items = sum(len(judged.checklist) for judged in report.judgements)
    assert len(whole.splitlines()) == len(short.splitlines()) + items


def test_the_header_names_guide_shapes_engine_date_and_facts(report: Report) -> None:
    head = blocks(written(report, "text"))[0]
    for part in ("zj-sti-2022", "3f2a9c1b3f2a ", "pyshacl 0.30.1", "2022-09-01", "2022-09-15"):
        assert part in head


def test_an_input_that_cannot_be_read_is_shown_with_its_place(report: Report) -> None:
    text = written(report, "text", "en")
    assert "✗ Cannot be read: proposals/坏的.ttl:3:7\n    line 3, column 7: a full stop" in text


def test_by_rule_each_rule_stands_once_with_its_count(report: Report) -> None:
    many = Report(report.header, report.judgements[1:2] * 5)
    text = written(many, "text", group="rule", max_per_rule=2)
    assert text.count("[R1-FIELD-finland] × 5") == 1
    assert text.count("原文：“围绕议定的技术领域”") == 1
    assert text.count("没有做到") == 2
    assert "… 未列出：3" in text


def test_by_proposal_what_is_left_out_is_counted(report: Report) -> None:
    many = Report(report.header, report.judgements[1:2] * 3)
    text = written(many, "text", max_per_rule=1)
    assert text.count("没有做到") == 1
    assert text.count("… 未列出：1") == 2
    assert text.count("结论：待核实") == 3


def test_colours_are_only_added(report: Report) -> None:
    plain, coloured = (written(report, "text", color=asked) for asked in (False, True))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert plain != coloured


def test_nobody_else_can_colour_or_break_a_line(report: Report) -> None:
    title = next(line for line in written(report, "text").splitlines() if line.startswith("=cmd"))
    assert title.endswith(r"::error::%0A⏎\x1b[31m红\x202e")


def test_a_verdict_that_people_did_not_change_is_said_once(report: Report) -> None:
    first = replace(report, judgements=report.judgements[:1])
    assert "认定后" not in blocks(written(first, "text"))[3]
