"""A report as JSON, which ``document`` defines: one proposal a line."""

import json
from collections.abc import Sequence
from typing import TextIO, TypeVar

import msgspec

from guidekg.guides.model import Thing
from guidekg.i18n import Label, Language
from guidekg.reports import document
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
)

_Kind = TypeVar("_Kind", bound=document.Closed)


class JsonWriter(Output):
    """Streams the proposals; keeps the problems, which stand after them."""

    def __init__(self, out: TextIO, lang: Language) -> None:
        super().__init__(out, lang)
        self._problems: list[document.InputProblem] = []
        self._before = ""

    def start(self, header: Header) -> None:
        """Write the header."""
        said = document.Header(
            lang=self.lang,
            guides=[self._thing(guide) for guide in header.guides],
            version=header.version,
            shapes_hash=header.shapes_hash,
            engine=header.engine,
            as_of=header.as_of,
            facts=[_taken(document.Fact, fact) for fact in header.facts],
            overrides=header.overrides,
            waiting=[
                document.Waiting(
                    *self._named(one.requirement), fact=one.fact, scheme=one.scheme.iri
                )
                for one in header.waiting
            ],
        )
        self.write(f'{{"header": {_dump(said)},\n"proposals": [')

    def judgement(self, judgement: Judgement) -> None:
        """Write a proposal."""
        said = document.Proposal(
            iri=judgement.iri,
            title=self._text(judgement.title),
            file=judgement.file,
            scheme=self._thing(judgement.scheme) if judgement.scheme else None,
            verdict=judgement.verdict,
            decided=judgement.decided,
            findings=[self._finding(finding) for finding in judgement.findings],
            checklist=[self._item(item) for item in judgement.checklist],
        )
        self.write(f"{self._before}\n{_dump(said)}")
        self._before = ","

    def problem(self, problem: Problem) -> None:
        """Keep an input that could not be read."""
        said = problem.message(self.lang)
        kept = document.InputProblem(problem.file, said, problem.line, problem.column)
        self._problems.append(kept)

    def finish(self, summary: Summary, *, partial: bool, unused: Sequence[Override]) -> None:
        """Write the problems and the summary."""
        counts = _taken(document.Summary, summary)
        left = [_taken(document.UnusedOverride, one) for one in unused]
        self.write(
            f'\n],\n"problems": {_dump(self._problems)},\n"summary": {_dump(counts)},\n'
            f'"unused": {_dump(left)},\n"partial": {_dump(partial)}}}\n'
        )

    def _text(self, label: Label | None) -> str | None:
        return label(self.lang) if label else None

    def _thing(self, thing: Thing) -> document.Thing:
        return document.Thing(thing.iri, thing.label(self.lang))

    def _named(self, requirement: Requirement) -> tuple[str, str, str]:
        return requirement.row, requirement.identifier, requirement.label(self.lang)

    def _finding(self, finding: Finding) -> document.Finding:
        return document.Finding(
            requirement=finding.requirement.row if finding.requirement else None,
            id=finding.code,
            severity=finding.severity,
            reason=finding.reason,
            message=finding.message(self.lang),
            hint=self._text(finding.hint),
            value=finding.value,
            where=_taken(document.Where, finding.where) if finding.where else None,
            clauses=[_taken(document.Clause, clause) for clause in finding.clauses],
            readings=[document.Reading(one.iri, one.reason(self.lang)) for one in finding.readings],
            shape=finding.shape,
        )

    def _item(self, item: Item) -> document.Item:
        return document.Item(
            *self._named(item.requirement),
            modality=item.requirement.modality,
            state=item.state,
            manual=item.manual,
            override=_taken(document.Override, item.override) if item.override else msgspec.UNSET,
        )


def _taken(kind: type[_Kind], thing: object) -> _Kind:
    """Return a thing of the model as the report has it, where all that it says is there as it is."""
    return msgspec.convert(thing, kind, from_attributes=True)


def _dump(value: object) -> str:
    # msgspec's own encoder refuses what UTF-8 cannot hold, such as the bytes of an odd file name.
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
