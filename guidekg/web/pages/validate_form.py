"""What a person hands in: texts, files, and the facts of the run."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header
from starlette.requests import Request

from guidekg.characters import printable
from guidekg.web.judging.given import LIMIT, Given
from guidekg.web.problems import ProblemError, malformed
from guidekg.web.request import FORM, parse
from guidekg.web.settings import MIB

_TOGETHER = 16 * MIB  # bytes of all documents
_MOST_PARTS = 200
_MOST_NAME = 200  # characters
_ARRIVAL = 30.0  # seconds
MULTIPART = "multipart/form-data"


@dataclass(slots=True)
class Submission:
    """A form as it was sent: its documents, pasted and uploaded, and its other fields."""

    documents: list[Given] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, data: bytes, *, whole: bool, uploaded: bool) -> None:
        """Add a document; each has a name of its own."""
        called = printable(name)[:_MOST_NAME]
        number = 1 + sum(one.name.endswith(called) for one in self.documents)
        given = f"{number}-{called}" if number > 1 else called
        self.documents.append(Given(given, data, whole, uploaded))

    def value(self, name: str) -> str:
        """Return a field, or nothing."""
        return self.values.get(name, "").strip()


async def read(request: Request, pasted: str) -> Submission:
    """Return what was sent.

    Args:
        request: a POST of the form, as ``multipart/form-data`` or URL-encoded.
        pasted: the name of a text that has none.

    Raises:
        ProblemError: it is no such form, is broken, or does not arrive in time.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        async with asyncio.timeout(_ARRIVAL):
            if kind == MULTIPART and options.get("boundary"):
                parts = await _multipart(request, options["boundary"])
            elif kind == FORM:
                parts = await _urlencoded(request)
            else:
                raise ProblemError(
                    "unsupported-media-type",
                    f"表单应当以 {MULTIPART} 或 {FORM} 发送。",
                    f"send the form as {MULTIPART} or {FORM}",
                )
    except TimeoutError:
        raise ProblemError(
            "slow-request",
            f"内容没有在 {_ARRIVAL:g} 秒内到达。",
            f"the content did not arrive within {_ARRIVAL:g} seconds",
            headers={"connection": "close"},
        ) from None
    return _collected(parts, pasted)


class _Part(NamedTuple):
    name: str
    filename: str | None
    data: bytearray
    whole: bool


async def _multipart(request: Request, boundary: str) -> list[_Part]:
    """Return the parts; what passes a limit is read on, so that the client hears why, but dropped."""
    parts: list[_Part] = []
    total = 0
    parser = PushMultipartParser(boundary, max_segment_count=_MOST_PARTS)
    try:
        async for chunk in _chunks(request):
            total += len(chunk)
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    parts.append(_Part(event.name, event.filename, bytearray(), whole=True))
                elif event:
                    parts[-1] = _grown(parts[-1], event, full=total > _TOGETHER)
        parser.close()
    except MultipartError as error:
        raise malformed(
            f"表单内容不完整或有误：{error}。", f"the form is incomplete or broken: {error}"
        ) from None
    return parts


def _grown(part: _Part, data: bytes | bytearray, *, full: bool) -> _Part:
    """Return a part with more of it; a pasted text is kept beyond the limit, to be shown again."""
    whole = part.whole and not full and len(part.data) + len(data) <= LIMIT
    if whole or (part.filename is None and not full):
        part.data.extend(data)
    return part._replace(whole=whole)


async def _urlencoded(request: Request) -> list[_Part]:
    body = bytearray()
    async for chunk in _chunks(request):
        body += chunk
        if len(body) > 3 * LIMIT:  # as it is escaped
            raise ProblemError(
                "content-too-large",
                f"内容超过 {LIMIT // MIB} MB。",
                f"the content is larger than {LIMIT // MIB} MB",
            )
    return [
        _Part(name, None, bytearray(value.encode()), len(value) <= LIMIT)
        for name, value in parse(bytes(body))
    ]


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


def _collected(parts: list[_Part], pasted: str) -> Submission:
    """Return the form: a ``name`` belongs to the ``text`` that follows it."""
    sent = Submission()
    name = ""
    for part in parts:
        if part.name == "name":
            name = _text(part.data)
        elif part.name == "text":
            data = part.data.replace(b"\r\n", b"\n")  # as forms send what a box shows
            if data.strip() or not part.whole:
                sent.add(name or pasted, bytes(data), whole=part.whole, uploaded=False)
            name = ""
        elif part.name == "file":
            if part.filename or part.data:  # a field without a choice comes with neither
                called = (part.filename or pasted).replace("\\", "/").rpartition("/")[2]
                sent.add(called, bytes(part.data), whole=part.whole, uploaded=True)
        else:
            sent.values[part.name] = _text(part.data)[:_MOST_NAME]
    return sent


def _text(data: bytearray) -> str:
    with suppress(UnicodeDecodeError):
        return data.decode()
    return ""


def facts(sent: Submission) -> Iterator[tuple[str, str]]:
    """Yield the facts of the run that are filled in, by name."""
    for name in sent.values:
        if name.startswith("fact.") and (value := sent.value(name)):
            yield name.removeprefix("fact."), value
