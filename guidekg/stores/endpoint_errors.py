"""What can go wrong with an endpoint, in words: where, what was asked, what came."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

import httpx

from guidekg.errors import EndpointError, EndpointQueryError
from guidekg.rdf.namespaces import ASSERTED, INFERRED

_SAID = 300  # characters of a server's words
_PATH = "；请核对地址的路径，例如 /sparql", "; is the path right, such as /sparql?"
_HINTS: Mapping[int, tuple[str, str]] = {
    401: (
        "；它要求登录，请给出 token 或 auth（命令行：环境变量 GUIDEKG_TOKEN）",
        "; it wants to know who asks: give token or auth (on the command line GUIDEKG_TOKEN)",
    ),
    403: ("；这个账号无权查询", "; who asks may not query it"),
    404: _PATH,
    405: _PATH,
}
# By the reason that an error has; after a stroke, which case of it.
_MESSAGES: Mapping[str, tuple[str, str]] = {
    "address": (
        "不是端点的地址；地址写作 http://主机:端口/sparql",
        "is no address of an endpoint; one is written http://host:port/sparql",
    ),
    "address/user": (
        "地址中不能写用户名和密码；请用 auth=(用户名, 密码)",
        "a user and password do not belong in the address; give auth=(user, password)",
    ),
    "address/timeout": (
        "timeout 应当是正的秒数，而不是 {seconds}",
        "the timeout is a positive number of seconds, not {seconds}",
    ),
    "address/both": ("token 和 auth 只能给一样", "give a token or auth, not both"),
    "address/token": (
        "token 为空，或含有空格、换行等不能发送的字符",
        "the token is empty, or has a space, line break or other unsendable character",
    ),
    "proxy": (
        "环境变量里的代理 {proxy} 不是 http://主机:端口 形式的地址；请改正，或把端点写进 NO_PROXY",
        "the proxy {proxy} of the environment is no address such as http://host:port;"
        " mend it, or name the endpoint in NO_PROXY",
    ),
    "name": ("找不到这台主机（{said}）", "no host has this name ({said})"),
    "tls": ("无法建立安全连接（{said}）", "a secure connection could not be made ({said})"),
    "refused": (
        "主机拒绝了连接；端点没有运行，或者端口不对",
        "the host refused the connection: the endpoint is not running, or the port is wrong",
    ),
    "unreachable": ("主机无法到达（{said}）", "the host cannot be reached ({said})"),
    "unreachable/late": (
        "{seconds:g} 秒内没有连上；请核对地址，或稍后再试",
        "no connection within {seconds:g} s; check the address, or try later",
    ),
    "deadline": (
        "{seconds:g} 秒内没有回答；请缩小查询范围，或给出更长的 timeout",
        "no answer within {seconds:g} s; narrow the query, or give a longer timeout",
    ),
    "stalled": (
        "回答没有在 {seconds:g} 秒内传完，只收到 {read} 字节",
        "the answer was not whole within {seconds:g} s: {read} bytes had come",
    ),
    "lost": (
        "连接中断，收到 {read} 字节（{said}）",
        "the connection was lost after {read} bytes ({said})",
    ),
    "redirect": (
        "转址到另一处 {target}；没有跟随，确认可信后请直接用那个地址",
        "it redirects elsewhere, to {target}; that was not followed: use that address if it is trusted",
    ),
    "redirect/endless": ("转址次数太多", "it redirects without end"),
    "too-large": (
        "回答超过 {limit} MB，没有读完；请用 LIMIT 缩小",
        "the answer is larger than {limit} MB and was not read: narrow it, for example by LIMIT",
    ),
    "malformed": (
        "回答不完整或不合格式（{read} 字节）：{said}",
        "the answer breaks off or is malformed ({read} bytes): {said}",
    ),
    "malformed/gzip": ("回答无法解压（{said}）", "the answer cannot be inflated ({said})"),
    "malformed/http": ("回答不是 HTTP（{said}）", "what it answered is not HTTP ({said})"),
    "status": ("端点回答 {status}：{said}", "the endpoint answered {status}: {said}"),
    "status/silent": ("端点回答 {status}", "the endpoint answered {status}"),
    "html": (
        "回答是网页（{said}），不是查询结果" + _PATH[0],
        "it answered with a web page ({said}), not with results" + _PATH[1],
    ),
    "content-type": (
        "回答的类型是 {said}，应当是 {wanted}",
        "it answered with content of type {said} instead of {wanted}",
    ),
    "no-guide/asserted": (
        f"其中没有图 <{ASSERTED}>，或者图中没有指南；请装入 guidekg export 写出的数据",
        f"it has no graph <{ASSERTED}> with a guide in it: load what `guidekg export` writes",
    ),
    "no-guide/inferred": (
        f"其中没有推断出的图 <{INFERRED}>；请装入 guidekg export 写出的数据（不带 --asserted）",
        f"it lacks the graph of what is inferred, <{INFERRED}>:"
        " load what `guidekg export` writes, without --asserted",
    ),
    "no-guide/union": (
        "它的默认图不是两个图之和；请按 docs/endpoint.md 配置（oxigraph serve 用 --union-default-graph）",
        "its default graph is not the union of both graphs: see docs/endpoint.md"
        " (oxigraph serve needs --union-default-graph)",
    ),
    "incomplete": (
        "应有 {count} 条三元组，只给出 {found} 条；请调高端点对结果行数的限制",
        "it gave {found} of {count} triples; raise its limit on the rows of a result",
    ),
    "incomplete/limit": (
        "其中有 {count} 条三元组，超过一次读取的上限 {limit}；请改用查询",
        "it holds {count} triples, more than the {limit} that are read at once; query instead",
    ),
}


class Asked(NamedTuple):
    """A question to an endpoint, as an error may show it: no user, password, parameter or token."""

    endpoint: str
    query: str
    secrets: tuple[str, ...]

    @classmethod
    def of(cls, address: str, query: str, secrets: tuple[str, ...]) -> "Asked":
        """Return what may be shown of a request."""
        text = re.sub(r"(?im)^\s*#.*$|PREFIX\s+\S*\s+<[^>]*>", " ", query)
        return cls(show(address), one_line(text, 100), secrets)

    def error(
        self,
        case: str,
        *,
        status: int | None = None,
        more: tuple[str, str] = ("", ""),
        **values: object,
    ) -> EndpointError:
        """Return an error that says where, what came, and what was asked.

        Args:
            case: a key of the messages.
            status: the HTTP status that came.
            more: what follows the message, in Chinese and English.
            values: what the message says of the case.
        """
        zh, en = (
            text.format(**values, status=status) + end
            for text, end in zip(_MESSAGES[case], more, strict=True)
        )
        for secret in self.secrets:
            zh, en = zh.replace(secret, "…"), en.replace(secret, "…")
        reason = case.partition("/")[0]
        kind = EndpointQueryError if (reason, status) == ("status", 400) else EndpointError
        return kind(
            f"{self.endpoint}：{zh}（所问：{self.query}）。",
            f"{self.endpoint}: {en} (asked: {self.query})",
            endpoint=self.endpoint,
            reason=reason,
            status=status,
        )

    def refused(self, reply: httpx.Response) -> EndpointError:
        """Return the error of an answer whose status is no success, with the server's words."""
        said, status = said_by(reply), reply.status_code
        case = "status" if said else "status/silent"
        return self.error(case, status=status, more=_HINTS.get(status, ("", "")), said=said)

    def no_results(self, reply: httpx.Response, wanted: str) -> EndpointError:
        """Return the error of a success that is a web page, or of a type that is no result."""
        status, given = reply.status_code, reply.headers.get("Content-Type") or "—"
        if is_html(reply):
            return self.error("html", status=status, said=said_by(reply))
        return self.error("content-type", status=status, said=one_line(given), wanted=wanted)

    def malformed(self, reply: httpx.Response, why: str) -> EndpointError:
        """Return the error of an answer that breaks off, or is not what its type says."""
        size, status = len(reply.content), reply.status_code
        return self.error("malformed", status=status, said=one_line(why), read=size)


def show(address: str) -> str:
    """Return an address without user, password and parameters, even if it is none."""
    plain = re.sub(r"^(\w+://)?[^/]*@", r"\1", address)
    return one_line(re.split(r"[?#]", plain)[0])


def media_type(reply: httpx.Response) -> str:
    """Return the type of an answer without its parameters; empty, if it names none."""
    return (reply.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def is_html(reply: httpx.Response) -> bool:
    """Whether an answer is a web page, whatever it says that it is."""
    start = reply.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return media_type(reply) in ("text/html", "application/xhtml+xml") or start.startswith(
        (b"<!doctype html", b"<html")
    )


def said_by(reply: httpx.Response) -> str:
    """Return the words of an answer that is none: of a problem, of a page's title, or its text."""
    text = reply.content[:20_000].decode("utf-8", "replace")
    if is_html(reply):
        title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
        return one_line(title[1] if title else re.sub(r"(?s)<[^>]*>", " ", text))
    if "json" in media_type(reply):
        try:
            problem = json.loads(reply.content)
        except ValueError:
            return one_line(text)
        if isinstance(problem, dict):
            text = str(
                problem.get("detail") or problem.get("title") or problem.get("message") or text
            )
    return one_line(text)


def one_line(text: str, longest: int = _SAID) -> str:
    """Return words on one line, without control characters, at a length to be read."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
