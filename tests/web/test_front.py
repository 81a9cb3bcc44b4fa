"""The front process: it knows no engine, and the application stands in other people's servers too."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from guidekg import KnowledgeGraph
from guidekg.errors import ValueFormError
from guidekg.web import Limits, create_app
from tests.web.pages_support import Workbench
from tests.web.server import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Message

LIMITS = Limits(workers=1, spare=0)
ENGINES = ("pyoxigraph", "rdflib", "pyshacl", "shacl", "owlrl", "SPARQLWrapper", "httpx")
# The server itself, as the command starts it; it says what its process holds once it has answered.
FRONT = """
import os, signal, sys, threading
from urllib.request import urlopen
from guidekg.cli import main

def look(url):
    for path in ("/en/calls", "/api", "/sparql?query=ASK%7B%7D", "/metrics"):
        urlopen(url + path).read()
    print(sorted({name.partition(".")[0] for name in sys.modules} & set(ENGINES)))
    os.kill(os.getpid(), signal.SIGTERM)

def say(address):
    threading.Thread(target=look, args=[address], daemon=True).start()

import guidekg.web.server as server
server.serve(server.Settings(port=0, access_log=False), say)
"""


def test_the_process_that_speaks_http_imports_no_engine() -> None:
    code = f"ENGINES = {ENGINES!r}\n{FRONT}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "[]\n"


# ---- Below a path of another application


@contextmanager
def mounted(host: ASGIApp) -> Iterator[Workbench]:
    """Serve an application with uvicorn as anybody would, in a thread."""
    server = uvicorn.Server(uvicorn.Config(host, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started, 60)
        yield Workbench(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(30)


def starlette() -> ASGIApp:
    funding = create_app(limits=LIMITS)
    return Starlette(
        routes=[Route("/", lambda _: PlainTextResponse("ours")), Mount("/funding", funding)],
        lifespan=funding.lifespan,
    )


def fastapi() -> ASGIApp:
    funding = create_app(limits=LIMITS)
    app = FastAPI(lifespan=funding.lifespan)
    app.mount("/funding", funding)
    return app


@pytest.fixture(scope="module", params=[starlette, fastapi])
def bench(request: pytest.FixtureRequest) -> Iterator[Workbench]:
    with mounted(request.param()) as started:
        yield started


def test_every_link_of_a_mounted_page_stays_below_its_path(bench: Workbench) -> None:
    links = set()
    for path in ("", "/calls", "/guide", "/ns", "/page/place/cn", "/dataset", "/sparql-editor"):
        page = bench.follow(f"/funding/en{path}").page
        links |= {link for link in page.links if link.startswith("/")}
        assert page.jsonld["url"].startswith("/funding/en")
    assert len(links) > 50
    assert not [link for link in links if not link.startswith("/funding/")]
    styles = [link for link in links if link.startswith("/funding/static/")]
    for link in (*styles, "/funding/zh/calls", "/funding/data/place/cn.ttl", "/funding/sparql"):
        assert bench.send(link).status == 200, link


def test_what_leads_elsewhere_leads_below_the_path(bench: Workbench) -> None:
    for path in ("/calls", "/guide", "/id/place/cn", "/ns", "/.well-known/void"):
        reply = bench.send(f"/funding{path}", accept="text/html")
        assert reply.status in (302, 303)
        assert reply.headers["location"].startswith("/funding/en"), path
    assert bench.follow("/funding/id/place/cn", accept="text/turtle").status == 200


def test_the_api_says_where_it_is_mounted(bench: Workbench) -> None:
    for link in json.loads(bench.send("/funding/api").body)["links"].values():
        assert link["href"].startswith("/funding/")
    listed = json.loads(bench.send("/funding/api/questions").body)["questions"]
    assert bench.send(listed[0]["example"]).status == 200
    described = json.loads(bench.send("/funding/api/openapi.json").body)
    assert described["servers"] == [{"url": "/funding"}]
    service = bench.send("/funding/sparql", accept="text/turtle").text
    assert f"<{bench.url}/funding/sparql>" in service


def test_what_is_wrong_below_the_path_is_told_as_ever(bench: Workbench) -> None:
    missing = bench.send("/funding/nothing")
    assert (missing.status, "/funding/sparql" in missing.text) == (404, True)
    refused = bench.send("/funding/sparql", "DELETE")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    assert bench.send("/nothing").status == 404


def test_an_application_whose_lifespan_is_not_run_says_so() -> None:
    async def ask() -> tuple[int, bytes]:
        app = create_app(limits=LIMITS)
        sent: list[Message] = []
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/en",
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": [],
            "server": ("127.0.0.1", 80),
            "client": None,
        }

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope, receive, send)
        return sent[0]["status"], sent[1]["body"]

    status, body = asyncio.run(ask())
    assert status == 503
    assert b"lifespan" in body


def test_what_was_not_opened_from_files_cannot_be_served(kg: KnowledgeGraph) -> None:
    with pytest.raises(ValueFormError, match="opened from files"):
        create_app(KnowledgeGraph(kg.store))


def test_one_folder_may_stand_alone(tmp_path: Path) -> None:
    for guides in (tmp_path, str(tmp_path), [tmp_path]):
        assert create_app(guides).settings.folders == (str(tmp_path),)
