"""The W3C SHACL Core tests, run through our interface for both engines; the figure is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from engine_support import matrix, w3c

from guidekg.validation import engines
from guidekg.validation.engines.accelerator import Accelerator
from guidekg.validation.engines.pyshacl import PySHACL
from guidekg.validation.facts import Facts
from guidekg.validation.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from guidekg import KnowledgeGraph

ENGINES: dict[str, type[PySHACL] | type[Accelerator]] = {
    "pyshacl": PySHACL,
    "shacl": Accelerator,
}
# Each by its name, with the reason; one that is missing here or passes after all is an error.
EXPECTED_FAILURES = {
    "pyshacl": {
        "property/uniqueLang-002": 'rdflib takes "1" for true; so sh:uniqueLang is not proven',
    },
    "shacl": {},
}


class Outcome(NamedTuple):
    passed: list[w3c.Test]
    failed: dict[str, str]  # why, by the test's name


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> list[w3c.Test]:
    return w3c.fetch(tmp_path_factory.mktemp("w3c")).tests()


@pytest.fixture(scope="module")
def outcomes(suite: list[w3c.Test]) -> dict[str, Outcome]:
    return {name: run(suite, made) for name, made in ENGINES.items()}


def run(suite: list[w3c.Test], engine: type[PySHACL] | type[Accelerator]) -> Outcome:
    outcome = Outcome([], {})
    for test in suite:
        try:
            found = w3c.found(engine(test.shapes, []).check(test.text))
        except Exception as error:  # noqa: BLE001  # whatever stops an engine, it has failed or refused
            if test.expected is None:
                outcome.passed.append(test)
            else:
                outcome.failed[test.name] = repr(error)
            continue
        if found == test.expected:
            outcome.passed.append(test)
        else:
            expected = test.expected or w3c.found([])
            outcome.failed[test.name] = f"missing {expected - found}, extra {found - expected}"
    return outcome


def test_the_engines_pass_the_w3c_tests(
    suite: list[w3c.Test],
    outcomes: dict[str, Outcome],
    record_property: Callable[[str, object], None],
) -> None:
    figures = [f"{name} {len(outcome.passed)}/{len(suite)}" for name, outcome in outcomes.items()]
    record_property("figure", f"W3C SHACL Core: {', '.join(figures)}")
    for name, outcome in outcomes.items():
        for test, why in outcome.failed.items():
            record_property("figure", f"  {name} fails {test}: {why}")
    assert len(suite) > 90
    assert {name: set(outcome.failed) for name, outcome in outcomes.items()} == {
        name: set(expected) for name, expected in EXPECTED_FAILURES.items()
    }


def test_the_accelerator_is_used_only_where_it_is_proven(
    outcomes: dict[str, Outcome], kg: KnowledgeGraph
) -> None:
    """Every term occurs in a test that it passes, or in shapes that test_engines.py runs."""
    proven = {term for test in outcomes["shacl"].passed for term in test.terms}
    ours = Rulebook(kg, Facts(kg.store, {}, None)).shapes
    proven |= w3c.sh_terms([*ours, *matrix.SHAPES])
    assert proven >= engines.PROVEN
    failing = {name.partition("/")[2].partition("-")[0] for name in outcomes["shacl"].failed}
    assert not failing & engines.PROVEN
