"""Hold the Turtle files to one format, that of turtlefmt, which keeps comments.

Run ``python scripts/format_turtle.py`` to rewrite, with ``--check`` to name the files that differ
(exit code 1 if there are any).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("ontology", "data", "shapes", "examples", "tests/fixtures")


def main() -> int:
    """Run turtlefmt over the folders."""
    command = [str(Path(sys.executable).with_name("turtlefmt")), *sys.argv[1:]]
    return subprocess.run([*command, *FOLDERS], cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
