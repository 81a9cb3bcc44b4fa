"""The tokens of Turtle 1.1, TriG, N-Triples and N-Quads, as regular expressions.

The names are those of the productions of the recommendations. No text makes the scan go back over
what it has read, so that it takes linear time, on what is broken too. Escapes and percent signs
are let pass here and checked where a token becomes a term.

Before Python 3.11.5 a possessive group does not step back from an alternative that fails half-way,
and none may hold a capturing group: so each ``(?:…)*+`` below fails at its first character or not
at all, and what must step back is atomic.
"""

import re

_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
FIRST = rf"{_BASE}_0-9"
CHARS = rf"{_BASE}_0-9\-\u00B7\u0300-\u036F\u203F-\u2040"
_EXPONENT = "[eE][+-]?[0-9]+"


def _short(quote: str) -> str:
    plain = rf"[^{quote}\\\r\n]*+"
    return rf"{quote}(?!{quote}{quote}){plain}(?:\\[^\r\n]{plain})*+{quote}"


def _long(quote: str) -> str:
    plain, three = rf"[^{quote}\\]*+", quote * 3
    escape, other, two = r"\\[\s\S]", rf"[^{quote}\\]", quote * 2
    inside = rf"{escape}|{quote}{escape}|{quote}{other}|{two}{escape}|{two}{other}"
    return rf"{three}{plain}(?:(?:{inside}){plain})*+{three}"


IRI_CHARS = r"[^\x00-\x20<>\"{}|^`\\]"
IRIREF = rf"<{IRI_CHARS}*+(?:\\[uU]{IRI_CHARS}*+)*+>"
# Dots may stand inside of a name, not at its end.
DOTTED = rf"(?>[{CHARS}.]*(?<!\.))"
PN_PREFIX = rf"[{_BASE}]{DOTTED}"
_PN_LOCAL_ESC = r"\\[_~.\-!$&'()*+,;=/?#@%]"
_PN_LOCAL = (
    rf"(?>(?:[{FIRST}:%]|{_PN_LOCAL_ESC})[{CHARS}:%.]*"
    rf"(?:{_PN_LOCAL_ESC}[{CHARS}:%.]*){{0,500}}(?<!(?<!\\)\.))"
)
PNAME = rf"(?:{PN_PREFIX})?:(?:{_PN_LOCAL})?"
BLANK_NODE_LABEL = rf"_:[{FIRST}]{DOTTED}"
# N-Triples and N-Quads let colons stand in a label.
LINE_LABEL = rf"_:[{FIRST}:](?>[{CHARS}:.]*(?<!\.))"
STRING_QUOTE = _short('"')
STRING = f"(?:{_long(chr(34))}|{STRING_QUOTE}|{_long(chr(39))}|{_short(chr(39))})"
LANGTAG = r"@[a-zA-Z][a-zA-Z0-9\-]*+"
NUMBER = (
    rf"(?>[+-]?(?:[0-9]+(?:\.[0-9]*{_EXPONENT}|\.[0-9]+|{_EXPONENT})?|\.[0-9]+(?:{_EXPONENT})?))"
)
WS = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
WORD_END = rf"(?![{CHARS}])"

TOKEN = re.compile(
    rf"""{WS}(?:
      (?P<iri>{IRIREF}|{PNAME})
    | (?P<semicolon>;)
    | (?P<comma>,)
    | (?P<dot>\.(?![0-9]))
    | (?P<literal>
        {STRING}(?:{WS}{LANGTAG}|{WS}\^\^{WS}(?:{IRIREF}|{PNAME}))?
      | {NUMBER}
      | (?:true|false){WORD_END})
    | (?P<a>a{WORD_END})
    | (?P<label>{BLANK_NODE_LABEL})
    | (?P<anon>\[{WS}\])
    | (?P<open>\[)
    | (?P<close>\])
    | (?P<nil>\({WS}\))
    | (?P<open_list>\()
    | (?P<close_list>\))
    | (?P<directive>@(?:prefix|base){WORD_END}|(?i:prefix|base){WORD_END})
    | (?P<graph>(?i:graph){WORD_END})
    | (?P<open_graph>\{{)
    | (?P<close_graph>\}})
    | (?P<end>\Z)
    | (?P<bad>\w++|.)
    )""",
    re.DOTALL | re.VERBOSE,
)
"""One token with what stands before it; ``lastgroup`` is its kind."""

LITERAL = re.compile(
    rf"(?P<string>{STRING})(?:{WS}(?P<lang>{LANGTAG})|{WS}\^\^{WS}(?P<datatype>{IRIREF}|{PNAME}))?"
)
"""A quoted literal and its parts."""

ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf\"'\\])|(.?))", re.DOTALL)
"""An escape of a string or an IRI; the last group holds what is none."""

NOT_IN_IRI = re.compile(rf"(?!{IRI_CHARS}).", re.DOTALL)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*+:")
