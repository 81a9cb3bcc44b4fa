"""Wherever batches are judged, findings are the same; what dies costs time, and never a finding."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import guidekg
from benchmarks.drafts import HEADER
from benchmarks.proposals import proposals
from guidekg.i18n import Label
from guidekg.reports.model import Problem
from guidekg.stores import EmbeddedStore
from guidekg.validation import batches as batches_module
from guidekg.validation import cluster as cluster_module
from guidekg.validation import validator as validator_module
from guidekg.validation.cluster import DaskCluster
from guidekg.validation.executors import ExecutorError, LocalProcesses, Results
from guidekg.validation.inputs import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[2]
GUIDEKG = str(Path(sys.executable).with_name("guidekg"))
AS_OF = "2022-10-01"
SECONDS = 120  # that anything may take here, on a machine that is busy with other things


class Cluster:
    """A scheduler on loopback, and its workers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.scheduler = self._begin("dask_scheduler", "--port", "0")
        self.address = self._said("Scheduler at:", "dask_scheduler")
        self.workers: list[subprocess.Popen[bytes]] = []

    def add_worker(self) -> subprocess.Popen[bytes]:
        name = f"worker-{len(self.workers)}"
        options = (self.address, "--nthreads", "1", "--no-nanny", "--local-directory", self._folder)
        self.workers.append(self._begin("dask_worker", *options, log=name))
        self._said("Registered to:", name)
        return self.workers[-1]

    def _begin(self, module: str, *options: str | Path, log: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, options)]
        with (self._folder / f"{log or module}.log").open("wb") as out:
            return subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--no-dashboard"],
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parent), **ONE_DEATH},
            )

    def _said(self, words: str, log: str) -> str:
        """Wait for words in a log, and return what follows them."""
        path, end = self._folder / f"{log}.log", time.monotonic() + SECONDS
        while time.monotonic() < end:
            _, found, rest = path.read_text().partition(words)
            if found and "\n" in rest:
                return rest.split()[0]
            time.sleep(0.1)
        raise AssertionError(path.read_text())

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


# How many workers a batch may end: by default Dask lets it end four.
ONE_DEATH = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


@contextmanager
def running(folder: Path, workers: int) -> Iterator[Cluster]:
    started = Cluster(folder)
    try:
        for _ in range(workers):
            started.add_worker()
        yield started
    finally:
        started.end()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster"), 2) as started:
        yield started


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a large file, a small one, and one that cannot be read."""
    folder = tmp_path_factory.mktemp("many")
    drafts = list(proposals(1000, 3, 0.5))
    (folder / "a.ttl").write_text(HEADER + "".join(drafts[:950]), encoding="utf-8")
    (folder / "b.ttl").write_text("<urn:a> <urn:b> .\n", encoding="utf-8")
    (folder / "c.ttl").write_text(HEADER + "".join(drafts[950:]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def expected(kg: KnowledgeGraph, many: Path) -> str:
    return kg.validate(many, as_of=AS_OF).render("json")


def children(of: int) -> set[int]:
    """The processes of this one that judge."""
    found = set()
    for item in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((item / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == of and b"spawn_main" in (item / "cmdline").read_bytes():
                found.add(int(item.name))
        except OSError:
            continue
    return found


def opened(kind: str) -> Callable[[list[Document]], Results]:
    """What opens a judge of its own in a process: here it names documents, or dies of them."""
    if kind == "never":
        os._exit(7)
    if kind == "fault":
        raise ZeroDivisionError("in opening")

    def judge(batch: list[Document]) -> Results:
        for document in batch:
            if document.text == "deadly":
                os.kill(os.getpid(), signal.SIGKILL)
            if document.text == "slow":
                time.sleep(0.5)
            if document.text == "fault":
                raise ZeroDivisionError("in judging")
        return [Problem(document.name, Label("", str(os.getpid()))) for document in batch]

    return judge


def batches(*texts: str) -> Iterable[list[Document]]:
    return iter([[Document(f"{number}.ttl", "turtle", text)] for number, text in enumerate(texts)])


def test_local_processes_give_the_same(kg: KnowledgeGraph, many: Path, expected: str) -> None:
    assert kg.validate(many, as_of=AS_OF, workers=2).render("json") == expected


def test_a_cluster_gives_the_same(
    kg: KnowledgeGraph, many: Path, expected: str, cluster: Cluster
) -> None:
    assert kg.validate(many, as_of=AS_OF, scheduler=cluster.address).render("json") == expected


def test_a_cluster_judges_by_the_guides_that_are_open(cluster: Cluster, kg: KnowledgeGraph) -> None:
    """Be they the shipped ones, a folder's, or what an endpoint gave: no file stands behind it."""
    folder = guidekg.load(ROOT / "tests/fixtures/second-guide", shipped=False)
    store = EmbeddedStore(kg.store.triples(inferred=False), ())
    for opened_guides in (folder, guidekg.KnowledgeGraph(store)):
        for source in (ROOT / "examples/proposals.ttl", ROOT / "tests/fixtures/second-guide"):
            usual = opened_guides.validate(source, as_of=AS_OF)
            found = opened_guides.validate(source, as_of=AS_OF, scheduler=cluster.address)
            assert found.judgements == usual.judgements
            assert found.render("json") == usual.render("json")


def test_results_come_in_the_order_of_the_batches() -> None:
    texts = ["slow", "", "", "slow", "", ""]
    found = list(LocalProcesses(partial(opened, ""), 2).judge(batches(*texts)))
    assert [item.file for (item,) in found if isinstance(item, Problem)] == [
        f"{number}.ttl" for number in range(6)
    ]


def test_only_a_few_batches_are_held_at_once() -> None:
    taken: list[int] = []

    def given() -> Iterator[list[Document]]:
        for number in range(50):
            taken.append(number)
            yield from batches("")

    judged = LocalProcesses(partial(opened, ""), 2).judge(given())
    next(judged)
    assert len(taken) <= 5
    judged.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_local_processes_that_are_killed_cost_no_finding(
    kg: KnowledgeGraph, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches_module, "_SIZE", 100_000)
    before = children(os.getpid())
    found, killed = [], set()
    for item in kg.validate_iter(many, as_of=AS_OF, workers=2):
        found.append(item)
        if len(found) in (1, 700):
            running = children(os.getpid()) - before
            for pid in running:
                os.kill(pid, signal.SIGKILL)
            killed |= running
    assert len(killed) > 2  # also those that took the place of the first
    assert children(os.getpid()) <= before
    assert found == list(kg.validate_iter(many, as_of=AS_OF))


def test_a_worker_of_a_cluster_that_is_killed_costs_no_finding(
    kg: KnowledgeGraph, many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches_module, "_SIZE", 50_000)
    monkeypatch.setattr(cluster_module, "_LEAST", 4)
    with running(tmp_path, 2) as started:
        found = []
        for item in kg.validate_iter(many, as_of=AS_OF, scheduler=started.address):
            found.append(item)
            if len(found) == 1:
                started.workers[0].kill()
    assert found == list(kg.validate_iter(many, as_of=AS_OF))


def wait_for_results(folder: Path) -> None:
    """Wait until a report that is being written has its first proposals."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if any(part.stat().st_size > 8_000 for part in folder.glob(".report.json.*")):
            return
        time.sleep(0.02)
    raise AssertionError("nothing was written")


def test_a_batch_that_ends_each_process_is_named_and_what_came_before_is_kept() -> None:
    judged = LocalProcesses(partial(opened, ""), 2).judge(batches("", "", "deadly", ""))
    assert [next(judged)[0].file for _ in range(2)] == ["0.ttl", "1.ttl"]
    with pytest.raises(ExecutorError, match=r"^2\.ttl: each process that judged it") as caught:
        next(judged)
    assert "2.ttl：核对它的进程一再被系统结束" in caught.value.zh
    assert children(os.getpid()) == set()


def test_a_batch_that_ends_each_worker_of_a_cluster_is_named(tmp_path: Path) -> None:
    with running(tmp_path, 2) as started:
        judged = DaskCluster(partial(opened, ""), started.address).judge(batches("deadly"))
        with pytest.raises(ExecutorError, match=r"^0\.ttl: each Dask worker that had it"):
            list(judged)


@pytest.mark.parametrize("kind", ["never", "fault"])
def test_processes_that_cannot_begin_are_an_error_and_not_tried_for_ever(kind: str) -> None:
    wanted = r"exit code 7.*__main__" if kind == "never" else "in opening"
    with pytest.raises((ExecutorError, ZeroDivisionError), match=wanted):
        list(LocalProcesses(partial(opened, kind), 2).judge(batches("", "")))


def test_a_fault_in_judging_is_told_with_where_it_was(cluster: Cluster) -> None:
    for executor in (
        LocalProcesses(partial(opened, ""), 2),
        DaskCluster(partial(opened, ""), cluster.address),
    ):
        with pytest.raises(ZeroDivisionError, match="in judging") as caught:
            list(executor.judge(batches("", "fault")))
        if isinstance(executor, LocalProcesses):
            assert "test_executors.py" in "".join(caught.value.__notes__)


def test_a_lost_scheduler_is_an_error_and_what_was_judged_is_written(tmp_path: Path) -> None:
    source, report = tmp_path / "many.ttl", tmp_path / "report.json"
    source.write_text(HEADER + "".join(proposals(6000, 3, 0.5)), encoding="utf-8")
    command = [GUIDEKG, "validate", str(source), "--format", "json", "--output", str(report)]
    with running(tmp_path, 1) as started:
        command += ["--scheduler", started.address]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            wait_for_results(tmp_path)
            started.scheduler.kill()
            _, errors = process.communicate(timeout=SECONDS)
    written = json.loads(report.read_text(encoding="utf-8"))
    assert process.returncode == 2
    assert written["partial"] is True
    assert 0 < len(written["proposals"]) < 6000
    said = errors.decode()
    assert said.startswith(f"guidekg: the connection to the Dask scheduler at {started.address}")
    assert said.count("\n") == 1, said


def test_the_library_keeps_what_was_judged_in_the_error(
    kg: KnowledgeGraph, many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches_module, "_SIZE", 50_000)
    monkeypatch.setattr(cluster_module, "_LEAST", 4)
    with running(tmp_path, 1) as started:
        run = kg.validation(as_of=AS_OF)
        seen = run.overridden(())
        assembled = seen._assembled

        def killing(judged: Generator[Results, None, None]) -> Iterator[object]:
            for item in assembled(judged):
                started.scheduler.kill()
                yield item

        seen._assembled = killing  # type: ignore[method-assign, assignment]  # to kill at a known time
        with pytest.raises(ExecutorError, match="is lost") as caught:
            seen.report(many, scheduler=started.address)
    report = caught.value.report
    assert report is not None
    assert report.partial
    assert not report.ok
    assert 0 < len(report.judgements) < 1000


def test_a_cluster_without_workers_is_an_error(
    kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_PATIENCE", 2.0)
    with running(tmp_path, 0) as started, pytest.raises(ExecutorError, match="has no worker"):
        kg.validate(ROOT / "examples/finland.ttl", scheduler=started.address)


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:1", "tcp://127.0.0.1", "http://"])
def test_a_scheduler_that_cannot_be_reached_is_an_error_before_anything_is_written(
    kg: KnowledgeGraph, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_PATIENCE", 2.0)
    with pytest.raises(ExecutorError, match="cannot be reached") as caught:
        kg.validate_iter(ROOT / "examples/finland.ttl", scheduler=address)
    assert f"无法连接 Dask 调度器 {address}" in caught.value.zh


def test_another_process_must_have_the_same_versions(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    validation = guidekg.load().validation(as_of=AS_OF)
    monkeypatch.setattr(validator_module, "__version__", "0.0.1")
    for where in ({"workers": 2}, {"scheduler": cluster.address}):
        with pytest.raises(ExecutorError, match=r"than this one \(guidekg 0\.0\.1, ") as caught:
            validation.report(ROOT / "examples/finland.ttl", **where)  # type: ignore[arg-type]
        assert "与此处（guidekg 0.0.1，" in caught.value.zh


def test_another_process_needs_no_file_of_the_guides(tmp_path: Path, cluster: Cluster) -> None:
    guide = ROOT / "tests/fixtures/second-guide"
    for file in guide.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    kg = guidekg.load(tmp_path, shipped=False)
    validation = kg.validation(as_of=AS_OF)
    expected = validation.report(ROOT / "examples/finland.ttl").render("json")
    (tmp_path / "guide.ttl").unlink()
    for where in ({"workers": 2}, {"scheduler": cluster.address}):
        found = validation.report(ROOT / "examples/finland.ttl", **where)  # type: ignore[arg-type]
        assert found.render("json") == expected


def test_the_extra_is_named_where_it_is_missing() -> None:
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "import guidekg.cli; sys.argv = ['guidekg', 'validate', 'examples/finland.ttl',"
        " '--scheduler', 'tcp://127.0.0.1:1']\nguidekg.cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'guidekg[cluster]'" in done.stderr
    assert "Traceback" not in done.stderr
