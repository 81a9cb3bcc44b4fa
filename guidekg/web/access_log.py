"""The access log: one line a request, on standard error, and nothing of what was asked or sent."""

import asyncio
import logging
import sys
import time
from typing import NamedTuple, TextIO

from starlette.types import Scope

_HELD = 0.1  # seconds for which lines are gathered: to write each by itself costs half an answer
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Outcome(NamedTuple):
    """What became of a request."""

    status: int
    size: int
    seconds: float
    note: str = ""  # why the answer is not whole


class AccessLog:
    """Gathers lines, and writes them soon."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def note(self, scope: Scope, outcome: Outcome) -> None:
        """Write the line of a request; parameters are left out, since they may hold secrets."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_HELD, self.flush)
        now = int(time.time())
        if now != self._second:
            self._second, self._stamp = now, time.strftime(_STAMP, time.gmtime(now))
        client = scope["client"][0] if scope.get("client") else "-"
        path = (scope.get("raw_path") or scope["path"].encode())[:200].decode("ascii", "replace")
        said = f"{outcome.status} {outcome.size}B {outcome.seconds * 1000:.1f}ms {outcome.note}"
        self._lines.append(f"{self._stamp} {client} {scope['method']} {path} {said}".rstrip())

    def flush(self) -> None:
        """Write what was gathered."""
        if self._lines:
            self._stream.write("\n".join([*self._lines, ""]))
            self._stream.flush()
            self._lines.clear()


def set_up() -> None:
    """Send what the server has to say of itself to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    line = logging.Formatter("%(asctime)s %(message)s", _STAMP)
    line.converter = time.gmtime
    handler.setFormatter(line)
    logger = logging.getLogger("guidekg.web")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.INFO)
    # What uvicorn says of an answer that was cut on purpose, or of a client that left, is said here.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
