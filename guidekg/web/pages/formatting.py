"""How a day, an amount and a number are written in each language."""

from datetime import date
from decimal import Decimal

from guidekg.i18n import Language

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_TEN_THOUSAND = 10_000


def day(lang: Language, value: date) -> str:
    """Return a day as people write it."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def money(lang: Language, value: int | Decimal) -> str:
    """Return an amount in yuan."""
    if lang == "en":
        return f"CNY {value:,}"
    if value and value % _TEN_THOUSAND == 0:
        return f"{value // _TEN_THOUSAND:,} 万元"
    return f"{value:,} 元"


def months(lang: Language, value: int) -> str:
    """Return a duration; whole years as years."""
    years, rest = divmod(value, 12)
    if rest or not years:
        return f"{value} 个月" if lang == "zh" else f"{value} months"
    if lang == "zh":
        return f"{years} 年"
    return "1 year" if years == 1 else f"{years} years"
