"""What would hang or hurt a server: each ends in bounded time, and the next request is answered.

The bounds are generous, for a machine that does much else; benchmarks/server.py has the figures.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from tests.web.server import Server, limited, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.server import Reply

DEADLINE = 0.5
ARRIVAL = 1.5
BOUND = 8.0  # seconds in which everything here must be over
QUICK = 4.0  # … and the next request answered
ROWS = 20_000
DIRECT = {"Content-Type": "application/sparql-query"}
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ALL = "SELECT * { ?s ?p ?o }"
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))


@pytest.fixture(scope="module")
def hostile(cache: dict[str, str]) -> Iterator[Server]:
    """A server with narrow limits."""
    limits = {
        "deadline": DEADLINE,
        "workers": 2,
        "waiting": 8,
        "arrival": ARRIVAL,
        "grace": 1.0,
        "rate": 1 << 20,
        "idle": 2,
        "rows": ROWS,
        "memory": 300 << 20,
        "result": 8 << 20,
    }
    with limited(cache, **limits) as started:
        yield started


@pytest.fixture(scope="module")
def lonely(cache: dict[str, str]) -> Iterator[Server]:
    """A server with one worker, and all the time in the world for its query."""
    with limited(cache, workers=1, waiting=1, deadline=60.0, grace=1.0, rate=1 << 20) as started:
        yield started


@contextmanager
def bounded(server: Server, seconds: float = BOUND) -> Iterator[None]:
    """Hold what runs within to a time, and the server to an answer after it."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds
    alive(server)


def alive(server: Server) -> None:
    began = time.monotonic()
    reply = server.ask("ASK { ?call a gk:PartnerCall }")
    assert reply.status == 200, reply.text
    assert json.loads(reply.body)["boolean"] is True
    assert time.monotonic() - began < QUICK


def told(reply: Reply, status: int, name: str) -> None:
    assert reply.status == status, reply.text
    assert json.loads(reply.body)["type"].endswith(f"/{name}")
    assert "Traceback" not in reply.text


def connect(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=BOUND * 2)


def everything(channel: socket.socket) -> bytes:
    """Read until the server closes."""
    parts = []
    with suppress(ConnectionResetError):
        while part := channel.recv(65536):
            parts.append(part)
    return b"".join(parts)


def target(query: str) -> bytes:
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


# Queries.


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(PRODUCT, id="product-of-four-patterns"),
        pytest.param(
            "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a = ?h && ?c = 1) }",
            id="join-by-filter",
        ),
        pytest.param("SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b }", id="path-blow-up"),
        pytest.param(
            "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)*/(!<urn:x>|^!<urn:x>)* ?b }",
            id="path-of-paths",
        ),
        pytest.param("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c", id="sort-of-a-product"),
        pytest.param(
            "SELECT ?a { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?a . ?i ?j ?f } }",
            id="not-exists",
        ),
        pytest.param(
            "CONSTRUCT { ?a ?b ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?a), STR(?d), STR(?g)) = 'x') }",
            id="construct",
        ),
    ],
)
def test_a_runaway_query_is_ended_with_the_reason(hostile: Server, query: str) -> None:
    with bounded(hostile):
        reply = hostile.ask(query)
        # Some run out of memory first.
        assert reply.status == 503, reply.text[:300]
        name = json.loads(reply.body)["type"].rpartition("/")[2]
        assert name in {"deadline", "worker-ended"}
        assert name != "deadline" or int(reply.headers["retry-after"]) > 0


def test_a_runaway_query_is_ended_ten_times_in_a_row(hostile: Server) -> None:
    for _ in range(10):
        began = time.monotonic()
        told(hostile.ask(PRODUCT), 503, "deadline")
        assert time.monotonic() - began < DEADLINE + 2
        alive(hostile)


def test_runaway_queries_on_every_worker_leave_spare_ones(hostile: Server) -> None:
    with bounded(hostile), ThreadPoolExecutor(2) as threads:
        for reply in threads.map(hostile.ask, [PRODUCT, PRODUCT]):
            told(reply, 503, "deadline")


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*(.*)*(.*)*z", "a{1,1000}{1,1000}"],
)
def test_a_catastrophic_regular_expression_is_bounded(hostile: Server, pattern: str) -> None:
    text = f'"{"a" * 30_000}!"'
    query = f'SELECT ?s {{ ?s rdfs:label ?l FILTER(REGEX(CONCAT(STR(?l), {text}), "{pattern}")) }}'
    with bounded(hostile):
        reply = hostile.send("POST", body=query.encode(), headers=DIRECT)
        assert reply.status in (200, 400, 503)


def test_a_text_that_doubles_takes_no_more_memory_than_allowed(cache: dict[str, str]) -> None:
    query = f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("xxxxxxxx" AS ?x0) {DOUBLED} }}'
    with limited(cache, deadline=60.0, memory=100 << 20) as server, bounded(server):
        reply = server.send("POST", body=query.encode(), headers=DIRECT)
        told(reply, 503, "worker-ended")
        assert ended(server, "died") == 1


@pytest.mark.parametrize("depth", [5_000, 60_000])
def test_a_query_that_nests_deeply_costs_a_worker_only(hostile: Server, depth: int) -> None:
    query = f"ASK {{ FILTER({'(' * depth}1{')' * depth}) }}"
    with bounded(hostile):
        reply = hostile.send("POST", body=query.encode(), headers=DIRECT)
        assert reply.status in (200, 400, 503)


def test_ten_thousand_alternatives_are_bounded(hostile: Server) -> None:
    union = " UNION ".join("{ ?s ?p ?o }" for _ in range(10_000))
    with bounded(hostile):
        reply = hostile.send("POST", body=f"ASK {{ {union} }}".encode(), headers=DIRECT)
        assert reply.status in (200, 400, 503)


# Results.


def test_a_result_with_too_many_rows_is_refused_while_nothing_was_sent(
    cache: dict[str, str],
) -> None:
    with limited(cache, rows=100) as server:
        for form in ("json", "xml", "csv", "tsv"):
            told(server.ask(f"{ALL} LIMIT 101", format=form), 422, "result-too-large")
            assert server.ask(f"{ALL} LIMIT 100", format=form).status == 200
        graph = "CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o }} LIMIT {}"
        told(server.ask(graph.format(101)), 422, "result-too-large")
        assert server.ask(graph.format(100)).status == 200


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_result_with_too_many_rows_is_cut_once_it_was_begun(hostile: Server, form: str) -> None:
    with bounded(hostile), pytest.raises((http.client.IncompleteRead, ConnectionError)) as cut:
        hostile.ask(ALL, format=form)
    if isinstance(cut.value, http.client.IncompleteRead):
        assert len(cut.value.partial) > 65536


def test_a_result_of_too_many_bytes_is_cut(hostile: Server) -> None:
    query = f'SELECT (REPLACE(STR(?o), "^.*$", "{"x" * 3000}") AS ?x) {{ ?s ?p ?o }} LIMIT 10000'
    with bounded(hostile), pytest.raises((http.client.IncompleteRead, ConnectionError)):
        hostile.send("POST", body=query.encode(), headers=DIRECT)
    until(lambda: any("cut: result-too-large" in line for line in hostile.lines()))


@pytest.fixture(scope="module")
def stalling(hostile: Server) -> str:
    """A query whose rows come at once, but for one of the last."""
    rows = json.loads(hostile.ask("SELECT ?s { ?s rdfs:label ?o }").body)["results"]["bindings"]
    assert len(rows) > 2000
    never = (
        "EXISTS { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?a), STR(?d), STR(?g)) = 'x') }"
    )
    last = rows[-9]["s"]["value"]
    return f"SELECT * {{ ?s rdfs:label ?o FILTER(IF(?s = <{last}>, {never}, true)) }}"


def test_half_a_result_is_never_a_whole_one(hostile: Server, stalling: str) -> None:
    with bounded(hostile), connect(hostile) as channel:
        channel.sendall(target(stalling))
        got = everything(channel)
    assert got.startswith(b"HTTP/1.1 200 ")
    assert b"transfer-encoding: chunked" in got
    assert len(got) > 65536
    assert not got.endswith(b"0\r\n\r\n")
    until(lambda: any(re.search("cut: (deadline|worker-ended)$", line) for line in hostile.lines()))


def test_half_a_compressed_result_is_never_a_whole_one(hostile: Server, stalling: str) -> None:
    headers = {"Accept-Encoding": "gzip"}
    with bounded(hostile), pytest.raises((http.client.IncompleteRead, ConnectionError)):
        hostile.send(params={"query": stalling}, headers=headers)


# Requests.


@pytest.mark.parametrize("kind", ["application/sparql-query", "application/x-www-form-urlencoded"])
def test_a_body_of_50_megabytes_is_refused_and_the_client_reads_why(
    hostile: Server, kind: str
) -> None:
    with bounded(hostile):
        reply = hostile.send("POST", body=b"x" * 50_000_000, headers={"Content-Type": kind})
        told(reply, 413, "content-too-large")


def test_a_body_without_end_is_refused(hostile: Server) -> None:
    with bounded(hostile), connect(hostile) as channel:
        channel.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        with suppress(ConnectionError):
            for _ in range(100):
                channel.sendall(chunk)
        assert channel.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /sparql?query=" + b"x" * 200_000, b"414"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000, b"431"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 30_000, b"431"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100, b"400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /\xff\xfe HTTP/1.1\r\n\r\n", b"400"),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", b"400"),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_is_refused(hostile: Server, sent: bytes, status: bytes) -> None:
    with bounded(hostile), connect(hostile) as channel:
        with suppress(ConnectionError):
            channel.sendall(sent)
        assert everything(channel).startswith(b"HTTP/1.1 " + status)


def test_bytes_by_chance_never_stop_the_server(hostile: Server) -> None:
    with bounded(hostile):
        for size in (1, 10, 100, 1000, 10_000, 100_000):
            with connect(hostile) as channel, suppress(ConnectionError):
                channel.sendall(os.urandom(size) + b"\r\n\r\n")
                everything(channel)


# Slow clients.


def test_a_request_that_comes_a_letter_at_a_time_is_ended(hostile: Server) -> None:
    channels = [connect(hostile) for _ in range(100)]
    with bounded(hostile):
        request = target("ASK {}")
        closed = 0
        for place in range(len(request)):
            for channel in channels:
                with suppress(OSError):
                    channel.sendall(request[place : place + 1])
            time.sleep(0.1)
            if place * 0.1 > ARRIVAL + 1:
                break
        for channel in channels:
            closed += everything(channel).startswith(b"HTTP/1.1 408 ")
            channel.close()
        assert closed == len(channels)


def test_a_connection_that_says_nothing_is_closed(hostile: Server) -> None:
    with bounded(hostile), connect(hostile) as silent, connect(hostile) as blank:
        blank.sendall(b"\r\n")
        assert everything(silent) == b""
        assert not everything(blank).startswith(b"HTTP/1.1 200")


def test_a_connection_that_says_nothing_more_is_closed(hostile: Server) -> None:
    with bounded(hostile), connect(hostile) as channel:
        channel.sendall(target("ASK {}"))
        assert everything(channel).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_does_not_come_is_not_waited_for(hostile: Server) -> None:
    with bounded(hostile), connect(hostile) as channel:
        channel.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 100\r\n\r\nASK"
        )
        assert everything(channel).startswith(b"HTTP/1.1 408 ")


def test_a_client_that_does_not_read_gives_its_worker_back(lonely: Server) -> None:
    def gone() -> float:  # the kernel may drop it before we do
        return ended(lonely, "slow") + ended(lonely, "left")

    before = gone()
    with connect_narrow(lonely) as channel:
        with bounded(lonely, BOUND + QUICK):
            channel.sendall(target("SELECT ?s ?o ?a { ?s ?p ?o . ?a a gk:PartnerCall }"))
            until(lambda: busy(lonely) == 1)
            until(lambda: gone() == before + 1)
        assert not everything(channel).endswith(b"0\r\n\r\n")


def busy(server: Server) -> float:
    return server.metric('guidekg_workers{state="busy"}')


def ended(server: Server, reason: str) -> float:
    return server.metric(f'guidekg_workers_ended_total{{reason="{reason}"}}')


def connect_narrow(server: Server) -> socket.socket:
    """Connect so that little fits on the way to a client that does not read."""
    channel = socket.socket()
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    channel.settimeout(BOUND)
    channel.connect((server.host, server.port))
    return channel


def test_a_client_that_reads_steadily_gets_all_however_long_it_takes(cache: dict[str, str]) -> None:
    # The deadline is for the engine: a client that keeps up the rate may take longer.
    with (
        limited(cache, deadline=1.0, grace=1.0, rate=1 << 18) as server,
        connect_narrow(server) as channel,
    ):
        channel.sendall(target("SELECT * { ?s ?p ?o } LIMIT 9000"))
        began, got = time.monotonic(), bytearray()
        while not got.endswith(b"0\r\n\r\n"):
            part = channel.recv(65536)
            assert part
            got += part
            ahead = len(got) / (1 << 19) - (time.monotonic() - began)
            time.sleep(max(0.0, ahead))
        assert time.monotonic() - began > 2.0


# Many clients, and those that leave.


def test_five_hundred_connections_at_once(hostile: Server) -> None:
    ready = selectors.DefaultSelector()
    request = target("SELECT * { ?s rdfs:label ?o } LIMIT 10").replace(
        b"Host: x", b"Host: x\r\nConnection: close"
    )
    replies: dict[socket.socket, bytes] = {}
    with bounded(hostile, 4 * BOUND):
        channels = [connect(hostile) for _ in range(500)]
        for channel in channels:
            channel.sendall(request)
            channel.setblocking(False)  # noqa: FBT003
            replies[channel] = b""
            ready.register(channel, selectors.EVENT_READ)
        end = time.monotonic() + 3 * BOUND
        while ready.get_map() and time.monotonic() < end:
            for key, _ in ready.select(1):
                channel = key.fileobj  # type: ignore[assignment]
                part = channel.recv(65536)
                replies[channel] += part
                if not part:
                    ready.unregister(channel)
                    channel.close()
        assert not ready.get_map()
    statuses = [int(reply[9:12]) for reply in replies.values()]
    assert len(statuses) == 500
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) > 10
    refused = [reply for reply in replies.values() if reply[9:12] == b"429"]
    assert all(b"retry-after: " in reply for reply in refused)


def test_one_connection_too_many_is_told_so(cache: dict[str, str]) -> None:
    with limited(cache, connections=20) as server:
        channels = [connect(server) for _ in range(30)]
        refused = [everything(channel) for channel in channels[20:]]
        assert all(reply.startswith(b"HTTP/1.1 429 ") for reply in refused)
        for channel in channels:
            channel.close()
        until(lambda: server.ask("ASK {}").status == 200)


def test_a_query_too_many_is_told_when_to_come_again(cache: dict[str, str]) -> None:
    with (
        limited(cache, workers=1, waiting=1, deadline=2.0) as server,
        ThreadPoolExecutor(3) as threads,
    ):
        replies = list(threads.map(server.ask, [PRODUCT] * 3))
        busy = [reply for reply in replies if reply.status == 429]
        assert len(busy) == 1
        assert int(busy[0].headers["retry-after"]) > 0
        told(busy[0], 429, "busy")
        alive(server)


def test_a_client_that_leaves_takes_its_query_with_it(lonely: Server) -> None:
    before = ended(lonely, "left")
    for _ in range(3):
        channel = connect(lonely)
        channel.sendall(target(PRODUCT))
        until(lambda: busy(lonely) == 1)
        with bounded(lonely):
            channel.close()
            until(lambda: busy(lonely) == 0)
    assert ended(lonely, "left") == before + 3


def test_a_client_that_leaves_the_queue_is_forgotten(lonely: Server) -> None:
    first, second = connect(lonely), connect(lonely)
    first.sendall(target(PRODUCT))
    until(lambda: busy(lonely) == 1)
    second.sendall(target(PRODUCT))
    until(lambda: lonely.metric("guidekg_waiting") == 1)
    second.close()
    until(lambda: lonely.metric("guidekg_waiting") == 0)
    first.close()
    alive(lonely)


def test_a_client_that_leaves_in_the_middle_of_a_result(hostile: Server) -> None:
    with bounded(hostile):
        for _ in range(20):
            with connect(hostile) as channel:
                channel.sendall(target("SELECT * { ?s ?p ?o } LIMIT 15000"))
                channel.recv(1000)
    until(lambda: busy(hostile) == 0)


# Processes.


def stat(pid: int | str) -> list[str]:
    """Return the fields of a process from its state on."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return ["gone", ""]


def runs(pid: int) -> bool:
    return stat(pid)[0] not in ("gone", "Z")


def processes(server: Server) -> tuple[int, list[int]]:
    """Return the fork server and the workers of a server."""

    def children(pid: int) -> list[int]:
        listed = [path.name for path in Path("/proc").glob("[0-9]*")]
        return [int(name) for name in listed if stat(name)[1] == str(pid)]

    (fork_server,) = children(server.process.pid)
    return fork_server, children(fork_server)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_workers_that_are_killed_are_replaced(cache: dict[str, str]) -> None:
    with limited(cache, workers=2, spare=1) as server:
        until(lambda: server.metric('guidekg_workers{state="idle"}') == 3)
        before = set(processes(server)[1])
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        until(lambda: ended(server, "died") == 3)
        until(lambda: server.metric('guidekg_workers{state="idle"}') == 3)
        alive(server)
        assert not before & set(processes(server)[1])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_a_fork_server_that_is_killed_is_opened_again(cache: dict[str, str]) -> None:
    with limited(cache, workers=2) as server:
        alive(server)
        fork_server, workers = processes(server)
        os.kill(fork_server, signal.SIGKILL)
        until(lambda: not any(map(runs, workers)))
        until(lambda: server.send(target="/healthz").status == 200, 20)
        alive(server)
        assert processes(server)[0] != fork_server


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_nothing_is_left_when_the_server_is_killed(cache: dict[str, str]) -> None:
    with limited(cache, workers=2, deadline=60.0) as server:
        channel = connect(server)
        channel.sendall(target(PRODUCT))
        until(lambda: busy(server) == 1)
        fork_server, workers = processes(server)
        os.kill(server.process.pid, signal.SIGKILL)
        until(lambda: not any(map(runs, (fork_server, *workers))))
        channel.close()


CONFINED = """
import gc, os, resource, socket, sys
from guidekg.web.workers.forkserver import confine
ours, theirs = socket.socketpair()
channel = confine(theirs, 1 << 28)
said = []
for name, act in {
    "socket": lambda: socket.socket(),
    "pair": lambda: socket.socketpair(),
    "file": lambda: open("/etc/hostname"),
    "pipe": lambda: os.pipe(),
    "memory": lambda: bytearray(1 << 29),
}.items():
    try:
        act()
        said.append(name)
    except (OSError, MemoryError):
        pass
if not gc.isenabled() or not gc.get_freeze_count():
    said.append("garbage")
for name in ("CORE", "FSIZE"):
    if resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) != (0, 0):
        said.append(name)
os.write(2, (",".join(said) or "nothing").encode())
"""


def test_a_worker_can_open_no_connection_and_no_file() -> None:
    command = [sys.executable, "-c", CONFINED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == "nothing"


def test_no_message_of_the_server_shows_a_trace(hostile: Server) -> None:
    assert not [line for line in hostile.lines() if re.search("Traceback|a fault of ours", line)]


def test_a_form_with_a_million_parameters_is_refused(hostile: Server) -> None:
    body = urlencode([("a", "b")] * 200_000).encode()
    with bounded(hostile):
        reply = hostile.send(
            "POST", body=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        told(reply, 400, "malformed-request")
