"""Hold the Turtle files to one format, that of turtlefmt, which keeps comments.

Run ``python scripts/format_turtle.py`` to rewrite, with ``--check`` to name the files that differ
(exit code 1 if there are any).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("ontology", "data", "shapes", "examples", "tests/fixtures", "tests/hygiene")


def formatted(files: list[Path]) -> list[str]:
    """Return the files' texts as turtlefmt writes them."""
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder) / f"{number}.ttl" for number in range(len(files))]
        for file, copy in zip(files, copies, strict=True):
            shutil.copyfile(file, copy)
        command = [str(Path(sys.executable).with_name("turtlefmt")), folder]
        subprocess.run(command, check=True)  # our own command
        # It puts a space before a comment that opens the file.
        return [copy.read_text(encoding="utf-8").lstrip() for copy in copies]


def main() -> int:
    """Rewrite the files that differ, or name them."""
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.ttl"))
    differ = 0
    for file, text in zip(files, formatted(files), strict=True):
        if file.read_text(encoding="utf-8") != text:
            differ += 1
            print(f"{file.relative_to(ROOT)} is not in the format")
            if "--check" not in sys.argv:
                file.write_text(text, encoding="utf-8")
    return 1 if differ and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
