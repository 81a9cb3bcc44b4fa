"""What the reading commands do."""

import json
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from guidekg.characters import EncodingError, decode, printable, understood
from guidekg.cli.opening import opened
from guidekg.cli.output import BASIS, report, table
from guidekg.cli.streams import standard_input
from guidekg.errors import QueryError
from guidekg.guides.model import Provision, Scheme, longest, quote
from guidekg.i18n import Language
from guidekg.questions.serialization import described, topic
from guidekg.rdf.namespaces import PREFIXES, compact

_COUNTS = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE {
  VALUES ?class { gk:Scheme gk:Provision gk:Requirement gk:Clause gk:Reading gk:Place gk:Agency
    skos:Concept }
  ?thing a ?class
} GROUP BY ?class ORDER BY ?class
"""


def show_info(lang: Language, form: str, endpoint: str | None) -> None:
    """Print what is in the graph."""
    kg = opened(endpoint)
    things = kg.things
    rows = [
        (things.label(row[0].value)(lang), row[1].value)
        for row in kg.store.select(_COUNTS).rows
        if isinstance(row[0], ox.NamedNode) and isinstance(row[1], ox.Literal)
    ]
    asked = {"zh": "问题", "en": "question"}[lang]
    triples = {"zh": "三元组（含推断）", "en": "triples, with those inferred"}[lang]
    rows += [(asked, str(len(kg.questions))), (triples, str(len(kg.store)))]
    if form == "table":
        for guide in kg.guides.values():
            words = {"zh": "原文覆盖", "en": "coverage of the text"}[lang]
            click.echo(f"{guide.label(lang)}  <{guide.iri}>")
            click.echo(f"{words}: {kg.coverage(guide.iri).share:.1%}")
    columns = {
        "zh": {"what": "内容", "count": "数量"},
        "en": {"what": "what", "count": "how many"},
    }[lang]
    report(columns, rows, form)


def list_questions(lang: Language, form: str, endpoint: str | None) -> None:
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


def _text(sparql: str) -> str:
    """Return the query that is meant: standard input, the text itself, or a file's."""
    if "{" in sparql or (" " in sparql and not Path(sparql).exists()):
        return understood(sparql)
    try:
        return decode(standard_input() if sparql == "-" else Path(sparql).read_bytes())
    except EncodingError as error:
        name = "<stdin>" if sparql == "-" else printable(sparql)
        raise QueryError(f"{name}：{error.zh}", f"{name}: {error.en}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QueryError(
            f"{printable(sparql)} 既不是查询，也不是可以读取的文件（{reason}）。",
            f"{printable(sparql)} is neither a query nor a file that can be read ({reason})",
        ) from None


def run_query(sparql: str, form: str, endpoint: str | None) -> None:
    """Run a query and print its result.

    Raises:
        QueryError: the query cannot run, or its result has no such form.
    """
    result = opened(endpoint).query(_text(sparql))
    if isinstance(result, ox.QueryTriples):
        if form not in ("table", "turtle"):
            raise QueryError(
                "图的结果请用 --format turtle。", "a graph is printed by --format turtle"
            )
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


def show_scheme(name: str, lang: Language, form: str, endpoint: str | None) -> None:
    """Print a scheme with its own and inherited provisions."""
    scheme = opened(endpoint).scheme(name)
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
            read = f" · {BASIS['read'][lang]}" if item.readings else ""
            click.echo(f"  {item.modality.label(lang)}  {item.label(lang)}{code}{read}")
            for clause in longest(item.clauses):
                click.echo("      " + click.style(quote(clause, lang), dim=True))
