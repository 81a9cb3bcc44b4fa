"""Validate: inputs in, judgements out, in one process or several, always in the input's order."""

import os
import signal
import warnings
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from copy import copy
from datetime import date
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import NamedTuple

from guidekg.errors import GuideKGError
from guidekg.guides.repository import Origin, Repository
from guidekg.reports.model import Header, Judgement, Override, Problem
from guidekg.reports.report import Report
from guidekg.validation import engines
from guidekg.validation.batches import Batch, batches, read_batch
from guidekg.validation.facts import AS_OF, Facts, FactValue, day
from guidekg.validation.inputs import Document, Form, Source, documents
from guidekg.validation.judge import Judge
from guidekg.validation.overrides import Overrides, read_overrides
from guidekg.validation.proposals import Record
from guidekg.validation.results import Outcome, assemble
from guidekg.validation.rulebook import Rulebook
from guidekg.version import __version__

_AT_ONCE = 250  # proposals that an engine checks at once
_KEPT = 4  # validations made ready


class Settings(NamedTuple):
    """What a run depends on beside its input; enough for a worker process to begin."""

    origin: Origin
    facts: dict[str, FactValue]
    as_of: date
    engine: engines.Choice


class Bench:
    """A rulebook with its engine: what one process needs to judge."""

    def __init__(
        self, repository: Repository, settings: Settings, like: Rulebook | None = None
    ) -> None:
        """Make ready; ``like`` is a rulebook for other settings, so that no file is read again."""
        facts = Facts(repository.store, settings.facts, settings.as_of)
        self.rulebook = Rulebook(repository, facts, like)
        self.engine = engines.make(settings.engine, self.rulebook.shapes, self.rulebook.reference)
        self._judge = Judge(self.rulebook, self.engine)

    def judge(self, batch: Batch) -> list[Outcome | Problem]:
        """Return an outcome for each proposal of a batch, and its problems, in their order.

        While the engine checks some, which it does without the interpreter, others are read.
        """
        judged: list[Outcome | Problem] = []
        items = read_batch(batch)
        read: list[Record | Problem] = []
        rows: Future[list[engines.Row]] | None = None
        with ThreadPoolExecutor(1) as engine:
            while more := list(islice(items, _AT_ONCE)):
                checking = engine.submit(self._judge.check, _proposals(more))
                if rows:
                    judged += self._outcomes(read, rows.result())
                read, rows = more, checking
            if rows:
                judged += self._outcomes(read, rows.result())
        return judged

    def _outcomes(
        self, items: list[Record | Problem], rows: list[engines.Row]
    ) -> Iterator[Outcome | Problem]:
        outcomes = iter(self._judge.judge(_proposals(items), rows))
        return (next(outcomes) if isinstance(item, Record) else item for item in items)


def _proposals(items: list[Record | Problem]) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


class Validation:
    """One run: a header, and judgements as they come."""

    def __init__(
        self, repository: Repository, settings: Settings, like: Rulebook | None = None
    ) -> None:
        """Make ready; ``like`` as for ``Bench``."""
        self._settings = settings
        self._bench = Bench(repository, settings, like)
        self.overrides = Overrides(())

    def overridden(self, given: str | Path | Iterable[Override]) -> "Validation":
        """Return the same validation that shows these decisions of people beside the machine's.

        Args:
            given: the decisions, or the path of the Turtle file that states them.

        Raises:
            OverrideError: what is wrong with the file.
        """
        if isinstance(given, str | Path):
            given = read_overrides(given, self.rulebook.requirements.values())
        made = copy(self)
        made.overrides = Overrides(tuple(given))
        return made

    @property
    def rulebook(self) -> Rulebook:
        """The shapes of the run, and what is known of them."""
        return self._bench.rulebook

    @property
    def header(self) -> Header:
        """What is checked, with what."""
        book, engine = self.rulebook, self._bench.engine
        return Header(
            tuple(book.repository.things.guides.values()),
            __version__,
            book.hash,
            engine.label,
            self._settings.as_of,
            book.facts.listed,
            self.overrides.count,
            book.waiting,
        )

    def run(
        self, *sources: Source, form: Form | None = None, workers: int = 1
    ) -> Iterator[Judgement | Problem]:
        """Return a judgement for each proposal, and a problem for each input that cannot be read.

        Args:
            sources: what ``guidekg.validation.inputs.documents`` takes.
            form: the form of the input, where its name does not tell.
            workers: processes to judge in; 1 is this one.
        """
        return self.judge(documents(*sources, form=form), workers)

    def judge(
        self, inputs: Iterable[Document | Problem], workers: int = 1
    ) -> Iterator[Judgement | Problem]:
        """Yield the same as ``run`` for inputs that were read already."""
        made = batches(inputs)
        if workers > 1 and (why := alone()):
            warnings.warn(f"{why.zh} {why.en}", RuntimeWarning, stacklevel=2)
            workers = 1
        judged = map(self._bench.judge, made) if workers < 2 else self._spread(made, workers)
        for batch in judged:
            for item in batch:
                if isinstance(item, Problem):
                    yield item
                else:
                    yield self.overrides.apply(assemble(self.rulebook, item))

    def _spread(self, made: Iterator[Batch], workers: int) -> Iterator[list[Outcome | Problem]]:
        # Workers start afresh: an engine's threads do not outlive a fork.
        pool = ProcessPoolExecutor(
            workers, get_context("spawn"), initializer=_begin, initargs=(self._settings,)
        )
        waiting: deque[Future[list[Outcome | Problem]]] = deque()
        with _deaf():
            for _ in range(workers):
                pool.submit(int)
        try:
            for batch in made:
                waiting.append(pool.submit(_judge, batch))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise GuideKGError(
                "一个核对进程被系统结束了（可能内存不足）；请减少 --workers，或把输入分成几份。",
                "a process that judged was ended by the system (out of memory?):"
                " take fewer workers, or split the input",
            ) from None
        finally:
            # Left to end by itself, the pool may stumble over its own closed pipe at exit.
            pool.shutdown(cancel_futures=True)

    def report(self, *sources: Source, form: Form | None = None, workers: int = 1) -> Report:
        """Return the whole report of a run."""
        report = Report(self.header)
        for item in self.run(*sources, form=form, workers=workers):
            if isinstance(item, Problem):
                report.problems.append(item)
            else:
                report.judgements.append(item)
        report.unused = self.overrides.unused
        return report


class PreparedValidations:
    """Validations of some guides, kept by their settings: only a new day or new facts have to wait.

    The one that was not used for longest is given up first.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._kept: OrderedDict[tuple[object, ...], Validation] = OrderedDict()
        self._first: Rulebook | None = None  # its templates serve all that follow: no file is read

    def get(
        self, as_of: date | str | None, facts: Mapping[str, FactValue], engine: engines.Choice
    ) -> Validation:
        """Return the validation for these settings; without a day it is one of today.

        Raises:
            FactError, EngineError, UnknownSettingError: what is wrong with them.
        """
        on = date.today() if as_of is None else day(AS_OF, as_of)
        settings = Settings(self._repository.origin, dict(facts), on, engine)
        key = on, engine, tuple(sorted((name, repr(value)) for name, value in facts.items()))
        found = self._kept.pop(key, None) or Validation(self._repository, settings, self._first)
        self._first = self._first or found.rulebook
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def alone() -> GuideKGError | None:
    """Return why no other processes can judge here, or None if they can.

    They share their queues by semaphores, which need shared memory (``/dev/shm``).
    """
    try:
        get_context("spawn").Lock()
    except (ImportError, OSError) as error:
        return GuideKGError(
            f"这里不能使用共享内存（{error}），只用一个进程核对。",
            f"shared memory cannot be used here ({error}): one process judges",
        )
    return None


@contextmanager
def _deaf() -> Iterator[None]:
    """Let the processes that begin meanwhile ignore interruptions: the parent handles them."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_bench: Bench | None = None


def _begin(settings: Settings) -> None:
    """Open the guides in a worker, which ends with its parent, however that ends."""
    Thread(target=_end_with_parent, daemon=True).start()
    global _bench  # noqa: PLW0603  # a worker's one state
    _bench = Bench(Repository.of(settings.origin), settings)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _judge(batch: Batch) -> list[Outcome | Problem]:
    assert _bench is not None  # noqa: S101  # _begin has run
    return _bench.judge(batch)
