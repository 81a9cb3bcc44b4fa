"""Answer the API: a competency question, or what is the same for everyone.

That is what the API offers, its questions, and its description.
"""

import csv
import difflib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from io import StringIO

from guidekg.errors import AmbiguousNameError, UnknownNameError
from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label, Language
from guidekg.questions import Answer, Question, Questions
from guidekg.questions.header import Parameter
from guidekg.questions.serialization import document, records
from guidekg.value_kinds import LONGEST
from guidekg.web.api import OPENAPI, openapi
from guidekg.web.handlers.base import State, deliver, unchanged
from guidekg.web.negotiation import ANSWERS, DOCUMENTS, choose_strictly
from guidekg.web.negotiation import OPENAPI as OPENAPI_OFFER
from guidekg.web.problems import ProblemError, problem
from guidekg.web.workers.protocol import Request
from guidekg.web.workers.response_writer import Delivery, ResponseWriter


@cache
def _prepare(kg: KnowledgeGraph) -> None:
    for question in kg.questions.values():
        # With guides of one's own an example may mean several things, or nothing.
        with suppress(AmbiguousNameError, UnknownNameError):
            question(**{item.name: item.example for item in question.header.parameters})


def prepare(state: State) -> None:
    """Ask each question once with its example, so that the things of the guides are at hand."""
    _prepare(state.kg)


def answer_question(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the answer to a question.

    Args:
        state: what the worker holds.
        request: as for a query, with ``name``, the question; ``values``, its parameters; ``lang``.
        response: where to write.

    Raises:
        ProblemError: there is no such question, parameter, value or form.
    """
    asked = request.values
    lang: Language = asked["lang"]
    question = _question(state.kg.questions, asked["name"])
    choice = choose_strictly(ANSWERS, asked["accept"], asked["format"])
    values: dict[str, str] = asked["values"]
    parts = (asked["name"], question.text, sorted(values.items()), lang, choice.content_type)
    tag = state.etag(*parts)
    headers = {"cache-control": "no-cache", "etag": tag, "content-language": lang}
    _check(question, values, lang)
    if unchanged(request, tag, response, headers):
        return
    headers["content-type"] = choice.content_type
    body = _written(question(**values), choice.format.name, lang)
    deliver(request, response, Delivery(body, headers))


def _written(found: Answer, form: str, lang: Language) -> bytes:
    if form == "csv":
        text = StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(records(found, lang))
        return text.getvalue().encode()
    return (json.dumps(document(found, lang), ensure_ascii=False) + "\n").encode()


def _question(questions: Questions, name: str) -> Question:
    try:
        return questions[name]
    except UnknownNameError as error:
        raise ProblemError(
            "unknown-question", error.zh, error.en, nearest=list(error.nearest)
        ) from None


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
    name, kind = parameter.name, parameter.takes
    if not kind.fits(value):
        shown = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
        raise problem(
            "unusable-value", "value", shown=shown, parameter=name, example=parameter.example
        )
    if kind.datatype or (kind.name == "requirement" and question.repository.names.row(value)):
        return
    try:
        question.repository.names.resolve(value, kind.name)
    except UnknownNameError as error:
        near = _labels(question, kind.name, error.nearest)
        raise _unknown(parameter, value, near, lang) from None
    except AmbiguousNameError as error:
        raise ProblemError(
            "unusable-value", error.zh, error.en, parameter=name, nearest=list(error.candidates)
        ) from None


def _unknown(parameter: Parameter, value: str, near: list[Label], lang: Language) -> ProblemError:
    noun = parameter.takes.noun
    error = UnknownNameError(value, noun.zh, noun.en, [label.zh for label in near])
    in_english = UnknownNameError(value, noun.zh, noun.en, [label.en for label in near])
    return ProblemError(
        "unusable-value",
        error.zh,
        in_english.en,
        parameter=parameter.name,
        nearest=[label(lang) for label in near],
        example=parameter.example,
    )


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

    Args:
        state: what the worker holds.
        request: as for a query, with ``kind``, which it is; ``lang``; ``secured``, whether a token
            is needed; ``root_path``, where the server is mounted.
        response: where to write.

    Raises:
        ProblemError: it does not come in the form that is wanted.
    """
    asked = request.values
    kind, lang = asked["kind"], asked["lang"]
    choice = choose_strictly(
        OPENAPI_OFFER if kind == "openapi" else DOCUMENTS, asked["accept"], None
    )
    body = _made(state.kg, kind, lang, asked["root_path"], secured=asked["secured"])
    tag = state.etag(body, choice.content_type)
    headers = {"cache-control": "no-cache", "etag": tag, "content-language": lang}
    if kind == "api":
        headers["link"] = f'<{asked["root_path"]}{OPENAPI}>; rel="service-desc"'
    if not unchanged(request, tag, response, headers):
        headers["content-type"] = choice.content_type
        deliver(request, response, Delivery(body, headers))


@cache
def _made(kg: KnowledgeGraph, kind: str, lang: Language, root_path: str, *, secured: bool) -> bytes:
    if kind == "openapi":
        made = openapi.document(kg.questions, kg, lang, secured=secured)
        made["servers"] = [{"url": root_path or "/"}]
    elif kind == "questions":
        made = openapi.list_questions(kg.questions, lang, root_path)
    else:
        made = openapi.root(lang, root_path)
    return (json.dumps(made, ensure_ascii=False) + "\n").encode()
