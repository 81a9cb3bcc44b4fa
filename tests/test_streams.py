"""What surrounds the command line: streams that are closed or full, no home, a parent that is gone."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDEKG = str(Path(sys.executable).with_name("guidekg"))
PROPOSALS = "examples/proposals.ttl"
VALIDATE = f"validate {PROPOSALS} --as-of 2022-10-01"
# Somebody for whom the system has no name, who may read our files and write nothing of others: not
# even a fault of ours that is tried on purpose then puts a file in the place of a device.
NOBODY = ["setpriv", "--reuid", "54321", "--inh-caps", "+dac_read_search"]
NOBODY += ["--ambient-caps", "+dac_read_search", "--"]
AS_NOBODY = NOBODY if os.geteuid() == 0 else []
PIECES = (ROOT / PROPOSALS).read_text(encoding="utf-8").split("# --- bilateral", 1)


def shell(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash, in which ``guidekg`` is ours; the exit code is that of guidekg."""
    return subprocess.run(
        ["bash", "-c", f"guidekg() {{ '{GUIDEKG}' \"$@\"; }}; {line}"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def many(path: Path, count: int) -> Path:
    head, body = PIECES
    parts = (f"# {body.replace('ex:', f'ex:n{number}-')}" for number in range(count // 4))
    path.write_text(head + "".join(parts), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("info >&-", 0, ""),
        ("info --format json >&-", 0, ""),
        ("source >&- <&-", 0, ""),
        ("export >&-", 0, ""),
        ("ask deadlines >&- 2>&-", 0, ""),
        ("show nobody >&- 2>&-", 2, ""),
        ("show nobody 2>&-", 2, ""),
        (f"{VALIDATE} >&- <&- 2>&-", 0, ""),
        (f"{VALIDATE} --workers 2 >&- <&-", 0, ""),
        ("validate examples/letter-of-intent.ttl >&-", 1, ""),
        ("validate - <&-", 2, ""),
        ("query - <&-", 2, "there is no standard input"),
        ("info < /dev/null", 0, ""),
        ("source > /dev/full", 2, "No space left on device"),
        ("--help > /dev/full", 2, "No space left on device"),
        ("export > /dev/full", 2, "No space left on device"),
        ("ask deadlines --format csv > /dev/full", 2, "No space left on device"),
        (f"{VALIDATE} > /dev/full", 2, "No space left on device"),
        (f"{VALIDATE} --format json > /dev/full", 2, "No space left on device"),
        ("source 2> /dev/full", 0, ""),
        ("show nobody 2> /dev/full", 2, ""),
    ],
)
def test_streams_that_are_closed_or_full(line: str, code: int, said: str) -> None:
    done = shell(f"guidekg {line}")
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert "fault of ours" not in done.stderr


@pytest.mark.parametrize("line", ["export", f"{VALIDATE} --format json", VALIDATE])
def test_a_device_is_written_as_it_is(line: str) -> None:
    for device, code in (("/dev/full", 2), ("/dev/null", 0)):
        done = subprocess.run(
            [*AS_NOBODY, GUIDEKG, *line.split(), "--output", device],
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        said = "guidekg: /dev/full: it cannot be written (No space left on device)\n"
        assert (done.returncode, done.stderr) == (code, said if code else "")
        assert Path(device).is_char_device()


@pytest.mark.parametrize(
    "line",
    ["source", "info", "questions --format json", "export", "--help", VALIDATE, "shapes"],
)
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_leaves_is_no_fault(line: str, reader: str) -> None:
    done = shell(f"guidekg {line} | {reader}; echo ${{PIPESTATUS[*]}}")
    assert done.stdout.splitlines()[-1] == "0 0"
    assert done.stderr == ""


def test_a_full_disk_leaves_no_report_that_looks_whole(tmp_path: Path) -> None:
    """A limit on the size of files fails as a full disk does."""
    source, target = many(tmp_path / "many.ttl", 400), tmp_path / "report.csv"
    target.write_text("the report of yesterday")
    command = [GUIDEKG, "validate", str(source), "--format", "csv", "--output", str(target)]
    for limit, code in ((20_000, 2), (resource.RLIM_INFINITY, 0)):
        done = subprocess.run(
            [*command, "--as-of", "2022-10-01"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda limit=limit: resource.setrlimit(  # type: ignore[misc]  # no thread here
                resource.RLIMIT_FSIZE, (limit, limit)
            ),
        )
        assert done.returncode == code, done.stderr
        assert ("it cannot be written" in done.stderr) == (code == 2)
        assert sorted(item.name for item in tmp_path.iterdir()) == ["many.ttl", "report.csv"]
        assert (target.read_text(encoding="utf-8") == "the report of yesterday") == (code == 2)


def test_an_output_that_is_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("")
    real.chmod(0o640)
    link.symlink_to(real)
    done = shell(f"guidekg {VALIDATE} --format json --output '{link}'")
    assert (done.returncode, link.is_symlink()) == (0, True)
    assert real.stat().st_mode & 0o777 == 0o640
    assert json.loads(real.read_text(encoding="utf-8"))["proposals"]


def test_a_file_is_written_where_its_folder_takes_no_other() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own let nobody else in
        report = Path(folder) / "report.json"
        report.touch()
        report.chmod(0o666)
        report.parent.chmod(0o555)
        command = [*AS_NOBODY, GUIDEKG, *VALIDATE.split(), "--format", "json", "--output", report]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        report.parent.chmod(0o755)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(report.read_text(encoding="utf-8"))["proposals"]


def test_no_home_and_a_user_that_nobody_knows(tmp_path: Path) -> None:
    unset = ("HOME", "XDG_CACHE_HOME", "GUIDEKG_CACHE", "USER", "LOGNAME", "USERNAME")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    folder = tmp_path / "empty"
    folder.mkdir()
    folder.chmod(0o777)
    for more in ({}, {"GUIDEKG_CACHE": "~/x"}, {"XDG_CACHE_HOME": "~/x"}, {"HOME": "/nowhere"}):
        done = subprocess.run(
            [*AS_NOBODY, GUIDEKG, "info"],
            cwd=folder,
            env={**environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), more
        assert list(folder.iterdir()) == []


def test_a_tilde_in_our_variable_is_the_home(tmp_path: Path) -> None:
    done = shell("guidekg info", HOME=str(tmp_path), GUIDEKG_CACHE="~/x")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / "x").iterdir())) == 1


def children(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that they have."""
    direct = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = set(map(int, direct))
    return found.union(*map(children, found))


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2][1] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent_however_it_ends(tmp_path: Path, how: signal.Signals) -> None:
    source = many(tmp_path / "many.ttl", 20_000)
    command = [GUIDEKG, "validate", str(source), "--workers", "2", "--format", "csv"]
    with (
        (tmp_path / "report.csv").open("wb") as report,
        subprocess.Popen(command, stdout=report, stderr=subprocess.DEVNULL) as process,
    ):
        deadline = time.monotonic() + 120
        while not report.tell() and time.monotonic() < deadline:
            report.seek(0, os.SEEK_END)
            time.sleep(0.1)
        assert process.poll() is None
        started = children(process.pid)
        assert len(started) >= 2
        process.send_signal(how)
        process.wait(10)
        end = time.monotonic() + 5
        while any(map(lives, started)) and time.monotonic() < end:
            time.sleep(0.1)
        left = set(filter(lives, started))
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert left == set()


def test_processes_judge_without_shared_memory(tmp_path: Path) -> None:
    """No file may grow here, so no semaphore can be made: that is a file in shared memory."""
    source = many(tmp_path / "many.ttl", 400)

    def run(*more: str, largest: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [GUIDEKG, "validate", str(source), "--as-of", "2022-10-01", *more],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (largest, largest)
            ),  # no thread here
        )

    limited = run("--workers", "2", largest=0)
    usual = run(largest=resource.RLIM_INFINITY)
    assert (limited.returncode, limited.stdout, limited.stderr) == (0, usual.stdout, "")
    assert (usual.returncode, usual.stderr) == (0, "")


def test_a_worker_that_the_system_ends_costs_no_finding(tmp_path: Path) -> None:
    source = many(tmp_path / "many.ttl", 8_000)
    command = [GUIDEKG, "validate", str(source), "--as-of", "2022-10-01", "--workers", "2"]
    with subprocess.Popen(
        [*command, "--output", "report.txt"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not any(
            part.stat().st_size for part in tmp_path.glob(".report.txt.*")
        ):
            time.sleep(0.1)
        workers = [
            pid
            for pid in children(process.pid)
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        _, errors = process.communicate(timeout=120)
    assert len(workers) == 2
    assert (process.returncode, errors) == (0, "")
    usual = subprocess.run(
        [*command[:-2], "--workers", "1"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == usual.stdout
