"""Answer the API: a competency question, or what is the same for everyone.

That is what the API offers, its questions, and its description.
"""

import difflib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import cast

from guidekg.errors import AmbiguousNameError, UnknownNameError
from guidekg.graph import KnowledgeGraph
from guidekg.i18n import LANGUAGES, Label, Language
from guidekg.questions import Question
from guidekg.questions.header import Parameter
from guidekg.questions.serialization import document
from guidekg.questions.sheets import HAS_XLSX, Sheet, sheet
from guidekg.value_kinds import LONGEST
from guidekg.web.api import OPENAPI, openapi
from guidekg.web.handlers.base import VARY, State, deliver, unchanged
from guidekg.web.negotiation import ANSWERS, DOCUMENTS, Choice, choose_strictly, negotiate
from guidekg.web.negotiation import OPENAPI as OPENAPI_OFFER
from guidekg.web.problems import ProblemError, problem
from guidekg.web.workers.protocol import Delivery, Request, ResponseWriter


@cache
def prepare(kg: KnowledgeGraph) -> None:
    """Ask each question once with its example, so that the things of the guides are at hand."""
    for question in kg.questions.values():
        # With guides of one's own an example may mean several things, or nothing.
        with suppress(AmbiguousNameError, UnknownNameError):
            found = question(**{item.name: item.example for item in question.header.parameters})
            if HAS_XLSX and len(found) == 1:
                sheet(found, "en", "xlsx")  # a worker can import nothing any more


def answer_question(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the answer to a question.

    The values are those of a query, with ``name``, the question; ``values``, its parameters; and
    ``lang``.

    Raises:
        ProblemError: there is no such question, parameter, value or form.
    """
    asked = request.values
    lang: Language = asked["lang"]
    values: dict[str, str] = asked["values"]
    try:
        question = state.kg.questions[asked["name"]]
    except UnknownNameError as error:
        raise ProblemError(
            "unknown-question", error.zh, error.en, nearest=list(error.nearest)
        ) from None
    choice = choose_strictly(ANSWERS, asked["accept"], asked["format"])
    _check(question, values, lang)
    parts = (asked["name"], question.text, sorted(values.items()), lang, choice.format.name)
    headers = _headers(state, choice, lang, *parts)
    if unchanged(request, response, headers):
        return
    found = question(**values)
    name = choice.format.name
    if name == "json":
        body = _json(document(found, lang))
    else:
        body = sheet(found, lang, cast("Sheet", name))
        ending = "xlsx" if name == "xlsx" else "csv"
        headers["content-disposition"] = f'attachment; filename="{question.name}.{ending}"'
    deliver(request, response, Delivery(body, headers))


def _headers(state: State, choice: Choice, lang: Language, *parts: object) -> dict[str, str]:
    """Return the headers of what is made of some parts."""
    return {
        "vary": VARY,
        "cache-control": "no-cache",
        "etag": state.etag(*parts, choice.content_type),
        "content-language": lang,
        "content-type": choice.content_type,
    }


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False) + "\n").encode()


def _check(question: Question, values: Mapping[str, str], lang: Language) -> None:
    """Check the parameters, and say in the words of an address what is wrong with them."""
    known = {parameter.name: parameter for parameter in question.header.parameters}
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or [*known]
            text = "of-question" if near else "of-question-without"
            raise problem(
                "wrong-parameter", text, question=question.name, parameter=name, nearest=near
            )
    for parameter in known.values():
        if parameter.name in values:
            _check_value(question, parameter, values[parameter.name], lang)
        elif not parameter.optional:
            raise problem(
                "wrong-parameter",
                "missing",
                question=question.name,
                description=parameter.description,
                parameter=parameter.name,
                example=parameter.example,
            )


def _check_value(question: Question, parameter: Parameter, value: str, lang: Language) -> None:
    name, kind, names = parameter.name, parameter.takes, question.repository.names
    if not kind.fits(value):
        shown = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
        raise problem(
            "unusable-value", "value", shown=shown, parameter=name, example=parameter.example
        )
    if kind.datatype or (kind.name == "requirement" and names.row(value)):
        return
    try:
        names.resolve(value, kind.name)
    except UnknownNameError as error:
        labels = _labels(question, kind.name, error.nearest)
        # In each language, what looks like the value is called in that language.
        near = {each: [label(each) for label in labels] for each in LANGUAGES}
        zh, en = (
            UnknownNameError(value, kind.noun.zh, kind.noun.en, near[each]) for each in LANGUAGES
        )
        raise ProblemError(
            "unusable-value",
            zh.zh,
            en.en,
            parameter=name,
            nearest=near[lang],
            example=parameter.example,
        ) from None
    except AmbiguousNameError as error:
        raise ProblemError(
            "unusable-value", error.zh, error.en, parameter=name, nearest=list(error.candidates)
        ) from None


def _labels(question: Question, kind: str, names: Iterable[str]) -> list[Label]:
    """Return the labels of what names mean, each once; the name itself where it means several."""
    found: dict[str, Label] = {}
    for name in names:
        try:
            iri = question.repository.names.resolve(name, kind)
        except AmbiguousNameError:
            found[name] = Label(name, name)
        else:
            found[iri] = question.repository.things.label(iri)
    return list(found.values())


def answer_document(state: State, request: Request, response: ResponseWriter) -> None:
    """Write a document.

    The values are those of a query, with ``kind``, which it is; ``lang``; ``secured``, whether a
    token is needed; ``root_path``, where the server is mounted.

    Raises:
        ProblemError: it does not come in the form that is wanted.
    """
    asked = request.values
    kind, lang, root = asked["kind"], asked["lang"], asked["root_path"]
    choice = negotiate(OPENAPI_OFFER if kind == "openapi" else DOCUMENTS, asked["accept"])
    body = _made(state.kg, kind, lang, root, secured=asked["secured"])
    headers = _headers(state, choice, lang, body)
    if kind == "api":
        headers["link"] = f'<{root}{OPENAPI}>; rel="service-desc"'
    if not unchanged(request, response, headers):
        deliver(request, response, Delivery(body, headers))


@cache
def _made(kg: KnowledgeGraph, kind: str, lang: Language, root_path: str, *, secured: bool) -> bytes:
    if kind == "openapi":
        return _json(openapi.document(kg.questions, kg, lang, root_path, secured=secured))
    if kind == "questions":
        return _json(openapi.list_questions(kg.questions, lang, root_path))
    return _json(openapi.root(lang, root_path))
