"""How long it takes until the library and the command line are ready, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import in_turn, spread, table

LOAD = """
import time
{imports}
start = time.perf_counter()
guidekg.load()
print((time.perf_counter() - start) * 1000)
"""
EMPTY = """
import click
@click.command()
def main(): pass
main()
"""


def _loading(imports: str, cache: str, rounds: int, *, cold: bool) -> str:
    taken = []
    for number in range(rounds):
        folder = f"{cache}/{number}" if cold else cache
        done = subprocess.run(
            [sys.executable, "-c", LOAD.format(imports=imports)],
            env={**os.environ, "XDG_CACHE_HOME": folder},
            capture_output=True,
            text=True,
            check=True,
        )
        taken.append(float(done.stdout))
    return str(spread(taken if cold else taken[1:]))


def _run(*command: str | Path) -> None:
    subprocess.run(command, capture_output=True, check=True)


def main() -> None:
    """Print two tables: opening the guide, and help against an empty click program."""
    os.environ.pop("GUIDEKG_CACHE", None)
    with tempfile.TemporaryDirectory() as folder:
        warm, cold = f"{folder}/warm", f"{folder}/cold"
        package, api = "import guidekg", "import guidekg, guidekg.graph"
        rows = [
            ("without a cache, imports included", "2000", _loading(package, cold, 5, cold=True)),
            ("warm cache, imports included", "60", _loading(package, warm, 21, cold=False)),
            ("warm cache, imported before", "60", _loading(api, warm, 21, cold=False)),
        ]
    table("guidekg.load(), a new process each time", ["case", "at most, ms", "ms"], rows)
    command = Path(sys.executable).with_name("guidekg")
    times = in_turn(
        lambda: _run(sys.executable, "-c", "pass"),
        lambda: _run(sys.executable, "-c", EMPTY, "--help"),
        lambda: _run(command, "--help"),
        rounds=15,
    )
    names = ("python -c pass", "empty click program --help", "guidekg --help")
    ratio = f"{times[2].median / times[1].median:.2f} (at most 2)"
    cells = zip(names, times, ("", "1", ratio), strict=True)
    table(
        "Help, the whole process",
        ["command", "ms", "against the empty program"],
        [(name, str(value), against) for name, value, against in cells],
    )
