"""Where the statements of the files of guides stand, found by what they say."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from guidekg.characters import decode, shown
from guidekg.errors import GuideKGError
from guidekg.rdf.namespaces import RDF_TYPE
from guidekg.rdf.turtle import Lines, Located, parse

_TYPE = f"<{RDF_TYPE}>"


class Place(NamedTuple):
    """A place in a file: line and column from 1, the column in characters."""

    file: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}:{self.column}"


class Statements:
    """The statements of Turtle files; a file is read when it is first looked into."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Take files; those that come last are looked into first."""
        self._files = files[::-1]
        self._of = cache(_read)

    def place(self, subject: str, predicate: str = "", value: str = "") -> Place | None:
        """Return where a statement stands; else where its subject is described, or first spoken of.

        Args:
            subject: in N-Triples, as the others.
            predicate: of the statement, if it is about one.
            value: the object, if that is known; its own place is then returned.
        """
        best: tuple[tuple[bool, bool, bool], Place] | None = None
        for file in self._files:
            lines, found = self._of(file)
            for one in found.get(subject, ()):
                same = one.predicate == predicate
                rank = same and one.object == value, same, one.predicate == _TYPE
                at = one.object_at if rank[0] else one.predicate_at if same else one.subject_at
                if best is None or rank > best[0]:
                    best = rank, Place(file, *lines.at(at))
            if best and any(best[0]):
                break
        return best[1] if best else None


def _read(file: Path) -> tuple[Lines, dict[str, list[Located]]]:
    """Return the lines of a file, and its statements by their subjects: those before an error."""
    found: dict[str, list[Located]] = defaultdict(list)
    text = ""
    try:
        text = decode(file.read_bytes())
        for one in parse(text, "turtle"):
            found[one.subject].append(one)
    except (GuideKGError, OSError):
        pass  # who reads the file says so
    return Lines(text), found
