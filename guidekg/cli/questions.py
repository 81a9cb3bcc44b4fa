"""`guidekg questions`: every competency question, by topic."""

import json

import click

from guidekg.cli.options import ENDPOINT, LANG, formats, opened
from guidekg.cli.output import report
from guidekg.i18n import Language
from guidekg.questions.serialization import described, topic


@click.command()
@LANG
@formats("table", "json", "csv")
@ENDPOINT
def command(lang: Language, form: str, endpoint: str | None) -> None:
    """Print every question, by topic."""
    kg = opened(endpoint)
    every = sorted(kg.questions.values(), key=lambda item: (item.header.topic, item.name))
    if form == "json":
        listed = [described(item, lang) for item in every]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    rows = [
        (
            topic(item)(lang),
            item.name,
            item.header.question(lang),
            " ".join(
                f"[--{one.name}]" if one.optional else f"--{one.name}"
                for one in item.header.parameters
            ),
        )
        for item in every
    ]
    names = ("topic", "name", "question", "parameters")
    headings = {"zh": ("主题", "名称", "问题", "参数"), "en": names}[lang]
    report(dict(zip(names, headings, strict=True)), rows, form)
