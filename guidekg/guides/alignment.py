"""Where the words of one text stand in another: what is unchanged, what moved, what was replaced.

The texts are matched sentence by sentence, what is left by phrases, and what is left then by
characters: each step compares little, so that no text makes it slow.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

_SENTENCE = re.compile(r"[^\n。！？；!?;]*[\n。！？；!?;]+|[^\n。！？；!?;]+")
_PHRASE = re.compile(r"[^，、：:,（）()]*[，、：:,（）()]+|[^，、：:,（）()]+")
_CHARACTER = re.compile(r"(?s).")
_MOST = 50_000  # comparisons of one step; what needs more is left as it is, replaced as a whole
_LEAST = 4  # characters of words that are looked for outside of their sentence


class _Unit(NamedTuple):
    """A piece of a text, and where it begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Block(NamedTuple):
    """Words of both texts: where they begin in each, how many characters, and whether they moved."""

    old: int
    new: int
    size: int
    moved: bool = False


class Gap(NamedTuple):
    """A part of the old text, and the part of the new one that replaced it."""

    old: int
    old_end: int
    new: int
    new_end: int


_Rest = tuple[list[_Unit], list[_Unit]]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How two texts go together: ``blocks`` are unchanged, in the order of the old text; ``gaps`` not."""

    old: str
    new: str
    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...]

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the characters ``start`` to ``end`` (exclusive) stand unchanged in the new text.

        Words that left their sentence are found where each text has them once. None for a span that
        was changed, or is empty.
        """
        at = bisect_right(self.blocks, start, key=lambda block: block.old) - 1
        if start < end and at >= 0 and end <= self.blocks[at].old + self.blocks[at].size:
            by = self.blocks[at].new - self.blocks[at].old
            return start + by, end + by
        words = self.old[start:end]
        if len(words) >= _LEAST and self.old.count(words) == self.new.count(words) == 1:
            found = self.new.index(words)
            return found, found + len(words)
        return None

    def near(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the span of the new text in the place of ``start`` to ``end``; None if nothing is.

        It holds what is left of the words, and what replaced the others.
        """
        whole = self.moved(start, end)
        if whole or start >= end:
            return whole
        left = [
            (
                block.moved,
                block.new + max(start - block.old, 0),
                block.new + min(end - block.old, block.size),
            )
            for block in self.blocks
            if block.old < end and start < block.old + block.size
        ]
        spans = [(low, high) for moved, low, high in left if not moved]
        spans += [
            (gap.new, gap.new_end) for gap in self.gaps if gap.old < end and start < gap.old_end
        ]
        spans = spans or [(low, high) for _, low, high in left[:1]]
        return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def align(old: str, new: str) -> Alignment:
    """Return how two texts go together: the same for the same texts."""
    blocks, rests = _match(_cut([_Unit(0, old)], _SENTENCE), _cut([_Unit(0, new)], _SENTENCE))
    moved, rests = _match_moved(rests)
    blocks += moved
    for pattern in (_PHRASE, _CHARACTER):
        left: list[_Rest] = []
        for ours, theirs in rests:
            found, more = _match(_cut(ours, pattern), _cut(theirs, pattern))
            blocks += found
            left += more
        rests = [(ours, theirs) for ours, theirs in left if ours and theirs]
    gaps = [
        Gap(ours[0].start, ours[-1].end, theirs[0].start, theirs[-1].end) for ours, theirs in rests
    ]
    return Alignment(old, new, tuple(_joined(sorted(blocks))), tuple(gaps))


def _cut(units: Iterable[_Unit], pattern: re.Pattern[str]) -> list[_Unit]:
    return [
        _Unit(unit.start + found.start(), found[0])
        for unit in units
        for found in pattern.finditer(unit.text)
    ]


def _match(ours: list[_Unit], theirs: list[_Unit]) -> tuple[list[Block], list[_Rest]]:
    """Return the units that stand in both lists in the same order, and what lies between them."""
    old, new = [unit.text for unit in ours], [unit.text for unit in theirs]
    counts = Counter(new)
    if old == new:
        found = [(0, 0, len(old))]
    elif sum(counts[text] for text in old) > _MOST:
        found = []
    else:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        found = [(one.a, one.b, one.size) for one in matcher.get_matching_blocks()]
    blocks, rests, at, there = [], [], 0, 0
    for first, second, size in (*found, (len(old), len(new), 0)):
        if at < first or there < second:
            rests.append((ours[at:first], theirs[there:second]))
        at, there = first + size, second + size
        blocks += [
            Block(one.start, other.start, len(one.text))
            for one, other in zip(ours[first:at], theirs[second:there], strict=True)
        ]
    return blocks, rests


def _match_moved(rests: list[_Rest]) -> tuple[list[Block], list[_Rest]]:
    """Return the sentences that are in another place now, and the rests without them."""
    there = defaultdict(list)
    for _, theirs in rests:
        for unit in theirs:
            if sum(map(str.isalnum, unit.text)) >= _LEAST:
                there[unit.text].append(unit)
    blocks, gone = [], set()
    for ours, _ in rests:
        for unit in ours:
            if there[unit.text]:
                other = there[unit.text].pop(0)
                blocks.append(Block(unit.start, other.start, len(unit.text), moved=True))
                gone |= {("old", unit.start), ("new", other.start)}
    kept = [
        (
            [unit for unit in ours if ("old", unit.start) not in gone],
            [unit for unit in theirs if ("new", unit.start) not in gone],
        )
        for ours, theirs in rests
    ]
    return blocks, kept


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """Return blocks, each as long as it can be."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if (
            last
            and last.moved == block.moved
            and (last.old + last.size, last.new + last.size) == (block.old, block.new)
        ):
            joined[-1] = last._replace(size=last.size + block.size)
        else:
            joined.append(block)
    return joined
