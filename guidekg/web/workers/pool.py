"""The pool: so many workers at once, some more in reserve, and a queue that has an end."""

import asyncio
import logging
from collections import Counter, deque

from guidekg.errors import GuideKGError
from guidekg.web.problems import problem
from guidekg.web.settings import Settings
from guidekg.web.workers.supervisor import EndReason, Supervisor, Worker

_log = logging.getLogger("guidekg.web")
_AGAIN = {"retry-after": "2"}
_PAUSE = 1.0  # seconds before something that failed at once is tried again


class Pool:
    """Gives out workers, one request at a time, and replaces those that end."""

    def __init__(self, settings: Settings, service: str) -> None:
        """Know what to start; ``service`` is the module that answers (see ``forkserver``)."""
        self.limits = settings.limits
        self.ended: Counter[EndReason] = Counter()  # why workers ended, for the metrics
        self.idle: list[Worker] = []
        self.busy: set[Worker] = set()
        self._waiters: deque[asyncio.Future[Worker]] = deque()
        self._supervisor = Supervisor(
            {"service": service, **settings.for_workers()},
            self._add,
            self._note_end,
            self._note_failure,
        )
        self._ordered = 0  # workers that are still to come
        self._running = False
        self._first_worker = asyncio.Event()
        self._restart: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many requests wait for a worker."""
        return len(self._waiters)

    async def start(self) -> None:
        """Open the guides, and wait for a first worker.

        Raises:
            GuideKGError: the guides cannot be opened.
        """
        await self._supervisor.start()
        self._running = True
        self._order_missing()
        await self._first_worker.wait()

    async def stop(self) -> None:
        """End every process."""
        self._running = False
        if self._restart:
            self._restart.cancel()
        for worker in (*self.idle, *self.busy):
            worker.end(EndReason.STOPPED)
        await self._supervisor.stop()

    async def acquire(self) -> Worker:
        """Return a worker, to be released.

        Raises:
            ProblemError: too many wait already, this request waited too long, or the pool stands.
        """
        if not self._running:
            raise problem("not-ready", "not-started")
        return (None if self._waiters else self._take()) or await self._wait()

    def release(self, worker: Worker) -> None:
        """Take a worker back; one whose answer was not read to its end is ended."""
        self.busy.discard(worker)
        if worker.answering:
            worker.end(EndReason.LEFT)
        elif worker.usable:
            self.idle.append(worker)
        self._serve_waiters()

    def _take(self) -> Worker | None:
        if not self.idle or len(self.busy) >= self.limits.workers:
            return None
        worker = self.idle.pop()
        self.busy.add(worker)
        return worker

    async def _wait(self) -> Worker:
        if len(self._waiters) >= self.limits.waiting:
            raise problem("busy", "queries", headers=_AGAIN)
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiters.append(turn)
        try:
            # A worker that is busy now is free, or ended, by then.
            async with asyncio.timeout(self.limits.deadline + _PAUSE):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.release(turn.result())
            elif turn in self._waiters:
                self._waiters.remove(turn)
            if isinstance(error, TimeoutError):
                raise problem("busy", "queries", headers=_AGAIN) from None
            raise

    def _serve_waiters(self) -> None:
        while self._waiters:
            if self._waiters[0].done():  # it left, and has not yet been able to say so
                self._waiters.popleft()
            elif worker := self._take():
                self._waiters.popleft().set_result(worker)
            else:
                return

    def _order_missing(self) -> None:
        usable = sum(worker.usable for worker in (*self.idle, *self.busy))
        missing = self.limits.workers + self.limits.spare - usable - self._ordered
        for _ in range(missing if self._running else 0):
            self._ordered += self._supervisor.fork()

    def _add(self, worker: Worker) -> None:
        self._ordered = max(0, self._ordered - 1)  # the fork server may have ended meanwhile
        if worker.alive:
            self.idle.append(worker)
            self._first_worker.set()
            self._serve_waiters()

    def _note_end(self, worker: Worker) -> None:
        if worker in self.idle:
            self.idle.remove(worker)
        reason = worker.end_reason or EndReason.DIED
        self.ended[reason] += 1
        if reason in (EndReason.DIED, EndReason.DEADLINE):
            _log.warning("worker %d ended: %s", worker.pid, reason)
        # A worker that dies before it was asked anything would die again at once.
        pause = 0 if worker.was_asked else _PAUSE
        asyncio.get_running_loop().call_later(pause, self._order_missing)

    def _note_failure(self) -> None:
        self._ordered = 0
        for worker in (*self.idle, *self.busy):
            worker.end(EndReason.LOST)
        self.idle.clear()
        if self._running and (self._restart is None or self._restart.done()):
            _log.error("the fork server ended; it is started again")
            self._restart = asyncio.ensure_future(self._start_again())

    async def _start_again(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            try:
                await self._supervisor.start()
            except (GuideKGError, OSError) as error:
                _log.error("the fork server cannot start: %s", error)
                continue
            self._order_missing()
            return
