"""The kinds of values: what questions take and answer, and what facts of a run are.

One table says of each kind how a value is read from text, what programs may send, and by what a
form asks for it. A kind is named in the header of a question, or by the datatype of a fact.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from guidekg.i18n import Label
from guidekg.rdf.namespaces import XSD

Widget = Literal["text", "number", "date", "select", "suggest"]

LONGEST = 200  # characters of a name or a text that programs send
_DIGITS = 30  # that a number may have before or behind the point
_NUMBER = re.compile(r"(.*\d\.?)\s*(\D*)")
# What a person writes behind a number, and how many of the unit that is counted in.
_MONEY = {"": 1, "元": 1, "万": 10_000, "万元": 10_000, "k": 1000, "m": 1_000_000}
_TIME = {"": 1, "月": 1, "个月": 1, "months": 1, "年": 12, "years": 12}

_YEAR = "[1-9][0-9]{3}"
# Every day that there is in those years, and no other.
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|[2468][048]|[3579][26])00)-02-29)"
)


def _counted(text: str, units: dict[str, int]) -> Decimal:
    """Return a number, of the unit behind it, in what is counted in."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    unit = units.get(found[2]) if found else None
    if not found or unit is None:
        raise ValueError(text)
    number = Decimal(found[1].replace(",", "").replace("_", ""))
    # Written out, an exponent may fill the memory.
    if abs(number.adjusted()) > _DIGITS:
        raise ValueError(text)
    return number if unit == 1 else number * unit


def _amount(text: str) -> str:
    return f"{_counted(text, _MONEY):f}"


def _months(text: str) -> str:
    number = _counted(text, _TIME)
    if number != number.to_integral_value():
        raise ValueError(text)
    return str(int(number))


def _date(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _year(text: str) -> str:
    if not re.fullmatch("[0-9]{4}", text):
        raise ValueError(text)
    return text


class ValueKind(NamedTuple):
    """A kind of value.

    Attributes:
        name: as the headers of questions write it.
        noun: what a value is called.
        datatype: the IRI of the datatype of its literals; None, if its values are things.
        things: the kinds of IRI (see ``namespaces.KINDS``) that a thing may have; none: any.
        read: returns a value as XSD writes it, or raises ValueError (ArithmeticError of what is
            no number); None, where text is taken as it stands.
        form: how a value is to be written, for the words of an error.
        metavar: what stands for a value that is still to be written.
        pattern: what programs may send; None: any text of at most ``LONGEST`` characters.
        positive: whether a value is more than 0.
        widget: by what a form asks for a value; None, if no parameter is of this kind.
    """

    name: str
    noun: Label
    datatype: str | None = None
    things: tuple[str, ...] = ()
    read: Callable[[str], str] | None = None
    form: Label | None = None
    metavar: str = "…"
    pattern: str | None = None
    positive: bool = False
    widget: Widget | None = None

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the values that programs send."""
        if self.pattern is None:
            return {"type": "string", "minLength": 1, "maxLength": LONGEST}
        formed = {"format": "date"} if self.name == "date" else {}
        return {"type": "string", **formed, "pattern": f"^{self.pattern}$"}

    def fits(self, value: str) -> bool:
        """Whether a value is one that programs may send."""
        if self.pattern is None:
            return len(value) <= LONGEST
        return bool(re.fullmatch(self.pattern, value))


def _literal(name: str, zh: str, en: str, datatype: str, **more: Any) -> ValueKind:
    return ValueKind(name, Label(zh, en), XSD + datatype, **more)


def _thing(
    name: str, zh: str, en: str, *things: str, widget: Widget | None = "select"
) -> ValueKind:
    return ValueKind(name, Label(zh, en), things=things, widget=widget)


VALUE_KINDS: dict[str, ValueKind] = {
    kind.name: kind
    for kind in (
        _thing("field", "领域", "field", "field"),
        _thing("place", "地点", "place", "place", widget="suggest"),
        _literal(
            *("date", "日期", "day", "date"),
            read=_date,
            form=Label("日期（例如 2022-09-15）", "a day such as 2022-09-15"),
            metavar="YYYY-MM-DD",
            pattern=_DAY,
            widget="date",
        ),
        _literal(
            *("amount", "金额", "amount", "decimal"),
            read=_amount,
            pattern=r"[1-9][0-9]{0,14}(\.[0-9]{1,2})?",
            positive=True,
            widget="number",
        ),
        _thing("organisation-kind", "单位类型", "kind of organisation", "kind"),
        _thing("scheme", "资助安排", "scheme", "scheme"),
        _thing("requirement", "要求", "requirement", "requirement"),
        _thing("agency", "部门", "agency", "agency"),
        _thing("topic", "协议事项", "topic", "topic"),
        _literal("text", "文字", "text", "string", widget="text"),
        _literal(
            *("months", "月数", "months", "integer"),
            read=_months,
            pattern="[1-9][0-9]{0,3}",
            positive=True,
            widget="number",
        ),
        _literal(
            *("year", "年份", "year", "integer"),
            read=_year,
            form=Label("四位年份", "a year of four digits"),
            metavar="YYYY",
            pattern=_YEAR,
            widget="number",
        ),
        # What answers hold, and no parameter takes.
        _thing("provision", "条文", "provision", "requirement", "provision", widget=None),
        _thing("guide", "指南", "guide", "guide", widget=None),
        _thing("thing", "事物", "thing", widget=None),
        _literal("number", "数目", "number", "integer"),
        _literal("truth", "是否", "yes or no", "boolean"),
        _literal("word", "答复用语", "word of an answer", "string"),
        _literal("address", "网址", "web address", "string"),
        _literal("currency", "币种", "currency", "string"),
        _literal("fact", "事实", "fact of a run", "string"),
    )
}
PARAMETERS = tuple(kind.name for kind in VALUE_KINDS.values() if kind.widget)


# What a fact of a run may be, by the datatype that its definition states.
FACTS = {XSD + "date": VALUE_KINDS["date"], XSD + "gYear": VALUE_KINDS["year"]}
