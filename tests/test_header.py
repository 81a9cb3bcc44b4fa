"""The header of a question file, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guidekg.questions.header
from guidekg.errors import QuestionFileError
from guidekg.i18n import Label
from guidekg.questions import Questions
from guidekg.questions.header import USERS, Column, parse
from guidekg.value_kinds import PARAMETERS, VALUE_KINDS

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

PATH = Path("question.rq")
LINES = [
    "# zh: 有哪些征集？",
    "# en: Which calls are there?",
    "# user: applicant",
    "# decision-zh: 报哪个",
    "# decision-en: which to choose",
    "# topic: structure",
    "# param track (scheme): 专题 | track | example=bilateral",
    "# column scheme (scheme): 征集 | call",
    "# empty: none | 没有。 | None.",
]
QUERY = "SELECT ?scheme WHERE { ?scheme gk:partOf ?track } ORDER BY ?scheme"


def test_a_whole_header() -> None:
    header = parse(PATH, "\n".join([*LINES, QUERY]))
    assert header.question == Label("有哪些征集？", "Which calls are there?")
    assert header.parameters[0].name == "track"
    assert header.parameters[0].example == "bilateral"
    assert header.columns == {"scheme": Column("scheme", "scheme", Label("征集", "call"))}
    assert header.when_empty == "none"


@pytest.mark.parametrize("left_out", [0, 1, 2, 3, 4, 5, 7, 8])
def test_what_is_missing_is_named(left_out: int) -> None:
    lines = [line for number, line in enumerate(LINES) if number != left_out]
    key = LINES[left_out].removeprefix("# ").partition(":")[0].split()[0]
    with pytest.raises(
        QuestionFileError, match=rf"question.rq:9: the header ends here, and lacks: {key}"
    ):
        parse(PATH, "\n".join([*lines, QUERY]))


@pytest.mark.parametrize(
    "line",
    [
        "# param track (nonsense): 专题 | track | example=bilateral",
        "# param track (scheme): 专题 | track",
        "# column scheme (scheme): 征集",
        "# column scheme: 征集 | call",
        "# column scheme (nonsense): 征集 | call",
        "# empty: perhaps | 没有。 | None.",
        "# colour: blue",
        "# a comment of no form",
        "# zh:",
    ],
)
def test_a_line_that_is_not_of_the_form_is_named(line: str) -> None:
    with pytest.raises(QuestionFileError, match=r"question.rq:3:"):
        parse(PATH, "\n".join([*LINES[:2], line, *LINES[2:], QUERY]))


def test_an_unknown_user_is_named() -> None:
    text = "\n".join([*LINES, QUERY]).replace("applicant", "passer-by")
    with pytest.raises(QuestionFileError, match="applicant"):
        parse(PATH, text)


WORDS = (
    st.text(
        st.characters(categories=["L", "N", "P"], exclude_characters="|\n\r"),
        min_size=1,
        max_size=30,
    )
    .map(str.strip)
    .filter(bool)
)
COLUMNS = [name for name in VALUE_KINDS if name != "amount"]  # which needs another column
NAMES = st.from_regex(r"[a-z][A-Za-z0-9_]{0,9}", fullmatch=True)


@given(
    WORDS,
    WORDS,
    st.sampled_from(USERS),
    st.dictionaries(NAMES, st.tuples(st.sampled_from(PARAMETERS), WORDS, WORDS), max_size=3),
    st.dictionaries(
        NAMES, st.tuples(st.sampled_from(COLUMNS), WORDS, WORDS), min_size=1, max_size=4
    ),
)
def test_what_is_written_is_read(
    zh: str,
    en: str,
    user: str,
    parameters: dict[str, tuple[str, str, str]],
    columns: dict[str, tuple[str, str, str]],
) -> None:
    lines = [f"# zh: {zh}", f"# en: {en}", f"# user: {user}", *LINES[3:6], LINES[8]]
    lines += [f"# param {n} ({k}): {a} | {b} | example=1" for n, (k, a, b) in parameters.items()]
    lines += [f"# column {name} ({k}): {a} | {b}" for name, (k, a, b) in columns.items()]
    header = parse(PATH, "\n".join([*lines, QUERY]))
    assert header.question == Label(zh, en)
    assert header.user == user
    assert {p.name: (p.kind, *_both(p.description)) for p in header.parameters} == parameters
    assert {n: (c.kind, *_both(c.label)) for n, c in header.columns.items()} == columns


def _both(label: Label) -> tuple[str, str]:
    return label.zh, label.en


def test_a_file_is_all_it_takes(
    kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "calls-of-track.rq").write_text("\n".join([*LINES, QUERY]), encoding="utf-8")
    monkeypatch.setattr(guidekg.questions.header, "folder", lambda _: tmp_path)
    questions = Questions(kg)
    assert list(questions) == ["calls-of-track"]
    assert len(questions["calls-of-track"](track="bilateral")) == 6


MORE = [
    "# formerly: calls-in-track, all-calls",
    "# param day (date, optional): 日期 | day | example=2022-09-30",
    "# group: scheme",
    "# note: 一句话。 | A sentence.",
    "# note: 又一句。 | Another.",
]


def test_what_may_be_left_out() -> None:
    header = parse(PATH, "\n".join([*LINES, *MORE, QUERY]))
    assert header.formerly == ("calls-in-track", "all-calls")
    assert [one.optional for one in header.parameters] == [False, True]
    assert header.group == ("scheme",)
    assert header.notes == (Label("一句话。", "A sentence."), Label("又一句。", "Another."))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("# group: scheme colour", "and lacks: column colour"),
        ("# column most (amount): 上限 | maximum", r"and lacks: column \(currency\)"),
        ("# formerly:", "'# formerly:' is not in the documented form"),
        ("# note: 一句话。", "is not in the documented form"),
        ("# column day (week): 日 | day", "kinds of values: .*date"),
        ("# param day (date, perhaps): 日期 | day | example=2022-09-30", "is not '# key: value'"),
    ],
)
def test_what_is_wrong_with_it_is_named(line: str, error: str) -> None:
    with pytest.raises(QuestionFileError, match=error):
        parse(PATH, "\n".join([*LINES, line, QUERY]))


def test_an_empty_line_ends_the_header_and_is_named() -> None:
    with pytest.raises(
        QuestionFileError, match=r"question.rq:3: the header ends here, and lacks: "
    ):
        parse(PATH, "\n".join([*LINES[:2], "", *LINES[2:], QUERY]))


def test_a_column_that_the_query_does_not_select_is_an_error(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    lines = [*LINES, "# column month (text): 月 | month"]
    (tmp_path / "calls.rq").write_text("\n".join([*lines, QUERY]), encoding="utf-8")
    with pytest.raises(QuestionFileError, match=r"the query of calls does not select \?month"):
        Questions(kg, tmp_path)["calls"](track="bilateral")


@pytest.fixture
def questions(kg: KnowledgeGraph, tmp_path: Path) -> Questions:
    query = "SELECT ?scheme WHERE { ?scheme gk:partOf ?track }"
    lines = [line.replace("(scheme)", "(scheme, optional)") for line in LINES]
    (tmp_path / "calls-of-track.rq").write_text("\n".join([*lines, MORE[0], query]))
    return Questions(kg, tmp_path)


def test_a_former_name_answers_and_warns(questions: Questions) -> None:
    with pytest.warns(DeprecationWarning, match="now called 'calls-of-track'"):
        old = questions["all-calls"]
    assert old(track="bilateral").rows == questions["calls-of-track"](track="bilateral").rows
    assert old.name == "calls-of-track"
    assert old.renamed
    assert "all-calls" in old.renamed.en
    assert questions["calls-of-track"].renamed is None


def test_former_names_are_there_and_are_not_listed(questions: Questions) -> None:
    assert list(questions) == ["calls-of-track"]
    assert len(questions) == 1
    assert "all-calls" in questions
    assert "calls-of-track" in questions
    assert "no-such-question" not in questions
    assert questions.get("no-such-question") is None
    assert questions.get("calls-of-track") == questions["calls-of-track"]


def test_an_optional_parameter_leaves_its_variable_free(questions: Questions) -> None:
    ask = questions["calls-of-track"]
    assert len(ask(track="bilateral")) == 6
    assert len(ask()) == 11
    assert ask().given == {}
    assert ask(track="bilateral").given["track"].label("zh") == "双边产业联合研发计划项目"


def test_every_former_name_leads_to_a_question_of_today(kg: KnowledgeGraph) -> None:
    former = {old: name for name in kg.questions for old in kg.questions[name].header.formerly}
    assert len(former) > 10
    assert not set(former) & set(kg.questions.keys())
