"""``make expected``: write again what the tests hold of the shipped guide."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import guidekg
from tests.expected import ANSWERS, REQUIREMENTS, Row, answered, answers, requirements
from tests.validation import test_example_proposals as examples

if TYPE_CHECKING:
    from pathlib import Path

    from guidekg import KnowledgeGraph

_REQUIREMENTS = """
SELECT ?row ?track ?modality ?severity ?other ?rule ?exact ?start ?reading WHERE {
  ?guide a gk:Guide . ?requirement gk:requirementRow ?row ; gk:modality ?modality ;
    gk:severityIfUnmet ?severity ; rdfs:label ?rule ; gk:clause|gk:phrase ?clause .
  ?scheme gk:hasProvision ?requirement ; gk:partOf* ?track . ?track a gk:Track .
  ?clause oa:exact ?exact ; oa:start ?start .
  OPTIONAL { ?requirement gk:dependsOn/gk:requirementRow ?other }
  OPTIONAL { ?requirement gk:reading/rdfs:label ?reading FILTER(LANG(?reading) = "en") }
  FILTER(LANG(?rule) = "en")
} ORDER BY ?row ?start ?other ?reading
"""


def table(kg: KnowledgeGraph) -> str:
    """The table of requirements: what the data say, and of rows already there the words by hand."""
    held = requirements()
    said: dict[str, list[list[str]]] = defaultdict(list)
    for solution in kg.store.select(_REQUIREMENTS).rows:
        cells = [getattr(term, "value", "") for term in solution]
        said[cells[0]].append(cells)
    found = {name: _row(held.get(name), cells) for name, cells in said.items()}
    rows = [found[name] for name in held if name in found]
    for row in (row for name, row in found.items() if name not in held):
        of_track = [number for number, other in enumerate(rows) if other.track == row.track]
        rows.insert(max(of_track, default=len(rows) - 1) + 1, row)
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([Row._fields, *rows])
    return file.getvalue()


def _row(held: Row | None, cells: list[list[str]]) -> Row:
    name, track, modality, severity, _, rule, exact, start, _ = cells[0]
    made = Row(
        name,
        track.rpartition("/")[2].removeprefix("zj-sti-2022-"),
        modality.rpartition("/")[2],
        severity.rpartition("#")[2],
        " ".join(dict.fromkeys(other for *_, other, _, _, _, _ in cells)),
        rule,
        exact,
        start,
        "; ".join(dict.fromkeys(reading for *_, reading in cells)),
    )
    by_hand = ("rule", "source_text", "start", "reading")
    return made._replace(**{part: getattr(held, part) for part in by_hand}) if held else made


def cases(kg: KnowledgeGraph, name: str) -> list[dict[str, Any]]:
    """The answers of a question: for the values that are held, or for its own examples."""
    values = {item.name: item.example for item in kg.questions[name].header.parameters}
    held = answers(name) if (ANSWERS / f"{name}.json").exists() else [{"parameters": values}]
    return [{**case, "rows": answered(kg, name, case["parameters"])} for case in held]


def written(cases: list[dict[str, Any]]) -> str:
    """The cases of a question as JSON, a row a line."""

    def one(case: dict[str, Any]) -> str:
        rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in case["rows"])
        head = json.dumps(case["parameters"], ensure_ascii=False)
        return f'{{"parameters": {head},\n  "rows": ' + (f"[\n{rows}\n  ]}}" if rows else "[]}")

    return "[" + ",\n ".join(one(case) for case in cases) + "]\n"


def head(kg: KnowledgeGraph, path: Path) -> str:
    """An example with the verdict and the findings at its head that the validator gives it."""
    judgement = examples.judged(kg, path)
    codes = sorted({finding.code for finding in judgement.findings} - examples.head(path).codes)
    gone = examples.head(path).codes - {finding.code for finding in judgement.findings}
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("# expect: "))
    kept = [code for code in line.split()[3:] if code not in gone]
    return text.replace(line, " ".join(["# expect:", judgement.verdict, *kept, *codes]), 1)


def main() -> None:
    """Write what has changed, and say what."""
    kg = guidekg.load(cache=False)
    wanted = {REQUIREMENTS: table(kg)}
    wanted |= {ANSWERS / f"{name}.json": written(cases(kg, name)) for name in kg.questions}
    wanted |= {path: head(kg, path) for path in examples.PATHS}
    for path in set(ANSWERS.glob("*.json")) - set(wanted):
        path.unlink()
        print(f"removed {path}")
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="")
            print(f"written again: {path}")


if __name__ == "__main__":
    main()
