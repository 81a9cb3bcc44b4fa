"""Where a proposal is judged: a form, and what was found beside the text that was handed in."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Receive

from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label
from guidekg.reports import WRITERS, words
from guidekg.validation.facts import facts_of
from guidekg.validation.inputs import FORMS
from guidekg.web import submission
from guidekg.web.api.dispatch import VALIDATING, Uploads, upload_limits
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.validate_examples import Skeletons, example, examples, leaves
from guidekg.web.problems import ProblemError
from guidekg.web.request import media_type
from guidekg.web.settings import MIB, Limits
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import Kind

PATH = "/validate"
LIMIT = 2 * MIB  # bytes of one document: what a box of text bears
_PASTED = Label("粘贴的文本", "pasted text")
_TITLE = Label("形式审查", "Validate a proposal")
_LEAD = Label(
    "粘贴申报数据，或选择文件。每条要求都会得到一个结论，并附指南原句和您文件中的行号。",
    "Paste a proposal, or choose files. Each requirement gets its state, with the guide's"
    " sentence and the line of your own file.",
)


class _Filled(NamedTuple):
    """What the form shows: names and texts, and the values of its other fields."""

    texts: Sequence[tuple[str, str]]
    values: Mapping[str, str]


def routes(kg: KnowledgeGraph, pool: Pool) -> list[BaseRoute]:
    """Return the routes; what is handed in is judged by a worker of the pool."""
    return localized(PATH, _Page(kg, pool).answer, ("GET", "POST"))


async def _receive_start(request: Request, receive: Receive, limits: Limits) -> tuple[bytes, bool]:
    """Return the content as far as the limit, and whether that is all; the rest is read and dropped.

    Raises:
        ProblemError: it does not arrive in time.
    """
    body, whole = bytearray(), True
    try:
        async with asyncio.timeout(limits.arrival):
            async for part in Request(request.scope, receive).stream():
                whole = whole and len(body) + len(part) <= limits.body
                body += part[: limits.body - len(body)]
    except TimeoutError:
        raise ProblemError(
            "slow-request",
            f"内容没有在 {limits.arrival:g} 秒内到达。",
            f"the content did not arrive within {limits.arrival:g} seconds",
            headers={"connection": "close"},
        ) from None
    return bytes(body), whole


async def _ask(pool: Pool, message: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a worker's answer.

    Raises:
        ProblemError: it took too long or too much memory, or all workers are busy.
    """
    try:
        worker = await pool.lend()
        try:
            first = await worker.ask(message, pool.limits.deadline)
            body = bytearray(first.body)
            if first.kind is not Kind.WHOLE:
                async for part in worker.rest():
                    body += part
            return first.head["headers"], bytes(body)
        finally:
            pool.give_back(worker)
    except ProblemError as problem:
        if problem.name not in VALIDATING:
            raise
        name, told = VALIDATING[problem.name]
        raise ProblemError(name, told.zh, told.en, headers=problem.headers) from None


class _Page:
    def __init__(self, kg: KnowledgeGraph, pool: Pool) -> None:
        self._pool = pool
        self._uploads = Uploads(pool.limits.uploads)
        self._skeletons = Skeletons(kg)
        self._facts = facts_of(kg.store)
        self._leaves = leaves(kg)

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        return await (self._judge(request) if request.method == "POST" else self._show(request))

    async def _show(self, request: Request) -> Response:
        asked, lang = request.query_params, lang_of(request)
        filled = _Filled([], {"as-of": date.today().isoformat()})
        if name := asked.get("example"):
            one = example(name)
            values = {f"fact.{fact}": value for fact, value in one.facts.items()}
            as_of = values.pop("fact.as-of", filled.values["as-of"])
            filled = _Filled([(one.name, one.text)], {**values, "as-of": as_of})
        elif call := asked.get("new"):
            filled = _Filled([await self._skeletons.empty(call, lang)], filled.values)
        return self._page(request, filled)

    async def _judge(self, request: Request) -> Response:
        headers, body = await self._ask(request)
        if "content-disposition" in headers:
            return Response(body, headers=headers)
        found = json.loads(body)
        filled = _Filled(found["texts"], found["values"])
        return self._page(request, filled, status=found["status"], found=found)

    async def _ask(self, request: Request) -> tuple[dict[str, str], bytes]:
        """Return what a worker answers.

        Raises:
            ProblemError: it is no form, or broken; it took too long or too much memory; all workers
                are busy.
        """
        lang, headers = lang_of(request), request.headers
        message = {
            "task": "form",
            "kind": media_type(headers, submission.FORMS),
            "type": headers.get("content-type"),
            "packed": submission.is_packed(headers),
            "lang": lang,
            "limit": LIMIT,
            "pasted": _PASTED(lang),
        }
        async with self._uploads.counted(request.receive) as counted:
            limits = upload_limits(self._pool.limits)
            content, whole = await _receive_start(request, counted, limits)
            return await _ask(self._pool, {**message, "content": content, "whole": whole})

    def _page(
        self,
        request: Request,
        filled: _Filled,
        *,
        status: int = 200,
        found: dict[str, Any] | None = None,
    ) -> Response:
        lang = lang_of(request)
        return page(
            request,
            "validate.html",
            title=_TITLE,
            description=_LEAD,
            status=status,
            headers={"cache-control": "no-store"} if found else {},
            tr=lambda zh, en: Label(zh, en)(lang),
            filled=filled,
            facts=self._facts,
            forms=FORMS,
            leaves=self._leaves,
            examples=examples(),
            expected=words.VERDICT,
            reports=list(WRITERS),
            limit=LIMIT,
            limit_mib=LIMIT // MIB,
            found=found,
        )
