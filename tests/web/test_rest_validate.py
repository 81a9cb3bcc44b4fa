"""Validation over HTTP: the report that the command gives, in every form, for every form of input."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from guidekg.cli.main import cli
from guidekg.reports import WRITERS
from tests.web.rest import AS_OF, EXAMPLES, example, multipart, poor, problem, upload, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.web.server import Reply, Server

LATE = "finland-partner-files-late.ttl"
NOT_SUPPLIED = "norway-deadline-not-supplied.ttl"
CODE = "guidekg-exit-code"


def report(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.body)
    schema = json.loads((files("guidekg.reports") / "report.schema.json").read_text())
    Draft202012Validator(schema).validate(found)
    return found


def verdicts(reply: Reply) -> list[str]:
    return [one["verdict"] for one in report(reply)["proposals"]]


@pytest.fixture(scope="module")
def printed() -> Mapping[str, tuple[int, str]]:
    """What the command prints on two files, in each form."""
    arguments = ["validate", "finland.ttl", LATE, "--as-of", "2022-10-01", "--lang", "zh"]
    found = {}
    with chdir(EXAMPLES):
        for form in WRITERS:
            done = CliRunner().invoke(cli, [*arguments, "--format", form])
            found[form] = (done.exit_code, done.stdout_bytes.decode())
    return found


# The report.


@pytest.mark.parametrize("form", list(WRITERS))
def test_a_report_is_what_the_command_prints(
    server: Server, printed: Mapping[str, tuple[int, str]], form: str
) -> None:
    sent = {name: example(name) for name in ("finland.ttl", LATE)}
    reply = upload(server, sent, query=f"{AS_OF}&format={form}&lang=zh")
    code, text = printed[form]
    assert reply.status == 200
    assert reply.headers[CODE] == str(code) == "1"
    assert reply.text == text
    assert reply.headers["content-language"] == "zh"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/sarif+json", "application/sarif+json"),
        ("text/turtle, application/json;q=0.5", "text/turtle"),
        ("text/csv", "text/csv"),
        ("text/plain", "text/plain"),
    ],
)
def test_the_accept_header_says_the_form(server: Server, accept: str | None, kind: str) -> None:
    headers = {"Accept": accept} if accept else {}
    reply = validate(server, example("finland.ttl"), **headers)
    assert (reply.status, reply.kind) == (200, kind)


def test_a_report_in_turtle_is_turtle(server: Server) -> None:
    reply = validate(server, example(LATE), f"{AS_OF}&format=turtle")
    assert len(list(ox.parse(reply.body, format=ox.RdfFormat.TURTLE))) > 20


def test_a_page_of_ten_megabytes_is_whole(server: Server) -> None:
    # A worker can make no temporary file, to which a writer would turn.
    reply = validate(server, poor(300), f"{AS_OF}&format=html")
    assert reply.status == 200
    assert len(reply.body) > 9 << 20
    assert reply.text.rstrip().endswith("</html>")


# What is handed in.

_FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
}


@pytest.mark.parametrize("media", list(_FORMS))
@pytest.mark.parametrize("name", ["finland.ttl", LATE])
def test_each_form_of_input_has_the_same_verdict(server: Server, media: str, name: str) -> None:
    triples = [quad.triple for quad in ox.parse(example(name), format=ox.RdfFormat.TURTLE)]
    body = ox.serialize(triples, format=_FORMS[media])
    assert body
    reply = validate(server, body, Content_Type=f"{media}; charset=utf-8")
    assert reply.status == 200
    assert verdicts(reply) == ["ineligible" if name == LATE else "eligible"]


@pytest.mark.parametrize("media", ["application/ld+json", "application/json"])
def test_json_ld_is_validated(server: Server, media: str) -> None:
    reply = validate(server, example("proposal.jsonld"), Content_Type=media)
    assert reply.status == 200
    assert len(verdicts(reply)) == 1


def test_content_may_be_compressed(server: Server) -> None:
    body = gzip.compress(example(LATE))
    assert verdicts(validate(server, body, Content_Encoding="gzip")) == ["ineligible"]
    # … and so may each file of a form.
    assert verdicts(upload(server, {"one.ttl.gz": body})) == ["ineligible"]


def test_several_files_are_each_validated_in_their_form(server: Server) -> None:
    sent = {
        "one.ttl": example("finland.ttl"),
        "two.jsonld": example("proposal.jsonld"),
        "three.trig": example("singapore-misspelt-field.trig"),
    }
    found = report(upload(server, sent))
    assert [one["file"] for one in found["proposals"]] == list(sent)
    assert found["problems"] == []


def test_a_text_may_come_as_the_field_of_a_form(server: Server) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    fields = {"text": example(LATE).decode(), "as_of": "2022-10-01", "format": "json", "engine": ""}
    body = urlencode(fields).encode()
    reply = server.send("POST", "/api/validate?format=csv", body=body, headers=headers)
    assert reply.kind == "application/json"  # a field goes before the address
    assert verdicts(reply) == ["ineligible"]
    assert report(reply)["proposals"][0]["file"] == "<text>"


def test_an_empty_file_field_of_a_form_is_passed_over(server: Server) -> None:
    text = example("finland.ttl").decode()
    assert verdicts(upload(server, {"": b""}, {"text": text, "lang": ""})) == ["eligible"]


def test_all_examples_are_judged_alike_by_both_engines(server: Server) -> None:
    sent = {path.name: path.read_bytes() for path in sorted(EXAMPLES.glob("[a-z]*-*.t*"))}
    assert len(sent) > 15

    def judged(engine: str) -> list[tuple[object, ...]]:
        found = report(upload(server, sent, query=f"{AS_OF}&engine={engine}"))
        assert found["problems"] == []
        assert found["header"]["engine"].startswith(engine)
        return [
            (one["file"], one["verdict"], [item["id"] for item in one["findings"]])
            for one in found["proposals"]
        ]

    assert judged("shacl") == judged("pyshacl")


# The facts of a run.


def test_facts_and_the_day_decide(server: Server) -> None:
    body = example(NOT_SUPPLIED)
    assert verdicts(validate(server, body)) == ["undecided"]
    supplied = f"{AS_OF}&fact=provincial-deadline=2022-09-30&fact=call-year=2022"
    reply = validate(server, body, supplied)
    assert verdicts(reply) == ["eligible"]
    facts = {one["name"]: one["value"] for one in report(reply)["header"]["facts"]}
    assert facts == {"provincial-deadline": "2022-09-30", "call-year": "2022"}
    # … and the next run without them knows nothing of them.
    assert verdicts(validate(server, body)) == ["undecided"]


def test_many_different_days_are_each_their_own(server: Server) -> None:
    days = [f"2022-10-{day:02}" for day in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        replies = pool.map(
            lambda day: validate(server, example("finland.ttl"), f"as_of={day}"), days
        )
        assert [report(reply)["header"]["as_of"] for reply in replies] == days


# What could not be read is no pass.


@pytest.mark.parametrize("form", list(WRITERS))
def test_what_cannot_be_read_is_422_with_the_report(server: Server, form: str) -> None:
    body = example("finland.ttl")[:-40]
    reply = validate(server, body, f"{AS_OF}&format={form}")
    assert (reply.status, reply.headers[CODE]) == (422, "2")
    assert "syntax error" in reply.text
    if form == "json":
        (found,) = report(reply)["problems"]
        assert found["line"] > 20
        assert report(reply)["proposals"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  # nothing\n",
        b"<urn:a> <urn:b> <urn:c> .",
        "提案".encode("gbk"),
        "提案".encode("utf-16"),
        b"\x00",
        b"\x1f\x8bnot gzip",
        b"/etc/passwd",
        b"http://127.0.0.1/secret.ttl",
    ],
)
def test_what_holds_no_proposal_is_422(server: Server, body: bytes) -> None:
    reply = validate(server, body)
    assert reply.status == 422
    assert len(report(reply)["problems"]) == 1
    assert "root:" not in reply.text


def test_one_unreadable_file_of_two_is_422_and_the_other_is_judged(server: Server) -> None:
    reply = upload(server, {"good.ttl": example("finland.ttl"), "bad.ttl": b"<"})
    assert reply.status == 422
    assert verdicts(reply) == ["eligible"]
    assert [one["file"] for one in report(reply)["problems"]] == ["bad.ttl"]


def test_a_report_of_an_ineligible_proposal_is_200(server: Server) -> None:
    reply = validate(server, example(LATE))
    assert (reply.status, reply.headers[CODE]) == (200, "1")
    assert validate(server, example("finland.ttl")).headers[CODE] == "0"


# What is wrong with a request.


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("as_of=2022-02-30", "as_of"),
        ("as_of=tomorrow", "as_of"),
        ("as_of=", "as_of"),
        ("as_of=2022-10-01&as_of=2022-10-02", "as_of"),
        ("fact=provincial-deadline", "fact"),
        ("fact=provincial-deadline=soon", "fact"),
        ("fact=provincial-deadline=2022", "fact"),
        ("fact=weather=2022-10-01", "fact"),
        ("fact=call-year=2022&fact=call-year=2023", "fact"),
        ("engine=jena", "engine"),
        ("format=pdf", "format"),
        ("lang=de", "lang"),
        ("asof=2022-10-01", "asof"),
        ("path=/etc/passwd", "path"),
    ],
)
def test_a_wrong_parameter_is_400_and_named(server: Server, query: str, parameter: str) -> None:
    reply = validate(server, example("finland.ttl"), query)
    assert problem(reply, 400, "wrong-parameter")["parameter"] == parameter


@pytest.mark.parametrize("kind", ["", "application/pdf", "text/turtle; charset=gbk", "text/plain"])
def test_another_kind_of_content_is_415(server: Server, kind: str) -> None:
    reply = validate(server, b"x", Content_Type=kind)
    assert "text/turtle" in problem(reply, 415, "unsupported-media-type")["offered"]
    assert "text/turtle" in reply.headers["accept-post"]


def test_another_compression_is_415(server: Server) -> None:
    reply = validate(server, b"x", Content_Encoding="br")
    problem(reply, 415, "unsupported-media-type")
    assert reply.headers["accept-encoding"] == "gzip"


def test_damaged_compression_is_400(server: Server) -> None:
    body = gzip.compress(example("finland.ttl"))[:-20]
    problem(validate(server, body, Content_Encoding="gzip"), 400, "malformed-request")


def test_another_method_is_405(server: Server) -> None:
    reply = server.send("GET", "/api/validate")
    problem(reply, 405, "method-not-allowed")
    assert reply.headers["allow"] == "POST"


def test_a_document_sent_as_a_form_is_told_how_to_be_sent(server: Server) -> None:
    # What curl --data-binary @proposal.ttl does.
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"<urn:a> a <urn:b> ."
    reply = server.send("POST", "/api/validate?lang=zh", body=body, headers=headers)
    assert "Content-Type: text/turtle" in problem(reply, 400, "wrong-parameter")["detail"]


def test_a_form_without_a_document_is_400(server: Server) -> None:
    body, headers = multipart({}, {"format": "json"})
    reply = server.send("POST", "/api/validate", body=body, headers=headers)
    problem(reply, 400, "malformed-request")
