"""Answers as tables for people: names beside IRIs, a byte order mark, a workbook."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from guidekg.errors import GuideKGError
from guidekg.questions.sheets import sheet

if TYPE_CHECKING:
    from guidekg import Answer, KnowledgeGraph
    from guidekg.i18n import Language


@pytest.fixture
def deadlines(kg: KnowledgeGraph) -> Answer:
    return kg.questions["deadlines"]()


@pytest.mark.parametrize(
    ("lang", "head", "name", "status"),
    [
        ("zh", "征集或专题", "芬兰合作征集", "写明"),
        ("en", "call or track", "Finland call", "stated"),
    ],
)
def test_names_stand_beside_iris(
    deadlines: Answer, lang: Language, head: str, name: str, status: str
) -> None:
    heads, *rows = csv.reader(io.StringIO(sheet(deadlines, lang, "labelled-csv").decode()))
    assert heads[:3] == [head, f"{head} IRI", {"zh": "状态", "en": "status"}[lang]]
    (finland,) = (row for row in rows if row[0] == name)
    assert finland[1].endswith("/scheme/zj-sti-2022-finland")
    assert finland[2:4] == [status, "2022-09-30"]
    assert all(len(row) == len(heads) for row in rows)


def test_a_byte_order_mark_stands_where_it_is_asked_for(deadlines: Answer) -> None:
    plain, marked = (sheet(deadlines, "zh", form) for form in ("labelled-csv", "excel-csv"))
    assert marked == b"\xef\xbb\xbf" + plain
    assert not sheet(deadlines, "zh", "csv").startswith(b"\xef\xbb\xbf")


def test_a_workbook_holds_the_same_rows(kg: KnowledgeGraph) -> None:
    answer = kg.questions["calls-by-field-and-partner-region"](
        field="green-technology", region="yangtze-river-delta"
    )
    with zipfile.ZipFile(io.BytesIO(sheet(answer, "zh", "xlsx"))) as book:
        assert book.testzip() is None
        texts = book.read("xl/sharedStrings.xml").decode()
        lines = book.read("xl/worksheets/sheet1.xml").decode()
    assert "挪威合作征集" in texts
    assert lines.count("<row ") == len(answer) + 1


def test_what_looks_like_a_formula_is_text(kg: KnowledgeGraph) -> None:
    answer = kg.questions["filing-windows"]()
    rows = csv.reader(io.StringIO(sheet(answer, "en", "labelled-csv").decode()))
    assert not [value for row in rows for value in row if value.startswith(("=", "+", "-", "@"))]


def test_who_lacks_the_extra_is_told(deadlines: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(GuideKGError, match=r"guidekg\[xlsx\]"):
        sheet(deadlines, "en", "xlsx")


@pytest.mark.parametrize("form", ["labelled-csv", "excel-csv", "xlsx"])
def test_the_command_line_writes_them(form: str) -> None:
    command = [sys.executable, "-m", "guidekg", "ask", "deadlines", "--format", form]
    done = subprocess.run(command, capture_output=True, check=True)
    start = {"labelled-csv": b"call", "excel-csv": b"\xef\xbb\xbf", "xlsx": b"PK"}[form]
    assert done.stdout.startswith(start) or form == "labelled-csv"
    assert (b"Finland call" in done.stdout or "芬兰".encode() in done.stdout) == (form != "xlsx")
