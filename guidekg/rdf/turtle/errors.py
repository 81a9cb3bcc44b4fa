"""What is wrong with a text, and where: lines and columns as editors count them."""

import re
from array import array
from bisect import bisect_right
from functools import cached_property

from guidekg.characters import named, odd
from guidekg.errors import TurtleSyntaxError
from guidekg.i18n import Language

BOM = "\ufeff"
LINE_BREAK = re.compile(r"\r\n?|\n")
_NEAR = 20_000  # characters; to count in these is quicker than to note all lines
# Spaces but the common ones, and what has no width.
_UNSEEN = re.compile(r"[^\S \t\r\n]|[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Lines:
    r"""The lines of a text: ``\r\n``, ``\n`` and ``\r`` each end one; a BOM is no column."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._near = (int(text.startswith(BOM)), 1)  # a place that was asked for, and its line

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both from 1, the column in characters."""
        near, line = self._near
        if self._only_newlines and near <= offset < near + _NEAR:
            line += self._text.count("\n", near, offset)
            start = max(self._text.rfind("\n", 0, offset) + 1, int(self._text.startswith(BOM)))
        else:
            line = max(bisect_right(self._starts, offset), 1)
            start = self._starts[line - 1]
        self._near = max(offset, start), line
        return line, max(offset - start, 0) + 1

    @cached_property
    def _only_newlines(self) -> bool:
        return "\r" not in self._text

    @cached_property
    def _starts(self) -> "array[int]":
        starts = array("Q", [int(self._text.startswith(BOM))])
        starts.extend(match.end() for match in LINE_BREAK.finditer(self._text))
        return starts


class RDFSyntaxError(TurtleSyntaxError):
    """A text is not of its format; ``line`` and ``column`` (from 1, in characters) say where.

    ``offset`` counts characters from 0; ``reason_zh`` and ``reason_en`` are the words without the
    place. ``file`` is named where it is given.
    """

    def __init__(self, text: str, offset: int, zh: str, en: str, file: str = "") -> None:
        self.offset = offset
        line, column = Lines(text).at(offset)
        self.reason_zh, self.reason_en = zh, en
        before = f"{file}：" if file else ""
        place = f"{file}:{line}:{column}" if file else f"line {line}, column {column}"
        super().__init__(
            f"{before}第 {line} 行第 {column} 列有语法错误：{zh}",
            f"{place}: syntax error: {en}",
            line,
            column,
        )


class TermError(Exception):
    """A token stands where it may, but denotes no term; says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en


def found(token: str) -> tuple[str, str]:
    """Return a token that stands where it may not, in both languages; an odd character by name."""
    strange = None if token[:1] in "\"'" else odd(token)  # a text may hold any
    if strange:
        return named(strange, "zh"), named(strange, "en")
    return quoted(token, "zh"), quoted(token)


def quoted(token: str, lang: Language = "en") -> str:
    """Return a token as a message shows it: cut where it is long, what nobody sees by its name."""
    return _UNSEEN.sub(
        lambda unseen: f"[{named(unseen[0], lang)}]",
        token if len(token) <= 60 else f"{token[:59]}…",
    )
