"""Many threads at once: opening guides, judging, and other people's use of the same libraries."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pyoxigraph as ox
import pytest
import rdflib

from guidekg.rdf.namespaces import PREFIXES
from guidekg.validation.engines.pyshacl import PySHACL

ROOT = Path(__file__).parents[1]
# In a process of its own: modules are imported by many threads at once too.
OPENING = """
    import threading
    from concurrent.futures import ThreadPoolExecutor
    import guidekg

    begin = threading.Barrier(8)

    def opened(number):
        begin.wait()
        kg = guidekg.load({mini!r}, shipped=False, cache={cached})
        first = kg.schemes()[0]
        return len(kg.store), len(kg.schemes()), first.label.zh

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(opened, range(8)))
    assert len(found) == 1, found

    import owlrl.OWLRL, rdflib
    assert owlrl.OWLRL.OWL is rdflib.OWL and owlrl.OWLRL.RDF is rdflib.RDF
"""


@pytest.mark.parametrize("cached", [True, False])
def test_guides_are_opened_in_many_threads_at_once(tmp_path: Path, *, cached: bool) -> None:
    code = textwrap.dedent(OPENING).format(
        mini=str(ROOT / "tests/fixtures/mini-guide"), cached=cached
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "GUIDEKG_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.iterdir())) == int(cached)


SHAPES = """
@prefix sh: <{sh}> .
<urn:s> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; sh:property <urn:t> .
<urn:t> sh:path <urn:p> ; sh:nodeKind sh:IRI .
""".format(sh=PREFIXES["sh"])
INTEGER = PREFIXES["xsd"] + "integer"


def test_pyshacl_checks_while_others_read_with_rdflib() -> None:
    shapes = [quad.triple for quad in ox.parse(SHAPES, format=ox.RdfFormat.TURTLE)]
    engine = PySHACL(shapes, [])
    over = Event()

    def check(thread: int) -> None:
        for number in range(40):
            value = f'"00{thread}{number}"^^<{INTEGER}>'
            (row,) = engine.check(f"<urn:a{thread}-{number}> <urn:p> {value} .\n")
            assert (row.focus, row.value) == (f"<urn:a{thread}-{number}>", value)

    def read() -> int:
        read = 0
        while not over.is_set():
            graph = rdflib.Graph().parse(data='<urn:a> <urn:p> "01"^^<' + INTEGER + ">, 'x' .")
            # By value: while pySHACL takes its shapes, rdflib leaves numbers as they are written.
            assert {value.toPython() for value in graph.objects()} == {1, "x"}  # type: ignore[attr-defined]
            read += 1
        return read

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for done in [pool.submit(check, thread) for thread in range(2)]:
                done.result()
        finally:
            over.set()
        assert min(reader.result() for reader in readers) > 0
