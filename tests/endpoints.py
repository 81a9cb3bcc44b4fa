"""SPARQL endpoints that hold the shipped guide, each a real server process on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

BIN = Path(sys.executable).parent


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server listens."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "the server has ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the server does not listen")


@contextmanager
def running(command: list[str | Path], port: int) -> Iterator[None]:
    """Run a server as long as it is needed."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def oxigraph(export: Path) -> Iterator[str]:
    """Serve what `guidekg export` wrote with `oxigraph serve`; yield the endpoint's address."""
    base, port = export.parent / "oxigraph", free_port()
    load = [BIN / "oxigraph", "load", "--location", base, "--file", export]
    subprocess.run(load, check=True, capture_output=True)
    serve = ["serve-read-only", "--location", base, "--bind", f"127.0.0.1:{port}"]
    with running([BIN / "oxigraph", *serve], port):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def guidekg(_export: Path) -> Iterator[str]:
    """Serve the shipped guide with `guidekg serve`; yield the endpoint's address."""
    port = free_port()
    with running([BIN / "guidekg", "serve", "--port", str(port)], port):
        yield f"http://127.0.0.1:{port}/sparql"


ENDPOINTS: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    "oxigraph": oxigraph,
    "guidekg": guidekg,
}
