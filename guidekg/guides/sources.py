"""Read the folders of a knowledge graph: Turtle files, and the source texts of guides.

Files are the truth: what is read here is what was written, and nothing is written back.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.characters import BOM, EncodingError, decode, printable, shown
from guidekg.errors import (
    DuplicateIdentifierError,
    GuideKGError,
    NotAGuideError,
    QuoteMismatchError,
    SourceError,
    TurtleSyntaxError,
)
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, compact
from guidekg.resources import folder, turtle_files

_TYPE = ox.NamedNode(RDF_TYPE)
_GUIDE = ox.NamedNode(NS + "Guide")
_TEXT_FILE = ox.NamedNode(NS + "textFile")
_SHA256 = ox.NamedNode(NS + "sha256")
TEXT = ox.NamedNode(NS + "text")
_IN_SOURCE = ox.NamedNode(NS + "inSource")
_START, _END, _EXACT = (ox.NamedNode(PREFIXES["oa"] + name) for name in ("start", "end", "exact"))
SHAPES = (
    "shapes.ttl"  # of a folder: what `guidekg shapes --write` makes of its guide; it is not read
)
_IDENTIFIER = ox.NamedNode(PREFIXES["dcterms"] + "identifier")


class Folders(NamedTuple):
    """What a knowledge graph is read from: Turtle files, in a fixed order."""

    files: tuple[Path, ...]

    @classmethod
    def of(cls, paths: Sequence[str | Path], *, shipped: bool) -> "Folders":
        """Return the files of the given folders, beside the shipped guide or instead of it.

        The vocabulary, fields, places and agencies are always there.

        Raises:
            NotAGuideError: a path is no folder, or holds no Turtle.
        """
        data = folder("data")
        files = [*turtle_files(folder("ontology")), *turtle_files(data)]
        if not shipped:
            files = [path for path in files if data / "guides" not in path.parents]
        for path in map(Path, paths):
            found = turtle_files(path) if path.is_dir() else []
            found = [item for item in found if item != path / SHAPES]
            if not found:
                raise NotAGuideError(
                    f"{printable(path)} 不是指南文件夹；指南文件夹里应当有 guide.ttl 和原文文件。",
                    f"{printable(path)} is no guide folder: one holds guide.ttl and the text of the guide",
                )
            files += [item.resolve() for item in found]
        return cls(tuple(dict.fromkeys(files)))

    def content(self) -> str:
        """Return the SHA-256 of all that is read, texts included."""
        digest = hashlib.sha256()
        for path in self.files:
            for item in (path, *sorted(path.parent.glob("source.*.txt"))):
                data = _bytes(item)
                digest.update(f"{item.name}\0{len(data)}\0".encode())
                digest.update(data)
        return digest.hexdigest()


def parse(path: Path) -> list[ox.Triple]:
    """Return the triples of a Turtle file.

    Raises:
        TurtleSyntaxError: says file, line and column.
        SourceError: the file cannot be read.
    """
    data, name = _bytes(path), printable(path)
    try:
        text = decode(data).removeprefix(BOM)
        return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    except EncodingError as error:
        raise TurtleSyntaxError(
            f"{name}：{error.zh}", f"{name}: {error.en}", error.line, error.column
        ) from None
    except SyntaxError as error:
        raise _syntax_error(text, error, name) from None
    except ValueError as error:
        raise TurtleSyntaxError(
            f"{name}：无法读取：{error}", f"{name}: cannot be read: {error}"
        ) from None


def _syntax_error(text: str, error: SyntaxError, name: str) -> TurtleSyntaxError:
    """Return the error of a text that the engine's parser refuses, in the words of our own reader.

    The place and the words are the engine's where that reader takes what it refuses.
    """
    from guidekg.rdf import turtle  # noqa: PLC0415  # seldom needed

    try:
        for _ in turtle.parse(text, "turtle"):
            pass
    except turtle.RDFSyntaxError as ours:
        return turtle.RDFSyntaxError(text, ours.offset, ours.reason_zh, ours.reason_en, name)
    before = text.split("\n")[: (error.lineno or 1) - 1]
    offset = sum(len(line) + 1 for line in before) + (error.offset or 1) - 1
    return turtle.RDFSyntaxError(text, offset, error.msg, error.msg, name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        name, reason = printable(path), getattr(error, "strerror", None) or error
        raise SourceError(
            f"{name}：无法读取（{reason}）。", f"{name}: it cannot be read ({reason})"
        ) from None


class Text(NamedTuple):
    """The text of a source, and its file."""

    file: Path
    text: str


class Flaw(NamedTuple):
    """What keeps guides from being opened, with the statement that it is about, if it is about one.

    Attributes:
        error: what is wrong.
        file: the file that states it.
        subject: of the statement, in N-Triples.
        predicate: of the statement, in N-Triples.
        unreadable: whether what the guides say is not known for it.
    """

    error: GuideKGError
    file: Path | None = None
    subject: str = ""
    predicate: str = ""
    unreadable: bool = False


@dataclass(slots=True)
class Contents:
    """What folders hold: their triples, with the texts; those by their sources; and all flaws."""

    triples: list[ox.Triple] = field(default_factory=list)
    texts: dict[str, Text] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    spans: dict[str, dict[str, str]] = field(default_factory=dict)


def read(folders: Folders) -> list[ox.Triple]:
    """Return all asserted triples, with the source texts, checked.

    Raises:
        NotAGuideError: no file describes a guide.
        TurtleSyntaxError: a file cannot be parsed.
        SourceError: a source text is missing or not the one described.
        QuoteMismatchError: a clause quotes what the source does not say.
        DuplicateIdentifierError: two things share an identifier.
    """
    found = examine(folders)
    for flaw in found.flaws:
        raise flaw.error
    return found.triples


def examine(folders: Folders) -> Contents:
    """Return what folders hold, with all that keeps them from being opened, as far as one can read."""
    found = Contents()
    for path in folders.files:
        try:
            triples = parse(path)
        except (TurtleSyntaxError, SourceError) as error:
            found.flaws.append(Flaw(error, path, unreadable=True))
            continue
        _read_texts(path, triples, found)
        found.triples += triples
    if not (guides_of(found.triples) or any(flaw.unreadable for flaw in found.flaws)):
        where = folders.files[-1].parent
        none = NotAGuideError(
            f"没有指南：{where} 中没有 gk:Guide。",
            f"there is no guide: nothing in {where} is a gk:Guide",
        )
        found.flaws.append(Flaw(none, unreadable=True))
    found.spans = _spans(found.triples)
    found.flaws += [*_duplicate_identifiers(found.triples), *_wrong_quotes(found)]
    return found


def guides_in(path: str | Path) -> list[str]:
    """Return the IRIs of the guides that a folder describes."""
    return [iri for file in turtle_files(Path(path)) for iri in guides_of(parse(file))]


def guides_of(triples: Iterable[ox.Triple]) -> list[str]:
    """Return the IRIs of the guides that triples describe."""
    return [
        triple.subject.value
        for triple in triples
        if triple.predicate == _TYPE
        and triple.object == _GUIDE
        and isinstance(triple.subject, ox.NamedNode)
    ]


def _read_texts(path: Path, triples: Iterable[ox.Triple], found: Contents) -> None:
    """Add the texts of the sources that a file describes, and what is wrong with them."""
    sums = {t.subject: t.object for t in triples if t.predicate == _SHA256}
    for triple in triples:
        if (
            triple.predicate != _TEXT_FILE
            or not isinstance(triple.subject, ox.NamedNode)
            or not isinstance(triple.object, ox.Literal)
        ):
            continue
        source, file = triple.subject, path.parent / Path(triple.object.value).name
        try:
            data = file.read_bytes()
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            missing = SourceError(
                f"{shown(file)}：原文无法读取（{error}）。",
                f"{shown(file)}: the source cannot be read ({error})",
            )
            flaw = Flaw(missing, path, str(source), str(_TEXT_FILE), unreadable=True)
            found.flaws.append(flaw)
            continue
        stated = sums.get(source)
        if not isinstance(stated, ox.Literal) or stated.value != hashlib.sha256(data).hexdigest():
            changed = _changed(file, path, hashlib.sha256(data).hexdigest())
            found.flaws.append(Flaw(changed, path, str(source), str(_SHA256)))
        found.texts[source.value] = Text(file, text)
        found.triples.append(ox.Triple(source, TEXT, ox.Literal(text)))


def _changed(file: Path, path: Path, digest: str) -> SourceError:
    return SourceError(
        f"{shown(file)}：SHA-256 是 {digest}，与 {path.name} 写明的不同；原文改过，片段的位置须重新核对。",
        f"{shown(file)}: its SHA-256 is {digest}, not the one {path.name} states;"
        " the text has changed, check the offsets of its clauses",
    )


def _duplicate_identifiers(triples: Iterable[ox.Triple]) -> Iterator[Flaw]:
    seen: dict[str, str] = {}
    for triple in triples:
        if triple.predicate == _IDENTIFIER and isinstance(triple.object, ox.Literal):
            subject = str(triple.subject)
            other = seen.setdefault(triple.object.value, subject)
            if other != subject:
                names = compact(other.strip("<>")), compact(subject.strip("<>"))
                error = DuplicateIdentifierError(
                    f"编号“{triple.object.value}”重复：{names[0]} 和 {names[1]}。",
                    f"the identifier {triple.object.value!r} is used twice:"
                    f" by {names[0]} and by {names[1]}",
                )
                yield Flaw(error, subject=subject, predicate=str(_IDENTIFIER))


def _spans(triples: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    """Return for each clause its ``start``, ``end``, ``exact`` and ``inSource``, as far as stated."""
    spans: dict[str, dict[str, str]] = {}
    for triple in triples:
        if triple.predicate in (_START, _END, _EXACT, _IN_SOURCE) and isinstance(
            triple.object, ox.Literal | ox.NamedNode
        ):
            name = triple.predicate.value.rpartition("#")[2]
            spans.setdefault(str(triple.subject).strip("<>"), {})[name] = triple.object.value
    return spans


def _wrong_quotes(found: Contents) -> Iterator[Flaw]:
    unread = any(flaw.unreadable for flaw in found.flaws)
    for iri, span in found.spans.items():
        if len(span) < 4:
            continue  # the shapes of a guide report what is missing
        source = found.texts.get(span["inSource"])
        if source is None and unread:
            continue
        try:
            start, end = int(span["start"]), int(span["end"])
        except ValueError:
            start = end = -1
        text = source.text if source else ""
        said = text[start:end] if 0 <= start < end else ""
        if said != span["exact"]:
            yield Flaw(_mismatch(iri, span, said, text), subject=f"<{iri}>", predicate=str(_EXACT))


def _mismatch(iri: str, span: Mapping[str, str], said: str, text: str) -> QuoteMismatchError:
    """Return the error of a clause that quotes something else than its source says there."""
    exact, place_zh, place_en = span["exact"], "", ""
    if exact and text.count(exact) == 1:
        start = text.index(exact)
        place_zh = f"；所引的话在 {start}–{start + len(exact)}"
        place_en = f"; the quoted words are at {start}-{start + len(exact)}"
    return QuoteMismatchError(
        f"{compact(iri)} 引的是“{exact}”，原文 {span['start']}–{span['end']} 处是“{said}”{place_zh}。",
        f"{compact(iri)} quotes {exact!r}, but the source says {said!r}"
        f" at {span['start']}-{span['end']}{place_en}",
    )
