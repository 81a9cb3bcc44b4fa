"""What a user names: files, folders, patterns, links, standard input, graphs."""

from __future__ import annotations

import gzip
import io
import os
import socket
import sys
import tempfile
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Dataset, Graph, Literal, URIRef

from guidekg.errors import UnknownNameError
from guidekg.rdf.namespaces import XSD
from guidekg.reports.model import Problem
from guidekg.validation.inputs import FORMS, Document, documents

TURTLE = "<urn:a> <urn:b> <urn:c> .\n"


def write(path: Path, text: str = TURTLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(*sources: str | Path) -> list[str]:
    """The names of what is read; a problem has an exclamation mark."""
    found = documents(*sources)
    return [item.name if isinstance(item, Document) else f"!{item.file}" for item in found]


def problem(*sources: object, **options: object) -> Problem:
    """The one problem, which says something in both languages."""
    (found,) = documents(*sources, **options)  # type: ignore[arg-type]
    assert isinstance(found, Problem)
    assert found.message.zh != found.message.en
    assert any("\u4e00" <= character <= "\u9fff" for character in found.message.zh)
    assert found.message.en.isascii() or not found.file.isascii()
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_named_as_the_user_named_it(here: Path) -> None:
    write(here / "a" / "p.ttl")
    assert names("a/p.ttl") == ["a/p.ttl"]
    assert names("./a/p.ttl") == ["./a/p.ttl"]
    assert names(here / "a/p.ttl") == [str(here / "a/p.ttl")]


def test_the_text_stays_as_it_stands(here: Path) -> None:
    text = "\ufeff# 中文\r\n<urn:a> <urn:b> '''x\r\ny''' .\r\n"
    (here / "p.ttl").write_bytes(text.encode())
    assert list(documents("p.ttl")) == [Document("p.ttl", "turtle", text)]


def test_a_folder_stands_for_its_files_in_order_and_others_are_left_out(here: Path) -> None:
    extensions = ["ttl", "trig", "nt", "nq", "jsonld", "json", "rdf", "xml", "owl"]
    for number, extension in enumerate(extensions):
        write(here / f"in/{number}.{extension}", '[{"@id": "urn:a"}]' if "js" in extension else "x")
    (here / "in/sub.ttl").mkdir()
    (here / "in/sub.ttl/Z.TTL.GZ").write_bytes(gzip.compress(TURTLE.encode()))
    for other in ("README.md", "notes", ".hidden.ttl", ".git/x.ttl", "archive.gz", "a.ttl~"):
        write(here / "in" / other)
    files = [f"in/{number}.{extension}" for number, extension in enumerate(extensions)]
    assert names("in") == [*files, "in/sub.ttl/Z.TTL.GZ"]
    forms = [item.form for item in documents("in") if isinstance(item, Document)]
    assert list(dict.fromkeys(forms)) == list(FORMS)


@pytest.mark.parametrize("folder", ["empty", "other"])
def test_a_folder_without_such_a_file_is_a_problem(here: Path, folder: str) -> None:
    (here / "empty").mkdir()
    write(here / "other/README.md")
    assert ".jsonld" in problem(folder).message.en


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("in/*.ttl", ["in/a.ttl", "in/b.ttl"]),
        ("in/?.ttl", ["in/a.ttl", "in/b.ttl"]),
        ("in/[b-z].ttl", ["in/b.ttl"]),
        ("in/*", ["in/a.ttl", "in/b.ttl", "in/deep/c.ttl", "in/deep/er/d.nt"]),
        ("in/**", ["in/a.ttl", "in/b.ttl", "in/deep/c.ttl", "in/deep/er/d.nt"]),
        ("in/**/", ["in/a.ttl", "in/b.ttl", "in/deep/c.ttl", "in/deep/er/d.nt"]),
        ("in/**/*.ttl", ["in/a.ttl", "in/b.ttl", "in/deep/c.ttl"]),
        ("**/deep/*.ttl", ["in/deep/c.ttl"]),
        ("**/deep/**/*.nt", ["in/deep/er/d.nt"]),
        ("i*/**/er/*", ["in/deep/er/d.nt"]),
        ("**/*.md", ["in/read.md"]),
        ("*/*.md", ["in/read.md"]),
    ],
)
def test_a_pattern_stands_for_what_it_matches(here: Path, pattern: str, found: list[str]) -> None:
    for name in ("a.ttl", "b.ttl", "read.md", "deep/c.ttl", "deep/er/d.nt"):
        write(here / "in" / name)
    assert names(pattern) == found
    absolute = f"{here}/{pattern}"
    assert names(absolute) == [str(here / name) for name in found]


@pytest.mark.parametrize("pattern", ["in/*.nq", "in/**/*.nq", "none/*.ttl", "none/**/*.ttl", "[*"])
def test_a_pattern_that_matches_nothing_is_a_problem(here: Path, pattern: str) -> None:
    write(here / "in/a.ttl")
    assert "matches" in problem(pattern).message.en


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(here: Path) -> None:
    write(here / "p[1].ttl")
    write(here / "p1.ttl")
    assert names("p[1].ttl") == ["p[1].ttl"]


def test_a_file_is_read_once_however_often_it_is_named(here: Path) -> None:
    write(here / "in/a.ttl")
    (here / "in/b.ttl").symlink_to("a.ttl")
    os.link(here / "in/a.ttl", here / "in/c.ttl")
    (here / "twin").symlink_to("in")
    assert names("in/a.ttl", "in", here / "in/a.ttl", "in/*.ttl", "twin") == ["in/a.ttl"]


def test_links_are_followed_and_a_loop_of_links_is_a_problem_and_ends(here: Path) -> None:
    write(here / "in/a/x.ttl")
    write(here / "in/b/y.ttl")
    write(here / "elsewhere/z.ttl")
    (here / "in/a/up").symlink_to("..")
    (here / "in/b/self").symlink_to(".")
    (here / "in/c").symlink_to(here / "elsewhere")
    wanted = ["!in/a/up", "in/a/x.ttl", "!in/b/self", "in/b/y.ttl", "in/c/z.ttl"]
    assert names("in") == wanted
    assert names("in/**/*.ttl") == wanted
    loops = [item for item in documents("in") if isinstance(item, Problem)]
    assert all("loop" in item.message.en and "循环" in item.message.zh for item in loops)


def test_links_that_lead_across_each_other_end_too(here: Path) -> None:
    write(here / "in/a/x.ttl")
    write(here / "in/b/y.ttl")
    (here / "in/a/to-b").symlink_to("../b")
    (here / "in/b/to-a").symlink_to("../a")
    found = names("in")
    assert [name for name in found if name.endswith(".ttl")] == ["in/a/to-b/y.ttl", "in/a/x.ttl"]
    assert [name for name in found if name.startswith("!")] == ["!in/a/to-b/to-a"]


def test_broken_links_are_problems_where_they_may_have_been_input(here: Path) -> None:
    write(here / "in/ok.ttl")
    for link, target in [
        ("gone.ttl", "nowhere.ttl"),
        ("folder", "nowhere"),
        ("self.ttl", "self.ttl"),
        ("round", "round"),
        ("gone.md", "nowhere.md"),
    ]:
        (here / "in" / link).symlink_to(target)
    assert names("in") == ["!in/folder", "!in/gone.ttl", "in/ok.ttl", "!in/round", "!in/self.ttl"]
    assert "nowhere.ttl" in problem("in/gone.ttl").message.en
    assert "back to itself" in problem("in/self.ttl").message.en
    assert names("in/*.ttl") == ["!in/gone.ttl", "in/ok.ttl", "!in/self.ttl"]


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_pipe_or_socket_is_a_problem_and_never_waited_for(here: Path, kind: str) -> None:
    write(here / "in/ok.ttl")
    if kind == "pipe":
        os.mkfifo("in/it.ttl")
        os.mkfifo("in/other")
    else:
        socket.socket(socket.AF_UNIX).bind("in/it.ttl")
    assert names("in") == ["!in/it.ttl", "in/ok.ttl"]
    assert "standard input" in problem("in/it.ttl").message.en


def test_a_device_is_a_problem() -> None:
    assert "device" in problem("/dev/zero").message.en


def test_what_may_not_be_read_is_a_problem_and_the_rest_goes_on() -> None:
    # The folders of pytest are closed to other users, and root may read everything.
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        write(base / "a.ttl").chmod(0)
        write(base / "b.ttl")
        write(base / "shut/c.ttl").parent.chmod(0)
        write(base / "listed/d.ttl").parent.chmod(0o444)
        base.chmod(0o755)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            found = names(base)
            patterns = names(f"{base}/*/*.ttl"), names(f"{base}/*")
            (denied, *_) = documents(base)
        finally:
            os.seteuid(user)
            (base / "shut").chmod(0o700)
            (base / "listed").chmod(0o700)
    wanted = [f"!{base}/a.ttl", f"{base}/b.ttl", f"!{base}/listed/d.ttl", f"!{base}/shut"]
    assert found == wanted
    assert patterns == ([f"!{base}/listed/d.ttl"], wanted)
    assert isinstance(denied, Problem)
    assert "permission" in denied.message.en
    assert "权限" in denied.message.zh


def test_the_nearest_name_is_told_for_a_file_that_is_not_there(here: Path) -> None:
    write(here / "proposals/finland.ttl")
    assert "finland.ttl" in problem("proposals/finnland.ttl").message.en
    assert "finland.ttl" in problem("proposals/finnland.ttl").message.zh
    assert "nearest" not in problem("proposals/zzz").message.en
    assert "'propsals'" in problem("propsals/finland.ttl").message.en


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "a.ttl/b", "surrogate-\udcff.ttl"])
def test_impossible_names_are_problems(here: Path, name: str) -> None:
    write(here / "a.ttl")
    found = problem(name)
    found.file.encode("utf-8")


def test_a_name_that_is_no_utf8_can_be_read_and_printed(here: Path) -> None:
    with open(b"in-\xff.ttl", "w") as file:  # noqa: PTH123  # a name in bytes
        file.write(TURTLE)
    assert names(str(here)) == [f"{here}/in-\\xff.ttl"]


def test_one_broken_file_does_not_stop_the_rest_and_files_are_read_when_asked_for(
    here: Path,
) -> None:
    for number in range(5):
        write(here / f"in/{number}.ttl", "" if number == 2 else TURTLE)
    found = documents("in", "missing.ttl", b"\xff", b"<urn:a> <urn:b> <urn:c> .")
    first = list(islice(found, 2))
    assert [item.name for item in first if isinstance(item, Document)] == ["in/0.ttl", "in/1.ttl"]
    write(here / "in/4.ttl", TURTLE + TURTLE)
    rest = list(found)
    assert [type(item).__name__ for item in rest] == [
        "Problem", "Document", "Document", "Problem", "Problem", "Document",
    ]  # fmt: skip
    assert isinstance(rest[2], Document)
    assert rest[2].text == TURTLE + TURTLE


def test_a_folder_nested_beyond_any_path_ends(here: Path) -> None:
    write(here / "in/a.ttl")
    folder = os.open(here / "in", os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=folder)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    found = names("in")
    assert found[0] == "in/a.ttl"
    assert len(found) == 2
    assert found[1].startswith("!in/ddd")


def test_standard_input_is_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "a.ttl")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TURTLE.encode())))
    first, second = documents("-", "a.ttl")
    assert first == Document("<stdin>", "turtle", TURTLE)
    assert isinstance(second, Document)
    assert "empty" in problem("-").message.en
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input" in problem("-").message.en


def test_streams_are_read_and_closed_ones_are_problems(here: Path) -> None:
    write(here / "x.nt")
    with open("x.nt", "rb") as stream:  # noqa: PTH123  # the name as given
        assert list(documents(stream)) == [Document("x.nt", "ntriples", TURTLE)]
    assert "closed" in problem(stream).message.en
    assert list(documents(io.BytesIO(TURTLE.encode()))) == [Document("<stream>", "turtle", TURTLE)]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("@prefix a: <urn:a> .", "turtle"),
        ("\ufeff \r\n# {\n[] a <urn:C> .".replace("{", ""), "turtle"),
        ("[ a <urn:C> ] .", "turtle"),
        ("[] a <urn:C> .", "turtle"),
        ("<a> <b> <c> .", "turtle"),
        ("<urn:a> { <urn:b> <urn:c> <urn:d> }", "trig"),
        ("{ <urn:b> <urn:c> <urn:d> }", "trig"),
        ("<urn:a> <urn:b> \"x y\\\" .\"@zh <urn:g> .", "nquads"),
        ("# c\n_:a <urn:b> _:c <urn:g> .\n", "nquads"),
        ('{"@id": "urn:a"}', "jsonld"),
        ('\ufeff\n [\n{"@id": "urn:a"}]', "jsonld"),
        ("<?xml version='1.0'?><x/>", "rdfxml"),
        ("<!-- c --><rdf:RDF xmlns:rdf='x'/>", "rdfxml"),
        ("<rdf:RDF xmlns:rdf='x'/>", "rdfxml"),
        ("<r:RDF\n xmlns:r='x'/>", "rdfxml"),
    ],
)  # fmt: skip
def test_the_form_is_read_from_the_beginning(text: str, form: str) -> None:
    (found,) = documents(text.encode())
    assert found == Document("<bytes>", form, text)


def test_the_form_that_is_asked_for_goes_before_extension_and_beginning(here: Path) -> None:
    write(here / "p.txt")
    write(here / "p.ttl")
    forms = [
        item.form if isinstance(item, Document) else None
        for item in documents("p.txt", "p.ttl", TURTLE.encode(), form="nquads")
    ]
    assert forms == ["nquads"] * 3
    assert [item.form for item in documents("p.txt") if isinstance(item, Document)] == ["turtle"]


def test_an_unknown_form_and_an_unknown_source_are_errors_of_the_caller() -> None:
    with pytest.raises(UnknownNameError, match="turtle"):
        documents(b"", form="turtel")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="int"):
        list(documents(5))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [Graph, Dataset])
def test_a_graph_keeps_its_literals(kind: type[Graph]) -> None:
    graph = kind()
    subject, value = URIRef("urn:s"), URIRef("urn:v")
    literals = [
        Literal("abc", datatype=URIRef(XSD + "decimal")),
        Literal("001", datatype=URIRef(XSD + "integer"), normalize=False),
        Literal("中文\n\"'\\\t\U0001f600", lang="zh-Hans"),
        Literal("plain"),
        BNode("node"),
    ]
    for literal in literals:
        graph.add((subject, value, literal))
    if isinstance(graph, Dataset):
        graph.graph(URIRef("urn:g")).add((subject, value, URIRef("urn:in-g")))
        literals.append(URIRef("urn:in-g"))
    (found,) = documents(graph)
    assert isinstance(found, Document)
    assert (found.name, found.form) == ("<graph>", "ntriples")
    lines = [line for line in found.text.splitlines() if line]
    assert len(lines) == len(literals)
    again = [quad.object for quad in ox.parse(found.text, format=ox.RdfFormat.N_TRIPLES)]
    written = [value for value in again if isinstance(value, ox.Literal)]
    assert {value.value for value in written} == set(map(str, literals[:4]))
    assert {value.datatype.value.rpartition("#")[2] for value in written} == {
        "decimal", "integer", "langString", "string",
    }  # fmt: skip
    assert {(value.language or "").lower() for value in written} == {"", "zh-hans"}


def test_an_empty_graph_and_one_that_utf8_cannot_write_are_problems() -> None:
    assert "empty" in problem(Graph()).message.en
    graph = Graph().add((URIRef("urn:s"), URIRef("urn:p"), Literal("\ud800")))
    assert "UTF-8" in problem(graph).message.en


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_a_document_or_a_problem(data: bytes) -> None:
    (found,) = documents(data)
    assert isinstance(found, Document | Problem)
    for form in FORMS:
        (found,) = documents(data, form=form)
        assert isinstance(found, Document | Problem)
        assert not isinstance(found, Document) or found.text.encode() == data


@settings(deadline=None)
@given(st.text(max_size=80).map(lambda text: text.replace("/", "")))
def test_names_of_any_kind_are_a_document_or_a_problem(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert all(isinstance(item, Document | Problem) for item in documents(f"{folder}/n{name}"))
