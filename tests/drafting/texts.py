"""Texts of the genre with the facts that a careful reader found in them, who had not seen the patterns."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from guidekg.drafting import Draft, draft

ROOT = Path(__file__).parents[2]
TEXTS = {
    **{
        path.parents[1].name: path
        for path in sorted((ROOT / "tests/guides").glob("*/guide/source.zh.txt"))
    },
    **{path.stem: path for path in sorted((Path(__file__).parent / "texts").glob("*.txt"))},
}
# No pattern was made or changed for these, and no weight learnt from them.
UNSEEN = tuple(name for name in TEXTS if name.startswith("u"))


@cache
def drafted(name: str) -> Draft:
    """Return the draft of a text, by its name."""
    return draft(TEXTS[name])


def facts_file(name: str) -> Path:
    """Return the file of what the careful reader found in it."""
    path = TEXTS[name]
    beside = path.with_suffix(".facts.json")
    return beside if beside.exists() else path.parents[1] / "facts.json"


@cache
def facts(name: str) -> tuple[dict[str, Any], ...]:
    """Return what the careful reader found in it."""
    return tuple(json.loads(facts_file(name).read_text(encoding="utf-8")))
