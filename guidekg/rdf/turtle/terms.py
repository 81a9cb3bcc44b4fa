"""From tokens to terms: prefixes, the base, escapes, and what a token has meant before.

A term is a string, as N-Triples writes it: made once for many proposals, compared quickly, and ready
for an engine.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import count
from typing import cast

import pyoxigraph as ox

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE, XSD
from guidekg.rdf.turtle.errors import TermError, quoted
from guidekg.rdf.turtle.lexer import ESCAPE, LITERAL, NOT_IN_IRI, SCHEME

TYPE = f"<{RDF_TYPE}>"
_RDF = PREFIXES["rdf"]
FIRST, REST, NIL = (f"<{_RDF}{name}>" for name in ("first", "rest", "nil"))
_INTEGER, _DECIMAL, _DOUBLE, _BOOLEAN = (
    ox.NamedNode(f"{XSD}{name}") for name in ("integer", "decimal", "double", "boolean")
)
_NEEDS_MORE = {f"{_RDF}{name}" for name in ("langString", "dirLangString")}
_CONTROLS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_PLAIN = re.compile(r"[A-Za-z0-9_\-]*").fullmatch  # what may stand in any IRI
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
        self._named: dict[str, str] = {}

    def fresh(self) -> str:
        """Return a new node."""
        return f"_:{self._label}{next(self._count)}"

    def named(self, token: str) -> str:
        """Return the node of a label such as ``_:x``."""
        node = self._named.get(token)
        if node is None:
            node = self._named[token] = self.fresh()
        return node


class Terms(dict[str, str]):
    """What the tokens of IRIs and literals mean under the prefixes and the base in force.

    Looking up a token makes its term, and keeps it until a directive changes what tokens mean, or
    until there are many. The token ``a`` means ``rdf:type``; a label means the node of that label.

    Raises:
        TermError: the token denotes nothing; says why.
    """

    def __init__(self, base: str | None = None, prefixes: Mapping[str, str] | None = None) -> None:
        super().__init__(a=TYPE)
        self.prefixes = dict(prefixes or {})
        self._base = None if base is None else ox.NamedNode(base).value

    def set_base(self, token: str) -> None:
        """Take an IRI token as the base."""
        self._base = self._iri(token)
        self._forget()

    def set_prefix(self, prefix: str, token: str) -> None:
        """Let a prefix (without its colon) stand for the IRI of a token."""
        self.prefixes[prefix] = self._iri(token)
        self._forget()

    def _forget(self) -> None:
        self.clear()
        self["a"] = TYPE

    def __missing__(self, token: str) -> str:
        prefix, _, local = token.partition(":")
        if prefix == "_":
            return token
        if prefix in self.prefixes and _PLAIN(local):
            term = f"<{self.prefixes[prefix]}{local}>"
        elif token[0] in "\"'+-.0123456789" or token in {"true", "false"}:
            term = str(self._literal(token))
        else:
            term = f"<{self._iri(token)}>"
        if len(self) >= _KEPT:
            self._forget()
        if len(token) < _LONG_TOKEN:
            self[token] = term
        return term

    def _iri(self, token: str) -> str:
        try:
            return self._reference(token) if token[0] == "<" else self._prefixed(token)
        except ValueError as error:
            raise TermError(
                f"{quoted(token, 'zh')} 不是合法的 IRI", f"{quoted(token)} is no valid IRI: {error}"
            ) from None

    def _literal(self, token: str) -> ox.Literal:
        match = LITERAL.fullmatch(token)
        if match is None:
            return ox.Literal(token, datatype=_datatype_of(token))
        string, lang, datatype = match.groups()
        content = _content(string)
        try:
            if lang:
                return _tagged(content, lang[1:])
            return self._typed(content, datatype) if datatype else ox.Literal(content)
        except ValueError:  # a lone surrogate
            raise TermError(
                "字符串中有不成字符的半个代理对", "the string holds half a surrogate pair"
            ) from None

    def _prefixed(self, token: str) -> str:
        prefix, _, local = token.partition(":")
        namespace = self.prefixes.get(prefix)
        if namespace is None:
            raise TermError(
                f"前缀 {quoted(prefix, 'zh')}: 没有声明",
                f"the prefix {quoted(prefix)}: is not declared",
            )
        try:
            return ox.NamedNode(namespace + local.replace("\\", "")).value
        except ValueError:  # names may hold a few characters that IRIs may not: it lets them pass
            return _parsed(f"@prefix {prefix}: <{namespace}> . {token}", None)

    def _reference(self, token: str) -> str:
        iri = token[1:-1]
        if "\\" in iri:
            iri = ESCAPE.sub(_unescape, iri)
            if NOT_IN_IRI.search(iri):
                raise ValueError("an escape stands for a character that no IRI holds")
        if SCHEME.match(iri):
            return ox.NamedNode(iri).value
        if self._base is None:
            raise TermError(
                f"{quoted(token, 'zh')} 是相对 IRI，而这里没有 base",
                f"{quoted(token)} is relative, and there is no base",
            )
        return _parsed(token, self._base)

    def _typed(self, content: str, token: str) -> ox.Literal:
        datatype = self[token][1:-1]
        if datatype in _NEEDS_MORE:
            raise TermError(
                f"数据类型 {quoted(token, 'zh')} 需要语言标记",
                f"the datatype {quoted(token)} needs a language tag",
            )
        return ox.Literal(content, datatype=ox.NamedNode(datatype))


def _parsed(subject: str, base: str | None) -> str:
    """Return what the parser of the store makes of a name: so it must come out here."""
    text = f"{subject} {TYPE} {TYPE} ."
    try:
        (quad,) = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base)
    except SyntaxError as error:
        _, _, reason = str(error.msg).partition(": ")  # the place is in our own little text
        raise ValueError(reason) from None
    return cast("ox.NamedNode", quad.subject).value  # the subject is written as a name


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


@lru_cache(maxsize=20_000)
def parse_term(ntriples: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the engine's term for one in N-Triples; a blank node has any label."""
    if ntriples[0] == "_":
        return ox.BlankNode("b")
    # Lenient, for the few characters that stand in prefixed names and in no IRI.
    text = f"<urn:s> <urn:p> {ntriples} ."
    (quad,) = ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return cast("ox.NamedNode | ox.Literal", quad.object)


def content(ntriples: str) -> str:
    """Return what a term holds: the IRI, the label, or the literal's characters."""
    if ntriples[0] == "<":
        return ntriples[1:-1]
    if ntriples[0] == "_":
        return ntriples[2:]
    text = ntriples[1 : ntriples.rindex('"')]
    return parse_term(ntriples).value if "\\" in text else text


def language(ntriples: str) -> str:
    """Return the language tag of a literal, "" if it has none."""
    end = ntriples[ntriples.rindex('"') + 1 :]
    return end[1:] if end[:1] == "@" else ""
