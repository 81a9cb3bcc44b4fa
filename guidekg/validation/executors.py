"""Where batches are judged: in this process, in processes of this machine, or on a Dask cluster.

Each way yields the results of the batches in the order of the batches, and holds only a few of them
at once. A process that dies in the middle costs time, never a finding: its batch is judged again.
"""

import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from guidekg.errors import GuideKGError
from guidekg.reports.model import Problem
from guidekg.reports.report import Report
from guidekg.validation.batches import Batch
from guidekg.validation.results import Outcome

Results = list[Outcome | Problem]
Judge = Callable[[Batch], Results]
Opening = Callable[[], Judge]  # can be pickled, and called in the process that will judge

ATTEMPTS = 3  # deaths of a process while one batch is judged, or before it is ready


class ExecutorError(GuideKGError, RuntimeError):
    """A run broke off, for want of a process to judge in; ``report`` is what was judged before.

    It is None where nothing was collected: ``validate_iter`` has yielded it.
    """

    report: Report | None = None


class Executor(Protocol):
    """Where batches are judged."""

    def judge(self, batches: Iterable[Batch]) -> Generator[Results, None, None]:
        """Yield the results of the batches, in their order.

        Raises:
            ExecutorError: nobody is left to judge, or a batch ends each process that judges it.
        """


class ThisProcess:
    """The process that asks."""

    def __init__(
        self, judge_all: Callable[[Iterable[Batch]], Generator[Results, None, None]]
    ) -> None:
        self._judge_all = judge_all

    def judge(self, batches: Iterable[Batch]) -> Generator[Results, None, None]:
        """Judge as results are asked for."""
        return self._judge_all(batches)


class LocalProcesses:
    """Processes of this machine, each fed by a thread of this process."""

    def __init__(self, opening: Opening, count: int) -> None:
        self._opening = opening
        self._count = count

    def judge(self, batches: Iterable[Batch]) -> Generator[Results, None, None]:
        """Judge in processes that end with the iteration, or with this process."""
        processes = [_Process(self._opening) for _ in range(self._count)]
        idle: SimpleQueue[_Process] = SimpleQueue()
        for process in processes:
            idle.put(process)

        def judge(batch: Batch) -> Results:
            process = idle.get()
            try:
                return process.judge(batch)
            finally:
                idle.put(process)

        threads = ThreadPoolExecutor(self._count)
        try:
            yield from in_order(
                batches, lambda batch: threads.submit(judge, batch).result, lambda: 2 * self._count
            )
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.stop()
            threads.shutdown()
            for process in processes:
                process.stop()  # also one that a thread began meanwhile


def in_order(
    batches: Iterable[Batch],
    submit: Callable[[Batch], Callable[[], Results]],
    look_ahead: Callable[[], int],
) -> Iterator[Results]:
    """Yield the results of batches in their order.

    Args:
        batches: what to judge.
        submit: hands a batch out, and returns what waits for its results.
        look_ahead: how many may be handed out beyond the one that is waited for.
    """
    waiting: deque[Callable[[], Results]] = deque()
    for batch in batches:
        waiting.append(submit(batch))
        while len(waiting) > look_ahead():
            yield waiting.popleft()()
    while waiting:
        yield waiting.popleft()()


class _Process:
    """A process that judges one batch after the other; another takes its place where it dies."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._stopped = False
        self._start()

    def _start(self) -> None:
        # It starts afresh: an engine's threads do not outlive a fork.
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._ready = False
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _without_interrupts():
            self._process.start()
        theirs.close()

    def judge(self, batch: Batch) -> Results:
        for _ in range(ATTEMPTS):
            try:
                if not self._ready:
                    self._connection.send(self._opening)
                    self._receive()
                    self._ready = True
                self._connection.send(batch)
                return self._receive()
            except (EOFError, OSError):  # it is dead
                if self._stopped:
                    raise CancelledError from None
                began = self._ready
                self._process.join()
                code = self._process.exitcode
                self._connection.close()
                self._start()
        raise too_often(batch) if began else _never_ready(code)

    def _receive(self) -> Results:
        received = self._connection.recv()
        if isinstance(received, Exception):
            raise received
        return received  # type: ignore[no-any-return]

    def stop(self) -> None:
        self._stopped = True
        self._process.kill()
        self._process.join()


def _serve(connection: Connection) -> None:
    """Judge in a process of its own what comes after what opens the judge, until nobody asks."""
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        judge = connection.recv()()
        connection.send([])
        while True:
            connection.send(judge(connection.recv()))
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:  # noqa: BLE001  # whatever it is, who asked is told
        error.add_note("".join(traceback.format_exception(error)))
        connection.send(error)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep SIGINT from the processes that begin meanwhile: it is for this one to stop them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # beginning, it would let SIGINT through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def files(batch: Batch) -> str:
    """Return the names of the files of a batch, the first of many."""
    names = list(dict.fromkeys(getattr(item, "file", "") or item.name for item in batch))  # type: ignore[union-attr]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def too_often(batch: Batch) -> ExecutorError:
    """Return the error for a batch that ended each process that judged it."""
    return ExecutorError(
        f"{files(batch)}：核对它的进程一再被系统结束（可能内存不足）；请减少进程数，或把文件分成几份。",
        f"{files(batch)}: each process that judged it was ended by the system"
        " (out of memory?): take fewer processes, or split the file",
    )


def _never_ready(code: int | None) -> ExecutorError:
    return ExecutorError(
        f"核对用的进程无法启动（退出码 {code}）；脚本须有 if __name__ == '__main__'，或只用一个进程。",
        f"the processes to judge in cannot begin (exit code {code}): a script needs"
        " if __name__ == '__main__', or let one process judge",
    )


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
