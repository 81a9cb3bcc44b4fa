"""Where a handler writes its response: in parts, compressed if wanted, and never beyond the limit."""

import socket
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from guidekg.web.problems import ProblemError, problem
from guidekg.web.workers.protocol import PART, Frame

_SMALL = 1024  # bytes that are not worth compressing


class HeadOnlyError(Exception):
    """The client wants no more than the head, which was sent."""


class Delivery(NamedTuple):
    """A response that is made as a whole."""

    body: bytes
    headers: dict[str, str]
    status: int = 200


class ResponseWriter:
    """A binary file for one response. One of a single part goes whole, with its length.

    Once a limit is passed each ``write`` fails, also those of a writer that empties its buffer.
    """

    def __init__(
        self, channel: socket.socket, limit: int, retires: Callable[[], bool] = lambda: False
    ) -> None:
        """Write to a channel.

        Args:
            channel: the socket to the front.
            limit: bytes of a response, before compression.
            retires: asked at the end of a response: whether the worker ends itself after it.
        """
        self._channel = channel
        self.limit = limit
        self._retires = retires
        self._total = 0
        self._buffer = bytearray()
        self._status = 200
        self._headers: dict[str, str] = {}
        self._gzip = False
        self._head_only = False
        self._packer: Any = None
        self._sent_head = False

    def start(
        self,
        headers: Mapping[str, str],
        status: int = 200,
        *,
        gzip: bool = False,
        head_only: bool = False,
    ) -> None:
        """Say what the response is; nothing is sent yet.

        Args:
            headers: without those for the length and the compression of the body.
            status: of HTTP.
            gzip: whether the client takes it.
            head_only: whether the client wants no body.
        """
        self._headers, self._status = dict(headers), status
        self._gzip, self._head_only = gzip, head_only

    def write(self, data: bytes) -> int:
        """Take bytes of the body.

        Raises:
            ProblemError: the response is too large.
            HeadOnlyError: no body is wanted, and it is too long to make it for its length alone.
        """
        self._total += len(data)
        if self._total > self.limit:
            raise problem("result-too-large", "bytes", limit=self.limit // 1024)
        self._buffer += data
        if len(self._buffer) >= PART:
            if self._head_only:
                self._send_head_only()
            self._send_part()
        return len(data)

    def flush(self) -> None:
        """Do nothing: parts go when they are full."""

    def finish(self) -> None:
        """Send what is left, and the end."""
        body = bytes(self._buffer)
        self._buffer.clear()
        if self._sent_head:
            if self._packer:
                body = self._packer.compress(body) + self._packer.flush()
            self._send_last({}, body)
            return
        if self._gzip and len(body) > _SMALL:
            self._headers["content-encoding"] = "gzip"
            body = zlib.compress(body, 5, wbits=31)
        if self._status != 304:
            self._headers["content-length"] = str(len(body))
        self._send_last(self._head(), b"" if self._head_only else body)

    def fail(self, problem: ProblemError, log: str = "") -> None:
        """Send what is wrong, in place of the response or of its rest; ``log`` is for the log."""
        self._send_last({"problem": problem.to_dict(), **({"log": log} if log else {})})

    def _head(self) -> dict[str, Any]:
        return {"status": self._status, "headers": self._headers}

    def _send_last(self, head: dict[str, Any], body: bytes = b"") -> None:
        if self._retires():
            head["retires"] = True
        self._channel.sendall(Frame(head, body, last=True).pack())

    def _send_head_only(self) -> None:
        if not self._sent_head:
            self._sent_head = True
            if self._gzip:
                self._headers["content-encoding"] = "gzip"
            self._send_last(self._head())
        raise HeadOnlyError

    def _send_part(self) -> None:
        body = bytes(self._buffer)
        self._buffer.clear()
        if self._gzip:
            # Level 1: a long result waits for the network, not for a smaller form of itself.
            self._packer = self._packer or zlib.compressobj(1, wbits=31)
            body = self._packer.compress(body)
        if not self._sent_head:
            if self._gzip:
                self._headers["content-encoding"] = "gzip"
            self._sent_head = True
            self._channel.sendall(Frame(self._head(), body).pack())
        elif body:
            self._channel.sendall(Frame({}, body).pack())
