"""`guidekg init`: the beginning of a guide of one's own."""

from pathlib import Path

import click

from guidekg.characters import EncodingError, printable, shown
from guidekg.cli.options import ID, LANG
from guidekg.cli.streams import words
from guidekg.errors import GuideKGError
from guidekg.guides.skeleton import start
from guidekg.i18n import Label, Language


@click.command()
@click.argument("folder", type=click.Path(), metavar=words("文件夹", "FOLDER"))
@click.option(
    "--text",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help=words(
        "指南原文（UTF-8），逐字节复制；没有给出时放一份一页的示例。",
        "The text of the guide (UTF-8), copied byte for byte; a sample of one page if not given.",
    ),
)
@ID
@LANG
def init(folder: str, text: str | None, name: str | None, lang: Language) -> None:
    """Write the files, and say what comes next.

    Raises:
        GuideKGError: the name or the text does not fit, or something is in the way.
    """
    data = None if text is None else Path(text).read_bytes()
    try:
        made = start(Path(folder), name=name, text=data, lang=lang)
    except EncodingError as error:
        shown_text = printable(text)
        raise GuideKGError(f"{shown_text}：{error.zh}", f"{shown_text}: {error.en}") from None
    for file in made:
        click.echo(shown(file))
    path = shown(Path(folder))
    next_ = Label(f"接下来：guidekg check {path}", f"Next: guidekg check {path}")
    click.echo(next_(lang))
