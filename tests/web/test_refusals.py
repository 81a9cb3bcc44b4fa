"""A request that is refused while it is still being sent: its client reads the answer, never a reset."""

from __future__ import annotations

import http.client
import re
import select
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.web.rest import example, problem, validate
from tests.web.server import Server, limited, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
SIZE = 15 * MIB
TURTLE = "Content-Type: text/turtle\r\n"
QUERY = "Content-Type: application/sparql-query\r\n"


def sent_whole(server: Server, head: str, content: bytes = b"x" * SIZE) -> int:
    """Send a request to its end, whatever comes back meanwhile; return the status of the answer.

    The answer is looked at only when all is sent: so a server that closes too early is found out.
    """
    with socket.create_connection((server.host, server.port), timeout=30) as channel:
        length = f"Content-Length: {len(content)}\r\n" if content else ""
        channel.sendall(f"{head}Host: x\r\n{length}\r\n".encode() + content)
        found = re.match(rb"HTTP/1\.1 (\d+) ", channel.recv(4096))
        assert found, head
        return int(found[1])


def one_status(channel: socket.socket) -> int:
    """Read one answer to its end, and nothing beyond it; return its status."""
    with http.client.HTTPResponse(channel) as answer:
        answer.begin()
        answer.read()
        return answer.status


@pytest.fixture(scope="module")
def guarded(cache: dict[str, str]) -> Iterator[Server]:
    with running("--token", "s3cret", environment=cache) as started:
        yield started


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"POST /nowhere HTTP/1.1\r\n{TURTLE}", 404),
        (f"POST /en/calls HTTP/1.1\r\n{TURTLE}", 405),
        (f"DELETE /sparql HTTP/1.1\r\n{QUERY}", 405),
        (f"POST /sparql HTTP/1.1\r\n{QUERY}", 413),
        (f"POST /sparql HTTP/1.1\r\n{QUERY}Connection: close\r\n", 413),
        (f"POST /sparql HTTP/1.0\r\n{QUERY}", 413),
        (f"POST /sparql HTTP/1.1\r\n{TURTLE}", 415),
        (f"POST /nowhere HTTP/1.1\r\n{TURTLE}Connection: close\r\n", 404),
        (f"POST /api/validate?lang=xx HTTP/1.1\r\n{TURTLE}", 400),
        (f"POST /api/questions/deadlines?{'x' * 40_000} HTTP/1.1\r\n{TURTLE}", 414),
        (f"POST /{'x' * 40_000} HTTP/1.1\r\n{TURTLE}", 414),
    ],
    ids=lambda value: str(value).split(" HTTP")[0][:40],
)
def test_the_answer_comes_before_the_end_of_the_request(
    server: Server, head: str, status: int
) -> None:
    for _ in range(3):
        assert sent_whole(server, head) == status


def test_without_the_token(guarded: Server) -> None:
    for _ in range(3):
        assert sent_whole(guarded, f"POST /api/validate HTTP/1.1\r\n{TURTLE}") == 401


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (b"GET /" + b"x" * SIZE, 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * (SIZE // 6), 431),
        (b"\x16\x03\x01" + b"x" * SIZE, 400),
    ],
    ids=["address", "headers", "no HTTP"],
)
def test_a_head_that_is_refused(server: Server, start: bytes, status: int) -> None:
    with socket.create_connection((server.host, server.port), timeout=30) as channel:
        channel.sendall(start)
        assert channel.recv(4096).startswith(b"HTTP/1.1 %d " % status)


@pytest.fixture(scope="module")
def full(cache: dict[str, str]) -> Iterator[Server]:
    """A server that takes sixteen megabytes of uploads at once."""
    limits = {"upload": 16 * MIB, "uploads": 16 * MIB, "uploading": 60.0}
    with limited(cache, **limits) as started:
        yield started


def taken_in(full: Server, upload: bytes, other: bytes) -> socket.socket:
    """Begin an upload, and return its connection when the server has taken in what there is of it.

    It waits a minute for the rest. Of two that come together either may be the one too many.
    """
    for _ in range(20):
        channel = socket.create_connection((full.host, full.port), timeout=30)
        channel.sendall(upload)
        while not select.select([channel], [], [], 0)[0]:  # it was not refused itself
            if validate(full, other).status == 429 == validate(full, other).status:
                return channel
        channel.close()
    pytest.fail("the upload was refused each time")


def test_fifteen_clients_that_come_to_a_full_queue(full: Server) -> None:
    held = SIZE  # of an upload that does not come to its end
    head = f"POST /api/validate HTTP/1.1\r\nHost: x\r\n{TURTLE}Content-Length: {held}\r\n\r\n"
    whole = b"#" * (SIZE - 10_000) + b"\n" + example("finland.ttl")
    with taken_in(full, head.encode() + b"#" * (held - 1), whole):
        with ThreadPoolExecutor(15) as clients:
            asked = [f"POST /api/validate HTTP/1.1\r\n{TURTLE}"] * 15
            found = list(clients.map(lambda one: sent_whole(full, one), asked))
        assert found == [429] * 15
        reply = validate(full, whole)
        assert problem(reply, 429, "busy")
        assert int(reply.headers["retry-after"]) > 0
        # A small one is taken all the same.
        assert validate(full, example("finland.ttl")).status == 200
    until(lambda: validate(full, whole).status == 200, 50)


def test_a_connection_too_many(cache: dict[str, str]) -> None:
    with limited(cache, connections=3) as few:
        held = [socket.create_connection((few.host, few.port), timeout=30) for _ in range(3)]
        try:
            for channel in held:  # each is there: it has had an answer
                channel.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                assert channel.recv(4096).startswith(b"HTTP/1.1 200 ")
            assert sent_whole(few, f"POST /api/validate HTTP/1.1\r\n{TURTLE}") == 429
        finally:
            for channel in held:
                channel.close()


def test_a_connection_goes_on_after_an_early_answer(server: Server) -> None:
    """What is left of the refused request is no part of the next one, however long it is."""
    head = f"POST /nowhere HTTP/1.1\r\nHost: x\r\n{TURTLE}Content-Length: {SIZE}\r\n\r\n"
    with socket.create_connection((server.host, server.port), timeout=30) as channel:
        channel.sendall(head.encode())
        assert one_status(channel) == 404
        channel.sendall(b"x" * SIZE + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert one_status(channel) == 200
