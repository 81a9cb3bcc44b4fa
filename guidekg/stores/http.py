"""A SPARQL endpoint over HTTP: SPARQLWrapper writes the requests, httpx sends them.

``timeout`` is one deadline for all that a question takes. The timeouts of httpx are for each read,
and the look-up of a name has none, so a question is asked in a thread that is left when time is up.
"""

import base64
import os
import socket
import ssl
import time
import weakref
import zlib
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from gzip import GzipFile
from http.client import HTTPResponse
from io import BytesIO
from threading import Thread
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import h11  # what httpx reads HTTP with
import httpx
from SPARQLWrapper import POST, SPARQLWrapper
from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

from guidekg.errors import EndpointError
from guidekg.rdf.namespaces import ASSERTED, INFERRED
from guidekg.stores.endpoint_errors import Asked, one_line, show
from guidekg.stores.query_guard import names_graphs
from guidekg.version import __version__

_LARGEST = 128 * 1024 * 1024  # bytes of an answer: some 700,000 triples
_REDIRECTS = 5
_TRIES = 5
_BACKOFF = wait_exponential(0.2) + wait_random(0, 0.1)  # seconds; about twice as long each time
_BUSY = 5.0  # seconds; a 503 that took longer gave up on the query, and would again
# Why there is no connection, by what lies below the error of httpx; the first that fits.
_UNCONNECTED: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "name"),
    (UnicodeError, "name"),
    (ssl.SSLError, "tls"),
    (ConnectionRefusedError, "refused"),
    (Exception, "unreachable"),
)


class Endpoint:
    """The address of an endpoint, who asks, and how many seconds a question may take."""

    def __init__(
        self, url: str, *, token: str | None, auth: tuple[str, str] | None, timeout: float
    ) -> None:
        """Keep the address; nothing is sent.

        Raises:
            EndpointError: the address is none, or the token or the timeout cannot be used.
        """
        self._secrets = tuple(secret for secret in (token, *(auth or ())[1:]) if secret)
        self.url, self.timeout = url, timeout
        asked, parts = self.asked("—"), _address(url)
        if not parts or not _sendable(url):
            raise asked.error("address")
        if "@" in parts.netloc:
            raise asked.error("address/user")
        if not 0 < timeout < float("inf"):
            raise asked.error("address/timeout", seconds=timeout)
        if token and auth:
            raise asked.error("address/both")
        if token is not None and not _sendable(token):
            raise asked.error("address/token")
        self.url = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))
        self.authorization = f"Bearer {token}" if token else ""
        if auth:
            self.authorization = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        self._transports: dict[tuple[int, str | None], httpx.HTTPTransport] = {}

    def asked(self, query: str) -> Asked:
        """Return what an error may show of a question."""
        return Asked.of(self.url, query, self._secrets)

    def transport(self, proxy: str | None) -> httpx.HTTPTransport:
        """Return the connections by way of a proxy, or none, that are kept between questions."""
        key = os.getpid(), proxy  # a forked process does not share its parent's
        if key not in self._transports:
            tls = ssl.create_default_context()  # with the system's certificates
            secure = tls if proxy and proxy.startswith("https:") else None
            way = httpx.Proxy(proxy, ssl_context=secure) if proxy else None
            made = httpx.HTTPTransport(verify=tls, proxy=way)
            weakref.finalize(self, made.close).atexit = False  # the end of a process closes all
            self._transports[key] = made
        return self._transports[key]

    def ask(self, query: str, form: str, accept: str) -> httpx.Response:
        """Return a successful answer, read and inflated, by the deadline.

        Args:
            query: what is asked, no update.
            form: the form of the query.
            accept: the media types that may come, with their weights.

        Raises:
            EndpointError: what went wrong, where, and what was asked.
        """
        exchange = _Exchange(self, query, form, accept)
        done: Future[httpx.Response] = Future()

        def settle() -> None:
            try:
                done.set_result(exchange.answer())
            except BaseException as error:  # noqa: BLE001  # raised again below
                done.set_exception(error)

        Thread(target=settle, daemon=True).start()
        try:
            return done.result(self.timeout)
        except TimeoutError:
            raise exchange.late() from None
        finally:
            exchange.over = True


class _Exchange(SPARQLWrapper):
    """One query and its answer, in as many tries as that needs."""

    def __init__(self, endpoint: Endpoint, query: str, form: str, accept: str) -> None:
        super().__init__(endpoint.url, agent=f"guidekg/{__version__}")
        # SPARQLWrapper would guess the form, from words in comments too.
        self.queryString, self.queryType = query, form.upper()
        self.setMethod(POST)  # no length of an address is too long for it, and no log keeps it
        self.setOnlyConneg(True)
        # Whatever else an endpoint holds, and however it is set up, the answer is the same.
        for graph in () if names_graphs(query) else (ASSERTED, INFERRED):
            self.addParameter("default-graph-uri", graph)
            self.addParameter("named-graph-uri", graph)
        self.addCustomHttpHeader("Accept", accept)
        self.addCustomHttpHeader("Accept-Encoding", "gzip")
        if endpoint.authorization:
            self.addCustomHttpHeader("Authorization", endpoint.authorization)
        self._at, self._asked = endpoint, endpoint.asked(query)
        self._end = time.monotonic() + endpoint.timeout
        self.over = False  # nobody waits any more
        # Seconds before another try at the least; None, where that is of no use.
        self._wait: float | None = None
        # How far the last request has come.
        self._connected = self._answered = False
        self._read = 0
        self._proxy: str | None = None
        self._socket: socket.socket | None = None

    def answer(self) -> httpx.Response:
        """Return a successful answer; ask again where that may help and there is time."""
        retrying = Retrying(
            retry=retry_if_exception(lambda _: self._wait is not None),
            wait=lambda state: max(_BACKOFF(state), self._wait or 0.0),
            stop=stop_after_attempt(_TRIES) | stop_before_delay(self._at.timeout),
            reraise=True,
        )
        return retrying(self._try)

    def _try(self) -> httpx.Response:
        began, self._wait = time.monotonic(), None
        try:
            reply = cast("httpx.Response", self.query().response)
        except EndpointError:  # which is an OSError too
            raise
        except (httpx.TimeoutException, TimeoutError):
            raise self.late() from None
        except (httpx.TransportError, OSError, UnicodeError) as error:
            raise self._failed(error) from None
        if reply.is_success:
            return reply
        gave_up = reply.status_code == 503 and time.monotonic() - began > _BUSY
        if reply.status_code in (429, 503):
            self._wait = _retry_after(reply) if gave_up else _retry_after(reply) or 0.0
        raise self._asked.refused(reply)

    def late(self) -> EndpointError:
        """Return the error of a deadline that has passed."""
        case = "deadline" if self._connected else "unreachable/late"
        case = "stalled" if self._answered else case
        return self._asked.error(case, seconds=self._at.timeout, read=self._read)

    def _failed(self, error: Exception) -> EndpointError:
        """Return what it means that a connection was not made, or brought no whole answer."""
        root: BaseException = error
        while below := root.__cause__ or root.__context__:  # httpx wraps what its layers raise
            root = below
        if isinstance(error, httpx.ConnectError | httpx.ProxyError | UnicodeError):
            case = next(case for kind, case in _UNCONNECTED if isinstance(root, kind))
        else:
            garbled = isinstance(root, h11.RemoteProtocolError) and not self._answered
            case = "malformed/http" if garbled else "lost"
            self._wait = None if garbled else 0.0
        said = one_line(str(root)) or type(root).__name__
        by = show(self._proxy) if self._proxy and not self._answered else ""
        way = (f"，经过代理 {by}", f", through the proxy {by}") if by else ("", "")
        return self._asked.error(case, more=way, said=said, read=self._read)

    def _query(self) -> tuple[HTTPResponse, str]:
        """Send the request with httpx; SPARQLWrapper knows no deadline, redirect or size."""
        made = self._createRequest()
        request = httpx.Request("POST", made.full_url, headers=made.headers, content=made.data)  # type: ignore[arg-type]  # bytes
        for _ in range(_REDIRECTS + 1):
            reply = self._send(request)
            if reply.status_code not in (301, 302, 303, 307, 308):
                return cast("HTTPResponse", reply), self.returnFormat
            request = self._redirected(request, reply)
        raise self._asked.error("redirect/endless")

    def _redirected(self, request: httpx.Request, reply: httpx.Response) -> httpx.Request:
        """Return the request that a redirect asks for, within the same scheme, host and port."""
        target, here = reply.headers.get("Location") or "", request.url
        try:
            url = here.join(target)
        except httpx.InvalidURL:
            raise self._asked.error("redirect", target=show(target)) from None
        if (url.scheme, url.netloc) != (here.scheme, here.netloc):
            raise self._asked.error("redirect", target=show(str(url)))
        if reply.status_code != 303:
            return httpx.Request("POST", url, headers=request.headers, content=request.content)
        headers = {k: v for k, v in request.headers.items() if not k.startswith("content-")}
        return httpx.Request("GET", url, headers=headers)

    def _send(self, request: httpx.Request) -> httpx.Response:
        """Return an answer, whatever its status, read to its end and inflated."""
        self._connected = self._answered = False
        self._read, self._proxy, self._socket = 0, self._proxy_for(request.url), None
        timeout = httpx.Timeout(max(self._end - time.monotonic(), 0.001))
        request.extensions = {"timeout": timeout.as_dict(), "trace": self._trace}
        reply = self._at.transport(self._proxy).handle_request(request)
        self._answered = True
        body = bytearray()
        try:
            for chunk in reply.iter_raw():
                body += chunk
                self._read = len(body)
                if len(body) > _LARGEST:
                    raise self._too_large()
                if self.over:
                    break
        finally:
            reply.close()
        coding = reply.headers.pop("Content-Encoding", "identity").lower()
        content = bytes(body) if coding == "identity" else self._inflated(body)
        return httpx.Response(reply.status_code, headers=reply.headers, content=content)

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note how far a request has come; called by httpx at each step."""
        if event == "connection.connect_tcp.complete":
            self._socket = info["return_value"].get_extra_info("socket")
        elif event == "connection.start_tls.started":
            self._socket = None  # what comes is encrypted
        elif event == "http11.send_request_headers.started":
            self._connected = info["request"].method != b"CONNECT"
        elif event == "http11.receive_response_headers.started" and self._socket:
            # httpx takes who speaks another protocol for who hung up.
            head = self._socket.recv(100, socket.MSG_PEEK)
            if head[:5] != b"HTTP/"[: len(head)]:
                said = one_line(head.decode("latin-1"))
                raise self._asked.error("malformed/http", said=said)

    def _inflated(self, body: bytearray) -> bytes:
        # httpx would inflate without a bound, and take what is cut for whole.
        try:
            made = GzipFile(fileobj=BytesIO(body)).read(_LARGEST + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise self._asked.error("malformed/gzip", said=one_line(str(error))) from None
        if len(made) > _LARGEST:
            raise self._too_large()
        return made

    def _too_large(self) -> EndpointError:
        return self._asked.error("too-large", limit=_LARGEST // 1024**2)

    def _proxy_for(self, url: httpx.URL) -> str | None:
        """Return the proxy that the environment wants a request to go through, if any."""
        named = None if proxy_bypass(url.netloc.decode()) else getproxies().get(url.scheme)
        if not named:
            return None
        whole = named if "://" in named else f"http://{named}"
        if not _address(whole):
            raise self._asked.error("proxy", proxy=show(named))
        return whole


def _retry_after(reply: httpx.Response) -> float | None:
    """Return the seconds that an endpoint asks to be left alone: a number of them, or a date."""
    value = (reply.headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None


def _address(text: str) -> SplitResult | None:
    """Return the parts of an address for HTTP, or None, if it is none."""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if fits else None


def _sendable(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
