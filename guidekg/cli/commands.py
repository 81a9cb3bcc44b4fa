"""What the reading commands do."""

import json
import sys
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from guidekg.api import load
from guidekg.cli.output import longest, quote, table
from guidekg.errors import Language, QueryError
from guidekg.knowledge.model import Provision, Scheme
from guidekg.namespaces import compact

_COUNTS = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE {
  VALUES ?class { gk:Scheme gk:Provision gk:Requirement gk:Clause gk:Reading gk:Place gk:Agency
    skos:Concept }
  ?thing a ?class
} GROUP BY ?class ORDER BY ?class
"""


def show_info(lang: Language) -> None:
    """Print what is in the graph."""
    kg = load()
    for guide in kg.guides.values():
        click.echo(f"{guide.label(lang)}  <{guide.iri}>")
        covered = kg.coverage(guide.iri)
        words = {"zh": "原文覆盖", "en": "coverage of the text"}[lang]
        click.echo(f"{words}: {covered.share:.1%}")
    rows = kg.knowledge.store.select(_COUNTS).rows
    things = [
        (kg.knowledge.things.label(row[0].value)(lang), row[1].value)
        for row in rows
        if isinstance(row[0], ox.NamedNode) and isinstance(row[1], ox.Literal)
    ]
    asked = {"zh": "问题", "en": "questions"}[lang]
    triples = {"zh": "三元组", "en": "triples"}[lang]
    things += [(asked, str(len(kg.questions))), (triples, str(len(kg.knowledge.store)))]
    table({"zh": ["内容", "数量"], "en": ["what", "how many"]}[lang], things)


def list_questions(lang: Language, form: str) -> None:
    """Print every question, by topic."""
    every = sorted(load().questions.values(), key=lambda item: (item.header.topic, item.name))
    if form == "json":
        listed = [
            {
                "name": item.name,
                "topic": item.header.topic,
                "user": item.header.user,
                "question": item.header.question(lang),
                "decision": item.header.decision(lang),
                "parameters": [
                    {
                        "name": parameter.name,
                        "kind": parameter.kind,
                        "description": parameter.description(lang),
                        "example": parameter.example,
                    }
                    for parameter in item.header.parameters
                ],
            }
            for item in every
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    rows = [
        (
            item.header.topic,
            item.name,
            item.header.question(lang),
            " ".join(f"--{parameter.name}" for parameter in item.header.parameters),
        )
        for item in every
    ]
    headings = {
        "zh": ["主题", "名称", "问题", "参数"],
        "en": ["topic", "name", "question", "parameters"],
    }[lang]
    if form == "csv":
        import csv  # noqa: PLC0415

        csv.writer(sys.stdout, lineterminator="\n").writerows([headings, *rows])
        return
    table(headings, rows)


def run_query(sparql: str, form: str) -> None:
    """Run a query and print its result.

    Raises:
        QueryError: the query cannot run, or its result has no such form.
    """
    if sparql == "-":
        sparql = sys.stdin.read()
    elif "{" not in sparql:
        try:
            sparql = Path(sparql).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise QueryError(
                f"{sparql} 既不是查询，也不是可以读取的文件（{error}）。",
                f"{sparql} is neither a query nor a file that can be read ({error})",
            ) from None
    result = load().query(sparql)
    if isinstance(result, ox.QueryTriples):
        if form not in ("table", "turtle"):
            raise QueryError(
                "图的结果请用 --format turtle。", "a graph is printed by --format turtle"
            )
        from guidekg.namespaces import PREFIXES  # noqa: PLC0415

        turtle = ox.serialize(result, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
        click.echo((turtle or b"").decode())
        return
    if form == "turtle":
        raise QueryError(
            "SELECT 和 ASK 的结果没有 Turtle 形式。", "SELECT and ASK results have no Turtle form"
        )
    if form in ("json", "csv"):
        kind = ox.QueryResultsFormat.JSON if form == "json" else ox.QueryResultsFormat.CSV
        if form == "csv" and isinstance(result, ox.QueryBoolean):
            click.echo(str(bool(result)).lower())
            return
        click.echo(result.serialize(format=kind).decode().rstrip("\n"))  # type: ignore[union-attr]
        return
    if isinstance(result, ox.QueryBoolean):
        click.echo(str(bool(result)).lower())
        return
    names = [variable.value for variable in result.variables]
    table(names, ([_shown(row[name]) for name in names] for row in result))


def _shown(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    return "" if term is None else str(getattr(term, "value", term))


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


def show_scheme(name: str, lang: Language, form: str) -> None:
    """Print a scheme with its own and inherited provisions."""
    scheme = load().scheme(name)
    parts: list[tuple[str, tuple[Provision, ...]]] = [
        ({"zh": "本级写明", "en": "Stated here"}[lang], scheme.own),
        ({"zh": "继承", "en": "Inherited"}[lang], scheme.inherited),
    ]
    if form == "json":
        document = {
            "iri": scheme.iri,
            "label": scheme.label(lang),
            "own": [_provision(item, lang) for item in scheme.own],
            "inherited": [_provision(item, lang) for item in scheme.inherited],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    _print_scheme(scheme, parts, lang)


def _print_scheme(
    scheme: Scheme, parts: list[tuple[str, tuple[Provision, ...]]], lang: Language
) -> None:
    click.echo(click.style(scheme.label(lang), bold=True) + f"  {compact(scheme.iri)}")
    for title, provisions in parts:
        if not provisions:
            continue
        click.echo("\n" + click.style(title, bold=True))
        for item in provisions:
            code = f" [{item.identifier}]" if item.identifier else ""
            click.echo(f"  {item.modality.label(lang)}  {item.label(lang)}{code}")
            for clause in longest(item.clauses):
                click.echo("      " + click.style(quote(clause, lang), dim=True))


def show_source(guide: str | None, find: str | None, lang: Language) -> int:
    """Print a guide's text and coverage, or clauses for a phrase; 1 if something is uncovered."""
    kg = load()
    iri = kg.resolve(guide, "guide") if guide else next(iter(kg.guides))
    text = kg.guides[iri].text
    if find:
        name, source = iri.rpartition("/")[2], compact(kg.guides[iri].source)
        start = text.find(find)
        if start < 0:
            message = {"zh": f"原文中没有“{find}”。", "en": f"the text does not say {find!r}"}[lang]
            click.echo(message, err=True)
            return 1
        while start >= 0:
            end = start + len(find)
            exact = json.dumps(find, ensure_ascii=False)
            click.echo(
                f"clause:{name}-{start}-{end} a gk:Clause ;\n    oa:start {start} ;\n"
                f"    oa:end {end} ;\n    oa:exact {exact}@zh ;\n    gk:inSource {source} .\n"
            )
            start = text.find(find, end)
        return 0
    covered = kg.coverage(iri)
    click.echo(text.rstrip())
    click.echo()
    if lang == "zh":
        click.echo(
            f"覆盖：{covered.counted} 字中的 {covered.share:.1%}；结构性文字 {covered.structural_share:.1%}。"
        )
    else:
        click.echo(
            f"Coverage: {covered.share:.1%} of {covered.counted} characters;"
            f" structural {covered.structural_share:.1%}."
        )
    for start, end in covered.uncovered:
        click.echo(f"  {start}-{end}: {text[start:end]}")
    return 1 if covered.uncovered else 0
