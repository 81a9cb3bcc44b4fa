"""The forms of a report: thin views of one model, each written as the run goes on."""

import pkgutil
from collections.abc import Callable
from functools import partial
from typing import Any, TextIO, cast

from guidekg.errors import UnknownSettingError, check_language
from guidekg.i18n import Language
from guidekg.reports.base import Writer
from guidekg.reports.model import Report

__all__ = ["WRITERS", "Writer", "write"]


def _make(name: str, out: TextIO, lang: Language, **options: Any) -> Writer:
    # A form is loaded when it is asked for.
    return cast("Writer", pkgutil.resolve_name(f"{__name__}.{name}")(out, lang, **options))


WRITERS: dict[str, Callable[..., Writer]] = {
    "text": partial(_make, "text:text_writer"),
    "json": partial(_make, "json:JsonWriter"),
    "html": partial(_make, "html:HtmlWriter"),
    "sarif": partial(_make, "sarif:SarifWriter"),
    "turtle": partial(_make, "turtle:TurtleWriter"),
    "csv": partial(_make, "csv:CsvWriter"),
    "github": partial(_make, "github:GithubWriter"),
}


def write(report: Report, form: str, out: TextIO, lang: Language, **options: Any) -> None:
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
    writer.start(report.header)
    for problem in report.problems:
        writer.problem(problem)
    for judgement in report.judgements:
        writer.judgement(judgement)
    writer.finish(report.summary, partial=report.partial, unused=report.unused)
