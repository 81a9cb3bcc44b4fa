"""Files that are named by a URL (``s3://…``, ``https://…``, ``memory://…``), read by fsspec.

Nothing is fetched but what a user names: a folder is listed where its file system has folders, and
over HTTP, where a list would be made of the links of a page, a URL is one file.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from guidekg.characters import printable
from guidekg.reports.model import Problem
from guidekg.validation.inputs.document import EXTENSIONS, DocumentError, form_of_name

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SECRET = re.compile(r"(?<=://)[^/?#@]*@|[?#].*")
_ANY_URL = re.compile(r"\w+://[^\s'\"]+")
_WITHOUT_FOLDERS = {"http", "https"}


class RemoteFile(NamedTuple):
    """A file of a remote file system; ``name`` is its URL."""

    name: str
    system: "AbstractFileSystem"
    path: str

    def read(self, limit: int) -> BytesIO:
        """Return what it holds; of what is larger than a limit no more than shows that.

        Raises:
            DocumentError: it cannot be read.
        """
        try:
            with self.system.open(self.path, "rb") as stream:
                return BytesIO(stream.read(limit + 1))
        except Exception as error:  # noqa: BLE001  # each file system has errors of its own
            raise _unreadable(error) from None


def is_url(given: object) -> bool:
    """Whether what a user names is a URL and no path; ``file://`` is a path of this machine."""
    return isinstance(given, str) and bool(_URL.match(given))


def remote_files(url: str) -> Iterator[RemoteFile | Problem]:
    """Yield each file that a URL stands for, in a fixed order: itself, or those below it.

    A pattern stands for what it matches; in folders only files with a known extension count.
    """
    name = _shown(url)
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415  # optional
    except ImportError:
        yield DocumentError(
            "要读取网址，请运行 pip install 'guidekg[remote]'。",
            "to read a URL: pip install 'guidekg[remote]'",
        ).problem(name)
        return
    try:
        system, path = url_to_fs(url)
        found = _matching(system, path)
    except Exception as error:  # noqa: BLE001  # as above
        yield _unreadable(error).problem(name)
        return
    if not found:
        known = " ".join(EXTENSIONS)
        yield DocumentError(
            f"其中没有可核对的文件；识别的扩展名：{known}，以及各自加 .gz。",
            f"no file to check is there; the known extensions: {known}, each also with .gz",
        ).problem(name)
    for one in found:
        yield RemoteFile(name if one == path else _shown(system.unstrip_protocol(one)), system, one)


def _shown(url: str) -> str:
    """Return a URL as reports name it: without a password, and without a query, which may sign it."""
    return printable(_SECRET.sub("", url))


def _matching(system: "AbstractFileSystem", path: str) -> list[str]:
    protocols = {system.protocol} if isinstance(system.protocol, str) else {*system.protocol}
    if protocols & _WITHOUT_FOLDERS:
        return [path]
    if set("*?[") & set(path):
        found = [one for one in system.glob(path) if not system.isdir(one)]
    elif system.isdir(path):
        found = system.find(path)
    else:
        return [path]
    return sorted(one for one in found if form_of_name(one.rpartition("/")[2]) is not None)


def _unreadable(error: Exception) -> DocumentError:
    if isinstance(error, FileNotFoundError):
        return DocumentError(
            "没有这个文件或文件夹；请核对网址。", "there is no such file or folder; check the URL"
        )
    said = _ANY_URL.sub(lambda found: _shown(found[0]), str(error))
    reason = printable(said or type(error).__name__)
    return DocumentError(f"无法读取：{reason}。", f"it cannot be read: {reason}")
