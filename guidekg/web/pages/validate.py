"""Where a proposal is judged: a form, and what was found beside the text that was handed in."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.errors import GuideKGError, UnknownNameError, ValueFormError
from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label, Language
from guidekg.reports import WRITERS, words
from guidekg.validation.inputs import FORMS
from guidekg.web.judging.given import LIMIT
from guidekg.web.judging.words import WORDS
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.lookups import text_of
from guidekg.web.pages.validate_examples import Skeletons, example, examples, leaves
from guidekg.web.pages.validate_form import Submission, facts, read
from guidekg.web.pages.validate_work import ask
from guidekg.web.problems import ProblemError
from guidekg.web.settings import MIB
from guidekg.web.workers.pool import Pool

PATH = "/validate"
_ASKED = """
SELECT ?name (MIN(?one) AS ?provision) (EXISTS { ?any a gk:CallYear ; gk:suppliedByFact ?name } AS ?isYear)
WHERE { ?one gk:suppliedByFact ?name } GROUP BY ?name ORDER BY ?name
"""
_DESCRIPTION = WORDS["validate-lead"]


class Fact(NamedTuple):
    """A fact that a guide leaves to the run; ``read`` is the year that the guide is read to mean."""

    name: str
    label: Label
    is_year: bool
    read: str


class _Filled(NamedTuple):
    """What the form shows."""

    texts: Sequence[tuple[str, str]]  # name and text
    values: dict[str, str]


def routes(kg: KnowledgeGraph, pool: Pool) -> list[BaseRoute]:
    """Return the routes; what is handed in is judged by a worker of the pool."""
    return localized(PATH, _Page(kg, pool).answer, ("GET", "POST"))


def facts_asked(kg: KnowledgeGraph) -> list[Fact]:
    """Return the facts that the guides leave to the run."""
    found = []
    for row in kg.store.select(_ASKED).rows:
        name, provision, is_year = (term.value for term in row)  # type: ignore[union-attr]
        label = text_of(kg, provision, "rdfs:label") or Label(name, name)
        read = kg.things.text(provision, "gk:year")
        found.append(Fact(name, label, is_year == "true", read or ""))
    return found


class _Page:
    def __init__(self, kg: KnowledgeGraph, pool: Pool) -> None:
        self._kg = kg
        self._pool = pool
        self._skeletons = Skeletons(kg)
        self._facts = facts_asked(kg)
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
        lang = lang_of(request)
        sent = await read(request, WORDS["your-text"](lang))
        try:
            message = _message(sent, lang)
            answer = await ask(self._pool, message)
        except GuideKGError as error:
            texts = [(one.name, one.data.decode("utf-8", "replace")) for one in sent.documents]
            status = error.kind.status if isinstance(error, ProblemError) else 400
            return self._page(request, _Filled(texts, sent.values), status=status, error=error)
        if message["report"]:
            return Response(answer.body, headers=answer.headers)
        found = json.loads(answer.body)
        filled = _Filled(found["texts"], sent.values)
        return self._page(request, filled, status=found["status"], result=found["result"])

    def _page(
        self,
        request: Request,
        filled: _Filled,
        *,
        status: int = 200,
        error: GuideKGError | None = None,
        result: dict[str, Any] | None = None,
    ) -> Response:
        lang = lang_of(request)
        return page(
            request,
            "validate.html",
            title=WORDS["validate"],
            description=_DESCRIPTION,
            status=status,
            words=WORDS,
            headers={"cache-control": "no-store"} if result or error else {},
            filled=filled,
            error=error.message(lang) if error else "",
            facts=self._facts,
            forms=FORMS,
            leaves=self._leaves,
            examples=examples(),
            expected=words.VERDICT,
            verdict_mark=words.VERDICT_MARK,
            reports=list(WRITERS),
            limit=LIMIT,
            limit_mib=LIMIT // MIB,
            result=result,
        )


def _message(sent: Submission, lang: Language) -> dict[str, Any]:
    """Return what a worker is asked.

    Raises:
        GuideKGError: nothing was sent, or a field is not of its form.
    """
    if not sent.documents:
        raise GuideKGError(WORDS["nothing-given"].zh, WORDS["nothing-given"].en)
    as_of, form, report = (sent.value(name) for name in ("as-of", "form", "as"))
    try:
        day = date.fromisoformat(as_of) if as_of else date.today()
    except ValueError:
        raise ValueFormError(
            f"核对日期应当是日期（例如 2022-10-01），而不是“{as_of}”。",
            f"the day of the run is a day such as 2022-10-01, not {as_of!r}",
        ) from None
    for name, known, zh, en in (
        (form, FORMS, "格式", "form"),
        (report, list(WRITERS), "报告格式", "form of report"),
    ):
        if name and name not in known:
            raise UnknownNameError(name, zh, en, known)
    return {
        "task": "judging",
        "documents": [(one.name, len(one.data), one.whole, one.uploaded) for one in sent.documents],
        "content": b"".join(one.data for one in sent.documents),
        "as_of": day.isoformat(),
        "facts": sorted(facts(sent)),
        "form": form or None,
        "report": report or None,
        "lang": lang,
    }
