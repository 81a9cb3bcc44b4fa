"""`guidekg check`: what is wrong with the data of guides, once or whenever a file changes."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from guidekg.characters import shown
from guidekg.cli.options import FOLDER, LANG, folders, formats, guides
from guidekg.cli.output import coverage_line, records_of
from guidekg.cli.streams import misuse, say, words
from guidekg.errors import GuideKGError
from guidekg.guides.model import Review
from guidekg.guides.sources import Folders
from guidekg.guides.statements import Place
from guidekg.i18n import Label, Language
from guidekg.resources import folder
from guidekg.validation.guide_check import Checked, GuideFinding, check_folders

_COLUMNS = (
    *("where", "rule", "message", "file", "line", "column"),
    *("text_file", "text_line", "text_column"),
)
_PAUSE = 0.5  # seconds between two looks at the files


@click.command()
@click.argument("alone", required=False, type=click.Path(), metavar=FOLDER)
@guides
@LANG
@formats("text", "json", "csv")
@click.option(
    "--watch",
    is_flag=True,
    help=words(
        "文件夹中的文件一有变化就重新核对，直到按 Ctrl-C。",
        "Check again whenever a file of the folders changes, until Ctrl-C.",
    ),
)
def check(form: str, lang: Language, watch: bool, **given: Any) -> None:
    """Print what is wrong; end with 1 if something is, with 2 if something cannot be read.

    Raises:
        GuideKGError: no guide is there.
    """
    paths, shipped = folders(**given)
    if watch and form != "text":
        raise misuse(
            "--watch 只用于文本输出（--format text）。",
            "--watch goes with text only (--format text).",
        )
    if watch:
        _watch(paths, shipped, lang)
    checked = check_folders(Folders.of(paths, shipped=shipped))
    _about_guides(checked, lang, err=form != "text")
    if form == "text":
        for one in checked.findings:
            click.echo(_line(one, lang))
    else:
        records_of(_COLUMNS, [_cells(one, lang) for one in checked.findings], form)
    click.echo(_total(len(checked.findings))(lang), err=form != "text")
    sys.exit(2 if not checked.readable else 1 if checked.findings else 0)


def _about_guides(checked: Checked, lang: Language, *, err: bool) -> None:
    """Say how much of each guide is covered, as far as they could be opened."""
    for guide, covered, review in checked.guides:
        click.echo(f"{guide.label(lang)} · {coverage_line(covered, lang)}", err=err)
        if review:
            released = not review.unreviewed and not checked.findings
            click.echo(_review(review, released=released)(lang), err=err)


def _review(review: Review, *, released: bool) -> Label:
    """Return how far the review of a drafted guide has come."""
    reviewed, left = review.reviewed, review.unreviewed
    if released:
        return Label(
            f"审阅：{reviewed} 处全部审阅过，可以发布。",
            f"Review: all {reviewed} things are reviewed; released.",
        )
    if left:
        return Label(
            f"审阅：已审阅 {reviewed} 处，还有 {left} 处没有审阅，仍是草稿。",
            f"Review: {reviewed} reviewed, {left} not yet; it is still a draft.",
        )
    return Label(
        f"审阅：{reviewed} 处全部审阅过；改好下面的问题就可以发布。",
        f"Review: all {reviewed} things are reviewed; mend what follows to release it.",
    )


def _total(count: int) -> Label:
    return Label(f"发现 {count} 个问题。", f"{count} finding{'s' * (count != 1)}.")


def _line(one: GuideFinding, lang: Language) -> str:
    """Return a finding as a line that editors can follow to its place."""
    place = f"{one.place}: " if one.place else ""
    text = Label(f"（原文 {one.in_text}）", f" (text: {one.in_text})")(lang) if one.in_text else ""
    return f"{place}{one.where}: {one.message(lang)}{text} [{one.rule}]"


def _cells(one: GuideFinding, lang: Language) -> tuple[object, ...]:
    def cells(place: Place | None) -> tuple[object, ...]:
        return (shown(place.file), place.line, place.column) if place else (None, None, None)

    return one.where, one.rule, one.message(lang), *cells(one.place), *cells(one.in_text)


def _watch(paths: Sequence[str], shipped: bool, lang: Language) -> NoReturn:
    """Check whenever a file changes, and say what is found and what is no longer."""
    before: dict[tuple[str, str, Label], GuideFinding] | None = None
    for _ in _changes([Path(path) for path in paths] or [folder("data") / "guides"]):
        try:
            checked = check_folders(Folders.of(paths, shipped=shipped), cached=before is None)
        except GuideKGError as error:
            say(error.message(lang))
            continue
        _about_guides(checked, lang, err=False)
        # What is only moved to another line is the same finding.
        found = {(one.where, one.rule, one.message): one for one in checked.findings}
        old = found if before is None else before
        for key, one in old.items():
            if key not in found:
                click.echo(f"- {_line(one, lang)}")
        for key, one in found.items():
            click.echo(f"{' ' if key in old else '+'} {_line(one, lang)}")
        new, gone = len(found.keys() - old.keys()), len(old.keys() - found.keys())
        change = Label(f"新增 {new} 个，消除 {gone} 个。", f" {new} new, {gone} gone.")(lang)
        total = _total(len(found))(lang)
        click.echo(total if before is None else total + change)
        before = found
    raise AssertionError("files are looked at for ever")


def _changes(paths: Sequence[Path]) -> Iterator[None]:
    """Yield at once, and then each time a file below the paths has changed."""
    click.echo(
        words(
            "文件有变化时重新核对；按 Ctrl-C 结束。", "Checking at every change; Ctrl-C ends it."
        ),
        err=True,
    )
    seen = None
    while True:
        now = {}
        for file in (file for path in paths for file in path.rglob("[!.]*")):
            with suppress(OSError):  # it is being replaced
                now[file] = (file.stat().st_mtime_ns, file.stat().st_size)
        if now != seen:
            seen = now
            yield
        time.sleep(_PAUSE)
