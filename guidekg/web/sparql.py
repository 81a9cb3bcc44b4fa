"""The SPARQL endpoint: SPARQL 1.1 Protocol, the query operation, at ``/sparql``."""

import re
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from guidekg.web.negotiation import takes_gzip
from guidekg.web.problems import ProblemError
from guidekg.web.proxy import relay
from guidekg.web.request import read
from guidekg.web.workers.pool import Pool

PATH = "/sparql"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class Endpoint:
    """The application behind the address."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises:
            ProblemError, CutError, ClientLeftError: why it is not answered.
        """
        method = scope["method"]
        if method not in METHODS:
            raise ProblemError(
                "method-not-allowed",
                f"这里不能用 {method}；可用：{', '.join(METHODS)}。",
                f"{method} cannot be used here; use one of {', '.join(METHODS)}",
                headers={"allow": ", ".join(METHODS)},
            )
        headers = Headers(scope=scope)
        asked = await read(scope, headers, receive, self._pool.limits)
        tagged = method != "POST"
        message: dict[str, Any] = {
            "task": "sparql",
            "query": asked.query,
            "default": asked.default,
            "named": asked.named,
            "format": asked.format,
            "accept": headers.get("accept"),
            "gzip": takes_gzip(headers.get("accept-encoding")),
            "held": headers.get("if-none-match") if tagged else None,
            "tagged": tagged,
            "head": method == "HEAD",
            "vary": "Accept, Accept-Encoding",
        }
        if asked.query is None:
            message |= {"task": "description", "endpoint": _address(scope, headers)}
        await relay(self._pool, message, scope, receive, send)


def _address(scope: Scope, headers: Headers) -> str:
    host = headers.get("host", "")
    if not _HOST.fullmatch(host):
        host = "{}:{}".format(*scope["server"])
    return f"{scope['scheme']}://{host}{PATH}"


def routes(pool: Pool) -> list[BaseRoute]:
    """Return what stands at which address."""
    return [Route(PATH, Endpoint(pool), name="sparql")]
