"""The workbench: how long the server takes for each page, what comes over the wire, and a verdict."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from benchmarks.drafts import HEADER
from benchmarks.proposals import proposals
from benchmarks.timing import in_turn, table

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = [
    *("", "/guide/zj-sti-2022", "/calls", "/questions", "/questions/deadlines", "/validate"),
    *("/timeline", "/map", "/sparql-editor", "/ns", "/page/scheme/zj-sti-2022-finland"),
]
_FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_FORM = {"content-type": "application/x-www-form-urlencoded"}


@contextmanager
def _server() -> Iterator[str]:
    command = [Path(sys.executable).with_name("guidekg"), "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        found = re.search(r"http://[\w.:]+", process.stdout.readline())
        assert found
        try:
            yield urlsplit(found[0]).netloc
        finally:
            process.terminate()


def _get(host: str, path: str, body: str | None = None) -> tuple[str, int]:
    """Return what a page says, and how many bytes came for it, compressed or not."""
    connection = http.client.HTTPConnection(host)
    method, headers = ("POST", _FORM) if body else ("GET", {"accept": "text/html"})
    connection.request(method, path, body, headers)
    reply = connection.getresponse()
    data = reply.read()
    assert reply.status == 200, (path, reply.status, data[:200])
    connection.request("GET", path, headers={"accept": "*/*", "accept-encoding": "gzip"})
    packed = len(connection.getresponse().read())
    connection.close()
    return data.decode(), packed


def _once(host: str, path: str, body: str | None = None) -> None:
    connection = http.client.HTTPConnection(host)
    method, headers = ("POST", _FORM) if body else ("GET", {"accept": "text/html"})
    connection.request(method, path, body, headers)
    connection.getresponse().read()
    connection.close()


def main() -> None:
    """Print the tables."""
    text = HEADER + next(proposals(1, 1, 1.0))
    pasted = urlencode({"text": text, "as-of": "2022-10-01"})
    rows = []
    with _server() as host:
        for path in PAGES:
            page, size = _get(host, f"/en{path}")
            files = sum(_get(host, name)[1] for name in set(_FILES.findall(page)))
            (taken,) = in_turn(lambda at=f"/en{path}": _once(host, at), rounds=15)  # type: ignore[misc]
            rows.append((path or "/", str(taken), f"{size / 1000:.0f}", f"{files / 1000:.0f}"))
        _once(host, "/en/validate", pasted)  # a worker meets the day first
        (judged,) = in_turn(lambda: _once(host, "/en/validate", pasted), rounds=15)
    table(
        "Pages, asked one after the other",
        ["page", "ms (at most 50)", "kB over the wire", "its files, kB"],
        rows,
    )
    print(f"\nA proposal, pasted and judged: {judged} ms (at most 150).")
