"""A cache that is stale, torn or unwritable never gives a wrong answer."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import guidekg
from guidekg.guides import cache, closure, sources

if TYPE_CHECKING:
    from guidekg.stores import EmbeddedStore

MINI = Path(__file__).parent / "fixtures/mini-guide"


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUIDEKG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(MINI, tmp_path / "mini")
    return tmp_path / "mini"


def canonical(store: EmbeddedStore) -> set[str]:
    """Return the quads, with names for blank nodes that do not depend on the run."""
    dataset = ox.Dataset(ox.parse(store.dump(), format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def everything(folder: Path) -> set[str]:
    return canonical(guidekg.load(folder, shipped=False).store)


def count_closures(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    real = closure.closure

    def counted(*arguments: object) -> object:
        calls.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(closure, "closure", counted)
    return calls


def test_the_cached_closure_is_the_fresh_one(directory: Path) -> None:
    first = guidekg.load().store
    second = guidekg.load().store
    fresh = guidekg.load(cache=False).store
    assert len(list(directory.iterdir())) == 1
    assert canonical(first) == canonical(second) == canonical(fresh)


def test_the_closure_is_computed_once(
    directory: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count_closures(monkeypatch)
    assert everything(folder) == everything(folder)
    assert len(calls) == 1
    assert directory.is_dir()


@pytest.mark.usefixtures("directory")
def test_other_content_is_computed_anew(folder: Path) -> None:
    before = everything(folder)
    guide = folder / "guide.ttl"
    text = guide.read_text(encoding="utf-8")
    guide.write_text(text.replace('"pilot guide"@en', '"trial guide"@en'), encoding="utf-8")
    after = everything(folder)
    assert any('"trial guide"' in triple for triple in after - before)
    assert not any('"pilot guide"' in triple for triple in after)


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:0],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data.replace(b"pilot", b"pirat", 1),
        lambda data: b"# " + 64 * b"0" + data[66:],
        lambda data: data[:9] + b"\xff\xfe not N-Quads at all",
    ],
    ids=["empty", "half", "one byte short", "one word changed", "another sum", "not quads"],
)
def test_a_torn_file_is_thrown_away(directory: Path, folder: Path, harm: object) -> None:
    truth = everything(folder)
    file = next(directory.iterdir())
    file.write_bytes(harm(file.read_bytes()))  # type: ignore[operator]
    assert everything(folder) == truth
    assert everything(folder) == truth


def test_code_that_changes_makes_another_file(
    directory: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = everything(folder)
    monkeypatch.setattr(cache, "_maker", lambda: "another-maker")
    assert everything(folder) == truth
    assert len(list(directory.iterdir())) == 2


def test_a_directory_that_cannot_be_made(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GUIDEKG_CACHE", str(tmp_path / "file/cache"))
    assert everything(folder)
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_directory_that_cannot_be_written(
    directory: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.mkdir()
    directory.chmod(0o500)

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    if os.access(directory, os.W_OK):  # root may write all the same
        monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert everything(folder)
    directory.chmod(0o700)
    assert list(directory.iterdir()) == []


def test_a_full_disk_leaves_no_half_file(
    directory: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert everything(folder)
    assert list(directory.iterdir()) == []


def test_reading_gives_what_was_kept(directory: Path, folder: Path) -> None:
    content = sources.Folders.of([folder], shipped=False).content()
    assert cache.fetch(content) is None
    store = guidekg.load(folder, shipped=False).store
    kept = cache.fetch(content)
    assert kept is not None
    assert canonical(kept) == canonical(store)
    assert directory.is_dir()
