"""Running the server: who may ask, what is watched and logged, how it starts and stops."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.web.server import COMMAND, Server, limited, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator

ASK = "ASK { ?call a gk:PartnerCall }"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def guarded(cache: dict[str, str]) -> Iterator[Server]:
    """A server that wants a token."""
    with running(environment={**cache, "GUIDEKG_TOKEN": "s3cret-密"}) as started:
        yield started


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}".encode().decode("latin-1")}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        bearer("s3cret"),
        bearer(""),
        {"Authorization": "Basic czNjcmV0"},
        {"Authorization": "s3cret-密".encode().decode("latin-1")},
    ],
)
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/sparql", "/metrics", "/nothing"])
def test_without_the_token_nothing_is_told(
    guarded: Server, headers: dict[str, str], path: str
) -> None:
    reply = guarded.send(target=path, headers=headers)
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert json.loads(reply.body)["type"].endswith("/unauthorized")


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/sparql", "/metrics"])
def test_with_the_token_all_is_told(guarded: Server, path: str) -> None:
    assert guarded.send(target=path, headers=bearer("s3cret-密")).status == 200


def test_a_browser_sends_the_token_as_a_password(guarded: Server) -> None:
    sent = base64.b64encode("anybody:s3cret-密".encode()).decode()
    assert guarded.send(target="/en", headers={"Authorization": f"Basic {sent}"}).status == 200
    wrong = base64.b64encode(b"s3cret:anybody").decode()
    assert guarded.send(target="/en", headers={"Authorization": f"Basic {wrong}"}).status == 401


def test_health_and_preflights_need_no_token(guarded: Server) -> None:
    assert guarded.send(target="/healthz").status == 200
    assert guarded.send("OPTIONS").status == 204


def test_the_log_holds_no_token_and_no_query(guarded: Server) -> None:
    query = "SELECT ('Geheimnis' AS ?x) {}"
    headers = bearer("s3cret-密")
    assert guarded.send(params={"query": query, "token": "s3cret"}, headers=headers).status == 200
    assert guarded.send(params={"query": "Geheimnis"}, headers=headers).status == 400
    until(lambda: "GET /sparql 400" in guarded.log.read_text())
    log = guarded.log.read_text()
    assert "GET /sparql 200" in log
    assert "Geheimnis" not in log
    assert "s3cret" not in log


def test_a_request_is_one_line_of_the_log(server: Server) -> None:
    before = len(server.lines())
    server.ask(ASK)
    server.ask("nonsense")
    server.send(target="/no\r\nthing".replace("\r\n", "%0d%0a"))
    until(lambda: len(server.lines()) == before + 3)
    lines = server.lines()[before:]
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 127\.0\.0\.1 GET /\S+ \d{3} \d+B \d+\.\dms( .+)?"
    assert all(re.fullmatch(form, line) for line in lines)
    assert "malformed-query" in lines[1]


def test_the_log_of_requests_can_be_left_out(cache: dict[str, str]) -> None:
    with running("--no-access-log", environment=cache) as server:
        server.ask(ASK)
        time.sleep(0.5)
        assert server.lines() == []


def test_health_is_told(server: Server) -> None:
    reply = server.send(target="/healthz")
    assert (reply.status, reply.text) == (200, "ok\n")
    assert server.send("HEAD", "/healthz").status == 200
    refused = server.send("POST", "/healthz")
    assert refused.status == 405
    assert "GET" in refused.headers["allow"]


def test_metrics_are_what_prometheus_reads(server: Server) -> None:
    counted = 'guidekg_requests_total{method="GET",path="/sparql",status="200"}'
    server.ask(ASK)
    before = server.metric(counted)
    server.ask(ASK)
    server.send("PROPFIND", "/coffee")
    assert server.metric(counted) == before + 1
    assert server.metric('guidekg_requests_total{method="other",path="other",status="404"}') >= 1
    reply = server.send(target="/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(reply.text)}
    assert {"guidekg_requests", "guidekg_request_seconds", "guidekg_workers"} <= names
    assert {"guidekg_waiting", "guidekg_workers_ended", "guidekg_response_bytes"} <= names


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_under_way_is_finished_when_the_server_stops(
    cache: dict[str, str], number: signal.Signals
) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a rdfs:label ?b . ?c skos:prefLabel ?d FILTER(STRLEN(?d) < STRLEN(?b)) }"
    with running(environment=cache) as server, ThreadPoolExecutor() as threads:
        asked = threads.submit(server.ask, slow)
        time.sleep(0.1)
        server.process.send_signal(number)
        assert asked.result().status == 200
        assert server.process.wait(20) == (130 if number == signal.SIGINT else 0)
        with pytest.raises(OSError):  # noqa: PT011  # refused or reset
            server.ask(ASK)


def test_a_query_without_end_does_not_hold_up_the_stop(cache: dict[str, str]) -> None:
    with (
        limited(cache, deadline=60.0, stop=1) as server,
        ThreadPoolExecutor() as threads,
        socket.create_connection((server.host, server.port)) as idle,
    ):
        asked = threads.submit(server.ask, PRODUCT)
        time.sleep(0.5)
        began = time.monotonic()
        server.process.terminate()
        assert server.process.wait(20) == 0
        assert time.monotonic() - began < 10
        assert idle.recv(1) == b""
        with suppress(OSError):
            assert asked.result().status >= 500


def serve(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "serve", *options],
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_address_that_is_taken_is_told(server: Server) -> None:
    done = serve("--port", str(server.port))
    assert done.returncode == 2
    assert f"{server.port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_told(host: str) -> None:
    done = serve("--host", host, LC_ALL="zh_CN.UTF-8")
    assert done.returncode == 2
    assert "无法" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_guide_is_told(tmp_path: Path) -> None:
    done = serve("--port", "0", str(tmp_path))
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_ones_own_is_served(cache: dict[str, str]) -> None:
    folder = Path(__file__).parents[1] / "fixtures" / "mini-guide"
    with running(str(folder), environment=cache) as server:
        reply = server.ask("SELECT (COUNT(?g) AS ?n) { ?g a gk:Guide }", "text/csv")
        assert reply.text.split() == ["n", "2"]


@pytest.mark.parametrize(
    ("options", "warned"),
    [(["--host", "0.0.0.0"], True), (["--host", "0.0.0.0", "--token", "x"], False), ([], False)],  # noqa: S104  # what is tested
)
def test_an_open_door_is_told(cache: dict[str, str], options: list[str], warned: bool) -> None:  # noqa: FBT001
    with running(*options, environment=cache) as server:
        assert ("--token" in server.log.read_text()) is warned


def test_by_default_only_this_machine_can_connect(server: Server) -> None:
    assert server.host == "127.0.0.1"
    with pytest.raises(OSError), socket.socket() as other:  # noqa: PT011  # refused
        other.connect(("127.0.0.2", server.port))


def test_settings_do_not_show_the_token() -> None:
    code = "from guidekg.web.settings import Settings; print(Settings(token='s3cret'))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "s3cret" not in done.stdout
