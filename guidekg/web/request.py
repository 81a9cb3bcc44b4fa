"""Read what a request asks, in the words of the SPARQL 1.1 Protocol, and strictly."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from guidekg.stores.query_guard import GRAPHS
from guidekg.web.problems import ProblemError, malformed
from guidekg.web.settings import Limits

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
_MOST_PAIRS = 100
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")


class Asked(NamedTuple):
    """A query operation; ``query`` is None where the description of the service is asked for.

    ``default`` and ``named`` are the graphs of the protocol, both None where it names none.
    """

    query: str | None
    default: list[str] | None
    named: list[str] | None
    format: str | None


async def read(scope: Scope, headers: Headers, receive: Receive, limits: Limits) -> Asked:
    """Return what a GET, HEAD or POST asks.

    Raises:
        ProblemError: it is not in the form of the protocol, too large, or too slow.
    """
    pairs = parameters(scope)
    if scope["method"] == "POST":
        pairs += await _posted(headers, receive, limits)
    asked = collect(pairs)
    if asked.query is not None and len(asked.query) > limits.query:
        raise ProblemError(
            "content-too-large",
            f"查询超过 {limits.query} 个字符。",
            f"the query is longer than {limits.query} characters",
        )
    if asked.query is None and scope["method"] == "POST":
        raise malformed("请求中没有 query 参数。", "the request has no query parameter")
    return asked


def parameters(scope: Scope) -> list[tuple[str, str]]:
    """Return the names and values of the parameters in the address.

    Raises:
        ProblemError: see ``parse``.
    """
    return parse(scope["query_string"])


async def _posted(headers: Headers, receive: Receive, limits: Limits) -> list[tuple[str, str]]:
    kinds = (FORM, DIRECT)
    kind = media_type(headers, kinds)
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise unsupported(
            "请求内容不能压缩。", "the content of a request cannot be compressed", kinds
        )
    body = await receive_body(headers, receive, limits)
    if kind == FORM:
        return parse(body)
    return [("query", _text(body))]


def media_type(headers: Headers, kinds: Sequence[str]) -> str:
    """Return of which of some kinds the content of a request is.

    Raises:
        ProblemError: it is of none, or of another charset than UTF-8.
    """
    media, *parameters = headers.get("content-type", "").split(";")
    kind = media.strip().lower()
    if kind not in kinds:
        listed = ", ".join(kinds)
        raise unsupported(
            f"不支持“{kind or '未注明'}”类型的内容；可用：{listed}。",
            f"content of type {kind or 'unknown'!r} is not supported; use one of: {listed}",
            kinds,
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip('" ').lower() not in ("utf-8", "utf8"):
            raise unsupported("内容必须是 UTF-8。", "content must be UTF-8", kinds)
    return kind


def unsupported(
    zh: str, en: str, kinds: Sequence[str], headers: Mapping[str, str] | None = None
) -> ProblemError:
    """Return the problem of content that is of none of some kinds."""
    return ProblemError(
        "unsupported-media-type",
        zh,
        en,
        headers={"accept-post": ", ".join(kinds), **(headers or {})},
        offered=list(kinds),
    )


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
    try:
        async with asyncio.timeout(limits.arrival):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientLeftError
                body += message.get("body", b"")
                if len(body) > limits.body:
                    raise _too_large(limits)
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise ProblemError(
            "slow-request",
            f"请求内容没有在 {limits.arrival:g} 秒内到达。",
            f"the content of the request did not arrive within {limits.arrival:g} seconds",
            headers={"connection": "close"},
        ) from None


class ClientLeftError(Exception):
    """The client closed the connection before it had its answer."""


def _too_large(limits: Limits) -> ProblemError:
    return ProblemError(
        "content-too-large",
        f"请求内容超过 {limits.body} 字节。",
        f"the content of the request is larger than {limits.body} bytes",
        headers={"connection": "close"},
    )


def parse(data: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a form.

    Raises:
        ProblemError: an escape is broken, a text is not UTF-8, or there are too many.
    """
    if _BAD_ESCAPE.search(data):
        raise malformed(
            "参数中的 % 后面应当是两位十六进制数。",
            "a percent sign in the parameters must be followed by two hexadecimal digits",
        )
    if data.count(b"&") >= _MOST_PAIRS:
        raise malformed("参数太多。", "there are too many parameters")
    pairs = []
    for pair in data.split(b"&"):
        name, _, value = pair.partition(b"=")
        if pair:
            pairs.append((_decoded(name), _decoded(value)))
    return pairs


def _decoded(data: bytes) -> str:
    return _text(unquote_to_bytes(data.replace(b"+", b" ")))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise malformed(
            f"内容不是 UTF-8（第 {error.start + 1} 个字节）。",
            f"the content is not UTF-8 (byte {error.start + 1})",
        ) from None


def collect(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Return what parameters ask; those that are not of the protocol are passed over.

    Raises:
        ProblemError: a parameter stands twice, asks for an update, or names another graph.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    for name in _UPDATES:
        if name in found:
            raise malformed(
                f"这里只能查询，不能更新（{name}），没有改动任何内容。",
                f"this endpoint only answers queries: {name} is for updates; nothing changed",
            )
    if len(found.get("query", ())) > 1:
        raise malformed("参数 query 出现了多次。", "the parameter query stands more than once")
    graphs = [found.get(name) for name in ("default-graph-uri", "named-graph-uri")]
    _check_graphs(iri for listed in graphs for iri in listed or ())
    default, named = graphs if graphs == [None, None] else [listed or [] for listed in graphs]
    # SPARQLWrapper writes ``format`` twice, in two spellings.
    query, form = (found.get(name, [None])[0] for name in ("query", "format"))
    return Asked(query, default, named, form or None)


def _check_graphs(iris: Iterable[str]) -> None:
    for iri in iris:
        if iri not in GRAPHS:
            listed = ", ".join(GRAPHS)
            raise ProblemError(
                "unknown-graph",
                f"没有图 <{iri}>；可用：{listed}。",
                f"there is no graph <{iri}>; there are: {listed}",
                offered=list(GRAPHS),
            )
