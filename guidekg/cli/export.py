"""`guidekg export`: the graph as N-Quads, for an endpoint to hold."""

import gzip
import sys
from pathlib import Path

from guidekg.cli.opening import opened
from guidekg.errors import GuideKGError


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
    path = Path(output)
    # A file that is half written is never left in its place.
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise GuideKGError(
            f"{output}：无法写入（{error}）。", f"{output}: it cannot be written ({error})"
        ) from None
