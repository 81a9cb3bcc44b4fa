"""What README.md, CONTRIBUTING.md, docs/ and the notebook tell to run does run, and what they name is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pyoxigraph as ox
import pytest
from nbclient import NotebookClient

from tests.endpoints import oxigraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[1]
NAMES = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{p.name}" for p in ROOT.glob("docs/*.md"))]
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
OWN = ("README.md", "CONTRIBUTING.md")
ONE_AFTER_THE_OTHER = "docs/tutorial-own-guide.md"  # its commands need what those before have made
BLOCKS = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    return [body for name, body in BLOCKS.findall(PAGES[page]) if name == language]


def prompted(body: str) -> list[str]:
    lines = body.replace("\\\n", " ").splitlines()
    return [line[2:].partition("  #")[0].strip() for line in lines if line[:2] == "$ "]


def commands() -> list[str]:
    """Return the lines after a prompt, continued lines joined, without their remarks, each once.

    Blocks of shell commands without a prompt are for programs that stay, or are of others.
    """
    found = []
    for page in PAGES:
        if page != ONE_AFTER_THE_OTHER:
            found += [line for body in blocks(page, "console") for line in prompted(body)]
    others = ("make ", "git ", "pip ", "oxigraph ")
    return list(dict.fromkeys(line for line in found if not line.startswith(others)))


@pytest.mark.parametrize("query", blocks("docs/sparql.md", "sparql"))
@pytest.mark.filterwarnings("error::guidekg.errors.UnknownTermWarning")
def test_a_query_finds_something(query: str, kg: KnowledgeGraph) -> None:
    result = kg.query(query)
    assert result if isinstance(result, ox.QueryBoolean) else any(True for _ in result)


def test_there_are_fifteen_recipes() -> None:
    assert len(re.findall(r"(?m)^\*\*\d+\. .*\*\*\n\n```sparql$", PAGES["docs/sparql.md"])) == 15


def test_there_are_commands() -> None:
    assert len(commands()) >= 10


PRINTED = "http://127.0.0.1:7878/query"


@pytest.fixture(scope="session")
def endpoint(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an endpoint like the one whose address the pages print."""
    export = tmp_path_factory.mktemp("endpoint") / "guide.nq"
    export.write_bytes(kg.nquads())
    with oxigraph(export) as address:
        yield address


def there(text: str, request: pytest.FixtureRequest) -> str:
    """Return a text that asks a running endpoint, where it asks one."""
    if PRINTED not in text:
        return text
    return text.replace(PRINTED, request.getfixturevalue("endpoint"))


@pytest.mark.parametrize("command", commands())
def test_a_command_runs(command: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    command = there(command.replace("--output guide.nq", f"--output {tmp_path}/guide.nq"), request)
    assert shell(command, ROOT, tmp_path).strip() or "--output" in command


def shell(command: str, folder: Path, temporary: Path) -> str:
    """Run a command of a page, and return what it printed."""
    bin_folder = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command.replace(".venv/bin/", "")],
        cwd=folder,
        env={
            **os.environ,
            "PATH": bin_folder + os.pathsep + os.environ["PATH"],
            "TMPDIR": str(temporary),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, command + done.stdout + done.stderr
    return done.stdout


def write_down(folder: Path, body: str) -> None:
    """Put the descriptions of a block into the file that its first line names, each in its place."""
    named, _, turtle = body.partition("\n")
    file = folder / named.removeprefix("# ")
    parts = file.read_text(encoding="utf-8").rstrip().split("\n\n")
    for described in turtle.strip().split("\n\n"):
        first = described.partition("\n")[0]
        at = next((n for n, part in enumerate(parts) if f"\n{first}\n" in f"\n{part}\n"), None)
        if at is None:
            parts.append(described)
        else:
            parts[at] = parts[at].partition(first)[0] + described
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def test_a_tutorial_leads_from_a_text_to_a_verdict(tmp_path: Path) -> None:
    printed = {}
    for language, body in BLOCKS.findall(PAGES[ONE_AFTER_THE_OTHER]):
        if language == "turtle":
            write_down(tmp_path, body)
        elif language == "console":
            printed |= {line: shell(line, tmp_path, tmp_path) for line in prompted(body)}
        else:
            assert body == (tmp_path / "my-guide/source.zh.txt").read_text(encoding="utf-8")
    said = list(printed.values())
    assert "no provision covers" in said[1]
    assert printed["guidekg check my-guide"].endswith("\n0 findings.\n")
    assert "Verdict: eligible" in said[-2]
    assert "Verdict: ineligible" in said[-1]
    assert re.search(r"too-much\.ttl:\d+:\d+", said[-1])
    assert "每个项目的补助经费不超过30万元" in said[-1]


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_the_python_of_a_page_runs(page: str, request: pytest.FixtureRequest) -> None:
    body = there("\n".join(blocks(page, "python")), request)
    done = subprocess.run(
        [sys.executable, "-c", body], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_notebook_runs_and_shows_tables() -> None:
    notebook = nbformat.read(ROOT / "examples/guidekg.ipynb", as_version=4)
    made = NotebookClient(notebook, timeout=120).execute(cwd=str(ROOT / "examples"))
    assert not any(
        cell.outputs
        for cell in nbformat.read(ROOT / "examples/guidekg.ipynb", 4).cells
        if cell.cell_type == "code"
    )
    shown = [
        output.data["text/html"]
        for cell in made.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    assert len(shown) == 4  # the graph, an answer, a data frame, a report
    assert "R1-MAX" in shown[-1]


@pytest.mark.parametrize("page", OWN)
def test_make_has_every_target_that_is_named(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b[`\n]", PAGES[page]))
    assert named
    assert named <= targets


@pytest.mark.parametrize("page", OWN)
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
