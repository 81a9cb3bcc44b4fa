"""Take apart what was handed in: a document, a form with files, or a form with a text."""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from guidekg.i18n import Label
from guidekg.reports.base import clean, one_line
from guidekg.reports.model import Problem
from guidekg.validation.inputs import Document, Form, documents
from guidekg.web.api.media_types import INPUTS, MULTIPART
from guidekg.web.api.parameters import check_known
from guidekg.web.api.validation_options import OPTIONS
from guidekg.web.problems import ProblemError, malformed
from guidekg.web.request import parse

TEXT = "text"  # the field of a form that holds a document
_PARTS = 100
_LABEL = 100  # characters of a name, its end
_SEPARATOR = re.compile(r"[/\\]")
_NO_NAMES = ("", ".", "..")
_HINT = Label(
    "如要直接提交一份文件，请注明它的类型，例如 Content-Type: text/turtle。",
    "; a document that is sent as it is needs its type, such as Content-Type: text/turtle",
)


class Part(NamedTuple):
    """A document as it came: what a report calls it, its form if that was said, its bytes."""

    name: str
    form: Form | None
    data: bytes


class Upload(NamedTuple):
    """All that came: documents, and fields that set something."""

    parts: list[Part]
    fields: list[tuple[str, str]]

    def inputs(self, limit: int) -> Iterator[Document | Problem]:
        """Yield what is to be validated; ``limit`` is the bytes of one, unpacked."""
        for part in self.parts:
            yield from documents(_Named(part.data, part.name), form=part.form, limit=limit)


class _Named(BytesIO):
    """Bytes with the name that a report calls them by: it is a label, and no path is ever opened."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def read(asked: Mapping[str, Any], limit: int) -> Upload:
    """Return what the content of a request holds.

    Args:
        asked: ``content``, bytes; ``packed``, whether they are gzip; ``kind``, the media type, and
            ``type``, with its parameters.
        limit: the bytes of the content, unpacked.

    Raises:
        ProblemError: it is malformed, too large, or has a field that means nothing.
    """
    content: bytes = asked.get("content", b"")
    if asked["packed"]:
        content = _unpacked(content, limit)
    kind: str = asked["kind"]
    if kind in INPUTS:
        return Upload([Part("<bytes>", INPUTS[kind], content)], [])
    multipart = kind == MULTIPART
    upload = _collected(_multipart(content, asked["type"]) if multipart else _urlencoded(content))
    if not upload.parts:
        raise malformed(
            f"没有要核对的内容：请附上文件，或在 {TEXT} 字段里写明。",
            f"there is nothing to validate: send a file, or a text in the field {TEXT!r}",
        )
    return upload


def _unpacked(content: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as stream:
            data = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise malformed(
            f"gzip 压缩数据不完整或已损坏（{error}）。",
            f"the gzip data are cut off or damaged ({error})",
        ) from None
    if len(data) > limit:
        raise ProblemError(
            "content-too-large",
            f"请求内容解压后超过 {limit} 字节。",
            f"the content of the request is larger than {limit} bytes, unpacked",
        )
    return data


class _Field(NamedTuple):
    name: str
    data: bytes
    filename: str | None = None
    media: str | None = None


def _urlencoded(content: bytes) -> list[_Field]:
    return [_Field(name, value.encode()) for name, value in parse(content)]


def _multipart(content: bytes, content_type: str) -> list[_Field]:
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    found: list[tuple[MultipartSegment, bytearray]] = []
    try:
        with PushMultipartParser(boundary, max_segment_count=_PARTS) as parser:
            for event in parser.parse(content):
                if isinstance(event, MultipartSegment):
                    found.append((event, bytearray()))
                elif event:
                    found[-1][1].extend(event)
    except (MultipartError, ValueError) as error:
        raise malformed(
            f"multipart 内容不完整或有误：{error}。",
            f"the multipart content is incomplete or malformed: {error}",
        ) from None
    return [
        _Field(segment.name or "", bytes(data), segment.filename, segment.content_type)
        for segment, data in found
    ]


def _collected(fields: Iterable[_Field]) -> Upload:
    """Tell documents from what sets something; a form sends its empty fields too."""
    parts: list[Part] = []
    given: list[tuple[str, str]] = []
    taken: Counter[str] = Counter()
    for field in fields:
        form = INPUTS.get(field.media or "")
        if field.filename is not None:
            if field.filename or field.data:
                parts.append(Part(_label(field.filename, taken), form, field.data))
        elif field.name == TEXT:
            if field.data.strip():
                parts.append(Part(_label(f"<{TEXT}>", taken), form, field.data))
        else:
            given.append((field.name, _decoded(field)))
    check_known(given, OPTIONS, _HINT.zh, _HINT.en)
    return Upload(parts, [(name, value) for name, value in given if value])


def _decoded(field: _Field) -> str:
    try:
        return field.data.decode()
    except UnicodeDecodeError:
        raise malformed(
            f"字段“{field.name}”不是 UTF-8。", f"the field {field.name!r} is not UTF-8"
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
