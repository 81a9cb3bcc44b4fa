"""A steward's overrides: what a person decides beside the machine, kept apart from its result."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from guidekg.characters import printable
from guidekg.errors import GuideKGError
from guidekg.guides.sources import parse
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, compact
from guidekg.reports.model import Judgement, Override, Requirement, State

STATES: dict[str, State] = {
    NS + "Met": "met",
    NS + "Unmet": "unmet",
    NS + "Undecided": "undecided",
    NS + "NotReached": "not-reached",
    NS + "NotApplicable": "not-applicable",
}
_FIELDS = {
    "requirement": NS + "overriddenRequirement",
    "proposal": NS + "overriddenProposal",
    "state": NS + "decidedState",
    "reason": NS + "reason",
    "by": PREFIXES["dcterms"] + "creator",
    "on": PREFIXES["dcterms"] + "date",
}


class OverrideError(GuideKGError, ValueError):
    """An overrides file cannot be read, or an override in it is not whole."""


def read_overrides(path: str | Path, requirements: Iterable[Requirement]) -> list[Override]:
    """Return the overrides that a Turtle file states, each with who, when and why.

    Args:
        path: a Turtle file of ``gk:Override`` nodes.
        requirements: those that the guides have.

    Raises:
        OverrideError: the file cannot be read, holds no override, or one is not whole, says two
            things, names no requirement of a guide, or decides what another does.
    """
    try:
        triples = parse(Path(path))
    except GuideKGError as error:
        raise OverrideError(
            f"人工认定文件无法读取：{error.zh}", f"the overrides cannot be read: {error.en}"
        ) from None
    values: dict[object, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        values[triple.subject][triple.predicate.value].append(getattr(triple.object, "value", ""))
    known = {item.iri for item in requirements}
    found = [
        _override(path, node, _single(path, node, stated), known)
        for node, stated in values.items()
        if NS + "Override" in stated[RDF_TYPE] or _FIELDS["requirement"] in stated
    ]
    if not found:
        raise OverrideError(
            f"{printable(path)} 中没有人工认定（gk:Override）。",
            f"{printable(path)} holds no gk:Override",
        )
    _reject_doubles(path, found)
    return found


def _single(path: str | Path, node: object, stated: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what an override states, each once; its reason may stand in several languages."""
    several = [
        compact(name)
        for field, name in _FIELDS.items()
        if field != "reason" and len(stated.get(name, ())) > 1
    ]
    if several:
        listed = ", ".join(several)
        raise OverrideError(
            f"{printable(path)}：人工认定 {node} 的 {listed} 只能写一个。",
            f"{printable(path)}: the override {node} must state {listed} once",
        )
    return {name: items[0] for name, items in stated.items() if items}


def _reject_doubles(path: str | Path, found: Iterable[Override]) -> None:
    seen = set()
    for item in found:
        key = (item.proposal, item.requirement)
        if key in seen:
            what = f"{item.proposal} {compact(item.requirement)}"
            raise OverrideError(
                f"{printable(path)}：{what} 有不止一项人工认定。",
                f"{printable(path)}: {what} is overridden more than once",
            )
        seen.add(key)


def _override(
    path: str | Path, node: object, stated: Mapping[str, str], known: set[str]
) -> Override:
    who = str(node)
    missing = [compact(name) for name in _FIELDS.values() if not stated.get(name)]
    if missing:
        listed = ", ".join(missing)
        raise OverrideError(
            f"{printable(path)}：人工认定 {who} 缺少 {listed}。",
            f"{printable(path)}: the override {who} lacks {listed}",
        )
    given = {field: stated[name] for field, name in _FIELDS.items()}
    if given["requirement"] not in known:
        raise OverrideError(
            f"{printable(path)}：人工认定 {who} 所指的 {compact(given['requirement'])} 不是指南的要求。",
            f"{printable(path)}: the override {who} names {compact(given['requirement'])}, no requirement of a guide",
        )
    if given["state"] not in STATES:
        listed = ", ".join(map(compact, STATES))
        raise OverrideError(
            f"{printable(path)}：人工认定 {who} 的状态应当是 {listed} 之一。",
            f"{printable(path)}: the state of the override {who} must be one of {listed}",
        )
    try:
        day = date.fromisoformat(given["on"])
    except ValueError:
        raise OverrideError(
            f"{printable(path)}：人工认定 {who} 的日期“{given['on']}”应当写作 2022-09-01 这样。",
            f"{printable(path)}: the date {given['on']!r} of the override {who} must be written as 2022-09-01",
        ) from None
    return Override(
        given["requirement"],
        given["proposal"],
        STATES[given["state"]],
        given["reason"],
        given["by"],
        day,
    )


class Overrides:
    """Overrides by proposal, and which of them met something to override."""

    def __init__(self, given: Sequence[Override]) -> None:
        self._by_proposal: dict[str, dict[str, Override]] = defaultdict(dict)
        for item in given:
            self._by_proposal[item.proposal][item.requirement] = item
        self._unused = dict.fromkeys(given)
        self.count = len(given)

    @property
    def unused(self) -> list[Override]:
        """The overrides that no judgement so far could take."""
        return list(self._unused)

    def apply(self, judgement: Judgement) -> Judgement:
        """Return a judgement with the overrides of its proposal beside the machine's states."""
        mine = self._by_proposal.get(judgement.iri)
        if not mine:
            return judgement
        for item in judgement.checklist:
            if used := mine.get(item.requirement.iri):
                self._unused.pop(used, None)
        checklist = tuple(
            replace(item, override=mine.get(item.requirement.iri)) for item in judgement.checklist
        )
        return replace(judgement, checklist=checklist)
