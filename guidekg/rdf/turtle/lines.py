"""Where an offset of a text stands: its line and column, as editors count them."""

import re
from array import array
from bisect import bisect_right
from functools import cached_property

_END_OF_LINE = re.compile(r"\r\n?|\n")
BOM = "\ufeff"


class Lines:
    r"""The lines of a text: ``\r\n``, ``\n`` and ``\r`` each end one; a BOM is no column."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> "array[int]":
        starts = array("Q", [int(self._text.startswith(BOM))])
        starts.extend(match.end() for match in _END_OF_LINE.finditer(self._text))
        return starts

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both from 1, the column in characters."""
        line = max(bisect_right(self._starts, offset), 1)
        return line, max(offset - self._starts[line - 1], 0) + 1
