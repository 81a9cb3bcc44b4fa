"""The addresses under ``/api``, as the front sees them: what it reads of a request for a worker."""

from typing import Any, Literal

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from guidekg.web import api
from guidekg.web.negotiation import UPLOADS
from guidekg.web.proxy import ANSWERING, VALIDATING, UploadEndpoint, WorkerEndpoint, conditions
from guidekg.web.request import (
    Uploads,
    check_known,
    is_packed,
    media_type,
    once,
    parameters,
    receive_body,
    spoken,
)
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import Request


def routes(pool: Pool, uploads: Uploads, *, secured: bool) -> list[BaseRoute]:
    """Return what stands at which address.

    Args:
        pool: whose workers answer.
        uploads: where what is handed in is counted.
        secured: whether a token is needed.
    """
    kinds: dict[str, Kind] = {
        api.API: "api",
        api.QUESTIONS: "questions",
        api.OPENAPI: "openapi",
    }
    return [
        *(
            Route(path, _DocumentEndpoint(pool, kind, secured=secured), methods=["GET"])
            for path, kind in kinds.items()
        ),
        Route(f"{api.QUESTIONS}/{{name}}", _QuestionEndpoint(pool), methods=["GET"]),
        Route(api.VALIDATE, _ValidationEndpoint(pool, uploads), methods=["POST"]),
    ]


Kind = Literal["api", "questions", "openapi"]


class _DocumentEndpoint(WorkerEndpoint):
    """What is the same for everyone: what there is, the questions, the description of the API."""

    failures = ANSWERING

    def __init__(self, pool: Pool, kind: Kind, *, secured: bool) -> None:
        super().__init__(pool)
        self._kind = kind
        self._secured = secured

    async def read(self, scope: Scope, headers: Headers, _receive: Receive) -> Request:
        """Return the request for a worker."""
        pairs = parameters(scope)
        values = _values(scope, headers, pairs)
        check_known(pairs, ("lang",))
        once(pairs)
        more = {"kind": self._kind, "secured": self._secured, "root_path": scope["root_path"]}
        return Request("document", {**values, **more})


class _QuestionEndpoint(WorkerEndpoint):
    """A question."""

    failures = ANSWERING

    async def read(self, scope: Scope, headers: Headers, _receive: Receive) -> Request:
        """Return the request for a worker."""
        pairs = parameters(scope)
        values = _values(scope, headers, pairs)
        given = once(pairs)
        given.pop("lang", None)
        more = {"name": scope["path_params"]["name"], "format": given.pop("format", None)}
        return Request("question", {**values, **more, "values": given})


class _ValidationEndpoint(UploadEndpoint):
    """The validation of what is sent."""

    failures = VALIDATING

    async def read(self, scope: Scope, headers: Headers, receive: Receive) -> Request:
        """Return the request for a worker, with the content."""
        pairs = parameters(scope)
        values = {
            **_values(scope, headers, pairs),
            "parameters": pairs,
            "kind": media_type(headers, UPLOADS),
            "type": headers.get("content-type"),
            "packed": is_packed(headers, UPLOADS),
        }
        return Request("validation", values, await receive_body(headers, receive, self.limits))


def _values(scope: Scope, headers: Headers, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return {**conditions(scope, headers), "lang": spoken(scope, headers, dict(pairs).get("lang"))}
