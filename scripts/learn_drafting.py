"""Learn the weights by which `guidekg draft` tells kinds of facts apart, from texts with their facts.

Run ``python scripts/learn_drafting.py FOLDER …`` (after ``pip install 'guidekg[learn]'``): each folder has texts
(``NAME.txt``) with what a careful reader found in them (``NAME.facts.json``). Without folders, the texts
of the tests are learnt from, those aside that are kept to measure by. The weights are written to
``guidekg/drafting/weights.json``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from guidekg.drafting.ranking import NOTHING
from guidekg.drafting.reader import Reader, Reading
from guidekg.drafting.schemes import schemes
from guidekg.drafting.slots import Times
from guidekg.drafting.structure import structure

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "guidekg/drafting/weights.json"
_SELDOM = 3  # what fewer clauses have tells nothing
_STRENGTH = 0.3  # of the evidence against the prior (the inverse of the regularisation)
_LIGHT = 0.02  # a weight below this is left out


def examples(text: str, facts: list[dict[str, Any]]) -> list[tuple[dict[str, float], str]]:
    """Return what is known of each clause of a text, and the kind of the fact that it states most of."""
    document = structure(text)
    reader = Reader(Reading(document, schemes(document)), Times.of(text))
    return [
        (reader.evidence(clause).features, _kind(clause.start, clause.end, facts))
        for clause in document.clauses
        if reader.states(clause)
    ]


def _kind(start: int, end: int, facts: list[dict[str, Any]]) -> str:
    def likeness(fact: dict[str, Any]) -> float:
        shared = min(fact["end"], end) - max(fact["start"], start)
        return shared / (max(fact["end"], end) - min(fact["start"], start))

    def overlaps(fact: dict[str, Any]) -> bool:
        shared = min(fact["end"], end) - max(fact["start"], start)
        return 2 * shared >= min(fact["end"] - fact["start"], end - start) and shared > 0

    return (
        str(max(filter(overlaps, facts), key=likeness)["kind"])
        if any(map(overlaps, facts))
        else NOTHING
    )


def learn(sources: list[tuple[Path, Path]]) -> dict[str, Any]:
    """Return the weights that texts with their facts teach."""
    found = [
        example
        for text, facts in sources
        for example in examples(
            text.read_bytes().decode("utf-8"), json.loads(facts.read_text(encoding="utf-8"))
        )
    ]
    often = Counter(name for features, _ in found for name in features)
    kept = [{k: v for k, v in features.items() if often[k] >= _SELDOM} for features, _ in found]
    vectors = DictVectorizer()
    model = LogisticRegression(C=_STRENGTH, max_iter=500).fit(
        vectors.fit_transform(kept), [kind for _, kind in found]
    )
    weights = {
        name: {
            str(place): round(float(weight), 2)
            for place, weight in enumerate(model.coef_[:, column])
            if abs(weight) >= _LIGHT
        }
        for name, column in sorted(vectors.vocabulary_.items())
    }
    return {
        "kinds": list(model.classes_),
        "bias": [round(float(one), 2) for one in model.intercept_],
        "features": {name: given for name, given in weights.items() if given},
    }


def main() -> None:
    """Learn, and write the weights."""
    if sys.argv[1:]:
        texts = [path for folder in sys.argv[1:] for path in sorted(Path(folder).glob("*.txt"))]
        sources = [(path, path.with_suffix(".facts.json")) for path in texts]
    else:
        from tests.drafting.texts import TEXTS, UNSEEN, facts_file  # noqa: PLC0415

        sources = [(path, facts_file(name)) for name, path in TEXTS.items() if name not in UNSEEN]
    made = learn(sources)
    lines = [
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(given)}"
        for name, given in made["features"].items()
    ]
    head = json.dumps({"kinds": made["kinds"], "bias": made["bias"]}, ensure_ascii=False)[:-1]
    TARGET.write_text(f'{head}, "features": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    print(f"{len(sources)} texts, {len(made['features'])} features: {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
