"""How much of a source is modelled.

Counted are Han characters, letters and digits; each has to lie in a clause of a provision, or in a
span declared structural with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of characters, and the spans (start, end) that nothing covers."""

    counted: int
    in_clauses: int
    structural: int
    uncovered: tuple[tuple[int, int], ...]

    @property
    def share(self) -> float:
        """The share of counted characters that is covered, from 0 to 1."""
        return (self.in_clauses + self.structural) / self.counted if self.counted else 1.0

    @property
    def structural_share(self) -> float:
        """The share of counted characters that is structural only, from 0 to 1."""
        return self.structural / self.counted if self.counted else 0.0


def coverage(
    text: str, clauses: Iterable[tuple[int, int]], structural: Iterable[tuple[int, int]]
) -> Coverage:
    """Return the coverage of a text by clauses and by structural spans."""
    state = [0] * len(text)
    for value, spans in ((1, structural), (2, clauses)):
        for start, end in spans:
            state[start:end] = [value] * (end - start)
    counted = [index for index, char in enumerate(text) if char.isalnum()]
    gaps: list[tuple[int, int]] = []
    for index in (index for index in counted if not state[index]):
        if gaps and gaps[-1][1] == index:
            gaps[-1] = (gaps[-1][0], index + 1)
        else:
            gaps.append((index, index + 1))
    return Coverage(
        len(counted),
        sum(state[index] == 2 for index in counted),
        sum(state[index] == 1 for index in counted),
        tuple(gaps),
    )
