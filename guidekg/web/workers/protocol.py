"""What goes over the sockets: a request to a worker, its response, orders to who forks workers.

A request is the name of a handler, the values that it takes (JSON), and a body. A response is
written by a ``ResponseWriter``, in frames: the first has a head (``status`` and ``headers``, or a
``problem``), each has a part of the body, and one is the last. A later frame has a head only where
the rest cannot come: a problem.
"""

import json
import socket
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from guidekg.web.problems import ProblemError, problem

PART = 64 * 1024  # bytes of a response that are sent at once
_REQUEST = struct.Struct("!II")  # sizes of the name and values, and of the body
_FRAME = struct.Struct("!?II")  # whether it is the last; sizes of the head, and of the body
_AT_ONCE = 1 << 20  # bytes that are received at once

_write = json.JSONEncoder(separators=(",", ":")).encode
ORDER = struct.Struct("!cI")  # what to do, and with which process
PID = struct.Struct("!I")  # the answer to FORK, with the socket of the new worker
FORK = b"F"
KILL = b"K"
_SMALL = 1024  # bytes that are not worth compressing


class Request(NamedTuple):
    """What a worker is asked: a handler by its name, values for it, and a body."""

    handler: str
    values: dict[str, Any]
    body: bytes = b""

    def pack(self) -> bytes:
        """Return its bytes."""
        written = _write((self.handler, self.values)).encode()
        return _REQUEST.pack(len(written), len(self.body)) + written + self.body

    @classmethod
    def receive(cls, channel: socket.socket) -> "Request | None":
        """Return the next request of a blocking socket; None when the other side is gone."""
        received = bytearray()
        written = size = 0
        while len(received) < _REQUEST.size + written + size or not written:
            part = channel.recv(_AT_ONCE)
            if not part:
                return None
            received += part
            if len(received) >= _REQUEST.size:
                written, size = _REQUEST.unpack_from(received)
        end = _REQUEST.size + written
        handler, values = json.loads(received[_REQUEST.size : end].decode())
        return cls(handler, values, bytes(received[end:]))


class Frame(NamedTuple):
    """A part of a response."""

    head: dict[str, Any]
    body: bytes = b""
    last: bool = False

    def pack(self) -> bytes:
        """Return its bytes."""
        head = _write(self.head).encode() if self.head else b""
        return _FRAME.pack(self.last, len(head), len(self.body)) + head + self.body


class FrameReader:
    """Takes frames out of bytes as they come."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that are whole with these further bytes."""
        received = self._received
        received += data
        start = 0
        while len(received) - start >= _FRAME.size:
            last, head, body = _FRAME.unpack_from(received, start)
            first = start + _FRAME.size
            end = first + head + body
            if len(received) < end:
                break
            values = json.loads(received[first : first + head].decode()) if head else {}
            yield Frame(values, bytes(received[first + head : end]), last)
            start = end
        del received[:start]


class Opened(NamedTuple):
    """What the fork server says when it has opened the guides: nothing, or why it cannot."""

    zh: str = ""
    en: str = ""

    def line(self) -> bytes:
        """Return it as a line."""
        return json.dumps(self).encode() + b"\n"


def read_line(channel: socket.socket) -> bytes:
    """Read a line without its end, and nothing beyond it; less if the other side goes."""
    line = bytearray()
    with suppress(ConnectionError):
        while (part := channel.recv(1)) and part != b"\n":
            line += part
    return bytes(line)


class HeadOnlyError(Exception):
    """The client wants no more than the head, which was sent."""


class Delivery(NamedTuple):
    """A response that is made as a whole."""

    body: bytes
    headers: dict[str, str]
    status: int = 200


@dataclass(eq=False)
class ResponseWriter:
    """A binary file for one response. One of a single part goes whole, with its length.

    Once a limit is passed each ``write`` fails, also those of a writer that empties its buffer.
    """

    channel: socket.socket
    limit: int  # bytes of a response, before compression
    # Asked at the end of a response: whether the worker ends itself after it.
    retires: Callable[[], bool] = lambda: False
    _total: int = field(default=0, init=False)
    _buffer: bytearray = field(default_factory=bytearray, init=False)
    _status: int = field(default=200, init=False)
    _headers: dict[str, str] = field(default_factory=dict, init=False)
    _gzip: bool = field(default=False, init=False)
    _head_only: bool = field(default=False, init=False)
    _packer: Any = field(default=None, init=False)
    _sent_head: bool = field(default=False, init=False)

    def start(
        self,
        headers: Mapping[str, str],
        status: int = 200,
        *,
        gzip: bool = False,
        head_only: bool = False,
    ) -> None:
        """Say what the response is; nothing is sent yet.

        The headers are without those for the length and the compression of the body; ``gzip`` says
        whether the client takes it, ``head_only`` that it wants no body.
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
        if self.retires():
            head["retires"] = True
        self.channel.sendall(Frame(head, body, last=True).pack())

    def _send_part(self) -> None:
        head = {} if self._sent_head else self._head()
        if head and self._gzip:
            self._headers["content-encoding"] = "gzip"
        self._sent_head = True
        if self._head_only:
            if head:
                self._send_last(head)
            raise HeadOnlyError
        body = bytes(self._buffer)
        self._buffer.clear()
        if self._gzip:
            # Level 1: a long result waits for the network, not for a smaller form of itself.
            self._packer = self._packer or zlib.compressobj(1, wbits=31)
            body = self._packer.compress(body)
        if head or body:
            self.channel.sendall(Frame(head, body).pack())
