"""One hygiene for proposals, queries, facts, overrides and guides: encodings, and odd characters."""

from __future__ import annotations

import codecs
import gzip
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import guidekg
from guidekg.characters import EncodingError, decode, named, odd
from guidekg.errors import GuideKGError, QueryError, TurtleSyntaxError
from guidekg.questions import Questions
from guidekg.validation.facts import FactError, read_facts
from guidekg.validation.overrides import OverrideError, read_overrides

if TYPE_CHECKING:
    from collections.abc import Callable

    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests/cases/reports"
GUIDEKG = str(Path(sys.executable).with_name("guidekg"))
OVERRIDES = ROOT / "examples/overrides.ttl"


def query(*arguments: str | Path, given: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run(
        [GUIDEKG, "query", *arguments], input=given, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_query_with_a_byte_order_mark_is_read(kg: KnowledgeGraph) -> None:
    data = (CASES / "bom.rq").read_bytes()
    assert data.startswith(codecs.BOM_UTF8)
    for code, out, err in (query(CASES / "bom.rq"), query("-", given=data)):
        assert (code, err) == (0, "")
        assert out.splitlines()[1].startswith("scheme:")
    assert len(list(kg.query(data.decode()))) == 1  # type: ignore[arg-type]  # a SELECT


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("gbk", "byte 2 does not continue UTF-8 text; perhaps it is GBK"), ("utf-16", "UTF-16")],
)
def test_a_query_in_another_encoding_is_refused_by_its_name(
    tmp_path: Path, encoding: str, words: str
) -> None:
    data = (CASES / "gbk.rq").read_bytes().decode("gbk").encode(encoding)
    file = tmp_path / "other.rq"
    file.write_bytes(data)
    for code, out, err in (query("-", given=data), query(file)):
        assert (code, out) == (2, "")
        assert words in err
        assert "save it as UTF-8" in err


def test_facts_overrides_guides_and_questions_may_bear_the_mark(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    assert read_facts(CASES / "facts-bom.ttl") == read_facts(ROOT / "examples/facts.ttl")
    marked = tmp_path / "overrides.ttl"
    marked.write_bytes(codecs.BOM_UTF8 + OVERRIDES.read_bytes())
    requirements = list(kg.validation().rulebook.requirements.values())
    assert read_overrides(marked, requirements) == read_overrides(OVERRIDES, requirements)
    shutil.copytree(ROOT / "tests/fixtures/mini-guide", tmp_path / "mini")
    guide = tmp_path / "mini/guide.ttl"
    guide.write_bytes(codecs.BOM_UTF8 + guide.read_bytes())
    assert guidekg.load(tmp_path / "mini", shipped=False, cache=False).schemes()
    asked = (ROOT / "queries/deadlines.rq").read_bytes()
    (tmp_path / "deadlines.rq").write_bytes(codecs.BOM_UTF8 + asked)
    questions = Questions(kg, tmp_path)
    assert questions["deadlines"]().rows == kg.questions["deadlines"]().rows


def archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("facts.ttl", "")


@pytest.mark.parametrize(
    ("write", "zh", "en"),
    [
        (archive, "zip 压缩包", "a zip archive"),
        (lambda path: path.write_bytes(gzip.compress(b"x")), "gzip", "packed by gzip"),
        (lambda path: path.write_bytes(b"%PDF-1.7\n\xff"), "PDF", "a PDF"),
        (lambda path: path.write_text("[] a gk:X .", "utf-16"), "UTF-16", "in UTF-16"),
        (lambda path: path.write_text("[] a gk:X .", "utf-16-le"), "UTF-16", "in UTF-16"),
        (lambda path: path.write_text("# 我省事实文件", "gbk"), "GBK", "GBK"),
        (lambda path: path.mkdir(), "无法读取", "cannot be read"),
    ],
    ids=["zip", "gzip", "pdf", "utf-16", "utf-16 without a mark", "gbk", "folder"],
)
@pytest.mark.parametrize("door", ["facts", "overrides", "guide"])
def test_what_is_plainly_something_else_is_named(
    tmp_path: Path, door: str, write: Callable[[Path], None], zh: str, en: str
) -> None:
    path = tmp_path / "guide.ttl"
    write(path)
    doors: dict[str, Callable[[], object]] = {
        "facts": lambda: read_facts(path),
        "overrides": lambda: read_overrides(path, ()),
        "guide": lambda: guidekg.load(tmp_path, shipped=False),
    }
    kinds = {"facts": FactError, "overrides": OverrideError, "guide": GuideKGError}
    with pytest.raises(kinds[door], match=en) as caught:
        doors[door]()
    assert "guide.ttl" in caught.value.en
    assert zh in caught.value.zh
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("SELECT\u3000?s { ?s ?p ?o }", "U+3000 (ideographic space)", "U+3000（全角空格）"),
        ("SELECT ?s { ?s\u200b ?p ?o }", "U+200B (zero width space)", "U+200B（零宽空格）"),
        ("SELECT ?s ｛ ?s ?p ?o }", "fullwidth left curly bracket; { is meant", "应为 {"),
        ("SELECT ?s { ?s ?p “x” }", '; " is meant', '应为 "'),
        ("SELECT ?s { ?s a gk:Track； ?p ?o }", "; ; is meant", "应为 ;"),
    ],
)
def test_an_odd_character_of_a_query_is_named(
    kg: KnowledgeGraph, text: str, en: str, zh: str
) -> None:
    with pytest.raises(QueryError) as caught:
        kg.query(text)
    assert en in caught.value.en
    assert zh in caught.value.zh


def test_odd_characters_inside_of_strings_and_comments_are_not_blamed(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError) as caught:
        kg.query('SELECT ?s { ?s rdfs:label "；\u3000" # ｛\n')
    assert "U+" not in caught.value.en


def test_bytes_that_are_no_characters_are_no_fault_of_ours(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="bytes that are no characters"):
        kg.query('SELECT ?s { ?s rdfs:label "\udcff" }')


@pytest.mark.parametrize("form", ["ttl", "nt"])
def test_an_odd_character_of_a_proposal_is_named(kg: KnowledgeGraph, form: str) -> None:
    text = "<urn:a>　<urn:b> <urn:c> ."
    kind = {"ttl": "turtle", "nt": "ntriples"}[form]
    (problem,) = kg.validate(text.encode(), form=kind).problems  # type: ignore[arg-type]  # a Form
    assert "found U+3000 (ideographic space)" in problem.message.en
    assert "U+3000（全角空格）" in problem.message.zh
    assert (problem.line, problem.column) == (1, 8)


def test_an_odd_character_of_a_fact_and_of_a_guide_is_named(tmp_path: Path) -> None:
    path = tmp_path / "guide.ttl"
    path.write_text("<urn:a> <urn:b>\n <urn:c>；\n <urn:d> <urn:e> .", encoding="utf-8")
    with pytest.raises(FactError, match=r"guide.ttl:2:9: .*U\+FF1B .*; ; is meant"):
        read_facts(path)
    with pytest.raises(TurtleSyntaxError, match=r"U\+FF1B") as caught:
        guidekg.load(tmp_path, shipped=False)
    assert "应为 ;" in caught.value.zh


def test_what_is_odd_and_what_is_not() -> None:
    assert odd("abc, 中文 é \t\n") is None
    assert odd("中文·—") is None  # they are typed for nothing else
    assert odd("a\u00a0b") == "\u00a0"
    assert odd("a\x07") == "\x07"
    assert named("\x07", "en") == "U+0007 (a control character)"
    assert named("\x07", "zh") == "U+0007（不可见的控制字符）"
    assert named("\u2003", "zh") == "U+2003（em space）"


def test_an_encoding_error_says_where() -> None:
    with pytest.raises(EncodingError) as caught:
        decode("甲\n乙丙".encode() + "废旧".encode("gbk"))
    assert (caught.value.line, caught.value.column) == (2, 3)
