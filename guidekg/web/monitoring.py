"""What those who run a server look at: the access log, ``/healthz``, ``/metrics`` for Prometheus.

The access log is one line a request, on standard error, and has nothing of what was asked or sent.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from guidekg.web.problems import METHODS, problem
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.supervisor import EndReason

_HELD = 0.1  # seconds for which lines are gathered: to write each by itself costs half an answer
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
HEALTH = "/healthz"
METRICS = "/metrics"


class Outcome(NamedTuple):
    """What became of a request."""

    status: int
    size: int
    seconds: float
    note: str = ""  # why the answer is not whole


class AccessLog:
    """Gathers lines, and writes them soon."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def note(self, scope: Scope, outcome: Outcome) -> None:
        """Write the line of a request; parameters are left out, since they may hold secrets."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_HELD, self.flush)
        now = int(time.time())
        if now != self._second:
            self._second, self._stamp = now, time.strftime(_STAMP, time.gmtime(now))
        client = scope["client"][0] if scope.get("client") else "-"
        path = (scope.get("raw_path") or scope["path"].encode())[:200].decode("ascii", "replace")
        said = f"{outcome.status} {outcome.size}B {outcome.seconds * 1000:.1f}ms {outcome.note}"
        self._lines.append(f"{self._stamp} {client} {scope['method']} {path} {said}".rstrip())

    def flush(self) -> None:
        """Write what was gathered."""
        if self._lines:
            self._stream.write("\n".join([*self._lines, ""]))
            self._stream.flush()
            self._lines.clear()


def set_up_log() -> None:
    """Send what the server has to say of itself to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    line = logging.Formatter("%(asctime)s %(message)s", _STAMP)
    line.converter = time.gmtime
    handler.setFormatter(line)
    logger = logging.getLogger("guidekg.web")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.INFO)
    # What uvicorn says of an answer that was cut on purpose, or of a client that left, is said here.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


class Metrics:
    """Counts requests; the pool is asked when it is read."""

    def __init__(self, pool: Pool, paths: Iterable[str]) -> None:
        """Count for a pool, and for these paths; others are counted together."""
        self.registry = CollectorRegistry()
        self._paths = set(paths)
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        ProcessCollector(registry=self.registry)
        self.registry.register(_PoolCollector(pool))
        self._requests = Counter(
            "guidekg_requests",
            "Requests that were answered.",
            ["path", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "guidekg_request_seconds",
            "How long requests took.",
            ["path"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._bytes = Counter(
            "guidekg_response_bytes", "Bytes of answers, as they were sent.", registry=self.registry
        )

    def count(self, scope: Scope, outcome: Outcome) -> None:
        """Count a request."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        path = path if path in self._paths else "other"
        method = scope["method"] if scope["method"] in METHODS else "other"
        key = path, method, outcome.status
        if key not in self._children:  # to find them by their labels takes longer than to count
            self._children[key] = self._requests.labels(*key), self._seconds.labels(path)
        requests, seconds = self._children[key]
        requests.inc()
        seconds.observe(outcome.seconds)
        self._bytes.inc(outcome.size)


class _PoolCollector(Collector):
    """The pool as it is."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        workers = GaugeMetricFamily("guidekg_workers", "Worker processes.", labels=["state"])
        workers.add_metric(["idle"], len(self._pool.idle))
        workers.add_metric(["busy"], len(self._pool.busy))
        yield workers
        yield GaugeMetricFamily(
            "guidekg_waiting", "Requests that wait for a worker.", self._pool.waiting
        )
        ended = CounterMetricFamily(
            "guidekg_workers_ended", "Workers that ended, and why.", labels=["reason"]
        )
        for reason in EndReason:
            ended.add_metric([reason], self._pool.ended[reason])
        yield ended


def routes(pool: Pool, metrics: Metrics) -> list[BaseRoute]:
    """Return what stands at which address."""

    async def health(_: Request) -> Response:
        """Say whether there are workers."""
        if not pool.idle and not pool.busy:
            raise problem("not-ready", "no-worker")
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    async def show(_: Request) -> Response:
        """Show the metrics."""
        body = generate_latest(metrics.registry)
        return Response(body, headers={"content-type": CONTENT_TYPE_LATEST})

    return [
        Route(HEALTH, health, methods=["GET"], name="health"),
        Route(METRICS, show, methods=["GET"], name="metrics"),
    ]
