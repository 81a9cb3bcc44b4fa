"""The result of a validation as the middle of a page: the text beside what was found in it."""

import re
from typing import NamedTuple

from guidekg.i18n import Language
from guidekg.reports import html_parts as parts
from guidekg.reports.base import entries, one_line
from guidekg.reports.markup import Markup, tag
from guidekg.reports.model import Finding, Problem, Requirement, Verdict, Where
from guidekg.web.judging.listing import Mark, line_anchor, listing, mark
from guidekg.web.judging.outcome import Outcome
from guidekg.web.judging.words import WORDS

# A report holds both languages, of which a page shows one; what is within is text, never markup.
_BOTH = re.compile(
    r'<span class="zh" lang="zh-CN">([^<]*)</span><span class="en" lang="en">([^<]*)</span>'
)
_FINDING = '<li class="finding '


class Result(NamedTuple):
    """The parts of the middle of a page, each HTML but the verdict and the names of the texts."""

    verdict: Verdict | None  # of the one proposal, where there is one alone
    said: str  # that verdict in words
    summary: str
    problems: str
    proposals: str
    texts: list[tuple[str, str]]
    appendix: str
    run: str


def result(outcome: Outcome, lang: Language) -> Result:
    """Return what was found, in one language."""
    report = outcome.report
    numbers = {text.name: number for number, text in enumerate(outcome.texts, 1)}
    requirements: dict[str, Requirement] = {}
    for judgement in report.judgements:
        requirements |= {item.requirement.iri: item.requirement for item in judgement.checklist}
    anchors = {iri: f"requirement-{n}" for n, iri in enumerate(requirements, 1)}
    marks: dict[str, list[Mark]] = {text.name: [] for text in outcome.texts}
    proposals = []
    count = 0
    for number, judgement in enumerate(report.judgements, 1):
        found = [finding for _, finding in entries(judgement) if finding]
        made = parts.proposal(judgement, number, anchors)
        proposals.append(_linked(made, found, count, numbers))
        for finding in found:
            count += 1
            if one := mark(finding, f"finding-{count}", lang):
                marks[one.where.file].append(one)
    for problem in report.problems:
        if problem.line is not None:
            marks[problem.file].append(_of_problem(problem, lang))
    alone = report.judgements[0].verdict if len(report.judgements) == 1 else None
    return Result(
        alone,
        WORDS[f"verdict-{alone}"](lang) if alone else "",
        only(parts.summary(report.summary), lang) if len(report.judgements) > 1 else "",
        only(parts.problems(report.problems), lang),
        only("\n".join(proposals), lang),
        [
            (one_line(text.name), listing(text.text, marks[text.name], numbers[text.name], lang))
            for text in outcome.texts
            if text.text
        ],
        only(parts.appendix(requirements.values(), anchors), lang),
        only(parts.run(report.header), lang),
    )


def only(markup: str, lang: Language) -> Markup:
    """Return markup that holds both languages with one of them alone."""
    return Markup(_BOTH.sub(r"\1" if lang == "zh" else r"\2", markup))


def _of_problem(problem: Problem, lang: Language) -> Mark:
    column = problem.column or 1
    where = Where(problem.file, "", problem.line, column, problem.line, column + 1)
    return Mark(where, "violation", one_line(problem.message(lang)), "problems")


def _linked(made: Markup, found: list[Finding], before: int, numbers: dict[str, int]) -> Markup:
    """Return a proposal whose findings have names, and lead to their lines."""
    head, *pieces = made.split(_FINDING)
    linked = [head]
    for number, (piece, finding) in enumerate(zip(pieces, found, strict=True), before + 1):
        where = finding.where
        if where and where.line is not None:
            place = tag("code", parts.data(str(where)))
            line = line_anchor(numbers[where.file], where.line)
            piece = piece.replace(place, tag("a", place, href=f"#{line}"), 1)  # noqa: PLW2901
        linked.append(f'<li id="finding-{number}" tabindex="-1" class="finding {piece}')
    return Markup("".join(linked))
