"""RDF/XML: no document type, no entities, UTF-8, and the places of what is not well-formed."""

import re
from xml.parsers import expat

from guidekg.validation.inputs.document import DEEPEST, DocumentError, too_deep

_DECLARED = re.compile(r"""<\?xml\b[^?]*?\bencoding\s*=\s*["']([^"']*)["']""")
_UTF8 = ("utf-8", "utf8")
_PROLOGUE = re.compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)


def refuse(text: str) -> None:
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
    prologue = _PROLOGUE.match(text, start)
    end = prologue.end() if prologue else start
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


def check(text: str) -> None:
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
