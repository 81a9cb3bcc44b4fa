"""How a day, an amount and a number are written in each language."""

from datetime import date
from decimal import Decimal

from guidekg.i18n import Language

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_TEN_THOUSAND = 10_000
_UNITS = {"CNY": "元"}  # how currencies are written in Chinese, where not by their codes


def day(lang: Language, value: date) -> str:
    """Return a day as people write it."""
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def money(lang: Language, value: int | Decimal, currency: str) -> str:
    """Return an amount in a currency (ISO 4217), in Chinese in ten thousands where it is round."""
    if lang == "en":
        return f"{currency} {value:,}"
    unit = _UNITS.get(currency, f" {currency}")
    if value and value % _TEN_THOUSAND == 0:
        return f"{value // _TEN_THOUSAND:,} 万{unit}"
    return f"{value:,}{unit}" if unit.startswith(" ") else f"{value:,} {unit}"


def months(lang: Language, value: int) -> str:
    """Return a duration; whole years as years."""
    years, rest = divmod(value, 12)
    if rest or not years:
        return f"{value} 个月" if lang == "zh" else f"{value} months"
    if lang == "zh":
        return f"{years} 年"
    return "1 year" if years == 1 else f"{years} years"
