"""From what a user names to files: a file, a folder, a pattern, a URL.

``**`` is walked by ourselves: no library that was looked at tells of links that lead in a loop. URLs
(``s3://…``, ``https://…``, ``memory://…``) are read by fsspec. Nothing is fetched but what a user
names: a folder is listed where its file system has folders, and over HTTP, where a list would be
made of the links of a page, a URL is one file.
"""

import difflib
import errno
import glob
import os
import re
import stat
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from guidekg.characters import printable
from guidekg.reports.model import Problem
from guidekg.validation.inputs.document import EXTENSIONS, DocumentError, form_of_name

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_WILD = frozenset("*?[")
_NEAREST_AMONG = 10_000  # names of a folder that a hint is sought in


def files(given: str | Path) -> Iterator[tuple[str, Path] | Problem]:
    """Yield each file that a path or pattern stands for, with its name, in a fixed order.

    A folder stands for the files below it with a known extension; links are followed, hidden files
    and folders left out. A pattern stands for what it matches; where it names no extension, again
    for the known ones.
    """
    name = printable(str(given))
    path = Path(given)
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        if not (isinstance(given, str) and _WILD & set(given)):
            yield unreadable(path, error).problem(name)
            return
        found = _matching(given, name)
    else:
        if not stat.S_ISDIR(status.st_mode):
            yield name, path
            return
        found = _or_else(_below(path), _none_to_check(), name)
    for item in found:
        yield item if isinstance(item, Problem) else (printable(str(item)), item)


def unreadable(path: Path, error: OSError | ValueError) -> DocumentError:
    """Return the error that says why a path cannot be read, with the nearest name if none is."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ELOOP:
        return DocumentError(
            "符号链接最终指回自身；请改正链接。",
            "this symbolic link leads back to itself; mend the link",
        )
    if number in {errno.ENOENT, errno.ENOTDIR}:
        if path.is_symlink():
            target = printable(str(path.readlink()))
            return DocumentError(
                f"符号链接指向不存在的“{target}”；请改正或删除链接。",
                f"this symbolic link leads to {target!r}, which is not there; mend or remove it",
            )
        return _missing(path)
    if number in {errno.EACCES, errno.EPERM}:
        return DocumentError(
            "没有读取权限；请改文件或文件夹的权限。",
            "there is no permission to read it; change that of the file or folder",
        )
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return DocumentError(f"无法读取：{reason}。", f"it cannot be read: {reason}")


def not_a_file() -> DocumentError:
    """Return the error for a pipe, device or socket, which might block for ever."""
    return DocumentError(
        "它是管道、设备或套接字，不是普通文件；请从标准输入读取（“-”）。",
        "it is a pipe, device or socket, not a regular file; hand it in by standard input (-)",
    )


def _missing(path: Path) -> DocumentError:
    try:
        names = [item.name for item in islice(path.parent.iterdir(), _NEAREST_AMONG)]
    except OSError:
        parent = printable(str(path.parent))
        return DocumentError(
            f"没有文件夹“{parent}”；请核对路径。", f"there is no folder {parent!r}; check the path"
        )
    near = [printable(name) for name in difflib.get_close_matches(path.name, names, n=3)]
    if not near:
        return DocumentError(
            "没有这个文件或文件夹；请核对路径。", "there is no such file or folder; check the path"
        )
    return DocumentError(
        f"没有这个文件或文件夹；同一处名称相近的有：{'、'.join(near)}。",
        f"there is no such file or folder; the nearest beside it: {', '.join(near)}",
    )


def _is_known(path: Path) -> bool:
    return form_of_name(path.name) is not None


def _none_to_check() -> DocumentError:
    """Return the error for a folder that holds no file to check."""
    known = " ".join(EXTENSIONS)
    return DocumentError(
        f"其中没有可核对的文件；识别的扩展名：{known}，以及各自加 .gz。",
        f"no file to check is in it; the known extensions: {known}, each also with .gz",
    )


def _or_else(
    found: Iterator[Path | Problem], none: DocumentError, name: str
) -> Iterator[Path | Problem]:
    """Yield what is found, or say that nothing is."""
    first = next(found, None)
    yield none.problem(name) if first is None else first
    yield from found


def _below(root: Path, wanted: Callable[[Path], bool] = _is_known) -> Iterator[Path | Problem]:
    """Yield the wanted files below a folder; a link to a folder above itself is a problem."""
    left: list[tuple[Path, tuple[tuple[int, int], ...]]] = [(root, ())]
    visited: set[tuple[int, int]] = set()
    while left:
        path, above = left.pop()
        is_folder = False
        try:
            status = path.stat()
            is_folder = stat.S_ISDIR(status.st_mode)
            key = status.st_dev, status.st_ino
            if not is_folder:
                if wanted(path):
                    yield path
            elif key in above:
                yield _loop(path)
            elif key not in visited:
                visited.add(key)
                names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208  # names alone
                chain = (*above, key)
                left += [(path / name, chain) for name in names if not name.startswith(".")]
        except OSError as error:
            # A broken link without an extension may have led to a folder.
            if is_folder or wanted(path) or not path.suffix:
                yield unreadable(path, error).problem(printable(str(path)))


def _loop(path: Path) -> Problem:
    return DocumentError(
        "符号链接指回它上层的文件夹，形成循环；已跳过，请删除链接。",
        "this symbolic link leads back to a folder above it, in a loop;"
        " it was not followed, remove it",
    ).problem(printable(str(path)))


def _matching(pattern: str, name: str) -> Iterator[Path | Problem]:
    none = DocumentError(
        "没有文件与这个模式相符；请核对模式。", "no file matches this pattern; check it"
    )
    for item in _or_else(_expand(pattern), none, name):
        if isinstance(item, Path) and _is_folder(item):
            yield from _or_else(_below(item), _none_to_check(), printable(str(item)))
        else:
            yield item


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _expand(pattern: str) -> Iterator[Path | Problem]:
    """Yield what a pattern matches; ``**`` is walked as folders are, safe from loops of links."""
    named = "." in Path(pattern).name
    segments = pattern.split("/")
    if "**" not in segments:
        for path in map(Path, sorted(glob.glob(pattern))):  # noqa: PTH207  # of any root
            if named or _is_known(path) or _is_folder(path):
                yield path
        return
    deep = segments.index("**")
    head = "/".join(segments[:deep]) or ("/" if deep else ".")
    tail = [segment for segment in segments[deep:] if segment]
    for base in map(Path, sorted(glob.glob(head))):  # noqa: PTH207  # of any root

        def wanted(path: Path, base: Path = base) -> bool:
            return (named or _is_known(path)) and _fits(path.relative_to(base).parts, tail)

        yield from _below(base, wanted)


def _fits(parts: tuple[str, ...], tail: list[str]) -> bool:
    if not tail:
        return not parts
    if tail[0] == "**":
        rest = tail[1:] or ["*"]
        return any(_fits(parts[start:], rest) for start in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], tail[0]) and _fits(parts[1:], tail[1:])


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
            raise _remote_error(error) from None


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
        found = _remote_matches(system, path)
    except Exception as error:  # noqa: BLE001  # as above
        yield _remote_error(error).problem(name)
        return
    if not found:
        yield _none_to_check().problem(name)
    for one in found:
        yield RemoteFile(name if one == path else _shown(system.unstrip_protocol(one)), system, one)


def _shown(url: str) -> str:
    """Return a URL as reports name it: without a password, and without a query, which may sign it."""
    return printable(_SECRET.sub("", url))


def _remote_matches(system: "AbstractFileSystem", path: str) -> list[str]:
    protocols = {system.protocol} if isinstance(system.protocol, str) else {*system.protocol}
    if protocols & _WITHOUT_FOLDERS:
        return [path]
    if _WILD & set(path):
        found = [one for one in system.glob(path) if not system.isdir(one)]
    elif system.isdir(path):
        found = system.find(path)
    else:
        return [path]
    return sorted(one for one in found if form_of_name(one.rpartition("/")[2]) is not None)


def _remote_error(error: Exception) -> DocumentError:
    if isinstance(error, FileNotFoundError):
        return DocumentError(
            "没有这个文件或文件夹；请核对网址。", "there is no such file or folder; check the URL"
        )
    said = _ANY_URL.sub(lambda found: _shown(found[0]), str(error))
    reason = printable(said or type(error).__name__)
    return DocumentError(f"无法读取：{reason}。", f"it cannot be read: {reason}")
