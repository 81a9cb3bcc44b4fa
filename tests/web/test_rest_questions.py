"""The questions over HTTP: the same answers as everywhere, in the reader's language."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

import guidekg
from guidekg.questions.serialization import described, document
from tests.web.rest import problem
from tests.web.server import COMMAND, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.server import Server

GREEN = f"/api/questions/calls-by-field?field={quote('绿色技术')}"


@pytest.fixture(scope="module")
def kg() -> guidekg.KnowledgeGraph:
    return guidekg.load()


def printed(*arguments: str) -> str:
    done = subprocess.run(
        [COMMAND, *arguments], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return done.stdout


def test_the_first_address_leads_to_all_others(server: Server) -> None:
    reply = server.send(target="/api")
    assert reply.status == 200
    links = json.loads(reply.body)["links"]
    for name in ("openapi", "questions"):
        assert server.send(target=links[name]["href"]).status == 200
    assert links["validate"]["href"] == "/api/validate"
    assert 'rel="service-desc"' in reply.headers["link"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_says_what_each_question_asks(
    server: Server, kg: guidekg.KnowledgeGraph, lang: guidekg.errors.Language
) -> None:
    reply = server.send(target=f"/api/questions?lang={lang}")
    assert reply.headers["content-language"] == lang
    listed = {item["name"]: item for item in json.loads(reply.body)["questions"]}
    assert set(listed) == set(kg.questions)
    for name, question in kg.questions.items():
        assert listed[name].items() >= described(question, lang).items()


def test_every_question_gives_its_example_the_answer_that_it_has_elsewhere(
    server: Server, kg: guidekg.KnowledgeGraph
) -> None:
    questions = json.loads(server.send(target="/api/questions").body)["questions"]
    assert len(questions) == len(kg.questions) > 50
    for item in questions:
        example = {one["name"]: one["example"] for one in item["parameters"]}
        reply = server.send(target=f"{item['example']}", headers={"Accept-Language": "zh"})
        assert reply.status == 200, reply.text
        assert json.loads(reply.body) == document(kg.questions[item["name"]](**example), "zh")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_answer_is_what_the_command_prints(server: Server, form: str) -> None:
    asked = ("ask", "calls-by-field", "--field", "绿色技术", "--lang", "zh", "--format", form)
    got = server.send(target=f"{GREEN}&lang=zh&format={form}").text
    if form == "csv":
        assert list(csv.reader(io.StringIO(got))) == list(csv.reader(io.StringIO(printed(*asked))))
    else:
        assert json.loads(got) == json.loads(printed(*asked))


def test_the_accept_headers_say_form_and_language(server: Server) -> None:
    headers = {"Accept": "text/csv;q=0.9, application/json;q=0.1", "Accept-Language": "en, zh;q=2"}
    reply = server.send(target=GREEN, headers=headers)
    assert reply.kind == "text/csv"
    assert reply.headers["content-language"] == "en"
    varied = {name.strip() for name in reply.headers["vary"].split(",")}
    assert varied >= {"Accept", "Accept-Language", "Accept-Encoding"}
    zh = server.send(target=GREEN, headers={"Accept-Language": "en;q=0.1, zh-CN"})
    assert zh.headers["content-language"] == "zh"
    assert json.loads(zh.body)["text"] == "哪些征集列出、覆盖或部分涉及某一领域？"


def test_an_empty_answer_says_what_that_means(server: Server) -> None:
    target = "/api/questions/calls-by-field?field=semiconductors&lang=zh"
    said = json.loads(server.send(target=target).body)
    assert (said["state"], said["rows"]) == ("none", [])
    assert said["message"]


def test_a_former_name_answers_and_says_the_new_one(server: Server) -> None:
    reply = server.send(target="/api/questions/schemes-by-agreement-topic?lang=en")
    assert reply.status == 200
    said = json.loads(reply.body)
    assert said["question"] == "agreement-topics"
    (note,) = said["notes"]
    assert "'schemes-by-agreement-topic' is now called 'agreement-topics'" in note
    now = json.loads(server.send(target="/api/questions/agreement-topics?lang=en").body)
    assert (now["rows"], now["notes"]) == (said["rows"], [])
    assert (
        reply.headers["etag"]
        != server.send(target="/api/questions/agreement-topics").headers["etag"]
    )


def test_a_parameter_that_is_optional_may_be_left_out(server: Server) -> None:
    every = json.loads(server.send(target="/api/questions/preferences").body)["rows"]
    some = json.loads(server.send(target="/api/questions/preferences?scheme=finland").body)["rows"]
    assert len(every) > len(some) > 0


def test_a_row_of_requirements_is_a_name(server: Server) -> None:
    reply = server.send(target="/api/questions/requirement-clauses?requirement=R1-FDL")
    assert len(json.loads(reply.body)["rows"]) == 5


# What is wrong with a request.


def test_an_unknown_question_is_404_with_the_nearest(server: Server) -> None:
    said = problem(server.send(target="/api/questions/dedlines"), 404, "unknown-question")
    assert said["nearest"][0] == "deadlines"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("feld=x", "feld"),
        ("", "field"),
        ("field=", "field"),
        ("field=a&field=b", "field"),
        ("field=green-technology&lang=fr", "lang"),
        ("field=green-technology&lang=", "lang"),
        ("field=green-technology&format=xml", "format"),
        ("field=green-technology&format=json&format=csv", "format"),
    ],
)
def test_a_wrong_parameter_is_400_and_named(server: Server, query: str, parameter: str) -> None:
    reply = server.send(target=f"/api/questions/calls-by-field?{query}")
    assert problem(reply, 400, "wrong-parameter")["parameter"] == parameter


def test_an_unknown_value_is_422_with_the_nearest_in_the_readers_language(server: Server) -> None:
    target = "/api/questions/calls-by-field?field=gren+technology"
    zh = problem(server.send(target=f"{target}&lang=zh"), 422, "unusable-value")
    en = problem(server.send(target=f"{target}&lang=en"), 422, "unusable-value")
    assert zh["nearest"][0] == "绿色技术"
    assert "绿色技术" in zh["detail"]
    assert en["nearest"][0] == "green technology"
    again = f"/api/questions/calls-by-field?field={quote(zh['nearest'][0])}"
    assert server.send(target=again).status == 200


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("tracks-by-amount?scheme=finland&amount=", "1e999999999"),
        ("tracks-by-amount?scheme=finland&amount=", "-1"),
        ("tracks-by-amount?scheme=finland&amount=", "NaN"),
        ("tracks-by-amount?amount=", "0"),
        ("tracks-by-duration?duration=", "0"),
        ("tracks-by-amount?scheme=finland&amount=", "%EF%BC%91"),
        ("deadline-on-date?on=", "2022-02-30"),
        ("deadline-on-date?on=", "20220920"),
        ("deadline-on-date?on=", "2022-W37-4"),
        ("calls-by-field?field=", "x" * 5000),
        ("calls-by-field?field=", "%00"),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_422(server: Server, question: str, value: str) -> None:
    reply = server.send(target=f"/api/questions/{question}{value}")
    problem(reply, 422, "unusable-value")
    assert len(reply.body) < 2000


def test_the_parameter_says_the_language_of_a_problem_too(server: Server) -> None:
    headers = {"Accept-Language": "en"}
    reply = server.send(target="/api/questions/x?lang=zh", headers=headers)
    assert reply.headers["content-language"] == "zh"
    assert problem(reply, 404, "unknown-question")["title"] == "没有这个问题"


@pytest.mark.parametrize("path", ["/api", "/api/questions", "/api/openapi.json", GREEN])
def test_a_form_that_there_is_not_is_406(server: Server, path: str) -> None:
    reply = server.send(target=path, headers={"Accept": "image/png"})
    assert "application/json" in problem(reply, 406, "not-acceptable")["offered"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/api", "/api/questions", "/api/questions/deadlines"])
def test_other_methods_are_405_with_those_that_work(server: Server, method: str, path: str) -> None:
    reply = server.send(method, path)
    problem(reply, 405, "method-not-allowed")
    assert {name.strip() for name in reply.headers["allow"].split(",")} == {"GET", "HEAD"}


def test_options_says_what_each_address_takes(server: Server) -> None:
    assert server.send("OPTIONS", "/api/questions").headers["allow"] == "GET, HEAD, OPTIONS"
    assert server.send("OPTIONS", "/api/validate").headers["allow"] == "POST, OPTIONS"
    assert server.send("OPTIONS", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


# HTTP.


@pytest.mark.parametrize("path", ["/api", "/api/questions", "/api/openapi.json", GREEN])
def test_what_a_client_holds_is_not_sent_again(server: Server, path: str) -> None:
    tag = server.send(target=path).headers["etag"]
    reply = server.send(target=path, headers={"If-None-Match": tag})
    assert (reply.status, reply.body) == (304, b"")
    assert reply.headers["etag"] == tag
    other = server.send(target=path, headers={"If-None-Match": tag, "Accept-Language": "zh"})
    assert other.status == 200


@pytest.mark.parametrize("path", ["/api", "/api/questions", "/api/openapi.json", GREEN])
def test_head_is_as_get_without_the_content(server: Server, path: str) -> None:
    got, head = server.send(target=path), server.send("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "etag", "content-language"):
        assert head.headers[name] == got.headers[name]


def test_answers_are_compressed_for_those_who_take_it(server: Server) -> None:
    reply = server.send(target="/api/questions", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert len(reply.body) < 8000


def test_pages_of_other_origins_may_ask(server: Server) -> None:
    for path in ("/api", GREEN, "/api/questions/none"):
        assert (
            server.send(target=path, headers={"Origin": "https://example.org"}).headers[
                "access-control-allow-origin"
            ]
            == "*"
        )


@pytest.fixture(scope="module")
def guarded(cache: dict[str, str]) -> Iterator[Server]:
    with running("--token", "secret", environment=cache) as started:
        yield started


@pytest.mark.parametrize("path", ["/api", "/api/questions", "/api/openapi.json", GREEN])
def test_a_token_protects_the_api(guarded: Server, path: str) -> None:
    problem(guarded.send(target=path), 401, "unauthorized")
    assert guarded.send(target=path, headers={"Authorization": "Bearer secret"}).status == 200


def test_a_token_protects_the_validation(guarded: Server) -> None:
    headers = {"Content-Type": "text/turtle"}
    reply = guarded.send("POST", "/api/validate", body=b"<a> <b> <c> .", headers=headers)
    problem(reply, 401, "unauthorized")


@pytest.mark.parametrize(
    ("form", "ending", "start"),
    [("labelled-csv", "csv", "征集"), ("excel-csv", "csv", "\ufeff征集"), ("xlsx", "xlsx", "PK")],
)
def test_an_answer_comes_as_a_sheet(server: Server, form: str, ending: str, start: str) -> None:
    reply = server.send(target=f"/api/questions/deadlines?lang=zh&format={form}")
    assert reply.status == 200
    assert reply.body.startswith(start.encode())
    disposition = f'attachment; filename="deadlines.{ending}"'
    assert reply.headers["content-disposition"] == disposition
    plain = server.send(target="/api/questions/deadlines?lang=zh&format=csv")
    assert plain.headers["etag"] != reply.headers["etag"]
