"""`guidekg validate`: run a validation and write its report as it comes."""

import logging
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from guidekg.cli.options import AS_OF, ENDPOINT, FACT, FACTS, LANG, formats, guides, opened
from guidekg.cli.streams import misuse, words, written
from guidekg.reports import WRITERS, Writer
from guidekg.reports.model import Counts, Judgement, Problem, Summary
from guidekg.reports.words import VERDICT
from guidekg.validation.engines import CHOICES
from guidekg.validation.executors import ExecutorError, cores
from guidekg.validation.facts import read_facts
from guidekg.validation.inputs import FORMS
from guidekg.validation.validator import Validation

# Two processes take half a second to begin: as long as some 2,000 proposals of 2 kB take one.
_LARGE = 4_000_000


@click.command()
@click.argument(
    "sources", nargs=-1, required=True, type=click.Path(), metavar=words("文件…", "SOURCE...")
)
@formats(*WRITERS, help_=words("报告的格式。", "The form of the report."))
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help=words("写入文件。", "Write to a file.")
)
@AS_OF
@FACT
@FACTS
@click.option(
    "--override",
    "overrides",
    type=click.Path(),
    metavar="FILE.ttl",
    help=words("人工认定（gk:Override）。", "Decisions of people (gk:Override)."),
)
@click.option(
    "--engine",
    type=click.Choice(CHOICES),
    default="auto",
    show_default=True,
    help=words("SHACL 引擎。", "The SHACL engine."),
)
@click.option(
    "--input-format",
    type=click.Choice(FORMS),
    help=words("输入的格式，默认按扩展名。", "The form of the input, by its extension else."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=words(
        "并行进程数，默认按输入大小决定。", "Processes; by the size of the input if not given."
    ),
)
@click.option(
    "--scheduler",
    metavar="URL",
    help=words(
        "改由这个 Dask 调度器的工作进程核对，例如 tcp://host:8786。",
        "Judge on the workers of this Dask scheduler, such as tcp://host:8786.",
    ),
)
@click.option(
    "--group",
    type=click.Choice(["proposal", "rule"]),
    help=words("文本报告按项目还是按要求分组。", "Group a text report by proposal or by rule."),
)
@click.option(
    "--max-per-rule",
    type=click.IntRange(min=0),
    help=words("每条要求最多列出几处。", "How many findings to list for each rule."),
)
@click.option(
    "--checklist",
    is_flag=True,
    default=None,
    help=words("列出全部要求的状态。", "List every requirement's state."),
)
@guides
@ENDPOINT
@LANG
def validate(sources: tuple[str, ...], **options: Any) -> None:
    """Validate, write the report, and end with its exit code."""
    of_text = ("group", "max_per_rule", "checklist")
    text = {name: options[name] for name in of_text if options[name] is not None}
    _check(text, options["form"])
    if options["workers"] and options["scheduler"]:
        raise misuse(
            "--workers 是本机的进程数，不能与 --scheduler 同用。",
            "--workers are processes of this machine: it does not go with --scheduler.",
        )
    sys.exit(_run(sources, text, options))


def _check(text: Mapping[str, Any], form: str) -> None:
    """Refuse options of a text report that do not go with another, or with each other."""
    if text and form != "text":
        named = ", ".join("--" + name.replace("_", "-") for name in text)
        raise misuse(
            f"{named} 只用于文本报告（--format text）。",
            f"{named} goes with a text report only (--format text).",
        )
    if text.get("group") == "rule" and "checklist" in text:
        raise misuse(
            "核对清单按项目列出，--checklist 不能与 --group rule 同用。",
            "a checklist is a proposal's: --checklist does not go with --group rule.",
        )


def _run(sources: Sequence[str], text: Mapping[str, Any], options: Mapping[str, Any]) -> int:
    """Validate, write the report, and return the exit code.

    Raises:
        GuideKGError: the settings are wrong, or the report cannot be written.
    """
    stated = read_facts(options["facts_file"]) if options["facts_file"] else {}
    given = {name: options[name] for name in ("guides", "shipped", "endpoint")}
    validation = opened(**given).validation(
        as_of=options["as_of"],
        facts={**stated, **options["facts"]},
        engine=options["engine"],
        overrides=options["overrides"] or (),
    )
    output = options["output"]
    with (
        nullcontext(sys.stdout)
        if output is None
        else written(output, "w", encoding="utf-8", newline="") as out
    ):
        color = {"color": out.isatty()} if options["form"] == "text" else {}
        writer = WRITERS[options["form"]](out, options["lang"], **text, **color)
        workers = options["workers"] or (cores() if _size(sources) > _LARGE else 1)
        if options["scheduler"]:
            logging.disable()  # what Dask logs of its connections, our errors say in one line
        found = validation.run(
            *sources, form=options["input_format"], workers=workers, scheduler=options["scheduler"]
        )
        bar = sys.stderr.isatty() and bool(options["output"])
        summary, ended = _write(writer, validation, found, progress=bar)
    if bar:
        verdicts = " · ".join(
            f"{VERDICT[name](options['lang'])} {summary.verdicts[name]}" for name in VERDICT
        )
        click.echo(f"{options['output']}: {verdicts}", err=True)
    if isinstance(ended, ExecutorError):
        raise ended  # what was judged before is written
    return 130 if ended else summary.exit_code


def _write(
    writer: Writer,
    validation: Validation,
    found: Generator[Judgement | Problem, None, None],
    *,
    progress: bool,
) -> tuple[Summary, ExecutorError | KeyboardInterrupt | None]:
    """Write what is found as it comes; return the counts, and what broke the run off."""
    counts = Counts()
    ended: ExecutorError | KeyboardInterrupt | None = None
    writer.start(validation.header)
    interrupts = _Interrupts()
    with closing(found), interrupts.caught(), _bar() if progress else nullcontext(int) as step:
        try:
            for item in interrupts.until_one_comes(found):
                counts.add(item)
                writer.add(item)
                step()
        except (ExecutorError, KeyboardInterrupt) as error:
            ended = error
    writer.finish(counts.summary, partial=ended is not None, unused=validation.overrides.unused)
    return counts.summary, ended


class _Interrupts:
    """What Ctrl-C does: it ends the waiting for a result at once; what is being written is finished."""

    def __init__(self) -> None:
        self._waiting = self._came = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Take interrupts, until the end of the block."""
        before = signal.signal(signal.SIGINT, self._note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _note(self, _number: int, _frame: object) -> None:
        if self._waiting or self._came:
            raise KeyboardInterrupt
        self._came = True

    def until_one_comes(
        self, found: Iterator[Judgement | Problem]
    ) -> Iterator[Judgement | Problem]:
        """Yield what is found.

        Raises:
            KeyboardInterrupt: an interrupt came.
        """
        while not self._came:
            self._waiting = True
            try:
                item = next(found, None)
            finally:
                self._waiting = False
            if item is None:
                return
            yield item
        raise KeyboardInterrupt


@contextmanager
def _bar() -> Iterator[Callable[[], object]]:
    from rich.console import Console  # noqa: PLC0415  # for a terminal
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)


def _size(sources: Sequence[str]) -> int:
    """Return how large the input is, as far as that can be told at once."""
    total = 0
    for path in map(Path, sources):
        if path.is_file():
            total += path.stat().st_size * (10 if path.suffix == ".gz" else 1)
        elif path.is_dir():
            for item in path.rglob("*"):
                total += item.stat().st_size if item.is_file() else 0
                if total > _LARGE:
                    return total
        else:
            return _LARGE + 1 if "*" in str(path) else 0
    return total
