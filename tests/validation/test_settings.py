"""What a developer sets for a validation, and what the report then lets pass: nothing by mistake."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from guidekg.errors import UnknownQuestionError, UnknownSettingError, ValueFormError
from guidekg.reports.report import ReportError
from guidekg.validation.facts import FactError

if TYPE_CHECKING:
    from collections.abc import Callable

    from guidekg import KnowledgeGraph

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "examples/finland.ttl"
# Without the foreign filing: undecided until the deadline has passed, unmet afterwards.
DUAL = GOOD.read_bytes().replace(b" , ex:battery-scrap-filing-fi ;", b" ;")
ENGINES = ("pyshacl", "shacl")


class Timestamp(datetime):
    """A subclass, as that of pandas."""


class NaT(datetime):
    """What pandas gives for no moment: a datetime without a day."""

    def date(self) -> date:
        raise ValueError("NaTType does not support date")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2022, 9, 30, 23, 59, 59),  # without a zone, as users give it
        datetime(2022, 9, 30, 23, 0, tzinfo=UTC),
        datetime(2022, 9, 30, 1, 0, tzinfo=timezone(timedelta(hours=8))),
        Timestamp(2022, 9, 30, 12),  # as above
        "2022-09-30",
    ],
    ids=str,
)
def test_a_moment_means_its_own_day(kg: KnowledgeGraph, engine: Any, moment: Any) -> None:
    settings: dict[str, Any] = {"engine": engine, "facts": {"provincial-deadline": moment}}
    found = kg.validate(DUAL, as_of=moment, **settings)
    settings["facts"] = {"provincial-deadline": date(2022, 9, 30)}
    expected = kg.validate(DUAL, as_of=date(2022, 9, 30), **settings)
    assert found.judgements == expected.judgements
    assert {judgement.verdict for judgement in found} == {"undecided"}
    assert found.header == expected.header
    assert type(found.header.as_of) is date


@pytest.mark.parametrize(
    "wrong",
    ["30.9.2022", "", 20220930, 1.5, NaT(2022, 1, 1), object()],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("setting", ["as-of", "provincial-deadline"])
def test_what_is_no_day_is_refused(kg: KnowledgeGraph, setting: str, wrong: Any) -> None:
    settings: Any = {"as_of": wrong} if setting == "as-of" else {"facts": {setting: wrong}}
    with pytest.raises(FactError, match=rf"{setting}.* is a day such as 2022-09-15, not") as caught:
        kg.validation(**settings)
    assert re.search(rf"{setting}.*应当是日期", caught.value.zh)


@pytest.mark.parametrize("door", ["validate", "validate_iter", "validation"])
@pytest.mark.parametrize(
    ("engine", "nearest"), [("pyshcal", ("pyshacl", "shacl")), (None, ("auto", "pyshacl", "shacl"))]
)
def test_an_unknown_engine_is_refused_with_the_nearest(
    kg: KnowledgeGraph, door: str, engine: Any, nearest: tuple[str, ...]
) -> None:
    sources = () if door == "validation" else (GOOD,)
    with pytest.raises(UnknownSettingError, match=f"no engine is called '{engine}'") as caught:
        getattr(kg, door)(*sources, engine=engine)
    assert caught.value.nearest == nearest
    assert "没有名为" in caught.value.zh


def test_an_unknown_language_or_form_is_refused(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownSettingError, match="no language is called 'fr'") as caught:
        kg.validate(GOOD, lang="fr")  # type: ignore[arg-type]  # that is the point
    assert caught.value.nearest == ("zh", "en")
    report = kg.validate(GOOD, as_of="2022-10-01")
    wrong: list[Callable[[], str]] = [
        lambda: report.render("text", "fr"),  # type: ignore[arg-type]  # as above
        lambda: report.render("jsn"),
    ]
    for render in wrong:
        with pytest.raises(UnknownSettingError):
            render()


def test_a_report_is_ok_only_if_all_was_judged_and_is_eligible(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    validation = kg.validation(as_of="2022-10-01")
    good = validation.report(GOOD)
    assert good.ok
    good.raise_for_problems()
    assert [judgement.verdict for judgement in good] == ["eligible"]

    findings = validation.report(ROOT / "examples/letter-of-intent.ttl")
    assert not findings.ok
    findings.raise_for_problems()
    assert len(list(findings)) == len(findings) == 1

    cut = tmp_path / "cut.ttl"
    cut.write_bytes(GOOD.read_bytes()[:-40])
    some = validation.report(GOOD, cut, tmp_path / "missing.ttl")
    assert not some.ok
    assert [judgement.verdict for judgement in some.judgements] == ["eligible"]
    for look in (
        some.raise_for_problems,
        lambda: all(judgement.verdict == "eligible" for judgement in some),
    ):
        with pytest.raises(ReportError, match=r"cut\.ttl: .*; .*missing\.ttl: ") as caught:
            look()
        assert caught.value.problems == tuple(some.problems)
        assert "并非全部材料都已核对" in caught.value.zh

    good.partial = True
    for report, words in ((validation.report(), "no proposal"), (good, "broken off")):
        assert not report.ok
        with pytest.raises(ReportError, match=words):
            list(report)


def test_values_are_bound_as_what_they_are(kg: KnowledgeGraph) -> None:
    query = "SELECT ?value { BIND(?value AS ?same) }"
    moment = datetime(2022, 9, 30, 1, 2, tzinfo=UTC)
    for value, text, kind in (
        (moment, "2022-09-30T01:02:00Z", "dateTime"),
        (moment.date(), "2022-09-30", "date"),
        (1.5, "1.5", "double"),
    ):
        (row,) = kg.query(query, value=value)  # type: ignore[misc]  # a SELECT
        assert row["value"].value.replace("+00:00", "Z") == text
        assert row["value"].datatype.value.endswith(f"#{kind}")
    with pytest.raises(ValueFormError, match="a variable cannot be bound to a list"):
        kg.query(query, value=[1])  # type: ignore[arg-type]  # that is the point
    ask = kg.questions["deadline-on-date"]
    day, at = {"on": moment.date()}, {"on": moment}
    assert ask.bind(at) == ask.bind(day)  # type: ignore[arg-type]  # each a date


def test_questions_are_a_mapping(kg: KnowledgeGraph) -> None:
    assert "deadlines" in kg.questions
    assert "deadlins" not in kg.questions
    assert 3 not in kg.questions
    assert kg.questions.get("deadlins") is None
    assert kg.questions.get("deadlines") is kg.questions["deadlines"]
    with pytest.raises(KeyError) as caught:
        kg.questions["deadlins"]
    assert isinstance(caught.value, UnknownQuestionError)
    assert str(caught.value).startswith("no question is called 'deadlins'; the nearest: deadlines")
