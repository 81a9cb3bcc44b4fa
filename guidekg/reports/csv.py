"""A report as CSV for spreadsheets: a row a finding, and one for a proposal without any."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import TextIO

from guidekg.guides.model import longest, quote
from guidekg.i18n import Language
from guidekg.reports import model
from guidekg.reports.base import Unused, Writer, draft, entries, one_line, title
from guidekg.reports.words import PARTIAL

COLUMNS = (
    *("kind", "file", "line", "column", "proposal", "title", "scheme", "verdict", "decided"),
    *("requirement", "id", "label", "modality", "state", "severity", "reason", "message", "hint"),
    *("value", "clauses", "readings", "shape"),
    *("override", "override_by", "override_on", "override_reason"),
)
# What a spreadsheet takes for the start of a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class CsvWriter(Writer):
    """Streams rows; ``kind`` says what a row is.

    ``finding``; ``proposal`` (nothing was found); ``override`` (of a line without a finding);
    ``problem``; ``unused-override``; ``draft`` (a guide that is one); ``waiting`` (a requirement that was not checked for want of a
    fact, which ``value`` names); ``partial`` (the run was interrupted). Names of columns and
    codes are the same in both languages. ``bom`` begins the file with a byte order mark, without
    which Excel on a Chinese Windows reads GBK.
    """

    def __init__(self, out: TextIO, lang: Language, *, bom: bool = True) -> None:
        super().__init__(out, lang)
        self._bom = bom

    def start(self, header: model.Header) -> None:
        """Write the names of the columns, and what is not checked."""
        self.write("\ufeff" if self._bom else "")
        self._rows([dict(zip(COLUMNS, COLUMNS, strict=True))])
        self._rows(
            [
                {"kind": "draft", "value": one.guide.iri, "message": draft(one)(self.lang)}
                for one in header.drafts
            ]
        )
        self._rows(
            [
                {"kind": "waiting", "value": one.fact, **self._requirement(one.requirement)}
                | {"scheme": one.scheme.label(self.lang)}
                for one in header.waiting
            ]
        )

    def judgement(self, judgement: model.Judgement) -> None:
        """Write a proposal's rows."""
        proposal = {
            "kind": "proposal",
            "file": judgement.file,
            "proposal": judgement.iri,
            "title": title(judgement, self.lang) if judgement.title else "",
            "scheme": judgement.scheme.label(self.lang) if judgement.scheme else "",
            "verdict": judgement.verdict,
            "decided": judgement.decided,
        }
        rows = []
        for item, finding in entries(judgement):
            kind = {"kind": "finding" if finding else "override"}
            rows.append(proposal | kind | self._item(item) | self._finding(finding))
        self._rows(rows or [proposal])

    def problem(self, problem: model.Problem) -> None:
        """Write an input that could not be read."""
        place = _place(problem.file, problem.line, problem.column)
        self._rows([{"kind": "problem", **place, "message": problem.message(self.lang)}])

    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:  # noqa: ARG002  # counting is the spreadsheet's work
        """Write what is left over."""
        rows = [
            {
                "kind": "unused-override",
                "proposal": one.proposal,
                "id": one.requirement,
                **_override(one),
            }
            for one in unused
        ]
        if partial:
            rows.append({"kind": "partial", "message": PARTIAL(self.lang)})
        self._rows(rows)

    def _item(self, item: model.Item | None) -> dict[str, str]:
        if not item:
            return {}
        return (
            self._requirement(item.requirement)
            | {"state": item.state}
            | (_override(item.override) if item.override else {})
        )

    def _requirement(self, requirement: model.Requirement) -> dict[str, str]:
        return {
            "requirement": requirement.row,
            "id": requirement.identifier,
            "label": requirement.label(self.lang),
            "modality": requirement.modality,
            "clauses": " ".join(quote(one, self.lang) for one in longest(requirement.clauses)),
            "readings": " ".join(reading.reason(self.lang) for reading in requirement.readings),
        }

    def _finding(self, finding: model.Finding | None) -> dict[str, str]:
        if not finding:
            return {}
        where = finding.where
        return {
            **(_place(where.file, where.line, where.column) if where else {}),
            "id": finding.code,
            "severity": finding.severity,
            "reason": finding.reason,
            "message": finding.message(self.lang),
            "hint": finding.hint(self.lang) if finding.hint else "",
            "value": finding.value or "",
            "shape": finding.shape,
        }

    def _rows(self, rows: Sequence[dict[str, str]]) -> None:
        text = StringIO()
        table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        table.writerows({name: cell(value) for name, value in row.items()} for row in rows)
        self.write(text.getvalue())


def _place(file: str, line: int | None, column: int | None) -> dict[str, str]:
    return {"file": file, "line": str(line or ""), "column": str(column or "")}


def _override(override: model.Override) -> dict[str, str]:
    return {
        "override": override.state,
        "override_by": override.by,
        "override_on": override.on.isoformat(),
        "override_reason": override.reason,
    }


def cell(value: str) -> str:
    """Return text that a spreadsheet shows and never runs, short enough for a cell."""
    plain = one_line(value, 2000)
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA) else plain
