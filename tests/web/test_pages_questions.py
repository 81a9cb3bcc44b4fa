"""The questions: forms, answers with their clauses, and the SPARQL behind them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pytest

from guidekg.resources import folder
from guidekg.stores.store import rows
from tests.expected import answers
from tests.web.pages_support import LANGUAGES

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from tests.web.pages_support import Workbench

NAMES = sorted(path.stem for path in folder("queries").glob("*.rq"))


def examples(kg: KnowledgeGraph, name: str) -> dict[str, str]:
    return {one.name: one.example for one in kg.questions[name].header.parameters}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_is_listed_under_its_topic(
    bench: Workbench, kg: KnowledgeGraph, lang: str
) -> None:
    page = bench.get(f"/{lang}/questions").page
    for name, question in kg.questions.items():
        assert f"/{lang}/questions/{name}" in page.links
        assert getattr(question.header.question, lang) in page.one("main").text
    assert len(page.all("section", "topic")) == len({q.header.topic for q in kg.questions.values()})


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_that_of_the_question_with_its_clauses(
    bench: Workbench, kg: KnowledgeGraph, name: str, lang: str
) -> None:
    reply = bench.get(f"/{lang}/questions/{name}", **examples(kg, name))
    assert reply.status == 200
    page, answer = reply.page, kg.questions[name](**examples(kg, name))
    if not answer.rows:  # the shipped guide says nothing of it; other guides do
        assert not any(case["rows"] for case in answers(name))
        assert not page.all("tbody")
        assert getattr(kg.questions[name].header.empty, lang) in page.one("main").text
        return
    body = page.one("tbody")
    assert len(page.all("tr")) == len(answer) + 1
    for row in answer:
        for column in [one.name for one in answer.columns]:
            cell = row[column]
            if cell.word or hasattr(cell.value, "iri"):
                assert cell.label("zh" if lang == "zh" else "en") in body.text
        for clause in row.clauses:
            assert clause.exact in page.one("main").text
        for reading in row.readings:
            assert getattr(reading.reason, lang) in page.one("main").text


@pytest.mark.parametrize("name", NAMES)
def test_the_sparql_that_is_shown_gives_the_same_rows(
    bench: Workbench, kg: KnowledgeGraph, name: str
) -> None:
    given = examples(kg, name)
    page = bench.get(f"/en/questions/{name}", **given).page
    found = rows(kg.store.query(page.one("pre").text))
    assert len(found.rows) == len(kg.questions[name](**given))


def test_a_question_that_is_not_asked_yet_shows_its_form_and_no_answer(bench: Workbench) -> None:
    reply = bench.get("/zh/questions/tracks-by-amount")
    page = reply.page
    assert reply.status == 200
    assert not page.all("table")
    assert not page.all("p", "problem")
    labels = [e.text for e in page.all("label")]
    assert labels == ["申请金额（元）", "资助安排"]


def test_choices_are_named_in_the_language_of_the_page(
    bench: Workbench, kg: KnowledgeGraph
) -> None:
    for lang in LANGUAGES:
        page = bench.get(f"/{lang}/questions/provisions-of-scheme").page
        options = [e.text for e in page.all("option")][1:]
        assert sorted(options) == sorted(getattr(s.label, lang) for s in kg.schemes())


def test_an_answer_without_rows_says_what_that_means(bench: Workbench) -> None:
    page = bench.get("/en/questions/calls-by-partner-place", place="Germany").page
    (note,) = page.all("p", "note")
    assert note.text == "None: No call accepts a foreign lead from there."
    page = bench.get("/zh/questions/fields-of-scheme", scheme="foreign-rd-centre").page
    (note,) = page.all("p", "note")
    assert "open" in note.classes
    assert note.text.startswith("不知道：")


def test_a_question_by_a_former_name_says_the_new_one(bench: Workbench) -> None:
    page = bench.get("/en/questions/links").page
    assert "'links' is now called 'agencies'" in page.one("main").text
    assert "is now called" not in bench.get("/en/questions/agencies").page.one("main").text


def test_what_is_optional_may_be_left_blank(bench: Workbench, kg: KnowledgeGraph) -> None:
    for given in ({}, {"scheme": ""}):
        page = bench.get("/en/questions/preferences", **given).page
        assert not page.all("p", "problem")
        assert len(page.all("tr")) == len(kg.questions["preferences"]()) + 1
    page = bench.get("/zh/questions/tracks-by-amount", amount="60万", scheme="").page
    assert "限额内" in page.one("tbody").text
    api = "/api/questions/tracks-by-amount?amount=600000&lang=zh&format=json"
    assert api in page.links  # which takes plain numbers


def test_an_answer_has_a_link_that_can_be_kept_and_those_for_programs(bench: Workbench) -> None:
    page = bench.get("/en/questions/calls-by-field", field="新材料").page
    assert "/en/questions/calls-by-field?field=new-materials" in page.links
    for form in ("json", "csv", "excel-csv", "xlsx"):
        expected = f"/api/questions/calls-by-field?field=new-materials&lang=en&format={form}"
        assert expected in page.links


@pytest.mark.parametrize(
    ("name", "given", "zh", "en"),
    [
        ("calls-by-field", {"field": "greeen"}, "没有名为", "no field is called"),
        ("tracks-by-amount", {"scheme": "zj-sti-2022-finland"}, "请填写或选择", "Fill this in"),
        ("tracks-by-amount", {"amount": "0"}, "应大于 0", "more than 0"),
        ("tracks-by-duration", {"duration": "3.5"}, "不合要求", "is no value"),
        ("deadline-on-date", {"on": "2022-13-45"}, "不合要求", "is no value"),
        ("place-eligibility", {"scheme": "x", "place": "cn"}, "没有名为", "no scheme is called"),
    ],
)
def test_a_wrong_value_is_told_in_both_languages_and_kept(
    bench: Workbench, name: str, given: dict[str, str], zh: str, en: str
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        reply = bench.get(f"/{lang}/questions/{name}", **given)
        assert reply.status == 400
        page = reply.page
        assert any(said in problem.text for problem in page.all("p", "problem"))
        values = {e.attributes.get("value") for e in page.elements}
        assert set(given.values()) <= values
        assert not page.all("table")


def test_unknown_questions_and_parameters_are_refused(bench: Workbench) -> None:
    reply = bench.get("/en/questions/deadline")
    assert reply.status == 404
    assert "deadlines" in reply.page.one("main").text
    reply = bench.get("/zh/questions/deadlines", colour="red")
    assert reply.status == 400
    assert "没有参数“colour”" in reply.page.one("p", "lead").text


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    '" } UNION { ?s ?p ?o } #',
    "</code></pre><svg onload=alert(1)>",
    "a\u0000b\u202e\ud7ff",
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(bench: Workbench, text: str, lang: str) -> None:
    reply = bench.get(f"/{lang}/questions/where-written", text=text)
    assert reply.status == 200
    page = reply.page  # which fails on elements that are not closed
    assert not [e for e in page.elements if "onerror" in e.attributes or "onload" in e.attributes]
    assert "alert(1)</script>" not in reply.text
    (field,) = [e for e in page.all("input") if e.attributes.get("name") == "text"]
    assert field.attributes["value"] == text.replace("\u0000", "\ufffd") or "\u0000" in text
    assert escape(text) in reply.text or text in page.one("pre").text.replace('\\"', '"')
    assert not page.all("table")
