"""Where a proposal is judged: a form, and what was found beside the text that was handed in.

The form can be filled with an example, or with a proposal to fill in for a call.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing
from guidekg.i18n import Label, Language
from guidekg.reports import WRITERS, words
from guidekg.resources import folder
from guidekg.validation.facts import facts_of
from guidekg.validation.inputs import FORMS
from guidekg.validation.templates import proposal_template
from guidekg.web.pages.layout import lang_of, local_name, localized, page, unknown
from guidekg.web.pages.lookups import guide_beside, guides_beside
from guidekg.web.request import is_packed, media_type
from guidekg.web.settings import MIB
from guidekg.web.submission import FORM_TYPES, Content, Shown
from guidekg.web.workers.protocol import Delivery

WHOLE = "guidekg.whole"  # where a scope says whether its content is all that was sent
LIMIT = 2 * MIB  # bytes of one document: what a box of text bears
_PASTED = Label("粘贴的文本", "pasted text")


_EXPECT = re.compile(r"^# expect: (\w+)", re.MULTILINE)
_FACT = re.compile(r"^# (?:fact: )?([a-z-]+)[=:] ?(\d{4}(?:-\d\d-\d\d)?)$", re.MULTILINE)


_APPLIES = re.compile(r"\bgk:appliesTo scheme:([\w-]+)")


class Example(NamedTuple):
    """An example: the name of its file, its text, what it is for, and the facts it is made for."""

    name: str
    text: str
    expected: str
    facts: dict[str, str]
    schemes: frozenset[str]  # their local names


@cache
def examples() -> dict[str, Example]:
    """Return the examples that say what is to be expected of them, by the stem of their file."""
    found = {}
    for path in sorted(folder("examples").glob("*.t*")):
        text = path.read_text(encoding="utf-8")
        if expected := _EXPECT.search(text):
            facts, schemes = dict(_FACT.findall(text)), frozenset(_APPLIES.findall(text))
            found[path.stem] = Example(path.name, text, expected[1], facts, schemes)
    return found


# Takes the content of the form, the language, the bytes of a document, the name of a pasted text.
Judge = Callable[[Content, Language, int, str], Shown | Delivery]


def routes(kg: KnowledgeGraph, judge: Judge) -> list[BaseRoute]:
    """Return the routes; ``judge`` judges what is handed in."""
    facts = facts_of(kg.store)
    asked_by = guides_beside(kg, facts)
    if asked_by:  # those of a guide beside one another
        order = [None, *(Thing(iri, guide.label) for iri, guide in kg.guides.items())]
        facts = tuple(sorted(facts, key=lambda fact: order.index(asked_by.get(fact.name))))
    leaves = [scheme for scheme in kg.schemes() if not scheme.parts]  # what one can apply to
    known = {local_name(scheme.iri) for scheme in leaves}
    # An example for a guide that is not open would be judged by nothing.
    offered = {name: one for name, one in examples().items() if one.schemes & known}
    proposal = cache(partial(proposal_template, kg))
    if leaves:
        proposal(leaves[0], "en")  # what all are made from is read from files here

    def filled(request: Request) -> Shown:
        """Return the form as it is at first: empty, or with what the address names."""
        asked, lang = request.query_params, lang_of(request)
        today = {"as-of": date.today().isoformat()}
        if name := asked.get("example"):
            if name not in offered:
                raise unknown(name, "示例", "example", offered, most=3, cutoff=0.6)
            one = offered[name]
            values = {f"fact.{fact}": value for fact, value in one.facts.items()}
            as_of = values.pop("fact.as-of", today["as-of"])
            return Shown(200, [(one.name, one.text)], {**values, "as-of": as_of})
        if call := asked.get("new"):
            scheme = kg.scheme(call)
            text = proposal(scheme, lang)
            return Shown(200, [(f"{local_name(scheme.iri)}.ttl", text)], today)
        return Shown(200, [], today)

    async def judged(request: Request) -> Shown | Delivery:
        lang, headers = lang_of(request), request.headers
        content = Content(
            await request.body(),
            media_type(headers, FORM_TYPES),
            headers["content-type"],
            is_packed(headers, FORM_TYPES),
            request.scope.get(WHOLE, True),
        )
        return judge(content, lang, LIMIT, _PASTED(lang))

    async def answer(request: Request) -> Response:
        sent = request.method == "POST"
        shown = await judged(request) if sent else filled(request)
        if isinstance(shown, Delivery):
            return Response(shown.body, headers=shown.headers)
        return page(
            request,
            "validate.html",
            status=shown.status,
            headers={"cache-control": "no-store"} if sent else None,
            tr=lambda zh, en: Label(zh, en)(lang_of(request)),
            shown=shown,
            facts=facts,
            asked_by=asked_by,
            forms=FORMS,
            leaves=leaves,
            guides={scheme.iri: guide_beside(kg, scheme.iri) for scheme in leaves},
            examples=offered,
            expected=words.VERDICT,
            reports=list(WRITERS),
            limit=LIMIT,
            limit_mib=LIMIT // MIB,
        )

    return localized("/validate", answer, ("GET", "POST"))
