"""Which guides a command answers from: the shipped ones, a folder's, or an endpoint's."""

import os
from typing import TYPE_CHECKING

import click

from guidekg.cli.language import words

if TYPE_CHECKING:
    from guidekg.graph import KnowledgeGraph

ENDPOINT = click.option(
    "--endpoint",
    metavar="URL",
    help=words(
        "改由这个 SPARQL 端点回答；需要令牌时放在环境变量 GUIDEKG_TOKEN 中。",
        "Answer from this SPARQL endpoint; a token it wants stands in GUIDEKG_TOKEN.",
    ),
)


def opened(endpoint: str | None = None, folder: str | None = None) -> "KnowledgeGraph":
    """Return the guides of an endpoint, of a folder, or the shipped ones.

    Raises:
        GuideKGError: they cannot be opened.
    """
    from guidekg.graph import connect, load  # noqa: PLC0415  # RDF loads when needed

    if endpoint and folder:
        raise click.UsageError(
            words(
                "文件夹和 --endpoint 只能给一样：答案只能来自其中一处。",
                "Give a folder or --endpoint, not both: the answer comes from one of them.",
            )
        )
    if endpoint:
        return connect(endpoint, token=os.environ.get("GUIDEKG_TOKEN") or None)
    return load(folder, shipped=False) if folder else load()
