"""A guide of one's own: on every command and in the server, from its beginning to what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph

import guidekg
from guidekg.cli.main import COMMANDS, cli
from guidekg.guides.sources import Folders
from guidekg.guides.statements import Place
from guidekg.rdf.namespaces import ID, PREFIXES
from guidekg.validation.guide_check import check_folders
from tests.web.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.server import Server

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("guidekg")
MINI = ROOT / "tests/fixtures/mini-guide"
SECOND = ROOT / "tests/fixtures/second-guide"
ALONE = ("--guide", str(MINI), "--no-shipped")
PROPOSAL = """
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix scheme: <https://w3id.org/guidekg/id/scheme/> .
<https://example.org/p> a gk:Proposal ;
    gk:appliesTo scheme:mini-finland ;
    gk:requestedGrant 250000 .
"""


def run(
    *arguments: str | Path, cwd: Path = ROOT, lang: str = "C.UTF-8", stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, "LC_ALL": lang, "PYTHONUTF8": "1"},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def good(*arguments: str | Path, cwd: Path = ROOT, stdin: str = "") -> str:
    done = run(*arguments, cwd=cwd, stdin=stdin)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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


def place(folder: Path, words: str, after: str = "") -> tuple[int, int]:
    """Return the line and the column of words in the Turtle of a folder."""
    text = (folder / "guide.ttl").read_text(encoding="utf-8")
    at = text.index(words, text.index(after))
    start = text.rfind("\n", 0, at) + 1
    return text.count("\n", 0, at) + 1, at - start + 1


# ---- the options


# Those that open no graph: they begin one, read a text, or take the folder of a draft.
OPENING = [name for name in COMMANDS if name not in ("init", "completion", "draft", "review")]


@pytest.mark.parametrize("name", [*OPENING, "ask deadlines"])
def test_every_command_that_opens_the_graph_takes_guides(name: str) -> None:
    first, _, question = name.partition(" ")
    command = cli.get_command(None, first)  # type: ignore[arg-type]  # it asks nothing of it
    if first == "ask":
        command = command.get_command(None, question or "deadlines")  # type: ignore[union-attr, arg-type]
    assert command
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--guide", "--no-shipped"} <= options


@pytest.mark.parametrize(
    ("arguments", "there", "not_there"),
    [
        (["info"], "pilot guide", "Guide to projects"),
        (["questions"], "deadlines", "nothing of this kind"),
        (["show", "mini-finland"], "Finland (pilot)", "Israel"),
        (["source"], "攻关时限：2年内", "科技合作领域"),
        (["source", "mini"], "攻关时限：2年内", "科技合作领域"),
        (["source", "--find", "林肯郡"], "clause:mini-102-105", "zj-sti-2022"),
        (["check"], "pilot guide", "Guide to projects"),
        (["ask", "deadlines", "--format", "csv"], "mini-finland", "zj-sti-2022"),
        (["query", "SELECT ?g { ?g a gk:Guide }"], "guide:mini", "zj-sti-2022"),
        (["new", "mini-finland"], "M-MAX", "R1-MAX"),
        (["shapes"], "shape:mini-max-unmet", "zj-sti-2022"),
        (["shapes", "--reference"], "mini-finland", "zj-sti-2022"),
        (["export"], "mini-finland", "zj-sti-2022"),
    ],
)
def test_a_command_answers_from_the_given_guide(
    arguments: list[str], there: str, not_there: str
) -> None:
    alone = good(*arguments, *ALONE)
    assert there in alone
    assert not_there not in alone
    assert there in good(*arguments, "--guide", str(MINI))


def test_a_proposal_is_validated_against_the_given_guide() -> None:
    done = run("validate", "-", "--input-format", "turtle", *ALONE, stdin=PROPOSAL)
    assert done.returncode == 1
    assert "pilot guide" in done.stdout
    assert "M-MAX" in done.stdout
    assert "建议财政补助经费：10-20万元" in done.stdout


def test_several_guides_stand_beside_the_shipped_one() -> None:
    query = "SELECT ?g { ?g a gk:Guide } ORDER BY ?g"
    both = "--guide", str(MINI), "--guide", str(SECOND)
    named = good("query", query, *both).split()[1:]
    assert len(named) == 3
    assert set(good("query", query, *both, "--no-shipped").split()[1:]) < set(named)


def test_source_without_a_name_is_the_guide_that_was_given() -> None:
    assert good("source", "--guide", str(SECOND)) == good(
        "source", "--guide", str(SECOND), "--no-shipped"
    )


def test_the_old_positions_go_on() -> None:
    assert good("check", str(MINI)) == good("check", *ALONE)
    assert good("export", str(MINI)) == good("export", *ALONE)


NEEDED = {
    "show": ["finland"],
    "ask": ["deadlines"],
    "query": ["ASK {}"],
    "validate": ["examples/finland.ttl"],
    "new": ["finland"],
    "diff": ["zj-sti-2022", "zj-sti-2022"],
}


@pytest.mark.parametrize("name", OPENING)
def test_without_any_guide_one_is_told_what_to_do(name: str) -> None:
    arguments = name, *NEEDED.get(name, []), "--no-shipped"
    english, chinese = run(*arguments), run(*arguments, lang="zh_CN.UTF-8")
    assert english.returncode == chinese.returncode == 2
    assert "give one of your own by --guide FOLDER" in english.stderr
    assert "请用 --guide 文件夹 给出您自己的指南" in chinese.stderr


@pytest.mark.parametrize(
    "name", [name for name in OPENING if name not in ("check", "new", "serve")]
)
@pytest.mark.parametrize("option", [["--guide", str(MINI)], ["--no-shipped"]])
def test_an_endpoint_has_its_own_guides(name: str, option: list[str]) -> None:
    asked = name, *NEEDED.get(name, []), *option, "--endpoint", "http://127.0.0.1:1/sparql"
    english, chinese = run(*asked), run(*asked, lang="zh_CN.UTF-8")
    assert english.returncode == chinese.returncode == 2
    assert "--endpoint goes with no folder, --guide or --no-shipped" in english.stderr
    assert "--endpoint 不能与文件夹、--guide 或 --no-shipped 同用" in chinese.stderr


def test_a_shell_completes_the_folders_of_guides() -> None:
    words = {"COMP_WORDS": "guidekg info --guide tes", "COMP_CWORD": "3"}
    done = subprocess.run(
        [COMMAND],
        env={**os.environ, "_GUIDEKG_COMPLETE": "bash_complete", **words},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["dir,tes"]


def test_a_proposal_to_fill_in_tells_how_it_is_checked(tmp_path: Path) -> None:
    shutil.copytree(MINI, tmp_path / "my guide")
    given = "--guide", "my guide", "--no-shipped"
    made = good("new", "mini-finland", *given, cwd=tmp_path)
    (told,) = re.findall(r"guidekg validate FILE\.ttl(.*)", made)
    assert told == " --guide 'my guide' --no-shipped"
    (tmp_path / "FILE.ttl").write_text(made, encoding="utf-8")
    assert "M-MAX" in run("validate", "FILE.ttl", "--checklist", *given, cwd=tmp_path).stdout
    assert "--guide" not in good("new", "finland")


# ---- shapes


def test_the_shapes_of_a_guide_are_kept_beside_it_and_not_read(folder: Path) -> None:
    before = good("export", folder)
    shipped = {path: path.read_bytes() for path in (ROOT / "shapes/guides").iterdir()}
    assert "made again" in good("shapes", "--write", "--guide", folder)
    assert "unchanged" in good("shapes", "--write", "--guide", folder, "--no-shipped")
    text = (folder / "shapes.ttl").read_text(encoding="utf-8")
    assert text.startswith("# The shapes of the requirements of guide:mini, made by")
    assert text.partition("@prefix")[2] == good("shapes", *ALONE).partition("@prefix")[2]
    assert len(Graph().parse(data=text)) > 50
    assert good("export", folder) == before
    assert {path: path.read_bytes() for path in (ROOT / "shapes/guides").iterdir()} == shipped


def test_shapes_are_written_where_one_says(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "made.ttl"
    good("shapes", "--write", "--guide", folder, "--output", output)
    assert "shape:mini-max-unmet" in output.read_text(encoding="utf-8")
    assert not (folder / "shapes.ttl").exists()
    good("shapes", *ALONE, "--as-of", "2022-08-01", "--output", output)
    assert output.read_text(encoding="utf-8") == good("shapes", *ALONE, "--as-of", "2022-08-01")
    both = "--guide", str(MINI), "--guide", str(SECOND), "--write", "--output", str(output)
    assert "give it by --guide" in run("shapes", *both).stderr


def test_shapes_of_somebody_else_are_left_as_they_are(folder: Path) -> None:
    (folder / "shapes.ttl").write_text("# mine\n")
    done = run("shapes", "--write", "--guide", folder)
    assert (done.returncode, "is left as it is" in done.stderr) == (2, True)
    assert (folder / "shapes.ttl").read_text() == "# mine\n"


# ---- the server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    cache = {"GUIDEKG_CACHE": str(tmp_path_factory.mktemp("cache"))}
    with running(*ALONE, environment=cache) as started:
        yield started


def test_the_server_holds_the_given_guide_alone(server: Server) -> None:
    found = server.ask("SELECT ?g { ?g a gk:Guide }", "text/csv").text.split()
    assert found[1:] == [f"{ID}guide/mini"]


def test_rest_and_pages_speak_of_the_given_guide(server: Server) -> None:
    answer = server.send(
        target="/api/questions/deadlines", headers={"Accept": "application/json"}
    ).text
    assert f"{ID}scheme/mini-finland" in answer
    headers = {"Content-Type": "text/turtle"}
    judged = server.send(
        "POST", "/api/validate", body=PROPOSAL.encode(), headers={**headers, "Accept": "*/*"}
    )
    assert "M-MAX" in judged.text
    assert judged.headers["guidekg-exit-code"] == "1"


PAGES = {
    "/": "pilot guide",
    "/guide": "建议财政补助经费",
    "/calls": "Finland (pilot)",
    "/questions": "deadline",
    "/questions/deadlines": "Finland (pilot)",
    "/validate": "Finland (pilot)",
    "/sparql-editor": "",
    "/map": "Lincolnshire",
    "/timeline": "Finland (pilot)",
    "/page": "",
}


def page(server: Server, target: str) -> str:
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    found = server.send(target=target, headers=headers)
    while found.status in (301, 302, 303, 307, 308):
        found = server.send(target=found.headers["location"], headers=headers)
    assert found.status == 200, target
    return found.text


@pytest.mark.parametrize("target", [*PAGES, "/id/scheme/mini-finland"])
def test_every_page_follows_from_the_given_guide(server: Server, target: str) -> None:
    text = page(server, target)
    assert PAGES.get(target, "Finland (pilot)") in text
    assert "zj-sti-2022" not in text


def test_every_page_stands_before_much_is_written(tmp_path: Path) -> None:
    good("init", "my-guide", cwd=tmp_path)
    cache = {"GUIDEKG_CACHE": str(tmp_path / "cache")}
    with running("--guide", str(tmp_path / "my-guide"), "--no-shipped", environment=cache) as begun:
        pages = [page(begun, target) for target in PAGES]
    assert (
        "The guides name no partner region and list no places." in pages[list(PAGES).index("/map")]
    )


def test_the_server_without_any_guide_is_a_usage_error() -> None:
    done = run("serve", "--no-shipped", "--port", "0")
    assert (done.returncode, "--guide FOLDER" in done.stderr) == (2, True)


# ---- the beginning of a guide


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_guide_begins_with_what_is_to_be_done(tmp_path: Path, lang: str) -> None:
    good("init", "my-guide", "--lang", lang, cwd=tmp_path)
    folder = tmp_path / "my-guide"
    assert sorted(path.name for path in folder.iterdir()) == ["guide.ttl", "source.zh.txt"]
    turtle = (folder / "guide.ttl").read_text(encoding="utf-8")
    text = (folder / "source.zh.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() in turtle
    assert not re.search("#zh|#en|NAME|SHA256", turtle)
    comments = "".join(line for line in turtle.splitlines() if line.startswith("#"))
    assert ("原文写在" in comments, "is the text" in comments) == (lang == "zh", lang == "en")
    graph = Graph().parse(data=turtle)
    ours = {str(s) for s in graph.subjects()}
    assert ours == {f"{ID}{name}" for name in ("guide/my-guide", "source/my-guide-zh")} | {
        f"{ID}scheme/my-guide-programme"
    }
    done = run("check", "my-guide", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert {one["rule"] for one in found} == {"coverage", "to-be-written"}
    assert all(one["file"] == "my-guide/guide.ttl" and one["line"] for one in found)


def test_a_guide_begins_with_a_text_byte_for_byte(tmp_path: Path) -> None:
    text = "\ufeff第一条\r\n第二条 \n".encode()
    (tmp_path / "text.txt").write_bytes(text)
    good("init", "a/b", "--text", "text.txt", "--id", "zj-2024", cwd=tmp_path)
    assert (tmp_path / "a/b/source.zh.txt").read_bytes() == text
    kg = guidekg.load(tmp_path / "a/b", shipped=False, cache=False)
    assert [*kg.guides] == [f"{ID}guide/zj-2024"]


def test_the_skeleton_knows_the_prefixes_that_a_guide_needs() -> None:
    declared = re.compile(r"@prefix (\w+): <(.*)> \.")
    skeleton = (ROOT / "guidekg/guides/skeleton/guide.ttl").read_text(encoding="utf-8")
    shipped = (ROOT / "data/guides/zj-sti-2022/guide.ttl").read_text(encoding="utf-8")
    found = dict(declared.findall(skeleton))
    assert found.items() <= PREFIXES.items()
    assert set(dict(declared.findall(shipped))) - {"void"} <= set(found)  # of the package alone


@pytest.mark.parametrize("there", ["guide.ttl", "source.zh.txt", "."])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    target = tmp_path / "mine" / there
    if there != ".":
        target.parent.mkdir()
    target.write_text("mine")
    english = run("init", "mine", cwd=tmp_path)
    chinese = run("init", "mine", cwd=tmp_path, lang="zh_CN.UTF-8")
    assert english.returncode == chinese.returncode == 2
    assert "is left as it is" in english.stderr
    assert "没有改动" in chinese.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.read_text() for path in files] == ["mine"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["我的指南"], "--id"),
        (["x", "--id", "a b"], "--id"),
        (["x", "--id", 'a" ;'], "--id"),
        (["x", "--text", "gbk.txt"], "GBK"),
        (["x", "--text", "none.txt"], "none.txt"),
    ],
)
def test_what_no_guide_can_begin_with(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "gbk.txt").write_bytes("国际科技合作".encode("gbk"))
    done = run("init", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["gbk.txt"]


# ---- what is wrong, and where


def checked(folder: Path, code: int = 1) -> list[dict[str, object]]:
    done = run("check", folder.name, "--format", "json", cwd=folder.parent)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def at(one: dict[str, object]) -> tuple[object, object]:
    return one["line"], one["column"]


# What is broken, the rule that says so, and the words at whose place it does.
BREAKS = [
    ('"pilot guide"@en', '"试点"@zh', "guide-has-labels", "rdfs:label", "guide:mini a"),
    ("modality:should", "modality:shoud", "unknown-term", "modality:shoud", ""),
    ("modality:should", "modality:shoud", "provision-has-modality", "modality:shoud", ""),
    ("gk:maximum 24", "gk:maximun 24", "unknown-term", "gk:maximun", ""),
    ("gk:maximum 200000", 'gk:maximum "many"', "maximum-is-a-number", '"many"', ""),
    ("gk:maximum 24", "gk:maximum -1", "maximum-is-a-number", "-1 ;", ""),
    ("gk:information information:duration ;", "", "constraint-has-information", "requirement:mini-duration a", ""),
    ("gk:maximum 24 ;", "", "limit-has-bound", "requirement:mini-duration a", ""),
    ("gk:information information:foreign-lead-filing-day ;", "", "left-to-person", "requirement:mini-deadline a", ""),
    ("    gk:partnerRegion place:fi .", "    a gk:PartnerCall .", "call-has-region", "scheme:mini-finland a", ""),
    ('"芬兰（试点）"', '"…"', "to-be-written", '"…"@zh', ""),
    ('"攻关时限：2年内"', '"攻关时限：3年内"', "quote-mismatch", "oa:exact", "clause:mini-124-132 a"),
    ("oa:start 14 ", 'oa:start "x" ', "quote-mismatch", "oa:exact", "clause:mini-14-28 a"),
    ('gk:sha256 "7', 'gk:sha256 "8', "source", "gk:sha256", ""),
    ('identifier "M-MAX"', 'identifier "M-MIN"', "duplicate-identifier", "dcterms:identifier", "requirement:mini-max a"),
    ("gk:information information:duration", 'gk:information "duration"', "value-kind", '"duration"', ""),
    ("oa:end 28", "oa:end [ ]", "value-kind", "oa:end", "clause:mini-14-28 a"),
    ("sh:Info", "sh:Infos", "requirement-has-severity", "sh:Infos", ""),
    ("sh:Info", "sh:Infos", "not-checked", "guide:mini a", ""),
    ("joint a gk:Track", "joint a gk:Track , gk:PartnerCall", "inconsistency", "scheme:mini-joint a", ""),
    ("gk:clause clause:mini-0-13 .", "gk:year 2022 .", "coverage", "source:mini-zh a", ""),
]  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_a_finding_tells_the_place_of_its_statement(
    folder: Path, broken: tuple[str, str, str, str, str]
) -> None:
    old, new, rule, words, after = broken
    edit(folder, old, new)
    findings = check_folders(Folders.of([folder], shipped=False)).findings
    found = [one.place for one in findings if one.rule == rule]
    assert found
    file = folder / "guide.ttl"
    assert {one and one.file for one in found} == {file}
    assert Place(file, *place(folder, words, after)) in found


def test_all_that_is_wrong_is_told_together(folder: Path) -> None:
    rules = set()
    for old, new, rule, _, _ in BREAKS:
        text = (folder / "guide.ttl").read_text(encoding="utf-8")
        if new != "sh:Infos" and rule != "inconsistency" and old in text:
            edit(folder, old, new)
            rules.add(rule)
    assert len(rules) >= 10
    found = checked(folder)
    assert rules <= {str(one["rule"]) for one in found}
    assert "identifier-is-unique" not in {one["rule"] for one in found}  # the other names both
    for lang, words in (("en", "is used twice"), ("zh_CN.UTF-8", "重复")):
        said = run("check", folder.name, cwd=folder.parent, lang=lang).stdout
        assert words in said
        lines = said.splitlines()[1:-1]
        assert all(re.match(r"mini/guide\.ttl:\d+:\d+: .* \[[a-z-]+\]$", line) for line in lines)


def test_what_is_about_the_text_tells_its_line(folder: Path) -> None:
    edit(folder, '"攻关时限：2年内"', '"攻关时限：3年内"')
    edit(folder, "gk:clause clause:mini-0-13 .", "gk:year 2022 .")
    found = checked(folder)
    (quote,) = (one for one in found if one["rule"] == "quote-mismatch")
    assert (quote["text_file"], quote["text_line"], quote["text_column"]) == (
        "mini/source.zh.txt",
        6,
        1,
    )
    first = next(
        one for one in found if one["rule"] == "coverage" and "试点" in str(one["message"])
    )
    assert (first["text_line"], first["text_column"]) == (1, 8)
    assert "mini/source.zh.txt:6:1" in run("check", folder.name, cwd=folder.parent).stdout


def test_a_quote_that_has_moved_tells_where_it_is_now(folder: Path) -> None:
    source = folder / "source.zh.txt"
    source.write_bytes("附：".encode() + source.read_bytes())
    found = {one["where"]: str(one["message"]) for one in checked(folder)}
    assert "the quoted words are at 126-134" in found["clause:mini-124-132"]
    assert "SHA-256" in found["source:mini-zh"]


def test_errors_of_syntax_are_told_with_the_others(folder: Path) -> None:
    edit(folder, "guide:mini a gk:Guide ;", "guide:mini a gk:Guide ; oops ;")
    (folder / "more.ttl").write_text('<urn:a> <urn:b> "open .\n')
    found = checked(folder, 2)
    assert {one["file"]: at(one) for one in found} == {
        "mini/guide.ttl": place(folder, "oops"),
        "mini/more.ttl": (1, 17),
    }
    chinese = run("check", folder.name, cwd=folder.parent, lang="zh_CN.UTF-8").stdout
    assert "字符串没有结束" in chinese


def test_a_text_that_is_missing_cannot_be_read(folder: Path) -> None:
    (folder / "source.zh.txt").unlink()
    (found,) = checked(folder, 2)
    assert at(found) == place(folder, "gk:textFile")


def test_a_statement_in_brackets_is_told_at_its_owner(folder: Path) -> None:
    edit(folder, "gk:reading reading:mini-call-year .", "gk:reading [ a gk:Reading ] .")
    found = [one for one in checked(folder) if one["rule"] == "reading-has-reason"]
    assert [one["where"] for one in found] == ["provision:mini-call-year"]
    assert [at(one) for one in found] == [place(folder, "gk:reading [")]


def test_warnings_of_the_library_have_places(folder: Path) -> None:
    edit(folder, "modality:should", "modality:shoud")
    kg = guidekg.load(folder, shipped=False, cache=False)
    assert kg.scheme("mini-finland").own  # a misspelt modality keeps nothing from being read
    places = [one.place for one in kg.warnings if one.rule == "unknown-term"]
    assert [(one.line, one.column) for one in places if one] == [place(folder, "modality:shoud")]


def test_the_place_of_a_syntax_error_is_data(folder: Path) -> None:
    edit(folder, "guide:mini a gk:Guide ;", "guide:mini a gk:Guide ; oops ;")
    with pytest.raises(guidekg.errors.TurtleSyntaxError) as caught:
        guidekg.load(folder, shipped=False, cache=False)
    assert (caught.value.line, caught.value.column) == place(folder, "oops")
    assert "这里应有谓语" in caught.value.zh


def test_check_at_every_change(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [COMMAND, "check", folder.name, "--watch"],
            cwd=folder.parent,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdout=out,
            stderr=subprocess.DEVNULL,
        )

    def until(words: str) -> str:
        end = time.monotonic() + 60
        while words not in log.read_text(encoding="utf-8"):
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            assert process.poll() is None
            time.sleep(0.1)
        return log.read_text(encoding="utf-8")

    try:
        until("0 findings.\n")
        edit(folder, "modality:should", "modality:shoud")
        said = until("2 findings. 2 new, 0 gone.")
        assert said.count("\n+ mini/guide.ttl:82:17: ") == 2
        edit(folder, "modality:shoud", "modality:should")
        edit(folder, "guide:mini a gk:Guide ;", "guide:mini a gk:Guide ; oops ;")
        until("1 finding. 1 new, 2 gone.")
        (folder / "guide.ttl").rename(folder / "guide.txt")
        time.sleep(1.5)
        (folder / "guide.txt").rename(folder / "guide.ttl")
        edit(folder, " oops ;", "")
        until("0 findings. 0 new, 1 gone.")
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)
    assert code == 130


def test_watching_is_for_people() -> None:
    done = run("check", MINI, "--watch", "--format", "json")
    assert (done.returncode, "text only" in done.stderr) == (2, True)
