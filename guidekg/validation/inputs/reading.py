"""From bytes to text: a bound on size, gzip, UTF-8."""

import gzip
import io
import zlib
from typing import BinaryIO

from guidekg.characters import EncodingError, decode
from guidekg.validation.inputs.document import DocumentError

# How large one document may be, unpacked. The largest that users have are some 200 MB.
LIMIT = 512 * 2**20

_CHUNK = 2**20
_GZIP = b"\x1f\x8b"


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
    try:
        return decode(data)
    except EncodingError as error:
        raise DocumentError(error.zh, error.en, error.line, error.column) from None


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
