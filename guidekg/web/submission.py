"""What a client hands in to be validated: documents and settings, however they are sent.

It is a document as it stands, a form with files, or a form with a text; packed by gzip or not. The
front receives it, within limits, and a worker takes it apart.
"""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from guidekg.reports.base import clean, one_line
from guidekg.web.negotiation import FORM, INPUTS, MULTIPART
from guidekg.web.problems import ProblemError, malformed
from guidekg.web.request import parse

FORMS = (MULTIPART, FORM)
TEXT = "text"  # the field of a form that holds a document …
NAME = "name"  # … and the one before it that names it
_FILE = "file"
_PARTS = 100
_LABEL = 100  # characters of a name, its end
_SEPARATOR = re.compile(r"[/\\]")
_NO_NAMES = ("", ".", "..")


class Document(NamedTuple):
    """A document as it came.

    ``name`` is what a report calls it: a label, and no path is ever opened. ``media`` is its type,
    where that was said. ``whole`` is false where it passes a limit and its end was dropped.
    """

    name: str
    media: str
    data: bytes
    whole: bool = True
    uploaded: bool = False


class Submission(NamedTuple):
    """All that came: documents, and fields that set something."""

    documents: list[Document]
    fields: list[tuple[str, str]]


class Content(NamedTuple):
    """The content of a request; ``kind`` is its media type, ``type`` that with its parameters.

    ``whole`` is false where only its start was kept.
    """

    data: bytes
    kind: str
    type: str
    packed: bool = False
    whole: bool = True


class Shown(NamedTuple):
    """What a page shows after its form was sent: the form as it was filled in, and what was found.

    ``error`` says why nothing was judged; ``result`` and ``appendix`` are HTML.
    """

    status: int
    texts: list[tuple[str, str]]
    values: dict[str, str]
    error: str = ""
    result: str = ""
    appendix: str = ""


def parse_submission(
    content: Content, limit: int, document: int | None = None, pasted: str = f"<{TEXT}>"
) -> Submission:
    """Return what the content of a request holds.

    Args:
        content: a document, or a form.
        limit: bytes of all of it, unpacked.
        document: bytes of one document of a form, where that is less.
        pasted: the name of a text that has none.

    Raises:
        ProblemError: it is malformed, or too large when it is unpacked.
    """
    data = _unpack(content.data, limit) if content.packed else content.data
    if content.kind in INPUTS:
        return Submission([Document("<bytes>", content.kind, data, content.whole)], [])
    if content.kind == MULTIPART:
        parts = _multipart(data, content)
    elif content.whole:
        parts = [_Part(name, bytearray(value.encode())) for name, value in parse(data)]
    else:
        raise _too_large(limit)
    return _collect(parts, document or limit, pasted)


def _unpack(data: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            unpacked = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise malformed(
            f"gzip 压缩数据不完整或已损坏（{error}）。",
            f"the gzip data are cut off or damaged ({error})",
        ) from None
    if len(unpacked) > limit:
        raise _too_large(limit)
    return unpacked


def _too_large(limit: int) -> ProblemError:
    return ProblemError(
        "content-too-large",
        f"请求内容解压后超过 {limit} 字节。",
        f"the content of the request is larger than {limit} bytes, unpacked",
    )


@dataclass(slots=True)
class _Part:
    """A part of a form: a field, or a file."""

    name: str
    data: bytearray
    filename: str | None = None
    media: str = ""
    whole: bool = True


def _multipart(data: bytes, content: Content) -> list[_Part]:
    parts: list[_Part] = []
    boundary = parse_options_header(content.type)[1].get("boundary", "")
    try:
        parser = PushMultipartParser(boundary, max_segment_count=_PARTS)
        for event in parser.parse(data):
            if isinstance(event, MultipartSegment):
                kind = event.content_type or ""
                parts.append(_Part(event.name or "", bytearray(), event.filename, kind))
            elif event:
                parts[-1].data += event
        if content.whole:
            parser.close()
        elif parts:
            parts[-1].whole = False
    except (MultipartError, ValueError) as error:
        raise malformed(
            f"multipart 内容不完整或有误：{error}。",
            f"the multipart content is incomplete or malformed: {error}",
        ) from None
    return parts


def _collect(parts: Iterable[_Part], limit: int, pasted: str) -> Submission:
    """Tell documents from what sets something; a form sends its empty fields too.

    Raises:
        ProblemError: a field is not UTF-8.
    """
    sent = Submission([], [])
    taken: Counter[str] = Counter()
    name = ""
    for part in parts:
        whole = part.whole and len(part.data) <= limit
        if part.filename is not None or part.name == _FILE:
            if part.filename or part.data:
                label = _label(part.filename or pasted, taken)
                document = Document(label, part.media, bytes(part.data), whole, uploaded=True)
                sent.documents.append(document)
        elif part.name == TEXT:
            if part.data.strip():
                data = bytes(part.data.replace(b"\r\n", b"\n"))  # as a form sends what a box shows
                label = _label(name or pasted, taken)
                sent.documents.append(Document(label, part.media, data, whole))
            name = ""
        else:
            value = _decode(part)
            if part.name == NAME:
                name = value
            else:
                sent.fields.append((part.name, value))
    return sent


def _decode(part: _Part) -> str:
    try:
        return part.data.decode()
    except UnicodeDecodeError:
        raise malformed(
            f"字段“{part.name}”不是 UTF-8。", f"the field {part.name!r} is not UTF-8"
        ) from None


def _label(name: str, taken: Counter[str]) -> str:
    """Return what a report calls a document: the end of its path, and a number if that is taken."""
    label = one_line(_SEPARATOR.split(clean(name))[-1][-_LABEL:].strip())
    label = "<file>" if label in _NO_NAMES else label
    taken[label] += 1
    if taken[label] == 1:
        return label
    path = PurePosixPath(label)
    return _label(f"{path.stem} ({taken[label]}){path.suffix}", taken)
