"""What commands share: the language that a person reads, and options that several take."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import click

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
ENDPOINT = click.option(
    "--endpoint",
    metavar="URL",
    help=words(
        "改由这个 SPARQL 端点回答；需要令牌时放在环境变量 GUIDEKG_TOKEN 中。",
        "Answer from this SPARQL endpoint; a token it wants stands in GUIDEKG_TOKEN.",
    ),
)


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


def opened(endpoint: str | None = None, folder: str | None = None) -> "KnowledgeGraph":
    """Return the guides of an endpoint, of a folder, or the shipped ones.

    Raises:
        GuideKGError: they cannot be opened.
    """
    from guidekg.graph import connect, load  # noqa: PLC0415  # RDF loads when needed

    if endpoint and folder:
        raise misuse(
            "文件夹和 --endpoint 只能给一样：答案只能来自其中一处。",
            "Give a folder or --endpoint, not both: the answer comes from one of them.",
        )
    if endpoint:
        return connect(endpoint, token=os.environ.get("GUIDEKG_TOKEN") or None)
    return load(folder, shipped=False) if folder else load()
