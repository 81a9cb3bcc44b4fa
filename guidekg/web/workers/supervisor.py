"""The front's end of the processes: a worker, which is asked, and the fork server, given orders."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from guidekg.errors import GuideKGError
from guidekg.web.problems import ProblemError, problem
from guidekg.web.workers.protocol import (
    FORK,
    KILL,
    ORDER,
    PART,
    PID,
    Frame,
    FrameReader,
    Opened,
    Request,
    read_line,
)

_log = logging.getLogger("guidekg.web")
_MOST_HELD = 4 * PART  # bytes that wait for a client before the worker must wait too


class EndReason(StrEnum):
    """Why a worker ended."""

    DEADLINE = "deadline"
    LEFT = "left"  # the client did
    SLOW = "slow"  # the client was
    DIED = "died"  # by itself: of memory, or of a deep stack
    RETIRED = "retired"  # by itself, after an answer
    STOPPED = "stopped"  # the server stops
    LOST = "lost"  # the fork server ended, and its workers with it


@dataclass(eq=False)
class Worker(asyncio.Protocol):
    """The front's end of a worker's socket."""

    pid: int
    kill: Callable[[int], None]  # called with its number, to end the process
    on_end: "Callable[[Worker], None]"  # called once when the process has ended
    end_reason: EndReason | None = field(default=None, init=False)
    alive: bool = field(default=True, init=False)
    was_asked: bool = field(default=False, init=False)
    answering: bool = field(default=False, init=False)
    _retires: bool = field(default=False, init=False)  # it said that it ends after its answer
    _transport: asyncio.Transport = field(init=False)
    _reader: FrameReader = field(default_factory=FrameReader, init=False)
    _frames: deque[Frame] = field(default_factory=deque, init=False)
    _held: int = field(default=0, init=False)
    _paused: bool = field(default=False, init=False)
    # A frame came, or the process ended.
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _budget: float = field(default=0.0, init=False)  # seconds that are left for the answer

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)  # as a stream socket's is

    def data_received(self, data: bytes) -> None:
        """Take frames apart; hold the worker back when the client is behind."""
        for frame in self._reader.feed(data):
            self._frames.append(frame)
            self._held += len(frame.body)
            self._retires = self._retires or bool(frame.head.get("retires"))
        if self._held > _MOST_HELD and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if self._frames:
            self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that it ended."""
        del exc
        self.alive = False
        if self.end_reason is None:
            self.end_reason = EndReason.RETIRED if self._retires else EndReason.DIED
        self._changed.set()
        self.on_end(self)

    # What the pool and a request call.

    @property
    def usable(self) -> bool:
        """Whether it can be asked something, now or after its answer."""
        return self.alive and self.end_reason is None and not self._retires

    def end(self, reason: EndReason) -> None:
        """End the process at once."""
        if self.alive and self.end_reason is None:
            self.end_reason = reason
            self.kill(self.pid)
            self._transport.abort()

    async def ask(self, request: Request, deadline: float) -> Frame:
        """Ask, and return the first frame of the answer; it has ``deadline`` seconds for all of it.

        Raises:
            ProblemError: what is wrong with the request, or why the worker ended.
        """
        self._budget = deadline
        self.was_asked = self.answering = True
        self._transport.write(request.pack())
        return await self._next()

    async def rest(self) -> AsyncIterator[bytes]:
        """Yield the parts that follow the first.

        Raises:
            ProblemError: why the rest does not come.
        """
        while self.answering:
            yield (await self._next()).body

    async def _next(self) -> Frame:
        while not self._frames:
            if not self.alive:
                raise self._why_ended()
            await self._wait()
        frame = self._frames.popleft()
        self._held -= len(frame.body)
        self.answering = not frame.last
        if self._paused and self._held < _MOST_HELD:
            self._paused = False
            self._transport.resume_reading()
        if text := frame.head.get("log"):
            _log.error("worker %d: %s", self.pid, text)
        if told := frame.head.get("problem"):
            raise ProblemError(**told)
        return frame

    async def _wait(self) -> None:
        """Wait for the worker; only this time counts against its deadline, not the client's."""
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max(self._budget, 0.0), self.end, EndReason.DEADLINE)
        began = time.monotonic()
        self._changed.clear()
        try:
            await self._changed.wait()
        finally:
            timer.cancel()
            self._budget -= time.monotonic() - began

    def _why_ended(self) -> ProblemError:
        if self.end_reason is EndReason.DEADLINE:
            return problem("deadline", "query", headers={"retry-after": "10"})
        if self.end_reason is EndReason.DIED:
            return problem("worker-ended", "query")
        if self.end_reason is EndReason.LOST:
            return problem("not-ready", "no-worker", headers={"retry-after": "2"})
        return problem("not-ready", "stopping")


class ForkServerError(GuideKGError, RuntimeError):
    """The fork server ended before it had opened the guides."""

    exit_code = 3

    def __init__(self) -> None:
        super().__init__(
            "打开指南的进程意外终止；请看日志。",
            "the process that opens the guides ended unexpectedly: see the log",
        )


@dataclass(eq=False, slots=True)
class Supervisor:
    """A fork server, and the workers that it sends; ``start`` starts it."""

    settings: Mapping[str, Any]  # what the fork server is sent, for JSON
    on_worker: Callable[[Worker], None]  # called with each new worker …
    on_worker_end: Callable[[Worker], None]  # … and with each that ended
    on_failure: Callable[[], None]  # called when the fork server itself ended
    _control: socket.socket | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _connecting: set[asyncio.Task[None]] = field(default_factory=set, init=False)

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
            command, pass_fds=[other.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )
        other.close()
        control.sendall(json.dumps(self.settings).encode() + b"\n")
        try:
            line = await asyncio.to_thread(read_line, control)
        except asyncio.CancelledError:
            self._process.kill()  # which ends the reading, too
            raise
        if not line or (opened := Opened(*json.loads(line))).en:
            control.close()
            self._process.wait()
            raise GuideKGError(opened.zh, opened.en) if line else ForkServerError
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
            self.on_failure()
            return
        pid = PID.unpack(data)[0]
        channel = socket.socket(fileno=descriptors[0])
        task = asyncio.ensure_future(self._connect(pid, channel, control))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, pid: int, channel: socket.socket, control: socket.socket) -> None:
        channel.setblocking(False)  # noqa: FBT003  # the library's own signature
        loop = asyncio.get_running_loop()
        _, worker = await loop.create_unix_connection(
            lambda: Worker(pid, self.kill, self.on_worker_end), sock=channel
        )
        if control is self._control:
            self.on_worker(worker)
        else:  # its fork server has ended meanwhile
            worker.end(EndReason.LOST)

    def _disconnect(self) -> None:
        """Close the connection to the fork server; what is left of its session is ended too."""
        if self._control is None or self._process is None:
            return
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        self._control = None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
