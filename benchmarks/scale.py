"""Where work runs: one process, two, and a Dask cluster of two workers on this machine, in turn."""

from __future__ import annotations

import tempfile
from pathlib import Path

from distributed import LocalCluster

import guidekg
from benchmarks.proposals import proposals
from benchmarks.timing import in_turn, table
from benchmarks.validation import AS_OF, FACTS, FAULTY, _write

COUNTS, WORKERS = (1_000, 10_000), 2


def main() -> None:
    """Print the table."""
    validation = guidekg.load().validation(as_of=AS_OF, facts=FACTS, engine="shacl")
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
    ):
        for count in COUNTS:
            source = _write(Path(folder) / f"{count}.ttl", proposals(count, 1, FAULTY))
            times = in_turn(
                lambda source=source: validation.report(source),
                lambda source=source: validation.report(source, workers=WORKERS),
                lambda source=source: validation.report(
                    source, scheduler=cluster.scheduler_address
                ),
                rounds=3,
                budget=120,
            )
            names = ("this process", f"{WORKERS} processes", f"Dask, {WORKERS} workers")
            rows += [
                (f"{count:,}", name, str(taken), f"{count / taken.median * 1000:,.0f}")
                for name, taken in zip(names, times, strict=True)
            ]
    table(
        f"Where work runs, {FAULTY:.0%} faulty, processes and connections begun each time",
        ["proposals", "where", "ms", "proposals a second"],
        rows,
    )
