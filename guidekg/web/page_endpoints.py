"""The pages, as the front sees them: made by a worker, where the graph is."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope

from guidekg.web.proxy import ANSWERING, VALIDATING, UploadEndpoint, WorkerEndpoint, conditions
from guidekg.web.request import receive_start
from guidekg.web.workers.protocol import Request

_HEADERS = (
    *("accept", "accept-encoding", "accept-language", "content-type", "host", "if-none-match"),
)


class PageEndpoint(WorkerEndpoint):
    """Any page, by any method; the worker says which there are. No content is read."""

    failures = ANSWERING

    async def read(self, scope: Scope, headers: Headers, _receive: Receive) -> Request:
        """Return the request for a worker."""
        return Request("page", _values(scope, headers, ("GET", "HEAD")))


class FormEndpoint(UploadEndpoint):
    """A page that takes a form too. Of what is too large a part is enough to say so on the page."""

    failures = VALIDATING

    async def read(self, scope: Scope, headers: Headers, receive: Receive) -> Request:
        """Return the request for a worker, with the content."""
        values = _values(scope, headers, ("GET", "HEAD", "POST"))
        if scope["method"] != "POST":
            return Request("page", values)
        content, whole = await receive_start(receive, self.limits)
        return Request("page", {**values, "whole": whole}, content)


def _values(scope: Scope, headers: Headers, methods: Sequence[str]) -> dict[str, Any]:
    """Return what a worker needs of a request.

    Raises:
        HTTPException: it asks for the methods alone.
    """
    if scope["method"] == "OPTIONS":
        raise HTTPException(405, headers={"Allow": ", ".join(methods)})
    return {
        **conditions(scope, headers),
        "method": scope["method"],
        "scheme": scope["scheme"],
        "server": scope["server"],
        "root_path": scope.get("root_path", ""),
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1"),
        "headers": {name: headers[name] for name in _HEADERS if name in headers},
    }
