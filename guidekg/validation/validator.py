"""Validate: inputs in, judgements out, wherever they are made, always in the input's order."""

from collections import OrderedDict
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from copy import copy
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from guidekg.guides.repository import Origin, Repository
from guidekg.reports.model import Header, Judgement, Override, Problem
from guidekg.reports.report import Report
from guidekg.resources import folder
from guidekg.validation import engines
from guidekg.validation.batches import Batch, batches, read_batch
from guidekg.validation.executors import Executor, ExecutorError, LocalProcesses, ThisProcess
from guidekg.validation.executors import Judge as JudgeBatch
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


class Identity(NamedTuple):
    """What makes the findings of two processes the same: versions, and hashes of what was opened."""

    guidekg: str
    guides: str
    shapes: str
    engine: str


class BatchJudge:
    """A rulebook with its engine: what one process needs to judge."""

    def __init__(
        self, repository: Repository, settings: Settings, like: Rulebook | None = None
    ) -> None:
        """Make ready; ``like`` is a rulebook for other settings, so that no file is read again."""
        facts = Facts(repository.store, settings.facts, settings.as_of)
        self.rulebook = Rulebook(repository, facts, like)
        self.engine = engines.make(settings.engine, self.rulebook.shapes, self.rulebook.reference)
        self._judge = Judge(self.rulebook, self.engine)

    @property
    def identity(self) -> Identity:
        """What another process must have opened to give the same results."""
        repository = self.rulebook.repository
        content = repository.content
        if repository.folders and not content:
            content = repository.folders.content()
        return Identity(__version__, content, _digest(folder("shapes")), self.engine.label)

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
        """Make ready; ``like`` as for ``BatchJudge``."""
        self._settings = settings
        self._batch_judge = BatchJudge(repository, settings, like)
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
        return self._batch_judge.rulebook

    @property
    def header(self) -> Header:
        """What is checked, with what."""
        book, engine = self.rulebook, self._batch_judge.engine
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
        self,
        *sources: Source,
        form: Form | None = None,
        workers: int = 1,
        scheduler: str | None = None,
    ) -> Generator[Judgement | Problem, None, None]:
        """Return a judgement for each proposal, and a problem for each input that cannot be read.

        Args:
            sources: what ``guidekg.validation.inputs.documents`` takes.
            form: the form of the input, where its name does not tell.
            workers: processes of this machine to judge in; 1 is this one.
            scheduler: the address of a Dask scheduler, whose workers judge instead.

        Raises:
            ExecutorError: the scheduler cannot be reached; in the iteration, nobody is left to judge.
        """
        return self.judge(documents(*sources, form=form), workers, scheduler)

    def judge(
        self,
        inputs: Iterable[Document | Problem],
        workers: int = 1,
        scheduler: str | None = None,
    ) -> Generator[Judgement | Problem, None, None]:
        """Return the same as ``run`` for inputs that were read already."""
        return self._assembled(self._executor(workers, scheduler).judge(batches(inputs)))

    def _assembled(
        self, judged: Generator[list[Outcome | Problem], None, None]
    ) -> Generator[Judgement | Problem, None, None]:
        with closing(judged):
            for results in judged:
                for item in results:
                    if isinstance(item, Problem):
                        yield item
                    else:
                        yield self.overrides.apply(assemble(self.rulebook, item))

    def _executor(self, workers: int, scheduler: str | None) -> Executor:
        if workers < 2 and scheduler is None:
            return ThisProcess(self._batch_judge.judge)
        opening = partial(open_judge, self._settings, self._batch_judge.identity)
        if scheduler is None:
            return LocalProcesses(opening, workers)
        from guidekg.validation.cluster import DaskCluster  # noqa: PLC0415  # optional, slow to import

        return DaskCluster(opening, scheduler)

    def report(
        self,
        *sources: Source,
        form: Form | None = None,
        workers: int = 1,
        scheduler: str | None = None,
    ) -> Report:
        """Return the whole report of a run.

        Raises:
            ExecutorError: as in ``run``; its ``report`` is what was judged before, marked partial.
        """
        report = Report(self.header)
        try:
            for item in self.run(*sources, form=form, workers=workers, scheduler=scheduler):
                if isinstance(item, Problem):
                    report.problems.append(item)
                else:
                    report.judgements.append(item)
        except ExecutorError as error:
            report.partial, error.report = True, report
            raise
        finally:
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


def _digest(base: Path) -> str:
    """Return a hash of the files below a folder: in a tenth of the time of the shapes' own hash."""
    files = sorted(path for path in base.rglob("*") if path.is_file())
    return sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def open_judge(settings: Settings, expected: Identity) -> JudgeBatch:
    """Open the guides in another process, and return what judges there.

    Raises:
        ExecutorError: they are not those that ``expected`` tells of, so results would differ.
    """
    judge = BatchJudge(Repository.of(settings.origin), settings)
    pairs = zip(Identity._fields, expected, judge.identity, strict=True)
    if differing := [
        f"{name}: {theirs}, not {ours}" for name, ours, theirs in pairs if ours != theirs
    ]:
        raise ExecutorError(
            f"另一进程打开的内容与此处不同（{'；'.join(differing)}）；两处须安装同一版本，并有同样的文件。",
            f"another process opens something else than this one ({'; '.join(differing)}):"
            " both need the same versions and the same files",
        )
    return judge.judge
