"""The command line as a user runs it: what it prints, in which form and language, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from rdflib import Graph

import guidekg.questions.header
from guidekg.cli.main import cli
from tests.expected import answers

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("guidekg")
QUERY = "SELECT ?call WHERE { ?call a gk:PartnerCall } ORDER BY ?call"


def run(
    *arguments: str, stdin: str = "", lang: str = "C.UTF-8"
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": lang, "PYTHONUTF8": "1"}
    return subprocess.run(
        [COMMAND, *arguments],
        input=stdin,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def good(*arguments: str, **more: str) -> str:
    done = run(*arguments, **more)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def bad(*arguments: str, code: int = 2, **more: str) -> str:
    done = run(*arguments, **more)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_info_counts_what_is_there() -> None:
    rows = dict(csv.reader(io.StringIO(good("info", "--format", "csv"))))
    assert rows["funding scheme"] == "13"
    assert rows["question"] == str(len(list((ROOT / "queries").glob("*.rq"))))
    assert "100.0%" in good("info")
    assert "原文覆盖" in good("info", "--lang", "zh")


def test_questions_are_listed_in_three_forms() -> None:
    listed = json.loads(good("questions", "--format", "json", "--lang", "zh"))
    assert len(listed) >= 40
    assert {"name", "topic", "user", "question", "decision", "parameters"} == set(listed[0])
    table = list(csv.DictReader(io.StringIO(good("questions", "--format", "csv"))))
    assert {row["name"] for row in table} == {item["name"] for item in listed}
    plain = good("questions").splitlines()
    assert len(plain) == len(listed) + 1
    assert all(line.count("\t") == 3 for line in plain)


def test_an_answer_in_json() -> None:
    asked = "ask", "calls-by-field-and-partner-region", "--format", "json"
    answer = json.loads(good(*asked, "--field", "绿色技术", "--region", "长三角", "--lang", "zh"))
    assert answer["state"] == "found"
    row = answer["rows"][0]
    assert row["scheme"]["label"] == "芬兰合作征集"
    assert row["modality"] == "should"
    assert row["basis"] == "read"
    source = (ROOT / "data/guides/zj-sti-2022/source.zh.txt").read_bytes().decode()
    for cited in row["cites"]:
        for clause in cited["clauses"]:
            assert source[clause["start"] : clause["end"]] == clause["exact"]


def test_an_answer_in_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(good("ask", "deadlines", "--format", "csv"))))
    assert len(rows) == 9
    finland = next(row for row in rows if row["scheme"].endswith("finland"))
    assert finland["date"] == "2022-09-30"
    assert "9月30日" in finland["clauses"]


@pytest.mark.parametrize(
    "option",
    ["--topicOfInterest", "--topicofinterest", "--topic-of-interest", "--TOPIC_OF-Interest"],
)
def test_a_parameter_is_given_in_any_case_and_with_hyphens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    query = (ROOT / "queries/agreement-topics.rq").read_text(encoding="utf-8")
    for old in ("param topic", "?topic"):
        assert old in query
        query = query.replace(old, old + "OfInterest")
    (tmp_path / "asked.rq").write_text(query, encoding="utf-8")
    monkeypatch.setattr(guidekg.questions.header, "folder", lambda _: tmp_path)
    asked = ["ask", "asked", option, "intellectual-property", "--format", "csv"]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()) > 3
    shown = CliRunner().invoke(cli, ["ask", "asked", "--help"]).output
    assert "--topic-of-interest, --topicOfInterest TOPIC" in shown


def test_every_parameter_of_every_question_is_an_option() -> None:
    for question in guidekg.load().questions.values():
        for parameter in question.header.parameters:
            asked = ["ask", question.name, f"--{parameter.name}", parameter.example, "--help"]
            assert CliRunner().invoke(cli, asked).exit_code == 0


def test_nothing_and_not_known_are_told_apart() -> None:
    asked = "ask", "calls-by-field", "--field", "semiconductors", "--format", "json"
    none = json.loads(good(*asked))
    assert none["state"] == "none"
    assert none["rows"] == []
    assert none["message"].startswith("No call names, covers or touches the field")
    asked = "ask", "fields-of-scheme", "--scheme", "paired-assistance", "--format", "json"
    unknown = json.loads(good(*asked))
    assert unknown["state"] == "unknown"
    assert unknown["rows"] == []


def test_a_name_that_a_question_had_answers_and_tells_the_new_one() -> None:
    command = [COMMAND, "ask", "schemes-by-agreement-topic", "--topic", "知识产权", "--lang", "zh"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == "问题“schemes-by-agreement-topic”现名“agreement-topics”。\n"
    assert "知识产权归属" in done.stdout
    named = good("ask", "agreement-topics", "--topic", "知识产权", "--lang", "zh")
    assert done.stdout == named


def test_every_question_can_be_asked_from_here() -> None:
    """Each parameter is an option under the name that its header gives it."""
    for item in json.loads(good("questions", "--format", "json")):
        asked = [one for p in item["parameters"] for one in (f"--{p['name']}", p["example"])]
        runner = CliRunner().invoke(cli, ["ask", item["name"], *asked, "--format", "csv"])
        assert runner.exit_code == 0, item["name"]
        # Of some the shipped guide says nothing.
        silent = not any(case["rows"] for case in answers(item["name"]))
        assert (len(runner.output.splitlines()) > 1) != silent, item["name"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_main_answer_fits_the_width(lang: str, width: int) -> None:
    from rich.cells import cell_len  # noqa: PLC0415

    asked = "--field", "green-technology", "--region", "yangtze-river-delta", "--lang", lang
    command = [COMMAND, "ask", "calls-by-field-and-partner-region", *asked]
    environment = {**os.environ, "COLUMNS": str(width)}
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = printed.stdout.splitlines()
    assert max(map(cell_len, lines)) <= width
    assert len({line for line in lines if line.startswith(" ─")}) == 1  # all tables are in line
    words = {"zh": ["部分涉及", "未提及"], "en": ["touches", "preferred", "environmental"]}[lang]
    assert all(f" {word} " in printed.stdout for word in words)  # none is broken
    assert [line[:2] for line in lines if re.match(r"[A-D] ", line)] == ["A ", "B ", "C "]
    assert "芬兰合作征" in printed.stdout if lang == "zh" else "Finland call" in printed.stdout


def test_a_sparql_result_is_standard() -> None:
    result = json.loads(good("query", QUERY, "--format", "json"))
    assert result["head"] == {"vars": ["call"]}
    assert len(result["results"]["bindings"]) == 7
    assert {row["call"]["type"] for row in result["results"]["bindings"]} == {"uri"}
    assert good("query", QUERY, "--format", "csv").splitlines()[0] == "call"
    assert good("query", QUERY).splitlines()[1] == "scheme:zj-sti-2022-czechia"
    assert json.loads(good("query", "ASK { ?s a gk:Guide }", "--format", "json"))["boolean"] is True
    assert good("query", "ASK { ?s a gk:Guide ; gk:within ?o }").strip() == "false"


def test_a_query_from_a_file_and_from_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "question.rq"
    file.write_text(QUERY)
    assert good("query", str(file)) == good("query", "-", stdin=QUERY) == good("query", QUERY)


def test_a_graph_is_printed_as_turtle() -> None:
    printed = good("query", "CONSTRUCT WHERE { ?call gk:partOf ?track }", "--format", "turtle")
    assert len(Graph().parse(data=printed)) == 11
    assert len(Graph().parse(data=good("query", "DESCRIBE scheme:zj-sti-2022-finland"))) > 10


def test_show_tells_own_from_inherited() -> None:
    shown = json.loads(good("show", "芬兰", "--format", "json"))
    own = {item["identifier"] for item in shown["own"]}
    inherited = {item["identifier"] for item in shown["inherited"]}
    assert "R1-FDL-finland" in own
    assert "R1-MAX" in inherited - own
    assert "继承" in good("show", "FI", "--lang", "zh")


def test_source_prints_the_text_and_its_coverage() -> None:
    text = (ROOT / "data/guides/zj-sti-2022/source.zh.txt").read_bytes().decode()
    printed = good("source", "--lang", "en")
    assert printed.startswith(text.rstrip())
    assert "Coverage: 100.0%" in printed
    assert "覆盖" in good("source", "--lang", "zh")


def test_source_and_check_count_what_is_data_and_what_only_a_label_holds(
    kg: KnowledgeGraph,
) -> None:
    (covered,) = map(kg.coverage, kg.guides)
    data, labels = covered.as_data, len(covered.label_only)
    english = f"Provisions: {covered.provisions}; as data {data}, label only {labels}."
    chinese = f"条文 {covered.provisions} 条：内容为数据的 {data} 条，只有标签的 {labels} 条。"
    for command in ("source", "check"):
        assert english in good(command, "--lang", "en")
        assert chinese in good(command, "--lang", "zh")


def test_source_finds_a_phrase_as_clauses() -> None:
    printed = good("source", "--find", "长三角")
    prefixes = "".join(
        f"@prefix {name}: <https://w3id.org/guidekg/id/{name}/> .\n"
        for name in ("clause", "source")
    )
    prefixes += "@prefix gk: <https://w3id.org/guidekg/ns#> .\n"
    graph = Graph().parse(data=prefixes + "@prefix oa: <http://www.w3.org/ns/oa#> .\n" + printed)
    assert len(set(graph.subjects())) == printed.count("gk:Clause") == 2
    assert bad("source", "--find", "不在原文里的话", code=1)


def test_check_passes_the_shipped_guide_and_the_small_one() -> None:
    assert "0 findings." in good("check")
    assert "发现 0 个问题" in good("check", "tests/fixtures/mini-guide", "--lang", "zh")


def test_check_finds_what_is_wrong(tmp_path: Path) -> None:
    for file in (ROOT / "tests/fixtures/mini-guide").iterdir():
        text = file.read_text(encoding="utf-8").replace('"pilot guide"@en', '"试点指南"@zh')
        (tmp_path / file.name).write_text(
            text.replace("gk:clause clause:mini-0-13", "gk:year 2022")
        )
    done = run("check", str(tmp_path), "--format", "json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert {"guide-has-labels", "provision-has-ground"} <= {item["rule"] for item in found}
    assert any(item["where"].endswith(" 7-13") for item in found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_terminal_shows_a_framed_table(lang: str) -> None:
    leader, follower = pty.openpty()
    with os.fdopen(leader, "rb", buffering=0) as screen:
        done = subprocess.run(
            [COMMAND, "ask", "deadlines", "--lang", lang],
            stdout=follower,
            env={**os.environ, "COLUMNS": "100", "TERM": "xterm"},
            check=True,
        )
        os.close(follower)
        shown = b""
        while True:
            try:
                part = screen.read(65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    assert done.returncode == 0
    assert "──" in shown.decode()
    assert "\t" not in shown.decode()


def test_the_language_is_the_locales_unless_told() -> None:
    assert "外方截止时间" in good("ask", "deadlines", lang="zh_CN.UTF-8")
    assert "foreign deadline" in good("ask", "deadlines", "--lang", "en", lang="zh_CN.UTF-8")
    assert "foreign deadline" in good("ask", "deadlines")
    assert "提一个问题" in good("--help", lang="zh_CN.UTF-8")
    assert "申请金额" in good("ask", "tracks-by-amount", "--lang", "zh", "--help")


@pytest.mark.parametrize(
    "command", ["", "info", "questions", "ask", "query", "show", "source", "check", "completion"]
)
def test_help_shows_examples(command: str) -> None:
    assert "Examples:\n    guidekg " in good(*command.split(), "--help")


def test_help_of_a_question_names_its_parameters() -> None:
    printed = good("ask", "place-eligibility", "--help")
    assert "--scheme" in printed
    assert "--place" in printed
    assert "example" in printed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    assert "_GUIDEKG_COMPLETE" in good("completion", shell)


def test_completion_knows_the_questions() -> None:
    done = subprocess.run(
        [COMMAND],
        env={
            **os.environ,
            "_GUIDEKG_COMPLETE": "bash_complete",
            "COMP_WORDS": "guidekg ask dead",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "deadlines" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "deadline"], ["'deadline'", "deadlines"]),
        (["ask", "tracks-by-amount"], ["--amount"]),
        (["ask", "tracks-by-amount", "--amount", "many"], ["'many'", "300000"]),
        (["ask", "tracks-by-amount", "--amount", "NaN"], ["'NaN'"]),
        (["ask", "tracks-by-amount", "--amount", "0"], ["more than 0", "'0'"]),
        (["ask", "tracks-by-amount", "--amount", "-3万"], ["more than 0"]),
        (["ask", "tracks-by-amount", "--amout", "3"], ["--amout", "--amount"]),
        (["ask", "deadline-on-date", "--on", "2022-02-30"], ["2022-02-30"]),
        (["ask", "tracks-by-duration", "--duration", "2.5"], ["2.5"]),
        (
            ["ask", "calls-by-field", "--field", "new-material"],
            ["new-material", "new materials"],
        ),
        (["ask", "calls-by-field", "--field", "新材"], ["新材料"]),
        (["show", "finlend"], ["finlend", "finland"]),
        (["show", "no such call"], ["no such call"]),
        (["source", "no-such-guide"], ["no-such-guide"]),
        (["query", "SELECT ?s WHERE { ?s ?p }"], ["malformed"]),
        (["query", "DELETE WHERE { ?s ?p ?o }"], ["DELETE", "nothing changed"]),
        (["query", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"], ["SERVICE"]),
        (["query", "SELECT * FROM <http://example.org/> { ?s ?p ?o }"], ["FROM"]),
        (["query", "no-such-file.rq"], ["no-such-file.rq"]),
        (["query", "ASK { ?s ?p ?o }", "--format", "turtle"], ["Turtle"]),
        (["query", "CONSTRUCT WHERE { ?s a gk:Guide }", "--format", "csv"], ["turtle"]),
        (["check", "no-such-folder"], ["no-such-folder"]),
        (["nonsense"], ["nonsense"]),
        (["info", "--lang", "fr"], ["fr"]),
    ],
)
def test_bad_input_has_a_clear_error(arguments: list[str], words: list[str]) -> None:
    said = bad(*arguments)
    for word in words:
        assert word in said
    assert len(said.splitlines()) <= 5


def test_errors_are_in_chinese_too() -> None:
    assert "没有名为“finlend”的资助安排" in bad("show", "finlend", "--lang", "zh")
    assert "语法错误" in bad("query", "SELECT ?s", lang="zh_CN.UTF-8")


def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{COMMAND}' source | head -n 1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.strip()


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = subprocess.run(
        [COMMAND, "ask", "deadlines", "--format", "csv"],
        env={**os.environ, "GUIDEKG_CACHE": str(tmp_path / "file/cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == good("ask", "deadlines", "--format", "csv")
