"""Which kind of fact a clause is, by weights that were learnt from texts with their facts.

What the patterns say of a clause is evidence, and so are its words, its headings and the kind of the
clause before: ``features`` are all of it, ``weights.json`` says how much each counts for each kind.
``python scripts/learn_drafting.py`` makes that file.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from guidekg.drafting.structure import Clause

NOTHING = "none"  # the kind of a clause that states no fact
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def features(
    clause: Clause, scores: Mapping[str, float], patterns: Iterable[str], alone: str, before: str
) -> dict[str, float]:
    """Return what is known of a clause, each with how much of it there is.

    Args:
        clause: with its words, its label, lead and headings.
        scores: the best score that patterns give it, by kind, the best kind first.
        patterns: the names of the patterns that fit it.
        alone: the kind that its headings tell alone.
        before: the kind that patterns gave the clause before in its sentence.
    """
    found = {f"score {kind}": score for kind, score in scores.items()}
    found |= dict.fromkeys((f"pattern {name}" for name in patterns), 1.0)
    found |= dict.fromkeys(_words(clause), 1.0)
    found[f"best {next(iter(scores), '')}"] = 1.0
    found[f"alone {alone}"] = 1.0
    found[f"before {before}"] = 1.0
    return found


def _words(clause: Clause) -> Iterator[str]:
    """Yield the characters of a clause and of what stands above it, one by one and in pairs."""
    words = _FIGURE.sub("0", clause.words)
    yield from (f"has {one}" for one in words)
    yield from (f"has {words[at : at + 2]}" for at in range(len(words) - 1))
    yield f"begins {words[:2]}"
    yield f"ends {words[-2:]}"
    for title in (clause.label, clause.lead, *(one.title for one in clause.headings[-2:])):
        yield from (f"above {title[at : at + 2]}" for at in range(len(title) - 1))


@cache
def _weights() -> tuple[tuple[str, ...], list[float], dict[str, list[tuple[int, float]]]]:
    """Return the kinds, what each counts to begin with, and what each feature adds, by the place of kinds."""
    data = json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8"))
    weights = {
        name: [(int(place), weight) for place, weight in given.items()]
        for name, given in data["features"].items()
    }
    return tuple(data["kinds"]), data["bias"], weights


def probabilities(found: Mapping[str, float]) -> dict[str, float]:
    """Return how likely each kind is, the likeliest first; ``NOTHING`` is one of them."""
    kinds, bias, weights = _weights()
    sums = list(bias)
    for name, amount in found.items():
        for place, weight in weights.get(name, ()):
            sums[place] += weight * amount
    most = max(sums)
    raised = [math.exp(one - most) for one in sums]
    whole = sum(raised)
    ranked = sorted(zip(kinds, raised, strict=True), key=lambda pair: -pair[1])
    return {kind: one / whole for kind, one in ranked}
