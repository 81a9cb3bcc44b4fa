"""`guidekg validate` and `guidekg shapes` as a user runs them: a process, its streams, its exit code."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guidekg.cli.shapes import committed

ROOT = Path(__file__).parents[2]
GUIDEKG = str(Path(sys.executable).with_name("guidekg"))
PROPOSALS = "examples/proposals.ttl"
LETTER = "examples/letter-of-intent.ttl"
HEAD, BODY = (ROOT / PROPOSALS).read_text(encoding="utf-8").split("# --- bilateral", 1)


def run(
    *arguments: str | Path, given: bytes = b"", lang: str = "en_GB.UTF-8"
) -> tuple[int, str, str]:
    """Run the command at the root of the repository; return exit code, output and errors."""
    done = subprocess.run(
        [GUIDEKG, *map(str, arguments)],
        cwd=ROOT,
        input=given,
        env={**os.environ, "LC_ALL": lang},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def many(count: int) -> str:
    """Return a Turtle text with so many proposals, a multiple of four."""
    parts = [BODY.replace("ex:", f"ex:n{number}-") for number in range(count // 4)]
    return HEAD + "".join(f"# {part}" for part in parts)


def test_eligible_proposals_end_with_zero() -> None:
    code, out, err = run("validate", PROPOSALS, "--as-of", "2022-10-01")
    assert (code, err) == (0, "")
    assert out.count("eligible") >= 4


def test_findings_end_with_one_and_name_the_line() -> None:
    code, out, _ = run("validate", LETTER, "--as-of", "2022-10-01")
    assert code == 1
    line = (
        (ROOT / LETTER)
        .read_text(encoding="utf-8")
        .splitlines()
        .index("    gk:agreementType topic:letter-of-intent ;")
    )
    assert f"{LETTER}:{line + 1}:22" in out
    assert "且签署了相关合作协议" in out


def test_of_each_rule_none_is_listed_if_none_is_wanted() -> None:
    _, out, _ = run("validate", LETTER, "--as-of", "2022-10-01", "--max-per-rule", "0")
    assert "not shown: " in out
    assert LETTER not in out


def test_one_broken_file_among_others_ends_with_two_and_the_rest_is_judged(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("@prefix ex: <urn:x> .\nex:a ex:b .\n")
    (tmp_path / "good.ttl").write_text(many(4))
    code, out, _ = run("validate", tmp_path, "--format", "json", "--as-of", "2022-10-01")
    report = json.loads(out)
    assert code == 2
    assert len(report["proposals"]) == 4
    (problem,) = report["problems"]
    assert problem["file"].endswith("broken.ttl")
    assert problem["where"]["line"] == 2 if "where" in problem else problem["line"] == 2


@pytest.mark.parametrize("text", ["", "# nothing\n", "<urn:a> <urn:b> <urn:c> .\n"])
def test_nothing_to_judge_never_passes(text: str) -> None:
    code, out, _ = run("validate", "-", given=text.encode())
    assert code == 2
    assert "nothing was checked" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validate"], "SOURCE"),
        (["validate", PROPOSALS, "--fact", "provincial-deadline"], "NAME=VALUE"),
        (["validate", PROPOSALS, "--fact", "provincial-dedline=2022-09-15"], "provincial-deadline"),
        (["validate", PROPOSALS, "--fact", "provincial-deadline=soon"], "2022-09-15"),
        (["validate", PROPOSALS, "--fact", "call-year=22"], "four digits"),
        (["validate", PROPOSALS, "--format", "json", "--group", "rule"], "--group"),
        (["validate", PROPOSALS, "--group", "rule", "--checklist"], "--checklist"),
        (["validate", PROPOSALS, "--facts", "none.ttl"], "none.ttl"),
        (["validate", PROPOSALS, "--override", "none.ttl"], "none.ttl"),
        (["validate", PROPOSALS, "--output", "no/such/folder/x"], "no/such/folder/x"),
        (["shapes", "--write", "--reference"], "--write"),
    ],
)
def test_wrong_use_ends_with_two_and_says_why(arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_chinese_is_chosen_by_option_and_by_locale() -> None:
    by_option = run("validate", PROPOSALS, "--lang", "zh", "--as-of", "2022-10-01")
    by_locale = run("validate", PROPOSALS, "--as-of", "2022-10-01", lang="zh_CN.UTF-8")
    assert by_option == by_locale
    assert "形式审查" in by_option[1]


def test_standard_input_gzip_and_a_folder_give_the_same(tmp_path: Path) -> None:
    data = (ROOT / PROPOSALS).read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "proposals.ttl.gz").write_bytes(gzip.compress(data))
    found = [
        run("validate", PROPOSALS, "--format", "csv", "--as-of", "2022-10-01"),
        run("validate", "-", "--format", "csv", "--as-of", "2022-10-01", given=data),
        run("validate", tmp_path / "in", "--format", "csv", "--as-of", "2022-10-01"),
    ]
    rows = [list(csv.reader(io.StringIO(out.lstrip("\ufeff")))) for _, out, _ in found]
    file = rows[0][0].index("file")
    kept = [[row[:file] + row[file + 1 :] for row in table] for table in rows]
    assert [code for code, _, _ in found] == [0, 0, 0]
    assert kept[0] == kept[1] == kept[2]


def test_an_output_file_holds_the_report_and_the_screen_stays_empty(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    code, out, err = run("validate", LETTER, "--format", "html", "--output", target)
    assert (code, out, err) == (1, "", "")
    assert "<!doctype html>" in target.read_text(encoding="utf-8").lower()


def test_workers_give_the_same_report_in_the_same_order(tmp_path: Path) -> None:
    source = tmp_path / "many.ttl"
    source.write_text(many(1200), encoding="utf-8")
    alone, together = (
        run("validate", source, "--format", "json", "--workers", workers, "--as-of", "2022-10-01")
        for workers in ("1", "2")
    )
    assert alone == together
    assert len(json.loads(alone[1])["proposals"]) == 1200


def test_an_interrupt_leaves_a_whole_report_that_says_it_is_partial(tmp_path: Path) -> None:
    source, target = tmp_path / "many.ttl", tmp_path / "report.json"
    source.write_text(many(20_000), encoding="utf-8")
    command = [GUIDEKG, "validate", str(source), "--format", "json", "--output", str(target)]
    command += ["--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not any(
            part.stat().st_size > 10_000 for part in tmp_path.glob(".report.json.*")
        ):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    report = json.loads(target.read_text(encoding="utf-8"))
    assert process.returncode == 130
    assert report["partial"] is True
    assert 0 < len(report["proposals"]) < 20_000
    assert b"Traceback" not in errors


def test_the_committed_shapes_are_those_of_the_guides() -> None:
    for name, text in committed().items():
        assert (ROOT / "shapes/guides" / name).read_text(encoding="utf-8") == text
    assert len(committed()) >= 1


def test_shapes_follow_the_facts_of_a_run() -> None:
    plain = run("shapes")[1]
    supplied = run("shapes", "--fact", "provincial-deadline=2022-09-15", "--as-of", "2022-09-01")[1]
    assert "2022-09-15" in supplied
    assert "2022-09-15" not in plain
    assert plain.partition("@prefix")[2] in next(iter(committed().values()))


def test_the_reference_facts_are_turtle() -> None:
    code, out, _ = run("shapes", "--reference")
    assert code == 0
    assert "gk:within place:gb-eng" in out
