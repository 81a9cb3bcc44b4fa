"""What the slot of a pattern takes from the words of a clause: a value, its unit and its bound.

The slots are those of patterns.toml; values, units and bounds those of the format of facts.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from guidekg.drafting import values

Filled = tuple[Any, str, str]
_LEAST = re.compile(r"不(?:得)?(?:低于|少于|小于|短于)|至少|以上|满|达到|最低|最少")
_MOST = re.compile(r"不(?:得|能)?(?:超过|高于|多于|大于)|最(?:高|多|长)|至多|以内|以下|内|限")
_AGE = re.compile(rf"({values.NUMBER})\s*(?:周岁|岁)")
_TIMES = re.compile(rf"({values.NUMBER})\s*倍")
_TELEPHONE = re.compile(r"\d{3,4}-\d{6,8}(?:-\d+)?|1[3-9]\d{9}|[\w.+-]+@[\w.-]+")
_LINK = re.compile(r"https?://[\w./?=&#%:-]+")
_LISTING = re.compile(
    r"^(?:优先支持|重点支持|支持|面向|围绕|聚焦|包括|主要?用于|用于|在|于)|等?(?:相关)?(?:领域|方向|产业)?$"
)
_LISTED = re.compile(r"[、,/]|重点(?:包括|支持|围绕)|(?:以)?及|和(?=.{2})")


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a pattern.

    Attributes:
        sort: which slot; empty for none.
        units: an expression of what is counted.
        unit: of the value, where the pattern says it.
        bound: min, max or exact, where the pattern says it.
    """

    sort: str = ""
    units: str = ""
    unit: str = ""
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """When a text was issued: what days without a year are after, and what 即日起 begins with.

    Attributes:
        since: the year and month from which days without a year are.
        issued: the day of issue, as ISO 8601; empty if it is not known.
    """

    since: tuple[int, int] | None = None
    issued: str = ""

    @classmethod
    def of(cls, text: str) -> "Times":
        """Return the times of a text: by its date of issue at the end, else by its title."""
        dated = re.findall(r"(20\d\d)年(\d{1,2})月\d{1,2}日\s*(?:$|\n)", text.rstrip()[-400:])
        last = re.findall(r"20\d\d年\d{1,2}月\d{1,2}日\s*$", text.rstrip())
        issued = values.moments(last[-1])[0].value if last else ""
        title = re.search(r"(20\d\d)\s*年?度?", text[:300])
        years = [int(year) for year in re.findall(r"(20\d\d)年\d{1,2}月", text)]
        if dated:
            return cls((int(dated[-1][0]), int(dated[-1][1])), issued)
        if title:
            return cls((int(title[1]), 1), issued)
        return cls((max(set(years), key=years.count), 1) if years else None, issued)

    def moments(self, words: str) -> list[values.Moment]:
        """Return the moments in words; what recurs every year is of no year."""
        return values.moments(words, None if "每年" in words else self.since)


def fill(slot: Slot, words: str, times: Times) -> Filled:
    """Return the value that folded words give to a slot (None if they give none), its unit and bound."""
    filler = _FILLERS.get(slot.sort)
    return filler(slot, words, times) if filler else (None, slot.unit, "")


def _bound(slot: Slot, words: str) -> str:
    if slot.bound:
        return slot.bound
    return "min" if _LEAST.search(words) else "max" if _MOST.search(words) else "exact"


def _money(slot: Slot, words: str, _times: Times) -> Filled:
    found = [amount for amount in values.amounts(words) if amount.most]
    if not found:
        share = next(values.shares(words), None)
        return (share[0], "ratio", "max") if share else (None, slot.unit, "")
    amount = found[-1] if "其中" in words else found[0]
    return values.plain(amount.most), amount.currency, _bound(slot, words)


def _range(slot: Slot, words: str, times: Times) -> Filled:
    found = [amount for amount in values.amounts(words) if amount.most]
    if not found:
        return _money(slot, words, times)
    return [values.plain(found[0].least), values.plain(found[0].most)], found[0].currency, ""


def _share(slot: Slot, words: str, _times: Times) -> Filled:
    bound = _bound(slot, words)
    share = next(values.shares(words), None)
    if share:
        return values.plain(share[0]), "ratio", bound
    amount = next(values.amounts(words), None)
    if amount:
        return values.plain(amount.most), amount.currency, bound
    times = _TIMES.search(words)
    return (values.number(times[1]) if times else None), "ratio", bound


def _shares(_slot: Slot, words: str, _times: Times) -> Filled:
    found = [values.plain(value) for value, *_ in values.shares(words)]
    return (found or None), ("ratio" if found else ""), ""


def _months(slot: Slot, words: str, _times: Times) -> Filled:
    period = values.months(words)
    return (period[0] if period else None), "months", _bound(slot, words)


def _age(_slot: Slot, words: str, _times: Times) -> Filled:
    years = _AGE.search(words)
    if years:
        bound = "min" if re.search("年满|以上", words) else "max"
        return values.plain(values.number(years[1]) or 0), "years", bound
    days = values.moments(words)
    return (days[0].value if days else None), "date", "min"


def _registration(_slot: Slot, words: str, times: Times) -> Filled:
    period = values.months(words)
    if period:
        return period[0], "months", "min"
    days = times.moments(words)
    return (days[0].value if days else None), "date", "max"


def _date(_slot: Slot, words: str, times: Times) -> Filled:
    found = [moment.value for moment in times.moments(words)]
    return (None if not found else found[0] if len(found) == 1 else found), "", ""


def _window(_slot: Slot, words: str, times: Times) -> Filled:
    found = [moment.value for moment in times.moments(words)]
    if not found:
        return None, "", ""
    if len(found) == 1 and re.search("即日|之日起", words):
        return [times.issued or None, found[0]], "", ""
    return [found[0], found[1] if len(found) > 1 else None], "", ""


def _count(slot: Slot, words: str, _times: Times) -> Filled:
    counted = list(values.counts(words, slot.units))
    if not counted and re.search(r"不(?:设|下设|分设)", words):
        return 0, slot.unit, "max"
    return (counted[-1][0] if counted else None), slot.unit, _bound(slot, words)


def _number(slot: Slot, words: str, _times: Times) -> Filled:
    amount = next(values.amounts(words), None)
    if amount:
        return values.plain(amount.most), amount.currency, _bound(slot, words)
    counted = list(values.counts(words, "人|名|平方米|台|个|项"))
    return (
        (counted[0][0] if counted else words),
        ("persons" if counted else ""),
        _bound(slot, words),
    )


@cache
def _bodies() -> Mapping[str, str]:
    """Return the kinds of organisations by the words for them."""
    data = tomllib.loads(Path(__file__).with_name("slots.toml").read_text(encoding="utf-8"))
    return dict(data["organisations"])


def _kinds(_slot: Slot, words: str, _times: Times) -> Filled:
    found = dict.fromkeys(kind for word, kind in _bodies().items() if word in words)
    return list(found) or words, "", ""


def _list(_slot: Slot, words: str, _times: Times) -> Filled:
    parts = _LISTED.split(_LISTING.sub("", words))
    return [part.strip() for part in parts if part.strip()], "", ""


def _telephone(_slot: Slot, words: str, _times: Times) -> Filled:
    found = _TELEPHONE.search(words)
    return (found[0] if found else words), "", ""


def _link(_slot: Slot, words: str, _times: Times) -> Filled:
    found = _LINK.search(words)
    return (found[0] if found else None), "", ""


def _whole(slot: Slot, words: str, _times: Times) -> Filled:
    return words, slot.unit, ""


_FILLERS: dict[str, Callable[[Slot, str, Times], Filled]] = {
    "money": _money,
    "range": _range,
    "share": _share,
    "shares": _shares,
    "months": _months,
    "age": _age,
    "registration": _registration,
    "date": _date,
    "window": _window,
    "count": _count,
    "number": _number,
    "kinds": _kinds,
    "list": _list,
    "telephone": _telephone,
    "link": _link,
    "whole": _whole,
}
