"""A worker as the front sees it: what it is asked, what it answers, and why it ended."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import Any, NamedTuple, cast

from guidekg.web.problems import ProblemError
from guidekg.web.workers.protocol import PART, REPLY, Kind, request
from guidekg.web.workers.worker import exhausted

_HELD = 4 * PART  # bytes of a result that wait for a client before the worker must wait too


class Ended(StrEnum):
    """Why a worker ended."""

    DEADLINE = "deadline"
    LEFT = "left"  # the client did
    SLOW = "slow"  # the client was
    DIED = "died"  # by itself: of memory, or of a deep stack
    RETIRED = "retired"  # by itself, after an answer
    STOPPED = "stopped"  # the server stops


class Frame(NamedTuple):
    """A part of an answer."""

    kind: Kind
    head: dict[str, Any]
    body: bytes


class Worker(asyncio.Protocol):
    """The front's end of a worker's socket."""

    def __init__(self, pid: int, kill: Callable[[int], None], lost: "Callable[[Worker], None]"):
        self.pid = pid
        self.ended: Ended | None = None
        self.alive = True
        self.asked = False
        self.answering = False
        self._retiring = False  # it said that it ends after its answer
        self._kill = kill
        self._lost = lost
        self._transport: asyncio.Transport
        self._received = bytearray()
        self._frames: deque[Frame] = deque()
        self._held = 0
        self._paused = False
        self._waiting: asyncio.Future[None] | None = None
        self._budget = 0.0  # seconds that are left for the evaluation

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)  # as a stream socket's is

    def data_received(self, data: bytes) -> None:
        """Take frames apart; hold the worker back when the client is behind."""
        received = self._received
        received += data
        start = 0
        while len(received) - start >= REPLY.size:
            kind, head, body = REPLY.unpack_from(received, start)
            first = start + REPLY.size
            end = first + head + body
            if len(received) < end:
                break
            said = json.loads(received[first : first + head].decode()) if head else {}
            self._frames.append(Frame(Kind(kind), said, bytes(received[first + head : end])))
            self._held += body
            self._retiring = self._retiring or bool(said.get("last"))
            start = end
        del received[:start]
        if self._held > _HELD and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if self._frames:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that it ended."""
        del exc
        self.alive = False
        if self.ended is None:
            self.ended = Ended.RETIRED if self._retiring else Ended.DIED
        self._wake()
        self._lost(self)

    # What the pool and a request call.

    @property
    def usable(self) -> bool:
        """Whether it can be asked something, now or after its answer."""
        return self.alive and self.ended is None and not self._retiring

    def end(self, why: Ended) -> None:
        """End the process at once."""
        if self.alive and self.ended is None:
            self.ended = why
            self._kill(self.pid)
            self._transport.abort()

    async def ask(self, message: dict[str, Any], deadline: float) -> Frame:
        """Ask, and return the first frame of the answer.

        Raises:
            ProblemError: what is wrong with the request, or why the worker ended.
        """
        self._budget = deadline
        self.asked = self.answering = True
        self._transport.write(request(message))
        return await self._next()

    async def rest(self) -> AsyncIterator[bytes]:
        """Yield the parts that follow the first.

        Raises:
            ProblemError: why the rest does not come.
        """
        while (frame := await self._next()).kind is Kind.MORE:
            yield frame.body

    async def _next(self) -> Frame:
        while not self._frames:
            if not self.alive:
                raise self._why()
            await self._wait()
        frame = self._frames.popleft()
        self._held -= len(frame.body)
        self.answering = frame.kind in (Kind.START, Kind.MORE)
        if self._paused and self._held < _HELD:
            self._paused = False
            self._transport.resume_reading()
        if problem := frame.head.get("problem"):
            raise ProblemError.read(problem)
        return frame

    async def _wait(self) -> None:
        """Wait for the worker; only this time counts against its deadline, not the client's."""
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max(self._budget, 0.0), self.end, Ended.DEADLINE)
        began = time.monotonic()
        self._waiting = loop.create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None
            timer.cancel()
            self._budget -= time.monotonic() - began

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _why(self) -> ProblemError:
        if self.ended is Ended.DEADLINE:
            return ProblemError(
                "deadline",
                "查询超过时限，已被终止；请缩小范围或加 LIMIT。",
                "the query passed its deadline and was ended: ask for less, or add LIMIT",
                headers={"retry-after": "10"},
            )
        if self.ended is Ended.DIED:
            return exhausted()
        return ProblemError("not-ready", "服务器正在停止。", "the server is stopping")
