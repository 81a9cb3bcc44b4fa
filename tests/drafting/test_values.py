"""Numbers, money, shares, periods and dates, as the genre writes them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidekg.drafting.glossary import translated
from guidekg.drafting.structure import folded
from guidekg.drafting.values import amounts, counts, moments, months, number, plain, shares

HAN = "零一二三四五六七八九"


def han(value: int) -> str:
    """Write a number below a hundred in Chinese."""
    tens, ones = divmod(value, 10)
    return (
        (HAN[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (HAN[ones] if ones or not tens else "")
    )


@given(st.integers(0, 99))
def test_chinese_numerals(value: int) -> None:
    assert number(han(value)) == value


@pytest.mark.parametrize(
    ("words", "least", "most", "currency"),
    [
        ("每项不超过120万元", 1_200_000, 1_200_000, "CNY"),
        ("２０万元至４０万元", 200_000, 400_000, "CNY"),
        ("40-60万元", 400_000, 600_000, "CNY"),
        ("20万至40万元", 200_000, 400_000, "CNY"),
        ("3.2亿元", 320_000_000, 320_000_000, "CNY"),
        ("5000元", 5000, 5000, "CNY"),
        ("1,500,000元", 1_500_000, 1_500_000, "CNY"),
        ("五十万元", 500_000, 500_000, "CNY"),
        ("100万港元", 1_000_000, 1_000_000, "HKD"),
        ("10万美元", 100_000, 100_000, "USD"),
    ],
)
def test_money(words: str, least: float, most: float, currency: str) -> None:
    (found,) = amounts(folded(words))
    assert (found.least, found.most, found.currency) == (least, most, currency)


@pytest.mark.parametrize("words", ["3万字", "1万名", "2024年", "第3条", "5个", "12项"])
def test_what_is_no_money(words: str) -> None:
    assert list(amounts(words)) == []


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ("不超过50%", 0.5),
        ("不低于１．５％", 0.015),
        ("1:1", 1.0),
        ("1∶0.5", 0.5),
        ("1.5:1", 1.5),
        ("2:1", 2.0),
        ("百分之五十", 0.5),
        ("三分之一", 0.333333),
        ("全额", 1.0),
    ],
)
def test_shares(words: str, share: float) -> None:
    assert [value for value, *_ in shares(folded(words))] == [share]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("3年", 36),
        ("三年", 36),
        ("两年", 24),
        ("半年", 6),
        ("一年半", 18),
        ("18个月", 18),
        ("十八个月", 18),
        ("2-3年", [24, 36]),
        ("2至3年", [24, 36]),
        ("满一周年", 12),
    ],
)
def test_periods(words: str, value: Any) -> None:
    found = months(words)
    assert found
    assert found[0] == value


@pytest.mark.parametrize("words", ["2024年", "2023年度", "近年"])
def test_what_is_no_period(words: str) -> None:
    assert months(words) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2024年7月1日9:00", "2024-07-01T09:00"),
        ("７月２６日17时", "2024-07-26T17:00"),
        ("7月26日下午5时30分", "2024-07-26T17:30"),
        ("3月1日", "2025-03-01"),  # before the month of issue: the next year's
        ("8月中旬", ["2024-08-11", "2024-08-20"]),
        ("8月下旬", ["2024-08-21", "2024-08-31"]),
        ("11月底", "2024-11-30"),
        ("11月最后一个工作日17时", "2024-11-last-workdayT17:00"),
        ("2024-09-30", "2024-09-30"),
        ("2024年底", "2024-12-31"),
    ],
)
def test_moments(words: str, value: Any) -> None:
    assert [one.value for one in moments(folded(words), (2024, 6))] == [value]


def test_a_day_without_any_year_has_none() -> None:
    assert moments("5月9日16:00")[0].value == "--05-09T16:00"


def test_the_end_of_a_window_may_be_a_day_alone() -> None:
    assert [one.value for one in moments("2024年3月16日至18日")] == ["2024-03-16", "2024-03-18"]


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    for words in (f"{day.year}年{day.month}月{day.day}日", day.isoformat()):
        assert [one.value for one in moments(words)] == [day.isoformat()]
    after = day + timedelta(days=1)
    both = f"{day.year}年{day.month}月{day.day}日至{after.year}年{after.month}月{after.day}日"
    assert [one.value for one in moments(both)] == [day.isoformat(), after.isoformat()]


@given(st.integers(1, 10**9))
def test_money_in_yuan(value: int) -> None:
    for words in (f"{value}元", f"{value:,}元"):
        assert [one.most for one in amounts(words)] == [value]


def test_counts() -> None:
    assert [one[0] for one in counts("限报2项，3万字以内", "项|字")] == [2, 30_000]
    assert plain(2.0) == 2
    assert plain(0.5) == 0.5


@pytest.mark.parametrize(
    ("words", "en"),
    [
        ("每项不超过150万元", "each project at most CNY 1,500,000"),
        ("补助10万元至20万元", "grant CNY 100,000 to CNY 200,000"),
        ("不超过３０万欧元", "at most EUR 300,000"),
        ("单位：万元", ""),
        ("每项不超过150万两", ""),
    ],
)
def test_a_label_in_english_has_amounts_as_english_writes_them(words: str, en: str) -> None:
    assert translated(words) == en
