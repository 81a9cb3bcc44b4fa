"""`guidekg query`: SPARQL, and its result in a form; `guidekg export`: the graph as N-Quads."""

import gzip
import sys
import warnings
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from guidekg.characters import EncodingError, decode, printable, understood
from guidekg.cli.options import ENDPOINT, FOLDER, formats, guides, opened
from guidekg.cli.output import table
from guidekg.cli.streams import spoken, standard_input, words, written
from guidekg.errors import QueryError
from guidekg.rdf.namespaces import PREFIXES, compact


@click.command()
@click.argument("sparql")
@formats("table", "json", "csv", "turtle")
@guides
@ENDPOINT
def query(sparql: str, form: str, **given: Any) -> None:
    """Run a query and print its result.

    Raises:
        QueryError: the query cannot run, or its result has no such form.
    """
    kg, text = opened(**given), _text(sparql)
    with warnings.catch_warnings(record=True):
        result = kg.query(text)
    for term in kg.unknown_terms(text):
        click.echo(term.warning().message(spoken()), err=True)
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
    if isinstance(result, ox.QueryBoolean) and form != "json":
        click.echo(str(bool(result)).lower())
    elif isinstance(result, ox.QuerySolutions) and form == "table":
        names = [variable.value for variable in result.variables]
        table(names, ([_shown(row[name]) for name in names] for row in result))
    else:
        kind = ox.QueryResultsFormat.JSON if form == "json" else ox.QueryResultsFormat.CSV
        click.echo(result.serialize(format=kind).decode().rstrip("\n"))  # type: ignore[union-attr]


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


def _shown(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    return "" if term is None else str(getattr(term, "value", term))


@click.command()
@click.argument("alone", required=False, type=click.Path(), metavar=FOLDER)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False),
    help=words("写入文件；.gz 则压缩。", "Write to a file; compressed if it is called .gz."),
)
@click.option(
    "--asserted",
    is_flag=True,
    help=words("只写文件中写明的，不含推断。", "Only what the files state, nothing inferred."),
)
@guides
@ENDPOINT
def export(output: str | None, asserted: bool, **given: Any) -> None:
    """Write the graph to a file, compressed if it is called ``.gz``, or to standard output.

    The same content gives the same bytes.

    Raises:
        GuideKGError: the guides cannot be opened, or the file cannot be written.
    """
    data = opened(**given).nquads(inferred=not asserted)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    with written(output, "wb") as file:
        file.write(gzip.compress(data, mtime=0) if Path(output).suffix == ".gz" else data)
