"""The triples of documents whose form tells no places, JSON-LD and RDF/XML; of the latter, what is refused.

RDF/XML has no document type and no entities, and is UTF-8.
"""

import hashlib
import re
from decimal import Decimal
from xml.parsers import expat

import pyoxigraph as ox

from guidekg.rdf.namespaces import KINDS, PREFIXES, XSD
from guidekg.validation.inputs import jsonld
from guidekg.validation.inputs.document import (
    DEEPEST,
    Document,
    DocumentError,
    after_prologue,
    too_deep,
)

# Relative IRIs resolve against this base, so that they can be told apart afterwards.
_NOWHERE = "guidekg-relative://base/"
_SCHEME = _NOWHERE.partition(":")[0]

# "geo" is also a scheme of IRIs.
_OUR_PREFIXES = frozenset(PREFIXES) - {"geo"}
_KIND_OF = {PREFIXES[kind]: kind for kind in KINDS}

_DOUBLE = ox.NamedNode(XSD + "double")
_SCIENTIFIC = re.compile(r"-?[0-9]\.[0-9]+E-?[0-9]+")


def triples(document: Document) -> list[ox.Triple]:
    """Return the triples of a JSON-LD or RDF/XML document, those of its named graphs too.

    Literals are as written. Blank nodes are named after the text and their order in it, so that
    triples of several documents can be put together. Nothing is fetched, and nothing dropped: a
    term that is no IRI, which JSON-LD would leave out in silence, is an error.

    Raises:
        DocumentError: it is not well-formed, states nothing, or holds a term that is no IRI.
        ValueError: the document is of another form.
    """
    if document.form == "jsonld":
        data: bytes | str
        data, numbers = jsonld.local(document.text)
        format_ = ox.RdfFormat.JSON_LD
    elif document.form == "rdfxml":
        refuse_xml(document.text)
        _check_xml(document.text)
        data, format_, numbers = document.text, ox.RdfFormat.RDF_XML, {}
    else:
        raise ValueError(f"triples() reads JSON-LD and RDF/XML, not {document.form}")
    names = _Names(document.text, numbers)
    try:
        # The strict parser of JSON-LD does not refuse what is ill-formed: it drops it.
        lenient = format_ == ox.RdfFormat.JSON_LD
        quads = ox.parse(data, format=format_, base_iri=_NOWHERE, lenient=lenient)
        found = [names.checked(quad.triple) for quad in quads]
    except SyntaxError as error:
        raise DocumentError(f"有语法错误：{error.msg}。", f"syntax error: {error.msg}") from None
    except MemoryError:
        raise DocumentError(
            "有一个值超过 8 MiB，在 JSON-LD 里读不了；请改用 Turtle，或不写进项目。",
            "a value is longer than the 8 MiB that can be read in JSON-LD;"
            " use Turtle, or leave it out",
        ) from None
    if not found:
        raise DocumentError(
            "没有陈述任何内容；JSON-LD 须有 @context，RDF/XML 须有 rdf:RDF。",
            "it states nothing; JSON-LD needs a @context, and RDF/XML an rdf:RDF",
        )
    return found


class _Names:
    """Checks the terms of one document, names its blank nodes, and gives numbers their digits."""

    def __init__(self, text: str, numbers: jsonld.Numbers) -> None:
        self._numbers = numbers
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=6).hexdigest()
        self._prefix = f"d{digest}b"
        self._blank: dict[str, ox.BlankNode] = {}
        self._sound: set[str] = set()
        self._languages: set[str] = set()

    def checked(self, triple: ox.Triple) -> ox.Triple:
        """Return a triple with its blank nodes renamed, and its number as written.

        Raises:
            DocumentError: a term is ill-formed.
        """
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        self._check(predicate.value)
        if isinstance(subject, ox.NamedNode):
            self._check(subject.value)
        elif isinstance(subject, ox.BlankNode):
            subject = self._renamed(subject)
        if isinstance(value, ox.NamedNode):
            self._check(value.value)
        elif isinstance(value, ox.BlankNode):
            value = self._renamed(value)
        elif isinstance(value, ox.Literal):
            self._check(value.datatype.value)
            self._check_language(value.language)
            value = self._number(value)
        return ox.Triple(subject, predicate, value)

    def _renamed(self, node: ox.BlankNode) -> ox.BlankNode:
        if node.value not in self._blank:
            self._blank[node.value] = ox.BlankNode(f"{self._prefix}{len(self._blank)}")
        return self._blank[node.value]

    def _number(self, value: ox.Literal) -> ox.Literal:
        if not self._numbers or value.datatype == _DOUBLE or not _SCIENTIFIC.fullmatch(value.value):
            return value
        digits = self._numbers.get(Decimal(value.value))
        return ox.Literal(digits, datatype=value.datatype) if digits else value

    def _check(self, iri: str) -> None:
        if iri in self._sound:
            return
        scheme, colon, _ = iri.partition(":")
        if scheme == _SCHEME:
            relative = iri.removeprefix(_NOWHERE)
            raise DocumentError(
                f"“{relative}”是相对 IRI，文件又没有基准；请写全，或用 @base（xml:base）给出基准。",
                f"{relative!r} is a relative IRI and the document has no base;"
                " write it in full, or give a base with @base (xml:base)",
            )
        if not colon:
            raise DocumentError(
                f"“{iri}”不是 IRI：@context 没有定义这个词；请定义它，或改正拼写。",
                f"{iri!r} is no IRI: the @context does not define it; define it or mend its spelling",
            )
        if scheme in _OUR_PREFIXES:
            raise DocumentError(
                f"“{iri}”没有展开：@context 在这里没有定义前缀“{scheme}:”。",
                f"{iri!r} was not expanded: the @context does not define the prefix {scheme!r} here",
            )
        if iri in _KIND_OF:
            raise DocumentError(
                f"“{_KIND_OF[iri]}”是前缀，不能作属性；属性请写“gk:{_KIND_OF[iri]}”。",
                f"{_KIND_OF[iri]!r} is a prefix, not a property;"
                f" the property is written 'gk:{_KIND_OF[iri]}'",
            )
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise DocumentError(
                f"“{iri}”不是合法的 IRI：{error}。", f"{iri!r} is no valid IRI: {error}"
            ) from None
        self._sound.add(iri)

    def _check_language(self, tag: str | None) -> None:
        if tag is None or tag in self._languages:
            return
        try:
            ox.Literal("", language=tag)
        except ValueError as error:
            raise DocumentError(
                f"“{tag}”不是合法的语言标签：{error}；中文写“zh”。",
                f"{tag!r} is no valid language tag: {error}; Chinese is 'zh'",
            ) from None
        self._languages.add(tag)


_DECLARED = re.compile(r"""<\?xml\b[^?]*?\bencoding\s*=\s*["']([^"']*)["']""")
_UTF8 = ("utf-8", "utf8")


def refuse_xml(text: str) -> None:
    """Refuse, before a parser sees it, what would reach outside the file or blow up.

    Raises:
        DocumentError: there is a DOCTYPE or entity, or an encoding other than UTF-8 is declared.
    """
    start = 1 if text.startswith("\ufeff") else 0
    declared = _DECLARED.match(text, start)
    if declared and declared[1].lower() not in _UTF8:
        raise DocumentError(
            f"XML 声明的编码是 {declared[1]}；只读 UTF-8，请另存为 UTF-8 并改正声明。",
            f"the XML declaration says {declared[1]}; only UTF-8 is read:"
            " save it so and mend the declaration",
            1,
            declared.start(1) - start + 1,
        )
    end = after_prologue(text, "rdfxml", start)
    if text.startswith("<!", end) and not text.startswith("<!--", end):
        line = text.count("\n", 0, end) + 1
        column = end - max(text.rfind("\n", 0, end) + 1, start) + 1
        raise DocumentError(
            "含有 DOCTYPE 或实体声明，出于安全不予读取；请删去，把实体写成字符本身。",
            "it has a DOCTYPE or entity declaration and is not read, for safety;"
            " remove it and write entities as characters",
            line,
            column,
        )


def _check_xml(text: str) -> None:
    """Check that a text is well-formed XML of reasonable depth; the RDF parser tells no places.

    Raises:
        DocumentError: it is not, with the place.
    """
    depth = 0

    def opened(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise too_deep()

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    try:
        parser.Parse(text.removeprefix("\ufeff"), True)  # noqa: FBT003  # positional only
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise DocumentError(
            f"XML 有语法错误：{reason}。",
            f"XML syntax error: {reason}",
            error.lineno,
            error.offset + 1,
        ) from None
