"""`guidekg export`: what an endpoint must hold, the same bytes for the same content."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import guidekg
from guidekg.rdf.namespaces import ASSERTED, INFERRED, NS

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("guidekg")
MINI = "tests/fixtures/mini-guide"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, cwd=ROOT, check=False)


def export(*arguments: str | Path) -> bytes:
    done = run("export", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    return done.stdout


@pytest.fixture(scope="module")
def whole(kg: KnowledgeGraph) -> bytes:
    return kg.nquads()


def test_the_command_writes_what_the_library_gives(whole: bytes) -> None:
    assert export() == whole


def test_the_same_content_gives_the_same_bytes(whole: bytes) -> None:
    """Each opening names blank nodes anew; the closure has its own order each time."""
    assert guidekg.load(cache=False).nquads() == whole
    lines = whole.decode().split("\n")[:-1]
    assert lines == sorted(set(lines))


def test_a_file_and_its_compressed_form_are_stable(tmp_path: Path, whole: bytes) -> None:
    for name in ("a.nq", "b.nq.gz", "c.nq.gz"):
        assert export("--output", tmp_path / name) == b""
    assert (tmp_path / "a.nq").read_bytes() == whole
    packed = (tmp_path / "b.nq.gz").read_bytes()
    assert gzip.decompress(packed) == whole
    assert (tmp_path / "c.nq.gz").read_bytes() == packed
    assert len(list(tmp_path.iterdir())) == 3


def test_both_graphs_are_there_and_nothing_else(kg: KnowledgeGraph, whole: bytes) -> None:
    store = ox.Store()
    store.load(whole, format=ox.RdfFormat.N_QUADS)
    assert len(store) == len(kg.store)
    assert {graph.value for graph in store.named_graphs()} == {ASSERTED, INFERRED}  # type: ignore[union-attr]


def test_only_what_is_asserted(whole: bytes) -> None:
    asserted = export("--asserted").decode().splitlines()
    marked = [line for line in whole.decode().splitlines() if line.endswith(f"<{ASSERTED}> .")]
    assert asserted == marked
    assert 0 < len(asserted) < len(whole.splitlines())


def test_the_source_text_is_there_with_its_hash(whole: bytes) -> None:
    values = {
        quad.predicate.value: quad.object.value
        for quad in ox.parse(whole, format=ox.RdfFormat.N_QUADS)
        if quad.predicate.value in (NS + "text", NS + "sha256")
    }
    source = (ROOT / "data/guides/zj-sti-2022/source.zh.txt").read_bytes()
    assert values[NS + "text"].encode() == source
    assert values[NS + "sha256"] == hashlib.sha256(source).hexdigest()


def test_a_guide_of_ones_own() -> None:
    assert export(MINI) == guidekg.load(ROOT / MINI, shipped=False).nquads()


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    done = run("export", "--output", tmp_path / "none" / "a.nq")
    assert done.returncode == 2
    assert b"a.nq: it cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
