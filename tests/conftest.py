"""What several tests share."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import guidekg

if TYPE_CHECKING:
    from rdflib import Graph

    from guidekg import KnowledgeGraph


# The tests hold whole graphs; to walk them at every 700 new objects takes a seventh of the time.
gc.set_threshold(100_000, 20, 100)

# How long an example takes says more of a shared machine than of what is tested.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    """The shipped guide, opened without any cache."""
    return guidekg.load(cache=False)


@pytest.fixture(scope="session")
def four() -> KnowledgeGraph:
    """The shipped guide and those of ``tests/guides``."""
    guides = sorted((Path(__file__).parent / "guides").glob("*/guide"))
    return guidekg.load(*guides)


@pytest.fixture(scope="session")
def union(kg: KnowledgeGraph) -> Graph:
    """The same triples in rdflib, the reference engine."""
    return kg.graph(inferred=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """Turn a skip into a failure where CI=true: what a machine lacks must not pass in silence."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped in CI: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests record: a passing test's own output is not shown."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, figure in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(str(figure))
