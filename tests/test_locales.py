"""The command line under other locales: machines read UTF-8 everywhere, and no text is too much."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
GUIDEKG = str(Path(sys.executable).with_name("guidekg"))
CASES = Path("tests/cases/reports")
NAMED = '?s rdfs:label "芬兰合作征集"@zh'
REPORT = ("validate", f"{CASES}/gbk-report.ttl", "--as-of", "2022-10-01")


class Locale(NamedTuple):
    """What Python is told, and the encoding in which people then read."""

    variables: dict[str, str]
    encoding: str


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two locales that no machine has by itself."""
    folder = tmp_path_factory.mktemp("locales")
    for source, charset in (("zh_CN", "GBK"), ("en_US", "ISO-8859-1")):
        where = folder / f"{source}.{charset}"
        subprocess.run(["localedef", "-i", source, "-f", charset, where], check=True)
    return folder


@pytest.fixture(params=["gbk", "ascii"])
def place(request: pytest.FixtureRequest, made: Path) -> Locale:
    return locale(request.param, made)


def locale(name: str, made: Path) -> Locale:
    """Return a locale by its name, or that of another with the encoding asked for by itself."""
    off = {"LOCPATH": str(made), "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    return {
        "gbk": Locale({**off, "LC_ALL": "zh_CN.GBK"}, "gbk"),
        "latin-1": Locale({**off, "LC_ALL": "en_US.ISO-8859-1"}, "latin-1"),
        "ascii": Locale({**off, "LC_ALL": "C"}, "ascii"),
        "ascii, as asked": Locale({"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "ascii"}, "ascii"),
        "gbk, as asked": Locale({"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "gbk:strict"}, "gbk"),
    }[name]


def run(
    arguments: Sequence[str | bytes], variables: dict[str, str], stdin: bytes = b""
) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [GUIDEKG, *arguments],
        cwd=ROOT,
        input=stdin,
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@cache
def expected(arguments: tuple[str, ...], lang: str, stdin: bytes) -> tuple[int, bytes, bytes]:
    return run(arguments, {"LC_ALL": f"{lang}.UTF-8", "PYTHONUTF8": "1"}, stdin)


PEOPLE: list[tuple[str, ...]] = [
    ("--help",),
    ("info", "--lang", "zh"),
    ("questions", "--lang", "zh"),
    ("ask", "calls-by-field-and-partner-region", "--field", "绿色技术", "--region", "长三角"),
    ("ask", "deadlines", "--lang", "zh"),
    ("ask", "deadline", "--lang", "zh"),
    ("show", "芬兰", "--lang", "zh"),
    ("show", "芬蓝", "--lang", "zh"),
    ("source",),
    ("source", "--find", "长三角"),
    ("query", 'SELECT ?s { ?s rdfs:label "芬兰合作征集"@zh }'),
    ("query", "SELECT ?s { ?s a ｇｋ }"),
    ("check", "--lang", "zh"),
    (*REPORT, "--lang", "zh"),
    (*REPORT, "--fact", "省级=1", "--lang", "zh"),
    (*REPORT, "--facts", "没有这些事实.ttl", "--lang", "zh"),
    (*REPORT, "--output", "没有/报告.txt", "--lang", "zh"),
    ("validate", "没有这个文件.ttl", "--lang", "zh"),
]
MACHINES: list[tuple[str, ...]] = [
    ("info", "--format", "json", "--lang", "zh"),
    ("ask", "deadlines", "--format", "csv", "--lang", "zh"),
    ("ask", "calls-by-field", "--FIELD", "绿色技术", "--format", "json", "--lang", "zh"),
    ("query", f"CONSTRUCT {{ {NAMED} }} WHERE {{ {NAMED} }}", "--format", "turtle"),
    ("query", "SELECT ?o { ?s a gk:Track ; rdfs:label ?o } ORDER BY ?o", "--format", "json"),
    ("show", "芬兰", "--format", "json", "--lang", "zh"),
    ("new", "芬兰", "--lang", "zh"),
    ("shapes", "--fact", "call-year=2023"),
    ("validate", "-", "--as-of", "2022-10-01", "--format", "json"),
    *((*REPORT, "--format", form, "--lang", "zh")
      for form in ("json", "csv", "html", "turtle", "sarif", "github")),
]  # fmt: skip


def shown(text: str, encoding: str) -> bytes:
    """What a terminal gets: rules of tables as it can draw them, escapes for what it lacks."""
    if encoding in ("ascii", "latin-1"):
        text = text.replace("─", "-")
    return text.encode(encoding, "backslashreplace")


@pytest.mark.parametrize("arguments", PEOPLE, ids=" ".join)
def test_people_read_their_own_encoding_and_escapes_of_what_it_lacks(
    place: Locale, arguments: tuple[str, ...]
) -> None:
    # Without --lang, the locale says which language it is.
    lang = "zh_CN" if place.variables["LC_ALL"].startswith("zh") else "C"
    code, out, err = run(arguments, place.variables)
    right, *streams = expected(arguments, lang, b"")
    assert code == right
    assert b"Traceback" not in err
    assert [out, err] == [shown(text.decode(), place.encoding) for text in streams]


@pytest.mark.parametrize("arguments", MACHINES, ids=" ".join)
def test_machines_read_utf_8(place: Locale, arguments: tuple[str, ...]) -> None:
    given = (ROOT / CASES / "gbk-report.ttl").read_bytes()
    lang = "zh_CN" if place.variables["LC_ALL"].startswith("zh") else "C"
    found, right = run(arguments, place.variables, given), expected(arguments, lang, given)
    assert found[:2] == right[:2]
    assert b"Traceback" not in found[2]
    assert found[1].decode()


@pytest.mark.parametrize("name", ["latin-1", "ascii, as asked", "gbk, as asked"])
def test_other_locales_do_the_same(made: Path, name: str) -> None:
    there = locale(name, made)
    test_people_read_their_own_encoding_and_escapes_of_what_it_lacks(there, PEOPLE[6])
    test_people_read_their_own_encoding_and_escapes_of_what_it_lacks(there, PEOPLE[-3])
    test_machines_read_utf_8(there, MACHINES[2])
    test_machines_read_utf_8(there, MACHINES[-5])


def test_arguments_are_understood_in_the_locales_encoding_too(made: Path) -> None:
    gbk = {"LOCPATH": str(made), "LC_ALL": "zh_CN.GBK"}
    for variables in ({**gbk, "PYTHONUTF8": "0"}, {**gbk, "PYTHONUTF8": "1"}):
        for name in ("芬兰", "陇"):  # the second may be two bytes of UTF-8, too
            asked = ["source", "--find", name.encode("gbk")]
            _, out, err = run(asked, {**variables, "PYTHONIOENCODING": "utf-8"})
            assert name in (out + err).decode()
    code, _, err = run(["show", b"\xff\xfe"], gbk)
    assert code == 2
    assert "不成字符" in err.decode("gbk")


def test_a_file_is_found_by_the_bytes_of_its_name(made: Path, tmp_path: Path) -> None:
    gbk = {"LOCPATH": str(made), "LC_ALL": "zh_CN.GBK", "PYTHONUTF8": "0"}
    proposal = (ROOT / "examples/finland.ttl").read_bytes()
    for encoding in ("utf-8", "gbk"):
        path = os.fsencode(tmp_path) + "/项目.ttl".encode(encoding)
        Path(os.fsdecode(path)).write_bytes(proposal)
        output = os.fsencode(tmp_path) + "/报告.json".encode(encoding)
        asked = ["validate", path, "--as-of", "2022-10-01", "--format", "json", "--output", output]
        assert run(asked, gbk) == (0, b"", b"")
        assert "项目.ttl".encode() in Path(os.fsdecode(output)).read_bytes()


def test_the_library_takes_any_name_in_any_locale(place: Locale) -> None:
    code = """
import guidekg
from io import BytesIO
stream = BytesIO(b"")
stream.name = "\\u9879\\u76ee.ttl"
report = guidekg.load().validate(stream, "\\u6ca1\\u6709.ttl")
print(ascii([problem.file for problem in report.problems]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **place.variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "['\\u9879\\u76ee.ttl', '\\u6ca1\\u6709.ttl']\n", done.stderr
