"""What goes over the sockets: a request to a worker, its response, orders to who forks workers.

A request is the name of a handler, the values that it takes (JSON), and a body. A response is sent
in frames: the first has a head (``status`` and ``headers``, or a ``problem``), each has a part of
the body, and one is the last. A later frame has a head only where the rest cannot come: a problem.
"""

import json
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

PART = 64 * 1024  # bytes of a response that are sent at once
_REQUEST = struct.Struct("!II")  # sizes of the name and values, and of the body
_FRAME = struct.Struct("!?II")  # whether it is the last; sizes of the head, and of the body
_AT_ONCE = 1 << 20  # bytes that are received at once

_write = json.JSONEncoder(separators=(",", ":")).encode


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


ORDER = struct.Struct("!cI")  # what to do, and with which process
PID = struct.Struct("!I")  # the answer to FORK, with the socket of the new worker
FORK = b"F"
KILL = b"K"


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
