"""What another reader found: taken where its words stand, refused one by one, shown beside what differs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guidekg.drafting import draft
from guidekg.drafting.facts import FactsError, read_json, to_json
from guidekg.drafting.measure import measure, sound
from tests.drafting.texts import TEXTS, facts

TEXT = "关于申报2024年度科技项目的通知\n资助额度：每项不超过50万元。由企业牵头申报。项目须有社会效益。\n"
GUIDES = ("cooperation-2024", "sensing-2025", "vouchers-2023")


def entry(quote: str, kind: str, value: Any = None, **more: Any) -> dict[str, Any]:
    start = TEXT.index(quote)
    return {
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "scheme": "guide",
        "kind": kind,
    } | {
        "modality": "must",
        "value": value,
        **more,
    }


def test_what_both_say_is_said_once_and_surer() -> None:
    alone = {fact.kind: fact for fact in draft(TEXT).facts}
    both = draft(TEXT, {"reader": [entry("每项不超过50万元", "maximum-grant", 500_000)]})
    (found,) = (fact for fact in both.facts if fact.kind == "maximum-grant")
    assert found.confidence > alone["maximum-grant"].confidence or found.confidence == 0.99
    assert found.source.endswith(" + reader")
    assert not found.conflict


def test_another_value_stands_beside_the_first() -> None:
    both = draft(TEXT, {"reader": [entry("每项不超过50万元", "maximum-grant", 400_000)]})
    found = [fact for fact in both.facts if fact.kind == "maximum-grant"]
    assert {fact.value for fact in found} == {400_000, 500_000}
    assert all(fact.conflict and fact.doubtful for fact in found)
    assert [one["conflict"] for one in json.loads(to_json(found))] == [True, True]


def test_another_kind_stands_beside_the_first() -> None:
    both = draft(TEXT, {"reader": [entry("由企业牵头申报", "priority")]})
    found = [fact for fact in both.facts if "企业牵头" in fact.quote]
    assert {fact.kind for fact in found} == {"lead-kind", "priority"}
    assert all(fact.conflict for fact in found)


def test_what_nobody_else_found_is_added() -> None:
    both = draft(TEXT, {"reader": [entry("项目须有社会效益", "qualification")]})
    assert any(fact.source == "reader" and fact.kind == "qualification" for fact in both.facts)


def test_wrong_ones_are_refused_one_by_one() -> None:
    good = entry("由企业牵头申报", "lead-kind", ["enterprise"])
    wrong = [
        good | {"start": 0, "end": 7},
        good | {"kind": "leadership"},
        good | {"modality": "perhaps"},
        "no object",
        good | {"start": "3"},
        {key: value for key, value in good.items() if key != "quote"},
        entry("万元。由企业", "other"),
        good,
    ]
    found = draft(TEXT, {"reader": [good, *wrong]})
    assert [one.number for one in found.refused["reader"]] == list(range(2, 10))
    said = [one.reason.en for one in found.refused["reader"]]
    assert "stand at" in said[0]
    assert "no kind 'leadership'" in said[1]
    assert "crosses" in said[6]
    assert "repeats" in said[7]
    assert all(one.reason.zh for one in found.refused["reader"])
    assert any(fact.source.endswith("reader") for fact in found.facts)


@pytest.mark.parametrize("name", GUIDES)
def test_the_facts_of_a_careful_reader_are_taken(name: str) -> None:
    found = draft(TEXTS[name], {"reader": list(facts(name))})
    # In one of them the words of two facts cross.
    crossing = 1 if name == "cooperation-2024" else 0
    assert len(found.refused["reader"]) == crossing
    result = measure(found.facts, facts(name))
    assert result.found >= result.facts - crossing
    assert result.one_to_one >= 0.98 * result.facts


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quote": "每项不超过50万"}, "does not say"),
        ({"kind": "leadership"}, "no kind 'leadership'"),
        ({"scheme": None}, "scheme or value is missing"),
        ({"start": True}, "start is missing"),
        ({"alt": "priority"}, "alt should be a list"),
    ],
)
def test_what_is_measured_against_is_whole(given: dict[str, Any], said: str) -> None:
    good = entry("每项不超过50万元", "maximum-grant", 500_000)
    assert sound([good], TEXT, "facts.json") == [good]
    with pytest.raises(FactsError, match=f"facts.json, entry 2: .*{said}"):
        sound([good, good | given], TEXT, "facts.json")
    no_value = {key: value for key, value in good.items() if key != "value"}
    with pytest.raises(FactsError, match="value is missing"):
        sound([no_value], TEXT, "facts.json")


def test_a_file_that_is_none_is_told(tmp_path: Any) -> None:
    file = tmp_path / "facts.json"
    for words, said in (("{}", "a list"), ("[", "line 1"), ("\xff", "UTF-8")):
        file.write_bytes(words.encode("latin-1"))
        with pytest.raises(FactsError, match=said):
            read_json(file)
