"""What README.md and CONTRIBUTING.md tell to run does run, and what they name is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")
}
BLOCKS = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def commands() -> list[str]:
    """Return the lines after a prompt, continued lines joined, without their remarks."""
    found = []
    for language, body in BLOCKS.findall(PAGES["README.md"]):
        if language == "console":
            lines = body.replace("\\\n", " ").splitlines()
            found += [line[2:].partition("  #")[0].strip() for line in lines if line[:2] == "$ "]
    return [line for line in found if not line.startswith(("make ", "git ", "pip "))]


def test_there_are_commands() -> None:
    assert len(commands()) >= 10


@pytest.mark.parametrize("command", commands())
def test_a_command_runs(command: str, tmp_path: Path) -> None:
    bin_folder = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command.replace(".venv/bin/", "")],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": bin_folder + os.pathsep + os.environ["PATH"],
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_python_runs() -> None:
    blocks = [body for language, body in BLOCKS.findall(PAGES["README.md"]) if language == "python"]
    assert blocks
    for body in blocks:
        subprocess.run([sys.executable, "-c", body], cwd=ROOT, capture_output=True, check=True)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_make_has_every_target_that_is_named(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b[`\n]", PAGES[page]))
    assert named
    assert named <= targets


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_path_that_is_named_is_there(page: str) -> None:
    paths = re.findall(
        r"`((?:ontology|data|shapes|guidekg|queries|tests|scripts|examples|benchmarks)/[\w./-]*)`",
        PAGES[page],
    )
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_two_pages_speak_of_the_same_python() -> None:
    required = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert required
    assert f"Python {required[1]} or newer" in PAGES["README.md"]
