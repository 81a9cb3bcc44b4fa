"""Validation: proposals a second against the engines alone, growth, memory, one proposal, a cold start."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import shacl
from pyshacl import validate
from rdflib import RDF, SH, Graph

import guidekg
from benchmarks.drafts import HEADER
from benchmarks.proposals import proposals
from benchmarks.timing import in_turn, table
from guidekg.rdf.writer import write_turtle
from guidekg.reports.model import Judgement
from guidekg.validation.batches import batches, read_batch
from guidekg.validation.inputs import documents
from guidekg.validation.results import assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from guidekg.validation.validator import Validation

MANY, FEW, CHUNK, AT_ONCE, FAULTY, WORKERS = 10_000, 500, 100, 250, 0.4, 2
AS_OF = date(2022, 10, 1)
FACTS = {"provincial-deadline": date(2022, 9, 15)}


def _write(path: Path, texts: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        for text in texts:
            out.write(text)
    return path


def _run(validation: Validation, path: Path, workers: int = WORKERS) -> tuple[int, int]:
    """Validate a file and touch what a report shows; return how many proposals and findings."""
    judged = findings = 0
    for item in validation.run(str(path), workers=workers):
        assert isinstance(item, Judgement), item
        judged += 1
        for finding in item.findings:
            assert finding.where
            assert finding.where.line
            findings += bool(finding.clauses)
    return judged, findings


class Peer:
    """Plain pySHACL as its users run it: a graph a chunk, the same shapes and reference facts."""

    def __init__(self, validation: Validation) -> None:
        book = validation.rulebook
        self.shapes = Graph().parse(data=write_turtle(book.shapes))
        self.reference = Graph().parse(data=write_turtle(book.reference))

    def run(self, texts: list[str]) -> int:
        """Return how many results it gives."""
        found = 0
        for start in range(0, len(texts), CHUNK):
            graph = Graph()
            graph += self.reference
            graph.parse(data=HEADER + "".join(texts[start : start + CHUNK]), format="turtle")
            _, report, _ = validate(graph, shacl_graph=self.shapes, inplace=True)
            assert isinstance(report, Graph)
            found += sum(1 for _ in report.subjects(RDF.type, SH.ValidationResult))
        return found


def _bare(validation: Validation, texts: list[str]) -> int:
    """Let the accelerator alone check the Turtle, in chunks; return how many results it gives."""
    book = validation.rulebook
    shapes = shacl.Shapes.from_text(write_turtle(book.shapes), format="turtle")
    reference = write_turtle(book.reference)
    found = 0
    for start in range(0, len(texts), AT_ONCE):
        data = reference + HEADER + "".join(texts[start : start + AT_ONCE])
        found += len(shapes.validate_text(data, format="turtle").results)
    return found


def _parse(path: Path) -> int:
    """Let the store's parser alone read a file; return how many triples there are."""
    return sum(1 for _ in ox.parse(path=path, format=ox.RdfFormat.TURTLE))


def _speed(kg: guidekg.KnowledgeGraph, folder: Path) -> None:
    many = list(proposals(MANY, 1, FAULTY))
    few = many[:FEW]
    small, large = _write(folder / "few.ttl", few), _write(folder / "many.ttl", many)
    fast = kg.validation(as_of=AS_OF, facts=FACTS, engine="shacl")
    plain = kg.validation(as_of=AS_OF, facts=FACTS, engine="pyshacl")
    peer = Peer(plain)
    shapes = Counter(rule.requirement for rule in fast.rulebook.rules.values())
    leaves = [
        sum(shapes[item.iri] for item in items)
        for items in fast.rulebook.checklists.values()
        if items
    ]
    runs: list[tuple[str, int, Callable[[], object]]] = [
        (f"guidekg, accelerator, {WORKERS} processes", MANY, lambda: _run(fast, large)),
        ("guidekg, accelerator, one process", MANY, lambda: _run(fast, large, 1)),
        (f"bare accelerator, chunks of {AT_ONCE}: no places", MANY, lambda: _bare(fast, many)),
        ("parsing alone, pyoxigraph: nothing checked", MANY, lambda: _parse(large)),
        (f"guidekg, pySHACL, {WORKERS} processes", FEW, lambda: _run(plain, small)),
        (f"plain pySHACL, one process, chunks of {CHUNK}", FEW, lambda: peer.run(few)),
    ]
    times = in_turn(*(action for _, _, action in runs), rounds=3, budget=600)
    rates = [n / t.median * 1000 for (_, n, _), t in zip(runs, times, strict=True)]
    table(
        f"Proposals a second, {FAULTY:.0%} faulty, from Turtle to findings with clause and line"
        f" ({min(leaves)} to {max(leaves)} requirement shapes apply to one)",
        ["run", "proposals", "ms", "a second", "of the bare accelerator", "times pySHACL"],
        [
            (
                name,
                f"{count:,}",
                str(taken),
                f"{rate:,.0f}",
                f"{rate / rates[2]:.2f}",
                f"{rate / rates[-1]:.1f}",
            )
            for (name, count, _), taken, rate in zip(runs, times, rates, strict=True)
        ],
    )
    print(
        f"\nMean size: {large.stat().st_size / MANY:,.0f} bytes; {_run(fast, large)} judged, found."
    )
    _shares(fast, large)


def _shares(validation: Validation, path: Path) -> None:
    """Print what the time of one process goes to, taken by its own clock, one step after another."""
    taken: Counter[str] = Counter()

    def timed(step: str, action: Callable[[], Any]) -> Any:
        start = time.process_time()
        result = action()
        taken[step] += time.process_time() - start
        return result

    book, judge = validation.rulebook, validation._judge._judge
    made = timed("finding the proposals in the file", lambda: list(batches(documents(str(path)))))
    for batch in made:
        found = timed("reading them", partial(list, read_batch(batch)))
        results = timed("SHACL", partial(judge.check, found))
        judged = timed("evidence and states", partial(judge.judge, found, results))
        timed("judgements", partial(list, map(partial(assemble, book), judged)))
    total = sum(taken.values())
    rows = [
        (step, f"{seconds / MANY * 1e6:.0f}", f"{seconds / total:.0%}")
        for step, seconds in taken.items()
    ]
    table("What one proposal takes of a processor, one process", ["step", "µs", "share"], rows)


def _memory(process: subprocess.Popen[bytes]) -> int:
    """Return the largest memory, in MB, of a process and its children together, as they share it."""
    peak = 0
    while process.poll() is None:
        total = 0
        for item in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((item / "stat").read_text().rpartition(")")[2].split()[1])
                if process.pid in (int(item.name), parent):
                    lines = (item / "smaps_rollup").read_text().splitlines()
                    total += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
            except OSError:
                continue
        peak = max(peak, total)
        time.sleep(0.1)
    return peak // 1000


def _growth(folder: Path) -> None:
    rows, seconds = [], []
    for count in (MANY, 10 * MANY):
        source = _write(folder / f"{count}.ttl", proposals(count, 1, FAULTY))
        command = [Path(sys.executable).with_name("guidekg"), "validate", source]
        command += ["--format", "json", "--output", folder / "out.json", "--as-of", str(AS_OF)]
        command += ["--fact", f"provincial-deadline={FACTS['provincial-deadline']}"]
        start = time.perf_counter()
        with subprocess.Popen(command) as process:
            peak = _memory(process)
        seconds.append(time.perf_counter() - start)
        rows.append((f"{count:,}", f"{seconds[-1]:.1f}", f"{count / seconds[-1]:,.0f}", str(peak)))
    table(
        "`guidekg validate FILE --format json --output …`, the whole process",
        ["proposals", "s", "a second", "memory of all processes, MB (at most 800)"],
        rows,
    )
    print(
        f"\nTen times the proposals take {seconds[1] / seconds[0]:.1f} times as long (at most 12)."
    )


def _one(kg: guidekg.KnowledgeGraph, folder: Path) -> None:
    one = _write(folder / "one.ttl", proposals(1, 1, 0))
    data = one.read_bytes()
    fast = kg.validation(as_of=AS_OF, facts=FACTS, engine="shacl")
    plain = kg.validation(as_of=AS_OF, facts=FACTS, engine="pyshacl")
    first, second = in_turn(lambda: fast.report(data), lambda: plain.report(data), rounds=15)
    table(
        "One proposal, library loaded",
        ["engine", "ms"],
        [("accelerator (at most 2)", str(first)), ("pySHACL", str(second))],
    )
    (folder / "shapes.ttl").write_text(write_turtle(fast.rulebook.shapes), encoding="utf-8")
    both = folder / "with-reference.ttl"
    both.write_text(write_turtle(fast.rulebook.reference) + one.read_text("utf-8"), "utf-8")
    bin_folder = Path(sys.executable).parent
    mine = [bin_folder / "guidekg", "validate", one, "--as-of", str(AS_OF)]
    theirs = [bin_folder / "pyshacl", "-s", folder / "shapes.ttl", both]
    times = in_turn(
        lambda: subprocess.run(mine, capture_output=True, check=False),
        lambda: subprocess.run([*mine, "--engine", "pyshacl"], capture_output=True, check=False),
        lambda: subprocess.run(theirs, capture_output=True, check=False),
        rounds=7,
    )
    names = (
        "guidekg validate one.ttl",
        "the same, --engine pyshacl",
        "pyshacl -s shapes.ttl one.ttl",
    )
    table(
        "A cold start, the whole process",
        ["command", "ms", "times the peer's time"],
        [
            (name, str(taken), f"{taken.median / times[2].median:.2f}")
            for name, taken in zip(names, times, strict=True)
        ],
    )


def main() -> None:
    """Print the tables."""
    kg = guidekg.load()
    with tempfile.TemporaryDirectory() as name:
        _speed(kg, Path(name))
        _one(kg, Path(name))
        _growth(Path(name))
