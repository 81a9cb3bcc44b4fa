"""The deadlines on a line: those that are known, those that a fact would tell, and those not stated."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Reading, Thing
from guidekg.i18n import Label, Language
from guidekg.questions import Row
from guidekg.validation.facts import Facts
from guidekg.web.judging.words import WORDS as FACT_WORDS
from guidekg.web.pages.layout import localized, page
from guidekg.web.pages.validate import facts_asked

PATH = "/timeline"
PROVINCIAL, CALL_YEAR = "provincial-deadline", "call-year"
_TICKS = 12  # at most
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WORDS: dict[str, Label] = {
    "timeline": Label("截止时间线", "Deadlines on a line"),
    "timeline-lead": Label(
        "外方截止时间按先后排列；指南未写明的，如实标为未知。",
        "The foreign deadlines in their order; what the guide leaves open is shown as open.",
    ),
    "facts": Label("补充事实", "What you know"),
    "year-read": Label("解读为 {value}；留空则照此。", "Read as {value} where this is empty."),
    "fact-open": Label("指南未写明；不知道就留空。", "The guide leaves it open; empty if unknown."),
    "draw": Label("重画", "Draw again"),
    "reset": Label("恢复原样", "As the guide has it"),
    "call": Label("征集或专题", "Call or track"),
    "deadline": Label("外方截止时间", "Foreign deadline"),
    "on-line": Label("时间线", "On the line"),
    "the-year": Label("年份", "The year"),
    "year-given": Label(
        "年份按您给出的 {year} 年计；指南的解读是 {read} 年。",
        "The year is {year}, as you gave it; the guide is read to mean {read}.",
    ),
    "year-is-read": Label(
        "指南只印月和日，年份 {year} 是解读。",
        "The guide prints day and month alone; the year {year} is a reading.",
    ),
    "as-province": Label("与我省一致", "the same as the province's"),
    "unknown": Label("未知", "unknown"),
    "given": Label("按您给出的事实", "by the fact that you gave"),
    "province": Label("我省", "The province"),
    "legend-stated": Label("写明月日", "day and month stated"),
    "legend-given": Label("由补充的事实得出", "from a fact that you gave"),
    "legend-unknown": Label("未知：取决于我省截止时间", "unknown: it depends on the province's"),
    "legend": Label("图例", "Legend"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A call, and when its deadline is: ``kind`` is stated, given, unknown, not-stated or no-foreign-filing."""

    call: Thing
    kind: str
    day: date | None
    row: Row
    as_province: bool


class Tick(NamedTuple):
    """A month on the axis; ``at`` is its place in percent."""

    at: float
    label: Label


class Axis:
    """Whole years, from the first that has a deadline to the last."""

    def __init__(self, days: list[date], year: int) -> None:
        years = [day.year for day in days] or [year]
        self._first = date(min(years), 1, 1)
        self._end = date(max(years), 12, 31)

    def at(self, day: date) -> float:
        """Return the place of a day, in percent."""
        return round(100 * (day - self._first).days / ((self._end - self._first).days + 1), 2)

    @property
    def ticks(self) -> list[Tick]:
        """The months that are written, every so many where they are many."""
        years = self._end.year - self._first.year + 1
        step = -(-12 * years // _TICKS)
        found = []
        for month in range(0, 12 * years, step):
            day = date(self._first.year + month // 12, month % 12 + 1, 1)
            found.append(Tick(self.at(day), _month(day, alone=years == 1)))
        return found


def _month(day: date, *, alone: bool) -> Label:
    zh, en = f"{day.month}月", _MONTHS_EN[day.month - 1]
    return Label(zh, en) if alone else Label(f"{day.year}.{day.month}", f"{en} {day.year}")


def day_text(day: date, lang: Language) -> str:
    """Return a day as a person writes it."""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    rows = list(kg.questions["deadlines"]())
    asked = [fact for fact in facts_asked(kg) if fact.name in (PROVINCIAL, CALL_YEAR)]
    readings = _readings(kg)
    read = next((fact.read for fact in asked if fact.name == CALL_YEAR), "")

    async def show(request: Request) -> Response:
        params = request.query_params
        given = {fact.name: params[fact.name] for fact in asked if params.get(fact.name)}
        Facts(kg.store, given, None)  # which refuses what is not of its form
        entries = _entries(rows, given)
        days = [entry.day for entry in entries if entry.day]
        return page(
            request,
            "timeline.html",
            title=WORDS["timeline"],
            description=WORDS["timeline-lead"],
            words={**FACT_WORDS, **WORDS},
            entries=entries,
            axis=Axis(days, int(given.get(CALL_YEAR) or read or date.today().year)),
            asked=asked,
            given=given,
            read=read,
            year=given.get(CALL_YEAR) or read,
            year_readings=readings,
            day_text=day_text,
        )

    return localized(PATH, show)


def _entries(rows: list[Row], given: dict[str, str]) -> list[Entry]:
    """Return the calls: first those with a day, in its order, then the unknown, then the rest."""
    found = []
    for row in rows:
        call, status, day = (row[name].value for name in ("scheme", "status", "date"))
        kind, as_province = str(status), status == "same-as-province"
        if isinstance(day, date) and (year := given.get(CALL_YEAR)):
            day = _in_year(day, int(year))
        if as_province:
            supplied = given.get(PROVINCIAL)
            kind, day = ("given", date.fromisoformat(supplied)) if supplied else ("unknown", None)
        if isinstance(call, Thing):
            found.append(
                Entry(call, kind, day if isinstance(day, date) else None, row, as_province)
            )
    order = ("stated", "given", "unknown", "not-stated", "no-foreign-filing")
    return sorted(
        found, key=lambda one: (one.day is None, one.day or date.max, order.index(one.kind))
    )


def _in_year(day: date, year: int) -> date:
    """Return a day in another year; 29 February is the 28th where the year has none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _readings(kg: KnowledgeGraph) -> tuple[Reading, ...]:
    """Return why the year is read as it is."""
    rows = kg.questions["call-year"]()
    return tuple(dict.fromkeys(reading for row in rows for reading in row.readings))
