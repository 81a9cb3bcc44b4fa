"""What is read in texts of the genre: how much of what a careful reader found, and nothing dropped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidekg.drafting import draft
from guidekg.drafting.drafts import guide_in
from guidekg.drafting.facts import KINDS, MODALITIES
from guidekg.drafting.gaps import gaps_of
from guidekg.drafting.graph_facts import graph_facts
from guidekg.drafting.measure import measure
from guidekg.drafting.reader import patterns, read
from guidekg.drafting.schemes import schemes
from guidekg.drafting.structure import folded, structure
from tests.drafting.texts import TEXTS, UNSEEN, drafted, facts

SEED = Path(__file__).parents[2] / "data/guides/zj-sti-2022"
# Parts of sentences as the genre writes them, to be put together at random.
PARTS = (
    *(
        "一、支持类别\n",
        "（一）联合研发项目\n",
        "第三条 ",
        "1.",
        "（2）",
        "①",
        "申报条件：",
        "材料包括：",
    ),
    *("每项不超过120万元", "由企业牵头", "执行期2年", "7月26日17:00前提交", "不得申报", "鼓励合作"),
    *(
        "Ａ类最高１０万元、Ｂ类最高5万元",
        "（须签订协议）",
        "年龄不超过60周岁",
        "www.example.com",
        "《通知》",
    ),
    *("，", "。", "；", "\n", "、", "：", " ", "\t", "\f", "项目", "申报单位", "的", "除外"),
)


@pytest.mark.parametrize("name", TEXTS)
def test_most_of_what_a_reader_finds_is_found(name: str) -> None:
    found = measure(drafted(name).facts, facts(name))
    unseen = name in UNSEEN
    assert found.found >= (0.7 if unseen else 0.8) * found.facts
    assert found.precise >= (0.7 if unseen else 0.85) * found.drafted
    assert found.confident_precise >= (0.8 if unseen else 0.9) * found.confident
    assert found.modality >= 0.85 * found.found
    assert found.schemes_right >= 0.6 * found.schemes


def test_the_shipped_guide_is_read_as_its_graph_says() -> None:
    found = measure(draft(SEED / "source.zh.txt").facts, graph_facts(guide_in(SEED)[1]))
    assert found.found >= 0.65 * found.facts
    assert found.confident_precise >= 0.8 * found.confident
    assert found.schemes_right >= 0.7 * found.schemes


@pytest.mark.parametrize("name", TEXTS)
def test_every_character_is_accounted_for(name: str) -> None:
    text = drafted(name).source.text
    _accounted_for(text)
    for fact in drafted(name).facts:
        assert text[fact.start : fact.end] == fact.quote
        assert fact.kind in KINDS
        assert fact.modality in MODALITIES
        assert 0 <= fact.confidence <= 1


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_whatever_is_written_nothing_is_dropped(text: str) -> None:
    _accounted_for(text)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    _accounted_for(text)
    assert len(folded(text)) == len(text)


def _accounted_for(text: str) -> None:
    reading = read(text)
    covered = bytearray(len(text))
    for start, end in (
        *(fact.span for fact in reading.facts),
        *((gap.start, gap.end) for gap in gaps_of(reading)),
    ):
        assert 0 <= start < end <= len(text)
        covered[start:end] = b"\x01" * (end - start)
    assert [text[at] for at in range(len(text)) if text[at].isalnum() and not covered[at]] == []


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_the_words_of_a_clause_stand_where_it_says(text: str) -> None:
    plain = folded(text)
    for clause in structure(text).clauses:
        assert len(clause.offsets) == len(clause.words) + 1
        assert clause.start <= clause.offsets[0]
        assert clause.offsets[-1] == clause.end
        for at, character in zip(clause.offsets, clause.words, strict=False):
            if at < clause.end:  # a unit that a table prints once stands behind its cell
                assert plain[at] == character


def test_every_pattern_fits_something() -> None:
    """A pattern that fits nothing that was ever written goes."""
    texts = [drafted(name).source.text for name in TEXTS]
    texts.append((SEED / "source.zh.txt").read_text(encoding="utf-8"))
    clauses = [clause for text in texts for clause in structure(text).clauses]
    idle = [one.name for one in patterns().patterns if not any(map(one.span, clauses))]
    assert idle == []


def test_a_signature_takes_nothing_of_an_annex_with_it() -> None:
    filling = "资助额度：每项不超过50万元。由企业牵头申报。\n" * 8
    annex = "附件：重点支持领域\n（一）先进制造专项\n项目执行期不超过2年。\n"
    found = read(
        f"关于申报2024年度科技项目的通知\n{filling}{annex}某省科学技术厅\n2024年5月6日\n{annex}"
    )
    kinds = [fact.kind for fact in found.facts if fact.start > len(filling)]
    assert kinds.count("duration") == 2
    (signed,) = (fact for fact in found.facts if fact.source == "signature")
    assert (signed.quote, signed.value) == ("某省科学技术厅\n2024年5月6日", "2024-05-06")
    assert [fact for fact in found.facts if fact.quote == "某省科学技术厅"] == []


@pytest.mark.parametrize("words", ["否", "项目否", "3人"])
def test_a_word_that_is_no_number_of_an_item_is_not_dropped(words: str) -> None:
    text = f"申报要求\n1.每项不超过50万元，{words}，项目执行期不超过2年。\n"
    reading = read(text)
    reasons = {text[gap.start : gap.end]: gap.structural for gap in gaps_of(reading)}
    assert reasons["1"] == "marker"
    assert reasons.get(words, "") == ""
    assert words in reasons or any(words in fact.quote for fact in reading.facts)


def test_what_joins_two_facts_says_nothing() -> None:
    text = "补助标准：甲类项目每项10万元和乙类项目每项5万元。\n"
    reading = read(text)
    assert [fact.quote for fact in reading.facts] == [
        "补助标准：甲类项目每项10万元",
        "乙类项目每项5万元",
    ]
    assert [(text[g.start : g.end], g.structural) for g in gaps_of(reading)] == [("和", "joint")]


def schemes_of(text: str) -> dict[str, str]:
    """Return the scheme of each fact by its words."""
    return {fact.quote: fact.scheme for fact in read(text).facts}


def test_a_scheme_that_a_list_names_has_what_stands_under_its_heading() -> None:
    found = schemes_of(
        "专项设政府间合作、港澳台联合创新、海外专家工作室三个类别。\n"
        "1. 政府间合作\n资助额度每项80万元。\n"
        "2. 港澳台联合创新\n资助额度每项60万元。仅限高校牵头。\n"
    )
    assert found["资助额度每项80万元"] == "政府间合作"
    assert found["资助额度每项60万元"] == found["仅限高校牵头"] == "港澳台联合创新"


def test_schemes_that_are_listed_with_their_numbers_are_found() -> None:
    found = schemes_of(
        "今年发布榜单24项，分企业榜16项、政府榜6项、青年榜2项。\n"
        "企业榜由发榜企业出资，单个榜单最高500万元。青年榜每项定额50万元。\n"
    )
    assert found["单个榜单最高500万元"] == "企业榜"
    assert found["青年榜每项定额50万元"] == "青年榜"


def test_an_article_that_begins_with_a_scheme_is_about_it_to_its_end() -> None:
    found = schemes_of(
        "第一条 补助分为技术合同补助、概念验证中心补助两类。\n"
        "第二条 概念验证中心每年报送工作报告。专职人员不少于6人。\n"
        "认定有效期三年。\n"
        "第三条 补助资金不得用于偿还债务。\n"
    )
    assert found["专职人员不少于6人"] == found["认定有效期三年"] == "概念验证中心补助"
    assert found["补助资金不得用于偿还债务"] == "guide"


BUILT = """关于申报2025年度科技计划项目的通知
一、共性要求
限项规定。同一单位限报2项。
认定有效期三年。
二、附件清单
1.申报指南
附件1
专题A 岑川—匈牙利联合研发（代码HU26）
【资助标准】每项最高150万元。
1.新能源电池
专题B：青年农技人才
◆支持方式
▪实施期为3年。
"""


@pytest.mark.parametrize(
    ("words", "context"),
    [
        ("同一单位限报2项", "共性要求/限项规定"),
        ("认定有效期三年", "共性要求"),
        ("每项最高150万元", "岑川—匈牙利联合研发(代码HU26)/资助标准"),
        ("实施期为3年", "青年农技人才/支持方式"),
    ],
)
def test_what_stands_above_a_clause(words: str, context: str) -> None:
    (clause,) = (one for one in structure(BUILT).clauses if one.words == words)
    assert re.sub("/+", "/", clause.context) == context.replace("—", "-")


def test_what_is_numbered_by_a_word_is_a_scheme_whatever_it_is_called() -> None:
    found = {scheme.name: scheme.code for scheme in schemes(structure(BUILT))}
    assert found == {"岑川—匈牙利联合研发": "专题A", "青年农技人才": "专题B"}
    assert schemes_of(BUILT)["每项最高150万元"] == "岑川—匈牙利联合研发"


def test_a_paragraph_of_one_sentence_has_no_title() -> None:
    """What says something is not taken for a title: it would not be drafted."""
    text = "第一条 总则\n认定有效期三年。\n应当公示。\n每年申请一次。限报一项。\n鼓励联合申报。材料存档。\n"
    reading = read(text)
    said = {fact.quote for fact in reading.facts}
    said |= {text[gap.start : gap.end] for gap in gaps_of(reading) if not gap.structural}
    assert said >= {"认定有效期三年", "每年申请一次", "限报一项", "鼓励联合申报"}


@pytest.mark.parametrize("form", ["赛马项目另附存款证明", "赛马攻关另附存款证明"])
def test_a_part_of_a_name_is_one(form: str) -> None:
    text = f"设企业悬榜、赛马攻关两类项目。\n◆企业悬榜项目\n◆赛马攻关项目\n◆材料\n{form}。\n"
    assert schemes_of(text)[form] == "赛马攻关项目"


def test_schemes_are_read_alike_in_every_run() -> None:
    code = (
        "from pathlib import Path; import sys; from guidekg.drafting.reader import read\n"
        "print([fact.scheme for fact in read(Path(sys.argv[1]).read_text('utf-8')).facts])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code, str(TEXTS["t09"])],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(runs) == 1


def test_grades_are_no_schemes() -> None:
    assert schemes(structure("绩效评价分优秀、良好、合格三档。优秀的补助50万元。\n")) == []


def test_a_wrong_expression_is_named(tmp_path: Path) -> None:
    path = tmp_path / "patterns.toml"
    path.write_text(
        '[[pattern]]\nkind = "field"\nmatch = "("\n[[context]]\nunder = "x"\nkinds = {}\n'
    )
    with pytest.raises(ValueError, match=r"patterns\.toml, field-1"):
        patterns(path)


def test_a_pattern_is_data_alone(tmp_path: Path) -> None:
    """Another way of saying something takes an entry of the file, and no Python."""
    whole = files("guidekg.drafting").joinpath("patterns.toml").read_text("utf-8")
    path = tmp_path / "patterns.toml"
    path.write_text(
        whole + '\n[[pattern]]\nkind = "priority"\nmatch = "酌情照顾"\nscore = 4\n', "utf-8"
    )
    assert len(patterns(path).patterns) == len(patterns().patterns) + 1
    assert tomllib.loads(whole)["slots"]


def test_five_thousand_characters_take_less_than_a_second() -> None:
    text = "\n".join(drafted(name).source.text for name in list(TEXTS)[:4])[:5000]
    read(text)
    started = time.process_time()  # what else runs here does not count
    read(text)
    assert time.process_time() - started < 1
