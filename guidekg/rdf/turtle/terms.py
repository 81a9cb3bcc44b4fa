"""From tokens to terms: prefixes, the base, escapes, and what a token has meant before."""

import re
from itertools import count
from typing import cast

import pyoxigraph as ox

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE, XSD
from guidekg.rdf.turtle.errors import TermError, quoted
from guidekg.rdf.turtle.lexer import ESCAPE, NOT_IN_IRI, SCHEME

TYPE = ox.NamedNode(RDF_TYPE)
_RDF = PREFIXES["rdf"]
FIRST, REST, NIL = (ox.NamedNode(f"{_RDF}{name}") for name in ("first", "rest", "nil"))
_INTEGER, _DECIMAL, _DOUBLE, _BOOLEAN = (
    ox.NamedNode(f"{XSD}{name}") for name in ("integer", "decimal", "double", "boolean")
)
_NEEDS_MORE = {ox.NamedNode(f"{_RDF}{name}") for name in ("langString", "dirLangString")}
_CONTROLS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_LONG_TOKEN = 200
_KEPT = 50_000


def _unescape(match: re.Match[str]) -> str:
    four, eight, char, _ = match.groups()
    if char:
        return _CONTROLS.get(char, char)
    code = int(four or eight or "110000", 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise TermError(
            f"转义 {match[0]} 不表示任何字符", f"the escape {match[0]} stands for no character"
        )
    return chr(code)


class BlankNodes:
    """The blank nodes of one text: a label of the text means one node, with a fresh label."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._count = count()
        self._named: dict[str, ox.BlankNode] = {}

    def fresh(self) -> ox.BlankNode:
        """Return a new node."""
        return ox.BlankNode(f"{self._label}{next(self._count)}")

    def named(self, token: str) -> ox.BlankNode:
        """Return the node of a label such as ``_:x``."""
        node = self._named.get(token)
        if node is None:
            node = self._named[token] = self.fresh()
        return node


class Terms:
    """What IRIs and literals mean under the prefixes and the base in force.

    ``iris`` and ``literals`` hold what tokens have meant, for the hot loop; they start anew when
    a directive changes that, and when they have grown large.
    """

    def __init__(self, base: str | None = None) -> None:
        self.iris: dict[str, ox.NamedNode] = {}
        self.literals: dict[str, ox.Literal] = {}
        self.prefixes: dict[str, str] = {}
        self._base = None if base is None else ox.NamedNode(base).value

    def set_base(self, token: str) -> None:
        """Take an IRI token as the base."""
        self._base = self.iri(token).value
        self._forget()

    def set_prefix(self, prefix: str, token: str) -> None:
        """Let a prefix (without its colon) stand for the IRI of a token."""
        self.prefixes[prefix] = self.iri(token).value
        self._forget()

    def _forget(self) -> None:
        self.iris.clear()
        self.literals.clear()

    def iri(self, token: str) -> ox.NamedNode:
        """Return what an IRI reference or a prefixed name denotes.

        Raises:
            TermError: it denotes nothing; says why.
        """
        node = self.iris.get(token)
        if node is not None:
            return node
        try:
            node = self._reference(token) if token[0] == "<" else self._prefixed(token)
        except ValueError as error:
            raise TermError(
                f"{quoted(token, 'zh')} 不是合法的 IRI", f"{quoted(token)} is no valid IRI: {error}"
            ) from None
        if len(self.iris) >= _KEPT:
            self.iris.clear()
        self.iris[token] = node
        return node

    def literal(self, match: re.Match[str]) -> ox.Literal:
        """Return what a literal denotes, its lexical form as written.

        Args:
            match: of a pattern with the groups ``literal``, ``string``, ``lang`` and ``datatype``.

        Raises:
            TermError: it denotes nothing; says why.
        """
        token, string, lang, datatype = match.group("literal", "string", "lang", "datatype")
        known = self.literals.get(token)
        if known is not None:
            return known
        try:
            if string is None:
                term = ox.Literal(token, datatype=_datatype_of(token))
            elif lang:
                term = _tagged(_content(string), lang[1:])
            elif datatype:
                term = self._typed(_content(string), datatype)
            else:
                term = ox.Literal(_content(string))
        except ValueError:  # a lone surrogate
            raise TermError(
                "字符串中有不成字符的半个代理对", "the string holds half a surrogate pair"
            ) from None
        if len(token) < _LONG_TOKEN:
            if len(self.literals) >= _KEPT:
                self.literals.clear()
            self.literals[token] = term
        return term

    def _prefixed(self, token: str) -> ox.NamedNode:
        prefix, _, local = token.partition(":")
        namespace = self.prefixes.get(prefix)
        if namespace is None:
            raise TermError(
                f"前缀 {quoted(prefix, 'zh')}: 没有声明",
                f"the prefix {quoted(prefix)}: is not declared",
            )
        try:
            return ox.NamedNode(namespace + local.replace("\\", ""))
        except ValueError:  # names may hold a few characters that IRIs may not: it lets them pass
            return _parsed(f"@prefix {prefix}: <{namespace}> . {token}", None)

    def _reference(self, token: str) -> ox.NamedNode:
        iri = token[1:-1]
        if "\\" in iri:
            iri = ESCAPE.sub(_unescape, iri)
            if NOT_IN_IRI.search(iri):
                raise ValueError("an escape stands for a character that no IRI holds")
        if SCHEME.match(iri):
            return ox.NamedNode(iri)
        if self._base is None:
            raise TermError(
                f"{quoted(token, 'zh')} 是相对 IRI，而这里没有 base",
                f"{quoted(token)} is relative, and there is no base",
            )
        return _parsed(token, self._base)

    def _typed(self, content: str, token: str) -> ox.Literal:
        datatype = self.iri(token)
        if datatype in _NEEDS_MORE:
            raise TermError(
                f"数据类型 {quoted(token, 'zh')} 需要语言标记",
                f"the datatype {quoted(token)} needs a language tag",
            )
        return ox.Literal(content, datatype=datatype)


def _parsed(subject: str, base: str | None) -> ox.NamedNode:
    """Return what the parser of the store makes of a name: so it must come out here."""
    text = f"{subject} <{RDF_TYPE}> <{RDF_TYPE}> ."
    try:
        (quad,) = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base)
    except SyntaxError as error:
        _, _, reason = str(error.msg).partition(": ")  # the place is in our own little text
        raise ValueError(reason) from None
    return cast("ox.NamedNode", quad.subject)  # the subject is written as a name


def _content(string: str) -> str:
    quotes = 3 if string.startswith(('"""', "'''")) else 1
    content = string[quotes:-quotes]
    return ESCAPE.sub(_unescape, content) if "\\" in content else content


def _datatype_of(token: str) -> ox.NamedNode:
    if token in {"true", "false"}:
        return _BOOLEAN
    if "e" in token or "E" in token:
        return _DOUBLE
    return _DECIMAL if "." in token else _INTEGER


def _tagged(content: str, tag: str) -> ox.Literal:
    try:
        return ox.Literal(content, language=tag)
    except ValueError:
        raise TermError(
            f"语言标记 @{quoted(tag, 'zh')} 不合法", f"the language tag @{quoted(tag)} is not valid"
        ) from None
