"""The nursery: a process that opens the guides once, and forks a worker whenever one is wanted.

It has one thread and does nothing else, so a fork is safe, takes a few milliseconds and shares the
store's memory. It is the parent of the workers, so that it never ends a process that is not one.

Run as ``python -m guidekg.web.workers.forkserver FD``: the number of a stream socket to the front.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from guidekg.errors import GuideKGError
from guidekg.guides.repository import Repository
from guidekg.guides.sources import Folders
from guidekg.stores import EmbeddedStore
from guidekg.web.handlers import make_ready
from guidekg.web.handlers.base import State
from guidekg.web.settings import Limits
from guidekg.web.workers import worker
from guidekg.web.workers.protocol import FORK, ORDER, PID, Opened, read_line


def main() -> None:
    """Open the guides, say so, and do what the front orders until it goes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the front says when to stop, by closing the socket
    control = socket.socket(fileno=int(sys.argv[1]))
    told: dict[str, Any] = json.loads(read_line(control))
    try:
        state = _open(told)
    except GuideKGError as error:
        control.sendall(Opened(error.zh, error.en).line())
        return
    control.sendall(Opened().line())
    children: set[int] = set()
    try:
        _obey(control, state, children)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)


def _open(told: dict[str, Any]) -> State:
    folders = Folders.of(told["folders"], shipped=True)
    repository = Repository.of(folders)
    if not isinstance(repository.store, EmbeddedStore):
        raise TypeError(f"folders are opened as {repository.store!r}")
    state = State(repository, repository.store, folders.content(), Limits(**told["limits"]))
    make_ready(state)
    # What is here now is never collected, so that no collection writes to the shared pages.
    gc.collect()
    gc.freeze()
    return state


def _obey(control: socket.socket, state: State, children: set[int]) -> None:
    while order := control.recv(ORDER.size, socket.MSG_WAITALL):
        name, pid = ORDER.unpack(order)
        if name == FORK:
            children.add(_fork(control, state))
        elif pid in children:
            os.kill(pid, signal.SIGKILL)
        _reap(children)


def _reap(children: set[int]) -> None:
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            children.discard(pid)


def _fork(control: socket.socket, state: State) -> int:
    make_ready(state)  # for what depends on the day
    front, own = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            front.close()
            control.close()
            worker.run(own, state)
            code = 0
        finally:
            os._exit(code)
    own.close()
    socket.send_fds(control, [PID.pack(pid)], [front.fileno()])
    front.close()
    return pid


if __name__ == "__main__":
    main()
