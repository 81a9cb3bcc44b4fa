"""Where a task writes its result: in parts, compressed if wanted, and never beyond the limits."""

import socket
import zlib
from collections.abc import Callable
from typing import Any

from guidekg.web.problems import ProblemError
from guidekg.web.workers.protocol import PART, Kind, reply

_SMALL = 1024  # bytes that are not worth compressing


class Outlet:
    """A binary file for one result. A result of one part goes as a whole, with its length.

    Once a limit is passed each ``write`` fails, also those of a writer that empties its buffer.
    """

    def __init__(
        self, channel: socket.socket, limit: int, leaving: Callable[[], bool] = lambda: False
    ) -> None:
        """Write to a channel.

        Args:
            channel: the socket to the front.
            limit: bytes of a result, before compression.
            leaving: asked at the end of a result: whether the worker ends itself after it.
        """
        self._channel = channel
        self._limit = limit
        self._leaving = leaving
        self._total = 0
        self._buffer = bytearray()
        self._head: dict[str, Any] = {}
        self._gzip = False
        self._first_only = False
        self._packer: Any = None
        self.started = False

    def open(self, head: dict[str, Any], *, gzip: bool = False, first_only: bool = False) -> None:
        """Say what the result is; nothing is sent yet.

        Args:
            head: status and headers.
            gzip: whether the client takes it.
            first_only: end the result, without error, where its first part is full.
        """
        self._head, self._gzip, self._first_only = head, gzip, first_only

    def write(self, data: bytes) -> int:
        """Take bytes of the result.

        Raises:
            ProblemError: the result is too large.
            EnoughError: only the first part is wanted.
        """
        self._total += len(data)
        if self._total > self._limit:
            raise too_large(f"{self._limit // 1024:,} KiB")
        self._buffer += data
        if len(self._buffer) >= PART:
            if self._first_only:
                raise EnoughError
            self._send_part()
        return len(data)

    def flush(self) -> None:
        """Do nothing: parts go when they are full."""

    def close(self) -> None:
        """Send what is left, and the end."""
        body = bytes(self._buffer)
        self._buffer.clear()
        if not self.started:
            if self._gzip and len(body) > _SMALL:
                self._head["gzip"] = True
                body = zlib.compress(body, 5, wbits=31)
            self._head["whole"] = True
            self._last(Kind.WHOLE, self._head, body)
            return
        if self._packer:
            body = self._packer.compress(body) + self._packer.flush()
        if body:
            self._channel.sendall(reply(Kind.MORE, None, body))
        self._last(Kind.END, {})

    def first(self) -> None:
        """Send the head and end the result: the rest is not wanted."""
        self._head["gzip"] = self._gzip
        self._last(Kind.WHOLE, self._head)

    def fail(self, problem: ProblemError) -> None:
        """Send what is wrong, in place of the result or of its rest."""
        kind = Kind.CUT if self.started else Kind.WHOLE
        self._last(kind, {"problem": problem.written()})

    def _last(self, kind: Kind, head: dict[str, Any], body: bytes = b"") -> None:
        if self._leaving():
            head["last"] = True
        self._channel.sendall(reply(kind, head, body))

    def _send_part(self) -> None:
        body = bytes(self._buffer)
        self._buffer.clear()
        if self._gzip:
            # Level 1: a long result waits for the network, not for a smaller form of itself.
            self._packer = self._packer or zlib.compressobj(1, wbits=31)
            body = self._packer.compress(body)
        if self.started:
            if body:
                self._channel.sendall(reply(Kind.MORE, None, body))
            return
        self._head["gzip"] = self._gzip
        self._channel.sendall(reply(Kind.START, self._head, body))
        self.started = True


class EnoughError(Exception):
    """The first part of a result is there, and no more is wanted."""


def too_large(limit: str) -> ProblemError:
    """Return the problem of a result that passes a limit."""
    return ProblemError(
        "result-too-large",
        f"结果超过上限（{limit}）；请加 LIMIT 或缩小范围。",
        f"the result passes the limit of {limit}: add LIMIT, or ask for less",
    )
