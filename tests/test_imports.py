"""Help and the bare import load no RDF library; what is heavy waits until it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"rdflib", "pyoxigraph", "owlrl", "pyshacl", "SPARQLWrapper", "rich", "platformdirs"}


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


@pytest.mark.parametrize(
    "name", [[], ["info"], ["ask"], ["query"], ["show"], ["check"], ["export"]]
)
def test_help(name: list[str]) -> None:
    assert loaded(command(*name, "--help")) == set()


def test_the_version() -> None:
    assert loaded(command("--version")) == set()


def test_a_warm_answer_needs_one_engine() -> None:
    assert loaded("import guidekg; guidekg.load()") >= {"pyoxigraph"}  # makes the cache
    warm = loaded("import guidekg; guidekg.load().questions['deadlines']()")
    assert warm <= {"pyoxigraph", "platformdirs"}
