"""Everything a user may hand in, as documents or problems, one after the other."""

import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast
from urllib.parse import unquote, urlsplit

from guidekg.characters import printable
from guidekg.errors import UnknownNameError
from guidekg.reports.model import Problem
from guidekg.validation.inputs import jsonld
from guidekg.validation.inputs.document import (
    FORMS,
    LIMIT,
    Document,
    DocumentError,
    Form,
    empty,
    explained,
    form_of_name,
    form_of_text,
    is_blank,
    text_of,
    too_large,
)
from guidekg.validation.inputs.files import (
    RemoteFile,
    files,
    is_url,
    not_a_file,
    remote_files,
    unreadable,
)
from guidekg.validation.inputs.triples import refuse_xml

if TYPE_CHECKING:
    from rdflib import Graph

Source: TypeAlias = "str | Path | bytes | Graph | Mapping[str, object] | list[object] | BinaryIO"


def documents(
    *sources: Source, form: Form | None = None, limit: int = LIMIT
) -> Iterator[Document | Problem]:
    """Yield the documents of some sources in a fixed order, each read when it is asked for.

    What cannot be read is a problem in its place, and the rest goes on. A file that several
    sources name is read once. Syntax errors of Turtle and its kin are left to their parsers.

    Args:
        sources: a text or ``Path`` names a file, a folder (all below it with a known extension),
            a pattern (``*``, ``?``, ``[…]``, ``**``), a URL (``s3://…``: needs the extra
            ``remote``) or standard input (``-``); bytes and binary
            streams are documents, also as gzip; a mapping or list is JSON-LD; a graph of rdflib is
            taken as it is.
        form: the form of all files, streams and bytes; else their extension or beginning tells.
        limit: how many bytes a document may have, unpacked.

    Raises:
        UnknownNameError: there is no such form.
    """
    if form is not None and form not in FORMS:
        raise UnknownNameError(form, "格式", "form", FORMS)
    return _each(sources, form, limit)


def _each(
    sources: tuple[Source, ...], form: Form | None, limit: int
) -> Iterator[Document | Problem]:
    seen: set[object] = set()
    for source in sources:
        if source == "-":
            yield _document("<stdin>", lambda: _text(_stdin(), limit), form)
        elif isinstance(source, str) and is_url(source) and not source.startswith("file://"):
            for remote in remote_files(source):
                if isinstance(remote, Problem):
                    yield remote
                elif (key := (remote.system, remote.path)) not in seen:
                    seen.add(key)
                    yield _document(remote.name, partial(_text_of_remote, remote, limit), form)
        elif isinstance(source, str | Path):
            for item in files(_local(source)):
                if isinstance(item, Problem):
                    yield item
                else:
                    yield from _of_file(*item, seen, form, limit)
        else:
            yield _of_object(source, form, limit)


def _local(source: str | Path) -> str | Path:
    if isinstance(source, str) and source.startswith("file://"):
        return unquote(urlsplit(source).path)
    return source


def _of_file(
    name: str, path: Path, seen: set[object], form: Form | None, limit: int
) -> Iterator[Document | Problem]:
    def text() -> str:
        with path.open("rb") as stream:
            return _text(stream, limit)

    try:
        status = path.stat()
        key = status.st_dev, status.st_ino
        if key in seen:
            return
        seen.add(key)
        if not stat.S_ISREG(status.st_mode):
            yield not_a_file().problem(name)
        elif status.st_size > limit:
            yield too_large(limit).problem(name)
        else:
            yield _document(name, text, form)
    except OSError as error:
        yield unreadable(path, error).problem(name)


def _of_object(source: object, form: Form | None, limit: int) -> Document | Problem:
    if isinstance(source, bytes | bytearray):
        return _document("<bytes>", partial(_text, BytesIO(source), limit), form)
    if isinstance(source, Mapping | list):
        data = source
        if isinstance(source, Mapping) and "@context" not in source:
            data = {"@context": jsonld.CONTEXT, **source}  # what a developer's dictionary means
        return _document("<json-ld>", partial(jsonld.written, data), "jsonld")
    if hasattr(source, "read"):
        called = getattr(source, "name", None)
        name = printable(called) if isinstance(called, str) else "<stream>"
        return _document(name, partial(_text, cast("BinaryIO", source), limit), form)
    from rdflib import Graph  # noqa: PLC0415  # slow to import, and loaded where a graph exists

    if isinstance(source, Graph):
        return _document("<graph>", partial(_ntriples, source), "ntriples")
    raise TypeError(
        "a source is a path, bytes, a binary stream, an rdflib graph or JSON-LD,"
        f" not {type(source).__name__}"
    )


def _document(name: str, read: Callable[[], str], form: Form | None) -> Document | Problem:
    """Return the document of a text, in a form or that which name or text tell; or why it is none."""
    try:
        text = read()
    except DocumentError as error:
        return error.problem(name)
    form = form or form_of_name(name) or form_of_text(text)
    if is_blank(text, form):
        return empty().problem(name)
    try:
        if form == "jsonld":
            jsonld.local(text)
        elif form == "rdfxml":
            refuse_xml(text)
    except DocumentError as error:
        return explained(error.problem(name), text, form)
    return Document(name, form, text)


def _text(stream: BinaryIO, limit: int) -> str:
    try:
        return text_of(stream, limit)
    except DocumentError:  # a ValueError too, and says more
        raise
    except (OSError, ValueError) as error:
        raise DocumentError(f"无法读取：{error}。", f"it cannot be read: {error}") from None


def _text_of_remote(file: RemoteFile, limit: int) -> str:
    return _text(file.read(limit), limit)


def _stdin() -> BinaryIO:
    if sys.stdin is None:  # a program without a console
        raise DocumentError("没有标准输入可读。", "there is no standard input to read")
    return sys.stdin.buffer


def _ntriples(graph: "Graph") -> str:
    """Return a graph, or all graphs of a dataset, in N-Triples: literals stay as they are."""
    from rdflib import Graph  # noqa: PLC0415  # as above

    if hasattr(graph, "quads"):
        flat = Graph()
        for subject, predicate, value, _ in graph.quads():
            flat.add((subject, predicate, value))
        graph = flat
    try:
        return graph.serialize(format="nt")
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"图中有无法写成 UTF-8 的字符（{error.object[error.start]!r}）。",
            f"the graph holds a character that UTF-8 cannot write ({error.object[error.start]!r})",
        ) from None
