"""A report as RDF: a standard ``sh:ValidationReport``, with links to requirement and clause."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TextIO

import pyoxigraph as ox

from guidekg.guides.model import Clause, Reading
from guidekg.i18n import Label, Language
from guidekg.rdf.namespaces import PREFIXES, XSD
from guidekg.reports import model, words
from guidekg.reports.base import Unused, Writer, clean
from guidekg.reports.templates import environment

_PREFIXES = {
    **{name: PREFIXES[name] for name in ("gk", "dcterms", "oa", "prov", "rdfs", "sh")},
    "ptr": "http://www.w3.org/2009/pointers#",  # lines and characters of a document
}
_STATE: dict[model.State, str] = {
    "met": "gk:Met",
    "unmet": "gk:Unmet",
    "undecided": "gk:Undecided",
    "not-reached": "gk:NotReached",
    "not-applicable": "gk:NotApplicable",
}
_VERDICT: dict[model.Verdict, str] = {
    "eligible": "gk:Eligible",
    "undecided": "gk:UndecidedVerdict",
    "ineligible": "gk:Ineligible",
}
_VALUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


class TurtleWriter(Writer):
    """Streams results and judgements; ``sh:conforms`` follows at the end.

    Texts stand in both languages. ``sh:conforms`` is true only if there is no result at all, as
    SHACL says, and all of the input was judged; the verdict is ``gk:verdict``.
    """

    def __init__(self, out: TextIO, lang: Language) -> None:
        super().__init__(out, lang)
        self._described: set[str] = set()
        self._judgements = self._results = 0
        self._say: Any = environment().get_template("report.ttl").make_module(_CONTEXT)

    def start(self, header: model.Header) -> None:
        """Write the prefixes, and what was checked with what."""
        self.write(self._say.start(header))

    def judgement(self, judgement: model.Judgement) -> None:
        """Write how a proposal stands, and its results."""
        self._judgements += 1
        text = "".join(self._requirement(item.requirement) for item in judgement.checklist)
        self.write(text + self._say.judgement(judgement, self._judgements, self._results + 1))
        self._results += len(judgement.findings)

    def problem(self, problem: model.Problem) -> None:
        """Write an input that could not be read."""
        self.write(self._say.problem(problem))

    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:
        """Write whether there was any result."""
        whole = not partial and not summary.problems and summary.proposals > 0
        self.write(self._say.finish(whole and not self._results, partial, unused))

    def _requirement(self, requirement: model.Requirement) -> str:
        """Return what a reader needs to know of a requirement, when it is first met."""
        if requirement.iri in self._described:
            return ""
        return (
            self._once(self._say.requirement, [requirement])
            + self._once(self._say.clause, requirement.clauses)
            + self._once(self._say.reading, requirement.readings)
        )

    def _once(
        self,
        describe: Callable[[object], str],
        things: Iterable[model.Requirement | Clause | Reading],
    ) -> str:
        new = [one for one in things if one.iri not in self._described]
        self._described.update(one.iri for one in new)
        return "".join(map(describe, new))


def _term(name: str) -> str:
    """Return an IRI or a blank node; what is neither, as a literal."""
    try:
        return str(ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name))
    except ValueError:
        return _text(name)


def _text(text: str) -> str:
    return str(ox.Literal(clean(text)))


def _day(day: date) -> str:
    return str(ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date")))


def _both(label: Label) -> list[str]:
    return [
        f"{_text(text)}@{language}"
        for language, text in (("zh", label.zh), ("en", label.en))
        if text
    ]


def _value(value: str | None) -> str | None:
    """Return a value, which is written as in Turtle, as a term; None where it is not one."""
    if value is None:
        return None
    statement = f"{_VALUE}<urn:s> <urn:p> {clean(value)}\n ."
    try:
        found = list(ox.parse(statement.encode(), ox.RdfFormat.TURTLE))
    except SyntaxError:
        return None
    wanted = (ox.NamedNode("urn:s"), ox.NamedNode("urn:p"))
    if [(one.subject, one.predicate) for one in found] != [wanted]:
        return None
    return str(found[0].object)


_CONTEXT = {
    "prefixes": _PREFIXES,
    "states": _STATE,
    "verdicts": _VERDICT,
    "words": words,
    "term": _term,
    "text": _text,
    "day": _day,
    "both": _both,
    "value": _value,
}
