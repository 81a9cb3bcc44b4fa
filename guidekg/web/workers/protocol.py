"""How the front speaks with the process that forks workers, and with a worker."""

import json
import socket
import struct
from contextlib import suppress
from enum import Enum
from typing import Any, NamedTuple

REQUEST = struct.Struct("!II")
REPLY = struct.Struct("!cII")
PART = 64 * 1024  # bytes of a result that are sent at once


class Kind(Enum):
    """What a frame of a reply is."""

    WHOLE = b"W"  # a head with all that follows it
    START = b"S"  # a head with the first part
    MORE = b"M"  # a further part
    END = b"E"
    CUT = b"X"  # the rest does not come; the head says why


_write = json.JSONEncoder(separators=(",", ":")).encode


def request(message: dict[str, Any]) -> bytes:
    """Return the bytes of a request; its ``content``, if any, goes as it is."""
    content: bytes = message.get("content", b"")
    if "content" in message:
        message = {name: value for name, value in message.items() if name != "content"}
    written = _write(message).encode()
    return REQUEST.pack(len(written), len(content)) + written + content


def reply(kind: Kind, head: dict[str, Any] | None = None, body: bytes = b"") -> bytes:
    """Return the bytes of a frame of a reply."""
    written = _write(head).encode() if head else b""
    return REPLY.pack(kind.value, len(written), len(body)) + written + body


ORDER = struct.Struct("!cI")  # what to do, and with which process
PID = struct.Struct("!I")  # the answer to FORK, with the socket of the new worker
FORK = b"F"
KILL = b"K"


class Opened(NamedTuple):
    """What the nursery says when it has opened the guides: nothing, or why it cannot."""

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
