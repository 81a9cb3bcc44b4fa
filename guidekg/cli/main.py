"""The commands. Each opens the guide only when it runs, so that help comes at once."""

import sys
from collections.abc import Callable
from typing import Any

import click

from guidekg import __version__
from guidekg.cli.ask import AskGroup
from guidekg.cli.language import chosen
from guidekg.errors import GuideKGError, Language

LANG = click.option(
    "--lang", type=click.Choice(["zh", "en"]), help="Language; the locale's by default."
)


def formats(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option ``--format`` with these choices, the first being the default."""
    return click.option(
        "--format", "form", type=click.Choice(names), default=names[0], show_default=True
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="guidekg")
def cli() -> None:
    r"""Ask a funding guide, and read the sentence behind every answer.

    \b
    Examples:
      guidekg questions
      guidekg ask deadlines --lang zh
      guidekg show finland
    """


@cli.command()
@LANG
def info(lang: str | None) -> None:
    """Say what is in the graph."""
    from guidekg.cli.commands import show_info  # noqa: PLC0415  # RDF loads when needed

    show_info(chosen(lang))


@cli.command()
@LANG
@formats("table", "json", "csv")
def questions(lang: str | None, form: str) -> None:
    """List every competency question."""
    from guidekg.cli.commands import list_questions  # noqa: PLC0415

    list_questions(chosen(lang), form)


@cli.command(cls=AskGroup)
def ask() -> None:
    r"""Ask one question; `guidekg ask NAME --help` tells its parameters.

    \b
    Examples:
      guidekg ask deadlines
      guidekg ask calls-by-field-and-partner-region --field 绿色技术 --region 长三角
    """


@cli.command()
@click.argument("sparql")
@formats("table", "json", "csv", "turtle")
def query(sparql: str, form: str) -> None:
    r"""Run SPARQL: the text itself, a file, or - for standard input.

    \b
    Examples:
      guidekg query 'SELECT ?s WHERE { ?s a gk:PartnerCall }'
      guidekg query question.rq --format json
    """
    from guidekg.cli.commands import run_query  # noqa: PLC0415

    run_query(sparql, form)


@cli.command()
@click.argument("name")
@LANG
@formats("table", "json")
def show(name: str, lang: str | None, form: str) -> None:
    """Show a programme, track or call with its provisions and their quotes."""
    from guidekg.cli.commands import show_scheme  # noqa: PLC0415

    show_scheme(name, chosen(lang), form)


@cli.command()
@click.argument("guide", required=False)
@click.option("--find", metavar="PHRASE", help="Print a clause, ready to paste, for each place.")
@LANG
def source(guide: str | None, find: str | None, lang: str | None) -> None:
    """Print a guide's text, and how much of it is modelled."""
    from guidekg.cli.commands import show_source  # noqa: PLC0415

    sys.exit(show_source(guide, find, chosen(lang)))


@cli.command()
@click.argument("folder", required=False, type=click.Path())
@LANG
def check(folder: str | None, lang: str | None) -> None:
    """Check the data of the shipped guide, or of a folder of your own."""
    from guidekg.cli.check import check_guide  # noqa: PLC0415

    sys.exit(check_guide(folder, chosen(lang)))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    r"""Print the script that completes commands in a shell.

    \b
    Example:
      guidekg completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    if kind := get_completion_class(shell):
        click.echo(kind(cli, {}, "guidekg", "_GUIDEKG_COMPLETE").source())


def _language(arguments: list[str]) -> Language:
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang"):
            value = argument.partition("=")[2] or "".join(arguments[position + 1 : position + 2])
            return "zh" if value == "zh" else "en"
    return chosen(None)


def main() -> None:
    """Run the command line; exit codes: 0 fine, 1 findings, 2 input, 3 our fault, 130 interrupted."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except GuideKGError as error:
        click.echo(f"guidekg: {error.message(_language(sys.argv[1:]))}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  # the last resort: one line, and the code for it
        click.echo(f"guidekg: a fault of ours: {type(error).__name__}: {error}", err=True)
        sys.exit(3)
