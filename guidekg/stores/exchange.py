"""The adapter of SPARQLWrapper: one request and its whole answer, within a deadline.

SPARQLWrapper has no hook for a deadline, for redirects or for the size of an answer, so its one
``_query`` is replaced. It builds the request; nothing else of it is relied on.
"""

import socket
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, HTTPSConnection, IncompleteRead
from io import BytesIO
from typing import Any, NamedTuple, cast
from urllib.parse import urljoin, urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    getproxies,
    proxy_bypass,
)
from urllib.response import addinfourl

from SPARQLWrapper import POST, SPARQLWrapper

from guidekg.stores.deadline import Deadline
from guidekg.version import __version__

LARGEST = 128 * 1024 * 1024  # bytes of an answer: some 700,000 triples
_REDIRECTS = 5
_CHUNK = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS


class RedirectError(Exception):
    """A redirect that is not followed; says where it leads."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


class EndlessRedirectError(RedirectError):
    """A redirect that is one too many."""


class ProxyError(Exception):
    """The environment names a proxy that cannot be one."""


class TooLargeError(Exception):
    """An answer is larger than what is read of one."""


class Reply(NamedTuple):
    """An answer, read to its end."""

    status: int
    headers: HTTPMessage
    body: bytes


class Progress:
    """How far an exchange has come, through which proxy, and its socket, to be shut when given up."""

    def __init__(self) -> None:
        self.connected = False
        self.answered = False
        self.read = 0
        self.proxy: str | None = None
        self._over = False
        self._socket: socket.socket | None = None

    def took(self, connection: HTTPConnection) -> None:
        """Note that a connection stands."""
        self.connected = True
        self._socket = connection.sock

    def came(self, size: int = 0) -> None:
        """Note that the head of an answer has come, or so many bytes of its body."""
        if not self._over:  # a shut socket looks like the end of the answer
            self.answered = True
            self.read += size

    def abandon(self) -> None:
        """Shut the socket: what reads from it ends at once, and nothing more counts."""
        self._over = True
        if self._socket:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    def __init__(self, host: str, *, progress: Progress, **more: Any) -> None:
        super().__init__(host, **more)
        self._progress = progress

    def connect(self) -> None:
        super().connect()
        self._progress.took(self)


class _Secure(HTTPSConnection):
    def __init__(self, host: str, *, progress: Progress, **more: Any) -> None:
        super().__init__(host, **more)
        self._progress = progress

    def connect(self) -> None:
        super().connect()
        self._progress.took(self)


class _PlainHandler(HTTPHandler):
    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def http_open(self, req: Request) -> Any:
        return self.do_open(_Plain, req, progress=self._progress)  # type: ignore[arg-type]  # typeshed wants the bare class


class _SecureHandler(HTTPSHandler):
    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def https_open(self, req: Request) -> Any:
        return self.do_open(_Secure, req, progress=self._progress)  # type: ignore[arg-type]  # as above


class Exchange(SPARQLWrapper):
    """One query to an endpoint."""

    def __init__(
        self,
        endpoint: str,
        query: str,
        form: str,
        headers: Mapping[str, str],
        graphs: Sequence[str],
    ) -> None:
        """Prepare the request.

        Args:
            endpoint: the address.
            query: the text, which is a query and no update.
            form: its form, which SPARQLWrapper would guess from words in comments too.
            headers: what is sent with it, ``Accept`` and ``Authorization`` among them.
            graphs: those that the query is about, its default graph being their union; none, if
                the query names them itself.
        """
        super().__init__(endpoint, agent=f"guidekg/{__version__}")
        self.queryString, self.queryType = query, form.upper()
        self.setMethod(POST)  # no length of an address is too long for it, and no log keeps it
        self.setOnlyConneg(True)
        for graph in graphs:
            self.addParameter("default-graph-uri", graph)
            self.addParameter("named-graph-uri", graph)
        for name, value in headers.items():
            self.addCustomHttpHeader(name, value)
        self.deadline = Deadline(0)
        self.progress = Progress()

    def within(self, deadline: Deadline) -> Reply:
        """Return the answer.

        Raises:
            OutOfTimeError: it has not come whole by the deadline.
            RedirectError, TooLargeError: it is not followed, or not read to its end.
            ProxyError: the proxy of the environment is none.
            OSError, HTTPException, zlib.error: as the sockets, HTTP and compression fail.
        """
        self.deadline = deadline
        response = self.query().response
        return Reply(response.status, response.headers, response.read())

    def _query(self) -> tuple[HTTPResponse, str]:
        request = self._createRequest()
        for _ in range(_REDIRECTS + 1):
            reply = self._send(request)
            if reply.status not in (301, 302, 303, 307, 308):
                # urllib's own stand-in for a response that has been read
                whole = addinfourl(BytesIO(reply.body), reply.headers, self.endpoint, reply.status)
                return cast("HTTPResponse", whole), self.returnFormat
            request = _redirected(request, reply)
        raise EndlessRedirectError(request.full_url)

    def _send(self, request: Request) -> Reply:
        self.progress = progress = Progress()
        progress.proxy = _proxy(request)
        opener = OpenerDirector()  # no handler of errors and redirects: every status is an answer
        for handler in (ProxyHandler(), _PlainHandler(progress), _SecureHandler(progress)):
            opener.add_handler(handler)
        remaining = max(self.deadline.remaining, 0.001)

        def work() -> Reply:
            with opener.open(request, timeout=remaining) as response:
                progress.came()
                return Reply(response.status, response.headers, _body(response, progress))

        return self.deadline.run(work, progress.abandon)


def _proxy(request: Request) -> str | None:
    """Return the proxy that the environment wants a request to go through, if any.

    Raises:
        ProxyError: it is no address of a proxy for HTTP.
    """
    named = None if proxy_bypass(request.host) else getproxies().get(request.type)
    if not named:
        return None
    try:
        parts = urlsplit(named if "://" in named else f"http://{named}")
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ProxyError(named)
    return named


def _redirected(request: Request, reply: Reply) -> Request:
    location = reply.headers.get("Location") or ""
    try:
        target = urljoin(request.full_url, location)
        same = _origin(target) == _origin(request.full_url)
    except ValueError:
        raise RedirectError(location) from None
    if not same:
        raise RedirectError(target)
    if reply.status == 303:
        headers = {k: v for k, v in request.headers.items() if k.lower() != "content-type"}
        return Request(target, headers=headers)  # noqa: S310  # the scheme is the endpoint's own
    return Request(target, request.data, request.headers)  # noqa: S310  # as above


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default


def _body(response: Any, progress: Progress) -> bytes:
    """Read an answer to its end, inflated."""
    unpack = _unpacker(response.headers.get("Content-Encoding"))
    made = bytearray()
    while chunk := response.read(_CHUNK):
        progress.came(len(chunk))
        made += unpack(chunk)
        if len(made) > LARGEST:
            raise TooLargeError
    if response.length:  # read(n) does not say that a body ended too soon
        raise IncompleteRead(b"", response.length)
    return bytes(made)


def _unpacker(coding: str | None) -> Callable[[bytes], bytes]:
    if (coding or "identity").lower() == "identity":
        return bytes
    inflate = zlib.decompressobj(_GZIP)

    def unpack(chunk: bytes) -> bytes:
        made = inflate.decompress(chunk, LARGEST + 1)
        if inflate.unconsumed_tail:
            raise TooLargeError
        return made

    return unpack
