"""Count the rows of a result as it is written: the engine writes them itself and tells no number.

A row is told by what no text within it can be: quotes are escaped in JSON, ``<`` in XML, line ends
in TSV; in CSV it ends at a line end outside of quotes. A row of JSON that binds nothing (``{}``) is
not told, and not counted.
"""

import re
from collections.abc import Callable
from typing import NamedTuple, Protocol


class _Mark(NamedTuple):
    """What each row has once, and how many bytes it is long."""

    pattern: re.Pattern[bytes]
    size: int


_MARKS = {
    # After a text that ends with ",{" comes its quote, and then "}" or ",", not a variable's name.
    "json": _Mark(re.compile(rb'[\[,]\{"[^},]'), 4),
    "xml": _Mark(re.compile(b"<result>"), 8),
    "tsv": _Mark(re.compile(b"\n"), 1),
}


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""

    def flush(self) -> None:
        """Pass on what is held back."""


class RowCounter:
    """A binary file that passes on what is written, and fails beyond so many rows."""

    def __init__(self, out: Sink, form: str, limit: int, error: Callable[[], Exception]) -> None:
        """Count for a form (``json``, ``xml``, ``csv``, ``tsv``); raise ``error`` past the limit."""
        self._out = out
        self._mark = _MARKS.get(form)
        self._left = limit + (form in ("csv", "tsv"))  # there the header is a line too
        self._error = error
        self._tail = b""  # what may be the begin of a mark
        self._quoted = False

    def write(self, data: bytes, /) -> int:
        """Pass on bytes.

        Raises:
            Exception: the error that was given, at each write once there are too many rows.
        """
        self._left -= self._marks(self._mark, data) if self._mark else self._lines(data)
        if self._left < 0:
            raise self._error()
        return self._out.write(data)

    def flush(self) -> None:
        """Pass on."""
        self._out.flush()

    def _marks(self, mark: _Mark, data: bytes) -> int:
        joined = self._tail + data
        self._tail = joined[max(len(joined) - mark.size + 1, 0) :]
        return len(mark.pattern.findall(joined))

    def _lines(self, data: bytes) -> int:
        parts = data.split(b'"')
        found = sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return found
