"""`guidekg export`: the graph as N-Quads, for an endpoint to hold."""

import gzip
import sys
from pathlib import Path

import click

from guidekg.cli.options import ENDPOINT, opened
from guidekg.cli.streams import words, written


@click.command()
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
def command(folder: str | None, output: str | None, asserted: bool, endpoint: str | None) -> None:
    """Write the graph to a file, compressed if it is called ``.gz``, or to standard output.

    The same content gives the same bytes.

    Raises:
        GuideKGError: the guides cannot be opened, or the file cannot be written.
    """
    data = opened(endpoint, folder).nquads(inferred=not asserted)
    if output is None:
        sys.stdout.buffer.write(data)
        return
    with written(output, "wb") as file:
        file.write(gzip.compress(data, mtime=0) if Path(output).suffix == ".gz" else data)
