"""`guidekg shapes` and `guidekg new`: the shapes that requirements make, and a proposal to fill in."""

from typing import Any

import click

from guidekg.cli.options import AS_OF, ENDPOINT, FACT, FACTS, LANG, opened
from guidekg.cli.streams import TEXT, for_machines, misuse, words
from guidekg.graph import load
from guidekg.i18n import Language
from guidekg.rdf.namespaces import ID, compact
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
        "重新生成 shapes/guides/ 中的文件（不带事实，截止时间全已过）。",
        "Make the files of shapes/guides/ again (no facts, all deadlines past).",
    ),
)
def shapes(reference: bool, write: bool, **run: Any) -> None:
    """Print the shapes for the facts of a run, or the reference facts that they read."""
    if write and (reference or any(run.values())):
        raise misuse(
            "--write 生成不带事实的形状，不能与其他选项同用。",
            "--write makes the shapes without facts and goes with no other option.",
        )
    if write:
        _write()
        return
    for_machines()
    repository = opened(run["endpoint"]).local
    stated = read_facts(run["facts_file"]) if run["facts_file"] else {}
    facts = Facts(repository.store, {**stated, **run["facts"]}, run["as_of"])
    book = Rulebook(repository, facts)
    click.echo(write_turtle(book.reference) if reference else book.turtle, nl=False)


def committed() -> dict[str, str]:
    """Return for each shipped guide's file below ``shapes/guides/`` what is to stand in it."""
    made = {}
    for path in sorted((folder("data") / "guides").iterdir()):
        repository = load(path, shipped=False)
        book = Rulebook(repository, Facts(repository.store, {}, None))
        guide = compact(f"{ID}guide/{path.name}")
        made[f"{path.name}.ttl"] = _HEAD.format(guide=guide) + book.turtle
    return made


def _write() -> None:
    """Write the files of ``shapes/guides/``, and say which changed."""
    base = folder("shapes") / "guides"
    base.mkdir(exist_ok=True)
    for name, text in committed().items():
        path = base / name
        same = path.exists() and path.read_text(encoding="utf-8") == text
        path.write_text(text, encoding="utf-8")
        state = words("没有变化", "unchanged") if same else words("已重新生成", "made again")
        click.echo(f"shapes/guides/{name}: {state}")


@click.command()
@click.argument("call", type=TEXT, metavar=words("征集", "CALL"))
@click.option(
    "--iri", type=TEXT, metavar="IRI", help=words("项目的 IRI。", "The IRI of the proposal.")
)
@LANG
def new(call: str, iri: str | None, lang: Language) -> None:
    """Print a proposal for the call, or the track without calls, that a name means.

    Raises:
        UnknownNameError, AmbiguousNameError: the name means none, or several.
        NotALeafError: it has calls of its own; names them.
        ProposalIRIError: the IRI cannot name a proposal.
    """
    kg = opened()
    for_machines()
    click.echo(proposal_template(kg, kg.scheme(call), lang, iri or EXAMPLE_IRI), nl=False)
