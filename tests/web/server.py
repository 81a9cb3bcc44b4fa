"""A server in a process of its own, and the plainest of clients."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

COMMAND = Path(sys.executable).with_name("guidekg")
JSON = "application/sparql-results+json"


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.endpoint = f"{url}/sparql"
        self.log = log
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 0

    def send(
        self,
        method: str = "GET",
        target: str = "/sparql",
        *,
        params: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Reply:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            query = f"?{urlencode(params)}" if params else ""
            connection.request(method, target + query, body=body, headers=dict(headers or {}))
            got = connection.getresponse()
            found = {name.lower(): value for name, value in got.getheaders()}
            return Reply(got.status, found, got.read())
        finally:
            connection.close()

    def ask(self, query: str, accept: str | None = None, **more: str) -> Reply:
        """Send a query by GET; more parameters may go with it."""
        headers = {} if accept is None else {"Accept": accept}
        return self.send(params={"query": query, **more}, headers=headers)

    def metric(self, name: str) -> float:
        """Return the value of a metric, named with its labels."""
        lines = self.send(target="/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name + " "))

    def lines(self) -> list[str]:
        """Return what it has written to its log."""
        return self.log.read_text(encoding="utf-8").splitlines()


_LIMITED = """
import json, sys
from guidekg.web.server import serve
from guidekg.web.settings import Limits, Settings
serve(Settings(port=0, limits=Limits(**json.loads(sys.argv[1]))), lambda url: print(url, flush=True))
"""


@contextmanager
def limited(environment: Mapping[str, str], **limits: float) -> Iterator[Server]:
    """Run a server with limits of its own, also those that the command does not offer."""
    with _running([sys.executable, "-c", _LIMITED, json.dumps(limits)], environment) as started:
        yield started


@contextmanager
def running(*options: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a server on a free port."""
    with _running([COMMAND, "serve", "--port", "0", *options], environment or {}) as started:
        yield started


@contextmanager
def _running(command: Sequence[str | Path], environment: Mapping[str, str]) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
                text=True,
            )
        assert process.stdout
        line = process.stdout.readline()
        assert "http://" in line, log.read_text()
        try:
            yield Server(process, line.split()[-1].removesuffix("/sparql"), log)
        finally:
            process.terminate()
            process.communicate(timeout=60)


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
