"""The pool: so many workers at once, some more in reserve, and a queue that has an end."""

import asyncio
import logging
from collections import Counter, deque

from guidekg.errors import GuideKGError
from guidekg.web.problems import ProblemError
from guidekg.web.settings import Settings
from guidekg.web.workers.supervisor import Link
from guidekg.web.workers.worker_handle import Ended, Worker

_log = logging.getLogger("guidekg.web")
_PAUSE = 1.0  # seconds before something that failed at once is tried again


class Pool:
    """Lends workers, one request at a time, and replaces those that end."""

    def __init__(self, settings: Settings) -> None:
        self.limits = settings.limits
        self.ended: Counter[str] = Counter()  # why workers ended, for the metrics
        self.idle: list[Worker] = []
        self.busy: set[Worker] = set()
        self._waiters: deque[asyncio.Future[Worker]] = deque()
        self._link = Link(settings.for_workers(), self._arrived, self._lost, self._broken)
        self._coming = 0  # workers that were ordered
        self._stopping = False
        self._ready = asyncio.Event()
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
        await self._link.open()
        self._fill()
        await self._ready.wait()

    async def stop(self) -> None:
        """End every process."""
        self._stopping = True
        if self._restart:
            self._restart.cancel()
        for worker in (*self.idle, *self.busy):
            worker.end(Ended.STOPPED)
        await self._link.close()

    async def lend(self) -> Worker:
        """Return a worker, to be given back.

        Raises:
            ProblemError: too many wait already, or this request waited too long.
        """
        return (None if self._waiters else self._take()) or await self._wait()

    def give_back(self, worker: Worker) -> None:
        """Take a worker back; one whose answer was not read to its end is ended."""
        self.busy.discard(worker)
        if worker.answering:
            worker.end(Ended.LEFT)
        elif worker.usable:
            self.idle.append(worker)
        self._wake()

    def _take(self) -> Worker | None:
        if not self.idle or len(self.busy) >= self.limits.workers:
            return None
        worker = self.idle.pop()
        self.busy.add(worker)
        return worker

    async def _wait(self) -> Worker:
        if len(self._waiters) >= self.limits.waiting:
            raise _too_many()
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiters.append(turn)
        try:
            # A worker that is busy now is free, or ended, by then.
            async with asyncio.timeout(self.limits.deadline + _PAUSE):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.give_back(turn.result())
            else:
                self._waiters.remove(turn)
            if isinstance(error, TimeoutError):
                raise _too_many() from None
            raise

    def _wake(self) -> None:
        while self._waiters and (worker := self._take()):
            self._waiters.popleft().set_result(worker)

    def _fill(self) -> None:
        """Order the workers that are missing."""
        usable = sum(worker.usable for worker in (*self.idle, *self.busy))
        missing = self.limits.workers + self.limits.spare - usable - self._coming
        for _ in range(0 if self._stopping else missing):
            self._coming += self._link.fork()

    def _arrived(self, worker: Worker) -> None:
        self._coming -= 1
        if worker.alive:
            self.idle.append(worker)
            self._ready.set()
            self._wake()

    def _lost(self, worker: Worker) -> None:
        if worker in self.idle:
            self.idle.remove(worker)
        self.ended[str(worker.ended)] += 1
        if worker.ended in (Ended.DIED, Ended.DEADLINE):
            _log.warning("worker %d ended: %s", worker.pid, worker.ended)
        # A worker that dies before it was asked anything would die again at once.
        pause = 0 if worker.asked else _PAUSE
        asyncio.get_running_loop().call_later(pause, self._fill)

    def _broken(self) -> None:
        self._coming = 0
        if not self._stopping and (self._restart is None or self._restart.done()):
            _log.error("the nursery ended; it is started again")
            self._restart = asyncio.ensure_future(self._reopen())

    async def _reopen(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            try:
                await self._link.open()
            except (GuideKGError, OSError) as error:
                _log.error("the nursery cannot start: %s", error)
                continue
            self._fill()
            return


def _too_many() -> ProblemError:
    return ProblemError(
        "busy",
        "正在处理的查询太多，请稍后再试。",
        "too many queries are under way: try again in a moment",
        headers={"retry-after": "2"},
    )
