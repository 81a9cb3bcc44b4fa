"""Where a text comes from: plain text in its encodings, Word, HTML, PDF; and what is no text of a guide."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING

import docx
import pypdf
import pytest

from guidekg.drafting import draft
from guidekg.drafting.text import MOST, DraftError, from_bytes, read_text
from tests.drafting.texts import TEXTS
from tests.web.browsers import chromium

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = TEXTS["cooperation-2024"].read_bytes()
TEXT = GUIDE.decode("utf-8")
SHORT = "关于申报2024年度科技项目的通知\n一、资助额度：每项不超过50万元。\n二、由企业牵头申报。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_plain_text(encoding: str) -> None:
    found = from_bytes(TEXT.encode(encoding), "guide.txt")
    assert (found.text, found.encoding, found.form) == (TEXT, encoding, "text")


def test_a_byte_order_mark_is_kept(tmp_path: Path) -> None:
    found = from_bytes(codecs.BOM_UTF8 + GUIDE)
    assert found.text == "\ufeff" + TEXT
    (tmp_path / "guide.txt").write_bytes(codecs.BOM_UTF8 + GUIDE)
    draft(tmp_path / "guide.txt").write(tmp_path / "made")
    assert (tmp_path / "made/source.zh.txt").read_bytes() == codecs.BOM_UTF8 + GUIDE


def test_word() -> None:
    document = docx.Document()
    document.add_paragraph("关于申报2024年度科技项目的通知")
    table = document.add_table(rows=2, cols=3)
    for row, cells in zip(
        table.rows, (("类别", "资助额度", "期限"), ("重点项目", "50万元", "2年")), strict=True
    ):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    document.add_paragraph("由企业牵头申报。")
    out = io.BytesIO()
    document.save(out)
    found = from_bytes(out.getvalue(), "guide.docx")
    assert found.form == "docx"
    assert found.text == (
        "关于申报2024年度科技项目的通知\n类别\t资助额度\t期限\n重点项目\t50万元\t2年\n由企业牵头申报。\n"
    )
    told = {(fact.kind, fact.scheme) for fact in draft(found).facts}
    assert ("duration", "重点项目") in told


def test_html_in_the_encoding_that_it_says() -> None:
    page = '<html><head><meta charset="gb2312"></head><body><p>申报通知：每项50万元。</p></body></html>'
    assert from_bytes(page.encode("gb18030"), "a.html").text == "申报通知：每项50万元。\n"


def test_html() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body><nav>首页</nav>"
        "<h1>申报通知</h1><p>每项<b>不超过</b>50万元。</p><table><tr><td>类别</td><td>额度</td></tr></table>"
        "<script>var a;</script><div>由企业<br>牵头</div></body></html>"
    )
    found = from_bytes(page.encode(), "page.html")
    assert found.form == "html"
    assert found.text == "申报通知\n每项不超过50万元。\n类别\t额度\n由企业\n牵头\n"


def test_pdf(tmp_path: Path) -> None:
    """A PDF that a browser prints is read with its text; pages are parted by a form feed."""
    lines = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    style = "<style>body { font: 16px/1.8 'Noto Sans CJK SC' }</style>"
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(f"<html><head>{style}</head><body>{lines}</body></html>")
        data = page.pdf(format="A4")
    found = from_bytes(data, "guide.pdf")
    assert found.form == "pdf"
    assert "\f" in found.text
    kinds = {fact.kind for fact in draft(found).facts}
    assert {"maximum-grant", "duration", "lead-kind"} <= kinds
    draft(found).write(tmp_path / "made")


def test_scanned_pages_are_named() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(DraftError, match=r"scanned") as error:
        from_bytes(out.getvalue(), "scan.pdf")
    assert "扫描" in error.value.zh


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (bytes(range(256)) * 4, "no text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no text file"),
        (b"%PDF-1.7 broken", "no sound pdf"),
        (b"PK\x03\x04broken", "no sound docx"),
        (
            b"Applications for grants are taken until 30 June. The project is funded.",
            "not in Chinese",
        ),
        (
            "床前明月光，疑是地上霜。举头望明月，低头思故乡。".encode(),
            "does not look like a funding guide",
        ),
        (b"12345 67890 --- +++", "holds no text"),
    ],
)
def test_what_is_no_text_of_a_guide_is_told_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(DraftError, match=said) as error:
        from_bytes(data, "given")
    assert error.value.zh.startswith("given：")
    assert error.value.exit_code == 2


def test_a_file_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    file.write_bytes(b"x" * (2 * MOST))
    with pytest.raises(DraftError, match=r"10\.0 MB"):
        read_text(file)
    with pytest.raises(DraftError, match="cannot be read"):
        read_text(tmp_path / "missing.txt")


def test_lines_that_a_page_broke_are_one_sentence() -> None:
    """Offsets are those of the text as it was read, with its breaks and the furniture of its pages."""
    words = "申报单位应在本省行政区域内注册具有独立法人资格运行管理规范并且近三年没有不良信用记录可以申报本项目。"
    line = 24
    broken = "\n".join(words[at : at + line] for at in range(0, len(words), line))
    pages = [
        f"科技项目申报指南\n{broken}\n{broken}\n{broken}\n- {number} -\n" for number in range(1, 5)
    ]
    text = "\f".join(pages)
    found = draft(text)
    whole = [fact for fact in found.facts if "\n" in fact.quote]
    assert whole
    for fact in found.facts:
        assert text[fact.start : fact.end] == fact.quote
        assert "- 2 -" not in fact.quote
