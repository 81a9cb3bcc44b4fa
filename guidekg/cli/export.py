"""`guidekg export`: the graph as N-Quads, for an endpoint to hold."""

import gzip
import sys
from pathlib import Path

from guidekg.cli.opening import opened
from guidekg.cli.streams import written


def export_graph(
    folder: str | None, endpoint: str | None, output: str | None, *, asserted: bool
) -> None:
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
