"""Read a request: its parameters, the type of its content, and the content, within limits.

Parameters are read strictly: a name that is not known, stands twice or has no value is an error.
"""

import asyncio
import difflib
import re
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from guidekg.i18n import LANGUAGES, Language
from guidekg.web.negotiation import language
from guidekg.web.problems import LANGUAGE, ProblemError, problem
from guidekg.web.settings import Limits

Pairs = Sequence[tuple[str, str]]
_CLOSE = {"connection": "close"}  # what is still sent is not read
_MOST_PAIRS = 100
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def media_type(headers: Headers, kinds: Sequence[str]) -> str:
    """Return of which of some kinds the content of a request is.

    Raises:
        ProblemError: it is of none, or of another charset than UTF-8.
    """
    media, *parameters = headers.get("content-type", "").split(";")
    kind = media.strip().lower()
    if kind not in kinds:
        raise unsupported("type" if kind else "untyped", kinds, kind=kind)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip('" ').lower() not in ("utf-8", "utf8"):
            raise unsupported("charset", kinds)
    return kind


def unsupported(
    text: str, kinds: Iterable[str], headers: Mapping[str, str] | None = None, **values: str
) -> ProblemError:
    """Return the problem of content that is of none of some kinds; ``text`` says why."""
    sent = {"accept-post": ", ".join(kinds), **(headers or {})}
    return problem("unsupported-media-type", text, headers=sent, offered=kinds, **values)


def is_packed(headers: Headers, kinds: Sequence[str]) -> bool:
    """Return whether the content of a request, of one of some kinds, is gzip.

    Raises:
        ProblemError: it is packed in another way.
    """
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("gzip", "x-gzip", "identity"):
        raise unsupported("coding", kinds, {"accept-encoding": "gzip"}, coding=coding)
    return coding != "identity"


async def receive_body(headers: Headers, receive: Receive, limits: Limits) -> bytes:
    """Return the content of a request.

    Raises:
        ProblemError: it is too large, or does not arrive in time.
        ClientDisconnect: the client left.
    """
    announced = headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limits.body:
        raise _too_large(limits)
    body = bytearray()
    async with _in_time(limits):
        async for part in _parts(receive):
            body += part
            if len(body) > limits.body:
                raise _too_large(limits)
    return bytes(body)


async def receive_start(receive: Receive, limits: Limits) -> tuple[bytes, bool]:
    """Return the content of a request as far as the limit, and whether that is all of it.

    What follows is read and dropped.

    Raises:
        ProblemError: it does not arrive in time.
        ClientDisconnect: the client left.
    """
    body = bytearray()
    whole = True
    async with _in_time(limits):
        async for part in _parts(receive):
            whole = whole and len(body) + len(part) <= limits.body
            body += part[: limits.body - len(body)]
    return bytes(body), whole


def _parts(receive: Receive) -> AsyncIterator[bytes]:
    return Request({"type": "http"}, receive).stream()


@asynccontextmanager
async def _in_time(limits: Limits) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(limits.arrival):
            yield
    except TimeoutError:
        raise problem("slow-request", "content", headers=_CLOSE, seconds=limits.arrival) from None


def _too_large(limits: Limits) -> ProblemError:
    return problem("content-too-large", "content", headers=_CLOSE, limit=limits.body)


class Uploads:
    """How much of all that is being handed in this process holds, and may hold."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    @asynccontextmanager
    async def counted(self, receive: Receive) -> AsyncIterator[Receive]:
        """Give a way to receive a request's content that counts it until the request is answered.

        Raises:
            ProblemError: too much is under way.
        """
        taken = 0

        async def count() -> Message:
            nonlocal taken
            message = await receive()
            size = len(message.get("body", b""))
            if size > self._left:
                raise problem("busy", "uploads", headers={"retry-after": "5"})
            self._left -= size
            taken += size
            return message

        try:
            yield count
        finally:
            self._left += taken


def parse(data: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a form, or of the parameters in an address.

    Raises:
        ProblemError: an escape is broken, a text is not UTF-8, or there are too many.
    """
    if _BAD_ESCAPE.search(data):
        raise problem("malformed-request", "escape")
    if data.count(b"&") >= _MOST_PAIRS:
        raise problem("malformed-request", "parameters")
    pairs = []
    for pair in data.replace(b"+", b" ").split(b"&"):
        name, _, value = pair.partition(b"=")
        if pair:
            pairs.append((to_text(unquote_to_bytes(name)), to_text(unquote_to_bytes(value))))
    return pairs


def to_text(data: bytes) -> str:
    """Return content as text.

    Raises:
        ProblemError: it is not UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise problem("malformed-request", "utf-8", byte=error.start + 1) from None


def once(pairs: Pairs, repeated: Collection[str] = ()) -> dict[str, str]:
    """Return the values of parameters by name, without those that may be repeated.

    Raises:
        ProblemError: one stands twice, or has no value.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if not value:
            raise problem("wrong-parameter", "empty", parameter=name)
        if name in repeated:
            continue
        if name in found:
            raise problem("wrong-parameter", "twice", parameter=name)
        found[name] = value
    return found


def check_known(pairs: Pairs, known: Collection[str], text: str = "unknown") -> None:
    """Check that every parameter is known; ``text`` of ``wrong-parameter`` says where one is not.

    Raises:
        ProblemError: one is not; has the nearest names.
    """
    for name, _ in pairs:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
            shown = name if len(name) <= 100 else f"{name[:100]}…"
            raise problem("wrong-parameter", text, parameter=shown, nearest=near)


def spoken(scope: Scope, headers: Headers, given: str | None) -> Language:
    """Return the language of an answer: that of the parameter ``lang``, else of the headers.

    What is wrong with the request is then told in that language too.

    Raises:
        ProblemError: there is no such language.
    """
    if given is None:
        return language(headers.get("accept-language"))
    if given not in LANGUAGES:
        raise problem(
            "wrong-parameter", "language", given=given, parameter="lang", offered=LANGUAGES
        )
    scope[LANGUAGE] = given
    return given
