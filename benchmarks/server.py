"""The server against its peers, and how fast it is rid of what never ends.

Our server, `oxigraph serve` and `rdflib-endpoint` hold the same 100,000 triples in memory. The
client is one process that writes prepared requests and reads to the end of each answer; it takes
its share of the two cores from every server alike. No two requests of a round are the same, so that
nobody answers from a cache of queries.
"""

from __future__ import annotations

import http.client
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

import guidekg
from benchmarks.multiply import multiply
from benchmarks.timing import table
from guidekg.guides import cache
from guidekg.guides.sources import Folders
from guidekg.rdf.namespaces import PREFIXES
from guidekg.stores import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZE = 100_000
CONNECTIONS = 16
SECONDS = 3.0
ROUNDS = 5
DEADLINE = 1.0
BIN = Path(sys.executable).parent
DECLARED = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("gk", "rdfs", "skos"))
LOOKUP = "SELECT ?label WHERE {{ <{thing}> rdfs:label ?label }}"
JOIN = """SELECT ?provision ?label ?modality WHERE {{
  <{thing}> gk:applicableProvision ?provision .
  ?provision rdfs:label ?label ; gk:modality ?modality
  FILTER(LANG(?label) = "en") }} ORDER BY ?label"""
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


class Peer(NamedTuple):
    """A running server: its name, its port, the path of its endpoint."""

    name: str
    port: int
    path: str


class Figures(NamedTuple):
    """What a round of requests took: requests a second, and milliseconds at two percentiles."""

    rate: float
    p50: float
    p99: float


def main() -> None:
    """Print two tables: requests a second, and runaway queries."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        store = _data(Path(folder))
        peers = [
            stack.enter_context(_guidekg(folder)),
            stack.enter_context(_oxigraph(store)),
            stack.enter_context(_rdflib(folder)),
        ]
        rows = []
        for name, text in (("label of a thing", LOOKUP), ("provisions of a scheme", JOIN)):
            rows += _compare(name, peers, _queries(store, text))
        headings = ["query", "server", "requests/s", "p50, ms", "p99, ms", "against oxigraph"]
        title = f"Small queries, {len(store):,} triples, {CONNECTIONS} connections"
        table(title, headings, rows)
    with tempfile.TemporaryDirectory() as folder:
        _data(Path(folder))
        with _guidekg(folder, "--deadline", str(DEADLINE)) as peer:
            table(
                f"A query that never ends, deadline {DEADLINE:g} s, ten times in a row",
                ["what", "at most, ms", "median, ms", "worst, ms"],
                _runaways(peer),
            )


def _data(folder: Path) -> EmbeddedStore:
    """Make the large graph, and leave it where the server finds what it would else compute."""
    small = guidekg.load().store
    lines = [f"{triple} ." for triple in small.triples(inferred=True)]
    text = "\n".join(multiply(lines, "zj-sti-2022", SIZE))
    (folder / "data.nt").write_text(text + "\n", encoding="utf-8")
    triples = (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    store = EmbeddedStore(triples)
    os.environ["GUIDEKG_CACHE"] = str(folder)
    cache.keep(Folders.of([], shipped=True).content(), store)
    return store


def _queries(store: EmbeddedStore, text: str) -> list[str]:
    """Return a query for each scheme, and for each of its provisions."""
    found = "SELECT ?thing WHERE { { ?thing a gk:Scheme } UNION { ?x gk:hasProvision ?thing } }"
    if "applicableProvision" in text:
        found = "SELECT DISTINCT ?thing WHERE { ?thing gk:applicableProvision ?provision }"
    things = [row[0].value for row in store.select(found).rows if isinstance(row[0], ox.NamedNode)]
    return [DECLARED + text.format(thing=thing) for thing in things]


def _compare(name: str, peers: Sequence[Peer], queries: Sequence[str]) -> list[list[str]]:
    taken: dict[Peer, list[Figures]] = {peer: [] for peer in peers}
    for _ in range(ROUNDS):
        for peer in peers:
            taken[peer].append(_round(peer, queries))
    middle = {
        peer: Figures(*map(statistics.median, zip(*rounds, strict=True)))
        for peer, rounds in taken.items()
    }
    bar = middle[peers[1]]
    return [
        [
            name,
            peer.name,
            f"{figures.rate:,.0f}",
            f"{figures.p50:.2f}",
            f"{figures.p99:.2f}",
            f"{figures.rate / bar.rate:.2f} (p99 {figures.p99 / bar.p99:.2f})",
        ]
        for peer, figures in middle.items()
    ]


def _request(peer: Peer, query: str, number: int) -> bytes:
    return (
        f"GET {peer.path}?query={quote(f'{query} # {number}')} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{peer.port}\r\nAccept: application/sparql-results+json\r\n\r\n"
    ).encode()


def _round(peer: Peer, queries: Sequence[str]) -> Figures:
    """Keep so many connections busy for some seconds."""
    numbered = enumerate(cycle(queries), start=time.monotonic_ns() % 10**9)
    ready = selectors.DefaultSelector()
    answers: dict[socket.socket, tuple[float, bytes]] = {}
    times: list[float] = []

    def send(channel: socket.socket) -> None:
        number, query = next(numbered)
        request = _request(peer, query, number)
        answers[channel] = time.perf_counter(), b""
        channel.sendall(request)

    channels = [socket.create_connection(("127.0.0.1", peer.port)) for _ in range(CONNECTIONS)]
    for channel in channels:
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.register(channel, selectors.EVENT_READ)
        send(channel)
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        for key, _ in ready.select(1):
            channel = key.fileobj  # type: ignore[assignment]
            start, got = answers[channel]
            got += channel.recv(1 << 18)
            answers[channel] = start, got
            if _whole(got):
                times.append((time.perf_counter() - start) * 1000)
                send(channel)
    taken = time.perf_counter() - began
    for channel in channels:
        channel.close()
    cuts = statistics.quantiles(times, n=100)
    return Figures(len(times) / taken, cuts[49], cuts[98])


def _whole(got: bytes) -> bool:
    head, end, body = got.partition(b"\r\n\r\n")
    if not end:
        return False
    assert head.startswith(b"HTTP/1.1 200"), got[:500]
    fields = head.lower()
    if (at := fields.find(b"content-length:")) >= 0:
        return len(body) >= int(fields[at + 15 :].split(b"\r\n", 1)[0])
    return body.endswith(b"0\r\n\r\n")


def _runaways(peer: Peer) -> list[list[str]]:
    over, after = [], []
    _ask(peer, "ASK {}")
    for _ in range(10):
        status, taken = _ask(peer, RUNAWAY)
        assert status == 503, status
        over.append(taken - DEADLINE * 1000)
        status, taken = _ask(peer, "ASK {}")
        assert status == 200, status
        after.append(taken)
    return [
        [name, most, f"{statistics.median(values):.1f}", f"{max(values):.1f}"]
        for name, most, values in (
            ("ended after its deadline", "200", over),
            ("the next answer", "100", after),
        )
    ]


def _ask(peer: Peer, query: str) -> tuple[int, float]:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", peer.port)
    connection.request("GET", f"{peer.path}?query={quote(query)}")
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status, (time.perf_counter() - began) * 1000


@contextmanager
def _guidekg(folder: str, *options: str) -> Iterator[Peer]:
    environment = {**os.environ, "GUIDEKG_CACHE": folder}
    with _started([BIN / "guidekg", "serve", *options], environment) as port:
        yield Peer("guidekg serve", port, "/sparql")


@contextmanager
def _oxigraph(store: EmbeddedStore) -> Iterator[Peer]:
    command = [BIN / "oxigraph", "serve", "--union-default-graph"]
    with _started(command, os.environ, bind=True) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        kind = {"Content-Type": "application/n-quads"}
        connection.request("POST", "/store", store.dump(), kind)
        assert connection.getresponse().status < 300
        yield Peer("oxigraph serve", port, "/query")


@contextmanager
def _rdflib(folder: str) -> Iterator[Peer]:
    command = [BIN / "rdflib-endpoint", "serve", "--host", "127.0.0.1"]
    with _started(command, os.environ, f"{folder}/data.nt") as port:
        yield Peer("rdflib-endpoint", port, "/")


@contextmanager
def _started(
    command: Sequence[str | Path],
    environment: dict[str, str] | os._Environ[str],
    *arguments: str,
    bind: bool = False,
) -> Iterator[int]:
    """Run a server on a free port until it answers, and end it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = ["--bind", f"127.0.0.1:{port}"] if bind else ["--port", str(port)]
    process = subprocess.Popen(
        [*command, *where, *arguments],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < end, f"{command[0]} does not answer"
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    main()
