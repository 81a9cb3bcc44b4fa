"""The fork server: a process that opens the guides once, and forks a worker whenever one is wanted.

It has one thread and does nothing else, so a fork is safe, takes a few milliseconds and shares the
store's memory. It is the parent of the workers, so that it never ends a process that is not one.

Run as ``python -m guidekg.web.workers.forkserver FD``: the number of a stream socket to the front,
which sends the settings as a line of JSON: ``service``, the module whose ``open_service(settings)``
returns what workers answer with, and the rest for that module.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

from guidekg.errors import GuideKGError
from guidekg.web.settings import Limits
from guidekg.web.workers import worker
from guidekg.web.workers.protocol import FORK, ORDER, PID, Opened, read_line


def main() -> None:
    """Open the guides, say so, and follow the orders of the front until it goes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the front says when to stop, by closing the socket
    control = socket.socket(fileno=int(sys.argv[1]))
    settings: dict[str, Any] = json.loads(read_line(control))
    try:
        service: worker.Service = import_module(settings["service"]).open_service(settings)
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
    control: socket.socket, service: worker.Service, limits: Limits, children: set[int]
) -> None:
    while order := control.recv(ORDER.size, socket.MSG_WAITALL):
        name, pid = ORDER.unpack(order)
        if name == FORK:
            children.add(_fork(control, service, limits))
        elif pid in children:
            os.kill(pid, signal.SIGKILL)
        _reap(children)


def _reap(children: set[int]) -> None:
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            children.discard(pid)


def _fork(control: socket.socket, service: worker.Service, limits: Limits) -> int:
    service.prepare()  # for what depends on the day
    front, own = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            front.close()
            control.close()
            worker.run(own, service, limits)
            code = 0
        finally:
            os._exit(code)
    own.close()
    socket.send_fds(control, [PID.pack(pid)], [front.fileno()])
    front.close()
    return pid


if __name__ == "__main__":
    main()
