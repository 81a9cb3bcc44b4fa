"""The text of a guide, read from a file: plain text, .docx, .html or .pdf that holds text.

The text is kept as it is read; ``origin`` says from what. Well-kept readers do the work: python-docx,
html5lib and pypdf (the extra ``draft``).
"""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guidekg.characters import BOM, EncodingError, printable
from guidekg.errors import GuideKGError

MOST = 5_000_000  # bytes of a file; the longest guides known have less than a tenth of it as text
_LEAST_HAN = 0.25  # of the letters of a guide are Chinese, at the least


class DraftError(GuideKGError, ValueError):
    """What is to be drafted is no text of a guide; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a guide, and where it came from.

    Attributes:
        text: as it was read, not changed.
        name: the name of the file.
        form: ``text``, ``docx``, ``html`` or ``pdf``.
        encoding: of the file, as a codec is called; empty where the form has its own.
        sha256: of the bytes of the file.
    """

    text: str
    name: str = ""
    form: str = "text"
    encoding: str = "utf-8"
    sha256: str = ""


def read_text(path: Path) -> SourceText:
    """Return the text of a file.

    Raises:
        DraftError: it cannot be read, holds no text, or is no guide.
    """
    name = printable(path)
    try:
        if path.stat().st_size > MOST:
            size = path.stat().st_size / 1e6
            raise DraftError(
                f"{name}：文件有 {size:.1f} MB，指南的文本不会超过 {MOST / 1e6:.0f} MB；请给出指南正文。",
                f"{name}: the file has {size:.1f} MB, and no guide has more than {MOST / 1e6:.0f} MB of"
                " text; give the text of the guide alone",
            )
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise DraftError(
            f"{name}：无法读取（{reason}）。", f"{name}: it cannot be read ({reason})"
        ) from None
    return from_bytes(data, path.name)


def from_bytes(data: bytes, name: str = "") -> SourceText:
    """Return the text of the bytes of a file; its form is told by what it begins with, and its name.

    Raises:
        DraftError: as ``read_text``.
    """
    digest = hashlib.sha256(data).hexdigest()
    shown = printable(name) or "text"
    if not data.strip():
        raise DraftError(f"{shown}：文件是空的。", f"{shown}: the file is empty")
    form = _form(data, name)
    encoding = ""
    if form == "text":
        text, encoding = _decoded(data, shown)
    else:
        try:
            text = _READERS[form](data)
        except ImportError:
            raise DraftError(
                f"{shown}：读取 {form} 需要安装 guidekg[draft]。",
                f"{shown}: reading {form} needs guidekg[draft] installed",
            ) from None
        except Exception as error:
            raise DraftError(
                f"{shown}：不是完好的 {form} 文件（{error}）。",
                f"{shown}: it is no sound {form} file ({error})",
            ) from error
    check_text(text, shown, form)
    return SourceText(text, name, form, encoding, digest)


def check_text(text: str, name: str, form: str = "text") -> None:
    """Refuse what cannot be the text of a guide.

    Raises:
        DraftError: it is empty, in another language, or says nothing that a guide says.
    """
    letters = re.findall(r"[^\W\d_]", text)
    if not letters:
        if form == "pdf":
            raise DraftError(
                f"{name}：PDF 中没有文字，可能是扫描件；请先做文字识别（OCR），或者给出可以复制文字的版本。",
                f"{name}: the PDF holds no text, it may be scanned pictures; recognise its characters (OCR)"
                " first, or give a version whose text can be copied",
            )
        raise DraftError(f"{name}：文件中没有文字。", f"{name}: the file holds no text")
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in letters)
    if han < _LEAST_HAN * len(letters):
        raise DraftError(
            f"{name}：正文不是中文；起草只认得中文指南。",
            f"{name}: the text is not in Chinese, and only Chinese guides can be drafted",
        )
    if not _GENRE.search(text):
        raise DraftError(
            f"{name}：这不像是申报指南：没有提到申报、申请、资助或者补助。",
            f"{name}: this does not look like a funding guide: it speaks of no application and no funding",
        )


_GENRE = re.compile(r"申[报请领]|资助|补助|补贴|奖励|揭榜|立项|项目|兑付")


def _form(data: bytes, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx"
    start = data[:1024].lstrip(BOM.encode()).lstrip().lower()
    if suffix in (".html", ".htm", ".xhtml") or start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "text"


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """Return plain text and its encoding: UTF-8 or UTF-16 with a mark, UTF-8, else GB 18030."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text, encoding
    error = EncodingError(
        "这不是文本文件（也不是 docx、html 或 pdf）。",
        "this is no text file, and no docx, html or pdf either",
    )
    raise DraftError(f"{name}：{error.zh}", f"{name}: {error.en}")


def _docx(data: bytes) -> str:
    """Return the paragraphs, and the tables with a tab between cells, in their order."""
    import docx  # noqa: PLC0415  # an extra
    from docx.table import Table  # noqa: PLC0415

    document = docx.Document(io.BytesIO(data))
    lines = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # A merged cell is given once for each of its columns.
                cells = {id(cell._tc): " ".join(cell.text.split()) for cell in row.cells}
                lines.append("\t".join(cells.values()))
        else:
            lines.append(block.text)
    return "\n".join(lines).strip() + "\n"


def _html(data: bytes) -> str:
    """Return the words of a page, a line for each block, a tab between the cells of a table."""
    import html5lib  # type: ignore[import-untyped]  # noqa: PLC0415  # an extra

    # What says its encoding is read in that; html5lib takes the rest for Latin.
    told = re.search(rb"charset\s*=", data[:2048])
    root = html5lib.parse(data if told else _decoded(data, "")[0], namespaceHTMLElements=False)
    parts: list[str] = []

    def walk(element: Any) -> None:
        tag = getattr(element, "tag", "")
        if not isinstance(tag, str) or tag in ("script", "style", "head", "nav", "noscript"):
            return
        block = tag in _BLOCKS
        if block:
            parts.append("\n")
        parts.append(re.sub(r"\s+", " ", element.text or ""))
        for child in element:
            walk(child)
            parts.append(re.sub(r"\s+", " ", child.tail or ""))
        parts.append("\t" if tag in ("td", "th") else "\n" if block or tag == "br" else "")

    walk(root)
    lines = [line.strip(" \t") for line in "".join(parts).split("\n")]
    return "\n".join(line for line in lines if line) + "\n"


_BLOCKS = {
    *("p", "div", "section", "article", "header", "footer", "main", "table", "tr", "ul", "ol"),
    *("li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "body", "dl", "dt", "dd"),
    "center",
}


def _pdf(data: bytes) -> str:
    """Return the text of the pages, a form feed between them."""
    import pypdf  # noqa: PLC0415  # an extra

    reader = pypdf.PdfReader(io.BytesIO(data))
    return "\f".join(page.extract_text().strip() + "\n" for page in reader.pages)


_READERS: dict[str, Callable[[bytes], str]] = {"docx": _docx, "html": _html, "pdf": _pdf}
