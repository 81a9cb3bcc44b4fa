"""A connection that must bring its request in time and in bounds: uvicorn itself waits for ever.

An answer may come before all of the request has: to close over what a client still sends would reset
the connection, and lose the answer. So the client may send on for a while, and nothing of it is kept.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from guidekg.web.middleware import rendered
from guidekg.web.problems import ProblemError, problem
from guidekg.web.settings import Limits

_LINGER = 10.0  # seconds for which a client may send on what is not read any more


class _LingeringTransport:
    """A transport as the cycle of a request sees it: closing it waits for what is still sent."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self._transport = transport
        self.close = close

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with limits for what comes before the application sees a request."""

    limits: ClassVar[Limits]
    _timer: asyncio.TimerHandle | None = None
    _head_size = 0  # bytes of a request whose headers are not complete
    _content_due = False  # whether content of the request is still to come
    _ended = False  # whether nothing more is sent, and what comes is passed over

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._refuse(problem("busy", "connections"))
            return
        self._set_options(transport.get_extra_info("socket"))
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is gone."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what comes, if it is not too much and not too late."""
        if self._ended:
            return
        waiting = self.cycle is None or self.cycle.response_complete
        answered_early = waiting and self._content_due
        super().data_received(data)
        if self._ended or self._content_due or self.transport.is_closing():
            return
        if answered_early:
            if self._timer is None:
                self._start_timer()
        elif waiting and (self.cycle is None or self.cycle.response_complete):
            self._head_size += len(data)
            if self._head_size > self.limits.url + self.limits.headers:
                in_url = not getattr(self, "headers", None)
                self._refuse(problem("uri-too-long" if in_url else "headers-too-large", "early"))
            elif self._timer is None:
                self._start_timer()

    def on_message_begin(self) -> None:
        """Let the application cut the connection."""
        super().on_message_begin()
        self.scope["state"]["abort"] = self.transport.abort

    def on_headers_complete(self) -> None:
        """The request is there, but for its content."""
        self._stop_timer()
        self._head_size = 0
        self._content_due = True
        super().on_headers_complete()
        self.cycle.transport = _LingeringTransport(self.transport, self._close)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """The request is there, with its content."""
        self._content_due = False
        if self.cycle.response_complete:
            self._stop_timer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is sent; what is left of the request may come for a while."""
        super().on_response_complete()
        if self._content_due and not self._ended and not self.transport.is_closing():
            self._timer = self.loop.call_later(_LINGER, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """Say that what came is no HTTP."""
        del msg
        self._refuse(problem("malformed-request", "no-http"))

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.limits.arrival, self._too_late)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        if self._head_size == 0:
            self.transport.close()
        else:
            self._refuse(problem("slow-request", "head"))

    def _refuse(self, error: ProblemError) -> None:
        """Answer without the application, and close."""
        self._stop_timer()
        kind, body = rendered(error, None, "en")
        head = f"content-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[error.kind.status] + head.encode() + body)
        self._end()

    def _close(self) -> None:
        if self._content_due:
            self._end()
        else:
            self.transport.close()

    def _end(self) -> None:
        """Send nothing more; close when the client has, or has had its time."""
        if self._ended or self.transport.is_closing():
            return
        self._ended = True
        self._stop_timer()
        self.transport.write_eof()
        self.flow.resume_reading()
        self._timer = self.loop.call_later(_LINGER, self.transport.close)

    def _set_options(self, channel: socket.socket) -> None:
        """Have the kernel send at once, and drop a client that takes nothing of what is sent."""
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if bound := getattr(socket, "TCP_USER_TIMEOUT", None):
            channel.setsockopt(socket.IPPROTO_TCP, bound, int(self.limits.grace * 2000))


def connection(limits: Limits) -> type[Connection]:
    """Return the class of connections that keep these limits."""
    return type("Connection", (Connection,), {"limits": limits})
