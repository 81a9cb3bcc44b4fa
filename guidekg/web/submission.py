"""What a client hands in to be validated: documents, and options, however they are sent.

It is a document as it stands, a form with files, or a form with a text; packed by gzip or not. The
front receives it, within limits, and a worker takes it apart.
"""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple, cast

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from guidekg.i18n import LANGUAGES, Language
from guidekg.reports import WRITERS
from guidekg.reports.base import clean, one_line
from guidekg.validation.engines import CHOICES as ENGINES
from guidekg.validation.engines import Choice as Engine
from guidekg.validation.inputs import FORMS, Form
from guidekg.value_kinds import VALUE_KINDS
from guidekg.web.negotiation import FORM, INPUTS, MULTIPART
from guidekg.web.problems import problem
from guidekg.web.request import Pairs, check_known, once, parse

FORM_TYPES = (MULTIPART, FORM)
TEXT = "text"  # the field of a form that holds a document …
NAME = "name"  # … and the one before it that names it
_FILE = "file"
_PARTS = 100
_LABEL = 100  # characters of a name, its end
_SEPARATOR = re.compile(r"[/\\]")
_NO_NAMES = ("", ".", "..")
OPTIONS = ("format", "lang", "as_of", "fact", "engine")
_REPEATED = ("fact",)
_CHOICES: dict[str, Collection[str]] = {
    "format": WRITERS,
    "form": FORMS,
    "lang": LANGUAGES,
    "engine": ENGINES,
}
# The fields of the page, and what they set; there is a further field for each fact.
_PAGE = {"as-of": "as_of", "as": "format", "form": "form"}
_PAGE_FACT = "fact."


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
        raise problem("content-too-large", "unpacked", limit=limit)
    return _collect(parts, document or limit, pasted)


def _unpack(data: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            unpacked = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise problem("malformed-request", "gzip", error=error) from None
    if len(unpacked) > limit:
        raise problem("content-too-large", "unpacked", limit=limit)
    return unpacked


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
        raise problem("malformed-request", "multipart", error=error) from None
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
        raise problem("malformed-request", "field", name=part.name) from None


def _label(name: str, taken: Counter[str]) -> str:
    """Return what a report calls a document: the end of its path, and a number if that is taken."""
    label = one_line(_SEPARATOR.split(clean(name))[-1][-_LABEL:].strip())
    label = "<file>" if label in _NO_NAMES else label
    taken[label] += 1
    if taken[label] == 1:
        return label
    path = PurePosixPath(label)
    return _label(f"{path.stem} ({taken[label]}){path.suffix}", taken)


class Options(NamedTuple):
    """The options of a run.

    ``format`` is the form of the report, ``form`` that of the documents; None where nothing says it.
    """

    format: str | None
    form: Form | None
    lang: Language
    as_of: date
    facts: dict[str, str]
    engine: Engine


def options(address: Pairs, fields: Pairs, lang: Language) -> Options:
    """Return what the parameters of an address say, and the fields of a form, which go before them.

    The language is ``lang`` where neither names one.

    Raises:
        ProblemError: one is unknown, stands twice, or is not as it must be.
    """
    check_known(address, OPTIONS)
    check_known(fields, OPTIONS, "unknown-field")
    filled = [(name, value) for name, value in fields if value]  # a form sends empty fields too
    given = once(address, _REPEATED) | once(filled, _REPEATED)
    return _options(given, _facts(address) | _facts(filled), lang)


def page_options(fields: Pairs, lang: Language) -> Options:
    """Return what the fields of the page say.

    Raises:
        ProblemError: see ``options``.
    """
    pairs = [
        ("fact", f"{name.removeprefix(_PAGE_FACT)}={value.strip()}")
        if name.startswith(_PAGE_FACT)
        else (_PAGE.get(name, name), value.strip())
        for name, value in fields
        if value.strip()
    ]
    check_known(pairs, (*_PAGE.values(), *_REPEATED))
    return _options(once(pairs, _REPEATED), _facts(pairs), lang)


def _options(given: dict[str, str], facts: dict[str, str], lang: Language) -> Options:
    for name, offered in _CHOICES.items():
        if (value := given.get(name)) is not None and value not in offered:
            raise problem("wrong-parameter", name, value=value, parameter=name, offered=offered)
    day = given.get("as_of")
    if day is not None and not VALUE_KINDS["date"].fits(day):
        raise problem("wrong-parameter", "day", value=day, parameter="as_of", example="2022-10-01")
    return Options(
        given.get("format"),
        cast("Form | None", given.get("form")),
        cast("Language", given.get("lang", lang)),
        date.fromisoformat(day) if day else date.today(),
        facts,
        cast("Engine", given.get("engine", "auto")),
    )


def _facts(pairs: Pairs) -> dict[str, str]:
    """Return the facts by name; whether a guide asks for them, and of which form, is found out later."""
    found: dict[str, str] = {}
    for item in (value for name, value in pairs if name == "fact"):
        name, equals, value = item.partition("=")
        if not equals:
            raise problem("wrong-parameter", "fact", item=item, parameter="fact")
        if name in found:
            raise problem("wrong-parameter", "facts", name=name, parameter="fact")
        found[name] = value
    return found
