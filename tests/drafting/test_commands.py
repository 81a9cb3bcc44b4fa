"""`guidekg draft` and `guidekg review` as one types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drafting.texts import TEXTS, facts_file

COMMAND = Path(sys.executable).with_name("guidekg")
TEXT = TEXTS["cooperation-2024"]


def run(
    *arguments: str | Path, stdin: str = "", lang: str = "en"
) -> subprocess.CompletedProcess[str]:
    command = [str(COMMAND), *map(str, arguments), "--lang", lang]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("commands") / "cooperation"
    done = run("draft", TEXT, "--out", made)
    assert done.returncode == 0, done.stderr
    assert "to review, 0 settled. Next: guidekg review" in done.stdout
    return made


def test_without_a_folder_it_says_what_is_found() -> None:
    for lang, found, nothing in (
        ("zh", "项存疑", "没有写入文件"),
        ("en", "doubtful", "Nothing was written"),
    ):
        done = run("draft", TEXT, lang=lang)
        assert (done.returncode, done.stderr) == (0, "")
        assert found in done.stdout
        assert nothing in done.stdout


def test_facts_are_json_alone(tmp_path: Path) -> None:
    done = run("draft", TEXT, "--facts")
    entries = json.loads(done.stdout)
    text = TEXT.read_bytes().decode()
    assert all(text[one["start"] : one["end"]] == one["quote"] for one in entries)
    again = tmp_path / "facts.json"  # what one reader printed, another takes
    again.write_text(done.stdout, encoding="utf-8")
    both = run("draft", TEXT, "--suggestions", again, "--facts")
    assert both.returncode == 0
    assert len(json.loads(both.stdout)) == len(entries)


def test_comparing() -> None:
    facts = facts_file("cooperation-2024")
    done = run("draft", TEXT, "--compare", facts, "--format", "json")
    figures = json.loads(done.stdout)
    assert figures["found"] > 0.8 * figures["facts"]
    assert "约束力正确" in run("draft", TEXT, "--compare", facts, lang="zh").stdout
    assert len(figures["missed"]) == figures["facts"] - figures["found"]
    assert len(figures["wrong"]) == figures["drafted"] - figures["precise"]
    assert "facts found" in run("draft", TEXT, "--compare", TEXT.parent).stdout
    other = run("draft", TEXTS["sensing-2025"], "--compare", facts)
    assert (other.returncode, other.stdout) == (2, "")
    assert "facts.json, entry 1: the text does not say" in other.stderr


def test_wrong_suggestions_are_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    entries = json.loads(facts_file("cooperation-2024").read_text(encoding="utf-8"))[:3]
    entries[1]["start"] += 1
    file = tmp_path / "reader.json"
    file.write_text(json.dumps(entries), encoding="utf-8")
    done = run("draft", TEXT, "--suggestions", file, "--facts")
    assert done.returncode == 0
    assert "reader.json, entry 2 not taken" in done.stderr
    assert "reader.json" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.txt"], "cannot be read"),
        ([COMMAND], "not in Chinese"),
        ([TEXT, "--id", "x"], "go with --out"),
        ([TEXT, "--suggestions", TEXT], "no JSON"),
        ([TEXT, "--out", "unwritten", "--from", "zj-sti-2099"], "no shipped guide is called so"),
    ],
)
def test_what_cannot_be_drafted_ends_with_2(arguments: list[str | Path], said: str) -> None:
    done = run("draft", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_walk_through_what_is_left(folder: Path) -> None:
    condition = ["c", "applies", "牵头单位的颜色", "given", "c", "perhaps"]
    answers = [
        *condition,
        "k",
        "leadership",
        "r",
        "过渡语",
        "leads over",
        "x",
        "n",
        "a",
        "u",
        "a",
        "q",
    ]
    done = run("review", folder, "--by", "王芳", stdin="\n".join(answers) + "\n")
    assert done.returncode == 0, done.stderr
    assert "there is no kind 'leadership'" in done.stderr
    assert "nothing is called '牵头单位的颜色'" in done.stderr
    assert "there is no choice 'perhaps'" in done.stderr
    assert "there is no such answer" in done.stderr
    assert "1 reviewed" in done.stdout
    turtle = (folder / "guide.ttl").read_text(encoding="utf-8")
    assert 'rdfs:label "王芳"' in turtle
    zh = run("review", folder, stdin="q\n", lang="zh")
    assert "已审阅" in zh.stdout
    checked = run("check", folder)
    assert "it is still a draft" in checked.stdout
    assert "0 findings" in checked.stdout


def test_a_review_of_what_is_no_guide(tmp_path: Path) -> None:
    done = run("review", tmp_path, stdin="q\n")
    assert done.returncode == 2
    assert "draft one by guidekg draft" in done.stderr
