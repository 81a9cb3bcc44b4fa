"""Pass what a client asks to a worker, and its answer to the client."""

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self

from starlette.types import Receive, Scope, Send

from guidekg.web.problems import ProblemError
from guidekg.web.request import ClientLeftError
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import Kind
from guidekg.web.workers.worker_handle import Ended, Frame, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

_QUICK = 0.05  # seconds after which it is worth looking whether the client is still there


class CutError(Exception):
    """A result that was begun cannot be finished: the connection is to be cut."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def relay(
    pool: Pool, message: dict[str, Any], scope: Scope, receive: Receive, send: Send
) -> None:
    """Have a worker do something, and send what it answers.

    Args:
        pool: where workers are.
        message: ``task``, and what that task takes; ``vary`` are the headers it depends on.
        scope: of the request, whose body has been read.
        receive: tells when the client leaves.
        send: takes the answer.

    Raises:
        ProblemError: nothing was sent, for a reason that the client is to be told.
        CutError: the answer was begun and cannot be finished.
        ClientLeftError: the client left.
    """
    with _Watch(receive) as watch:
        try:
            worker = await pool.lend()
            try:
                first = await worker.ask(message, pool.limits.deadline)
                if first.kind is not Kind.WHOLE:
                    await send(_start(first, message))
                    await _Stream(pool, worker, scope, send).run(first.body)
                    return
            finally:
                pool.give_back(worker)
        except asyncio.CancelledError:
            watch.cancelled()
            raise
    await send(_start(first, message))
    body = b"" if scope["method"] == "HEAD" else first.body
    await send({"type": "http.response.body", "body": body})


def _start(first: Frame, message: dict[str, Any]) -> dict[str, Any]:
    head = first.head
    headers = [(name.encode(), value.encode()) for name, value in head["headers"].items()]
    headers.append((b"vary", message["vary"].encode()))
    if head.get("gzip"):
        headers.append((b"content-encoding", b"gzip"))
    if head.get("whole") and head["status"] == 200:
        headers.append((b"content-length", b"%d" % len(first.body)))
    return {"type": "http.response.start", "status": head["status"], "headers": headers}


class _Stream:
    """A long result on its way: the client must take it at some rate, the worker make it in time."""

    def __init__(self, pool: Pool, worker: Worker, scope: Scope, send: Send) -> None:
        self._limits = pool.limits
        self._worker = worker
        self._abort: Callable[[], None] = scope["state"].get("abort", lambda: None)
        self._send = send
        self._sent = 0
        self._waited = 0.0

    async def run(self, first: bytes) -> None:
        """Send the parts, and the end."""
        await self._pass(first)
        try:
            async for part in self._worker.rest():
                await self._pass(part)
        except ProblemError as problem:
            raise CutError(problem.name) from None
        await self._send({"type": "http.response.body", "body": b""})

    async def _pass(self, part: bytes) -> None:
        began = time.monotonic()
        allowed = self._limits.grace + self._sent / self._limits.rate - self._waited
        try:
            async with asyncio.timeout(allowed):
                await self._send({"type": "http.response.body", "body": part, "more_body": True})
        except TimeoutError:
            self._worker.end(Ended.SLOW)
            self._abort()
            raise CutError("slow") from None
        self._waited += time.monotonic() - began
        self._sent += len(part)


class _Watch:
    """Cancels the task that it was made in when the client leaves."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._task = asyncio.current_task()
        self._left = False
        self._look: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._timer = asyncio.get_running_loop().call_later(_QUICK, self._begin)
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._look:
            self._look.cancel()

    def cancelled(self) -> None:
        """Take the cancellation back, if it is ours.

        Raises:
            ClientLeftError: the client left.
        """
        if self._left and self._task:
            self._task.uncancel()
            raise ClientLeftError from None

    def _begin(self) -> None:
        self._look = asyncio.ensure_future(self._until_left())

    async def _until_left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._left = True
        if self._task:
            self._task.cancel()
