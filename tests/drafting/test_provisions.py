"""What a fact becomes in the graph: a constraint only where the words decide it whole."""

from __future__ import annotations

from typing import Any

import pytest

from guidekg.drafting.drafts import known_names
from guidekg.drafting.facts import Fact
from guidekg.drafting.provisions import Known, provision
from guidekg.drafting.reader import read_value
from guidekg.rdf.namespaces import compact


def made(
    quote: str, kind: str, modality: str = "must", *, conditional: bool = False, **given: Any
) -> dict[str, list[str]]:
    """Return what the provision of a fact states, by predicates; IRIs as ``prefix:name``."""
    value, unit, bound = read_value(kind, quote, quote)
    fact = Fact(
        *(quote, 0, len(quote), "guide", kind, modality),
        **{"value": value, "unit": unit, "bound": bound, **given},
    )
    stated: dict[str, list[str]] = {}
    for triple in provision(
        fact, Known(known_names(), conditional=conditional), "g-1", ["clause:g-0-9"]
    ).triples:
        said = triple.object.value if hasattr(triple.object, "value") else str(triple.object)
        name = "a" if triple.predicate.value.endswith("#type") else compact(triple.predicate.value)
        stated.setdefault(name, []).append(compact(said))
    return stated


def left(stated: dict[str, list[str]]) -> bool:
    """Whether a provision is left to a person: it is no constraint, and has a question."""
    return "gk:ManualCheck" in stated["a"] and "gk:question" in stated


def test_a_window_opens_with_the_day_and_closes_with_the_hour() -> None:
    words = "网上申报时间为2024年3月1日至2024年3月31日17时"
    stated = made(words, "filing-window")
    assert stated["gk:opens"] == ["2024-03-01T00:00:00+08:00"]
    assert stated["gk:closes"] == ["2024-03-31T17:00:00+08:00"]
    whole = made("网上申报时间为2024年3月1日至2024年3月31日", "filing-window")
    assert whole["gk:closes"] == ["2024-03-31T23:59:00+08:00"]


def test_an_hour_that_was_not_read_leaves_the_window_to_a_person() -> None:
    words = "推荐单位于2024年3月31日中午前完成推荐"
    assert left(made(words, "deadline", value="2024-03-31"))
    assert left(made("推荐单位于2024年3月31日下班前完成推荐", "deadline", value="2024-03-31"))
    window = "网上申报时间为2024年3月1日9时至2024年3月31日下班前"
    assert left(made(window, "filing-window", value=["2024-03-01T09:00", "2024-03-31"]))
    assert "gk:closes" in made("推荐单位于2024年3月31日前完成推荐", "deadline", value="2024-03-31")


@pytest.mark.parametrize(
    ("quote", "kind", "given"),
    [
        ("无需提交查新报告", "material", {}),
        ("申报时未签订合作协议", "agreement", {}),
        ("申报单位不具有独立法人资格", "qualification", {}),
        ("申报主体不是企业", "lead-kind", {"value": ["enterprise"]}),
        ("1970年1月1日前出生", "lead-age", {}),
        ("2022年1月1日后注册", "registration-age", {}),
        ("注册于2022年1月1日", "registration-age", {}),
        ("女性申请人须在1970年1月1日以后出生", "lead-age", {}),
        ("合作双方各自出资比例不低于30%", "matching-funds", {"value": 0.3}),
    ],
)
def test_what_is_denied_turned_or_conditional_is_left_to_a_person(
    quote: str, kind: str, given: dict[str, Any]
) -> None:
    assert left(made(quote, kind, **given))


@pytest.mark.parametrize(
    ("quote", "kind", "predicate", "said"),
    [
        ("1970年1月1日以后出生", "lead-age", "gk:opens", "1970-01-01"),
        ("2022年1月1日前注册", "registration-age", "gk:closes", "2022-01-01"),
        ("申报单位应当签订合作协议", "agreement", "gk:instrument", "topic:cooperation-agreement"),
        ("申报单位应当是企业", "lead-kind", "gk:accepts", "kind:enterprise"),
        ("申报单位应当具有独立法人资格", "qualification", "gk:accepts", "kind:legal-person"),
    ],
)
def test_what_the_words_decide_whole_is_a_constraint(
    quote: str, kind: str, predicate: str, said: str
) -> None:
    stated = made(quote, kind)
    assert stated[predicate] == [said]
    assert "gk:ManualCheck" not in stated["a"]


def test_a_doubtful_fact_is_left_to_a_person() -> None:
    assert left(made("1970年1月1日以后出生", "lead-age", confidence=0.4))


@pytest.mark.parametrize(
    ("quote", "strength", "word"),
    [
        ("原则上不超过50万元", "in-principle", "原则上"),
        ("应当不超过50万元", "required", "应当"),
        ("应不超过50万元", "required", "应"),
    ],
)
def test_the_word_says_how_strongly(quote: str, strength: str, word: str) -> None:
    stated = made(quote, "maximum-grant")
    assert stated["gk:strength"] == [f"strength:{strength}"]
    assert stated["gk:strengthWord"] == [word]


def test_words_with_a_condition_are_data_where_a_person_states_it() -> None:
    words = "由企业牵头的，自筹经费不低于资助额的1.5倍"
    assert left(made(words, "matching-funds"))
    stated = made(words, "matching-funds", conditional=True)
    assert (stated["gk:minimum"], "gk:Limit" in stated["a"]) == (["1.5"], True)
    assert left(made("申报时未签订合作协议", "agreement", conditional=True))


@pytest.mark.parametrize(
    "quote", ["支持强度：每项不超过50万元", "一般项目每项不超过50万元", "应用研究项目不超过50万元"]
)
def test_a_word_that_says_something_else_is_no_strength(quote: str) -> None:
    assert "gk:strength" not in made(quote, "maximum-grant")
