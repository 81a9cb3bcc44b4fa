"""Validate: inputs in, judgements out, wherever they are made, always in the input's order."""

import gc
from collections import OrderedDict
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from copy import copy
from datetime import date
from functools import partial
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from guidekg.guides.repository import Repository
from guidekg.reports.model import DraftedGuide, Header, Judgement, Override, Problem
from guidekg.reports.report import Report
from guidekg.validation import engines
from guidekg.validation.batches import Batch, batches, read_batch
from guidekg.validation.executors import (
    Executor,
    ExecutorError,
    LocalProcesses,
    Results,
    ThisProcess,
)
from guidekg.validation.executors import Judge as JudgeBatch
from guidekg.validation.facts import AS_OF, Facts, FactValue, day
from guidekg.validation.inputs import Document, Form, Source, documents
from guidekg.validation.judge import Judge
from guidekg.validation.overrides import Overrides, read_overrides
from guidekg.validation.proposals import Record
from guidekg.validation.results import Outcome, assemble
from guidekg.validation.rulebook import Rulebook, Rules
from guidekg.validation.run_limits import run_limits, settled
from guidekg.version import __version__

_AT_ONCE = 250  # proposals that an engine checks at once
_KEPT = 4  # validations made ready


class BatchJudge:
    """Judges batches: all that one process needs of the guides."""

    def __init__(self, rules: Rules, engine: engines.Engine) -> None:
        self._judge = Judge(rules, engine)

    def judge(self, batch: Batch) -> Results:
        """Return an outcome for each proposal of a batch, and its problems, in their order."""
        return [item for results in self.judge_all([batch]) for item in results]

    def judge_all(self, batches: Iterable[Batch]) -> Generator[Results, None, None]:
        """Yield the same for batches that follow each other.

        While the engine checks some proposals, which it does without the interpreter, others are
        read and judged.
        """
        items = chain.from_iterable(map(read_batch, batches))
        read: list[Record | Problem] = []
        rows: Future[list[engines.Row]] | None = None
        with ThreadPoolExecutor(1) as engine:
            while True:
                with _no_collection():
                    more = list(islice(items, _AT_ONCE))
                    checking = engine.submit(self._judge.check, _proposals(more)) if more else None
                    judged = list(self._outcomes(read, rows.result())) if rows else []
                yield judged
                if not checking:
                    return
                read, rows = more, checking

    def _outcomes(
        self, items: list[Record | Problem], rows: list[engines.Row]
    ) -> Iterator[Outcome | Problem]:
        outcomes = iter(self._judge.judge(_proposals(items), rows))
        return (next(outcomes) if isinstance(item, Record) else item for item in items)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Put off the search for garbage in cycles: of many small objects it takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _proposals(items: list[Record | Problem]) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


class Validation:
    """One run: a header, and judgements as they come."""

    def __init__(self, rulebook: Rulebook, as_of: date, engine: engines.Choice = "auto") -> None:
        """Make ready to judge by a rulebook; ``as_of`` is the day of its facts.

        Raises:
            UnknownSettingError, EngineError: there is no such engine, or it may not run on the shapes.
        """
        self.rulebook = rulebook
        self._as_of, self._choice = as_of, engine
        self._engine = engines.make(engine, rulebook.shapes, rulebook.reference)
        self._judge = BatchJudge(rulebook.judged_by, self._engine)
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
    def header(self) -> Header:
        """What is checked, with what."""
        book = self.rulebook
        things = book.repository.things
        return Header(
            tuple(things.guides.values()),
            __version__,
            book.hash,
            self._engine.label,
            self._as_of,
            book.facts.listed,
            self.overrides.count,
            book.waiting,
            tuple(
                DraftedGuide(guide, things.reviews[iri].unreviewed)
                for iri, guide in things.guides.items()
                if iri in things.reviews and things.reviews[iri].unreviewed
            ),
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
        judged = self._executor(workers, scheduler).judge(batches(inputs))
        limits = run_limits(self.rulebook.rules.values())
        return self._assembled(settled(judged, limits) if limits else judged)

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
            return ThisProcess(self._judge.judge_all)
        book, versions = self.rulebook, (__version__, self._engine.label)
        texts = _ntriples(book.shapes), _ntriples(book.reference)
        opening = partial(open_judge, book.judged_by, *texts, self._choice, versions)
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
        run = on, tuple(sorted((name, repr(value)) for name, value in facts.items()))
        key = run, engine
        found = self._kept.pop(key, None)
        if found is None:
            # The shapes are the same for every engine.
            books = (one.rulebook for (of, _), one in self._kept.items() if of == run)
            if (book := next(books, None)) is None:
                given = Facts(self._repository.store, facts, on)
                book = Rulebook(self._repository, given, self._first)
            found = Validation(book, on, engine)
        self._first = self._first or found.rulebook
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


def _ntriples(triples: Iterable[ox.Triple]) -> str:
    return "".join(f"{triple} .\n" for triple in triples)


def open_judge(
    rules: Rules, shapes: str, reference: str, engine: engines.Choice, versions: tuple[str, str]
) -> JudgeBatch:
    """Return what judges in another process.

    Args:
        rules: what judging takes of the rulebook.
        shapes: those that the engine checks, in N-Triples.
        reference: the facts that it reads with the data, in N-Triples.
        engine: which one.
        versions: of guidekg and of the engine, that findings are the same.

    Raises:
        ExecutorError: this process has other versions.
    """
    graphs = (
        [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
        for text in (shapes, reference)
    )
    made = engines.make(engine, *graphs)
    here = __version__, made.label
    if here != versions:
        raise ExecutorError(
            "另一进程的版本（guidekg {}，{}）与此处（guidekg {}，{}）不同；两处须安装同样的版本。".format(
                *here, *versions
            ),
            "another process has other versions (guidekg {}, {}) than this one (guidekg {}, {}):"
            " install the same in both".format(*here, *versions),
        )
    return BatchJudge(rules, made).judge
