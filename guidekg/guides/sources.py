"""Read the folders of a knowledge graph: Turtle files, and the source texts of guides.

Files are the truth: what is read here is what was written, and nothing is written back.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.characters import BOM, EncodingError, decode, named, odd, printable
from guidekg.errors import (
    DuplicateIdentifierError,
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
    data, shown = _bytes(path), printable(path)
    try:
        text = decode(data).removeprefix(BOM)
        return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    except EncodingError as error:
        raise TurtleSyntaxError(f"{shown}：{error.zh}", f"{shown}: {error.en}") from None
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        strange = odd("".join(text.split("\n")[line - 1 : line])[column - 1 : column])
        zh = f"；这里是 {named(strange, 'zh')}" if strange else ""
        en = f"; here stands {named(strange, 'en')}" if strange else ""
        raise TurtleSyntaxError(
            f"{shown}：第 {line} 行第 {column} 列有语法错误：{error.msg}{zh}",
            f"{shown}:{line}:{column}: syntax error: {error.msg}{en}",
        ) from None
    except ValueError as error:
        raise TurtleSyntaxError(
            f"{shown}：无法读取：{error}", f"{shown}: cannot be read: {error}"
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        shown, reason = printable(path), getattr(error, "strerror", None) or error
        raise SourceError(
            f"{shown}：无法读取（{reason}）。", f"{shown}: it cannot be read ({reason})"
        ) from None


def read(folders: Folders) -> list[ox.Triple]:
    """Return all asserted triples, with the source texts, checked.

    Raises:
        NotAGuideError: no file describes a guide.
        TurtleSyntaxError: a file cannot be parsed.
        SourceError: a source text is missing or not the one described.
        QuoteMismatchError: a clause quotes what the source does not say.
        DuplicateIdentifierError: two things share an identifier.
    """
    triples: list[ox.Triple] = []
    texts: dict[str, str] = {}
    guides = 0
    for path in folders.files:
        found = parse(path)
        guides += sum(t.predicate == _TYPE and t.object == _GUIDE for t in found)
        for source, text in _texts(path, found):
            texts[source.value] = text
            triples.append(ox.Triple(source, TEXT, ox.Literal(text)))
        triples += found
    if not guides:
        raise NotAGuideError(
            f"没有指南：{folders.files[-1].parent} 中没有 gk:Guide。",
            f"there is no guide: nothing in {folders.files[-1].parent} is a gk:Guide",
        )
    _check_identifiers(triples)
    _check_quotes(triples, texts)
    return triples


def _texts(path: Path, triples: Iterable[ox.Triple]) -> Iterable[tuple[ox.NamedNode, str]]:
    sums = {t.subject: t.object for t in triples if t.predicate == _SHA256}
    for triple in triples:
        if (
            triple.predicate != _TEXT_FILE
            or not isinstance(triple.subject, ox.NamedNode)
            or not isinstance(triple.object, ox.Literal)
        ):
            continue
        file = path.parent / Path(triple.object.value).name
        try:
            data = file.read_bytes()
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                f"{printable(file)}：原文无法读取（{error}）。",
                f"{printable(file)}: the source cannot be read ({error})",
            ) from None
        found = hashlib.sha256(data).hexdigest()
        stated = sums.get(triple.subject)
        if not isinstance(stated, ox.Literal) or stated.value != found:
            raise SourceError(
                f"{printable(file)}：SHA-256 是 {found}，与 {path.name} 写明的不同；原文改过，片段的位置须重新核对。",
                f"{printable(file)}: its SHA-256 is {found}, not the one {path.name} states;"
                " the text has changed, check the offsets of its clauses",
            )
        yield triple.subject, text


def _check_identifiers(triples: Iterable[ox.Triple]) -> None:
    seen: dict[str, str] = {}
    for triple in triples:
        if triple.predicate == _IDENTIFIER and isinstance(triple.object, ox.Literal):
            subject = str(triple.subject)
            other = seen.setdefault(triple.object.value, subject)
            if other != subject:
                names = compact(other.strip("<>")), compact(subject.strip("<>"))
                raise DuplicateIdentifierError(
                    f"编号“{triple.object.value}”重复：{names[0]} 和 {names[1]}。",
                    f"the identifier {triple.object.value!r} is used twice:"
                    f" by {names[0]} and by {names[1]}",
                )


def _check_quotes(triples: Iterable[ox.Triple], texts: dict[str, str]) -> None:
    spans: dict[str, dict[str, str]] = {}
    for triple in triples:
        if triple.predicate in (_START, _END, _EXACT, _IN_SOURCE) and isinstance(
            triple.object, ox.Literal | ox.NamedNode
        ):
            name = triple.predicate.value.rpartition("#")[2]
            spans.setdefault(str(triple.subject).strip("<>"), {})[name] = triple.object.value
    for iri, span in spans.items():
        if len(span) < 4:
            continue  # the shapes of a guide report what is missing
        try:
            start, end = int(span["start"]), int(span["end"])
        except ValueError:
            start = end = -1
        text = texts.get(span["inSource"])
        said = text[start:end] if text is not None and 0 <= start < end else None
        if said != span["exact"]:
            said = "" if said is None else said
            raise QuoteMismatchError(
                f"{compact(iri)} 引的是“{span['exact']}”，原文 {span['start']}–{span['end']} 处是“{said}”。",
                f"{compact(iri)} quotes {span['exact']!r}, but the source says {said!r}"
                f" at {span['start']}-{span['end']}",
            )
