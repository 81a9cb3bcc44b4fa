"""What can go wrong between a client and an endpoint, in words: where, what was asked, what came."""

import json
import re
import socket
import ssl
import zlib
from collections.abc import Mapping
from http.client import HTTPException, IncompleteRead
from typing import NamedTuple
from urllib.error import URLError

from guidekg.errors import EndpointError, EndpointQueryError
from guidekg.stores.deadline import Deadline, OutOfTimeError
from guidekg.stores.exchange import (
    LARGEST,
    EndlessRedirectError,
    Progress,
    ProxyError,
    RedirectError,
    Reply,
    TooLargeError,
)

_SAID = 300  # characters of a server's words
_HINTS: Mapping[int, tuple[str, str]] = {
    401: (
        "；它要求登录，请给出 token 或 auth（命令行：环境变量 GUIDEKG_TOKEN）",
        "; it wants to know who asks: give token or auth (on the command line GUIDEKG_TOKEN)",
    ),
    403: ("；这个账号无权查询", "; who asks may not query it"),
    404: ("；请核对地址的路径，例如 /sparql", "; is the path right, such as /sparql?"),
    405: ("；请核对地址的路径，例如 /sparql", "; is the path right, such as /sparql?"),
}
_ANY, _YES, _NO = (True, False), (True,), (False,)
# What failed, whether a connection stood (any of these), and what that means; the first that fits.
_CAUSES: tuple[tuple[type[Exception], tuple[bool, ...], str, str, str], ...] = (
    (
        TooLargeError,
        _ANY,
        "too-large",
        "回答超过 {limit} MB，没有读完；请用 LIMIT 缩小",
        "the answer is larger than {limit} MB and was not read: narrow it, for example by LIMIT",
    ),
    (
        zlib.error,
        _ANY,
        "malformed",
        "回答无法解压（{said}）",
        "the answer cannot be inflated ({said})",
    ),
    (socket.gaierror, _NO, "name", "找不到这台主机（{said}）", "no host has this name ({said})"),
    (UnicodeError, _NO, "name", "主机名不合格式（{said}）", "no host can have this name ({said})"),
    (
        ssl.SSLError,
        _NO,
        "tls",
        "无法建立安全连接（{said}）",
        "a secure connection could not be made ({said})",
    ),
    (
        ConnectionRefusedError,
        _NO,
        "refused",
        "主机拒绝了连接；端点没有运行，或者端口不对",
        "the host refused the connection: the endpoint is not running, or the port is wrong",
    ),
    (OSError, _NO, "unreachable", "主机无法到达（{said}）", "the host cannot be reached ({said})"),
    (
        OSError,
        _YES,
        "lost",
        "连接中断，收到 {read} 字节（{said}）",
        "the connection was lost after {read} bytes ({said})",
    ),
    (
        IncompleteRead,
        _YES,
        "lost",
        "连接中断，收到 {read} 字节（{said}）",
        "the connection was lost after {read} bytes ({said})",
    ),
    (
        HTTPException,
        _ANY,
        "malformed",
        "回答不是 HTTP（{said}）",
        "what it answered is not HTTP ({said})",
    ),
)


def show(address: str) -> str:
    """Return an address without user, password and parameters, even if it is none."""
    plain = re.sub(r"^(\w+://)?[^/]*@", r"\1", address)
    return _words(re.split(r"[?#]", plain)[0])


class Asked(NamedTuple):
    """A question to an endpoint, as an error may show it: no user, password, parameter or token."""

    endpoint: str
    query: str
    secrets: tuple[str, ...]

    @classmethod
    def of(cls, address: str, query: str, secrets: tuple[str, ...]) -> "Asked":
        """Return what may be shown of a request."""
        text = re.sub(r"(?im)^\s*#.*$|PREFIX\s+\S*\s+<[^>]*>", " ", query)
        text = " ".join(text.split())
        shown = text if len(text) <= 100 else text[:99] + "…"
        return cls(show(address), shown, secrets)

    def error(
        self, reason: str, zh: str, en: str, *, status: int | None = None, malformed: bool = False
    ) -> EndpointError:
        """Return an error that says where, what came, and what was asked."""
        for secret in self.secrets:
            zh, en = zh.replace(secret, "…"), en.replace(secret, "…")
        kind = EndpointQueryError if malformed else EndpointError
        return kind(
            f"{self.endpoint}：{zh}（所问：{self.query}）。",
            f"{self.endpoint}: {en} (asked: {self.query})",
            endpoint=self.endpoint,
            reason=reason,
            status=status,
        )


def late(asked: Asked, deadline: Deadline, progress: Progress) -> EndpointError:
    """Return the error of a deadline that has passed."""
    seconds = f"{deadline.seconds:g}"
    if progress.answered:
        return asked.error(
            "stalled",
            f"回答没有在 {seconds} 秒内传完，只收到 {progress.read} 字节",
            f"the answer was not whole within {seconds} s: {progress.read} bytes had come",
        )
    if progress.connected:
        return asked.error(
            "deadline",
            f"{seconds} 秒内没有回答；请缩小查询范围，或给出更长的 timeout",
            f"no answer within {seconds} s; narrow the query, or give a longer timeout",
        )
    return asked.error(
        "unreachable",
        f"{seconds} 秒内没有连上；请核对地址，或稍后再试",
        f"no connection within {seconds} s; check the address, or try later",
    )


def failed(
    asked: Asked, error: Exception, deadline: Deadline, progress: Progress
) -> tuple[EndpointError, bool]:
    """Return what a failed exchange means, and whether it is a lost connection: worth a retry."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, OutOfTimeError | TimeoutError):
        return late(asked, deadline, progress), False
    if isinstance(cause, RedirectError):
        return _redirect(asked, cause), False
    if isinstance(cause, ProxyError):
        proxy = show(str(cause))
        return asked.error(
            "proxy",
            f"环境变量里的代理 {proxy} 不是 http://主机:端口 形式的地址；请改正，或把端点写进 NO_PROXY",
            f"the proxy {proxy} of the environment is no address such as http://host:port;"
            " mend it, or name the endpoint in NO_PROXY",
        ), False
    said = _words(str(cause)) or type(cause).__name__
    for kind, connected, reason, zh, en in _CAUSES:
        if isinstance(cause, kind) and progress.connected in connected:
            words = {"said": said, "read": progress.read, "limit": LARGEST // 1024**2}
            via = progress.proxy and not progress.answered and show(progress.proxy)
            made = asked.error(
                reason,
                zh.format(**words) + (f"，经过代理 {via}" if via else ""),
                en.format(**words) + (f", through the proxy {via}" if via else ""),
            )
            return made, reason == "lost"
    raise error


def _redirect(asked: Asked, error: RedirectError) -> EndpointError:
    target = show(error.target)
    if isinstance(error, EndlessRedirectError):
        return asked.error("redirect", "转址次数太多", "it redirects without end")
    return asked.error(
        "redirect",
        f"转址到另一处 {target}；没有跟随，确认可信后请直接用那个地址",
        f"it redirects elsewhere, to {target}; that was not followed: use that address if it is trusted",
    )


def refused(asked: Asked, reply: Reply) -> EndpointError:
    """Return the error of an answer whose status is no success, with the server's words."""
    zh, en = _HINTS.get(reply.status, ("", ""))
    said = _said(reply)
    return asked.error(
        "status",
        f"端点回答 {reply.status}" + (f"：{said}" if said else "") + zh,
        f"the endpoint answered {reply.status}" + (f": {said}" if said else "") + en,
        status=reply.status,
        malformed=reply.status == 400,
    )


def no_results(asked: Asked, reply: Reply, wanted: str) -> EndpointError:
    """Return the error of a success that is a web page, or of a content type that is no result."""
    if is_html(reply):
        said = _said(reply)
        return asked.error(
            "html",
            f"回答是网页（{said}），不是查询结果；请核对地址的路径，例如 /sparql",
            f"it answered with a web page ({said}), not with results: is the path right, such as /sparql?",
            status=reply.status,
        )
    given = _words(reply.headers.get("Content-Type") or "—")
    return asked.error(
        "content-type",
        f"回答的类型是 {given}，应当是 {wanted}",
        f"it answered with content of type {given} instead of {wanted}",
        status=reply.status,
    )


def malformed(asked: Asked, reply: Reply, reason: str) -> EndpointError:
    """Return the error of an answer that breaks off, or is not what its type says."""
    said = _words(reason)
    return asked.error(
        "malformed",
        f"回答不完整或不合格式（{len(reply.body)} 字节）：{said}",
        f"the answer breaks off or is malformed ({len(reply.body)} bytes): {said}",
        status=reply.status,
    )


def is_html(reply: Reply) -> bool:
    """Whether an answer is a web page, whatever it says that it is."""
    start = reply.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kind = reply.headers.get_content_type() if reply.headers.get("Content-Type") else ""
    return kind in ("text/html", "application/xhtml+xml") or start.startswith(
        (b"<!doctype html", b"<html")
    )


def _said(reply: Reply) -> str:
    """Return the words of an answer that is none: of a problem, of a page's title, or its text."""
    text = reply.body[:20_000].decode("utf-8", "replace")
    if is_html(reply):
        title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
        return _words(title[1] if title else re.sub(r"(?s)<[^>]*>", " ", text))
    if "json" in (reply.headers.get("Content-Type") or ""):
        try:
            problem = json.loads(reply.body)
        except ValueError:
            return _words(text)
        if isinstance(problem, dict):
            said = problem.get("detail") or problem.get("title") or problem.get("message")
            return _words(str(said or text))
    return _words(text)


def _words(text: str) -> str:
    """Return words on one line, without control characters, at a length to be read."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= _SAID else plain[: _SAID - 1] + "…"
