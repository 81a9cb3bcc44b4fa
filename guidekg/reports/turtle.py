"""A report as RDF: a standard ``sh:ValidationReport``, with links to requirement and clause."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import TextIO

import pyoxigraph as ox

from guidekg.guides.model import Clause, Reading
from guidekg.i18n import Label, Language
from guidekg.rdf.namespaces import PREFIXES, XSD
from guidekg.reports.base import Output, clean
from guidekg.reports.model import (
    Finding,
    Header,
    Item,
    Judgement,
    Override,
    Problem,
    Requirement,
    Severity,
    State,
    Summary,
    Verdict,
    Where,
)
from guidekg.reports.words import PARTIAL

_PREFIXES = {
    **{name: PREFIXES[name] for name in ("gk", "dcterms", "oa", "prov", "rdfs", "sh")},
    "ptr": "http://www.w3.org/2009/pointers#",  # lines and characters of a document
}
_SEVERITY: dict[Severity, str] = {
    "violation": "sh:Violation",
    "warning": "sh:Warning",
    "info": "sh:Info",
}
_STATE: dict[State, str] = {
    "met": "gk:Met",
    "unmet": "gk:Unmet",
    "undecided": "gk:Undecided",
    "not-reached": "gk:NotReached",
}
_VERDICT: dict[Verdict, str] = {
    "eligible": "gk:Eligible",
    "undecided": "gk:UndecidedVerdict",
    "ineligible": "gk:Ineligible",
}
_VALUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
Pairs = Iterable[tuple[str, str]]


class TurtleWriter(Output):
    """Streams results and judgements; ``sh:conforms`` follows at the end.

    Texts stand in both languages. ``sh:conforms`` is true only if there is no result at all, as
    SHACL says, and all of the input was judged; the verdict is ``gk:verdict``.
    """

    def __init__(self, out: TextIO, lang: Language) -> None:
        super().__init__(out, lang)
        self._described: set[str] = set()
        self._results = count(1)
        self._judgements = count(1)
        self._conforms = True

    def start(self, header: Header) -> None:
        """Write the prefixes, and what was checked with what."""
        facts = [
            _node(
                ("a", "gk:RunFact"),
                ("gk:factName", _text(one.name)),
                ("gk:factValue", _text(one.value)),
            )
            for one in header.facts
        ]
        shapes = _node(
            ("a", "prov:Entity"),
            ("dcterms:title", _text("shapes")),
            ("dcterms:identifier", _text(f"sha256:{header.shapes_hash}")),
        )
        agent = _node(
            ("a", "prov:SoftwareAgent"),
            ("rdfs:label", _text(f"guidekg {header.version}, {header.engine}")),
        )
        guides = [_term(guide.iri) for guide in header.guides]
        run = _node(
            ("a", "prov:Activity"),
            *(("prov:used", used) for used in [*guides, shapes, *facts]),
            ("prov:wasAssociatedWith", agent),
            *(("gk:uncheckedRequirement", _term(one.requirement.iri)) for one in header.waiting),
        )
        self.write("".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items()))
        self._statement(
            "_:report",
            ("a", "sh:ValidationReport"),
            ("dcterms:valid", _date(header.as_of.isoformat())),
            ("prov:wasGeneratedBy", run),
        )

    def judgement(self, judgement: Judgement) -> None:
        """Write how a proposal stands, and its results."""
        name = f"_:judgement{next(self._judgements)}"
        text = "".join(self._requirement(item.requirement) for item in judgement.checklist)
        text += _statement(
            name,
            ("a", "gk:Judgement"),
            ("gk:judgedProposal", _term(judgement.iri)),
            ("dcterms:source", _text(judgement.file)),
            ("gk:verdict", _VERDICT[judgement.verdict]),
            ("gk:decidedVerdict", _VERDICT[judgement.decided]),
            *(("gk:checklistItem", _item(item)) for item in judgement.checklist),
        )
        results = []
        for finding in judgement.findings:
            result = f"_:result{next(self._results)}"
            results.append(("sh:result", result))
            text += _statement(result, *_result(judgement, finding))
        self._conforms &= not results
        self.write(text + _statement("_:report", ("gk:judgement", name), *results))

    def problem(self, problem: Problem) -> None:
        """Write an input that could not be read."""
        where = Where(problem.file, "", problem.line, problem.column)
        node = _node(
            ("a", "gk:InputProblem"),
            *(("dcterms:description", text) for text in _both(problem.message)),
            ("prov:atLocation", _place(where)),
        )
        self._statement("_:report", ("gk:inputProblem", node))

    def finish(self, summary: Summary, *, partial: bool, unused: Sequence[Override]) -> None:
        """Write whether there was any result."""
        whole = not partial and not summary.problems and summary.proposals > 0
        self._statement(
            "_:report",
            ("sh:conforms", str(self._conforms and whole).lower()),
            *(("gk:unusedOverride", _override(one)) for one in unused),
            ("gk:partial", str(partial).lower()),
            *(("rdfs:comment", text) for text in _both(PARTIAL) if partial),
        )

    def _statement(self, subject: str, *pairs: tuple[str, str]) -> None:
        self.write(_statement(subject, *pairs))

    def _requirement(self, requirement: Requirement) -> str:
        """Return what a reader needs to know of a requirement, when it is first met."""
        if requirement.iri in self._described:
            return ""
        self._described.add(requirement.iri)
        text = _statement(
            _term(requirement.iri),
            ("a", "gk:Requirement"),
            ("dcterms:identifier", _text(requirement.identifier)),
            ("gk:requirementRow", _text(requirement.row)),
            *(("rdfs:label", label) for label in _both(requirement.label)),
            *(("gk:clause", _term(clause.iri)) for clause in requirement.clauses),
            *(("gk:reading", _term(reading.iri)) for reading in requirement.readings),
        )
        for clause in requirement.clauses:
            text += self._once(clause.iri, _clause(clause))
        for reading in requirement.readings:
            text += self._once(reading.iri, _reading(reading))
        return text

    def _once(self, iri: str, statement: str) -> str:
        known = iri in self._described
        self._described.add(iri)
        return "" if known else statement


def _statement(subject: str, *pairs: tuple[str, str]) -> str:
    said = " ;\n    ".join(f"{predicate} {value}" for predicate, value in pairs)
    return f"{subject} {said} .\n" if pairs else ""


def _node(*pairs: tuple[str, str]) -> str:
    return f"[ {' ; '.join(f'{predicate} {value}' for predicate, value in pairs)} ]"


def _term(name: str) -> str:
    """Return an IRI or a blank node; what is neither, as a literal."""
    try:
        return str(ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name))
    except ValueError:
        return _text(name)


def _text(text: str) -> str:
    return str(ox.Literal(clean(text)))


def _date(day: str) -> str:
    return str(ox.Literal(day, datatype=ox.NamedNode(XSD + "date")))


def _both(label: Label) -> Iterator[str]:
    for language, text in (("zh", label.zh), ("en", label.en)):
        if text:
            yield f"{_text(text)}@{language}"


def _clause(clause: Clause) -> str:
    return _statement(
        _term(clause.iri),
        ("a", "gk:Clause"),
        ("gk:inSource", _term(clause.source)),
        ("oa:start", str(clause.start)),
        ("oa:end", str(clause.end)),
        ("oa:exact", f"{_text(clause.exact)}@zh"),
    )


def _reading(reading: Reading) -> str:
    return _statement(
        _term(reading.iri),
        ("a", "gk:Reading"),
        *(("gk:reason", text) for text in _both(reading.reason)),
    )


def _item(item: Item) -> str:
    pairs = [
        ("a", "gk:ChecklistItem"),
        ("gk:judgedRequirement", _term(item.requirement.iri)),
        ("gk:judgedState", _STATE[item.state]),
    ]
    return _node(*pairs, *([("gk:override", _override(item.override))] if item.override else []))


def _override(override: Override) -> str:
    return _node(
        ("a", "gk:Override"),
        ("gk:overriddenRequirement", _term(override.requirement)),
        ("gk:overriddenProposal", _term(override.proposal)),
        ("gk:decidedState", _STATE[override.state]),
        ("gk:reason", _text(override.reason)),
        ("dcterms:creator", _text(override.by)),
        ("dcterms:date", _date(override.on.isoformat())),
    )


def _place(where: Where) -> str:
    pairs = [("dcterms:source", _text(where.file))]
    if where.line is not None:
        pairs = [("a", "ptr:LineCharPointer"), *pairs, ("ptr:lineNumber", str(where.line))]
        if where.column is not None:
            pairs.append(("ptr:charNumber", str(where.column)))
    return _node(*pairs)


def _result(judgement: Judgement, finding: Finding) -> Iterator[tuple[str, str]]:
    where = finding.where
    focus = where.subject if where and not finding.requirement else judgement.iri
    yield "a", "sh:ValidationResult"
    yield "sh:focusNode", _term(focus)
    yield "sh:resultSeverity", _SEVERITY[finding.severity]
    yield "sh:sourceShape", _term(finding.shape)
    yield "dcterms:identifier", _text(finding.code)
    if finding.component:
        yield "sh:sourceConstraintComponent", _term(finding.component)
    for message in _both(finding.message):
        yield "sh:resultMessage", message
    if value := _parsed(finding.value):
        yield "sh:value", value
    if finding.requirement:
        yield "gk:judgedRequirement", _term(finding.requirement.iri)
    if finding.reason == "manual":
        yield "gk:leftToPerson", "true"
    if where:
        yield "prov:atLocation", _place(where)


def _parsed(value: str | None) -> str | None:
    """Return a value, which is written as in Turtle, as a term; None where it is not one."""
    if value is None:
        return None
    try:
        found = list(
            ox.parse(
                f"{_VALUE}<urn:s> <urn:p> {clean(value)}\n .".encode(),
                ox.RdfFormat.TURTLE,
            )
        )
    except SyntaxError:
        return None
    if (
        len(found) != 1
        or found[0].subject != ox.NamedNode("urn:s")
        or found[0].predicate != ox.NamedNode("urn:p")
    ):
        return None
    return str(found[0].object)
