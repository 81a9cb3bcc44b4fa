"""What every request passes: CORS, the token, problems told, the access log, the metrics."""

import base64
import hmac
import logging
import time
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from guidekg.web.access_log import AccessLog, Outcome
from guidekg.web.health import HEALTH, Metrics
from guidekg.web.problems import ProblemError, send_problem
from guidekg.web.proxy import CutError
from guidekg.web.request import ClientLeftError
from guidekg.web.settings import Settings

_log = logging.getLogger("guidekg.web")
_LEFT = 499  # for the log alone: nobody is there to read it
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Content-Encoding, ETag, Guidekg-Exit-Code, Link, Retry-After",
    ),
    (b"x-content-type-options", b"nosniff"),
]
_PREFLIGHT = [
    (
        b"access-control-allow-headers",
        b"Accept, Accept-Language, Authorization, Content-Encoding, Content-Type",
    ),
    (b"access-control-max-age", b"86400"),
    (b"vary", b"Access-Control-Request-Method, Access-Control-Request-Headers"),
    (b"content-length", b"0"),
]


class Application(Protocol):
    """What stands behind the gate."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

    def allowed(self, scope: Scope) -> str:
        """Return the methods that an address takes, as ``Allow`` has them."""


class Gate:
    """The outermost application."""

    def __init__(
        self, app: Application, settings: Settings, metrics: Metrics, log: AccessLog | None
    ) -> None:
        self._app = app
        self._token = settings.token.encode() if settings.token else None
        self._longest = settings.limits.url
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            return
        passage = _Passage(scope, receive, send)
        began, note = time.perf_counter(), ""
        try:
            note = await passage.answer(self._app, self._token, self._longest)
        finally:
            outcome = passage.outcome(time.perf_counter() - began, note)
            self._metrics.count(scope["path"], scope["method"], outcome)
            if self._log:
                self._log.note(scope, outcome)


class _Passage:
    """One request on its way, with the status and size of its answer noted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._outward = send
        self._status = 0
        self._size = 0

    def outcome(self, seconds: float, note: str) -> Outcome:
        """Return what became of the request."""
        return Outcome(self._status or _LEFT, self._size, seconds, note)

    async def answer(self, app: Application, token: bytes | None, longest: int) -> str:
        """Pass the request to the application; return what kept it from a whole answer, if so."""
        try:
            if self._scope["method"] == "OPTIONS":
                await self._allow(app.allowed(self._scope).encode())
                return ""
            self._admit(token)
            self._measure(longest)
            await app(self._scope, self._receive, self._send)
        except ProblemError as problem:
            await self._tell(problem)
            return problem.name
        except CutError as cut:
            return f"cut: {cut.reason}"
        except ClientLeftError:
            return "left"
        except Exception:  # noqa: BLE001  # told to the client as ours, to the log in full
            _log.exception("a fault of ours")
            await self._tell(ProblemError("fault", "服务器出错。", "the server has a fault"))
            return "fault"
        return ""

    async def _tell(self, problem: ProblemError) -> None:
        # What was begun is cut: the connection closes when nothing follows.
        if not self._status:
            await send_problem(problem, self._scope, self._send)

    async def _allow(self, methods: bytes) -> None:
        allowed = [(b"allow", methods), (b"access-control-allow-methods", methods)]
        headers = [*allowed, *_PREFLIGHT]
        await self._send({"type": "http.response.start", "status": 204, "headers": headers})
        await self._send({"type": "http.response.body", "body": b""})

    def _admit(self, token: bytes | None) -> None:
        if token is None or self._scope["path"] == HEALTH:
            return
        given = _token(Headers(scope=self._scope).get("authorization", ""))
        if given is None or not hmac.compare_digest(given, token):
            raise ProblemError(
                "unauthorized",
                "令牌不对。"
                if given
                else "需要令牌：Authorization: Bearer …；在浏览器里作为密码输入，用户名任意。",
                "the token is wrong"
                if given
                else "a token is needed: Authorization: Bearer …; in a browser it is the password,"
                " of any user",
                headers={"www-authenticate": 'Bearer realm="guidekg", Basic realm="guidekg"'},
            )

    def _measure(self, longest: int) -> None:
        if len(self._scope["raw_path"]) + len(self._scope["query_string"]) > longest:
            raise ProblemError(
                "uri-too-long",
                f"地址超过 {longest} 字节；查询请用 POST 发送。",
                f"the address is longer than {longest} bytes: send a query by POST",
            )

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [*message["headers"], *_CORS]
        else:
            self._size += len(message.get("body", b""))
        await self._outward(message)


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
