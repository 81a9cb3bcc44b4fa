"""What every request passes: it is counted and logged, admitted or not, and its errors are told.

Machines are told a problem as JSON (RFC 9457), people as a page or as text.
"""

import base64
import hmac
import json
import logging
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guidekg.i18n import Language
from guidekg.web.monitoring import HEALTH, AccessLog, Metrics, Outcome
from guidekg.web.negotiation import best, language
from guidekg.web.problems import LANGUAGE, TYPE, ProblemError, from_router, problem
from guidekg.web.proxy import ResponseCutError

_log = logging.getLogger("guidekg.web")
_LEFT = 499  # for the log alone: nobody is there to read it
_CHALLENGE = {"www-authenticate": 'Bearer realm="guidekg", Basic realm="guidekg"'}
_NOTE = "guidekg.note"  # where a scope has what the log is to say of it

_MACHINE = "application/problem+json"
_OFFERED = (_MACHINE, "application/json", "text/plain", "text/html")
_PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p></main></body>
</html>
"""


@dataclass(frozen=True, slots=True)
class RequestMonitor:
    """The outermost: counts and logs each request, and lets no error out."""

    app: ASGIApp
    metrics: Metrics
    log: AccessLog | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = size = 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
            else:
                size += len(message.get("body", b""))
            await send(message)

        # What was begun and cannot be finished is cut: the server closes when nothing follows.
        try:
            await self.app(scope, receive, counted)
        except ResponseCutError as cut:
            scope[_NOTE] = f"cut: {cut.reason}"
        except ClientDisconnect:
            scope[_NOTE] = "left"
        except Exception:  # noqa: BLE001  # told to the client as ours, to the log in full
            _log.exception("a fault of ours")
            scope[_NOTE] = "fault"
            if not status:
                await problem_response(problem("fault", "ours"), scope)(scope, receive, counted)
        finally:
            seconds = time.perf_counter() - began
            outcome = Outcome(status or _LEFT, size, seconds, scope.get(_NOTE, ""))
            self.metrics.count(scope, outcome)
            if self.log:
                self.log.note(scope, outcome)


@dataclass(frozen=True, slots=True)
class Admission:
    """Refuses a request without the token, or with an address that is too long."""

    app: ASGIApp
    token: str | None = field(repr=False)  # what a client must bring, if anything
    longest: int  # bytes of an address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        error = self._refusal(scope) if scope["type"] == "http" else None
        answer = _noted(error, scope) if error else self.app
        await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> ProblemError | None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        open_to_all = scope["method"] == "OPTIONS" or path == HEALTH
        if self.token and not open_to_all:
            given = _token(Headers(scope=scope).get("authorization", ""))
            if given is None or not hmac.compare_digest(given, self.token.encode()):
                text = "wrong" if given else "missing"
                return problem("unauthorized", text, headers=_CHALLENGE)
        length = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
        if length > self.longest:
            return problem("uri-too-long", "address", limit=self.longest)
        return None


async def tell_error(request: Request, error: Exception) -> Response:
    """Return the answer to a request that raised a problem, or that no route takes.

    To OPTIONS the answer is what a route would take. A handler of Starlette.
    """
    if isinstance(error, HTTPException):
        refused = from_router(error, request.scope)
        if request.method == "OPTIONS" and error.status_code == 405:
            allowed = f"{refused.headers['allow']}, OPTIONS"
            return Response(status_code=204, headers={"allow": allowed})
        return _noted(refused, request.scope)
    assert isinstance(error, ProblemError)  # noqa: S101  # it is registered for no other
    return _noted(error, request.scope)


def _noted(error: ProblemError, scope: Scope) -> Response:
    scope[_NOTE] = error.name
    return problem_response(error, scope)


def _token(authorization: str) -> bytes | None:
    """Return the token that a request bears: as such, or as the password that a browser sends."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip().encode("latin-1")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(given.strip(), validate=True).partition(b":")[2]
    except ValueError:
        return None


def rendered(error: ProblemError, accept: str | None, lang: Language) -> tuple[str, bytes]:
    """Return the content type and the content that tell a problem."""
    media = best(accept, _OFFERED) or _MACHINE
    title, detail = error.kind.title(lang), error.message(lang)
    if media == "text/html":
        page = _PAGE.format(lang=lang, title=escape(title), detail=escape(detail))
        return "text/html; charset=utf-8", page.encode()
    if media == "text/plain":
        return "text/plain; charset=utf-8", f"{title}: {detail}\n".encode()
    document: dict[str, Any] = {
        "type": TYPE + error.name,
        "title": title,
        "status": error.kind.status,
        "detail": detail,
        **error.members,
    }
    return media, (json.dumps(document, ensure_ascii=False) + "\n").encode()


def problem_response(error: ProblemError, scope: Scope) -> Response:
    """Return the answer that tells a problem to a client that was sent nothing yet."""
    asked = Headers(scope=scope)
    lang = scope.get(LANGUAGE) or language(asked.get("accept-language"))
    kind, body = rendered(error, asked.get("accept"), lang)
    headers = {
        "content-type": kind,
        "content-language": lang,
        "cache-control": "no-store",
        "vary": "Accept, Accept-Language",
        **error.headers,
    }
    return Response(body, error.kind.status, headers)
