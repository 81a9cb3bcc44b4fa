"""The rules that go beyond OWL: shortcuts that spare a query a way through provisions.

Each is a CONSTRUCT in ``ontology/rules``; what it concludes is inferred as the closure is.
"""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from guidekg.resources import folder
from guidekg.stores import EmbeddedStore

if TYPE_CHECKING:
    import pyoxigraph as ox


def rules() -> list[Path]:
    """Return the files of the rules, in the order in which they run: that of their names."""
    return sorted(folder("ontology").glob("rules/*.rq"))


def apply_rules(store: EmbeddedStore) -> None:
    """Have a store hold what the rules conclude from it; each sees what those before it concluded."""
    for path in rules():
        store.infer(cast("ox.QueryTriples", store.query(path.read_text(encoding="utf-8"))))
