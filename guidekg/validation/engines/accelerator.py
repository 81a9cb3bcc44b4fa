"""The accelerator: the ``shacl`` package."""

from collections.abc import Sequence

import pyoxigraph as ox
import shacl

from guidekg.validation.engines.base import Row


class Accelerator:
    """Compiled shapes; the reference facts are read again with each chunk, in 2 ms."""

    name = "shacl"
    version = shacl.__version__

    def __init__(self, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple]) -> None:
        self._shapes = shacl.Shapes.from_text(_text(shapes), format="ntriples")
        self._reference = _text(reference)

    def check(self, data: str) -> list[Row]:
        """Return the results for data in N-Triples."""
        report = self._shapes.validate_text(self._reference + data, format="ntriples")
        return [
            Row(r.focus_node, (r.root_shape or "").strip("<>"), r.component_iri, r.value)
            for r in report.results
        ]


def _text(triples: Sequence[ox.Triple]) -> str:
    return "".join(f"{triple} .\n" for triple in triples)
