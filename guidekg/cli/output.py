"""Print answers: a table for people, JSON and CSV for programs."""

import csv
import json
import string
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from guidekg.errors import Language
from guidekg.knowledge.quotation import longest, quote
from guidekg.questions.document import document, records

if TYPE_CHECKING:
    from guidekg.knowledge.model import Provision, Reading
    from guidekg.questions import Answer

BASIS = {
    "stated": {"zh": "写明", "en": "stated"},
    "inherited": {"zh": "继承", "en": "inherited"},
    "inferred": {"zh": "推断", "en": "inferred"},
    "read": {"zh": "解读", "en": "read"},
}


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: framed to the terminal, or one tab-separated line a row when piped."""
    if not sys.stdout.isatty():
        for row in (headings, *rows):
            click.echo("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich import box  # noqa: PLC0415  # only a terminal waits for it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    framed = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        framed.add_column(heading, overflow="fold")
    for row in rows:
        framed.add_row(*map(Text, row))
    Console().print(framed)


def report(columns: Mapping[str, str], rows: Sequence[Sequence[str]], form: str) -> None:
    """Print rows as a table, as CSV, or as JSON: a list of objects.

    Args:
        columns: for each column its name, which programs read, and its heading for people.
        rows: a cell for each column.
        form: ``table``, ``csv`` or ``json``.
    """
    if form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows([list(columns), *rows])
    elif form == "json":
        listed = [dict(zip(columns, row, strict=True)) for row in rows]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        table(list(columns.values()), rows)


def answer_table(answer: "Answer", lang: Language) -> None:
    """Print an answer with the sentences and readings behind it."""
    click.echo(answer.question.header.question(lang))
    if not answer.rows:
        click.echo(answer.question.header.empty(lang))
        return
    click.echo()
    cited = dict.fromkeys(provision for row in answer.rows for provision in row.provisions)
    numbers = {provision: f"[{number}]" for number, provision in enumerate(cited, start=1)}
    rows = []
    for row in answer.rows:
        cells = [row[name].label(lang) for name in answer.columns]
        basis = BASIS[row.basis][lang] if row.provisions else ""
        marks = "".join(numbers[provision] for provision in row.provisions)
        rows.append([*cells, row.modality.label(lang) if row.modality else "", basis, marks])
    headings = [answer.question.header.columns[name](lang) for name in answer.columns]
    more = {"zh": ["约束力", "依据", "出处"], "en": ["modality", "basis", "source"]}[lang]
    table([*headings, *more], rows)
    _notes(numbers, lang)


def _notes(numbers: "dict[Provision, str]", lang: Language) -> None:
    """Print what is cited, with its quotes; then each reading once."""
    letters: dict[Reading, str] = {}
    if numbers:
        click.echo()
    for provision, number in numbers.items():
        name = provision.identifier or provision.kind.label(lang)
        marks = "".join(
            letters.setdefault(reading, f"[{_letter(len(letters))}]")
            for reading in provision.readings
        )
        read = f" · {BASIS['read'][lang]} {marks}" if marks else ""
        click.echo(f"{number} {provision.label(lang)} · {name}{read}")
        for clause in longest(provision.clauses):
            click.echo(f"    {quote(clause, lang)}")
    if letters:
        click.echo()
    for reading, letter in letters.items():
        click.echo(f"{letter} {reading.reason(lang)}")


def _letter(number: int) -> str:
    """Return the mark of a number: a, b, … z, aa, ab and so on."""
    first, last = divmod(number, 26)
    return (_letter(first - 1) if first else "") + string.ascii_lowercase[last]


def answer_json(answer: "Answer", lang: Language) -> None:
    """Print an answer as one JSON object."""
    click.echo(json.dumps(document(answer, lang), ensure_ascii=False, indent=2))


def answer_csv(answer: "Answer", lang: Language) -> None:
    """Print an answer as CSV: IRIs and values, then modality, basis and quotes."""
    csv.writer(sys.stdout, lineterminator="\n").writerows(records(answer, lang))


ANSWERS = {"table": answer_table, "json": answer_json, "csv": answer_csv}
