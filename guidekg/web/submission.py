"""What a client hands in to be validated: documents and settings, however they are sent.

It is a document as it stands, a form with files, or a form with a text; packed by gzip or not. The
front reads it, within one set of limits; a worker judges it.
"""

import asyncio
import re
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header
from starlette.datastructures import Headers
from starlette.types import Receive

from guidekg.reports.base import clean, one_line
from guidekg.web.api.media_types import INPUTS, MULTIPART, UPLOADS
from guidekg.web.problems import ProblemError, malformed
from guidekg.web.request import FORM, ClientLeftError, media_type, parse, unsupported
from guidekg.web.settings import Limits

FORMS = (MULTIPART, FORM)
TEXT = "text"  # the field of a form that holds a document …
NAME = "name"  # … and the one before it that names it
_FILE = "file"
_PARTS = 100
_LABEL = 100  # characters of a name, its end
_PIECE = 1 << 20
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

    def message(self) -> dict[str, Any]:
        """Return it as a worker is sent it, which ``received`` takes."""
        sizes = [one._replace(data=len(one.data)) for one in self.documents]  # type: ignore[arg-type]
        content = b"".join(one.data for one in self.documents)
        return {"documents": sizes, "fields": self.fields, "content": content}

    @classmethod
    def received(cls, message: Mapping[str, Any]) -> "Submission":
        """Return what a worker was sent."""
        documents, start, content = [], 0, message.get("content", b"")
        for name, media, size, whole, uploaded in message["documents"]:
            data = content[start : start + size]
            documents.append(Document(name, media, data, whole, uploaded))
            start += size
        return cls(documents, [(name, value) for name, value in message["fields"]])


class Uploads:
    """How much of all that is being handed in this process holds, and may hold."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """Give a way to say how many bytes more a request holds, until it is answered.

        What is said raises ``ProblemError`` where too much is under way.
        """
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            if size > self._left:
                raise ProblemError(
                    "busy",
                    "正在提交的内容太多，请稍后再试。",
                    "too much is being handed in: try again in a moment",
                    headers={"retry-after": "5"},
                )
            self._left -= size
            taken += size

        try:
            yield take
        finally:
            self._left += taken


async def receive_submission(  # noqa: PLR0913  # what the two that take submissions differ in
    headers: Headers,
    receive: Receive,
    limits: Limits,
    take: Callable[[int], None],
    *,
    kinds: Sequence[str] = UPLOADS,
    document: int | None = None,
    pasted: str = f"<{TEXT}>",
) -> Submission:
    """Return what the content of a request holds.

    Args:
        headers: of the request.
        receive: where its content comes from.
        limits: of all of the content, unpacked, and of the time that it takes to arrive.
        take: is told of every byte that is held.
        kinds: the media types that are taken.
        document: bytes of one document of a form; what passes this, or the limit of all, is read
            on but dropped, so that a person gets the rest back. If None, too much is an error.
        pasted: the name of a text that has none.

    Raises:
        ProblemError: it is malformed, too large, too slow, or of another kind.
        ClientLeftError: the client left.
    """
    kind = media_type(headers, kinds)
    limit = _Limit(limits.upload, document or limits.upload, document is None, take)
    announced = headers.get("content-length", "0")
    if limit.strict and announced.isdigit() and int(announced) > limit.all:
        raise limit.passed()
    chunks = _chunks(receive)
    if _is_packed(headers):
        chunks = _unpack(chunks, limit)
    try:
        async with asyncio.timeout(limits.uploading):
            if kind == MULTIPART:
                return _collect(await _multipart(chunks, headers["content-type"], limit), pasted)
            body = await _gather(chunks, limit)
    except TimeoutError:
        raise ProblemError(
            "slow-request",
            f"内容没有在 {limits.uploading:g} 秒内到达。",
            f"the content did not arrive within {limits.uploading:g} seconds",
            headers={"connection": "close"},
        ) from None
    if kind in INPUTS:
        return Submission([Document("<bytes>", kind, body)], [])
    fields = ((name, value.encode()) for name, value in parse(body))
    parts = [_Part(name, bytearray(value), whole=len(value) <= limit.one) for name, value in fields]
    return _collect(parts, pasted)


class _Limit(NamedTuple):
    """How many bytes all of the content may have, and one document; strict: more is an error."""

    all: int
    one: int
    strict: bool
    take: Callable[[int], None]

    def passed(self) -> ProblemError:
        return ProblemError(
            "content-too-large",
            f"请求内容超过 {self.all} 字节（压缩的按解压后计）。",
            f"the content of the request is larger than {self.all} bytes, unpacked",
            headers={"connection": "close"},
        )


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        if chunk := message.get("body"):
            yield chunk
        if not message.get("more_body"):
            return


def _is_packed(headers: Headers) -> bool:
    """Return whether the content is gzip.

    Raises:
        ProblemError: it is packed in another way.
    """
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("gzip", "x-gzip", "identity"):
        raise unsupported(
            f"不支持“{coding}”压缩；可用：gzip。",
            f"content that is packed as {coding!r} is not supported; use gzip",
            UPLOADS,
            {"accept-encoding": "gzip"},
        )
    return coding != "identity"


async def _unpack(chunks: AsyncIterator[bytes], limit: _Limit) -> AsyncIterator[bytes]:
    """Yield what gzip data hold, in pieces, and never more than the limit: it may be a bomb."""
    unpacker = zlib.decompressobj(wbits=31)
    left = limit.all
    try:
        async for chunk in chunks:
            while chunk or not unpacker.eof:
                piece = unpacker.decompress(chunk, _PIECE)
                chunk = unpacker.unconsumed_tail or unpacker.unused_data  # noqa: PLW2901  # what is left of it
                if unpacker.eof and chunk:  # gzip data may follow one another
                    unpacker = zlib.decompressobj(wbits=31)
                left -= len(piece)
                if left < 0:
                    raise limit.passed()
                if piece:
                    yield piece
                elif not chunk:
                    break
    except zlib.error as error:
        raise _damaged(str(error)) from None
    if not unpacker.eof:
        raise _damaged("end of data")


def _damaged(reason: str) -> ProblemError:
    return malformed(
        f"gzip 压缩数据不完整或已损坏（{reason}）。",
        f"the gzip data are cut off or damaged ({reason})",
    )


async def _gather(chunks: AsyncIterator[bytes], limit: _Limit) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        if len(body) + len(chunk) > limit.all:
            raise limit.passed()
        limit.take(len(chunk))
        body += chunk
    return bytes(body)


@dataclass(slots=True)
class _Part:
    """A part of a form: a field, or a file."""

    name: str
    data: bytearray
    filename: str | None = None
    media: str = ""
    whole: bool = True


async def _multipart(chunks: AsyncIterator[bytes], content_type: str, limit: _Limit) -> list[_Part]:
    parts: list[_Part] = []
    total = 0
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    try:
        parser = PushMultipartParser(boundary, max_segment_count=_PARTS)
        async for chunk in chunks:
            total += len(chunk)
            if limit.strict and total > limit.all:
                raise limit.passed()
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    kind = event.content_type or ""
                    parts.append(_Part(event.name or "", bytearray(), event.filename, kind))
                elif event:
                    _grow(parts[-1], event, limit, full=total > limit.all)
        parser.close()
    except (MultipartError, ValueError) as error:
        raise malformed(
            f"multipart 内容不完整或有误：{error}。",
            f"the multipart content is incomplete or malformed: {error}",
        ) from None
    return parts


def _grow(part: _Part, data: bytes | bytearray, limit: _Limit, *, full: bool) -> None:
    """Add to a part what fits; a pasted text is kept beyond its limit, to be shown again."""
    part.whole = part.whole and not full and len(part.data) + len(data) <= limit.one
    if part.whole or (part.filename is None and not full):
        limit.take(len(data))
        part.data += data


def _collect(parts: Iterable[_Part], pasted: str) -> Submission:
    """Tell documents from what sets something; a form sends its empty fields too.

    Raises:
        ProblemError: a field is not UTF-8.
    """
    sent = Submission([], [])
    taken: Counter[str] = Counter()
    name = ""
    for part in parts:
        if part.filename is not None or part.name == _FILE:
            if part.filename or part.data:
                label = _label(part.filename or pasted, taken)
                document = Document(label, part.media, bytes(part.data), part.whole, uploaded=True)
                sent.documents.append(document)
        elif part.name == TEXT:
            if part.data.strip() or not part.whole:
                data = bytes(part.data.replace(b"\r\n", b"\n"))  # as a form sends what a box shows
                label = _label(name or pasted, taken)
                sent.documents.append(Document(label, part.media, data, part.whole))
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
