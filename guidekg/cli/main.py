"""The commands, each in a module that is imported when the command is named."""

import sys
from contextlib import suppress
from importlib import import_module

import click
from click.shell_completion import get_completion_class

from guidekg import __version__
from guidekg.cli.streams import failed, finish, prepare, say, spoken, words
from guidekg.errors import GuideKGError
from guidekg.resources import folder

COMMANDS = {
    "info": words("说明图中有什么。", "Say what is in the graph."),
    "questions": words("列出所有问题。", "List every competency question."),
    "ask": words(
        "提一个问题；guidekg ask 名称 --help 说明它的参数。",
        "Ask one question; guidekg ask NAME --help tells its parameters.",
    ),
    "query": words(
        "运行 SPARQL：查询本身、文件，或用 - 表示标准输入。",
        "Run SPARQL: the text itself, a file, or - for standard input.",
    ),
    "show": words(
        "显示一个专项、专题或征集，连同它的条文和原文。",
        "Show a programme, track or call with its provisions and their quotes.",
    ),
    "source": words(
        "打印指南原文，以及其中有多少已写入图中。",
        "Print a guide's text, and how much of it is modelled.",
    ),
    "init": words(
        "新建您自己的指南：原文，以及说明在哪里写什么的 guide.ttl。",
        "Start a guide of your own: its text, and guide.ttl, which says what to write where.",
    ),
    "check": words(
        "核对指南的数据：随附的，或您自己文件夹中的；每个问题写明文件、行和列。",
        "Check the data of the shipped guide, or of a folder of your own: each finding with its line.",
    ),
    "diff": words(
        "逐条对照一份指南的两个版本：新增、删去和改动了什么，并列出两版原文。",
        "Compare two editions of a guide: what came, went and changed, with the words of both.",
    ),
    "validate": words(
        "核对申报项目：每项要求的状态、所依据的原文，和文件中要改的那一行。",
        "Validate proposals: how each requirement stands, the guide's sentence, and the line to mend.",
    ),
    "new": words(
        "打印一份待填写的申报项目（Turtle），每条语句上方写明所依据的要求和原文。",
        "Print a proposal to fill in, in Turtle: above each statement the requirement and its quote.",
    ),
    "shapes": words(
        "打印由指南要求生成的 SHACL 形状，按本次运行的事实。",
        "Print the SHACL shapes made from the guide's requirements, for the facts of a run.",
    ),
    "export": words(
        "写出整张图（N-Quads，含推断），供 SPARQL 端点装入；内容相同则字节相同。",
        "Write the graph as N-Quads, with what is inferred, for a SPARQL endpoint to hold.",
    ),
    "draft": words(
        "从指南的文本（txt、docx、html、pdf）起草一份图谱，供人审阅。",
        "Draft the graph of a guide from its text (txt, docx, html, pdf), for people to review.",
    ),
    "review": words(
        "在终端逐条审阅起草的指南：接受、改正、驳回。",
        "Review a drafted guide in the terminal: accept, correct, reject, one by one.",
    ),
    "serve": words(
        "启动服务：SPARQL 端点（/sparql）、REST 接口和工作台，可加上您自己文件夹中的指南。",
        "Serve the SPARQL endpoint (/sparql), the REST API and the workbench, with guides of your own.",
    ),
    "completion": words(
        "打印命令行补全脚本。", "Print the script that completes commands in a shell."
    ),
}
# The module in which a command stands, where that is not called as it is.
_MODULES = {
    **dict.fromkeys(("info", "show", "source"), "guide"),
    "questions": "ask",
    "export": "query",
    "new": "shapes",
    "completion": "main",
}
_FIRST = 4  # of the examples, for those who ask for no command


def examples(command: str | None = None) -> str:
    """Return an epilog that shows commands as they are: lines of ``examples/commands.txt``."""
    lines = (folder("examples") / "commands.txt").read_text(encoding="utf-8").splitlines()
    named = lines[:_FIRST] if command is None else [one for one in lines if command in one.split()]
    return "\n".join(["\b", words("示例：", "Examples:"), *(f"  {line}" for line in named)])


class _Commands(click.Group):
    """A group that imports the module of a command when that is asked for, so that help comes at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"guidekg.cli.{_MODULES.get(cmd_name, cmd_name)}")
        found: click.Command = getattr(module, cmd_name)
        found.name, found.help = cmd_name, COMMANDS[cmd_name]
        found.epilog = examples(cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(words("命令", "Commands")):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=words(
        "向资助指南提问，并读到每条答案所依据的原文。",
        "Ask a funding guide, and read the sentence behind every answer.",
    ),
    epilog=examples(),
)
@click.version_option(__version__, prog_name="guidekg")
def cli() -> None:
    """Run the program that a command names."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a completion script."""
    if kind := get_completion_class(shell):
        root = context.find_root().command
        click.echo(kind(root, {}, "guidekg", "_GUIDEKG_COMPLETE").source())


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
