"""An endpoint that is not there, refuses, or answers badly: told apart, in time, without secrets."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import socket
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import guidekg
from guidekg.errors import EndpointError, EndpointQueryError, QueryError
from tests.endpoints import free_port
from tests.faulty import Faulty, Keeper, drip, reply, stall

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from typing import Any

    Act = bytes | Callable[[socket.socket, Any], None]

TOKEN = "s3cret-token"  # noqa: S105  # of no server


def results(variable: str, *values: str, datatype: str = "string") -> bytes:
    """Return the rows of one variable as JSON."""
    kind = f"http://www.w3.org/2001/XMLSchema#{datatype}"
    rows = [{variable: {"type": "literal", "value": value, "datatype": kind}} for value in values]
    return json.dumps({"head": {"vars": [variable]}, "results": {"bindings": rows}}).encode()


HELD = results("held", "asserted", "inferred", "union")
GOOD = reply(HELD)


def error_of(url: str, *, within: float = 20, **more: Any) -> EndpointError:
    """Return the error of connecting, which comes in time and speaks both languages."""
    began = time.monotonic()
    with pytest.raises(EndpointError) as caught:
        guidekg.connect(url, **more)
    assert time.monotonic() - began < within
    error = caught.value
    assert error.exit_code == 2
    for said in (error.zh, error.en):
        assert url.partition("?")[0] in said
        assert TOKEN not in said
    assert any("\u4e00" <= char <= "\u9fff" for char in error.zh)
    assert error.en.isascii() or "…" in error.en or "—" in error.en
    return error


def fault(*acts: Act, **more: Any) -> tuple[EndpointError, int]:
    """Return the error of connecting to a server that acts so, and how often it was asked."""
    with Faulty(*acts) as server:
        more.setdefault("timeout", 10)
        error = error_of(server.url, **more)
        assert "SELECT DISTINCT ?held" in error.en  # what was asked
        return error, len(server.requests)


def test_nobody_listens() -> None:
    assert error_of(f"http://127.0.0.1:{free_port()}/sparql").reason == "refused"


PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the proxy of the environment, and what goes past it."""

    def set_proxy(address: str, past: str = "") -> None:
        for name in PROXIES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", address)
        monkeypatch.setenv("NO_PROXY", past)

    return set_proxy


def test_a_proxy_is_used(proxy: Callable[..., None]) -> None:
    with Faulty(GOOD) as server:
        for address in (server.url, f"user:{TOKEN}@127.0.0.1:{server.port}"):
            proxy(address)
            guidekg.connect("http://endpoint.invalid/sparql")
        first, second = server.requests
    assert first.line == "POST http://endpoint.invalid/sparql HTTP/1.1"
    assert second.headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize("past", ["127.0.0.1", "localhost,127.0.0.1", "*"])
@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "socks5://127.0.0.1:9", "http:odd"])
def test_a_proxy_is_not_used_for_what_goes_past_it(
    proxy: Callable[..., None], address: str, past: str
) -> None:
    proxy(address, past)
    with Faulty(GOOD) as server:
        guidekg.connect(server.url)
        assert server.requests[0].line == "POST /sparql HTTP/1.1"


@pytest.mark.parametrize(
    "address", [f"socks5://user:{TOKEN}@127.0.0.1:9", "http:odd", "http://", "http://h:99999"]
)
def test_a_proxy_that_is_none_is_named(proxy: Callable[..., None], address: str) -> None:
    proxy(address)
    error = error_of("http://endpoint.invalid/sparql")
    assert error.reason == "proxy"
    assert "NO_PROXY" in error.zh
    assert "NO_PROXY" in error.en


def test_a_proxy_that_is_not_there_is_named(proxy: Callable[..., None]) -> None:
    port = free_port()
    proxy(f"http://user:{TOKEN}@127.0.0.1:{port}")
    error = error_of("http://endpoint.invalid/sparql")
    assert error.reason == "refused"
    assert f"through the proxy http://127.0.0.1:{port} (asked" in error.en
    assert f"经过代理 http://127.0.0.1:{port}" in error.zh


def test_no_such_host() -> None:
    assert error_of("http://no-such-host.invalid/sparql").reason == "name"
    assert error_of(f"http://{'a' * 70}.invalid/sparql").reason == "name"


def test_a_host_that_does_not_answer() -> None:
    """A listener whose queue is full drops whoever comes next, as a dead host does."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        try:
            for item in waiting:
                item.settimeout(0)
                item.connect_ex(address)
            error = error_of(f"http://127.0.0.1:{address[1]}/sparql", timeout=0.5, within=5)
        finally:
            for item in waiting:
                item.close()
    assert error.reason == "unreachable"
    assert "0.5 s" in error.en


def test_a_server_that_does_not_speak_tls() -> None:
    with Faulty(reply(b"x")) as server:
        error = error_of(server.url.replace("http:", "https:"))
    assert error.reason == "tls"


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/SSH-2.0 200\r\n\r\n", b"\0"])
@pytest.mark.parametrize("act", [bytes, stall], ids=["and hangs up", "and waits"])
def test_a_server_that_does_not_speak_http(said: bytes, act: Callable[[bytes], Act]) -> None:
    error, asked = fault(act(said))
    assert (error.reason, asked) == ("malformed", 1)
    assert ("SSH-2.0" in error.en) is (b"SSH-2.0" in said)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/sparql-results+json"])
def test_a_web_page_with_status_200(kind: str) -> None:
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>x</body></html>"
    error, asked = fault(reply(page, kind))
    assert (error.reason, error.status, asked) == ("html", 200, 1)
    assert "Sign in" in error.en
    assert "网页" in error.zh


@pytest.mark.parametrize("kind", ["text/csv", "application/n-triples", "image/png"])
def test_a_content_type_that_is_no_result(kind: str) -> None:
    error, _ = fault(reply(HELD, kind))
    assert error.reason == "content-type"
    assert kind in error.en


def test_no_content_type() -> None:
    error, _ = fault(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    assert error.reason == "content-type"


@pytest.mark.parametrize("body", [HELD[:-20], b"", b"{}", b'{"head":{},"boolean":true}', b"\xff"])
def test_json_that_breaks_off_or_is_no_result(body: bytes) -> None:
    error, asked = fault(reply(body))
    assert (error.reason, asked) == ("malformed", 1)


def test_triples_that_break_off() -> None:
    with Faulty(GOOD, reply(b"<urn:a> <urn:b> ", "application/n-triples")) as server:
        graph = guidekg.connect(server.url)
        with pytest.raises(EndpointError) as caught:
            graph.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert caught.value.reason == "malformed"


def test_a_body_that_stops_short_is_a_lost_connection() -> None:
    cut = GOOD[:-30]
    error, asked = fault(cut, timeout=1.5)
    assert error.reason == "lost"
    assert asked > 1


def test_a_lost_connection_is_tried_again() -> None:
    with Faulty(b"", b"", GOOD) as server:
        guidekg.connect(server.url)
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (stall(b""), "deadline"),
        (stall(b"HTTP/1.1 200 OK\r\nContent-Ty"), "deadline"),
        (drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), "deadline"),
        (stall(GOOD[:-30]), "stalled"),
        (drip(reply(HELD).replace(b"Content-Length", b"X-Length"), b" "), "stalled"),
    ],
    ids=["silence", "half a head", "a dripping head", "half a body", "a dripping body"],
)
def test_one_deadline_for_all_that_is_waited_for(act: Act, reason: str) -> None:
    error, asked = fault(act, timeout=1.5, within=5)
    assert (error.reason, asked) == (reason, 1)
    assert "1.5 s" in error.en


def test_the_deadline_holds_for_all_tries_together() -> None:
    error, asked = fault(reply(b"later", "text/plain", status=503), timeout=3, within=6)
    assert error.status == 503
    assert 1 < asked < 6


@pytest.mark.parametrize("status", [429, 503])
def test_busy_is_tried_again_when_the_endpoint_says(status: int) -> None:
    busy = reply(b"", "text/plain", "Retry-After: 1", status=status)
    with Faulty(busy, GOOD) as server:
        began = time.monotonic()
        guidekg.connect(server.url)
        assert time.monotonic() - began >= 1
        assert len(server.requests) == 2


def late(sent: bytes, seconds: float) -> Act:
    """Answer, but only after a while."""

    def act(connection: socket.socket, over: threading.Event) -> None:
        over.wait(seconds)
        connection.sendall(sent)

    return act


def test_a_slow_503_gave_up_on_the_query_and_would_again() -> None:
    """More than five seconds long; what asks for another try, or was only busy, is asked again."""
    slow = late(reply(b"too hard", "text/plain", status=503), 5.5)
    asks = late(reply(b"", "text/plain", "Retry-After: 0", status=503), 5.5)
    busy = late(reply(b"", "text/plain", status=503), 0.0)

    def tries(first: Act) -> int:
        with Faulty(first, GOOD) as server, suppress(EndpointError):
            guidekg.connect(server.url, timeout=60)
        return len(server.requests)

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(tries, (slow, asks, busy))) == [1, 2, 2]


def test_a_date_says_when_to_come_back() -> None:
    when = formatdate(time.time() + 2, usegmt=True)
    with Faulty(reply(b"", "text/plain", f"Retry-After: {when}", status=503), GOOD) as server:
        began = time.monotonic()
        guidekg.connect(server.url)
        assert 0.5 < time.monotonic() - began < 10


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    busy = reply(b"closed for the night", "text/plain", "Retry-After: 3600", status=503)
    error, asked = fault(busy, within=3)
    assert (error.status, asked) == (503, 1)
    assert "closed for the night" in error.en


@pytest.mark.parametrize("status", [401, 403, 404, 405, 406, 410, 414, 500, 502, 504])
def test_other_refusals_are_final_and_have_the_servers_words(status: int) -> None:
    error, asked = fault(reply(b"the words of the server", "text/plain", status=status))
    assert (error.reason, error.status, asked) == ("status", status, 1)
    assert f"{status}: the words of the server" in error.en
    assert not isinstance(error, QueryError)


def test_a_problem_says_its_detail() -> None:
    problem = json.dumps({"type": "about:blank", "title": "t", "detail": "line 3: no"}).encode()
    error, _ = fault(reply(problem, "application/problem+json", status=400))
    assert isinstance(error, EndpointQueryError)
    assert "400: line 3: no" in error.en


def test_an_error_page_says_its_title() -> None:
    page = b"<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>"
    error, _ = fault(reply(page, "text/html", status=502))
    assert "502 Bad Gateway" in error.en
    assert "<" not in error.en.partition("(asked")[0]


def moved(target: str, status: int = 307) -> bytes:
    return reply(b"", "text/plain", f"Location: {target}", status=status)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_host_is_followed_with_the_query(status: int) -> None:
    with Faulty(moved("/elsewhere?x=1", status), GOOD) as server:
        guidekg.connect(server.url, token=TOKEN)
        first, second = server.requests
    assert second.line == "POST /elsewhere?x=1 HTTP/1.1"
    assert second.body == first.body
    assert second.headers["authorization"] == f"Bearer {TOKEN}"


def test_see_other_is_fetched() -> None:
    with Faulty(moved("/result", 303), GOOD) as server:
        guidekg.connect(server.url)
        assert server.requests[1].line == "GET /result HTTP/1.1"


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with Faulty(GOOD) as other:
        error, asked = fault(moved(other.url), token=TOKEN)
        assert other.requests == []
    assert (error.reason, asked) == ("redirect", 1)
    assert other.url in error.en


@pytest.mark.parametrize(
    "target",
    ["https://127.0.0.1/sparql", "file:///etc/passwd", "http://[", "ftp://x", "http://x:y/"],
)
def test_a_redirect_to_another_scheme_is_not_followed(target: str) -> None:
    error, asked = fault(moved(target))
    assert (error.reason, asked) == ("redirect", 1)


@pytest.mark.parametrize("target", ["/sparql", ""])
def test_a_redirect_without_end_ends(target: str) -> None:
    error, asked = fault(moved(target))
    assert error.reason == "redirect"
    assert asked == 6


def test_a_compressed_answer_is_read() -> None:
    body = gzip.compress(HELD)
    with Faulty(reply(body, "application/sparql-results+json", "Content-Encoding: gzip")) as server:
        guidekg.connect(server.url)
        assert server.requests[0].headers["accept-encoding"] == "gzip"


PACKED = gzip.compress(HELD, mtime=0)


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, gzip"])
@pytest.mark.parametrize(
    "body", [HELD, PACKED[:40], PACKED[:-1]], ids=["no gzip", "cut", "its end missing"]
)
def test_an_answer_that_cannot_be_inflated(body: bytes, coding: str) -> None:
    error, _ = fault(reply(body, "application/sparql-results+json", f"Content-Encoding: {coding}"))
    assert error.reason == "malformed"


def test_an_answer_that_swells_without_measure() -> None:
    bomb = gzip.compress(b" " * 200_000_000, compresslevel=9)
    error, _ = fault(reply(bomb, "application/sparql-results+json", "Content-Encoding: gzip"))
    assert error.reason == "too-large"


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ([], "graph/asserted"),
        (["asserted", "union"], "graph/inferred"),
        (["asserted", "inferred"], "--union-default-graph"),
    ],
)
def test_an_endpoint_that_holds_no_guide(held: list[str], words: str) -> None:
    error, _ = fault(reply(results("held", *held)))
    assert error.reason == "no-guide"
    assert words in error.en


def counted(number: int) -> bytes:
    return reply(results("n", str(number), datatype="integer"))


@contextmanager
def holding(count: int, triples: bytes) -> Iterator[tuple[guidekg.KnowledgeGraph, Faulty]]:
    """Connect to a server that counts so many triples, and gives these."""
    with Faulty(GOOD, counted(count), reply(triples, "application/n-triples")) as server:
        yield guidekg.connect(server.url), server


def test_an_endpoint_that_cuts_results_in_silence() -> None:
    with (
        holding(3, b"<urn:a> <urn:b> <urn:c> .\n") as (graph, _),
        pytest.raises(EndpointError) as caught,
    ):
        graph.graph()
    assert caught.value.reason == "incomplete"
    assert "1 of 3" in caught.value.en


def test_more_than_is_fetched_at_once_is_not_fetched() -> None:
    with holding(500_001, b"") as (graph, server):
        for fetch in (graph.graph, graph.asserted, graph.nquads):
            server.acts[:] = [counted(500_001)]
            with pytest.raises(EndpointError) as caught:
                fetch()
            assert caught.value.reason == "incomplete"
            assert "500000" in caught.value.en
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8000/sparql",
        "ftp://127.0.0.1/sparql",
        "file:///etc/passwd",
        "http://",
        "http://host:port/",
        "http://127.0.0.1/spa rql",
        "http://127.0.0.1/\r\nX: y",
        f"http://user:{TOKEN}@127.0.0.1/sparql",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(EndpointError) as caught:
        guidekg.connect(url)
    assert caught.value.reason == "address"
    assert TOKEN not in caught.value.en + caught.value.zh


@pytest.mark.parametrize(
    "more",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"token": ""},
        {"token": f"{TOKEN}\r\nX: y"},
        {"token": "令牌"},
        {"token": TOKEN, "auth": ("user", "password")},
    ],
)
def test_settings_that_cannot_be_used(more: dict[str, Any]) -> None:
    with pytest.raises(EndpointError) as caught:
        guidekg.connect("http://127.0.0.1:9/sparql", **more)
    assert caught.value.reason == "address"
    assert TOKEN not in caught.value.en + caught.value.zh


def test_user_and_password_are_sent() -> None:
    with Faulty(GOOD) as server:
        guidekg.connect(server.url, auth=("Aladdin", "open sesame"))
        sent = server.requests[0].headers
    assert sent["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert "application/sparql-results+json" in sent["accept"]
    assert sent["user-agent"].startswith("guidekg/")


TLS = Path(__file__).parent / "fixtures/tls/loopback.pem"  # made for these tests, trusted nowhere


def test_the_certificates_of_the_environment_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS)
    with Faulty(GOOD, tls=context) as server:
        assert error_of(server.url, token=TOKEN).reason == "tls"
        assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS))
        guidekg.connect(server.url, token=TOKEN)
        assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_connection_is_kept_between_questions() -> None:
    with Keeper(GOOD) as server:
        graph = guidekg.connect(server.url)
        for _ in range(3):
            graph.query("SELECT * { ?s ?p ?o }")
        assert (server.connections, len(server.requests)) == (1, 4)


def test_a_connection_that_the_server_closed_is_made_again() -> None:
    closing = GOOD.replace(b"Connection: close\r\n", b"")
    with Faulty(closing) as server:
        graph = guidekg.connect(server.url)
        graph.query("SELECT * { ?s ?p ?o }")
        assert len(server.requests) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_process_has_connections_of_its_own() -> None:
    with Keeper(GOOD) as server:
        graph = guidekg.connect(server.url)
        text = ("SELECT * { ?s ?p ?o }",)
        child = multiprocessing.get_context("fork").Process(target=graph.store.select, args=text)
        child.start()
        child.join(30)
        assert child.exitcode == 0
        graph.query("SELECT * { ?s ?p ?o }")
        assert (server.connections, len(server.requests)) == (2, 3)


def test_a_question_that_is_given_up_disturbs_no_other() -> None:
    def answer(connection: socket.socket, over: threading.Event) -> None:
        over.wait(0.3)
        connection.sendall(GOOD)

    with Faulty(GOOD, stall(GOOD[:-30]), answer) as server:
        graph = guidekg.connect(server.url, timeout=1)
        with ThreadPoolExecutor() as pool:
            asked = [pool.submit(graph.store.select, "SELECT * { ?s ?p ?o }") for _ in range(6)]
        failed = [one.exception() for one in asked if one.exception()]
        assert [error.reason for error in failed] == ["stalled"]  # type: ignore[union-attr]
        assert len(server.requests) == 7


def test_secrets_are_in_no_error() -> None:
    words = f"who is {TOKEN}?".encode()
    error, _ = fault(reply(words, "text/plain", status=401), token=TOKEN)
    assert "who is …?" in error.en
    assert "GUIDEKG_TOKEN" in error.en
    with Faulty(reply(words, "text/plain", status=403)) as server:
        error = error_of(f"{server.url}?key={TOKEN}", auth=("user", TOKEN))
        assert TOKEN in server.requests[0].line
    assert error.endpoint == server.url
