"""`guidekg info`, `show` and `source`: what a guide holds."""

import json
import re
import sys
from collections.abc import Sequence
from typing import Any

import click
import pyoxigraph as ox

from guidekg.cli.options import ENDPOINT, LANG, formats, guides, opened
from guidekg.cli.output import coverage_line, print_json, report
from guidekg.cli.streams import TEXT, words
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Provision, longest, quote
from guidekg.guides.sources import guides_in
from guidekg.i18n import Label, Language
from guidekg.questions.sheets import BASIS
from guidekg.rdf.namespaces import compact
from guidekg.validation.facts import facts_of

_COUNTS = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE {
  VALUES ?class { gk:Scheme gk:Provision gk:Requirement gk:Clause gk:Reading gk:Place gk:Agency
    skos:Concept }
  ?thing a ?class
} GROUP BY ?class ORDER BY ?class
"""


@click.command()
@LANG
@formats("table", "json", "csv")
@guides
@ENDPOINT
def info(lang: Language, form: str, **given: Any) -> None:
    """Print what is in the graph."""
    kg = opened(**given)
    things = kg.things
    rows = [
        (things.label(row[0].value)(lang), row[1].value)
        for row in kg.store.select(_COUNTS).rows
        if isinstance(row[0], ox.NamedNode) and isinstance(row[1], ox.Literal)
    ]
    rows += [
        (Label("问题", "question")(lang), str(len(kg.questions))),
        (Label("三元组（含推断）", "triples, with those inferred")(lang), str(len(kg.store))),
    ]
    if form == "table":
        covered = Label("原文覆盖", "coverage of the text")(lang)
        open_ = Label("可以补充的事实", "a fact that may be supplied")(lang)
        for guide in kg.guides.values():
            click.echo(f"{guide.label(lang)}  <{guide.iri}>")
            click.echo(f"{covered}: {kg.coverage(guide.iri).share:.1%}")
        for fact in facts_of(kg.store):
            click.echo(f"{open_}: --fact {fact.name}={fact.example}  {fact.label(lang)}")
    columns = {"what": Label("内容", "what"), "count": Label("数量", "how many")}
    report(columns, rows, form, lang)


@click.command()
@click.argument("name", type=TEXT)
@LANG
@formats("table", "json")
@guides
@ENDPOINT
def show(name: str, lang: Language, form: str, **given: Any) -> None:
    """Print a scheme with its own and inherited provisions."""
    scheme = opened(**given).scheme(name)
    if form == "json":
        own, inherited = (
            [_provision(item, lang) for item in part] for part in (scheme.own, scheme.inherited)
        )
        said = {"iri": scheme.iri, "label": scheme.label(lang), "own": own, "inherited": inherited}
        print_json(said)
        return
    click.echo(click.style(scheme.label(lang), bold=True) + f"  {compact(scheme.iri)}")
    _provisions(Label("本级写明", "Stated here"), scheme.own, lang)
    _provisions(Label("继承", "Inherited"), scheme.inherited, lang)


def _provision(provision: Provision, lang: Language) -> dict[str, Any]:
    return {
        "iri": provision.iri,
        "identifier": provision.identifier,
        "label": provision.label(lang),
        "kind": provision.kind.iri,
        "modality": provision.modality.iri.rpartition("/")[2],
        "clauses": [
            {"start": clause.start, "end": clause.end, "exact": clause.exact}
            for clause in provision.clauses
        ],
        "readings": [reading.reason(lang) for reading in provision.readings],
    }


def _provisions(title: Label, provisions: Sequence[Provision], lang: Language) -> None:
    """Print provisions with their quotes below a title, if there are any."""
    if provisions:
        click.echo("\n" + click.style(title(lang), bold=True))
    for item in provisions:
        code = f" [{item.identifier}]" if item.identifier else ""
        read = f" · {BASIS['read'](lang)}" if item.readings else ""
        click.echo(f"  {item.modality.label(lang)}  {item.label(lang)}{code}{read}")
        for clause in longest(item.clauses):
            click.echo("      " + click.style(quote(clause, lang), dim=True))


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
@LANG
@guides
@ENDPOINT
def source(guide: str | None, find: str | None, lang: Language, **given: Any) -> None:
    """Print a guide's text, or a clause for each place where a phrase stands.

    Without a name it is the first guide of the given folders, or of all.
    """
    kg = opened(**given)
    own = (iri for path in given["guides"] for iri in guides_in(path))
    iri = kg.resolve(guide, "guide") if guide else next(own, next(iter(kg.guides)))
    sys.exit(_find_phrase(kg, iri, find, lang) if find else _show(kg, iri, lang))


def _find_phrase(kg: KnowledgeGraph, iri: str, phrase: str, lang: Language) -> int:
    """Print a clause for each place where a phrase stands; return 1 if it stands nowhere."""
    guide = kg.guides[iri]
    name, source = iri.rpartition("/")[2], compact(guide.source)
    exact = json.dumps(phrase, ensure_ascii=False)
    found = [match.span() for match in re.finditer(re.escape(phrase), guide.text)]
    for start, end in found:
        click.echo(
            f"clause:{name}-{start}-{end} a gk:Clause ;\n    oa:start {start} ;\n"
            f"    oa:end {end} ;\n    oa:exact {exact} ;\n    gk:inSource {source} .\n"
        )
    if not found:
        message = Label(f"原文中没有“{phrase}”。", f"the text does not say {phrase!r}")
        click.echo(message(lang), err=True)
    return int(not found)


def _show(kg: KnowledgeGraph, iri: str, lang: Language) -> int:
    """Print a guide's text and its coverage; return 1 if a part of it is not covered."""
    text, covered = kg.guides[iri].text, kg.coverage(iri)
    click.echo(text.rstrip())
    click.echo()
    click.echo(coverage_line(covered, lang))
    for start, end in covered.uncovered:
        click.echo(f"  {start}-{end}: {text[start:end]}")
    return 1 if covered.uncovered else 0
