"""Pass what a client asks to a worker, and its answer to the client."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from guidekg.web.negotiation import takes_gzip
from guidekg.web.problems import ProblemError, problem
from guidekg.web.request import Uploads
from guidekg.web.settings import Limits
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import Frame, Request
from guidekg.web.workers.supervisor import EndReason, Worker

# Of a problem that a worker's end knows in the words of a query: its kind and text elsewhere.
Failures = Mapping[str, tuple[str, str]]

ANSWERING: Failures = {
    "deadline": ("deadline", "answer"),
    "worker-ended": ("worker-ended", "answer"),
}
VALIDATING: Failures = {
    "deadline": ("deadline", "validation"),
    "worker-ended": ("worker-ended", "validation"),
    "result-too-large": ("content-too-large", "report"),
}
_QUICK = 0.05  # seconds after which it is worth looking whether the client is still there


class ResponseCutError(Exception):
    """A response that was begun cannot be finished: the connection is to be closed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Reads what a worker is asked, within limits; raises what is wrong with the request.
Read = Callable[[Scope, Headers, Receive, Limits], Awaitable[Request]]


@dataclass(frozen=True, slots=True, eq=False)
class WorkerEndpoint:
    """An ASGI application that reads a request, and has a worker answer it."""

    pool: Pool
    read: Read
    failures: Failures = field(default_factory=dict)
    uploads: Uploads | None = None  # where what is handed in is counted, if that is much
    to_the_end: bool = False  # whether it is done also for a client that left meanwhile

    @property
    def limits(self) -> Limits:
        """What a request may take."""
        limits = self.pool.limits
        if self.uploads is None:
            return limits
        return replace(limits, body=limits.upload, arrival=limits.uploading)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises:
            ProblemError: nothing was sent, for a reason that the client is to be told.
            ResponseCutError: the answer was begun and cannot be finished.
            ClientDisconnect: the client left.
        """
        counting = self.uploads.counted(receive) if self.uploads else nullcontext(receive)
        async with counting as counted:
            request = await self.read(scope, Headers(scope=scope), counted, self.limits)
            try:
                await relay(
                    self.pool, request, scope, _silent if self.to_the_end else counted, send
                )
            except ProblemError as error:
                if error.name not in self.failures:
                    raise
                raise problem(*self.failures[error.name], headers=error.headers) from None


async def _silent() -> Message:
    """Receive nothing, ever: not even that the client left."""
    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await never


def conditions(scope: Scope, headers: Headers) -> dict[str, Any]:
    """Return what a request says of the form in which it wants its answer, for a worker."""
    tagged = scope["method"] != "POST"
    return {
        "accept": headers.get("accept"),
        "gzip": takes_gzip(headers.get("accept-encoding")),
        "held": headers.get("if-none-match") if tagged else None,
        "tagged": tagged,
        "head": scope["method"] == "HEAD",
    }


async def relay(pool: Pool, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
    """Have a worker answer, and send what it answers; ``receive`` tells when the client leaves.

    Raises:
        ProblemError, ResponseCutError, ClientDisconnect: see ``WorkerEndpoint``.
    """
    with _cancelled_if_left(receive):
        worker = await pool.acquire()
        try:
            first = await worker.ask(request, pool.limits.deadline)
            if not first.last:
                await _stream(pool, worker, first, scope, send)
                return
        finally:
            pool.release(worker)
    await send(_start(first))
    await send({"type": "http.response.body", "body": first.body})


def _start(first: Frame) -> dict[str, Any]:
    headers = [(name.encode(), value.encode()) for name, value in first.head["headers"].items()]
    return {"type": "http.response.start", "status": first.head["status"], "headers": headers}


async def _stream(pool: Pool, worker: Worker, first: Frame, scope: Scope, send: Send) -> None:
    """Send a long response: the client must take it at some rate, the worker make it in time."""
    limits = pool.limits
    abort: Callable[[], None] = scope.get("state", {}).get("abort", lambda: None)
    sent, waited = 0, 0.0

    async def pass_on(part: bytes) -> None:
        nonlocal sent, waited
        began = time.monotonic()
        try:
            async with asyncio.timeout(limits.grace + sent / limits.rate - waited):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except TimeoutError:
            worker.end(EndReason.SLOW)
            abort()
            raise ResponseCutError("slow") from None
        waited += time.monotonic() - began
        sent += len(part)

    await send(_start(first))
    await pass_on(first.body)
    try:
        async for part in worker.rest():
            await pass_on(part)
    except ProblemError as error:
        raise ResponseCutError(error.name) from None
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def _cancelled_if_left(receive: Receive) -> Iterator[None]:
    """Cancel what is done meanwhile when the client leaves.

    Raises:
        ClientDisconnect: it left.
    """
    task = asyncio.current_task()
    watching: asyncio.Task[None] | None = None
    left = False

    async def wait() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        if task:
            task.cancel()

    def watch() -> None:
        nonlocal watching
        watching = asyncio.ensure_future(wait())

    timer = asyncio.get_running_loop().call_later(_QUICK, watch)
    try:
        yield
    except asyncio.CancelledError:
        if left and task:  # the cancellation is ours
            task.uncancel()
            raise ClientDisconnect from None
        raise
    finally:
        timer.cancel()
        if watching:
            watching.cancel()
