"""A worker: one process that answers requests, one after the other."""

import gc
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from guidekg.web.problems import ProblemError, memory_exhausted
from guidekg.web.settings import Limits
from guidekg.web.workers.protocol import Request
from guidekg.web.workers.response_writer import HeadOnlyError, ResponseWriter

_CHANNEL = 3  # the file descriptor that a worker keeps, beside those for its messages to the log


class Service(Protocol):
    """What workers answer with; it is made once, before any of them is forked."""

    def prepare(self) -> None:
        """Read what there is to read from files; called before each fork, so it is quick if done."""

    def answer(self, request: Request, response: ResponseWriter) -> None:
        """Write a response.

        Raises:
            ProblemError: what the client is told instead.
        """


def run(channel: socket.socket, service: Service, limits: Limits) -> None:
    """Answer requests until the front closes the channel."""
    channel = confine(channel, limits.memory)
    retirement = Retirement(limits.memory)
    while not retirement.due and (request := Request.receive(channel)):
        # Should the front not end a request, the kernel does, by the processor time that it took.
        signal.setitimer(signal.ITIMER_PROF, 2 * limits.deadline + 1)
        _answer(service, request, ResponseWriter(channel, limits.result, retirement), retirement)


class Retirement:
    """Whether a worker ends after an answer: it had a fault, or keeps much memory of a request."""

    def __init__(self, memory: int) -> None:
        self._most = self.peak() + memory // 2
        self.due = False

    def __call__(self) -> bool:
        """Return whether it does."""
        self.due = self.due or self.peak() > self._most
        return self.due

    @staticmethod
    def peak() -> int:
        """Return the most memory that this process has had, in bytes."""
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def confine(channel: socket.socket, memory: int) -> socket.socket:
    """Leave the process no way out but its channel, and so much memory beyond what it has.

    No file descriptor is free, so it can open no connection and no file.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL if number == signal.SIGPROF else signal.SIG_IGN)
    gc.freeze()  # what the workers share is never collected: that would copy its pages of memory
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


def _answer(
    service: Service, request: Request, response: ResponseWriter, retirement: Retirement
) -> None:
    try:
        service.answer(request, response)
    except HeadOnlyError:
        return
    except ProblemError as problem:
        response.fail(problem)
    except ConnectionError:
        raise SystemExit(1) from None  # the front is gone
    except BaseException as error:  # noqa: BLE001  # whatever it was, the front is told
        # The process may be in any state, and ends.
        retirement.due = True
        if isinstance(error, MemoryError):
            response.fail(memory_exhausted())
            return
        # The front writes it to the log: a worker may write to no file.
        fault = ProblemError("fault", "服务器出错。", "the server has a fault")
        response.fail(fault, log=f"{type(error).__name__}: {error}")
