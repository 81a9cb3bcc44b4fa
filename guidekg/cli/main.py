"""The commands. Each opens the guide only when it runs, so that help comes at once."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from guidekg import __version__
from guidekg.cli.ask import AskGroup
from guidekg.cli.language import LANG, chosen, examples, spoken, words
from guidekg.cli.opening import ENDPOINT, opened
from guidekg.cli.service import serve
from guidekg.cli.steward import new, shapes, validate
from guidekg.cli.streams import TEXT, failed, finish, in_form, prepare, say
from guidekg.errors import GuideKGError


def formats(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option ``--format`` with these choices, the first being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        callback=in_form,
        help=words("输出格式。", "The form of the output."),
    )


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=words(
        "向资助指南提问，并读到每条答案所依据的原文。",
        "Ask a funding guide, and read the sentence behind every answer.",
    ),
    epilog=examples(
        "guidekg questions",
        "guidekg ask deadlines --lang zh",
        "guidekg show finland",
        "guidekg query 'SELECT ?call WHERE { ?call a gk:PartnerCall }'",
    ),
)
@click.version_option(__version__, prog_name="guidekg")
def cli() -> None:
    """Run the program that a command names."""


@cli.command(
    help=words("说明图中有什么。", "Say what is in the graph."),
    epilog=examples("guidekg info", "guidekg info --format json"),
)
@LANG
@formats("table", "json", "csv")
@ENDPOINT
def info(lang: str | None, form: str, endpoint: str | None) -> None:
    """Say what is in the graph."""
    from guidekg.cli.commands import show_info  # noqa: PLC0415  # RDF loads when needed

    show_info(chosen(lang), form, endpoint)


@cli.command(
    help=words("列出所有问题。", "List every competency question."),
    epilog=examples("guidekg questions", "guidekg questions --format json"),
)
@LANG
@formats("table", "json", "csv")
@ENDPOINT
def questions(lang: str | None, form: str, endpoint: str | None) -> None:
    """List every competency question."""
    from guidekg.cli.commands import list_questions  # noqa: PLC0415

    list_questions(chosen(lang), form, endpoint)


@cli.command(
    cls=AskGroup,
    help=words(
        "提一个问题；guidekg ask 名称 --help 说明它的参数。",
        "Ask one question; guidekg ask NAME --help tells its parameters.",
    ),
    epilog=examples(
        "guidekg ask deadlines",
        "guidekg ask calls-by-field-and-partner-region --field 绿色技术 --region 长三角",
    ),
)
def ask() -> None:
    """Ask one question."""


@cli.command(
    help=words(
        "运行 SPARQL：查询本身、文件，或用 - 表示标准输入。",
        "Run SPARQL: the text itself, a file, or - for standard input.",
    ),
    epilog=examples(
        "guidekg query 'SELECT ?call WHERE { ?call a gk:PartnerCall }'",
        "guidekg query question.rq --format json",
        "guidekg query - --format csv < question.rq",
    ),
)
@click.argument("sparql")
@formats("table", "json", "csv", "turtle")
@ENDPOINT
def query(sparql: str, form: str, endpoint: str | None) -> None:
    """Run SPARQL."""
    from guidekg.cli.commands import run_query  # noqa: PLC0415

    run_query(sparql, form, endpoint)


@cli.command(
    help=words(
        "显示一个专项、专题或征集，连同它的条文和原文。",
        "Show a programme, track or call with its provisions and their quotes.",
    ),
    epilog=examples("guidekg show finland", "guidekg show 芬兰 --lang zh --format json"),
)
@click.argument("name", type=TEXT)
@LANG
@formats("table", "json")
@ENDPOINT
def show(name: str, lang: str | None, form: str, endpoint: str | None) -> None:
    """Show a scheme."""
    from guidekg.cli.commands import show_scheme  # noqa: PLC0415

    show_scheme(name, chosen(lang), form, endpoint)


@cli.command(
    help=words(
        "打印指南原文，以及其中有多少已写入图中。",
        "Print a guide's text, and how much of it is modelled.",
    ),
    epilog=examples("guidekg source", "guidekg source --find 长三角"),
)
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
def source(
    guide: str | None, find: str | None, folder: str | None, lang: str | None, endpoint: str | None
) -> None:
    """Print a guide's text."""
    from guidekg.cli.source import choose, find_phrase, show_source  # noqa: PLC0415

    kg = opened(endpoint, folder)
    iri = choose(kg, guide)
    if find:
        sys.exit(find_phrase(kg, iri, find, chosen(lang)))
    sys.exit(show_source(kg, iri, chosen(lang)))


@cli.command(
    help=words(
        "核对随附指南的数据，或您自己文件夹中指南的数据。",
        "Check the data of the shipped guide, or of a folder of your own.",
    ),
    epilog=examples("guidekg check", "guidekg check my-guide --format json"),
)
@click.argument("folder", required=False, type=click.Path())
@LANG
@formats("table", "json", "csv")
def check(folder: str | None, lang: str | None, form: str) -> None:
    """Check a guide's data."""
    from guidekg.cli.check import check_guide  # noqa: PLC0415

    sys.exit(check_guide(folder, chosen(lang), form))


@cli.command(
    help=words(
        "写出整张图（N-Quads，含推断），供 SPARQL 端点装入；内容相同则字节相同。",
        "Write the graph as N-Quads, with what is inferred, for a SPARQL endpoint to hold.",
    ),
    epilog=examples("guidekg export --output guide.nq.gz", "guidekg export my-guide > guide.nq"),
)
@click.argument("folder", required=False, type=click.Path())
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
@ENDPOINT
def export(folder: str | None, output: str | None, asserted: bool, endpoint: str | None) -> None:
    """Write the graph."""
    from guidekg.cli.export import export_graph  # noqa: PLC0415

    export_graph(folder, endpoint, output, asserted=asserted)


@cli.command(
    help=words("打印命令行补全脚本。", "Print the script that completes commands in a shell."),
    epilog=examples("guidekg completion bash >> ~/.bashrc"),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a completion script."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    if kind := get_completion_class(shell):
        click.echo(kind(cli, {}, "guidekg", "_GUIDEKG_COMPLETE").source())


for command in (validate, shapes, new, serve):
    cli.add_command(command)


def main() -> None:
    """Run the command line; exit codes: 0 fine, 1 findings, 2 input, 3 our fault, 130 interrupted."""
    prepare()
    sys.exit(finish(_run()))


def _run() -> int:
    """Run the command that the arguments name, and return its exit code."""
    code, out, err = 0, sys.stdout, sys.stderr
    try:
        cli.main(standalone_mode=False)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
        if sys.stdout is not out:  # click wraps a stream that nobody reads, and calls that a fault
            sys.stdout, sys.stderr, code = out, err, 0
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        code = 2
    except GuideKGError as error:
        say(error.message(spoken()))
        code = error.exit_code
    except Exception as error:  # noqa: BLE001  # the last resort: one line, and the code for it
        if isinstance(error, OSError) and error.errno is not None:
            return failed(error)
        said = words("程序自身的错误", "a fault of ours")
        say(f"{said}: {type(error).__name__}: {error}")
        code = 3
    return code
