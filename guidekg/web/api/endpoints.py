"""The addresses under ``/api``."""

from typing import Any, Literal

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from guidekg.web import api
from guidekg.web.api.dispatch import ANSWERING, VALIDATING, Uploads, passing, upload_limits
from guidekg.web.api.media_types import UPLOADS
from guidekg.web.api.parameters import check_known, once, spoken
from guidekg.web.negotiation import takes_gzip
from guidekg.web.request import media_type, parameters, receive_body
from guidekg.web.settings import Settings
from guidekg.web.submission import is_packed
from guidekg.web.workers.pool import Pool

_VARY = "Accept, Accept-Language, Accept-Encoding"


def routes(pool: Pool, settings: Settings) -> list[BaseRoute]:
    """Return what stands at which address."""
    secured = bool(settings.token)
    kinds: dict[str, Kind] = {
        api.API: "api",
        api.QUESTIONS: "questions",
        api.OPENAPI: "openapi",
    }
    return [
        *(
            Route(path, _Document(pool, kind, secured=secured), methods=["GET"])
            for path, kind in kinds.items()
        ),
        Route(f"{api.QUESTIONS}/{{name}}", _Question(pool), methods=["GET"]),
        Route(api.VALIDATE, _Validation(pool), methods=["POST"]),
    ]


Kind = Literal["api", "questions", "openapi"]


class _Document:
    """What is the same for everyone: what there is, the questions, the description of the API."""

    def __init__(self, pool: Pool, kind: Kind, *, secured: bool) -> None:
        self._pool = pool
        self._kind = kind
        self._secured = secured

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET.

        Raises:
            ProblemError, CutError, ClientLeftError: why it is not answered.
        """
        headers = Headers(scope=scope)
        pairs = parameters(scope)
        lang = spoken(scope, headers, dict(pairs).get("lang"))
        check_known(pairs, ("lang",))
        once(pairs)
        message = _message("document", scope, headers)
        message |= {"lang": lang, "kind": self._kind, "secured": self._secured}
        await passing(self._pool, message, ANSWERING, scope, receive, send)


class _Question:
    """A question."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer it.

        Raises:
            ProblemError, CutError, ClientLeftError: why it is not answered.
        """
        headers = Headers(scope=scope)
        pairs = parameters(scope)
        lang = spoken(scope, headers, dict(pairs).get("lang"))
        values = once(pairs)
        values.pop("lang", None)
        message = _message("question", scope, headers)
        message |= {
            "name": scope["path_params"]["name"],
            "format": values.pop("format", None),
            "values": values,
            "lang": lang,
        }
        await passing(self._pool, message, ANSWERING, scope, receive, send)


class _Validation:
    """The validation of what is sent."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._uploads = Uploads(pool.limits.uploads)
        self._limits = upload_limits(pool.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a report.

        Raises:
            ProblemError, CutError, ClientLeftError: why there is none.
        """
        headers = Headers(scope=scope)
        pairs = parameters(scope)
        lang = spoken(scope, headers, dict(pairs).get("lang"))
        message = _message("validation", scope, headers)
        message |= {
            "lang": lang,
            "parameters": pairs,
            "kind": media_type(headers, UPLOADS),
            "type": headers.get("content-type"),
            "packed": is_packed(headers),
        }
        async with self._uploads.counted(receive) as counted:
            message["content"] = await receive_body(headers, counted, self._limits)
            await passing(self._pool, message, VALIDATING, scope, receive, send)


def _message(task: str, scope: Scope, headers: Headers) -> dict[str, Any]:
    tagged = scope["method"] != "POST"
    return {
        "task": task,
        "accept": headers.get("accept"),
        "gzip": takes_gzip(headers.get("accept-encoding")),
        "held": headers.get("if-none-match") if tagged else None,
        "tagged": tagged,
        "head": scope["method"] == "HEAD",
        "vary": _VARY,
    }
