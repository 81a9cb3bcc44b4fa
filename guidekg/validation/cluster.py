"""Judge on the workers of a Dask cluster, through its scheduler."""

import pickle
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from threading import Lock
from uuid import uuid4

from guidekg.errors import GuideKGError
from guidekg.validation.batches import Batch
from guidekg.validation.executors import ExecutorError, Judge, Opening, Results, files, in_order

try:
    from distributed import Client, Future, KilledWorker, get_worker
    from distributed.comm.addressing import get_address_host_port
except ImportError:
    raise ExecutorError(
        "没有安装 Dask；请运行 pip install 'guidekg[cluster]'。",
        "Dask is not installed: pip install 'guidekg[cluster]'",
    ) from None

_PATIENCE = 30.0  # seconds to wait for the scheduler, or for a worker where there is none
_COUNTED = 5.0  # seconds for which the number of the cluster's threads is taken to hold
_LEAST = 16  # batches handed out, however few workers there are: more may come


class DaskCluster:
    """The workers of a Dask scheduler; a batch whose worker dies goes to another one."""

    def __init__(self, opening: Opening, address: str) -> None:
        """Connect to the scheduler at an address, for one run.

        Raises:
            ExecutorError: it cannot be reached.
        """
        self._opening = pickle.dumps(opening)
        self._address = address
        self._threads, self._counted = 0, 0.0
        try:
            get_address_host_port(address, strict=True)
            self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ExecutorError(
                f"无法连接 Dask 调度器 {address}：{error}。",
                f"the Dask scheduler at {address} cannot be reached: {error}",
            ) from None

    def judge(self, batches: Iterable[Batch]) -> Generator[Results, None, None]:
        """Judge on the cluster, which forgets the batches when the iteration ends."""
        client, run, numbers = self._client, f"guidekg-{uuid4().hex}", count()
        try:
            with self._lost():
                # A task holds what all need: sent to each worker once, made again if it is lost.
                opening = client.submit(bytes, self._opening, key=run)

            def submit(batch: Batch) -> _Task:
                data, key = pickle.dumps(batch), f"{run}-{next(numbers)}"
                with self._lost():
                    return _Task(
                        self, client.submit(judge_on_worker, opening, data, key=key), batch
                    )

            yield from in_order(batches, submit, self._look_ahead)
        finally:
            client.close(timeout=1)

    def threads(self) -> int:
        """Return how many threads judge, as the scheduler knows."""
        with self._lost():
            return sum(self._client.nthreads().values())

    def _look_ahead(self) -> int:
        if time.monotonic() > self._counted + _COUNTED:
            self._threads, self._counted = self.threads(), time.monotonic()
        return max(_LEAST, 2 * self._threads)

    @contextmanager
    def _lost(self) -> Iterator[None]:
        """Say that the scheduler is lost where a call fails for it."""
        try:
            yield
        except (OSError, CancelledError, RuntimeError):  # the last of a client that gave up
            raise self.lost() from None

    def lost(self) -> ExecutorError:
        """Return the error for a scheduler that is gone."""
        return ExecutorError(
            f"与 Dask 调度器 {self._address} 的连接断了，核对没有完成；请检查调度器后重新运行。",
            f"the connection to the Dask scheduler at {self._address} is lost and the run is not"
            " complete: see to the scheduler and run it again",
        )

    def no_worker(self) -> ExecutorError:
        """Return the error for a cluster without workers."""
        return ExecutorError(
            f"Dask 调度器 {self._address} 没有工作进程；请先启动，例如：dask worker {self._address}。",
            f"the Dask scheduler at {self._address} has no worker:"
            f" start one, as by dask worker {self._address}",
        )


@dataclass(frozen=True, slots=True)
class _Task:
    """A batch that was handed out; called, it waits for its results."""

    cluster: DaskCluster
    future: "Future[bytes]"
    batch: Batch

    def __call__(self) -> Results:
        while True:
            try:
                return pickle.loads(self.future.result(timeout=_PATIENCE))  # type: ignore[no-any-return]  # noqa: S301  # of workers, who run our code
            except KilledWorker:
                raise _killed(self.batch) from None
            except TimeoutError:
                if not self.cluster.threads():
                    raise self.cluster.no_worker() from None
            except ImportError as error:
                raise ExecutorError(
                    f"Dask 工作进程或调度器上缺少模块：{error}；每处须安装同样的 guidekg。",
                    f"a Dask worker or the scheduler lacks a module: {error};"
                    " each needs the same guidekg",
                ) from None
            except (OSError, CancelledError):
                raise self.cluster.lost() from None


def _killed(batch: Batch) -> ExecutorError:
    # Dask counts a death against each batch that the worker had, also one that only waited there.
    return ExecutorError(
        f"{files(batch)}：分到它的 Dask 工作进程一再被系统结束（可能内存不足），原因可能是它，"
        "也可能是同时分到的另一批；请给工作进程更多内存，或把文件分成几份。",
        f"{files(batch)}: each Dask worker that had it was ended by the system (out of memory?),"
        " for it or for a batch beside it: give workers more memory, or split the file",
    )


_one_at_a_time = Lock()  # of the threads of a worker


def judge_on_worker(opening: bytes, batch: bytes) -> bytes:
    """Judge a pickled batch in a worker, and return the pickled results.

    What a run needs is opened once for each worker process; its threads take turns.

    Raises:
        ExecutorError: the worker opens something else than who asks, or cannot open it.
    """
    with _one_at_a_time:
        return pickle.dumps(_opened(opening)(pickle.loads(batch)))  # noqa: S301  # the scheduler runs any code as it is


@lru_cache(maxsize=2)
def _opened(opening: bytes) -> Judge:
    try:
        open_judge: Opening = pickle.loads(opening)  # noqa: S301  # as above
        return open_judge()
    except GuideKGError as error:
        worker = get_worker().address
        raise ExecutorError(
            f"Dask 工作进程 {worker}：{error.zh}", f"the Dask worker {worker}: {error.en}"
        ) from None
