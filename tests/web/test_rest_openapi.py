"""The description of the API: complete, exact, and held to by the server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import guidekg
from guidekg.value_kinds import VALUE_KINDS
from guidekg.web.problems import KINDS, TYPE
from tests.web.server import running

if TYPE_CHECKING:
    from tests.web.server import Server

HERE = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("st")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def description(server: Server, lang: str = "en") -> dict[str, Any]:
    reply = server.send(target=f"/api/openapi.json?lang={lang}")
    assert reply.status == 200
    found: dict[str, Any] = json.loads(reply.body)
    return found


def test_schemathesis_finds_nothing(cache: dict[str, str], tmp_path: Path) -> None:
    hooks = {"SCHEMATHESIS_HOOKS": "tests.web.schemathesis_hooks", "PYTHONPATH": str(Path.cwd())}
    options = ["--checks", "all", "--max-examples", "4", "--seed", "1", "--no-color"]
    # One thread: two that compile Python at once meet a fault of CPython 3.11.
    options += ["--generation-database", "none", "--workers", "1"]
    options += ["--header", "Authorization: Bearer secret"]
    config = HERE / "schemathesis.toml"
    with running("--token", "secret", environment=cache) as server:
        address = f"{server.url}/api/openapi.json"
        done = subprocess.run(
            [SCHEMATHESIS, "--config-file", config, "run", address, *options],
            cwd=tmp_path,
            env={**os.environ, **hooks},
            capture_output=True,
            text=True,
            check=False,
        )
        log = server.lines()
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    count = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert count, done.stdout[-2000:]
    assert int(count[1]) > 1000
    assert not [line for line in log if "Traceback" in line or "guidekg worker" in line]


def test_every_question_is_described_with_its_parameters(server: Server) -> None:
    kg = guidekg.load()
    paths = description(server)["paths"]
    for name, question in kg.questions.items():
        said = paths[f"/api/questions/{name}"]["get"]
        assert said["summary"] == question.header.question.en
        own = {p["name"]: p for p in said["parameters"] if p["name"] not in ("format", "lang")}
        assert list(own) == [one.name for one in question.header.parameters]
        for one in question.header.parameters:
            assert own[one.name]["required"] is not one.optional
            assert own[one.name]["example"] == one.example
            assert one.description.en in own[one.name]["description"]


def test_each_language_is_there_by_itself(server: Server) -> None:
    def words(value: Any, name: str = "") -> list[str]:
        if isinstance(value, dict):
            return [word for key, item in value.items() for word in words(item, key)]
        if isinstance(value, list):
            return [word for item in value for word in words(item, name)]
        told = name in ("summary", "description", "title", "tags") and isinstance(value, str)
        return [value] if told else []

    zh, en = description(server, "zh"), description(server, "en")
    assert not [word for word in words(en["paths"]) + words(en["info"]) if _HAN.search(word)]
    assert not [word for word in words(zh["paths"]) if not _HAN.search(word) and word != "guidekg"]
    assert zh["paths"].keys() == en["paths"].keys()


def test_every_reference_leads_somewhere(server: Server) -> None:
    def references(value: Any) -> set[str]:
        if isinstance(value, list):
            return {found for item in value for found in references(item)}
        if not isinstance(value, dict):
            return set()
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))

    said = description(server)
    for reference in references(said):
        place: Any = said
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]


def test_every_kind_of_problem_is_in_the_table(server: Server) -> None:
    told = description(server)["info"]["description"]
    for name in KINDS:
        assert f"{TYPE}{name}`" in told


def test_only_a_server_with_a_token_asks_for_one(server: Server) -> None:
    said = description(server)
    assert "security" not in said
    assert all(
        "401" not in one["responses"] for path in said["paths"].values() for one in path.values()
    )


@pytest.mark.parametrize(
    ("day", "there"),
    [
        ("2022-10-01", True),
        ("2024-02-29", True),
        ("2000-02-29", True),
        ("2023-02-29", False),
        ("1900-02-29", False),
        ("2022-04-31", False),
        ("2022-13-01", False),
        ("2022-00-10", False),
        ("0000-01-01", False),
        ("2022-10-1", False),
    ],
)
def test_the_pattern_of_a_day_takes_each_that_there_is(day: str, there: bool) -> None:  # noqa: FBT001  # a parameter of the table
    assert VALUE_KINDS["date"].fits(day) is there
