"""Days, amounts, durations and numbers, as people write them in each language."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from guidekg.formatting import (
    format_amount,
    format_day,
    format_month,
    format_months,
    format_number,
)

DAY = date(2022, 9, 3)


def test_a_day_is_written_in_full() -> None:
    assert format_day(DAY, "zh") == "2022年9月3日"
    assert format_day(DAY, "en") == "3 September 2022"


def test_a_month_is_written_short() -> None:
    assert format_month(date(2022, 7, 1), "zh", with_year=False) == "7月"
    assert format_month(date(2022, 7, 1), "en", with_year=False) == "Jul"
    assert format_month(date(2022, 7, 1), "zh", with_year=True) == "2022年7月"
    assert format_month(date(2022, 7, 1), "en", with_year=True) == "Jul 2022"


@pytest.mark.parametrize(
    ("value", "currency", "zh", "en"),
    [
        (1_500_000, "CNY", "150万元", "CNY 1,500,000"),
        (Decimal("1500000.0"), "CNY", "150万元", "CNY 1,500,000"),
        (12_000_000_000, "CNY", "1,200,000万元", "CNY 12,000,000,000"),
        (15_000, "CNY", "15,000元", "CNY 15,000"),
        (Decimal("12.50"), "CNY", "12.5元", "CNY 12.5"),
        (0, "CNY", "0元", "CNY 0"),
        (200_000, "EUR", "20万欧元", "EUR 200,000"),
        (200_000, None, "200,000", "200,000"),
    ],
)
def test_an_amount_is_written_with_its_currency(
    value: int | Decimal, currency: str | None, zh: str, en: str
) -> None:
    assert format_amount(value, currency, "zh") == zh
    assert format_amount(value, currency, "en") == en


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        (36, "3年", "3 years"),
        (12, "1年", "1 year"),
        (18, "18个月", "18 months"),
        (1, "1个月", "1 month"),
        (0, "0个月", "0 months"),
    ],
)
def test_whole_years_are_written_as_years(months: int, zh: str, en: str) -> None:
    assert format_months(months, "zh") == zh
    assert format_months(months, "en") == en


def test_a_number_is_grouped() -> None:
    assert format_number(1_234_567, "en") == format_number(1_234_567, "zh") == "1,234,567"
    assert format_number(98.76, "en") == "98.8"
    assert format_number(100.0, "zh") == "100"


@pytest.mark.parametrize("code", ["import guidekg", "from guidekg.cli import main"])
def test_babel_is_not_loaded_where_nothing_is_written(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nassert 'babel' not in sys.modules"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
