"""Which language a person reads, and what commands share because of it."""

import sys
from typing import cast

import click

from guidekg.i18n import Language, from_locale


def chosen(option: str | None) -> Language:
    """Return the language of ``--lang``, or the locale's."""
    return cast("Language", option) if option else from_locale()


def spoken() -> Language:
    """Return the language of help and errors, which come before the options are parsed."""
    arguments = sys.argv[1:]
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[position + 1 : position + 2])
            return "zh" if value == "zh" else chosen(None) if value != "en" else "en"
    return from_locale()


def words(zh: str, en: str) -> str:
    """Return the words of the language of help."""
    return zh if spoken() == "zh" else en


def examples(*lines: str) -> str:
    """Return an epilog that shows commands as they are."""
    return "\n".join(["\b", words("示例：", "Examples:"), *(f"  {line}" for line in lines)])


LANG = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=words("语言，默认取自系统区域设置。", "Language; the locale's by default."),
)
