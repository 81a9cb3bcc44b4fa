"""A document, its form, and the error that says why it is none."""

import gzip
import io
import re
import zlib
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import BinaryIO, Literal, get_args

from guidekg.characters import EncodingError, decode
from guidekg.errors import PlacedError
from guidekg.i18n import Label
from guidekg.reports.model import Problem

Form = Literal["turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml"]
FORMS: tuple[Form, ...] = get_args(Form)

# How deep a document may nest. Real ones stay below 20; parsers take time that grows with the
# square of the depth, or run out of stack.
DEEPEST = 200

_EXTENSIONS: dict[str, Form] = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".jsonld": "jsonld",
    ".json": "jsonld",
    ".rdf": "rdfxml",
    ".xml": "rdfxml",
    ".owl": "rdfxml",
}
EXTENSIONS = tuple(_EXTENSIONS)

# Turtle may open with "[", TriG with "{"; what follows there is never a string, list or graph.
_JSON = re.compile(r'\{\s*(?:"|\}\s*\Z)|\[\s*(?:["{\[]|\]\s*\Z)')
_XML = re.compile(r"<\?xml\b|<!|<[\w.:-]+\s[^<>]*\bxmlns\b|<rdf:RDF\b")
_QUAD = re.compile(
    r"(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+"
    r'(?:<[^<>\s]*>|_:\S+|"(?:[^"\\\n]|\\.)*+"(?:@[\w-]+|\^\^<[^<>\s]*>)?)\s+'
    r"(?:<[^<>\s]*>|_:\S+)\s*\."
)
# A label of a blank node that Turtle has not, but N-Triples has; perhaps inside of a text.
COLON_LABEL = re.compile(r"_:[^\s:<>\"]*:")
# What may stand before the first statement; each pattern matches, be it nothing.
_SKIPPED = r"(?:\s++|#[^\n\r]*+)*+"
_COMMENTS = re.compile(_SKIPPED)
_PROLOGUES = {
    "jsonld": re.compile(r"\s*+"),
    "rdfxml": re.compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL),
}
_HTML = re.compile(r"<!doctype\s+html\b|<html\b", re.IGNORECASE)
_DIRECTIVE = re.compile(_SKIPPED + r"@?(?i:prefix|base)\b")
_TRIPLE = re.compile(_SKIPPED + r"(?:<[^<>\s]*>|_:\S+)\s+(?:a\b|<|[\w.-]*:)")
_NAMES: dict[str, str] = {
    "turtle": "Turtle",
    "trig": "Turtle",
    "nquads": "N-Quads",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF/XML",
}
_TABLE = Label(
    "它看起来是表格（CSV）：项目须写成 RDF，“guidekg new”可生成供填写的文件",
    "it looks like a table (CSV): a proposal is written in RDF; guidekg new makes a file to fill in",
)


@dataclass(frozen=True, slots=True)
class Document:
    """One text to validate.

    ``name`` is how a report calls it: the path as the user gave it, ``<stdin>``, ``<stream>``,
    ``<bytes>``, ``<graph>`` or ``<json-ld>``. ``text`` is decoded but else as it stands, byte order
    mark and line ends kept: places count in it.
    """

    name: str
    form: Form
    text: str = field(repr=False)


class DocumentError(PlacedError):
    """A document cannot be read; says why, and where it knows."""

    def problem(self, name: str) -> Problem:
        """Return the problem that a report shows for the document of that name."""
        return Problem(name, Label(self.zh, self.en), self.line, self.column, self.code)


class DocumentTooLargeError(DocumentError):
    """A document has more bytes than are allowed."""


class NotTextError(DocumentError):
    """A document is not UTF-8 text."""


def explained(problem: Problem, text: str, form: Form) -> Problem:
    """Return a problem of a text, with what the text looks like where that is another form."""
    other = looks_like(text, form)
    if other is None:
        return problem
    message = Label(
        f"{problem.message.zh.removesuffix('。')}；{other.zh}。",
        f"{problem.message.en}; {other.en}",
    )
    return replace(problem, message=message)


def empty() -> DocumentError:
    """Return the error for a document that holds nothing."""
    return DocumentError("内容为空：没有核对任何东西。", "it is empty: nothing was checked")


def too_deep() -> DocumentError:
    """Return the error for a document that nests beyond reason."""
    return DocumentError(
        f"嵌套超过 {DEEPEST} 层，不予读取；请把内容展开，用 IRI 相互引用。",
        f"it nests more than {DEEPEST} levels deep and is not read;"
        " spread it out, with references by IRI",
    )


def form_of_name(name: str) -> Form | None:
    """Return the form that a file's extension tells (``.gz`` aside), or None."""
    path = PurePath(name.lower())
    if path.suffix == ".gz":
        path = path.with_suffix("")
    return _EXTENSIONS.get(path.suffix)


def form_of_text(text: str) -> Form:
    """Return the form that a text's beginning tells; what is neither JSON nor XML is Turtle.

    TriG includes Turtle, and only it has braces; N-Quads alone has four terms a statement, and
    N-Triples with it colons in labels.
    """
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    if _JSON.match(text, start):
        return "jsonld"
    if _XML.match(text, start):
        return "rdfxml"
    if _QUAD.match(text, after_prologue(text, "nquads", start)):
        return "nquads"
    if _TRIPLE.match(text, start) and COLON_LABEL.search(text, start):
        return "ntriples"
    return "trig" if "{" in text else "turtle"


def looks_like(text: str, form: Form) -> Label | None:
    """Return what a text that is not of its form looks like, and what to do; None if nobody knows."""
    start = text.lstrip("\ufeff \t\r\n")[:10_000]
    if _HTML.match(start):
        return Label(
            "它看起来是网页（HTML）：请下载文件本身，而不是显示它的页面",
            "it looks like a web page (HTML): download the file itself, not a page that shows it",
        )
    other = form_of_text(start)
    if other in ("turtle", "trig", "ntriples") and not _DIRECTIVE.match(start):
        if _is_table(start):
            return _TABLE
        if form in ("ntriples", "nquads") or not _TRIPLE.match(start):
            return None
    if other == form or {other, form} <= {"turtle", "trig"} or other not in _NAMES:
        return None
    other = "turtle" if other == "trig" else other
    return Label(
        f"它看起来是 {_NAMES[other]}：请用 --input-format {other} 指明，或改扩展名",
        f"it looks like {_NAMES[other]}: say so with --input-format {other}, or rename the file",
    )


def _is_table(text: str) -> bool:
    """Whether the first lines have the same number of cells, and begin like no other form."""
    lines = [line for line in text.splitlines() if line.strip()][:3]
    cells = [{line.count(mark) for line in lines} for mark in ",\t;"]
    return (
        len(lines) > 1
        and not set(lines[0]) & set(":{}[]<>@")
        and any(len(found) == 1 and 0 not in found for found in cells)
    )


def is_blank(text: str, form: Form) -> bool:
    """Return whether a text holds nothing but white space and comments."""
    return after_prologue(text, form, int(text.startswith("\ufeff"))) == len(text)


def after_prologue(text: str, form: Form, start: int) -> int:
    """Return where white space and comments end, of XML also instructions, that begin at a place."""
    found = _PROLOGUES.get(form, _COMMENTS).match(text, start)
    return found.end() if found else start


# How large one document may be, unpacked. The largest that users have are some 200 MB.
LIMIT = 512 * 2**20

_CHUNK = 2**20
_GZIP = b"\x1f\x8b"


def text_of(stream: BinaryIO, limit: int) -> str:
    """Return the text of a stream, unpacked if it is gzip.

    Raises:
        DocumentError: it is larger than ``limit`` bytes, damaged, or not UTF-8 text.
    """
    data = _bounded(stream, limit)
    if data.startswith(_GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
                data = _bounded(unpacked, limit)
        except (OSError, EOFError, zlib.error) as error:
            raise DocumentError(
                f"gzip 压缩数据不完整或已损坏（{error}）；请重新压缩或重新传输。",
                f"the gzip data are cut off or damaged ({error}); pack or transfer them again",
            ) from None
    try:
        return decode(data)
    except EncodingError as error:
        raise NotTextError(error.zh, error.en, error.line, error.column) from None


def _bounded(stream: BinaryIO | gzip.GzipFile, limit: int) -> bytearray:
    data = bytearray()
    while chunk := stream.read(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise too_large(limit)
    return data


def too_large(limit: int) -> DocumentTooLargeError:
    """Return the error for a document of more than ``limit`` bytes."""
    return DocumentTooLargeError(
        f"超过 {limit:,} 字节的上限（压缩文件按解压后计），不予读取；请拆成几个文件，或放宽上限。",
        f"it is larger than the limit of {limit:,} bytes (counted unpacked) and is not read;"
        " split it or raise the limit",
    )
