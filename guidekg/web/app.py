"""The application: what stands at which address, behind one gate."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from guidekg.web import health, sparql
from guidekg.web.access_log import AccessLog
from guidekg.web.health import Metrics
from guidekg.web.middleware import Gate
from guidekg.web.problems import ProblemError
from guidekg.web.settings import Settings
from guidekg.web.workers.pool import Pool


def application(
    pool: Pool,
    settings: Settings,
    more: Sequence[BaseRoute] = (),
    log: AccessLog | None = None,
) -> ASGIApp:
    """Return the application over a pool.

    Args:
        pool: where queries are evaluated; its start and end are the caller's.
        settings: the token.
        more: further routes; they raise ``ProblemError`` and use ``relay`` as the endpoint does.
        log: where requests are noted, if anywhere.
    """
    known = [sparql.PATH, health.HEALTH, health.METRICS]
    known += [route.path for route in more if isinstance(route, Route)]
    metrics = Metrics(pool, known)
    listed = [*sparql.routes(pool), *health.routes(pool, metrics), *more]
    return Gate(_Paths(listed), settings, metrics, log)


class _Paths:
    """The router. Starlette's own application would answer what goes wrong, in its own words."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._router = Router(routes, redirect_slashes=False, default=_nothing)
        # What is an application itself takes any method: its router would find nothing more out.
        self._direct = {
            route.path: route.app
            for route in routes
            if isinstance(route, Route) and route.methods is None
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if direct := self._direct.get(scope["path"]):
            await direct(scope, receive, send)
            return
        scope["app"] = self  # so that the router raises what it would else answer
        try:
            await self._router(scope, receive, send)
        except HTTPException as error:
            if error.status_code != 405:
                raise
            method, allowed = scope["method"], (error.headers or {}).get("Allow", "GET")
            raise ProblemError(
                "method-not-allowed",
                f"这里不能用 {method}；可用：{allowed}。",
                f"{method} cannot be used here; use {allowed}",
                headers={"allow": allowed},
            ) from None

    def allowed(self, scope: Scope) -> str:
        """Return the methods that an address takes; all that there are, where nothing stands."""
        found: set[str] = set()
        for route in self._router.routes:
            match, _ = route.matches(scope)
            if match is not Match.NONE and isinstance(route, Route):
                found |= set(route.methods or sparql.METHODS)
        return ", ".join(
            name for name in sparql.METHODS if not found or name in {*found, "OPTIONS"}
        )


async def _nothing(scope: Scope, _receive: Receive, _send: Send) -> None:
    path = scope["path"]
    raise ProblemError(
        "not-found",
        f"没有地址 {path}；SPARQL 端点在 {sparql.PATH}。",
        f"there is nothing at {path}; the SPARQL endpoint is at {sparql.PATH}",
    )
