"""How a clause is quoted, wherever one is shown."""

from collections.abc import Iterable

from guidekg.errors import Language
from guidekg.knowledge.model import Clause


def longest(clauses: Iterable[Clause]) -> list[Clause]:
    """Return the clauses that lie in no other of them."""
    every = list(clauses)
    return [
        one
        for one in every
        if not any(
            other is not one
            and other.source == one.source
            and other.start <= one.start
            and one.end <= other.end
            for other in every
        )
    ]


def quote(clause: Clause, lang: Language) -> str:
    """Return a clause as a quotation with its place."""
    if lang == "zh":
        return f"“{clause.exact}”（第 {clause.start}–{clause.end} 字）"
    return f"“{clause.exact}” (characters {clause.start}-{clause.end})"
