"""Opening guides: one's own beside the shipped one or instead of it, and what is wrong with a folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import guidekg
from guidekg import errors
from guidekg.guides.coverage import coverage
from guidekg.rdf.namespaces import ID

MINI = Path(__file__).parent / "fixtures/mini-guide"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small guide, to break."""
    shutil.copytree(MINI, tmp_path / "mini")
    return tmp_path / "mini"


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "guide.ttl"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def broken(folder: Path, kind: type[errors.GuideKGError]) -> errors.GuideKGError:
    """Return the error of opening; the folder is left as it was."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(kind) as caught:
        guidekg.load(folder, shipped=False, cache=False)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert caught.value.exit_code == 2
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)
    return caught.value


def test_a_guide_beside_the_shipped_one() -> None:
    kg = guidekg.load(MINI, cache=False)
    assert {iri.rpartition("/")[2] for iri in kg.guides} == {"zj-sti-2022", "mini"}
    assert kg.scheme("mini-finland").parent == f"{ID}scheme/mini-joint"


def test_a_guide_instead_of_the_shipped_one() -> None:
    kg = guidekg.load(MINI, shipped=False, cache=False)
    assert [iri.rpartition("/")[2] for iri in kg.guides] == ["mini"]
    assert {scheme.iri.rpartition("-")[2] for scheme in kg.schemes()} == {
        "pilot",
        "joint",
        "finland",
    }
    assert kg.resolve("芬兰", "place") == f"{ID}place/fi"


def test_questions_answer_for_a_guide_of_ones_own() -> None:
    kg = guidekg.load(MINI, shipped=False, cache=False)
    rows = list(kg.questions["deadlines"]())
    assert [row["scheme"].label("zh") for row in rows] == ["芬兰（试点）"]
    assert "9月30日" in "".join(clause.exact for clause in rows[0].clauses)


@pytest.mark.parametrize("kind", ["no such folder", "a file", "an empty folder"])
def test_a_path_that_is_no_guide(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "guide"
    if kind == "a file":
        path.write_text("text")
    elif kind == "an empty folder":
        path.mkdir()
    with pytest.raises(errors.NotAGuideError, match="is no guide folder"):
        guidekg.load(path)


def test_turtle_without_a_guide(folder: Path) -> None:
    (folder / "guide.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n")
    assert "gk:Guide" in str(broken(folder, errors.NotAGuideError))


def test_a_syntax_error_has_file_line_and_column(folder: Path) -> None:
    edit(folder, "guide:mini a gk:Guide ;", "guide:mini a gk:Guide ; ;;; oops")
    text = (folder / "guide.ttl").read_text(encoding="utf-8").splitlines()
    line = next(number for number, words in enumerate(text, 1) if "oops" in words)
    said = str(broken(folder, errors.TurtleSyntaxError))
    assert f"guide.ttl:{line}:" in said or f"guide.ttl:{line + 1}:" in said


def test_a_file_that_is_not_utf_8(folder: Path) -> None:
    (folder / "guide.ttl").write_bytes("名称".encode("gbk"))
    assert "guide.ttl" in str(broken(folder, errors.TurtleSyntaxError))


def test_a_quote_that_is_not_the_sources(folder: Path) -> None:
    edit(folder, '"攻关时限：2年内"', '"攻关时限：3年内"')
    error = broken(folder, errors.QuoteMismatchError)
    assert "攻关时限：3年内" in error.en
    assert "攻关时限：2年内" in error.en


def test_offsets_beyond_the_text(folder: Path) -> None:
    text = (folder / "guide.ttl").read_text(encoding="utf-8")
    start = text.index("oa:end ")
    number = text[start + 7 :].split()[0]
    edit(folder, f"oa:end {number}", "oa:end 99999")
    broken(folder, errors.QuoteMismatchError)


def test_a_source_that_has_changed(folder: Path) -> None:
    source = folder / "source.zh.txt"
    source.write_bytes(source.read_bytes() + "。".encode())
    assert "SHA-256" in str(broken(folder, errors.SourceError))


def test_a_source_that_is_missing(folder: Path) -> None:
    (folder / "source.zh.txt").unlink()
    assert "source.zh.txt" in str(broken(folder, errors.SourceError))


def test_a_source_outside_the_folder_is_not_read(folder: Path) -> None:
    shutil.move(folder / "source.zh.txt", folder.parent / "source.zh.txt")
    edit(folder, '"source.zh.txt"', '"../source.zh.txt"')
    broken(folder, errors.SourceError)


def test_an_identifier_used_twice(folder: Path) -> None:
    identifier = (folder / "guide.ttl").read_text(encoding="utf-8").split("dcterms:identifier ")[1]
    first = identifier.partition('"')[2].partition('"')[0]
    extra = "provision:mini-pilot a gk:Designation ;"
    edit(folder, extra, f'{extra}\n    dcterms:identifier "{first}" ;')
    said = str(broken(folder, errors.DuplicateIdentifierError))
    assert first in said
    assert "provision:mini-pilot" in said


def test_a_contradiction_is_an_error(folder: Path) -> None:
    edit(
        folder, "scheme:mini-joint a gk:Track ;", "scheme:mini-joint a gk:Track , gk:PartnerCall ;"
    )
    assert "contradict" in str(broken(folder, errors.InconsistencyError))


def test_a_folder_is_never_written_to(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    guidekg.load(folder, shipped=False, cache=False)
    assert sorted(folder.rglob("*")) == before


def test_a_character_of_a_clause_is_no_structure() -> None:
    found = coverage("一二三四", [(0, 2)], [(1, 3)], frozenset(), frozenset())
    assert (found.in_clauses, found.structural, found.uncovered) == (2, 1, ((3, 4),))


def test_a_quote_with_a_language_is_read_as_one_without(folder: Path) -> None:
    guide = folder / "guide.ttl"
    tagged, times = re.subn(r'(oa:exact "[^"]*")', r"\1@zh", guide.read_text(encoding="utf-8"))
    assert times > 1
    kg = guidekg.load(folder, shipped=False, cache=False)
    guide.write_text(tagged, encoding="utf-8")
    old = guidekg.load(folder, shipped=False, cache=False)
    assert old.schemes() == kg.schemes()


def test_an_import_is_not_followed(folder: Path) -> None:
    line = "guide:mini a gk:Guide ;"
    imports = "<http://www.w3.org/2002/07/owl#imports> <http://example.org/none>"
    edit(folder, line, f"<urn:mini> {imports} .\n\n{line}")
    assert guidekg.load(folder, shipped=False, cache=False).guides
