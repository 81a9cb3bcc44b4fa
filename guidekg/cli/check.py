"""`guidekg check`: the steward's checks of a guide's own data."""

import sys

import click

from guidekg.cli.options import LANG, formats, opened
from guidekg.cli.output import report
from guidekg.cli.source import coverage_line
from guidekg.i18n import Language


@click.command()
@click.argument("folder", required=False, type=click.Path())
@LANG
@formats("table", "json", "csv")
def command(folder: str | None, lang: Language, form: str) -> None:
    """Print what is wrong with a guide's data; end with 1 if something is.

    Raises:
        GuideKGError: the data cannot be read at all.
    """
    kg = opened(folder=folder)
    findings = [(one.where, one.rule, one.message(lang)) for one in kg.warnings]
    for iri, guide in kg.guides.items():
        line = coverage_line(kg.coverage(iri), lang)
        click.echo(f"{guide.label(lang)} · {line}", err=form != "table")
    if findings or form != "table":
        columns = {
            "zh": {"where": "对象", "rule": "规则", "message": "问题"},
            "en": {"where": "where", "rule": "rule", "message": "what is wrong"},
        }[lang]
        report(columns, findings, form)
    total = {"zh": f"发现 {len(findings)} 个问题。", "en": f"{len(findings)} findings."}[lang]
    click.echo(total, err=form != "table")
    sys.exit(1 if findings else 0)
