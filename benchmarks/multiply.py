"""Make a large graph from the shipped guide: the same guide again under other names.

Only what carries the guide's name is repeated; fields, places, agencies and the vocabulary stand
once, as they would with many guides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def multiply(statements: Iterable[str], guide: str, size: int) -> Iterator[str]:
    """Yield N-Triples lines: all of ``statements``, then copies of the guide's own.

    Args:
        statements: the shipped graph, one N-Triples line each.
        guide: the local name of the guide, such as ``zj-sti-2022``.
        size: how many triples to reach (the last copy is whole, so a few more may come).
    """
    lines = sorted(set(statements))
    yield from lines
    own = [line for line in lines if f"/{guide}" in line and "#text>" not in line]
    total, copy = len(lines), 0
    while total < size:
        copy += 1
        name = f"copy{copy}-{guide}"
        yield from (line.replace(f"/{guide}", f"/{name}") for line in own)
        total += len(own)
