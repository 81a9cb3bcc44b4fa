"""Answers as tables for people: labelled CSV, and the workbook of a spreadsheet."""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib.util import find_spec
from io import BytesIO, StringIO
from typing import Any, Literal

from guidekg.characters import BOM
from guidekg.errors import GuideKGError
from guidekg.guides.model import Thing
from guidekg.i18n import Label, Language
from guidekg.questions.question import Answer
from guidekg.questions.serialization import records
from guidekg.reports.csv import cell

Sheet = Literal["csv", "labelled-csv", "excel-csv", "xlsx"]
HAS_XLSX = find_spec("xlsxwriter") is not None  # the extra ``xlsx`` is installed

MORE = Label("约束力", "modality"), Label("依据", "basis"), Label("出处", "source")
BASIS = {
    "stated": Label("写明", "stated"),
    "inherited": Label("继承", "inherited"),
    "inferred": Label("推断", "inferred"),
    "read": Label("解读", "read"),
}


def sheet(answer: Answer, lang: Language, form: Sheet) -> bytes:
    """Return an answer as a table.

    Args:
        answer: the answer.
        lang: the language of headings and names.
        form: ``csv`` for programs, with IRIs; ``labelled-csv`` with names, and IRIs beside them;
            ``excel-csv``, the same with a byte order mark; ``xlsx``.

    Raises:
        GuideKGError: workbooks cannot be written here.
    """
    if form == "xlsx":
        return _workbook([*labelled(answer, lang)], answer.question.name)
    text = StringIO(newline="")
    lines = records(answer, lang) if form == "csv" else labelled(answer, lang)
    csv.writer(text, lineterminator="\n").writerows(lines)
    return ((BOM if form == "excel-csv" else "") + text.getvalue()).encode()


def labelled(answer: Answer, lang: Language) -> Iterator[list[Any]]:
    """Yield the headings, then each row: names in a language, and the IRI of a thing after its name."""
    things = {
        name
        for row in answer.rows
        for name, one in row.items()
        if isinstance(one.value, Thing) and not one.word
    }
    heads = [
        (one.label(lang), *([f"{one.label(lang)} IRI"] * (one.name in things)))
        for one in answer.columns
    ]
    yield [*(head for pair in heads for head in pair), *(one(lang) for one in MORE)]
    for row in answer.rows:
        made: list[Any] = []
        for column in answer.columns:
            value = row[column.name].value
            number = isinstance(value, int | Decimal)
            made += [
                value if number else cell(row[column.name].label(lang)),
                *([getattr(value, "iri", "")] * (column.name in things)),
            ]
        modality = row.modality.label(lang) if row.modality else ""
        basis = BASIS[row.basis](lang) if row.provisions else ""
        yield [*made, modality, basis, cell(" ".join(clause.exact for clause in row.clauses))]


def _workbook(rows: Sequence[Sequence[Any]], name: str) -> bytes:
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415  # optional
    except ImportError:
        raise GuideKGError(
            "写 xlsx 需要安装：pip install 'guidekg[xlsx]'。",
            "xlsx needs an extra: pip install 'guidekg[xlsx]'",
        ) from None
    out = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(out, plain) as book:
        page = book.add_worksheet(name[:31])  # no name of a sheet is longer
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            page.write_row(number, 0, row, None if number else bold)
        page.set_column(0, len(rows[0]) - 1, 24)
    return out.getvalue()
