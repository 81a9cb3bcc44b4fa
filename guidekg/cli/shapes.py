"""`guidekg shapes` and `guidekg new`: the shapes that requirements make, and a proposal to fill in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from guidekg.characters import shown
from guidekg.cli.options import (
    AS_OF,
    ENDPOINT,
    FACT,
    FACTS,
    LANG,
    as_written,
    folders,
    guides,
    opened,
)
from guidekg.cli.streams import TEXT, for_machines, misuse, words, written
from guidekg.errors import GuideKGError
from guidekg.graph import load
from guidekg.guides.sources import SHAPES
from guidekg.i18n import Language
from guidekg.rdf.namespaces import compact
from guidekg.rdf.writer import write_turtle
from guidekg.resources import folder
from guidekg.validation.facts import Facts, read_facts
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.templates import EXAMPLE_IRI, proposal_template

_HEAD = """\
# The shapes of the requirements of {guide}, made by `guidekg shapes --write` from the guide's own
# data and the templates of shapes/: not to be edited. Without facts of a run; all deadlines past.
"""


@click.command()
@AS_OF
@FACT
@FACTS
@guides
@ENDPOINT
@click.option(
    "--reference",
    is_flag=True,
    help=words(
        "改为打印形状所读的参考事实：地点、领域、征集的上下级。",
        "Print the reference facts that the shapes read instead: places, fields, calls.",
    ),
)
@click.option(
    "--write",
    is_flag=True,
    help=words(
        "重新生成形状文件（不带事实，截止时间全已过）：--guide 所给文件夹中的 shapes.ttl，"
        "没有给出时为 shapes/guides/ 中的文件。",
        "Make the files of shapes again (no facts, all deadlines past): shapes.ttl in each folder of"
        " --guide, or those of shapes/guides/ if there is none.",
    ),
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help=words("写入文件。", "Write to a file.")
)
def shapes(reference: bool, write: bool, output: str | None, **options: Any) -> None:
    """Print the shapes for the facts of a run, or the reference facts that they read."""
    run = {name: options.pop(name) for name in ("as_of", "facts", "facts_file")}
    if write and (reference or any(run.values()) or options["endpoint"]):
        raise misuse(
            "--write 生成不带事实的形状，只能与 --guide 和 --output 同用。",
            "--write makes the shapes without facts and goes with --guide and --output only.",
        )
    if write:
        paths, _ = folders(options["guides"], shipped=options["shipped"])
        _write(paths, output)
        return
    for_machines()
    repository = opened(**options).local
    stated = read_facts(run["facts_file"]) if run["facts_file"] else {}
    facts = Facts(repository.store, {**stated, **run["facts"]}, run["as_of"])
    book = Rulebook(repository, facts)
    text = write_turtle(book.reference) if reference else book.turtle
    if output:
        _put(output, text)
    else:
        click.echo(text, nl=False)


def _made(guide: Path) -> str:
    """Return the shapes of the guide in a folder, as they are kept."""
    repository = load(guide, shipped=False)
    book = Rulebook(repository, Facts(repository.store, {}, None))
    return _HEAD.format(guide=", ".join(map(compact, repository.guides))) + book.turtle


def _shipped() -> list[tuple[Path, Path]]:
    """Return the folder of each shipped guide, and the file of its shapes."""
    base = folder("shapes") / "guides"
    return [
        (path, base / f"{path.name}.ttl") for path in sorted((folder("data") / "guides").iterdir())
    ]


def committed() -> dict[str, str]:
    """Return for each shipped guide's file below ``shapes/guides/`` what is to stand in it."""
    return {target.name: _made(guide) for guide, target in _shipped()}


def _write(paths: Sequence[str], output: str | None) -> None:
    """Write the shapes of the given guides, or of the shipped ones, and say which changed.

    Raises:
        UsageError: several guides would be written to one file.
        GuideKGError: a guide cannot be opened, or a file of somebody else is in the way.
    """
    if output and len(paths) != 1:
        raise misuse(
            "--write 与 --output 同用时，请用 --guide 给出一份指南。",
            "With --output, --write makes the shapes of one guide: give it by --guide.",
        )
    own = [(Path(path), Path(output or Path(path, SHAPES))) for path in paths]
    for guide, target in own or _shipped():
        text = _made(guide)
        before = target.read_text(encoding="utf-8") if target.exists() else ""
        if before and not output and not before.startswith(_HEAD.partition("{")[0]):
            raise GuideKGError(
                f"{shown(target)} 不是由 guidekg shapes --write 生成的，未改动；请改名，或用 --output。",
                f"{shown(target)} was not made by guidekg shapes --write and is left as it is:"
                " rename it, or use --output",
            )
        if before != text:
            _put(str(target), text)
        state = (
            words("没有变化", "unchanged") if before == text else words("已重新生成", "made again")
        )
        click.echo(f"{shown(target)}: {state}")


def _put(output: str, text: str) -> None:
    with written(output, "w", encoding="utf-8", newline="") as file:
        file.write(text)


@click.command()
@click.argument("call", type=TEXT, metavar=words("征集", "CALL"))
@click.option(
    "--iri", type=TEXT, metavar="IRI", help=words("项目的 IRI。", "The IRI of the proposal.")
)
@guides
@LANG
def new(call: str, iri: str | None, lang: Language, **given: Any) -> None:
    """Print a proposal for the call, or the track without calls, that a name means.

    Raises:
        UnknownNameError, AmbiguousNameError: the name means none, or several.
        NotALeafError: it has calls of its own; names them.
        ProposalIRIError: the IRI cannot name a proposal.
    """
    kg = opened(**given)
    for_machines()
    told = proposal_template(
        kg, kg.scheme(call), lang, iri or EXAMPLE_IRI, options=as_written(**given)
    )
    click.echo(told, nl=False)
