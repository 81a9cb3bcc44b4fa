"""How the front and a worker speak: frames on a stream socket.

To the worker: two lengths, a JSON object, bytes. From it the same, after a kind.
"""

import json
import struct
from enum import Enum
from typing import Any

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
