"""What those who run the server look at: ``/healthz`` and ``/metrics``."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from guidekg.web.metrics import Metrics
from guidekg.web.problems import ProblemError
from guidekg.web.workers.pool import Pool

HEALTH = "/healthz"
METRICS = "/metrics"


def routes(pool: Pool, metrics: Metrics) -> list[BaseRoute]:
    """Return what stands at which address."""

    async def health(_: Request) -> Response:
        """Say whether there are workers."""
        if not pool.idle and not pool.busy:
            raise ProblemError("not-ready", "还没有可用的查询进程。", "there is no worker yet")
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    async def show(_: Request) -> Response:
        """Show the metrics."""
        body = generate_latest(metrics.registry)
        return Response(body, headers={"content-type": CONTENT_TYPE_LATEST})

    return [
        Route(HEALTH, health, methods=["GET"], name="health"),
        Route(METRICS, show, methods=["GET"], name="metrics"),
    ]
