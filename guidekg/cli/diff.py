"""`guidekg diff`: two editions of a guide, provision by provision."""

import json
import sys
from collections.abc import Iterable
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import Any

import click

from guidekg.cli.options import ENDPOINT, LANG, Decorator, formats, guides, opened
from guidekg.cli.output import marked
from guidekg.cli.streams import TEXT, words, written
from guidekg.graph import diff as compared
from guidekg.guides.editions import SORTS, Change, Comparison, Detail, Side
from guidekg.i18n import Label, Language
from guidekg.reports.comparison import (
    MARK,
    NEW,
    NOTHING,
    OLD,
    WHAT,
    counts,
    document,
    page,
    place,
    values,
)

_COLOURS = {"came": "green", "went": "red", "changed": "blue"}


def _edition(name: str) -> Decorator:
    """Return an argument that names an edition."""
    return click.argument(name, type=TEXT, metavar=name.upper())


@click.command()
@_edition("old")
@_edition("new")
@formats("text", "html", "json")
@LANG
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help=words("写入文件。", "Write to a file.")
)
@guides
@ENDPOINT
def diff(old: str, new: str, output: str | None, **given: Any) -> None:
    """Print what is different; end with 1 if something is.

    Raises:
        GuideKGError: an edition cannot be opened, or the output cannot be written.
    """
    form, lang = given.pop("form"), given.pop("lang")
    named = not all(Path(one).exists() for one in (old, new))
    found = compared(old, new, kg=opened(**given) if named else None)
    with ExitStack() as stack:
        if output:
            file = written(output, "w", encoding="utf-8", newline="")
            stack.enter_context(redirect_stdout(stack.enter_context(file)))
        if form == "text":
            _text(found, lang)
        elif form == "html":
            click.echo(page(found, lang))
        else:
            click.echo(json.dumps(document(found), ensure_ascii=False, indent=2))
    sys.exit(bool(found))


def _text(found: Comparison, lang: Language) -> None:
    """Print a comparison: first how much changed, then what, scheme by scheme."""
    colon = "：" if lang == "zh" else ": "
    for edition, guide in ((OLD, found.old), (NEW, found.new)):
        marked("", f"{edition(lang)}{colon}{guide.label(lang)} ({guide.iri.rpartition('/')[2]})")
    if not found:
        click.echo(NOTHING(lang))
        return
    told = counts(found).items()
    total = Label(
        "条文：" + "，".join(f"{WHAT[what].zh} {number} 条" for what, number in told) + "。",
        "Provisions: " + ", ".join(f"{number} {WHAT[what].en}" for what, number in told) + ".",
    )
    click.echo(total(lang))
    if found.details:
        click.echo("\n" + click.style(Label("指南本身", "The guide itself")(lang), bold=True))
        _details(found.details, lang)
    for scheme in found.schemes:
        one = scheme.new or scheme.old
        name = one.label(lang) if one else ""
        if scheme.what == "changed":
            click.echo("\n" + click.style(name, bold=True))
        else:
            what = f"[{WHAT[scheme.what](lang)}]"
            colour = _COLOURS[scheme.what]
            click.echo("\n" + click.style(f"{name} {what}", bold=True, fg=colour))
        _details(scheme.details, lang)
        for change in scheme.changes:
            _change(change, lang)


def _change(change: Change, lang: Language) -> None:
    """Print a provision that came, went or changed, with its words in each edition."""

    def quoted(mark: str, side: Side) -> None:
        for quote in side.quotes:
            where = Label(f"（{place(quote).zh}）", f" ({place(quote).en})")(lang)
            marked(f"      {mark}", f"“{quote.exact}”{where}")

    side = change.new or change.old
    if side:
        sorts = [SORTS[sort](lang) for sort in change.sorts]
        label = side.provision.label(lang)
        told = f"{MARK[change.what]} {label}" + "".join(f" [{sort}]" for sort in sorts)
        click.echo("  " + click.style(told, fg=_COLOURS[change.what]))
    _details([one for one in change.details if one.sort != "wording"], lang)
    if change.old:
        quoted("-", change.old)
    if change.new:
        quoted("+", change.new)


def _details(details: Iterable[Detail], lang: Language) -> None:
    """Print what changed, a line for each property."""
    for one in details:
        colon = "：" if lang == "zh" else ": "
        marked("     ", f"{one.property(lang)}{colon}{values(one)(lang)}")
