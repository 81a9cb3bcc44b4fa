"""The W3C SHACL Core test suite, from pySHACL's source distribution: fetched by pip, read by us."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from guidekg.rdf.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guidekg.validation.engines import Row

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_SHT = "http://www.w3.org/ns/shacl-test#"
_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_BLANK = re.compile(r"_:\w+")

Result = tuple[str, str, str | None]  # focus node, component, value; a blank node is any blank node


class Suite:
    """The files of the suite, by the IRIs that its manifests give them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parsed: dict[str, list[ox.Triple]] = {}

    def triples(self, iri: str) -> list[ox.Triple]:
        """Return what a file states."""
        if iri not in self._parsed:
            text = Path(iri.removeprefix("file://")).read_text(encoding="utf-8")
            quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=iri)
            self._parsed[iri] = [quad.triple for quad in quads]
        return self._parsed[iri]

    def tests(self) -> list[Test]:
        """Return every test that the manifest of Core leads to, in its order."""
        return list(self._tests((self.folder / "core" / "manifest.ttl").as_uri()))

    def _tests(self, iri: str) -> Iterator[Test]:
        graph = _Graph(self.triples(iri))
        for entries in graph.values(None, _MF + "entries"):
            for node in graph.items(entries):
                yield self._test(graph, node)
        for included in graph.values(None, _MF + "include"):
            yield from self._tests(included.value)

    def _test(self, graph: _Graph, node: ox.NamedNode) -> Test:
        (action,) = graph.values(node, _MF + "action")
        (data,) = graph.values(action, _SHT + "dataGraph")
        (shapes,) = graph.values(action, _SHT + "shapesGraph")
        (outcome,) = graph.values(node, _MF + "result")
        expected = None
        if outcome.value != _SHT + "Failure":
            expected = Counter(
                _result(
                    *(
                        next(iter(graph.values(result, _SH + name)), None)
                        for name in ("focusNode", "sourceConstraintComponent", "value")
                    )
                )
                for result in graph.values(outcome, _SH + "result")
            )
        path = Path(node.value.removeprefix("file://"))
        return Test(
            f"{path.parent.name}/{path.name}",
            self.triples(data.value),
            self.triples(shapes.value),
            expected,
        )


class Test(NamedTuple):
    """One test; ``expected`` is None where the engine must refuse the shapes."""

    name: str
    data: list[ox.Triple]
    shapes: list[ox.Triple]
    expected: Counter[Result] | None

    @property
    def text(self) -> str:
        """The data in N-Triples."""
        return "".join(f"{triple} .\n" for triple in self.data)

    @property
    def terms(self) -> set[str]:
        """The local names of SHACL's own that its shapes use; reports in the file do not count."""
        return sh_terms(_without_report(self.shapes))


class _Graph:
    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = list(triples)

    def values(self, subject: object, predicate: str) -> list[ox.NamedNode]:
        return [
            triple.object  # type: ignore[misc]  # or a blank node: it is only looked up
            for triple in self._triples
            if triple.predicate.value == predicate and subject in (None, triple.subject)
        ]

    def items(self, node: object) -> list[ox.NamedNode]:
        found: list[ox.NamedNode] = []
        while first := self.values(node, _RDF + "first"):
            found += first
            (node,) = self.values(node, _RDF + "rest")
        return found


def sh_terms(shapes: Iterable[ox.Triple]) -> set[str]:
    """Return the local names of SHACL's own terms in some shapes."""
    return {
        node.value.removeprefix(_SH)
        for triple in shapes
        for node in (triple.predicate, triple.object)
        if isinstance(node, ox.NamedNode) and node.value.startswith(_SH)
    }


def _without_report(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return the statements of a file without those of its test and its expected report."""
    found = {t.subject for t in triples if t.predicate.value.startswith((_MF, _SHT))}
    seen: set[object] = set()
    while found - seen:
        seen |= found
        found = {
            triple.object
            for triple in triples
            if triple.subject in seen and isinstance(triple.object, ox.BlankNode)
        }
    return [triple for triple in triples if triple.subject not in seen]


def _result(focus: object, component: object, value: object) -> Result:
    assert isinstance(component, ox.NamedNode)
    return _any(str(focus)), component.value, None if value is None else _any(str(value))


def _any(term: str) -> str:
    return "_:" if _BLANK.fullmatch(term) else term


def found(rows: Iterable[Row]) -> Counter[Result]:
    """Return an engine's rows as the suite's results are written."""
    return Counter(
        (_any(row.focus), row.component, None if row.value is None else _any(row.value))
        for row in rows
    )


def fetch(cache: Path) -> Suite:
    """Return the suite of the installed pySHACL's source distribution, fetched once a version."""
    wanted = f"pyshacl-{version('pyshacl')}"
    archive = cache / f"{wanted}.tar.gz"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        arguments = ["--no-deps", "--no-binary", "pyshacl", "--dest", str(cache)]
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                *arguments,
                wanted.replace("-", "=="),
            ],
            check=True,
        )
    folder = cache / wanted / "test" / "resources" / "sht_tests"
    if not folder.exists():
        with tarfile.open(archive) as packed:
            packed.extractall(cache, filter="data")
    return Suite(folder)
