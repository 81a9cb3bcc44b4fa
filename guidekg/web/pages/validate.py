"""Where a proposal is judged: a form, and what was found beside the text that was handed in.

The form can be filled with an example, or with a proposal to fill in for a call.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.errors import UnknownNameError
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Scheme
from guidekg.i18n import Label, Language
from guidekg.reports import WRITERS, words
from guidekg.resources import folder
from guidekg.validation.facts import facts_of
from guidekg.validation.inputs import FORMS
from guidekg.validation.templates import proposal_template
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.request import is_packed, media_type
from guidekg.web.settings import MIB
from guidekg.web.submission import FORM_TYPES, Content, Shown
from guidekg.web.workers.response_writer import Delivery

PATH = "/validate"
WHOLE = "guidekg.whole"  # where a scope says whether its content is all that was sent
LIMIT = 2 * MIB  # bytes of one document: what a box of text bears
_PASTED = Label("粘贴的文本", "pasted text")


_EXPECT = re.compile(r"^# expect: (\w+)", re.MULTILINE)
_FACT = re.compile(r"^# (?:fact: )?([a-z-]+)[=:] ?(\d{4}(?:-\d\d-\d\d)?)$", re.MULTILINE)


class Example(NamedTuple):
    """An example: the name of its file, its text, and the facts that it is made for."""

    name: str
    text: str
    expected: str
    facts: dict[str, str]


@cache
def examples() -> dict[str, Example]:
    """Return the examples that say what is to be expected of them, by the stem of their file."""
    found = {}
    for path in sorted(folder("examples").glob("*.t*")):
        text = path.read_text(encoding="utf-8")
        if expected := _EXPECT.search(text):
            found[path.stem] = Example(path.name, text, expected[1], dict(_FACT.findall(text)))
    return found


def example(name: str) -> Example:
    """Return an example.

    Raises:
        UnknownNameError: there is none of that name.
    """
    known = examples()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        raise UnknownNameError(name, "示例", "example", near)
    return known[name]


def leaves(kg: KnowledgeGraph) -> Sequence[Scheme]:
    """Return what one can apply to: calls, and tracks that have none."""
    return [scheme for scheme in kg.schemes() if not scheme.parts]


class ProposalTemplates:
    """Proposals to fill in, each made once."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        self._made: dict[tuple[str, Language], str] = {}
        if schemes := leaves(kg):
            proposal_template(
                kg, schemes[0], "en"
            )  # what all are made from is read from files here

    def empty(self, call: str, lang: Language) -> tuple[str, str]:
        """Return a name for the file of a proposal to fill in, and its text.

        Raises:
            GuideKGError: there is no such call, or it has calls of its own.
        """
        scheme = self._kg.scheme(call)
        key = scheme.iri, lang
        if key not in self._made:
            self._made[key] = proposal_template(self._kg, scheme, lang)
        return f"{scheme.iri.rpartition('/')[2]}.ttl", self._made[key]


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
            media_type(headers, FORM_TYPES),
            headers["content-type"],
            is_packed(headers, FORM_TYPES),
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
