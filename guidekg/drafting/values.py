"""Numbers, money, shares, periods and dates as the genre writes them, in folded text.

Chinese numerals are read by cn2an; what it does not read is read here: shares (百分之五十, 三分之一,
1:0.5), half years, the third part of a month (中旬), the end of one (月底), its last working day.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_HAN = "零〇一二两三四五六七八九十百"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{_HAN}]+(?:点[{_HAN}]+)?)"
_SCALE = {"": 1, "元": 1, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_CURRENCIES = {
    "元": "CNY",
    "人民币": "CNY",
    "": "CNY",
    "港元": "HKD",
    "港币": "HKD",
    "澳门元": "MOP",
    "澳门币": "MOP",
    "美元": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "新元": "SGD",
}
_UNIT = "元人民币|元港币|元|港元|港币|澳门元|澳门币|美元|欧元|英镑|日元|新元"
MONEY = rf"(?:人民币|港币)?{NUMBER}\s*(?:(?:千万|百万|十万|万|亿|千)\s*(?:{_UNIT})?|(?:{_UNIT}))"
_MONEY = re.compile(
    rf"(?P<first>{NUMBER})\s*(?P<scale1>千万|百万|十万|万|亿|千)?\s*(?P<unit1>{_UNIT})?"
    rf"(?:\s*(?:-|~|至|到|—)+\s*(?P<second>{NUMBER})\s*(?P<scale2>千万|百万|十万|万|亿|千)?\s*(?P<unit2>{_UNIT})?)?"
)
SHARE = rf"(?:{NUMBER}\s*%|百分之[{_HAN}]+|[{_HAN}]+分之[{_HAN}]+|\d+(?:\.\d+)?\s*:\s*\d+(?:\.\d+)?|全额|半数)"
_SHARE = re.compile(SHARE)
PERIOD = rf"(?:{NUMBER}(?:-|~|至|到){NUMBER}\s*(?:年|个月)|{NUMBER}\s*(?:个?周年|个月|年半|年(?!度|\d|以来|内发))|半年)"
_PERIOD = re.compile(
    rf"(?:(?P<low>{NUMBER})(?:年|个月)?(?:-|~|至|到))?(?P<count>{NUMBER})\s*(?P<unit>个?周年|个月|年半|年)|(?P<half>半年)"
)
_CLOCK = r"(?:(?:上午|下午|晚上?)?\d{1,2}(?::\d{2}|[时点](?:\d{1,2}分|整|半)?))"
DATE = (
    rf"(?:(?:\d{{4}}|当|次|翌|本|同)年)?\d{{1,2}}月(?:\d{{1,2}}[日号]|上旬|中旬|下旬|底|末|初|最后一个工作日)?"
    rf"(?:\([^()]{{1,8}}\))?\s*(?:24时|{_CLOCK})?|\d{{4}}年(?:底|末|初)|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
)
_DATE = re.compile(
    r"(?:(?P<year>\d{4}|当|次|翌|本|同)年)?(?P<month>\d{1,2})月(?:(?=、\d{1,2}月最后一个工作日)(?P<too>))?"
    r"(?:(?P<day>\d{1,2})[日号]|(?P<part>上旬|中旬|下旬|底|末|初|最后一个工作日))?(?:\([^()]{1,8}\))?\s*"
    r"(?:(?P<half>上午|下午|晚上?)?(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|[时点](?:(?P<minutes>\d{1,2})分|整|(?P<thirty>半))?))?"
    r"|(?P<dashed>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:\s*(?P<clock>\d{1,2}:\d{2}))?"
    r"|(?P<only>\d{4})年(?P<end>底|末|初)"
)
_DAY_ONLY = re.compile(r"(?:至|-|~|到)(?P<day>\d{1,2})[日号]")


@lru_cache(4096)
def number(words: str) -> float | None:
    """Return the number that words write, in digits or in Chinese; None if they write none."""
    words = words.replace(",", "").strip()
    with suppress(ValueError):
        return float(words)
    import cn2an  # type: ignore[import-untyped]  # noqa: PLC0415  # an extra

    with suppress(ValueError, TypeError, KeyError):
        return float(cn2an.cn2an(words.replace("〇", "零"), "smart"))
    return None


def plain(value: float) -> float | int:
    """Return a number without a fraction that is none."""
    return int(value) if value == int(value) else round(value, 6)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money, or a range of them, with its currency (ISO 4217) and its place in the words."""

    least: float
    most: float
    currency: str
    start: int
    end: int


def amounts(words: str) -> Iterator[Amount]:
    """Yield the amounts of money in folded words."""
    for found in _MONEY.finditer(words):
        units = found["unit1"], found["unit2"]
        scales = found["scale1"], found["scale2"]
        if not any(units) and not any(scale in ("万", "亿", "千万", "百万") for scale in scales):
            continue
        if not any(units) and not re.match(
            r"元|$|[^一-龥]|的|以|左右|至|到|/", words[found.end() :][:2]
        ):
            continue
        least, most = number(found["first"]), number(found["second"] or "")
        if least is None:
            continue
        scale = _SCALE[scales[0] or ("" if units[0] else scales[1]) or ""]
        unit = re.sub("元(?=人民币|港币)", "", units[1] or units[0] or "")
        if not unit and words[max(0, found.start() - 2) : found.start()] in ("港币", "美元"):
            unit = words[found.start() - 2 : found.start()]
        first = least * scale
        second = most * _SCALE[scales[1] or ""] if most is not None else first
        yield Amount(first, second, _CURRENCIES.get(unit, "CNY"), found.start(), found.end())


def shares(words: str) -> Iterator[tuple[float, int, int]]:
    """Yield the shares in words as fractions (1:0.5 is 0.5, own money over grant), with their places."""
    for found in _SHARE.finditer(words):
        said, value = found[0].replace(" ", ""), None
        if said == "全额":
            value = 1.0
        elif said.endswith("%"):
            read = number(said[:-1])
            value = None if read is None else read / 100
        elif ":" in said:
            first, second = map(float, said.split(":"))
            # The grant is what stands as 1, where one of the two is 1.
            value = (second if first == 1 else first / second) if second and first else None
        elif "分之" in said:
            whole, part = said.split("分之")
            top, bottom = number(part), 100.0 if whole == "百" else number(whole)
            value = top / bottom if top is not None and bottom else None
        if value is not None:
            yield round(value, 6), found.start(), found.end()


def months(words: str) -> tuple[float | int | list[float | int], int, int] | None:
    """Return the first period in words, in months, or [least, most], with its place."""
    for found in _PERIOD.finditer(words):
        if found["half"]:
            return 6, found.start(), found.end()
        count = number(found["count"])
        if count is None or (found["unit"].startswith("年") and count > 1900):
            continue
        factor = 1 if found["unit"] == "个月" else 12
        value = plain(count * factor + (6 if found["unit"] == "年半" else 0))
        low = number(found["low"]) if found["low"] else None
        if low is not None and low < 1900:
            return [plain(low * factor), value], found.start(), found.end()
        return value, found.start(), found.end()
    return None


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or moment, with its place in the words.

    ``value`` is as ISO 8601 writes it, ``--MM-DD`` where no year can be told, the first and last day
    where only a part of a month is named.
    """

    value: Any
    start: int
    end: int


def moments(words: str, since: tuple[int, int] | None = None) -> list[Moment]:
    """Return the days and moments in folded words; without a year one is of the first year since (year, month)."""
    found: list[Moment] = []
    last: int | None = None
    for match in _DATE.finditer(words):
        year = last
        if year is None and since and match["month"]:
            year = since[0] + (int(match["month"]) < since[1])
        value, last = _moment(match, year)
        if value is None:
            continue
        found.append(Moment(value, match.start(), match.end()))
        day = _DAY_ONLY.match(words, match.end())
        if day and match["month"]:
            again = f"{value[:-2]}{int(day['day']):02}" if isinstance(value, str) else value
            found.append(Moment(again, day.start("day"), day.end()))
    return found


def _moment(match: re.Match[str], year: int | None) -> tuple[Any, int | None]:
    """Return what a match says, and the year that it is of."""
    if match["dashed"]:
        parts = [int(part) for part in re.split(r"[-/.]", match["dashed"])]
        day = f"{parts[0]}-{parts[1]:02}-{parts[2]:02}"
        return (f"{day}T{match['clock']:0>5}" if match["clock"] else day), parts[0]
    if match["only"]:
        return f"{match['only']}-{'01-01' if match['end'] == '初' else '12-31'}", int(match["only"])
    said, month = match["year"], int(match["month"])
    if not 1 <= month <= 12:
        return None, year
    if said and said.isdecimal():
        year = int(said)
    next_year = said in ("次", "翌")
    head = f"{year + next_year if year else '-'}-{month:02}"
    return _within(match, head, monthrange(year or 2023, month)[1]), year


def _within(match: re.Match[str], head: str, final: int) -> Any:
    """Return the day of a month, its last working day, or the first and last day of a part of it."""
    part = match["part"] or ""
    if match["day"]:
        return f"{head}-{int(match['day']):02}{_clock(match)}"
    if part in ("底", "末"):
        return f"{head}-{final:02}"
    if part == "最后一个工作日" or match["too"] is not None:
        return f"{head}-last-workday{_clock(match)}"
    first, last = {"中旬": (11, 20), "下旬": (21, final), "上旬": (1, 10), "初": (1, 10)}.get(
        part, (1, final)
    )
    return [f"{head}-{first:02}", f"{head}-{last:02}"]


def _clock(match: re.Match[str]) -> str:
    if not match["hour"]:
        return ""
    hour = int(match["hour"]) + (
        12 if match["half"] in ("下午", "晚", "晚上") and int(match["hour"]) < 12 else 0
    )
    minute = match["minute"] or match["minutes"] or ("30" if match["thirty"] else "00")
    return f"T{hour:02}:{int(minute):02}"


def counts(words: str, units: str) -> Iterator[tuple[float | int, int, int]]:
    """Yield the numbers that stand before one of the units (an expression), with their places."""
    for found in re.finditer(rf"({NUMBER})\s*(万|亿)?\s*(?:{units})", words):
        value = number(found[1])
        if value is not None:
            yield plain(value * _SCALE[found[2] or ""]), found.start(), found.end()
