"""`guidekg source`: a guide's text, its coverage, and clauses for a phrase."""

import json
import sys

import click

from guidekg.cli.options import ENDPOINT, LANG, opened
from guidekg.cli.streams import TEXT, words
from guidekg.graph import KnowledgeGraph
from guidekg.guides.coverage import Coverage
from guidekg.i18n import Language
from guidekg.rdf.namespaces import compact


@click.command()
@click.argument("guide", required=False, type=TEXT)
@click.option(
    "--find",
    type=TEXT,
    metavar="PHRASE",
    help=words(
        "在原文中查找，每处打印一个可以直接粘贴的片段。",
        "Print a clause, ready to paste, for each place where the words stand.",
    ),
)
@click.option(
    "--folder",
    type=click.Path(),
    metavar="FOLDER",
    help=words("您自己的指南文件夹。", "A folder of your own that holds the guide."),
)
@LANG
@ENDPOINT
def command(
    guide: str | None, find: str | None, folder: str | None, lang: Language, endpoint: str | None
) -> None:
    """Print a guide's text, or a clause for each place where a phrase stands."""
    kg = opened(endpoint, folder)
    iri = kg.resolve(guide, "guide") if guide else next(iter(kg.guides))
    sys.exit(_find_phrase(kg, iri, find, lang) if find else _show(kg, iri, lang))


def _find_phrase(kg: KnowledgeGraph, iri: str, phrase: str, lang: Language) -> int:
    """Print a clause for each place where a phrase stands; return 1 if it stands nowhere."""
    guide = kg.guides[iri]
    text, source = guide.text, compact(guide.source)
    tag = f"@{guide.language}" if guide.language else ""
    start = text.find(phrase)
    if start < 0:
        message = {"zh": f"原文中没有“{phrase}”。", "en": f"the text does not say {phrase!r}"}[lang]
        click.echo(message, err=True)
        return 1
    while start >= 0:
        end = start + len(phrase)
        exact = json.dumps(phrase, ensure_ascii=False)
        click.echo(
            f"clause:{iri.rpartition('/')[2]}-{start}-{end} a gk:Clause ;\n    oa:start {start} ;\n"
            f"    oa:end {end} ;\n    oa:exact {exact}{tag} ;\n    gk:inSource {source} .\n"
        )
        start = text.find(phrase, end)
    return 0


def coverage_line(covered: Coverage, lang: Language) -> str:
    """Return a sentence or two on how much of a guide is covered, and held as data."""
    share, structural = f"{covered.share:.1%}", f"{covered.structural_share:.1%}"
    labels = len(covered.label_only)
    return {
        "zh": f"覆盖：{covered.counted} 字中的 {share}；结构性文字 {structural}。"
        f"条文 {covered.provisions} 条：内容为数据的 {covered.as_data} 条，只有标签的 {labels} 条。",
        "en": f"Coverage: {share} of {covered.counted} characters; structural {structural}."
        f" Provisions: {covered.provisions}; as data {covered.as_data}, label only {labels}.",
    }[lang]


def _show(kg: KnowledgeGraph, iri: str, lang: Language) -> int:
    """Print a guide's text and its coverage; return 1 if a part of it is not covered."""
    text, covered = kg.guides[iri].text, kg.coverage(iri)
    click.echo(text.rstrip())
    click.echo()
    click.echo(coverage_line(covered, lang))
    for start, end in covered.uncovered:
        click.echo(f"  {start}-{end}: {text[start:end]}")
    return 1 if covered.uncovered else 0
