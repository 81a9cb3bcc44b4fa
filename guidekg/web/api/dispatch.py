"""The way to a worker and back: what may be under way, and how its end is told here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from guidekg.i18n import Label
from guidekg.web.problems import ProblemError
from guidekg.web.proxy import relay
from guidekg.web.settings import Limits
from guidekg.web.workers.pool import Pool

# Of a problem that the worker's end knows in the words of a query: its kind and words here.
Told = dict[str, tuple[str, Label]]

ANSWERING: Told = {
    "deadline": (
        "deadline",
        Label(
            "回答超时，已被终止；请稍后再试。",
            "the answer took too long and was ended: try again later",
        ),
    ),
    "worker-ended": (
        "worker-ended",
        Label(
            "回答所需的内存超过上限，已被终止。",
            "the answer took more memory than is allowed and was ended",
        ),
    ),
}
VALIDATING: Told = {
    "deadline": (
        "deadline",
        Label(
            "核对超时，已被终止，没有得出任何结论；请减少一次提交的项目。",
            "the validation took too long and was ended without any verdict:"
            " hand in fewer proposals at a time",
        ),
    ),
    "worker-ended": (
        "worker-ended",
        Label(
            "核对所需的内存或嵌套层数超过上限，已被终止，没有得出任何结论；请减少一次提交的内容。",
            "the validation took more memory, or nested deeper, than is allowed and was ended"
            " without any verdict: hand in less at a time",
        ),
    ),
    "result-too-large": (
        "content-too-large",
        Label(
            "报告超过大小上限；请减少一次提交的项目，或改用较小的报告格式。",
            "the report would pass the limit of size: hand in fewer proposals at a time,"
            " or ask for a smaller form of report",
        ),
    ),
}


async def passing(  # noqa: PLR0913, PLR0917  # relay's own, with the words
    pool: Pool, message: dict[str, Any], told: Told, scope: Scope, receive: Receive, send: Send
) -> None:
    """Have a worker answer, as ``relay`` does.

    Raises:
        ProblemError, CutError, ClientLeftError: see ``relay``.
    """
    try:
        await relay(pool, message, scope, receive, send)
    except ProblemError as problem:
        if problem.name not in told:
            raise
        name, words = told[problem.name]
        raise ProblemError(name, words.zh, words.en, headers=problem.headers) from None


def upload_limits(limits: Limits) -> Limits:
    """Return the limits of a request that brings proposals."""
    return replace(limits, body=limits.upload, arrival=limits.uploading)


class Uploads:
    """How much of all that is being handed in this process holds, and may hold."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    @asynccontextmanager
    async def counted(self, receive: Receive) -> AsyncIterator[Receive]:
        """Give a way to receive a request's content that counts it until the request is answered.

        Raises:
            ProblemError: too much is under way.
        """
        taken = 0

        async def count() -> Message:
            nonlocal taken
            message = await receive()
            size = len(message.get("body", b""))
            if size > self._left:
                raise ProblemError(
                    "busy",
                    "正在提交的内容太多，请稍后再试。",
                    "too much is being handed in: try again in a moment",
                    headers={"retry-after": "5"},
                )
            self._left -= size
            taken += size
            return message

        try:
            yield count
        finally:
            self._left += taken
