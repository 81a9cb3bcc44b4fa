"""Where a proposal is judged: a form, and what was found beside the text that was handed in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label, Language
from guidekg.reports import WRITERS, words
from guidekg.validation.facts import facts_of
from guidekg.validation.inputs import FORMS
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.validate_examples import ProposalTemplates, example, examples, leaves
from guidekg.web.request import is_packed, media_type
from guidekg.web.settings import MIB
from guidekg.web.submission import FORMS as FORMS_SENT
from guidekg.web.submission import Content, Shown
from guidekg.web.workers.response_writer import Delivery

PATH = "/validate"
WHOLE = "guidekg.whole"  # where a scope says whether its content is all that was sent
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


# Takes the content of the form, the language, the bytes of a document, the name of a pasted text.
Judge = Callable[[Content, Language, int, str], Shown | Delivery]


def routes(kg: KnowledgeGraph, judge: Judge) -> list[BaseRoute]:
    """Return the routes; ``judge`` judges what is handed in."""
    return localized(PATH, _Page(kg, judge).answer, ("GET", "POST"))


class _Page:
    def __init__(self, kg: KnowledgeGraph, judge: Judge) -> None:
        self._judge_content = judge
        self._templates = ProposalTemplates(kg)
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
            filled = _Filled([self._templates.empty(call, lang)], filled.values)
        return self._page(request, filled)

    async def _judge(self, request: Request) -> Response:
        lang, headers = lang_of(request), request.headers
        content = Content(
            await request.body(),
            media_type(headers, FORMS_SENT),
            headers["content-type"],
            is_packed(headers, FORMS_SENT),
            request.scope.get(WHOLE, True),
        )
        found = self._judge_content(content, lang, LIMIT, _PASTED(lang))
        if isinstance(found, Delivery):
            return Response(found.body, headers=found.headers)
        filled = _Filled(found.texts, found.values)
        return self._page(request, filled, status=found.status, found=found)

    def _page(
        self,
        request: Request,
        filled: _Filled,
        *,
        status: int = 200,
        found: Shown | None = None,
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
