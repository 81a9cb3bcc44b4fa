"""A connection that must bring its request in time and in bounds: uvicorn itself waits for ever."""

import asyncio
import socket
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from guidekg.web.problems import ProblemError
from guidekg.web.responses import rendered
from guidekg.web.settings import Limits


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with limits for what comes before the application sees a request."""

    limits: ClassVar[Limits]
    _timer: asyncio.TimerHandle | None = None
    _head_size = 0  # bytes of a request whose headers are not complete
    _problem: ProblemError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._refuse(
                ProblemError("busy", "连接太多，请稍后再试。", "there are too many connections")
            )
            return
        self._set_options(transport.get_extra_info("socket"))
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what comes, if it is not too much and not too late."""
        waiting = self.cycle is None or self.cycle.response_complete
        super().data_received(data)
        if self.transport.is_closing():
            return
        if waiting and (self.cycle is None or self.cycle.response_complete):
            self._head_size += len(data)
            if self._head_size > self.limits.url + self.limits.headers:
                self._refuse(_too_much(in_url=not getattr(self, "headers", None)))
            elif self._timer is None:
                self._expect()

    def on_message_begin(self) -> None:
        """Let the application cut the connection."""
        super().on_message_begin()
        self.scope["state"]["abort"] = self.transport.abort

    def on_headers_complete(self) -> None:
        """The request is there, but for its content."""
        self._arrived()
        self._head_size = 0
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Say that what came is no HTTP."""
        del msg
        self._refuse(
            ProblemError(
                "malformed-request", "这不是有效的 HTTP 请求。", "this is no valid HTTP request"
            )
        )

    def _expect(self) -> None:
        self._timer = self.loop.call_later(self.limits.arrival, self._too_late)

    def _arrived(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        if self._head_size == 0:
            self.transport.close()
            return
        self._refuse(
            ProblemError("slow-request", "请求没有及时到达。", "the request did not arrive in time")
        )

    def _refuse(self, problem: ProblemError) -> None:
        """Answer without the application, and close."""
        self._arrived()
        kind, body = rendered(problem, None, "en")
        head = f"content-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[problem.kind.status] + head.encode() + body)
        self.transport.close()

    def _set_options(self, channel: socket.socket) -> None:
        """Have the kernel send at once, and drop a client that takes nothing of what is sent."""
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if bound := getattr(socket, "TCP_USER_TIMEOUT", None):
            channel.setsockopt(socket.IPPROTO_TCP, bound, int(self.limits.grace * 2000))


def _too_much(*, in_url: bool) -> ProblemError:
    if in_url:
        return ProblemError("uri-too-long", "地址太长。", "the address is too long")
    return ProblemError("headers-too-large", "请求头太大。", "the headers are too large")


def connection(limits: Limits) -> type[Connection]:
    """Return the class of connections that keep these limits."""
    return type("Connection", (Connection,), {"limits": limits})
