"""The hygiene of every text that is handed in: its encoding, and characters that nobody sees.

Proposals, queries, facts, overrides and the files of guides are UTF-8, with or without a byte
order mark. What is not is named for what it looks like, and so is a character that looks like
another one or like none.
"""

import codecs
import os
import re
import unicodedata
from pathlib import Path

from guidekg.errors import PlacedError
from guidekg.i18n import Language

BOM = "\ufeff"
_WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}  # in this order: a mark of UTF-32 begins with one of UTF-16
_NO_TEXT = {
    b"PK\x03\x04": (" zip 压缩包（xlsx、docx 也是）", "a zip archive, as xlsx and docx are too"),
    b"\x1f\x8b": (" gzip 压缩文件", "packed by gzip"),
    b"%PDF-": (" PDF 文件", "a PDF"),
    b"\xd0\xcf\x11\xe0": ("旧版 Office 文件", "a file of an old Office"),
}
_CHINESE = {
    "\u00a0": "不换行空格",
    "\u00ad": "软连字符",
    "\u200b": "零宽空格",
    "\u200c": "零宽不连字",
    "\u200d": "零宽连字",
    "\u2028": "行分隔符",
    "\u2060": "单词连接符",
    "\u3000": "全角空格",
    BOM: "字节顺序标记",
}
# What is not a wide form of an ASCII character, and still typed for one.
_MEANT = dict(zip("。、“”„‘’《》【】〈〉", '.,"""\'\'<>[]<>', strict=True))
SURROGATE = re.compile("[\ud800-\udfff]")
_ODD = re.compile(r"[^\x20-\x7e\t\r\n\w]")


class EncodingError(PlacedError):
    """Bytes are no text in UTF-8; says what they look like."""


def decode(data: bytes | bytearray) -> str:
    """Return the text of bytes, a byte order mark kept.

    Raises:
        EncodingError: they are not UTF-8, or no text.
    """
    for start, (zh, en) in _NO_TEXT.items():
        if data.startswith(start):
            raise EncodingError(
                f"这是{zh}，不是 UTF-8 文本。", f"this is no text in UTF-8: it is {en}"
            )
    for mark, name in _WIDE.items():
        if data.startswith(mark):
            raise EncodingError(
                f"编码是 {name}，不是 UTF-8（见第 0 字节）；请另存为 UTF-8。",
                f"it is encoded in {name}, not in UTF-8 (see byte 0); save it as UTF-8",
            )
    try:
        text, valid = data.decode("utf-8"), len(data)
    except UnicodeDecodeError as error:
        text, valid = "", error.start
    nul = data.find(0, 0, valid)
    if nul >= 0:
        raise EncodingError(
            f"第 {nul} 字节是空字符（NUL）：这不是文本，或编码是 UTF-16；请另存为 UTF-8。",
            f"byte {nul} is NUL: this is no text, or is encoded in UTF-16; save it as UTF-8",
            *_place(data, nul),
        )
    if valid < len(data):
        raise _not_utf8(data, valid)
    return text


def _not_utf8(data: bytes | bytearray, offset: int) -> EncodingError:
    zh, en = "它可能不是文本", "perhaps it is no text"
    if _looks_chinese(data[offset : offset + 4096]):
        zh, en = "它可能是 GBK（GB 18030）编码", "perhaps it is GBK (GB 18030)"
    return EncodingError(
        f"第 {offset} 字节起不是 UTF-8；{zh}；请另存为 UTF-8。",
        f"byte {offset} does not continue UTF-8 text; {en}; save it as UTF-8",
        *_place(data, offset),
    )


def _looks_chinese(sample: bytes | bytearray) -> bool:
    """Return whether the sample reads as GB 18030, whose end may be cut, with no odd characters."""
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(bytes(sample))
    except UnicodeDecodeError:
        return False
    wide = [character for character in text if ord(character) > 0x7F]
    common = sum("\u3000" <= character <= "\u9fff" or character > "\uff00" for character in wide)
    readable = all(character.isprintable() or character.isspace() for character in text)
    return bool(wide) and readable and common > 0.9 * len(wide)


def _place(data: bytes | bytearray, offset: int) -> tuple[int, int]:
    """Return line and column (in characters, from 1) of a byte that UTF-8 text precedes."""
    start = data.rfind(b"\n", 0, offset) + 1
    before = data[start:offset].decode("utf-8", "replace").removeprefix(BOM)
    return data.count(b"\n", 0, offset) + 1, len(before) + 1


def odd(text: str) -> str | None:
    """Return the first character of a text that is invisible, or looks like another of ASCII."""
    for found in _ODD.finditer(text):
        if not found[0].isprintable() or found[0].isspace() or _meant(found[0]):
            return found[0]
    return None


def _meant(character: str) -> str:
    """Return the ASCII character that one was typed for, or nothing."""
    plain = _MEANT.get(character) or unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and "!" <= plain <= "~" else ""


def named(character: str, lang: Language) -> str:
    """Return what an odd character is: its code point, its name, and what was meant."""
    code, name = f"U+{ord(character):04X}", unicodedata.name(character, "").lower()
    meant = _meant(character)
    if lang == "zh":
        words = f"“{character}”，应为 {meant}" if meant else _CHINESE.get(character, name)
        return f"{code}（{words or '不可见的控制字符'}）"
    words = name or "a control character"
    return f"{code} ({words}; {meant} is meant)" if meant else f"{code} ({words})"


def understood(argument: str) -> str:
    """Return what an argument of the command line says: it is UTF-8, or else in the locale's encoding.

    Python decodes arguments by the locale alone. A path is to be used as it came.
    """
    if argument.isascii():
        return argument
    import locale  # noqa: PLC0415  # seldom needed

    try:
        data = os.fsencode(argument)
    except UnicodeEncodeError:  # no argument, but text that the locale cannot write
        return argument
    try:  # in its UTF-8 mode, Python has not asked the locale
        local = data.decode(locale.getencoding())
    except (UnicodeDecodeError, LookupError):
        local = argument
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return local
    # Two bytes of GBK may be two of UTF-8 by chance; no three are that are Chinese in both.
    chinese = (character for character in local if not character.isascii())
    chance = max(text) < "\u0800" and all("\u4e00" <= c <= "\u9fff" for c in chinese)
    return local if chance else text


def shown(path: Path) -> str:
    """Return a path as a person would type it here: from this folder, where it is below it."""
    whole, here = path.absolute(), Path.cwd()
    return printable(whole.relative_to(here) if whole.is_relative_to(here) else whole)


def printable(name: object) -> str:
    """Return a path as text that can be written: bytes that are no characters are escaped."""
    return (
        understood(str(name)).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    )
