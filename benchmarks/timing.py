"""Take times: pairs of runs in turn, and their medians with the spread."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


SHORT = 0.02  # seconds


class Times(NamedTuple):
    """Milliseconds: the median, and the first and third quartile."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def spread(values: Sequence[float]) -> Times:
    """Return the median and quartiles of some times."""
    if len(values) < 2:
        return Times(values[0], values[0], values[0])
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return Times(statistics.median(values), low, high)


def once(action: Callable[[], object]) -> float:
    """Return how many milliseconds an action takes: one run, or more where it is short."""
    runs, start = 0, time.perf_counter()
    while True:
        action()
        runs += 1
        taken = time.perf_counter() - start
        if taken > SHORT:
            return taken / runs * 1000


def in_turn(*actions: Callable[[], object], rounds: int, budget: float = 60.0) -> list[Times]:
    """Time actions in turn, so that each suffers the same noise.

    Args:
        actions: what to time; each runs once before, uncounted, unless that used up the budget.
        rounds: how often, at least once.
        budget: seconds after which no further round begins.
    """
    begin = time.perf_counter()
    taken: list[list[float]] = [[once(action)] for action in actions]
    if time.perf_counter() - begin < budget / 4:
        taken = [[] for _ in actions]  # that was the warm-up
        for _ in range(rounds):
            for values, action in zip(taken, actions, strict=True):
                values.append(once(action))
            if time.perf_counter() - begin > budget:
                break
    return [spread(values) for values in taken]


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as a Markdown table."""
    print(f"\n## {title}\n")
    print("| " + " | ".join(headings) + " |")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("| " + " | ".join(row) + " |")
