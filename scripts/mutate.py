"""Change the code in one place at a time, and see whether a test fails for it (cosmic-ray).

``python scripts/mutate.py [MODULE ...] [--sample COUNT] [--seed SEED]`` prints, for each module of
``TESTS`` or those named, how many changes the tests let pass, and each of them. It works on a copy
of what is committed, so two may run at once. Needs ``pip install -e '.[test,mutation]'``.

Left out are changes of ``|``, which nearly always stands in annotations, where they stop the import,
and of ``==`` to ``is``, which is the same for short strings and small numbers.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

ROOT = Path(__file__).parents[1]
_JUDGED = (
    "validation/test_requirements.py validation/test_proposal_shapes.py validation/test_facts.py"
    " validation/test_overrides.py validation/test_second_guide.py"
)
# What tells most of a module in the least time comes first: the run ends with the first failure.
TESTS = {
    "validation/judge": f"{_JUDGED} validation/test_example_proposals.py",
    "validation/proposals": f"{_JUDGED} validation/test_inputs.py validation/test_batches.py"
    " validation/test_properties.py",
    "validation/evidence": f"{_JUDGED} validation/test_properties.py",
    "validation/rulebook": f"{_JUDGED} validation/test_settings.py validation/test_new.py"
    " validation/test_shapes_lint.py validation/test_formats_turtle.py"
    " validation/test_left_to_person.py",
    "questions/question": "test_answers.py test_cli.py test_questions.py test_answers_naive.py",
    "stores/http": "test_remote_faults.py test_remote.py",
    "stores/remote": "test_remote_faults.py test_remote.py test_store.py",
    "web/workers": "web/test_workers.py web/test_parts.py web/test_rest_questions.py"
    " web/test_hostile.py",
}
# The slow ones that tell nothing more: the second engine, and rdflib on the largest question.
_WITHOUT = "not pyshacl and not (both_engines and scheme-comparison)"
_CONFIG = """
[cosmic-ray]
module-path = "{path}"
timeout = 300.0
excluded-modules = []
test-command = "{python} -m pytest -x -q -p no:cacheprovider -k '{without}' {tests}"
distributor.name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = [
    "core/ReplaceBinaryOperator_BitOr_.*", "core/ReplaceComparisonOperator_(Eq_Is|NotEq_IsNot)$",
]
"""


def mutate(module: str, count: int | None, seed: int) -> None:
    """Try the changes of a module, or ``count`` of them chosen by a seed, and print what passed."""
    with tempfile.TemporaryDirectory() as folder:
        copy, config, session = (Path(folder, name) for name in ("copy", "c.toml", "s.sqlite"))
        subprocess.run(["git", "clone", "-q", "--shared", ROOT, copy], check=True)
        path = f"guidekg/{module}"
        path += "" if (copy / path).is_dir() else ".py"
        tests = " ".join(f"tests/{name}" for name in TESTS[module].split())
        told = {"path": path, "python": sys.executable, "tests": tests, "without": _WITHOUT}
        config.write_text(_CONFIG.format(**told))
        # Programs that tests start shall run the copy, too, and keep nothing of it.
        variables = {**os.environ, "PYTHONPATH": str(copy), "GUIDEKG_CACHE": f"{folder}/cache"}

        def run(command: str, *arguments: Path) -> None:
            program = Path(sys.executable).with_name(command.split(maxsplit=1)[0])
            line = [program, *command.split()[1:], *arguments]
            subprocess.run(line, cwd=copy, env=variables, check=True)

        run("cosmic-ray init", config, session)
        run("cr-filter-operators", session, config)
        run("cosmic-ray baseline", config)
        with use_db(session) as work:
            _leave_out(work, count, seed)
        run("cosmic-ray exec", config, session)
        with use_db(session) as work:
            _report(module, work)


def _leave_out(work: WorkDB, count: int | None, seed: int) -> None:
    waiting = sorted(item.job_id for item in work.pending_work_items)
    places = {item.job_id: _place(item) for item in work.pending_work_items}
    waiting.sort(key=places.__getitem__)
    random.Random(seed).shuffle(waiting)  # noqa: S311  # a choice of tests
    for job in waiting[count:] if count else ():
        work.set_result(job, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


def _place(item: WorkItem) -> tuple[str, int, int, str]:
    change = item.mutations[0]
    return str(change.module_path), *change.start_pos, f"{change.operator_name}{change.occurrence}"


def _report(module: str, work: WorkDB) -> None:
    tried = [
        (item, result)
        for item, result in work.completed_work_items
        if result.worker_outcome != WorkerOutcome.SKIPPED
    ]
    passed = [(i, r) for i, r in tried if r.test_outcome == TestOutcome.SURVIVED]
    for item, result in sorted(passed, key=lambda pair: _place(pair[0])):
        print("{}:{} {}".format(*_place(item)[:2], item.mutations[0].operator_name))
        changed = (line for line in (result.diff or "").splitlines() if line[:1] in "+-")
        print("\n".join(line for line in changed if line[:3] not in ("+++", "---")))
    share = 100 * (1 - len(passed) / max(len(tried), 1))
    print(f"{module}: {len(tried)} changes, {len(passed)} passed, {share:.0f}% found", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(TESTS)}")
    parser.add_argument("--sample", type=int, help="how many changes of a module; all by default")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if unknown := set(given.modules) - set(TESTS):
        parser.error(f"no tests are named for {', '.join(unknown)}")
    for name in given.modules or TESTS:
        mutate(name, given.sample, given.seed)
