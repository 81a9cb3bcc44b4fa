"""A report as SARIF 2.1.0, the form in which code hosts and editors read findings."""

import hashlib
import json
from typing import Any, TextIO

from guidekg.guides.model import longest, quote
from guidekg.i18n import TAGS, Language
from guidekg.rdf.namespaces import compact
from guidekg.reports import model
from guidekg.reports.base import (
    Unused,
    Writer,
    advice,
    draft,
    entries,
    one_line,
    override,
    title,
    uri,
)
from guidekg.reports.words import MALFORMED, PARTIAL, UNUSED

Json = dict[str, Any]
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVEL: dict[model.Severity, str] = {"violation": "error", "warning": "warning", "info": "note"}


class SarifWriter(Writer):
    """Streams the results of one run; keeps the rules that were met and the problems.

    Both stand after the results, which SARIF allows in any order. An override to *met* becomes a
    suppression of the result, any other a property.
    """

    def __init__(self, out: TextIO, lang: Language) -> None:
        super().__init__(out, lang)
        self._rules: list[Json] = []
        self._positions: dict[str, int] = {}
        self._notifications: list[Json] = []
        self._properties: Json = {}
        self._version = ""
        self._before = ""

    def start(self, header: model.Header) -> None:
        """Begin the run."""
        self._version = header.version
        for one in header.drafts:
            self._notify("warning", draft(one)(self.lang), [])
        self._properties = {
            "guides": [guide.iri for guide in header.guides],
            "shapesHash": header.shapes_hash,
            "engine": header.engine,
            "asOf": header.as_of.isoformat(),
            "facts": {fact.name: fact.value for fact in header.facts},
            "waiting": {one.requirement.identifier: one.fact for one in header.waiting},
        }
        self.write(
            f'{{"$schema": {_dump(_SCHEMA)},\n"version": "2.1.0",\n"runs": [{{\n'
            f'"columnKind": "unicodeCodePoints",\n"language": "{TAGS[self.lang]}",\n"results": ['
        )

    def judgement(self, judgement: model.Judgement) -> None:
        """Write the results of a proposal."""
        results = [self._result(judgement, item, found) for item, found in entries(judgement)]
        if results:
            self.write(self._before + "\n" + ",\n".join(map(_dump, results)))
            self._before = ","

    def problem(self, problem: model.Problem) -> None:
        """Keep an input that could not be read."""
        where = model.Where(problem.file, "", problem.line, problem.column)
        self._notify("error", problem.message(self.lang), _locations(where))

    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:
        """Write how the run ended, and the rules."""
        for one in unused:
            self._notify(
                "warning", f"{UNUSED(self.lang)}: {one.proposal} [{compact(one.requirement)}]", []
            )
        if partial:
            self._notify("warning", PARTIAL(self.lang), [])
        invocation = {
            "executionSuccessful": not partial and not summary.problems,
            "exitCode": 130 if partial else summary.exit_code,
            "toolExecutionNotifications": self._notifications,
        }
        driver = {"name": "guidekg", "version": self._version, "rules": self._rules}
        self._properties |= {
            "partial": partial,
            "proposals": summary.proposals,
            "manual": summary.manual,
            "verdicts": dict(summary.verdicts),
            "decided": dict(summary.decided),
        }
        self.write(
            f'\n],\n"invocations": [{_dump(invocation)}],\n"properties": {_dump(self._properties)},\n'
            f'"tool": {{"driver": {_dump(driver)}}}\n}}]}}\n'
        )

    def _notify(self, level: str, text: str, locations: list[Json]) -> None:
        said = {"level": level, "message": {"text": one_line(text, 2000)}}
        self._notifications.append(said | ({"locations": locations} if locations else {}))

    def _result(
        self, judgement: model.Judgement, item: model.Item | None, finding: model.Finding | None
    ) -> Json:
        requirement = item.requirement if item else finding.requirement if finding else None
        code = finding.code if finding else requirement.identifier if requirement else ""
        index = self._rule(code, requirement)
        if finding:
            level, kind, said = _LEVEL[finding.severity], "fail", advice(finding, self.lang)
        else:  # a person overrode what the machine found nothing wrong with
            level, kind, said = "none", "review", override(item, self.lang) if item else ""
        name = one_line(title(judgement, self.lang))
        where = (finding.where if finding else None) or model.Where(judgement.file, judgement.iri)
        result: Json = {
            "ruleId": code,
            "ruleIndex": index,
            "level": level,
            "kind": kind,
            "message": {"text": f"{name}: {said}"},
            "locations": _locations(where),
            "partialFingerprints": {"finding/v1": _fingerprint(judgement, code, finding)},
            "properties": {
                "proposal": judgement.iri,
                "verdict": judgement.verdict,
                "decided": judgement.decided,
            },
        }
        if finding:
            result["properties"] |= {"reason": finding.reason, "shape": finding.shape}
        if item and item.override:
            result["properties"]["override"] = override(item, self.lang)
            if finding and item.override.state == "met":
                accepted = {"kind": "external", "status": "accepted"}
                result["suppressions"] = [accepted | {"justification": override(item, self.lang)}]
        return result

    def _rule(self, code: str, requirement: model.Requirement | None) -> int:
        """Return the position of a rule, which is described when it is first met."""
        if code not in self._positions:
            self._positions[code] = len(self._rules)
            self._rules.append(self._described(code, requirement))
        return self._positions[code]

    def _described(self, code: str, requirement: model.Requirement | None) -> Json:
        name = requirement.label(self.lang) if requirement else f"{MALFORMED(self.lang)}: {code}"
        rule: Json = {"id": code, "shortDescription": {"text": name}}
        if requirement:
            quotes = [quote(one, self.lang) for one in longest(requirement.clauses)]
            read = [reading.reason(self.lang) for reading in requirement.readings]
            rule |= {
                "fullDescription": {"text": "\n".join([name, *quotes])},
                "help": {"text": "\n".join([*quotes, *read]) or name},
                "properties": {
                    "requirement": requirement.row,
                    "iri": requirement.iri,
                    "modality": requirement.modality,
                    "clauses": [clause.iri for clause in requirement.clauses],
                },
            }
        return rule


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _locations(where: model.Where) -> list[Json]:
    """Return a place: the file, the lines where there are any, and the subject by its name."""
    location: Json = {}
    if where.file:
        physical: Json = {"artifactLocation": {"uri": uri(where.file)}}
        if where.line is not None:
            region = {
                "startLine": where.line,
                "startColumn": where.column,
                "endLine": where.end_line,
                "endColumn": where.end_column,
            }
            physical["region"] = {name: value for name, value in region.items() if value}
        location["physicalLocation"] = physical
    if where.subject:
        location["logicalLocations"] = [{"fullyQualifiedName": where.subject, "kind": "resource"}]
    return [location] if location else []


def _fingerprint(judgement: model.Judgement, code: str, finding: model.Finding | None) -> str:
    """Return what stays the same when lines move."""
    parts = [judgement.iri, code]
    if finding:
        parts += [finding.shape, finding.value or ""]
        parts.append(finding.where.subject if finding.where else "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
