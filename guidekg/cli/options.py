"""What commands share: the language that a person reads, and options that several take."""

import os
import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import click
from click.shell_completion import CompletionItem

from guidekg.characters import understood
from guidekg.cli.streams import TEXT, in_form, misuse, words
from guidekg.i18n import Language, from_locale

if TYPE_CHECKING:
    from guidekg.graph import KnowledgeGraph

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _language(_ctx: click.Context, _param: click.Parameter, given: str | None) -> Language:
    return cast("Language", given) if given else from_locale()


LANG = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    callback=_language,
    help=words("语言，默认取自系统区域设置。", "Language; the locale's by default."),
)
ID = click.option(
    "--id",
    "name",
    type=TEXT,
    metavar="NAME",
    help=words(
        "用来构成标识的名称，默认是文件夹的名称。",
        "What identifiers are made from; the name of the folder by default.",
    ),
)
FOLDER = words("[文件夹]", "[FOLDER]")
ENDPOINT = click.option(
    "--endpoint",
    metavar="URL",
    help=words(
        "改由这个 SPARQL 端点回答；需要令牌时放在环境变量 GUIDEKG_TOKEN 中。",
        "Answer from this SPARQL endpoint; a token it wants stands in GUIDEKG_TOKEN.",
    ),
)


def _folders(_ctx: click.Context, _param: click.Parameter, given: str) -> list[CompletionItem]:
    """Let the shell complete the names of folders."""
    return [CompletionItem(given, type="dir")]


def guides(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which guides are open: ``--guide`` and ``--no-shipped``."""
    own = click.option(
        "--guide",
        "guides",
        multiple=True,
        type=click.Path(),
        metavar="FOLDER",
        shell_complete=_folders,
        help=words(
            "同时打开这个文件夹中您自己的指南；可以多次给出。",
            "Open the guide of your own in this folder too; may be given several times.",
        ),
    )
    alone = click.option(
        "--no-shipped",
        "shipped",
        is_flag=True,
        flag_value=False,
        default=True,
        help=words("不打开随附的指南。", "Leave the shipped guide out."),
    )
    return own(alone(command))


def formats(*names: str, help_: str = "") -> Decorator:
    """Return the option ``--format`` with these choices, the first being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        callback=in_form,
        help=help_ or words("输出格式。", "The form of the output."),
    )


def _day(_ctx: click.Context, _param: click.Parameter, given: Any) -> Any:
    return given.date() if given else None


def _facts(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    facts = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not value:
            raise click.BadParameter(
                words(f"“{item}”应当写作 名称=值。", f"{item!r} must be written NAME=VALUE.")
            )
        facts[name.strip()] = value.strip()
    return facts


AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    metavar="DATE",
    help=words(
        "核对日；这一天之后的截止时间算未过。默认今天。",
        "The day of the check; a deadline after it has not passed. Today by default.",
    ),
)
FACT = click.option(
    "--fact",
    "facts",
    multiple=True,
    type=TEXT,
    callback=_facts,
    metavar="NAME=VALUE",
    help=words(
        "补充指南没有写明的事实，guidekg info 列出可以补充的事实。",
        "A fact that the guide leaves open; guidekg info lists them.",
    ),
)
FACTS = click.option(
    "--facts",
    "facts_file",
    type=click.Path(),
    metavar="FILE.ttl",
    help=words("以 Turtle 文件补充的事实（gk:RunFact）。", "Facts in a Turtle file (gk:RunFact)."),
)


def folders(
    guides: Sequence[str] = (), *, shipped: bool = True, alone: str | None = None
) -> tuple[tuple[str, ...], bool]:
    """Return the folders to open, and whether the shipped guide is opened with them.

    Args:
        guides: those of ``--guide``.
        shipped: False for ``--no-shipped``.
        alone: one that is given by its place, and opened without the shipped guide.

    Raises:
        UsageError: nothing would be open.
    """
    if alone:
        return (alone, *guides), False
    if not guides and not shipped:
        raise misuse(
            "--no-shipped 之后没有指南可开；请用 --guide 文件夹 给出您自己的指南。",
            "With --no-shipped no guide is left: give one of your own by --guide FOLDER.",
        )
    return tuple(guides), shipped


def as_written(guides: Sequence[str], *, shipped: bool) -> str:
    """Return these options as one writes them after a command, with a space before each."""
    own = "".join(f" --guide {shlex.quote(understood(one))}" for one in guides)
    return own + ("" if shipped else " --no-shipped")


def opened(
    guides: Sequence[str] = (),
    *,
    shipped: bool = True,
    alone: str | None = None,
    endpoint: str | None = None,
) -> "KnowledgeGraph":
    """Return the guides of an endpoint, or the shipped one and those of folders (see ``folders``).

    Raises:
        UsageError: an endpoint and folders are given, or nothing would be open.
        GuideKGError: they cannot be opened.
    """
    from guidekg.graph import connect, load  # noqa: PLC0415  # RDF loads when needed

    if endpoint and (alone or guides or not shipped):
        raise misuse(
            "--endpoint 不能与文件夹、--guide 或 --no-shipped 同用：打开哪些指南由端点决定。",
            "--endpoint goes with no folder, --guide or --no-shipped: the endpoint has its own guides.",
        )
    if endpoint:
        return connect(endpoint, token=os.environ.get("GUIDEKG_TOKEN") or None)
    paths, shipped = folders(guides, shipped=shipped, alone=alone)
    return load(*paths, shipped=shipped)
