"""What holds for every form of a report."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from formats_sample import FORMS, NASTY_FILE, sample, written
from hypothesis import given
from hypothesis import strategies as st

from guidekg.errors import UnknownNameError
from guidekg.i18n import Label
from guidekg.reports import WRITERS, words, write
from guidekg.reports.base import one_line, relative, uri
from guidekg.reports.report import Report

if TYPE_CHECKING:
    from pathlib import Path

    from guidekg import KnowledgeGraph


@pytest.fixture(scope="module")
def report(kg: KnowledgeGraph) -> Report:
    return sample(kg)


def test_every_form_has_a_writer() -> None:
    assert list(WRITERS) == FORMS


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_the_words_are_of_the_language_asked_for(report: Report, form: str, lang: Any) -> None:
    text = written(report, form, lang)
    said = {
        one: [finding.message(one) for judged in report.judgements for finding in judged.findings]
        for one in ("zh", "en")
    }
    assert all(message in text.replace("%2C", ",") for message in said[lang])
    other = "en" if lang == "zh" else "zh"
    if form not in ("html", "turtle"):  # which have both
        assert not any(message in text for message in said[other])


@pytest.mark.parametrize("form", FORMS)
def test_an_interrupted_run_says_that_its_report_is_partial(report: Report, form: str) -> None:
    whole, partial = (written(replace(report, partial=cut), form) for cut in (False, True))
    assert words.PARTIAL.zh in partial or '"partial": true' in partial
    assert words.PARTIAL.zh not in whole
    assert '"partial": true' not in whole


@pytest.mark.parametrize("form", [form for form in FORMS if form != "html"])
def test_a_proposal_is_written_when_it_is_judged(report: Report, form: str) -> None:
    out = StringIO()
    writer = WRITERS[form](out, "zh")
    writer.start(report.header)
    for judged in report.judgements:
        before = len(out.getvalue())
        writer.judgement(judged)
        new = out.getvalue()[before:]
        assert all(finding.message.zh in new for finding in judged.findings)


def test_a_page_keeps_its_proposals_out_of_memory(report: Report) -> None:
    writer = WRITERS["html"](StringIO(), "zh")
    writer.start(report.header)
    body = writer._body  # type: ignore[attr-defined]
    while not body._rolled:
        writer.judgement(report.judgements[2])
    assert body._max_size <= body.tell()
    writer.finish(report.summary, partial=True, unused=[])
    assert body.closed


@pytest.mark.parametrize("form", FORMS)
def test_a_run_without_input_is_a_report_too(report: Report, form: str) -> None:
    assert written(Report(report.header), form)


def test_no_report_conforms_where_nothing_was_judged(report: Report) -> None:
    empty = Report(report.header)
    assert words.NOTHING.zh in written(empty, "text")
    assert words.NOTHING.zh in written(empty, "html")
    assert "sh:conforms false" in written(empty, "turtle")
    assert '"exitCode": 2' in written(empty, "sarif")


def test_an_unknown_form_is_an_error_that_names_the_known(report: Report) -> None:
    with pytest.raises(UnknownNameError, match="sarif"):
        write(report, "pdf", StringIO(), "en")


def test_an_option_of_another_form_is_refused(report: Report) -> None:
    with pytest.raises(TypeError, match="bom"):
        write(report, "json", StringIO(), "en", bom=True)


def test_a_form_is_loaded_only_when_it_is_asked_for() -> None:
    probe = (
        "import sys, guidekg.reports\n"
        "forms = {'guidekg.reports.' + form for form in guidekg.reports.WRITERS}\n"
        "print(*({*forms, 'rdflib', 'rich', 'jinja2', 'msgspec'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def _labels() -> list[Label]:
    found = []
    for value in vars(words).values():
        members = value.values() if isinstance(value, dict) else [value]
        found += [member for member in members if isinstance(member, Label)]
    return found


def test_every_word_is_there_in_both_languages() -> None:
    labels = _labels()
    assert len(labels) > 40
    assert all(re.search(r"[\u4e00-\u9fff]", label.zh) for label in labels)
    assert all(label.en and label.en.isascii() for label in labels)


@given(st.text())
def test_one_line_never_moves_a_terminal(text: str) -> None:
    line = one_line(text, 10_000)
    assert len(line.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


def test_one_line_is_short() -> None:
    assert one_line("长" * 1_000_000, 20) == "长" * 20 + "…"


@pytest.mark.parametrize("form", FORMS)
def test_a_huge_value_is_no_huge_report_for_people(report: Report, form: str) -> None:
    judged = report.judgements[1]
    item = next(item for item in judged.checklist if item.findings)
    huge = replace(item, findings=(replace(item.findings[0], value="9" * 1_000_000),))
    changed = replace(judged, checklist=(huge,))
    size = len(written(Report(report.header, [changed]), form))
    assert (size > 1_000_000) is (form in ("json", "turtle"))


def test_a_file_below_the_working_folder_is_named_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert relative(str(tmp_path / "a" / "b.ttl")) == "a/b.ttl"
    assert uri(str(tmp_path / "芬 兰#.ttl")) == "%E8%8A%AC%20%E5%85%B0%23.ttl"
    assert uri("/elsewhere/100%.ttl") == "file:///elsewhere/100%25.ttl"
    assert uri(NASTY_FILE).isascii()
    assert uri("") == ""


def test_every_form_names_each_malformed_or_failed_rule(report: Report) -> None:
    codes = {finding.code for judged in report.judgements for finding in judged.findings}
    assert len(codes) == 6
    for form in FORMS:
        text = written(report, form)
        assert [code for code in codes if code not in text] == []


def test_the_summary_counts_what_the_report_holds(report: Report) -> None:
    summary = json.loads(written(report, "json"))["summary"]
    assert summary["verdicts"] == {"eligible": 1, "undecided": 2, "ineligible": 1}
    assert summary["decided"] == {"eligible": 1, "undecided": 1, "ineligible": 2}
    assert summary["findings"] == {"violation": 3, "warning": 2, "info": 1}
    assert (summary["proposals"], summary["problems"], summary["overridden"]) == (4, 2, 2)
