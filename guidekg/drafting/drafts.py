"""A draft: what was read in a text, and the folder that it is written to."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from guidekg.characters import printable, shown
from guidekg.drafting.carry import Carried, carry, guide_name
from guidekg.drafting.facts import Fact, Refused, merged, suggested
from guidekg.drafting.gaps import Gap, gaps_of
from guidekg.drafting.graph import GUIDE_FILE, TEXT_FILE, guide_turtle
from guidekg.drafting.names import KnownNames
from guidekg.drafting.reader import Reading, read
from guidekg.drafting.text import DraftError, SourceText, check_text, read_text
from guidekg.errors import GuideKGError
from guidekg.guides.skeleton import check_name
from guidekg.guides.sources import parse
from guidekg.resources import folder

BEFORE_FILE = f".{GUIDE_FILE}.before"  # the graph that stood before a text was drafted again
_LOCK = ".review.lock"
_WAIT = 10.0  # seconds: for another's change to end


class ConflictError(GuideKGError, ValueError):
    """Somebody else changes the guide, or has changed the thing meanwhile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read in the text of a guide.

    Attributes:
        source: the text, and where it came from.
        reading: its structure, its schemes and its facts.
        refused: the suggestions that were not taken, by who made them.
    """

    source: SourceText
    reading: Reading
    refused: Mapping[str, tuple[Refused, ...]] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the text says, in its order."""
        return tuple(self.reading.facts)

    @property
    def not_understood(self) -> tuple[Gap, ...]:
        """The parts of the text that say something and were not understood."""
        return tuple(gap for gap in gaps_of(self.reading) if not gap.structural)

    def turtle(self, name: str, carried: Carried | None = None) -> str:
        """Return the guide as Turtle; its identifiers are made from a name."""
        return guide_turtle(name, self.source, self.reading, known_names(), carried)

    def write(
        self, path: Path, name: str | None = None, *, earlier: Path | None = None
    ) -> tuple[Path, Path]:
        """Write the folder of the guide, and return its files: the text, and the Turtle.

        A folder that holds a draft of the same text is drafted again: what people decided is kept, and
        the graph as it stood, with what was written into it by hand, in ``BEFORE_FILE`` beside it.

        Args:
            path: the folder; made if it is not there.
            name: what identifiers are made from; the name of the folder if not given.
            earlier: the folder of the edition before, whose reviewed provisions are taken over where the
                text says the same.

        Raises:
            SkeletonError: the name does not fit.
            DraftError: the folder holds something else, or the earlier guide is not one.
            ConflictError: somebody else is changing the guide.
            TurtleSyntaxError: the folder's graph, or that of the edition before, cannot be parsed.
        """
        if not (path / GUIDE_FILE).exists():
            name = check_name(path, name)
        path.mkdir(parents=True, exist_ok=True)
        with alone(path):
            return self._write(path, name, earlier)

    def _write(self, path: Path, name: str | None, earlier: Path | None) -> tuple[Path, Path]:
        files = path / TEXT_FILE, path / GUIDE_FILE
        carried = None
        if files[1].exists():
            before, old = guide_in(path)
            if before != self.source.text:
                raise DraftError(
                    f"{shown(files[0])} 是另一份文本，没有改动；新一年的指南请起草到新的文件夹，并用 --from {shown(path)}。",
                    f"{shown(files[0])} holds another text and is left as it is: draft a new edition into a folder"
                    f" of its own, with --from {shown(path)}",
                )
            name = guide_name(old)
            carried = carry(old, before, self.source.text, name, name)
        elif files[0].exists():
            raise DraftError(
                f"{shown(files[0])} 已经存在，没有改动；请换一个文件夹。",
                f"{shown(files[0])} is there already and is left as it is: choose another folder",
            )
        else:
            name = check_name(path, name)
            if earlier:
                before, old = guide_in(earlier)
                carried = carry(old, before, self.source.text, guide_name(old), name)
        turtle = self.turtle(name, carried)
        if not files[0].exists():
            files[0].write_bytes(self.source.text.encode())
        elif (stood := files[1].read_bytes().decode()) != turtle:
            replace_text(path / BEFORE_FILE, stood)
        replace_text(files[1], turtle)
        return files


def folder_of(guide: str | Path) -> Path:
    """Return the folder of a guide: one that is given, or that of a shipped guide, by its name.

    Raises:
        DraftError: there is none.
    """
    shipped = folder("data") / "guides" / str(guide)
    found = next((path for path in (Path(guide), shipped) if (path / GUIDE_FILE).is_file()), None)
    if found is None:
        raise DraftError(
            f"{printable(guide)} 不是指南的文件夹，也没有叫这个名称的随附指南。",
            f"{printable(guide)} is no folder of a guide, and no shipped guide is called so",
        )
    return found


def guide_in(path: Path) -> tuple[str, list[ox.Triple]]:
    """Return the text and the triples of the one guide of a folder, in the order of its file.

    Raises:
        DraftError: there is none, or its text is missing.
        TurtleSyntaxError: it cannot be parsed.
    """
    turtle, text = path / GUIDE_FILE, path / TEXT_FILE
    try:
        return text.read_bytes().decode("utf-8"), parse(turtle)
    except (OSError, UnicodeDecodeError) as error:
        raise DraftError(
            f"{shown(path)} 不是指南的文件夹：缺少 {TEXT_FILE} 或 {GUIDE_FILE}（{error}）。",
            f"{shown(path)} is no folder of a guide: {TEXT_FILE} or {GUIDE_FILE} is missing ({error})",
        ) from None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the folder of a guide alone, among all processes that do so; the system frees it if one ends.

    Raises:
        ConflictError: another holds it for longer than one waits.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  # an extra

    try:
        with FileLock(path / _LOCK, timeout=_WAIT):
            yield
    except Timeout:
        raise ConflictError(
            "另一个人正在修改，请稍后再试。",
            "somebody else is changing the guide: try again in a moment",
        ) from None


def check_installed() -> None:
    """Check that what drafting and reviewing take is installed.

    Raises:
        DraftError: it is not.
    """
    if any(find_spec(name) is None for name in ("cn2an", "filelock")):
        raise DraftError(
            "起草和审阅需要安装 guidekg[draft]（pip install 'guidekg[draft]'）。",
            "drafting and reviewing need guidekg[draft] installed (pip install 'guidekg[draft]')",
        )


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: what stood there stays if the machine stops meanwhile."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    with beside.open("w", encoding="utf-8", newline="\n") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(path)


def draft(
    text: str | SourceText | Path, suggestions: Mapping[str, Sequence[Any]] | None = None
) -> Draft:
    """Read the text of a guide.

    Args:
        text: the text, or a file that holds it.
        suggestions: entries in the format of facts, by who suggests them.

    Raises:
        DraftError: it is no text of a guide.
    """
    check_installed()
    if isinstance(text, Path):
        text = read_text(text)
    source = text if isinstance(text, SourceText) else SourceText(text)
    check_text(source.text, source.name or "text", source.form)
    reading = read(source.text)
    refused: dict[str, tuple[Refused, ...]] = {}
    for reader, entries in (suggestions or {}).items():
        taken, wrong = suggested(entries, source.text, reader)
        reading.facts = merged(reading.facts, taken)
        refused[reader] = tuple(wrong)
    return Draft(source, reading, refused)


@cache
def known_names() -> KnownNames:
    """Return the names that vocabularies and reference data give things."""
    return KnownNames(_reference())


def _reference() -> Iterable[ox.Triple]:
    """Return the triples of the vocabularies and of what all guides share: places, fields, agencies."""
    files: Sequence[Path] = [
        *sorted(folder("ontology").glob("*.ttl")),
        *sorted(folder("data").glob("*.ttl")),
    ]
    for file in (*files, *sorted((folder("data") / "places").glob("*.ttl"))):
        yield from parse(file)
