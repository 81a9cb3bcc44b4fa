"""Help and the bare import load no RDF library; what is heavy waits until it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guidekg.cli.main import COMMANDS

ROOT = Path(__file__).parents[1]
HEAVY = {
    *("rdflib", "pyoxigraph", "owlrl", "pyshacl", "rich", "platformdirs"),
    *("SPARQLWrapper", "httpx", "tenacity"),
}


def loaded(code: str) -> set[str]:
    """Return the heavy packages that are loaded after some code, in a process of its own."""
    probe = (
        f"{code}\nimport sys; print(*{{n.partition('.')[0] for n in sys.modules}}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return HEAVY & set(done.stderr.split())


def command(*arguments: str) -> str:
    return (
        "import sys, guidekg.cli\n"
        f"sys.argv = ['guidekg', *{arguments!r}]\n"
        "try:\n    guidekg.cli.main()\nexcept SystemExit:\n    pass"
    )


def test_the_bare_import() -> None:
    assert loaded("import guidekg") == set()


def test_help() -> None:
    assert loaded(command("--help")) == set()


@pytest.mark.parametrize("name", [*COMMANDS])
def test_help_of_a_command_waits_for_nothing_slow(name: str) -> None:
    assert loaded(command(name, "--help")) <= {"pyoxigraph", "rich"}


def test_what_python_compiled_stands_in_no_ones_way() -> None:
    """An installed package has its bytecode beside it, in the folders of templates too."""
    compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    for _ in range(2):
        code = "import guidekg.web.pages, guidekg.reports.report"
        subprocess.run([sys.executable, "-c", code], env=compiled, check=True)
    assert (ROOT / "guidekg/reports/templates/__pycache__").is_dir()


def test_the_version() -> None:
    assert loaded(command("--version")) == set()


def test_a_warm_answer_needs_one_engine() -> None:
    assert loaded("import guidekg; guidekg.load()") >= {"pyoxigraph"}  # makes the cache
    warm = loaded("import guidekg; guidekg.load().questions['deadlines']()")
    assert warm <= {"pyoxigraph", "platformdirs"}
