"""A report as JSON, described by ``report.schema.json``: one proposal a line."""

import json
from collections.abc import Sequence
from typing import Any, TextIO

from guidekg.guides.model import Clause, Reading, Thing
from guidekg.i18n import Label, Language
from guidekg.reports.base import Output
from guidekg.reports.model import (
    Finding,
    Header,
    Item,
    Judgement,
    Override,
    Problem,
    Requirement,
    Summary,
    Where,
)

Json = dict[str, Any]


class JsonWriter(Output):
    """Streams the proposals; keeps the problems, which stand after them."""

    def __init__(self, out: TextIO, lang: Language) -> None:
        super().__init__(out, lang)
        self._problems: list[Json] = []
        self._before = ""

    def start(self, header: Header) -> None:
        """Write the header."""
        said = {
            "lang": self.lang,
            "guides": [self._thing(guide) for guide in header.guides],
            "version": header.version,
            "shapes_hash": header.shapes_hash,
            "engine": header.engine,
            "as_of": header.as_of.isoformat(),
            "facts": [{"name": fact.name, "value": fact.value} for fact in header.facts],
            "overrides": header.overrides,
            "waiting": [
                {"fact": one.fact, "scheme": one.scheme.iri, **self._named(one.requirement)}
                for one in header.waiting
            ],
        }
        self.write(f'{{"header": {_dump(said)},\n"proposals": [')

    def judgement(self, judgement: Judgement) -> None:
        """Write a proposal."""
        proposal = {
            "iri": judgement.iri,
            "title": judgement.title(self.lang) if judgement.title else None,
            "file": judgement.file,
            "scheme": self._thing(judgement.scheme) if judgement.scheme else None,
            "verdict": judgement.verdict,
            "decided": judgement.decided,
            "findings": [self._finding(finding) for finding in judgement.findings],
            "checklist": [self._item(item) for item in judgement.checklist],
        }
        self.write(f"{self._before}\n{_dump(proposal)}")
        self._before = ","

    def problem(self, problem: Problem) -> None:
        """Keep an input that could not be read."""
        self._problems.append(
            {
                "file": problem.file,
                "message": problem.message(self.lang),
                "line": problem.line,
                "column": problem.column,
            }
        )

    def finish(self, summary: Summary, *, partial: bool, unused: Sequence[Override]) -> None:
        """Write the problems and the summary."""
        counts = {
            "proposals": summary.proposals,
            "verdicts": dict(summary.verdicts),
            "decided": dict(summary.decided),
            "findings": dict(summary.findings),
            "problems": summary.problems,
            "overridden": summary.overridden,
            "manual": summary.manual,
        }
        left = [
            {"requirement": one.requirement, "proposal": one.proposal, **_override(one)}
            for one in unused
        ]
        self.write(
            f'\n],\n"problems": {_dump(self._problems)},\n"summary": {_dump(counts)},\n'
            f'"unused": {_dump(left)},\n"partial": {_dump(partial)}}}\n'
        )

    def _thing(self, thing: Thing) -> Json:
        return {"iri": thing.iri, "label": thing.label(self.lang)}

    def _text(self, label: Label | None) -> str | None:
        return label(self.lang) if label else None

    def _finding(self, finding: Finding) -> Json:
        return {
            "requirement": finding.requirement.row if finding.requirement else None,
            "id": finding.code,
            "severity": finding.severity,
            "reason": finding.reason,
            "message": finding.message(self.lang),
            "hint": self._text(finding.hint),
            "value": finding.value,
            "where": _where(finding.where) if finding.where else None,
            "clauses": [_clause(clause) for clause in finding.clauses],
            "readings": [self._reading(reading) for reading in finding.readings],
            "shape": finding.shape,
        }

    def _reading(self, reading: Reading) -> Json:
        return {"iri": reading.iri, "reason": reading.reason(self.lang)}

    def _named(self, requirement: Requirement) -> Json:
        return {
            "requirement": requirement.row,
            "id": requirement.identifier,
            "label": requirement.label(self.lang),
        }

    def _item(self, item: Item) -> Json:
        line = {
            **self._named(item.requirement),
            "modality": item.requirement.modality,
            "state": item.state,
            "manual": item.manual,
        }
        return line | ({"override": _override(item.override)} if item.override else {})


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _clause(clause: Clause) -> Json:
    return {
        "iri": clause.iri,
        "start": clause.start,
        "end": clause.end,
        "exact": clause.exact,
    }


def _where(where: Where) -> Json:
    return {
        "file": where.file,
        "line": where.line,
        "column": where.column,
        "end_line": where.end_line,
        "end_column": where.end_column,
        "subject": where.subject,
    }


def _override(override: Override) -> Json:
    return {
        "state": override.state,
        "reason": override.reason,
        "by": override.by,
        "on": override.on.isoformat(),
    }
