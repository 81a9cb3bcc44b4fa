"""From bytes to text: a bound on size, gzip, UTF-8."""

import codecs
import gzip
import io
import zlib
from typing import BinaryIO

from guidekg.validation.inputs.document import DocumentError

# How large one document may be, unpacked. The largest that users have are some 200 MB.
LIMIT = 512 * 2**20

_CHUNK = 2**20
_GZIP = b"\x1f\x8b"
_WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}  # in this order: a mark of UTF-32 begins with one of UTF-16


def text_of(stream: BinaryIO, limit: int) -> str:
    """Return the text of a stream, unpacked if it is gzip.

    Raises:
        DocumentError: it is larger than ``limit`` bytes, damaged, or not UTF-8 text.
    """
    data = _bounded(stream, limit)
    if data.startswith(_GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
                data = _bounded(unpacked, limit)
        except (OSError, EOFError, zlib.error) as error:
            raise DocumentError(
                f"gzip 压缩数据不完整或已损坏（{error}）；请重新压缩或重新传输。",
                f"the gzip data are cut off or damaged ({error}); pack or transfer them again",
            ) from None
    return _decoded(data)


def _bounded(stream: BinaryIO | gzip.GzipFile, limit: int) -> bytearray:
    data = bytearray()
    while chunk := stream.read(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise too_large(limit)
    return data


def too_large(limit: int) -> DocumentError:
    """Return the error for a document of more than ``limit`` bytes."""
    return DocumentError(
        f"超过 {limit:,} 字节的上限（压缩文件按解压后计），不予读取；请拆成几个文件，或放宽上限。",
        f"it is larger than the limit of {limit:,} bytes (counted unpacked) and is not read;"
        " split it or raise the limit",
    )


def _decoded(data: bytearray) -> str:
    for mark, name in _WIDE.items():
        if data.startswith(mark):
            raise DocumentError(
                f"编码是 {name}，不是 UTF-8（见第 0 字节）；请另存为 UTF-8。",
                f"it is encoded in {name}, not in UTF-8 (see byte 0); save it as UTF-8",
            )
    try:
        text, valid = data.decode("utf-8"), len(data)
    except UnicodeDecodeError as error:
        text, valid = "", error.start
    nul = data.find(0, 0, valid)
    if nul >= 0:
        line, column = _place(data, nul)
        raise DocumentError(
            f"第 {nul} 字节是空字符（NUL）：这不是文本，或编码是 UTF-16；请另存为 UTF-8。",
            f"byte {nul} is NUL: this is no text, or is encoded in UTF-16; save it as UTF-8",
            line,
            column,
        )
    if valid < len(data):
        raise _not_utf8(data, valid)
    return text


def _not_utf8(data: bytearray, offset: int) -> DocumentError:
    line, column = _place(data, offset)
    zh, en = "它可能不是文本", "perhaps it is no text"
    if _looks_chinese(data[offset : offset + 4096]):
        zh, en = "它可能是 GBK（GB 18030）编码", "perhaps it is GBK (GB 18030)"
    return DocumentError(
        f"第 {offset} 字节起不是 UTF-8；{zh}；请另存为 UTF-8。",
        f"byte {offset} does not continue UTF-8 text; {en}; save it as UTF-8",
        line,
        column,
    )


def _looks_chinese(sample: bytearray) -> bool:
    """Return whether the sample reads as GB 18030, whose end may be cut, with no odd characters."""
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(bytes(sample))
    except UnicodeDecodeError:
        return False
    wide = [character for character in text if ord(character) > 0x7F]
    common = sum("\u3000" <= character <= "\u9fff" or character > "\uff00" for character in wide)
    readable = all(character.isprintable() or character.isspace() for character in text)
    return bool(wide) and readable and common > 0.9 * len(wide)


def _place(data: bytearray, offset: int) -> tuple[int, int]:
    """Return line and column (in characters, from 1) of a byte that UTF-8 text precedes."""
    start = data.rfind(b"\n", 0, offset) + 1
    before = data[start:offset].decode("utf-8", "replace").removeprefix("\ufeff")
    return data.count(b"\n", 0, offset) + 1, len(before) + 1
