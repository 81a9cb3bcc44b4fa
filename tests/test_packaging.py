"""What a user installs: a wheel away from the checkout, a source distribution, an editable install."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command and return what it printed; its errors are the test's."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean checkout: the files that git knows, as they stand now."""
    target = tmp_path_factory.mktemp("checkout")
    listed = run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes((ROOT / name).read_bytes())
    return target


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made by way of the source distribution, as a release is."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, checkout, cwd=out)
    assert len(list(out.glob("*.tar.gz"))) == 1
    return next(out.glob("*.whl"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """The commands of a new environment with nothing in it."""
    venv.create(tmp_path / "env", with_pip=True)
    return tmp_path / "env/bin"


def install(environment: Path, *what: str | Path) -> None:
    """Install with all dependencies, as a user does."""
    run(environment / "python", "-m", "pip", "install", "--quiet", *what, cwd=environment)


def test_the_wheel_holds_the_folders_and_the_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "guidekg/py.typed" in names
    assert {f"guidekg/guides/skeleton/{name}" for name in ("guide.ttl", "source.zh.txt")} <= names
    for folder in ("ontology", "data", "shapes", "queries"):
        shipped = {
            f"guidekg/_resources/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
        }
        assert shipped <= names
    top = {name.partition("/")[0] for name in names}
    assert top == {"guidekg", next(name for name in top if name.endswith(".dist-info"))}


def test_the_wheel_answers_away_from_the_checkout(wheel: Path, empty: Path, tmp_path: Path) -> None:
    install(empty, wheel)
    cache = str(tmp_path / "cache")
    where = run(
        *(empty / "python", "-c", "import guidekg.resources as r; print(r.folder('data'))"),
        cwd=tmp_path,
    )
    assert where.startswith(str(tmp_path))
    ask = "ask", "calls-by-field-and-partner-region", "--lang", "en", "--format", "csv"
    names = "--field", "green-technology", "--region", "yangtze-river-delta"
    printed = run(empty / "guidekg", *ask, *names, cwd=tmp_path, GUIDEKG_CACHE=cache)
    rows = csv.DictReader(io.StringIO(printed))
    schemes = {row["scheme"].rpartition("/")[2] for row in rows if row["tier"] == "tier-both"}
    assert schemes == {"zj-sti-2022-finland", "zj-sti-2022-singapore"}
    assert "0 findings" in run(
        empty / "guidekg", "check", "--lang", "en", cwd=tmp_path, GUIDEKG_CACHE=cache
    )


def test_an_editable_install_sees_the_edit_of_a_turtle_file(
    checkout: Path, empty: Path, tmp_path: Path
) -> None:
    install(empty, "--editable", checkout)
    fields = checkout / "data/fields.ttl"
    before = fields.read_text(encoding="utf-8")
    label = "import guidekg; print(guidekg.load().resolve('quiet technology', 'field'))"
    try:
        fields.write_text(before.replace('"green technology"@en', '"quiet technology"@en'))
        printed = run(
            empty / "python", "-c", label, cwd=tmp_path, GUIDEKG_CACHE=str(tmp_path / "cache")
        )
    finally:
        fields.write_text(before, encoding="utf-8")
    assert printed.strip().endswith("/field/green-technology")
