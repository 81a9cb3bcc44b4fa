"""The report of a run: what was found, how it is asked, and the forms it is written in."""

import difflib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from typing import Any, TextIO

from guidekg.errors import GuideKGError, UnknownNameError, UnknownSettingError, check_language
from guidekg.i18n import Language
from guidekg.notebook import table
from guidekg.reports import words
from guidekg.reports.base import Writer
from guidekg.reports.model import Counts, Header, Judgement, Override, Problem, Summary

_CLASSES = {
    "text": "text:text_writer",
    "json": "json:JsonWriter",
    "html": "html:HtmlWriter",
    "sarif": "sarif:SarifWriter",
    "turtle": "turtle:TurtleWriter",
    "csv": "csv:CsvWriter",
    "github": "github:GithubWriter",
}


def _make(form: str, out: TextIO, lang: Language, **options: Any) -> Writer:
    # A form is loaded when it is asked for.
    made: Callable[..., Writer] = pkgutil.resolve_name(f"guidekg.reports.{_CLASSES[form]}")
    return made(out, lang, **options)


WRITERS: dict[str, Callable[..., Writer]] = {form: partial(_make, form) for form in _CLASSES}


def write(report: "Report", form: str, out: TextIO, lang: Language, **options: Any) -> None:
    """Write a finished report.

    Args:
        report: what a run found.
        form: a name in ``WRITERS``.
        out: a text stream; opened as UTF-8 where it is a file.
        lang: the language of the words.
        options: those of the form: ``group``, ``max_per_rule``, ``checklist`` and ``color`` of
            ``text``, ``bom`` of ``csv``, ``memory`` of ``html``.

    Raises:
        UnknownSettingError: there is no such form or language.
        TypeError: the form has no such option.
    """
    if form not in WRITERS:
        raise UnknownSettingError(form, "报告格式", "form of report", list(WRITERS))
    check_language(lang)
    writer = WRITERS[form](out, lang, **options)
    found: list[Judgement | Problem] = [*report.problems, *report.judgements]
    write_run(writer, report.header, found, partial=report.partial, unused=report.unused)


def write_run(
    writer: Writer,
    header: Header,
    found: Iterable[Judgement | Problem],
    *,
    partial: bool = False,
    unused: Sequence[Override] = (),
) -> Summary:
    """Write what a run finds, as it comes; return the counts.

    Args:
        writer: where to.
        header: what is checked, with what.
        found: what the run finds.
        partial: whether the run was interrupted.
        unused: overrides that met nothing.
    """
    counts = Counts()
    writer.start(header)
    for item in found:
        counts.add(item)
        writer.add(item)
    writer.finish(counts.summary, partial=partial, unused=unused)
    return counts.summary


@dataclass(slots=True)
class Report:
    """The judgements of a run, in the order of the input.

    ``partial`` is true where the run was interrupted. ``unused`` holds overrides that met no
    requirement of a proposal in the input.
    """

    header: Header
    judgements: list[Judgement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    partial: bool = False
    unused: list[Override] = field(default_factory=list)
    lang: Language = "en"

    def render(self, form: str = "text", lang: Language | None = None, **options: Any) -> str:
        """Return the report in a form: text, json, html, sarif, turtle, csv or github.

        Args:
            form: the name of the form.
            lang: the language shown; the report's own if not given.
            options: what the form takes, such as ``group="rule"`` of text.
        """
        out = StringIO()
        write(self, form, out, lang or self.lang, **options)
        return out.getvalue()

    def __iter__(self) -> Iterator[Judgement]:
        """Iterate over the judgements; ``judgements`` is the list without the check at the end.

        Raises:
            ReportError: after the last, where ``raise_for_problems`` raises: so that
                ``all(j.verdict == "eligible" for j in report)`` is not true of a file unread.
        """
        yield from self.judgements
        self.raise_for_problems()

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{count} {name}" for name, count in self.summary.verdicts.items() if count
        )
        unread = f"; {len(self.problems)} inputs not read" if self.problems else ""
        broken = "; broken off" if self.partial else ""
        return f"<Report on {len(self)} proposals: {counts or 'none'}{unread}{broken}>"

    def _repr_html_(self) -> str:
        """Return the findings as a table, for notebooks."""
        rows = [
            (one.iri, words.VERDICT[one.verdict], found.code, found.message, found.where)
            for one in self.judgements
            for found in one.findings
        ]
        unread = [(one.file, None, None, one.message, one.line) for one in self.problems]
        headings = (words.PROPOSALS, words.CONCLUSION, words.CODE, words.FINDINGS, words.PLACE)
        counts = [
            f"{name(self.lang)} {self.summary.verdicts[verdict]}"
            for verdict, name in words.VERDICT.items()
        ]
        if self.problems:
            counts.append(f"{words.PROBLEMS(self.lang)} {len(self.problems)}")
        if self.partial:
            counts.append(words.PARTIAL(self.lang))
        return table(self.lang, " · ".join(counts), headings, [*rows, *unread])

    def __len__(self) -> int:
        """Return how many proposals were judged."""
        return len(self.judgements)

    def __getitem__(self, iri: str | int) -> Judgement:
        """Return a judgement by its position, by the IRI of its proposal, or the end of that (``p1``).

        Raises:
            IndexError: there are fewer.
            UnknownNameError: no proposal is called so; lists the nearest.
            AmbiguousProposalError: several are.
        """
        if isinstance(iri, int):
            return self.judgements[iri]
        tail = iri.removeprefix("…").lstrip("/#")
        found = [item for item in self.judgements if item.iri == iri] or [
            item for item in self.judgements if item.iri.endswith((f"/{tail}", f"#{tail}"))
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousProposalError(iri, [f"{item.iri} ({item.file})" for item in found])
        near = difflib.get_close_matches(iri, [item.iri for item in self.judgements], n=3)
        raise UnknownNameError(iri, "项目", "proposal", near)

    @property
    def summary(self) -> Summary:
        """Counts over the run."""
        counts = Counts()
        found: list[Judgement | Problem] = [*self.problems, *self.judgements]
        for item in found:
            counts.add(item)
        return counts.summary

    @property
    def exit_code(self) -> int:
        """0 if all are eligible, 1 if any is not, 2 if an input could not be read."""
        return self.summary.exit_code

    @property
    def ok(self) -> bool:
        """Whether all that was handed in was read and judged, and all of it is eligible."""
        return self.exit_code == 0 and not self.partial

    def raise_for_problems(self) -> None:
        """Do nothing where all that was handed in was judged.

        Raises:
            ReportError: an input could not be read, nothing was handed in, or the run was broken off.
        """
        if self.problems or not self.judgements or self.partial:
            raise ReportError(self.problems, partial=self.partial)


class ReportError(GuideKGError, ValueError):
    """Not all that was handed in was judged; ``problems`` says what was not, and why."""

    def __init__(self, problems: Sequence[Problem], *, partial: bool = False) -> None:
        zh = [f"{item.file}：{item.message.zh}" for item in problems[:3]]
        en = [f"{item.file}: {item.message.en}" for item in problems[:3]]
        more = len(problems) - len(en)
        if more:
            zh, en = [*zh, f"另有 {more} 个"], [*en, f"and {more} more"]
        why_zh, why_en = ("核对被中断", "the run was broken off") if partial else ("", "")
        if not (problems or partial):
            why_zh, why_en = "没有交来任何项目", "no proposal was handed in"
        super().__init__(
            f"并非全部材料都已核对：{'；'.join(filter(None, [why_zh, *zh]))}",
            f"not all that was handed in was judged: {'; '.join(filter(None, [why_en, *en]))}",
        )
        self.problems = tuple(problems)


class AmbiguousProposalError(GuideKGError, KeyError):
    """Several proposals bear a name; says which."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        listed = ", ".join(candidates)
        super().__init__(
            f"“{name}”可以指几个项目：{listed}。", f"{name!r} may mean several proposals: {listed}"
        )
