"""The front's end of the fork server: it is started, given orders and stopped here."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from guidekg.errors import GuideKGError
from guidekg.web.workers.protocol import FORK, KILL, ORDER, PID, Opened, read_line
from guidekg.web.workers.worker_handle import Worker


class ForkServerError(GuideKGError, RuntimeError):
    """The fork server ended before it had opened the guides."""

    exit_code = 3


class Supervisor:
    """A fork server, and the workers that it sends."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        on_worker: Callable[[Worker], None],
        on_worker_end: Callable[[Worker], None],
        on_failure: Callable[[], None],
    ) -> None:
        """Know what to do when something happens; ``start`` starts the fork server.

        Args:
            settings: what the fork server is sent, for JSON.
            on_worker: called with each new worker.
            on_worker_end: called with each worker that ended.
            on_failure: called when the fork server itself ended.
        """
        self._settings = settings
        self._on_worker = on_worker
        self._on_worker_end = on_worker_end
        self._on_failure = on_failure
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._connecting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the fork server, and wait until it has opened the guides.

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
        control.sendall(json.dumps(self._settings).encode() + b"\n")
        try:
            line = await asyncio.to_thread(read_line, control)
        except asyncio.CancelledError:
            self._process.kill()  # which ends the reading, too
            raise
        if not line or (opened := Opened(*json.loads(line))).en:
            control.close()
            self._process.wait()
            raise GuideKGError(opened.zh, opened.en) if line else _unexpected_end()
        control.setblocking(False)  # noqa: FBT003  # the library's own signature
        self._control = control
        asyncio.get_running_loop().add_reader(control, self._receive_worker, control)

    def fork(self) -> bool:
        """Order a worker; return whether there is a fork server to take the order."""
        return self._order(FORK, 0)

    def kill(self, pid: int) -> None:
        """Order the end of a worker."""
        if not self._order(KILL, pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def stop(self) -> None:
        """End the fork server and all its workers."""
        self._disconnect()
        if self._process:
            await asyncio.to_thread(self._process.wait)

    def _order(self, name: bytes, pid: int) -> bool:
        if self._control is None:
            return False
        try:
            return self._control.send(ORDER.pack(name, pid)) == ORDER.size
        except OSError:
            return False

    def _receive_worker(self, control: socket.socket) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(control, PID.size, 1)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        if not data or not descriptors:
            self._disconnect()
            self._on_failure()
            return
        pid = PID.unpack(data)[0]
        task = asyncio.ensure_future(self._connect(pid, socket.socket(fileno=descriptors[0])))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, pid: int, channel: socket.socket) -> None:
        channel.setblocking(False)  # noqa: FBT003  # the library's own signature
        loop = asyncio.get_running_loop()
        _, worker = await loop.create_unix_connection(
            lambda: Worker(pid, self.kill, self._on_worker_end), sock=channel
        )
        self._on_worker(worker)

    def _disconnect(self) -> None:
        """Close the connection to the fork server; what is left of its session is ended too."""
        if self._control is None or self._process is None:
            return
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        self._control = None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _unexpected_end() -> ForkServerError:
    return ForkServerError(
        "打开指南的进程意外终止；请看日志。",
        "the process that opens the guides ended unexpectedly: see the log",
    )
