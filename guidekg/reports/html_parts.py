"""The parts of a report as a page: each turns one thing of the model into elements."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from guidekg.guides.model import Clause, Reading, longest
from guidekg.i18n import Label
from guidekg.rdf.namespaces import compact
from guidekg.reports import words
from guidekg.reports.base import counted, entries, one_line, waiting
from guidekg.reports.markup import Markup, both, join, tag
from guidekg.reports.model import (
    Finding,
    Header,
    Item,
    Judgement,
    Modality,
    Override,
    Problem,
    Requirement,
    State,
    Summary,
    Verdict,
)

_SEPARATOR = tag("span", " · ", class_="dot", aria_hidden="true")


def data(text: str) -> Markup:
    """Return what a person sent, which must not turn the text around it."""
    return tag("bdi", one_line(text))


def run(header: Header) -> Markup:
    """Return with what was checked."""
    pairs = [
        (words.VERSION, data(header.version)),
        (words.AS_OF, tag("time", header.as_of.isoformat())),
        (words.ENGINE, data(header.engine)),
        (words.SHAPES, tag("code", header.shapes_hash[:12], title=header.shapes_hash)),
        *((words.FACTS, data(f"{fact.name} = {fact.value}")) for fact in header.facts),
    ]
    rows = [tag("div", tag("dt", both(name)), tag("dd", value)) for name, value in pairs]
    for zh, en in zip(waiting(header, "zh"), waiting(header, "en"), strict=True):
        rows.append(tag("div", tag("dd", both(Label(zh, en))), class_="waiting"))
    return tag("dl", *rows, class_="run")


def summary(counts: Summary) -> Markup:
    """Return the counts, which filter the proposals too."""
    tiles = [_tile("all", words.ALL, counts.proposals)]
    for name, label in words.VERDICT.items():
        tiles.append(_tile(name, label, counts.verdicts[name]))
    legend = tag("legend", both(words.FILTER), class_="hidden")
    found = [_chip(name, words.SEVERITY[name], n) for name, n in counts.findings.items()]
    if counts.manual:
        found.append(_chip("manual", words.REASON["manual"], counts.manual))
    lines = [tag("div", tag("dt", both(words.FINDINGS)), tag("dd", *found))]
    if counts.overridden:
        decided = [_chip(name, words.VERDICT[name], n) for name, n in counts.decided.items()]
        number = tag("dd", f"{counts.overridden:,}")
        lines.append(tag("div", tag("dt", both(words.OVERRIDES)), number))
        lines.append(tag("div", tag("dt", both(words.DECIDED)), tag("dd", *decided)))
    nothing = Markup() if counts.proposals else tag("p", both(words.NOTHING))
    tiled = tag("fieldset", legend, *tiles, class_="tiles")
    return join(tiled, _bar(counts), nothing, tag("dl", *lines, class_="run"))


def _chip(name: str, label: Label, number: int) -> Markup:
    classes = f"chip {name}" if number else "chip none"
    return tag("span", both(label), f" {number:,}", class_=classes)


def _tile(name: str, label: Label, number: int) -> Markup:
    chosen = tag("input", type="radio", name="show", id=f"show-{name}", checked=name == "all")
    count = tag("strong", f"{number:,}")
    return join(
        chosen, tag("label", count, both(label), for_=f"show-{name}", class_=f"tile {name}")
    )


def _bar(counts: Summary) -> Markup:
    parts, left = [], 0.0
    for name in words.VERDICT:
        width = 100 * counts.verdicts[name] / max(counts.proposals, 1)
        parts.append(
            tag("rect", class_=name, x=f"{left:.3f}", width=f"{width:.3f}", y="0", height="4")
        )
        left += width
    box = {"viewBox": "0 0 100 4", "preserveAspectRatio": "none"}
    return tag("svg", *parts, class_="bar", aria_hidden="true", **box)


def problems(found: Sequence[Problem]) -> Markup:
    """Return the inputs that could not be read."""
    if not found:
        return Markup()
    rows = []
    for one in found:
        numbers = [str(number) for number in (one.line, one.column) if number is not None]
        place = tag("code", data(":".join([one.file, *numbers])))
        short = Label(one_line(one.message.zh, 2000), one_line(one.message.en, 2000))
        rows.append(tag("li", place, tag("p", both(short))))
    count = tag("span", f" {len(found):,}", class_="number")
    heading = tag("h2", both(words.PROBLEMS), count, id="problems")
    return tag("section", heading, tag("ul", *rows), class_="problems", aria_labelledby="problems")


def unused(left: Sequence[Override]) -> Markup:
    """Return the overrides that met nothing."""
    if not left:
        return Markup()
    rows = [
        tag(
            "li",
            tag("code", data(one.proposal)),
            " ",
            tag("code", data(compact(one.requirement)), class_="id"),
            tag("p", _decision(one)),
        )
        for one in left
    ]
    heading = tag("h2", both(words.UNUSED), id="unused")
    return tag("section", heading, tag("ul", *rows), class_="unused", aria_labelledby="unused")


def proposal(judgement: Judgement, number: int, anchors: Mapping[str, str]) -> Markup:
    """Return how one proposal stands.

    Args:
        judgement: how it stands.
        number: which it is, for its anchor.
        anchors: where the words of a requirement stand, by its IRI.
    """
    name = f"proposal-{number}"
    title = judgement.title and Label(one_line(judgement.title.zh), one_line(judgement.title.en))
    has_title = title and (title.zh or title.en)
    heading = tag("bdi", both(title)) if title and has_title else data(judgement.iri)
    scheme = both(judgement.scheme.label) if judgement.scheme else both(words.NO_SCHEME)
    meta = [scheme, _SEPARATOR, tag("code", data(judgement.file))]
    if has_title:
        meta += [_SEPARATOR, tag("code", data(judgement.iri))]
    badges = [_badge(judgement.verdict, words.CONCLUSION)]
    if judgement.decided != judgement.verdict:
        badges.append(_badge(judgement.decided, words.DECIDED))
    head = [tag("p", *badges, class_="badges"), tag("h3", heading, id=name)]
    found = [
        _finding(item, finding) if finding else _overridden(item)
        for item, finding in entries(judgement)
    ]
    listed = tag("ol", *found, class_="findings") if found else Markup()
    return tag(
        "article",
        tag("header", *head, tag("p", *meta, class_="meta")),
        listed,
        _checklist(judgement.checklist, anchors),
        data_verdict=judgement.verdict,
        class_="proposal",
        aria_labelledby=name,
    )


def _badge(verdict: Verdict, label: Label) -> Markup:
    mark = tag("span", words.VERDICT_MARK[verdict], aria_hidden="true", class_="mark")
    kind = tag("span", both(label), class_="kind")
    return tag("span", mark, kind, both(words.VERDICT[verdict]), class_=f"badge {verdict}")


def _finding(item: Item | None, finding: Finding) -> Markup:
    requirement = finding.requirement
    mark = tag("span", words.SEVERITY_MARK[finding.severity], aria_hidden="true", class_="mark")
    kinds = [both(words.SEVERITY[finding.severity]), _SEPARATOR, both(words.REASON[finding.reason])]
    label = both(requirement.label) if requirement else both(words.MALFORMED)
    message = Label(one_line(finding.message.zh, 2000), one_line(finding.message.en, 2000))
    said = [
        tag("p", mark, *kinds, class_="kinds"),
        tag("h4", label, " ", tag("code", data(finding.code), class_="id")),
        tag("p", both(message), class_="message"),
    ]
    if finding.hint:
        hint = Label(one_line(finding.hint.zh, 2000), one_line(finding.hint.en, 2000))
        said.append(tag("p", tag("b", both(words.HINT)), " ", both(hint), class_="hint"))
    pairs = []
    if finding.value is not None:
        pairs.append(
            tag("div", tag("dt", both(words.VALUE)), tag("dd", tag("code", data(finding.value))))
        )
    if finding.where:
        place = [tag("code", data(str(finding.where)))]
        if finding.where.line is None:
            place.append(both(words.NO_LINE))
        pairs.append(tag("div", tag("dt", both(words.PLACE)), tag("dd", *place)))
    if pairs:
        said.append(tag("dl", *pairs, class_="facts"))
    if item and item.override:
        said.append(_override(item))
    basis = tag("div", *_basis(finding.clauses, finding.readings), class_="basis")
    return tag(
        "li",
        tag("div", *said, class_="said"),
        basis if requirement else Markup(),
        class_=f"finding {finding.severity}",
    )


def _overridden(item: Item | None) -> Markup:
    if not item:
        return Markup()
    requirement = item.requirement
    name = tag("h4", both(requirement.label), " ", tag("code", requirement.identifier, class_="id"))
    basis = tag("div", *_basis(requirement.clauses, requirement.readings), class_="basis")
    return tag("li", tag("div", name, _override(item), class_="said"), basis, class_="finding info")


def _override(item: Item) -> Markup:
    if not item.override:
        return Markup()
    machine = tag("span", both(words.MACHINE), " ", both(words.STATE[item.state]), class_="machine")
    head = tag("b", both(words.OVERRIDE))
    return tag("p", head, " ", machine, " ", _decision(item.override), class_="override")


def _decision(override: Override) -> Markup:
    state = tag("strong", both(words.STATE[override.state]))
    by = tag("bdi", one_line(override.by))
    when = tag("time", override.on.isoformat())
    return join(
        "→ ",
        state,
        _SEPARATOR,
        by,
        " ",
        when,
        _SEPARATOR,
        tag("bdi", one_line(override.reason, 2000)),
    )


def _basis(clauses: Iterable[Clause], readings: Iterable[Reading]) -> list[Markup]:
    parts = []
    for clause in longest(clauses):
        span = f"{clause.start}–{clause.end}"
        place = both(Label(f"第 {span} 字", f"characters {span}"))
        words_ = tag("q", clause.exact, lang="zh-CN")
        parts.append(tag("blockquote", tag("p", words_), tag("footer", place)))
    for reading in readings:
        name = tag("b", both(words.READING))
        parts.append(tag("p", name, " ", both(reading.reason), class_="reading"))
    return parts


def _checklist(items: Sequence[Item], anchors: Mapping[str, str]) -> Markup:
    if not items:
        return Markup()
    chips = [
        tag(
            "span",
            both(words.STATE[state]),
            " ",
            both(number),
            class_=f"chip {state if number.zh != '0' else 'none'}",
        )
        for state, number in counted(items).items()
    ]
    names = (words.STATE_NAME, words.REQUIREMENT, words.MODALITY_NAME)
    head = tag("tr", *(tag("th", both(name), scope="col") for name in names))
    rows = [_line(item, anchors[item.requirement.iri]) for item in items]
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("details", tag("summary", both(words.CHECKLIST), *chips), table, class_="checklist")


def _line(item: Item, anchor: str) -> Markup:
    one = item.requirement
    name = _named(one.label, one.identifier, anchor)
    return _row(item.state, join(name, _override(item)), one.modality)


@cache
def _named(label: Label, identifier: str, anchor: str) -> Markup:
    link = tag("a", both(label), href=f"#{anchor}")
    return join(link, " ", tag("code", identifier, class_="id"))


@cache  # the same few lines stand in every checklist
def _row(state: State, name: Markup, modality: Modality) -> Markup:
    mark = tag("span", words.STATE_MARK[state], aria_hidden="true", class_="mark")
    return tag(
        "tr",
        tag("td", mark, both(words.STATE[state])),
        tag("th", name, scope="row"),
        tag("td", both(words.MODALITY[modality])),
        class_=state,
    )


def appendix(requirements: Iterable[Requirement], anchors: Mapping[str, str]) -> Markup:
    """Return the requirements that were met, each with the guide's words, at its anchor."""
    entries_ = [
        tag(
            "div",
            tag(
                "dt",
                both(one.label),
                " ",
                tag("code", one.identifier, class_="id"),
                id=anchors[one.iri],
            ),
            tag("dd", *_basis(one.clauses, one.readings)),
        )
        for one in requirements
    ]
    if not entries_:
        return Markup()
    heading = tag("h2", both(words.APPENDIX), id="requirements")
    listed = tag("dl", *entries_, class_="requirements")
    return tag("section", heading, listed, class_="appendix", aria_labelledby="requirements")
