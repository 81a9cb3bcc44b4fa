"""`guidekg query`: SPARQL, and its result in a form."""

from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from guidekg.characters import EncodingError, decode, printable, understood
from guidekg.cli.options import ENDPOINT, formats, opened
from guidekg.cli.output import table
from guidekg.cli.streams import standard_input
from guidekg.errors import QueryError
from guidekg.rdf.namespaces import PREFIXES, compact


@click.command()
@click.argument("sparql")
@formats("table", "json", "csv", "turtle")
@ENDPOINT
def command(sparql: str, form: str, endpoint: str | None) -> None:
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
