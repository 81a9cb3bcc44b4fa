"""How the front and the nursery speak: a line of JSON each way, then orders and their answers."""

import json
import socket
import struct
from contextlib import suppress
from typing import NamedTuple

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
