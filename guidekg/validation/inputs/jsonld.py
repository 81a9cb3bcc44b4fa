"""JSON-LD without a network: contexts are local, numbers mean what the algorithm makes of them.

One thing more: a fraction under a term that is no ``xsd:double`` is the number as written. To the
algorithm ``1200000.5`` under ``xsd:decimal`` is ``"1.2000005E6"``, which is no decimal.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from math import isinf
from typing import Any, NoReturn

from guidekg.rdf.namespaces import XSD
from guidekg.resources import folder
from guidekg.validation.inputs.document import DEEPEST, DocumentError, empty, too_deep

CONTEXT = "https://w3id.org/guidekg/context.jsonld"
_LARGE = 1e21  # from here on the algorithm writes whole numbers as doubles
_PARSED = 10**20  # from here on the parser does


Numbers = dict[Decimal, str]


class _Number(float):
    """A number of JSON with its digits, which a float would not keep."""

    text: str

    def __new__(cls, text: str) -> "_Number":
        number = super().__new__(cls, text)
        number.text = text
        return number

    def handed_on(self, numbers: Numbers) -> object:
        """Return what the parser is to read; note the digits of what it gives the form of a double."""
        if isinf(self):
            return {"@value": self.text, "@type": XSD + "double"}
        if abs(self) >= _LARGE:
            return float(self)
        if self.is_integer():
            whole = int(self) if {".", "e", "E"} & set(self.text) else int(self.text)
            if abs(whole) < _PARSED:
                return whole
            numbers[Decimal(repr(float(self)))] = str(whole)
        else:
            numbers[Decimal(repr(float(self)))] = f"{Decimal(self.text):f}"
        return float(self)


def written(data: Mapping[str, object] | Sequence[object]) -> str:
    """Return JSON-LD objects as text; dates and decimals become typed values.

    Raises:
        DocumentError: they hold what JSON does not have, or nest too deep.
    """
    try:
        return json.dumps(data, default=_json_of, allow_nan=False)
    except RecursionError:
        raise too_deep() from None
    except (TypeError, ValueError) as error:
        raise DocumentError(f"不能写成 JSON：{error}。", f"it is no JSON: {error}") from None


def _json_of(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        datatype = "dateTime" if isinstance(value, datetime) else "date"
        return {"@value": value.isoformat(), "@type": XSD + datatype}
    if isinstance(value, Decimal) and value.is_finite():
        return {"@value": f"{value:f}", "@type": XSD + "decimal"}
    raise TypeError(f"a value of type {type(value).__name__}: {value!r}")


def local(text: str) -> tuple[bytes, Numbers]:
    """Return the same JSON-LD with nothing left to fetch, as UTF-8, and the digits of its numbers.

    Our own context stands in place of its IRI. The digits are those of the numbers that the parser
    writes like ``1.2000005E6``, by their value.

    Raises:
        DocumentError: it is no JSON, empty, names another context, or nests too deep.
    """
    try:
        data = _load(text)
        if not isinstance(data, dict | list):
            raise DocumentError(
                "JSON-LD 的最外层应当是对象或数组。", "JSON-LD is an object or a list at its top"
            )
        if not data:
            raise empty()
        _check_depth(data)
        numbers: Numbers = {}
        return json.dumps(_localised(data, numbers), ensure_ascii=False).encode(), numbers
    except RecursionError:
        raise too_deep() from None
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"字符串里有不成对的代理码位（{error.object[error.start]!r}），不是有效文本。",
            f"a string holds half a surrogate pair ({error.object[error.start]!r}) and is no text",
        ) from None


def _load(text: str) -> Any:
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            parse_float=_Number,
            parse_int=lambda digits: int(digits) if len(digits) < 19 else _Number(digits),
            parse_constant=_no_constant,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"JSON 有语法错误：{error.msg}。",
            f"JSON syntax error: {error.msg}",
            error.lineno,
            error.colno,
        ) from None


def _no_constant(word: str) -> NoReturn:
    raise DocumentError(f"JSON 里没有 {word} 这个值。", f"JSON has no value {word}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DocumentError(
            f"同一个对象里两次出现键“{twice}”；几个值请写成数组。",
            f"an object has the key {twice!r} twice; write several values as a list",
        )
    return found


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(DEEPEST):
        level = [
            item
            for node in level
            for item in (node.values() if isinstance(node, dict) else node)
            if isinstance(item, dict | list)
        ]
        if not level:
            return
    raise too_deep()


def _localised(value: Any, numbers: Numbers) -> Any:
    if isinstance(value, list):
        return [_localised(item, numbers) for item in value]
    if isinstance(value, _Number):
        return value.handed_on(numbers)
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("@value"), _Number):
        number = value["@value"].handed_on(numbers)
        return {**value, **(number if isinstance(number, dict) else {"@value": number})}
    return {
        key: _context(item)
        if key == "@context"
        else item
        if key == "@value"  # no node, but a plain value or, with @json, foreign JSON
        else _localised(item, numbers)
        for key, item in value.items()
    }


def _context(value: Any) -> Any:
    if isinstance(value, str):
        if value == CONTEXT:
            return shipped()
        raise _refused(value)
    if isinstance(value, list):
        return [_context(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "@import" in value:
        raise _refused(value["@import"])
    # Terms may have contexts of their own.
    return {
        term: {
            key: _context(item) if key == "@context" else item for key, item in definition.items()
        }
        if isinstance(definition, dict)
        else definition
        for term, definition in value.items()
    }


def _refused(iri: object) -> DocumentError:
    return DocumentError(
        f"@context 引用“{iri}”：不从网络或磁盘读取上下文；请用 {CONTEXT}，或把上下文写进文件。",
        f"the @context refers to {iri!r}: none is read from the network or the disk;"
        f" use {CONTEXT}, or write the context into the document",
    )


@cache
def shipped() -> dict[str, Any]:
    """Return our own context, which stands beside the ontology."""
    text = (folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    context: dict[str, Any] = json.loads(text)["@context"]
    return context
