"""Servers that answer badly, and one that passes on: real sockets on loopback."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self


class Received(NamedTuple):
    """A request as it came; the names of headers in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


class Faulty:
    """A server that does with each connection what it is told; the last act again and again."""

    def __init__(
        self,
        *acts: bytes | Callable[[socket.socket, threading.Event], None],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.acts = list(acts)
        self._tls = tls
        self.requests: list[Received] = []
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/sparql"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
        with connection, suppress(OSError):
            request = received(connection)
            if request is None:
                return
            self.requests.append(request)
            act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
            if isinstance(act, bytes):
                connection.sendall(act)
            else:
                act(connection, self._over)


class Relay(Faulty):
    """A server that passes every request on to an endpoint, and notes it."""

    def __init__(self, target: str) -> None:
        super().__init__(self._pass_on)
        self._target = urlsplit(target)

    def _pass_on(self, connection: socket.socket, _over: threading.Event) -> None:
        request = self.requests[-1]
        behind = http.client.HTTPConnection(self._target.netloc, timeout=60)
        headers = {k: request.headers[k] for k in ("content-type", "accept")}
        behind.request("POST", self._target.path, request.body, headers)
        answer = behind.getresponse()
        body = answer.read()
        behind.close()
        connection.sendall(reply(body, answer.headers["Content-Type"], status=answer.status))


def received(connection: socket.socket) -> Received | None:
    """Read a request to its end; None, if none comes or it is no HTTP."""
    connection.settimeout(30)
    stream = connection.makefile("rb")
    line = stream.readline()
    if not line.endswith(b" HTTP/1.1\r\n"):
        return Received("", {}, b"") if line else None
    headers = {}
    for item in iter(stream.readline, b"\r\n"):
        name, _, value = item.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Received(line.decode("latin-1").strip(), headers, body)


def reply(
    body: bytes = b"", kind: str = "application/sparql-results+json", *more: str, status: int = 200
) -> bytes:
    """Return a whole answer; ``more`` are further lines of its head."""
    head = [f"HTTP/1.1 {status} Status", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, *more, "Connection: close", "", ""]).encode() + body


class Keeper(Faulty):
    """A server that keeps connections open, and answers each request on them alike."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(self._keep)
        self.connections = 0
        self._sent = answer.replace(b"Connection: close\r\n", b"")

    def _keep(self, connection: socket.socket, over: threading.Event) -> None:
        self.connections += 1
        connection.sendall(self._sent)
        while not over.is_set() and (request := received(connection)):
            self.requests.append(request)
            connection.sendall(self._sent)


def stall(sent: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """Send something, then nothing more."""

    def act(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(sent)
        over.wait(60)

    return act


def drip(sent: bytes, drop: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """Send something, then a drop at a time without end."""

    def act(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(sent)
        while not over.wait(0.05):
            connection.sendall(drop)

    return act
