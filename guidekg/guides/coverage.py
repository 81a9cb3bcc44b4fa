"""How much of a source is modelled: how many of its characters, and which provisions as data.

Counted are Han characters, letters and digits; each has to lie in a clause of a provision, or in a
span declared structural with a reason.

A provision is held as data if the graph says by a property what the provision says: an amount, a
place, a field, an agency, what it defines, permits or is about. What only describes the provision
does not count (``DESCRIBING``): its class and label, where it stands, how strongly, how openly and
of whom it speaks. Such a provision is held by its label only, even where a shape checks its class.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

# The properties that describe a provision and hold nothing of what it says.
DESCRIBING = (
    *("appliesWithFact", "clause", "confidence", "constraintDigest", "currency", "definedTerm"),
    *("dependsOn", "draftedAs", "foundBy", "mayBe", "reviewStatus"),
    *("heading", "listMarker", "modality", "openList", "phrase", "provisionDigest", "reading"),
    *("requirementRow", "severityIfUnmet", "strength", "strengthWord", "suppliedByFact"),
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of characters and provisions, and what is not covered.

    ``uncovered`` are the spans (start, end) that nothing covers, ``label_only`` the IRIs of the
    provisions that are not held as data.
    """

    counted: int
    in_clauses: int
    structural: int
    uncovered: tuple[tuple[int, int], ...]
    provisions: int
    label_only: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of counted characters that is covered, from 0 to 1."""
        return (self.in_clauses + self.structural) / self.counted if self.counted else 1.0

    @property
    def structural_share(self) -> float:
        """The share of counted characters that is structural only, from 0 to 1."""
        return self.structural / self.counted if self.counted else 0.0

    @property
    def as_data(self) -> int:
        """How many provisions are held as data."""
        return self.provisions - len(self.label_only)


def coverage(
    text: str,
    clauses: Iterable[tuple[int, int]],
    structural: Iterable[tuple[int, int]],
    provisions: Set[str],
    held: Set[str],
) -> Coverage:
    """Return the coverage of a text by clauses and by structural spans.

    ``provisions`` are the IRIs of the provisions of its guide, ``held`` of those held as data.
    """
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
        len(provisions),
        tuple(sorted(provisions - held)),
    )
