"""Uploads that would hurt a server: each is answered in bounded time, and so is the next."""

from __future__ import annotations

import gzip
import html
import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.web.rest import AS_OF, TURTLE, example, many, multipart, poor, problem, upload, validate
from tests.web.server import limited, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.server import Reply, Server

MIB = 1 << 20
BOUND = 40.0  # seconds in which each of these is over, on a machine that has other work too
# Workers are ready for the day that it is; for another day a new one makes its shapes first, which
# takes most of the second that some servers here give.
TODAY = ""
PREFIXES = b"@prefix gk: <https://w3id.org/guidekg/ns#> .\n"


@pytest.fixture(autouse=True)
def bounded(server: Server) -> Iterator[None]:
    """Whatever was sent, it is over in time, and a proposal is validated at once."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < BOUND
    assert validate(server, example("finland.ttl")).headers["guidekg-exit-code"] == "0"


def problems(reply: Reply) -> str:
    """Return what a report says of the inputs that it could not read."""
    assert reply.status == 422, reply.text[:500]
    return " ".join(one["message"] for one in json.loads(reply.body)["problems"])


# What is too large.


def test_thirty_megabytes_are_413(server: Server) -> None:
    body = PREFIXES + b'<urn:p> gk:title "' + b"x" * (30 * MIB) + b'" .'
    said = problem(validate(server, body), 413, "content-too-large")
    assert str(16 * MIB) in said["detail"]


def test_content_without_a_length_is_counted_as_it_comes(server: Server) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    parts = (b"# " + b"x" * MIB + b"\n" for _ in range(18))
    connection.request("POST", "/api/validate", body=parts, headers=TURTLE, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_literal_of_fifteen_megabytes_is_read_or_refused(server: Server) -> None:
    body = example("finland.ttl") + b'ex:p1 <urn:x> "' + b"x" * (15 * MIB) + b'" .'
    assert validate(server, body).status in (200, 422)


def test_a_gzip_bomb_is_413(server: Server) -> None:
    bomb = gzip.compress(b"#" * (200 * MIB), 9)
    assert len(bomb) < MIB
    problem(validate(server, bomb, Content_Encoding="gzip"), 413, "content-too-large")


def test_a_gzip_bomb_among_files_is_not_unpacked(server: Server) -> None:
    bomb = gzip.compress(b"#" * (100 * MIB), 9)
    reply = upload(server, {"bomb.ttl.gz": bomb, "good.ttl": example("finland.ttl")})
    assert "larger than the limit" in problems(reply)
    assert len(json.loads(reply.body)["proposals"]) == 1
    assert "larger than the limit" in problems(validate(server, bomb))  # not said to be gzip


def test_a_thousand_files_are_refused(server: Server) -> None:
    files = {f"{number}.ttl": b"x" for number in range(1000)}
    problem(upload(server, files), 400, "malformed-request")


def test_a_thousand_fields_are_refused(server: Server) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"&".join(b"fact=a" for _ in range(1000))
    reply = server.send("POST", "/api/validate", body=body, headers=headers)
    problem(reply, 400, "malformed-request")


# What is deep, or reaches out.


@pytest.mark.parametrize("depth", [300, 100_000])
@pytest.mark.parametrize(
    ("kind", "opening", "closing"),
    [
        ("application/ld+json", b'{"a":', b"}"),
        ("application/ld+json", b"[", b"]"),
        ("application/rdf+xml", b"<a xmlns='urn:a'>", b"</a>"),
        ("text/turtle", b"<urn:a> <urn:b> [ <urn:c> ", b"]"),
        ("text/turtle", b"<urn:a> <urn:b> (", b")"),
        ("application/trig", b"<urn:a> { <urn:b> <urn:c> [", b"]"),
    ],
)
def test_what_nests_deep_is_not_read(
    server: Server, kind: str, opening: bytes, closing: bytes, depth: int
) -> None:
    reply = validate(server, opening * depth + b"1" + closing * depth, Content_Type=kind)
    assert problems(reply)


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">',
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_xml_with_a_document_type_is_not_read(server: Server, declared: bytes) -> None:
    body = b"<?xml version='1.0'?>" + declared + b"<r>&x;</r>"
    reply = validate(server, body, Content_Type="application/rdf+xml")
    assert "DOCTYPE" in problems(reply)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/c.jsonld", "file:///etc/passwd", "/x"])
def test_no_context_is_fetched(server: Server, address: str) -> None:
    body = json.dumps({"@context": address, "@id": "urn:a"}).encode()
    reply = validate(server, body, Content_Type="application/ld+json")
    assert "none is read" in problems(reply)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\proposals\\mine.ttl", "mine.ttl"),
        ("..", "<file>"),
        ("-", "-"),
        ("*.ttl", "*.ttl"),
        ("\u202eltt.x\x1b[31m.ttl", "\\x202eltt.x\\x1b[31m.ttl"),
        ("x" * 5000 + ".ttl", "x" * 96 + ".ttl"),
        ("<script>alert(1)</script>.ttl", "script>.ttl"),
        ("%2e%2e%2fetc.ttl", "%2e%2e%2fetc.ttl"),
    ],
)
def test_the_name_of_a_file_is_a_label_and_no_path(server: Server, sent: str, shown: str) -> None:
    if len(sent) > 4000:
        problem(upload(server, {sent: example("finland.ttl")}), 400, "malformed-request")
        return
    found = json.loads(upload(server, {sent: example("finland.ttl")}).body)
    assert [one["file"] for one in found["proposals"]] == [shown]


def test_files_of_the_same_name_are_told_apart(server: Server) -> None:
    files = {f"{folder}/p.ttl": example("finland.ttl") for folder in "abc"}
    found = json.loads(upload(server, files).body)
    assert [one["file"] for one in found["proposals"]] == ["p.ttl", "p (2).ttl", "p (3).ttl"]


def test_nothing_of_a_file_becomes_part_of_a_page(server: Server) -> None:
    body = example("finland.ttl").replace(b"@en", b'@en, "<script>alert(1)</script>"@en')
    reply = upload(server, {"<img src=x onerror=alert(1)>.ttl": body}, query="format=html")
    assert "<script>alert" not in reply.text
    assert "<img" not in reply.text
    assert "default-src 'none'" in html.unescape(reply.text)


# Broken forms.

_PART = b'Content-Disposition: form-data; name="file"; filename="a.ttl"\r\n\r\n<urn:a> a <urn:b> .'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n" + _PART + b"\r\n--x--\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n" + _PART + b"\r\n----\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=y", b"--x\r\n" + _PART + b"\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + _PART),
        ("multipart/form-data; boundary=x", b"--x\r\n" + _PART + b"\r\n--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno header\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\n" + _PART + b"\n--x--\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nA: " + b"b" * 10_000 + b"\r\n\r\n\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\na\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="lang"\r\n\r\n\xff\r\n--x--\r\n',
        ),
        ("application/x-www-form-urlencoded", b"text=%zz"),
        ("application/x-www-form-urlencoded", b"text=%ff"),
        ("application/x-www-form-urlencoded", b"text="),
        ("application/x-www-form-urlencoded", b""),
    ],
)
def test_a_broken_form_is_400(server: Server, kind: str, body: bytes) -> None:
    headers = {"Content-Type": kind}
    reply = server.send("POST", "/api/validate", body=body, headers=headers)
    problem(reply, 400, "malformed-request")


# Many at once, and too long.


def test_ten_validations_at_once_are_each_their_own(server: Server) -> None:
    def judged(number: int) -> list[str]:
        found = json.loads(upload(server, {f"{number}.ttl": many(number)}).body)
        assert {one["file"] for one in found["proposals"]} == {f"{number}.ttl"}
        return [one["verdict"] for one in found["proposals"]]

    with ThreadPoolExecutor(10) as pool:
        for number, found in enumerate(pool.map(judged, range(1, 11)), start=1):
            assert found == ["eligible"] * number


def test_others_are_answered_while_a_large_upload_is_judged(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        large = pool.submit(validate, server, many(1000))
        slowest = 0.0
        while not large.done():
            began = time.monotonic()
            assert server.send(target="/healthz").status == 200
            slowest = max(slowest, time.monotonic() - began)
        assert large.result().status == 200
    assert slowest < 1.0


@pytest.fixture(scope="module")
def narrow(cache: dict[str, str]) -> Iterator[Server]:
    """A server with narrow limits."""
    limits = {
        "deadline": 0.8,
        "workers": 2,
        "memory": 200 * MIB,
        "upload": 12 * MIB,
        "uploads": 14 * MIB,
        "uploading": 1.5,
        "result": MIB,
    }
    with limited(cache, **limits) as started:
        yield started


def test_a_validation_that_takes_too_long_is_ended(narrow: Server) -> None:
    for _ in range(3):
        began = time.monotonic()
        said = problem(validate(narrow, many(3000)), 503, "deadline")
        assert time.monotonic() - began < 4
        assert "without any verdict" in said["detail"]
        assert validate(narrow, example("finland.ttl"), TODAY).status == 200


def test_a_report_that_is_too_large_is_413(narrow: Server) -> None:
    said = problem(validate(narrow, poor(60), "format=html"), 413, "content-too-large")
    assert "report" in said["detail"]


def test_a_validation_that_takes_too_much_memory_is_ended(cache: dict[str, str]) -> None:
    with limited(cache, memory=60 * MIB, workers=1) as small:
        reply = validate(small, poor(1200), f"{AS_OF}&format=html")
        said = problem(reply, 503, "worker-ended")
        assert "without any verdict" in said["detail"]
        assert validate(small, example("finland.ttl")).status == 200


def begun(server: Server, sent: int, announced: int) -> socket.socket:
    """Send a part of a document, and keep the connection."""
    channel = socket.create_connection((server.host, server.port), timeout=10)
    head = f"POST /api/validate HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\nContent-Length: {announced}\r\n\r\n"
    channel.sendall(head.encode() + b"#" * sent)
    return channel


def test_an_upload_that_does_not_come_is_408(narrow: Server) -> None:
    with begun(narrow, 100, 200) as channel:
        assert b" 408 " in channel.recv(4096)


def test_a_client_that_leaves_frees_its_worker(narrow: Server) -> None:
    body, headers = multipart({"a.ttl": many(3000)})
    for _ in range(4):
        connection = http.client.HTTPConnection(narrow.host, narrow.port)
        connection.request("POST", "/api/validate", body=body, headers=headers)
        time.sleep(0.1)
        connection.close()
    until(lambda: narrow.metric('guidekg_workers{state="busy"}') == 0)
    assert validate(narrow, example("finland.ttl"), TODAY).status == 200
