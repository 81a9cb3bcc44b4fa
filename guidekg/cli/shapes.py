"""`guidekg shapes`: the shapes of a run, and the facts that they read."""

from collections.abc import Mapping
from datetime import date

import click

from guidekg.cli.language import words
from guidekg.cli.opening import opened
from guidekg.cli.streams import for_machines
from guidekg.graph import load
from guidekg.rdf.namespaces import ID, compact
from guidekg.rdf.writer import write_turtle
from guidekg.resources import folder
from guidekg.validation.facts import Facts, read_facts
from guidekg.validation.rulebook import Rulebook

_HEAD = """\
# The shapes of the requirements of {guide}, made by `guidekg shapes --write` from the guide's own
# data and the templates of shapes/: not to be edited. Without facts of a run; all deadlines past.
"""


def print_shapes(
    as_of: date | None,
    facts: Mapping[str, str],
    facts_file: str | None,
    endpoint: str | None,
    *,
    reference: bool,
) -> None:
    """Print the shapes for the facts of a run, or the reference facts that they read."""
    for_machines()
    store = opened(endpoint).local
    known = {**(read_facts(facts_file) if facts_file else {}), **facts}
    book = Rulebook(store, Facts(store.store, known, as_of))
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


def write_shapes() -> None:
    """Write the files of ``shapes/guides/``, and say which changed."""
    base = folder("shapes") / "guides"
    base.mkdir(exist_ok=True)
    for name, text in committed().items():
        path = base / name
        same = path.exists() and path.read_text(encoding="utf-8") == text
        path.write_text(text, encoding="utf-8")
        state = words("没有变化", "unchanged") if same else words("已重新生成", "made again")
        click.echo(f"shapes/guides/{name}: {state}")
