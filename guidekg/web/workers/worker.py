"""A worker: one process that evaluates what it is asked, one request after the other."""

import gc
import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from guidekg.web.handlers import TASKS
from guidekg.web.handlers.base import State
from guidekg.web.problems import ProblemError
from guidekg.web.workers.protocol import REQUEST
from guidekg.web.workers.response_writer import Outlet

_AT_ONCE = 1 << 20  # bytes that are received at once
_CHANNEL = 3  # the file descriptor that a worker keeps, beside those for its messages to the log


def run(channel: socket.socket, state: State) -> None:
    """Answer requests until the front closes the channel."""
    channel = confine(channel, state.limits.memory)
    leaving = _Leaving(state.limits.memory)
    while not leaving.decided and (asked := _receive(channel)):
        # Should the front not end a query, the kernel does, by the processor time that it took.
        signal.setitimer(signal.ITIMER_PROF, 2 * state.limits.deadline + 1)
        _answer(channel, state, asked, leaving)


class _Leaving:
    """Whether a worker ends after an answer: it had a fault, or keeps much memory from a query."""

    def __init__(self, memory: int) -> None:
        self._most = self._peak() + memory // 2
        self.decided = False

    def __call__(self) -> bool:
        self.decided = self.decided or self._peak() > self._most
        return self.decided

    @staticmethod
    def _peak() -> int:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def confine(channel: socket.socket, memory: int) -> socket.socket:
    """Leave the process no way out but its channel, and so much memory beyond what it has.

    No file descriptor is free, so it can open no connection and no file.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL if number == signal.SIGPROF else signal.SIG_IGN)
    gc.disable()  # tasks are short, and a collection would copy every page that the workers share
    _limit_memory(memory)
    os.dup2(channel.fileno(), _CHANNEL)
    if channel.fileno() != _CHANNEL:
        channel.close()
    os.closerange(_CHANNEL + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for limit, value in (
        (resource.RLIMIT_NOFILE, _CHANNEL + 1),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    return socket.socket(fileno=_CHANNEL)


def _limit_memory(memory: int) -> None:
    # Where the size of a process cannot be read so, its memory is not limited.
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        size = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _receive(channel: socket.socket) -> dict[str, Any] | None:
    """Return what the front asks, one thing at a time; None when it is gone."""
    received = bytearray()
    written = content = 0
    while len(received) < REQUEST.size + written + content or not written:
        part = channel.recv(_AT_ONCE)
        if not part:
            return None
        received += part
        if len(received) >= REQUEST.size:
            written, content = REQUEST.unpack_from(received)
    end = REQUEST.size + written
    asked: dict[str, Any] = json.loads(received[REQUEST.size : end].decode())
    if content:
        asked["content"] = bytes(received[end:])
    return asked


def _answer(channel: socket.socket, state: State, asked: dict[str, Any], leaving: _Leaving) -> None:
    out = Outlet(channel, state.limits.result, leaving)
    try:
        TASKS[asked["task"]](state, asked, out)
    except ProblemError as problem:
        out.fail(problem)
    except ConnectionError:
        raise SystemExit(1) from None  # the front is gone
    except BaseException as error:  # noqa: BLE001  # whatever it was, the front is told
        # The process may be in any state, and ends.
        leaving.decided = True
        if isinstance(error, MemoryError):
            out.fail(exhausted())
            return
        print(f"guidekg worker: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        out.fail(ProblemError("fault", "服务器出错。", "the server has a fault"))


def exhausted() -> ProblemError:
    """Return the problem of a query that took more memory, or a deeper stack, than there is."""
    return ProblemError(
        "worker-ended",
        "查询所需的内存或嵌套层数超过上限，已被终止；请简化查询。",
        "the query took more memory, or nested deeper, than is allowed, and was ended: simplify it",
    )
