"""`guidekg show`: a programme, track or call with its provisions."""

import json
from typing import Any

import click

from guidekg.cli.options import ENDPOINT, LANG, formats, opened
from guidekg.cli.output import BASIS
from guidekg.cli.streams import TEXT
from guidekg.guides.model import Provision, Scheme, longest, quote
from guidekg.i18n import Language
from guidekg.rdf.namespaces import compact


@click.command()
@click.argument("name", type=TEXT)
@LANG
@formats("table", "json")
@ENDPOINT
def command(name: str, lang: Language, form: str, endpoint: str | None) -> None:
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
