"""Print answers: a table for people, JSON and CSV for programs."""

import csv
import json
import string
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, get_args

import click

from guidekg.cli.streams import encodable, misuse
from guidekg.guides.model import longest, quote
from guidekg.i18n import Label, Language
from guidekg.questions.serialization import document
from guidekg.questions.sheets import BASIS, MORE, Sheet, sheet

if TYPE_CHECKING:
    from rich.table import Table

    from guidekg.guides.coverage import Coverage
    from guidekg.guides.model import Provision, Reading
    from guidekg.questions import Answer, Row


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: framed to the terminal, or one tab-separated line a row when piped."""
    if sys.stdout.isatty():
        framed(headings, rows)
        return
    for row in (headings, *rows):
        click.echo("\t".join(" ".join(cell.split()) for cell in row))


def framed(
    headings: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] | None = None
) -> None:
    """Print a table that fits the width, which ``COLUMNS`` tells where there is no terminal.

    Args:
        headings: of the columns.
        rows: the cells.
        widths: of the columns, so that several tables are in line; as the cells need, if not given.
    """
    from rich.box import SIMPLE_HEAD, Box  # noqa: PLC0415  # only who prints a table waits for it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    lines = str(SIMPLE_HEAD)
    if not encodable(lines):
        lines = lines.replace("─", "-")
    # Called ASCII, or rich draws another frame, of other widths, wherever the encoding is not UTF.
    frame = Box(lines, ascii=True)
    made = Table(box=frame, pad_edge=False, padding=0 if widths else (0, 1))
    for number, heading in enumerate(headings):
        made.add_column(heading, overflow="fold", width=widths[number] if widths else None)
    for row in rows:
        made.add_row(*map(Text, row))
    _print(made)


def fitting(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[int]:
    """Return widths of columns with which a table fits, no word broken where that can be."""
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(cell_len, column)) for column in columns]
    # Chinese may be broken anywhere, but four characters should stay together.
    least = [
        max(8 if not word.isascii() else len(word) for cell in column for word in cell.split())
        for column in columns
    ]
    room = max(Console().width - len(columns) - 1, len(columns))
    while sum(widths) > room:
        spare = [n for n, width in enumerate(widths) if width > least[n]] or range(len(widths))
        widths[max(spare, key=widths.__getitem__)] -= 1
    return widths


def marked(mark: str, text: str) -> None:
    """Print a paragraph behind a mark, if any, its lines wrapped to the width and set in."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    made = Table.grid(padding=(0, 1, 0, 0))
    made.add_row(*([Text(mark)] if mark else []), Text(text, overflow="fold"))
    _print(made)


def _print(made: "Table") -> None:
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    with console.capture() as captured:
        console.print(made)
    lines = (line.rstrip() for line in captured.get().splitlines())
    click.echo("\n".join(lines).strip("\n"))


def print_json(value: object) -> None:
    """Print what JSON can hold."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def report(
    columns: Mapping[str, Label], rows: Sequence[Sequence[str]], form: str, lang: Language
) -> None:
    """Print rows as a table, as CSV, or as JSON: a list of objects.

    Args:
        columns: for each column its name, which programs read, and its heading for people.
        rows: a cell for each column.
        form: ``table``, ``csv`` or ``json``.
        lang: the language of the headings.
    """
    if form == "table":
        table([heading(lang) for heading in columns.values()], rows)
    else:
        records_of([*columns], rows, form)


def records_of(names: Sequence[str], rows: Sequence[Sequence[object]], form: str) -> None:
    """Print rows for programs: as CSV, or as JSON, a list of objects."""
    if form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *rows])
    else:
        print_json([dict(zip(names, row, strict=True)) for row in rows])


def coverage_line(covered: "Coverage", lang: Language) -> str:
    """Return a sentence or two on how much of a guide is covered, and held as data."""
    share, structural = f"{covered.share:.1%}", f"{covered.structural_share:.1%}"
    labels = len(covered.label_only)
    return Label(
        f"覆盖：{covered.counted} 字中的 {share}；结构性文字 {structural}。"
        f"条文 {covered.provisions} 条：内容为数据的 {covered.as_data} 条，只有标签的 {labels} 条。",
        f"Coverage: {share} of {covered.counted} characters; structural {structural}."
        f" Provisions: {covered.provisions}; as data {covered.as_data}, label only {labels}.",
    )(lang)


def answer_table(answer: "Answer", lang: Language) -> None:
    """Print an answer with the notes, sentences and readings behind it.

    It is laid out for people wherever it goes: programs take JSON or CSV.
    """
    header = answer.question.header
    if renamed := answer.question.renamed:
        click.echo(renamed(lang), err=True)
    marked("", header.question(lang))
    colon = "：" if lang == "zh" else ": "
    for parameter in header.parameters:
        if parameter.name in answer.given:
            value = answer.given[parameter.name].label(lang)
            click.echo(f"  {parameter.description(lang)}{colon}{value}")
    if not answer.rows:
        marked("", header.empty(lang))
        return
    click.echo()
    cited = dict.fromkeys(provision for row in answer.rows for provision in row.provisions)
    numbers = {provision: f"[{number}]" for number, provision in enumerate(cited, start=1)}
    columns = [one for one in answer.columns if one.name not in header.group]
    headings = [one.label(lang) for one in columns]
    rows = [
        [
            *(row[one.name].label(lang) for one in columns),
            *_behind(row, lang),
            "".join(numbers[provision] for provision in row.provisions),
        ]
        for row in answer.rows
    ]
    headings += [one(lang) for one in MORE]
    if header.group:
        _grouped(answer, headings, rows, lang)
    else:
        framed(headings, rows)
        click.echo()
    for note in header.notes:
        marked("·", note(lang))
    if header.notes:
        click.echo()
    _notes(numbers, lang)


def _behind(row: "Row", lang: Language) -> tuple[str, str]:
    """Return the modality and the basis of a row."""
    basis = BASIS[row.basis](lang) if row.provisions else ""
    return row.modality.label(lang) if row.modality else "", basis


def _grouped(answer: "Answer", headings: list[str], rows: list[list[str]], lang: Language) -> None:
    """Print rows under the values that they share.

    Columns without any value are left out, and so are modality and basis: the sources below, which
    the last column names, tell them.
    """
    shown = [number for number in range(len(headings) - 3) if any(row[number] for row in rows)]
    shown.append(len(headings) - 1)
    headings = [headings[number] for number in shown]
    rows = [[row[number] for number in shown] for row in rows]
    widths = fitting(headings, rows)
    before: list[str] = []
    for names, found in groupby(
        zip(answer.rows, rows, strict=True),
        lambda pair: [pair[0][name].label(lang) for name in answer.question.header.group],
    ):
        for level, name in enumerate(names):
            if names[: level + 1] != before[: level + 1]:
                click.echo(" " * 2 * level + click.style(name, bold=True))
        framed(headings, [cells for _, cells in found], widths)
        click.echo()
        before = names


def _notes(numbers: "dict[Provision, str]", lang: Language) -> None:
    """Print what is cited, with its quotes; then each reading once."""
    letters: dict[Reading, str] = {}
    for provision, number in numbers.items():
        name = provision.identifier or provision.kind.label(lang)
        marks = "".join(
            letters.setdefault(reading, f"[{_letter(len(letters))}]")
            for reading in provision.readings
        )
        read = f" · {BASIS['read'](lang)} {marks}" if marks else ""
        marked(number, f"{provision.label(lang)} · {name}{read}")
        for clause in longest(provision.clauses):
            marked("   ", quote(clause, lang))
    if letters:
        click.echo()
    for reading, letter in letters.items():
        marked(letter, reading.reason(lang))


def _letter(number: int) -> str:
    """Return the mark of a number: a, b, … z, aa, ab and so on."""
    first, last = divmod(number, 26)
    return (_letter(first - 1) if first else "") + string.ascii_lowercase[last]


def answer_json(answer: "Answer", lang: Language) -> None:
    """Print an answer as one JSON object."""
    print_json(document(answer, lang))


def answer_sheet(answer: "Answer", lang: Language, form: Sheet) -> None:
    """Print an answer as CSV or as a workbook.

    Raises:
        UsageError: a workbook would go to a terminal.
    """
    if form == "xlsx" and sys.stdout.isatty():
        raise misuse(
            "xlsx 不能显示在终端上；请写入文件：> answer.xlsx",
            "An xlsx file is not for a terminal: send it to a file, > answer.xlsx",
        )
    click.echo(sheet(answer, lang, form), nl=False)


ANSWERS: dict[str, Callable[["Answer", Language], None]] = {
    "table": answer_table,
    "json": answer_json,
    **{form: partial(answer_sheet, form=form) for form in get_args(Sheet)},
}
