"""The front's end of the nursery: it is started, ordered and closed here."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from guidekg.errors import GuideKGError
from guidekg.web.workers.protocol import FORK, KILL, ORDER, PID, Opened, read_line
from guidekg.web.workers.worker_handle import Worker


class NurseryError(GuideKGError, RuntimeError):
    """The nursery ended before it had opened the guides."""

    exit_code = 3


class Link:
    """A nursery, and the workers that it sends."""

    def __init__(
        self,
        told: dict[str, Any],
        arrived: Callable[[Worker], None],
        lost: Callable[[Worker], None],
        broken: Callable[[], None],
    ) -> None:
        """Know what to do when something happens; ``open`` starts the nursery.

        Args:
            told: what the nursery is told, for JSON.
            arrived: called with each new worker.
            lost: called with each worker that ended.
            broken: called when the nursery itself ended.
        """
        self._told = told
        self._arrived = arrived
        self._lost = lost
        self._broken = broken
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._adopting: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Start the nursery, and wait until it has opened the guides.

        Raises:
            GuideKGError: it cannot open them.
        """
        if self._process:
            await asyncio.to_thread(self._process.wait)  # the one before, which was ended
        control, other = socket.socketpair()
        command = [sys.executable, "-m", "guidekg.web.workers.forkserver", str(other.fileno())]
        # A session of its own: what a terminal sends to the front is the front's to handle.
        self._process = subprocess.Popen(  # noqa: S603  # it only forks; ours, no shell
            command,
            pass_fds=[other.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        other.close()
        control.sendall(json.dumps(self._told).encode() + b"\n")
        line = await asyncio.to_thread(read_line, control)
        if not line or (opened := Opened(*json.loads(line))).en:
            control.close()
            self._process.wait()
            raise GuideKGError(opened.zh, opened.en) if line else NurseryError(*_NOTHING)
        control.setblocking(False)  # noqa: FBT003  # the library's own signature
        self._control = control
        asyncio.get_running_loop().add_reader(control, self._readable, control)

    def fork(self) -> bool:
        """Order a worker; return whether there is a nursery to take the order."""
        return self._order(FORK, 0)

    def kill(self, pid: int) -> None:
        """Order the end of a worker."""
        if not self._order(KILL, pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def close(self) -> None:
        """End the nursery and all its workers."""
        self._drop()
        if self._process:
            await asyncio.to_thread(self._process.wait)

    def _order(self, name: bytes, pid: int) -> bool:
        if self._control is None:
            return False
        try:
            return self._control.send(ORDER.pack(name, pid)) == ORDER.size
        except OSError:
            return False

    def _readable(self, control: socket.socket) -> None:
        try:
            told, descriptors, _, _ = socket.recv_fds(control, PID.size, 1)
        except BlockingIOError:
            return
        except OSError:
            told, descriptors = b"", []
        if not told or not descriptors:
            self._drop()
            self._broken()
            return
        pid = PID.unpack(told)[0]
        task = asyncio.ensure_future(self._adopt(pid, socket.socket(fileno=descriptors[0])))
        self._adopting.add(task)
        task.add_done_callback(self._adopting.discard)

    async def _adopt(self, pid: int, channel: socket.socket) -> None:
        channel.setblocking(False)  # noqa: FBT003
        loop = asyncio.get_running_loop()
        _, worker = await loop.create_unix_connection(
            lambda: Worker(pid, self.kill, self._lost), sock=channel
        )
        self._arrived(worker)

    def _drop(self) -> None:
        """Let go of the nursery; what is left of its session ends too."""
        if self._control is None or self._process is None:
            return
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        self._control = None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


_NOTHING = (
    "打开指南的进程意外终止；请看日志。",
    "the process that opens the guides ended unexpectedly: see the log",
)
