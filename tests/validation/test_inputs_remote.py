"""Proposals at a URL, read by fsspec: one, a folder, a pattern; and what goes wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from guidekg.reports.model import Problem
from guidekg.validation.inputs import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "examples/finland.ttl"


@pytest.fixture
def bucket() -> Iterator[str]:
    """A folder of a remote file system, with proposals and what is none."""
    system = fsspec.filesystem("memory")
    for name, text in (
        ("a.ttl", GOOD.read_bytes()),
        ("deep/b.ttl", GOOD.read_bytes().replace(b"ex:battery", b"ex:other-battery")),
        ("notes.txt", b"no proposal"),
    ):
        system.pipe(f"/proposals/{name}", text)
    yield "memory://proposals"
    system.rm("/proposals", recursive=True)


def test_a_file_at_a_url_is_judged_as_one_here(kg: KnowledgeGraph, bucket: str) -> None:
    there = kg.validate(f"{bucket}/a.ttl", as_of="2022-10-01")
    here = kg.validate(GOOD, as_of="2022-10-01")
    assert there.ok
    assert there[0].checklist == here[0].checklist
    assert there[0].file == f"{bucket}/a.ttl"


def test_a_folder_and_a_pattern_stand_for_their_files(kg: KnowledgeGraph, bucket: str) -> None:
    whole = kg.validate(bucket, as_of="2022-10-01")
    assert [one.file.rpartition("proposals/")[2] for one in whole] == ["a.ttl", "deep/b.ttl"]
    some = kg.validate(f"{bucket}/deep/*.ttl", as_of="2022-10-01")
    assert [one.file.rpartition("proposals/")[2] for one in some] == ["deep/b.ttl"]


def test_a_url_of_this_machine_is_a_path(kg: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "mein vorhaben.ttl"
    path.write_bytes(GOOD.read_bytes())
    assert kg.validate(path.as_uri(), as_of="2022-10-01")[0].file == str(path)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("memory://proposals/missing.ttl", "there is no such file or folder; check the URL"),
        ("memory://proposals/deep/*.nt", "the known extensions: "),
        ("nowhere://proposals/a.ttl", "it cannot be read: Protocol not known: nowhere"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_the_rest_goes_on(
    kg: KnowledgeGraph, bucket: str, url: str, words: str
) -> None:
    report = kg.validate(url, f"{bucket}/a.ttl", as_of="2022-10-01")
    assert [words in problem.message.en for problem in report.problems] == [True]
    assert report.problems[0].file == url
    assert len(report.judgements) == 1
    assert report.exit_code == 2


def test_a_url_that_is_named_twice_is_read_once(kg: KnowledgeGraph, bucket: str) -> None:
    report = kg.validate(bucket, f"{bucket}/a.ttl", as_of="2022-10-01")
    assert len(report.judgements) == 2


def test_no_report_holds_what_signs_a_url(kg: KnowledgeGraph) -> None:
    report = kg.validate(
        "https://user:s3cret@127.0.0.1:1/p.ttl?signature=s3cret", as_of="2022-10-01"
    )
    assert report.problems[0].file == "https://127.0.0.1:1/p.ttl"
    assert "s3cret" not in report.render("json")


class Broken(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no types
    """A file system that fails as drivers do, while a file is read: with an error of its own."""

    protocol = "broken"

    def open(self, *_: object, **__: object) -> object:
        raise DriverError("no access to https://me:s3cret@host/p.ttl?signature=s3cret")


class DriverError(Exception):
    """Of no built-in kind, as that of many a driver."""


def test_an_error_of_a_driver_is_a_problem(kg: KnowledgeGraph) -> None:
    fsspec.register_implementation("broken", Broken, clobber=True)
    problem = kg.validate("broken://bucket/p.ttl", as_of="2022-10-01").problems[0]
    assert problem.message.en == "it cannot be read: no access to https://host/p.ttl"


def test_a_large_file_is_not_read_to_its_end(bucket: str) -> None:
    (found,) = documents(f"{bucket}/a.ttl", limit=100)
    assert isinstance(found, Problem)
    assert "larger" in found.message.en


def test_without_the_extra_the_error_names_it() -> None:
    code = (
        "import sys; sys.modules['fsspec'] = None; sys.modules['fsspec.core'] = None\n"
        "import guidekg\n"
        "print(guidekg.load().validate('s3://bucket/p.ttl').problems[0].message.en)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "to read a URL: pip install 'guidekg[remote]'\n"
