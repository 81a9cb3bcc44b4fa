"""`guidekg info`: what is in the graph."""

import click
import pyoxigraph as ox

from guidekg.cli.options import ENDPOINT, LANG, formats, opened
from guidekg.cli.output import report
from guidekg.i18n import Language
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
@ENDPOINT
def command(lang: Language, form: str, endpoint: str | None) -> None:
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
        for fact in facts_of(kg.store):
            words = {"zh": "可以补充的事实", "en": "a fact that may be supplied"}[lang]
            click.echo(f"{words}: --fact {fact.name}={fact.example}  {fact.label(lang)}")
    columns = {
        "zh": {"what": "内容", "count": "数量"},
        "en": {"what": "what", "count": "how many"},
    }[lang]
    report(columns, rows, form)
