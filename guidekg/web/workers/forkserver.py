"""The processes that hold the guides: a fork server that opens them, and workers that it forks.

A worker answers requests, one after the other. The fork server has one thread and does nothing
else, so a fork is safe, takes a few milliseconds and shares the store's memory. It is the parent of
the workers, so that it never ends a process that is not one.

Run as ``python -m guidekg.web.workers.forkserver FD``: the number of a stream socket to the front,
which sends the settings as a line of JSON: ``service``, the module whose ``open_service(settings)``
returns what workers answer with, and the rest for that module.
"""

import gc
import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from guidekg.errors import GuideKGError
from guidekg.web.problems import ProblemError, problem
from guidekg.web.settings import Limits
from guidekg.web.workers.protocol import (
    FORK,
    ORDER,
    PID,
    HeadOnlyError,
    Opened,
    Request,
    ResponseWriter,
    read_line,
)

_CHANNEL = 3  # the file descriptor that a worker keeps, beside those for its messages to the log


class Service(Protocol):
    """What workers answer with; it is made once, before any of them is forked.

    ``confined`` says whether workers are left no way to files, and only so much memory.
    """

    @property
    def confined(self) -> bool:
        """Whether they are."""

    def prepare(self) -> None:
        """Read what there is to read from files; called before each fork, so it is quick if done."""

    def answer(self, request: Request, response: ResponseWriter) -> None:
        """Write a response.

        Raises:
            ProblemError: what the client is told instead.
        """


def main() -> None:
    """Open the guides, say so, and follow the orders of the front until it goes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the front says when to stop, by closing the socket
    control = socket.socket(fileno=int(sys.argv[1]))
    settings: dict[str, Any] = json.loads(read_line(control))
    try:
        service: Service = import_module(settings["service"]).open_service(settings)
        service.prepare()
    except GuideKGError as error:
        control.sendall(Opened(error.zh, error.en).line())
        return
    # What is here now is never collected, so that no collection writes to the shared pages.
    gc.collect()
    gc.freeze()
    control.sendall(Opened().line())
    children: set[int] = set()
    try:
        _follow_orders(control, service, Limits(**settings["limits"]), children)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


def _follow_orders(
    control: socket.socket, service: Service, limits: Limits, children: set[int]
) -> None:
    while order := control.recv(ORDER.size, socket.MSG_WAITALL):
        name, pid = ORDER.unpack(order)
        if name == FORK:
            children.add(_fork(control, service, limits))
        elif pid in children:
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG)[0]:
                children.discard(ended)


def _fork(control: socket.socket, service: Service, limits: Limits) -> int:
    service.prepare()  # for what depends on the day
    front, own = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            front.close()
            control.close()
            run(own, service, limits)
            code = 0
        finally:
            os._exit(code)
    own.close()
    socket.send_fds(control, [PID.pack(pid)], [front.fileno()])
    front.close()
    return pid


def run(channel: socket.socket, service: Service, limits: Limits) -> None:
    """Answer requests until the front closes the channel."""
    if service.confined:
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
    with suppress(OSError):  # where the size of a process cannot be read so, there is no limit
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        size = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
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


def _answer(
    service: Service, request: Request, response: ResponseWriter, retirement: Retirement
) -> None:
    try:
        service.answer(request, response)
    except HeadOnlyError:
        return
    except ProblemError as error:
        response.fail(error)
    except ConnectionError:
        raise SystemExit(1) from None  # the front is gone
    except BaseException as error:  # noqa: BLE001  # whatever it was, the front is told
        # The process may be in any state, and ends.
        retirement.due = True
        if isinstance(error, MemoryError):
            response.fail(problem("worker-ended", "query"))
            return
        # The front writes it to the log: a worker may write to no file.
        response.fail(problem("fault", "ours"), log=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
