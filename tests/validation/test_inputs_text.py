"""From bytes to text: gzip, limits, encodings, emptiness."""

from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from guidekg.reports.model import Problem
from guidekg.validation.batches import read
from guidekg.validation.inputs import LIMIT, Document, documents

if TYPE_CHECKING:
    from pathlib import Path

    from guidekg.validation.inputs import Form

TURTLE = "# 中文\n<urn:a> <urn:b> <urn:c> .\n".encode()


def problem(data: bytes, **options: object) -> Problem:
    (found,) = documents(data, **options)  # type: ignore[arg-type]
    assert isinstance(found, Problem)
    assert found.file == "<bytes>"
    assert any("\u4e00" <= character <= "\u9fff" for character in found.message.zh)
    assert found.message.en
    return found


@pytest.mark.parametrize("name", ["p.ttl.gz", "p.ttl", "p.gz", "p"])
def test_gzip_is_known_by_its_magic_number(tmp_path: Path, name: str) -> None:
    packed = gzip.compress(TURTLE) + gzip.compress(TURTLE)  # several members are one file
    (tmp_path / name).write_bytes(packed)
    wanted = (TURTLE + TURTLE).decode()
    path = str(tmp_path / name)
    assert list(documents(path)) == [Document(path, "turtle", wanted)]
    assert list(documents(packed)) == [Document("<bytes>", "turtle", wanted)]


def test_a_file_that_only_claims_to_be_gzip_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "p.nt.gz").write_bytes(TURTLE)
    (found,) = documents(tmp_path / "p.nt.gz")
    assert isinstance(found, Document)
    assert found.form == "ntriples"


def test_a_gzip_bomb_is_a_problem_before_memory_is_gone(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb.ttl.gz", "wb") as bomb:
        for _ in range(300):
            bomb.write(b" " * 2**20)
    assert (tmp_path / "bomb.ttl.gz").stat().st_size < 2**20
    tracemalloc.start()
    (found,) = documents(tmp_path / "bomb.ttl.gz", limit=10 * 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(found, Problem)
    assert "10,485,760" in found.message.en
    assert "10,485,760" in found.message.zh
    assert peak < 40 * 2**20


def test_gzip_in_gzip_is_no_text() -> None:
    assert "UTF-8" in problem(gzip.compress(gzip.compress(TURTLE))).message.en


@pytest.mark.parametrize("fault", ["cut", "changed", "checksum", "garbage", "head"])
def test_damaged_gzip_is_a_problem(fault: str) -> None:
    packed = bytearray(gzip.compress(TURTLE * 100))
    if fault == "cut":
        del packed[-20:]
    elif fault == "changed":
        packed[20:30] = bytes(10)
    elif fault == "checksum":
        packed[-6] ^= 1
    elif fault == "garbage":
        packed += b"garbage"
    else:
        del packed[5:]
    assert "gzip" in problem(bytes(packed)).message.en


def test_a_file_at_the_limit_is_read_and_one_above_it_is_not(tmp_path: Path) -> None:
    text = TURTLE * 20
    (tmp_path / "p.ttl").write_bytes(text)
    size = len(text)
    assert LIMIT >= 200 * 2**20
    for source in (tmp_path / "p.ttl", text, gzip.compress(text)):
        (found,) = documents(source, limit=size)
        assert isinstance(found, Document)
        (found,) = documents(source, limit=size - 1)
        assert isinstance(found, Problem)
        assert "limit" in found.message.en


def test_a_huge_sparse_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.ttl").open("wb") as file:
        file.truncate(2**40)
    (found,) = documents(tmp_path / "huge.ttl")
    assert isinstance(found, Problem)
    assert "limit" in found.message.en


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_wide_encodings_are_problems(encoding: str, mark: str) -> None:
    text = mark + "<urn:a> <urn:b> '中' ."
    found = problem(text.encode(encoding))
    assert "UTF-8" in found.message.en
    assert "UTF-8" in found.message.zh


def test_the_place_of_the_first_byte_that_is_no_utf8_is_told() -> None:
    found = problem("\ufeff# 中文\r\n'中".encode() + b"\xff' .")
    offset = len("\ufeff# 中文\r\n'中".encode())
    assert (found.line, found.column) == (2, 3)
    assert f"byte {offset} " in found.message.en
    assert f"第 {offset} 字节" in found.message.zh
    assert "GBK" not in found.message.en


def test_text_in_gbk_is_recognised() -> None:
    found = problem('<urn:a> <urn:b> "城市污泥资源化联合研发"@zh .\n'.encode("gb18030"))
    assert "GBK" in found.message.en
    assert "GBK" in found.message.zh
    assert (found.line, found.column) == (1, 18)


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"a\n\x00b", (2, 1)), (b"\x89PNG\r\n\x1a\n\x00\x00", (1, 1)), (b"ab\x00\xff", (1, 3))],
)
def test_what_is_no_text_is_a_problem_with_its_place(data: bytes, place: tuple[int, int]) -> None:
    found = problem(data)
    assert (found.line, found.column) == place
    assert "text" in found.message.en


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("turtle", ""),
        ("turtle", " \r\n\t# only a comment\r\n# 中文"),
        ("trig", "\n"),
        ("ntriples", "# c"),
        ("nquads", "#\n#\n"),
        ("jsonld", " \n"),
        ("jsonld", "{}"),
        ("jsonld", " [ ] "),
        ("rdfxml", "<?xml version='1.0'?>\n<!-- <a/> -->\n"),
        (None, ""),
        (None, "{}"),
        (None, "# c\n"),
    ],
)
def test_an_empty_document_is_a_problem(form: str | None, text: str, mark: str) -> None:
    found = problem((mark + text).encode(), form=form)
    assert "empty" in found.message.en
    assert "nothing was checked" in found.message.en
    assert "没有核对" in found.message.zh


def test_emptiness_is_found_in_time_that_grows_with_the_text_alone() -> None:
    text = "# c\n \n" * 500_000 + "<urn:a> <urn:b> <urn:c> ."
    for form in ("turtle", "rdfxml"):
        (found,) = documents((text if form == "turtle" else "<!-- -->\n" * 500_000).encode())
        assert isinstance(found, Document if form == "turtle" else Problem)


def test_a_literal_of_two_hundred_megabytes_goes_through(tmp_path: Path) -> None:
    with (tmp_path / "big.ttl").open("wb") as file:
        file.write(b'<urn:a> <urn:b> "')
        for _ in range(200):
            file.write(b"x" * 10**6)
        file.write(b'" .')
    (found,) = documents(tmp_path / "big.ttl")
    assert isinstance(found, Document)
    assert len(found.text) > 200 * 10**6


TABLE = ("CSV", "guidekg new")
WEB_PAGE = ("HTML", "download")


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ('{"@id": "urn:a"}', "turtle", ("--input-format jsonld",)),
        ('[{"@id": "urn:a"}]', "ntriples", ("--input-format jsonld",)),
        ('{"@id": "urn:a"}', "rdfxml", ("--input-format jsonld",)),
        ('<?xml version="1.0"?><rdf:RDF/>', "turtle", ("RDF/XML", "--input-format rdfxml")),
        ('<?xml version="1.0"?><rdf:RDF/>', "jsonld", ("RDF/XML", "--input-format rdfxml")),
        ("# a note\n@prefix ex: <urn:x:> .\nex:a ex:b 1 .", "jsonld", ("--input-format turtle",)),
        ("PREFIX ex: <urn:x:>\nex:a ex:b 1 .", "ntriples", ("--input-format turtle",)),
        ("<urn:a> <urn:b> 1 .", "rdfxml", ("--input-format turtle",)),
        ("<urn:a> <urn:b> <urn:c> <urn:g> .", "ntriples", ("--input-format nquads",)),
        ("<!DOCTYPE html>\n<html>", "turtle", WEB_PAGE),
        ("<!doctype html><html>", "rdfxml", WEB_PAGE),
        ('<html lang="zh">', "jsonld", WEB_PAGE),
        ("id,name,grant\n1,某公司,5\n", "turtle", TABLE),
        ("编号\t名称\n1\t某\n", "nquads", TABLE),
        ("a;b\n1;2\n", "jsonld", TABLE),
    ],
)
def test_what_a_file_of_another_form_looks_like_is_said(
    text: str, form: Form, words: tuple[str, ...]
) -> None:
    (found,) = documents(text.encode(), form=form)
    problem = found if isinstance(found, Problem) else read(found)
    assert isinstance(problem, Problem)
    for word in words:
        assert word in problem.message.en
    assert "它看起来是" in problem.message.zh


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("@prefix ex: <urn:x:> .\nex:a ex:b ex:c, .", "turtle"),
        ("ex:a ex:b 1 ;\n ex:c 2 ;\n ex:d 3 .", "turtle"),
        ("<urn:a> <urn:b> .\n", "ntriples"),
        ("<urn:a> <urn:b> <urn:c> <urn:g> <urn:h> .", "nquads"),
        ("{'a': 1,\n 'b': 2,\n 'c': 3}", "jsonld"),
        ('{"a": 1,,}', "jsonld"),
        ("<?xml version='1.0'?><a", "rdfxml"),
        ("你好，世界\n这里", "turtle"),
    ],
)
def test_a_fault_of_its_own_form_is_taken_for_no_other(text: str, form: Form) -> None:
    (found,) = documents(text.encode(), form=form)
    problem = found if isinstance(found, Problem) else read(found)
    assert isinstance(problem, Problem)
    assert "looks like" not in problem.message.en
