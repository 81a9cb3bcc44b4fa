"""Parts of the server by themselves: negotiation, the counting of rows, problems."""

from __future__ import annotations

import ast
import csv
import io
import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidekg.web.handlers.sparql import RowCounter
from guidekg.web.negotiation import best, language, takes_gzip
from guidekg.web.problems import KINDS, ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "a/x"),
        (" ", "a/x"),
        ("b/x", "b/x"),
        ("B/X", "b/x"),
        ("a/*;q=0.1, */*;q=0.2", "b/x"),
        ("a/y, */*;q=0.2", "a/y"),
        ("a/x;q=0.001", "a/x"),
        ("a/x;q=0", None),
        ("c/z", None),
        ("a/x;q=2, b/x;q=1", "b/x"),
        ("a/x; q = 0.2 , b/x ; q=0.3", "b/x"),
        ("*/*;q=0, b/x", "b/x"),
        ("a/*, a/x;q=0", "a/y"),
        (",,,", None),
    ],
)
def test_the_media_type_that_is_wanted_most(header: str | None, chosen: str | None) -> None:
    assert best(header, ["a/x", "a/y", "b/x"]) == chosen


@given(st.text(max_size=60))
def test_no_accept_header_is_an_error(header: str) -> None:
    assert best(header, ["a/x", "b/x"]) in {"a/x", "b/x", None}
    assert language(header) in {"zh", "en"}
    assert takes_gzip(header) in {True, False}


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "en"),
        ("zh", "zh"),
        ("zh-Hans-CN, en;q=0.8", "zh"),
        ("en, zh;q=0.8", "en"),
        ("fr, zh;q=0.5", "zh"),
        ("fr", "en"),
        ("*", "en"),
        ("*;q=0.5, en;q=0.1", "zh"),
    ],
)
def test_the_language_that_is_wanted_most(header: str | None, chosen: str) -> None:
    assert language(header) == chosen


class TooManyError(Exception):
    """There are too many rows."""


FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
NASTY = ['a,{"b', '[{"', "<result>", 'x"\r\ny', '"', '""\n', "}},{", "\\", "line\nline", "", "é😀"]


@pytest.mark.parametrize("form", FORMATS)
@given(st.lists(st.sampled_from(NASTY), min_size=1, max_size=30), st.integers(1, 40))
def test_rows_are_counted_whatever_they_hold(form: str, texts: list[str], size: int) -> None:
    store = ox.Store()
    for number, text in enumerate(texts):
        quad = ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode("urn:p"), ox.Literal(text))
        store.add(quad)
    query = "SELECT ?o ?s { ?s ?p ?o }"
    whole = store.query(query).serialize(format=FORMATS[form])  # type: ignore[union-attr]
    assert whole is not None
    for limit in (len(texts), len(texts) - 1):
        out = io.BytesIO()
        counter = RowCounter(out, form, limit, TooManyError)
        parts = [whole[start : start + size] for start in range(0, len(whole), size)]
        if limit == len(texts):
            for part in parts:
                counter.write(part)
            assert out.getvalue() == whole
        else:
            with pytest.raises(TooManyError):
                list(map(counter.write, parts))


def test_the_rows_of_csv_are_what_a_reader_of_csv_finds() -> None:
    rows = [["a"], ["line\r\nline"], ['quote " and\n'], [""]]
    text = io.StringIO()
    csv.writer(text).writerows([["head"], *rows])
    counter = RowCounter(io.BytesIO(), "csv", len(rows), TooManyError)
    counter.write(text.getvalue().encode())
    with pytest.raises(TooManyError):
        counter.write(b"more\r\n")


@pytest.mark.parametrize("name", KINDS)
def test_a_problem_is_read_as_it_was_written(name: str) -> None:
    problem = ProblemError(name, "中文", "English", headers={"a": "b"}, offered=["x"])
    again = ProblemError(**problem.to_dict())
    assert again.to_dict() == problem.to_dict()
    assert (again.message("zh"), again.message("en")) == ("中文", "English")
    assert again.kind.title("zh") != again.kind.title("en")


WEB = Path(__file__).parents[2] / "guidekg/web"
TEXTS = tomllib.loads((WEB / "problems.toml").read_text("utf-8"))


def told() -> Iterator[tuple[str, str, set[str]]]:
    """Yield the problems that the sources tell: kind, text, and the names of the values."""
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("problem"), args=[ast.Constant(), ast.Constant()]):
                    names = {item.arg or "" for item in node.keywords}
                    yield node.args[0].value, node.args[1].value, names  # type: ignore[attr-defined]


def test_the_texts_of_problems_are_there_with_their_values() -> None:
    seen = list(told())
    assert len(seen) > 30
    for kind, text, names in seen:
        for words in TEXTS[kind][text]:
            wanted = {name.partition(".")[0] for _, name, _, _ in Formatter().parse(words) if name}
            assert wanted <= names, (kind, text)


def test_every_text_of_a_problem_is_used_and_in_both_languages() -> None:
    source = "".join(path.read_text("utf-8") for path in WEB.rglob("*.py"))
    for kind, table in TEXTS.items():
        assert f'"{kind}"' in source
        for name, words in table.items():
            if name != "status":
                zh, en = words
                assert re.search("[\u4e00-\u9fff]", zh), (kind, name)
                assert not re.search("[\u4e00-\u9fff]", en.replace("未注明", "")), (kind, name)
                assert name == "title" or f'"{name}"' in source, (kind, name)
