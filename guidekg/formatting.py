"""Days, amounts, durations and numbers as people write them in each language.

Babel has the forms, those of the Unicode CLDR. It takes 40 ms to import, so that a module which the
command line always loads must not import this one.
"""

from datetime import date
from decimal import Decimal

from babel import localedata
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, get_currency_name
from babel.units import format_unit

from guidekg.i18n import Language

_LOCALES: dict[Language, str] = {"zh": "zh", "en": "en_GB"}
_TEN_THOUSAND = 10_000

# The forms are read now, and not while a server makes its first page.
for _name in _LOCALES.values():
    localedata.load(_name)


def format_day(value: date, lang: Language) -> str:
    """Return a day: ``2022年7月13日``, ``13 July 2022``."""
    return format_date(value, "long", _LOCALES[lang])


def format_month_day(value: str, lang: Language) -> str:
    """Return a day of any year, such as ``--07-13``: ``7月13日``, ``13 July``; as it is, if it is none."""
    try:
        day = date.fromisoformat("2000" + value[1:])  # a leap year
    except ValueError:
        return value
    return format_skeleton("MMMMd", day, locale=_LOCALES[lang])


def format_month(value: date, lang: Language, *, with_year: bool) -> str:
    """Return the month of a day, short: ``7月``, ``Jul``; with its year ``2022年7月``, ``Jul 2022``."""
    return format_skeleton("yMMM" if with_year else "MMM", value, locale=_LOCALES[lang])


def format_number(value: float | Decimal, lang: Language) -> str:
    """Return a number with its digits grouped, and at most one decimal."""
    return format_decimal(value, "#,##0.#", locale=_LOCALES[lang])


def format_months(value: int, lang: Language) -> str:
    """Return a duration that is given in months; whole years as years."""
    years, rest = divmod(value, 12)
    if rest or not years:
        return format_unit(value, "duration-month", locale=_LOCALES[lang])
    return format_unit(years, "duration-year", locale=_LOCALES[lang])


def format_amount(value: int | Decimal, currency: str | None, lang: Language) -> str:
    """Return an amount of money: ``150万元``, ``CNY 1,500,000``.

    Args:
        value: in units of the currency.
        currency: its ISO 4217 code; None gives the number alone.
        lang: the language.
    """
    if currency is None:
        return format_decimal(value, "#,##0.##", locale=_LOCALES[lang])
    if lang == "en":
        return format_currency(
            value, currency, "¤¤ #,##0.##", locale=_LOCALES[lang], currency_digits=False
        )
    # By hand: CLDR would have ¥150万 or 150万人民币, where Chinese documents have 150万元.
    unit = "元" if currency == "CNY" else get_currency_name(currency, locale=_LOCALES[lang])
    if value and value % _TEN_THOUSAND == 0:
        value, unit = value // _TEN_THOUSAND, f"万{unit}"
    return format_decimal(value, "#,##0.##", locale=_LOCALES[lang]) + unit
