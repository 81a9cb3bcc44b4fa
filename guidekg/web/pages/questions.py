"""Every competency question as a form, its answer with the clauses, and the SPARQL behind it."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing, longest
from guidekg.i18n import Label, Language
from guidekg.questions import Answer, Question
from guidekg.questions.question import Basis
from guidekg.questions.serialization import notes
from guidekg.rdf.namespaces import PREFIXES
from guidekg.stores.bindings import declarations, inline
from guidekg.web.api import QUESTIONS
from guidekg.web.pages.form_fields import Choices
from guidekg.web.pages.guide_text import modality_of
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.words import WORDS


class Topic(NamedTuple):
    """A topic, and its questions."""

    name: str
    label: Label
    questions: tuple[Question, ...]


def _topics(kg: KnowledgeGraph) -> list[Topic]:
    found: dict[str, list[Question]] = {}
    for question in kg.questions.values():
        found.setdefault(question.header.topic, []).append(question)
    things = kg.things
    return [
        Topic(name, things.label(f"{PREFIXES['word']}topic-{name}"), tuple(found[name]))
        for name in sorted(found)
    ]


def written(question: Question, values: Mapping[str, str]) -> str:
    """Return the SPARQL of a question, with its prefixes and with values bound, ready to run.

    Args:
        question: any.
        values: valid values of its parameters; without any, its parameters stay free.
    """
    lines = [line for line in question.text.splitlines() if not line.startswith("#")]
    text = "\n".join(lines).strip()
    if values:
        text = inline(text, question.bind(values))
    return declarations(text).replace("> PREFIX", ">\nPREFIX").strip() + "\n\n" + text


def routes(kg: KnowledgeGraph, choices: Choices) -> list[BaseRoute]:
    """Return the routes."""
    topics = _topics(kg)
    things = kg.things
    bases: dict[Basis, Label] = {
        name: things.label(PREFIXES["word"] + name)
        for name in ("stated", "inherited", "inferred", "read")
    }

    async def listing(request: Request) -> Response:
        return page(
            request,
            "questions.html",
            title=WORDS["questions"],
            description=WORDS["questions-lead"],
            topics=topics,
        )

    async def show(request: Request) -> Response:
        question = kg.questions[request.path_params["name"]]
        asked = request.query_params
        parameters = question.header.parameters
        stranger = next((n for n in asked if n not in {one.name for one in parameters}), None)
        if stranger is not None:
            question.bind(dict(asked))  # says which parameters there are
        given = bool(asked) or all(one.optional for one in parameters)
        entries = [
            choices.entry(question, one, asked.get(one.name, "") if given else None)
            for one in parameters
        ]
        wrong = any(entry.problem for entry in entries)
        values = {entry.name: entry.typed for entry in entries if entry.typed}
        answer = question(**values) if given and not wrong else None
        return page(
            request,
            "question.html",
            status=400 if wrong else 200,
            title=question.header.question,
            description=question.header.decision,
            jsonld={"@type": "Question", "name": question.header.question.zh},
            question=question,
            topic=things.label(f"{PREFIXES['word']}topic-{question.header.topic}"),
            entries=entries,
            values=values,
            api=_api(question, values, lang_of(request)) if answer is not None else {},
            sparql=written(question, values if answer is not None else {}),
            **_answered(answer, bases),
        )

    return [*localized("/questions", listing), *localized("/questions/{name}", show)]


def _api(question: Question, values: Mapping[str, str], lang: Language) -> dict[str, str]:
    """Return where the same answer stands for programs."""
    path = f"{QUESTIONS}/{question.name}"
    forms = {"JSON": "json", "CSV": "csv"}
    return {
        name: f"{path}?{urlencode({**values, 'lang': lang, 'format': form})}"
        for name, form in forms.items()
    }


def _answered(answer: Answer | None, bases: Mapping[Basis, Label]) -> dict[str, Any]:
    """Return what the template needs of an answer."""
    if answer is None:
        return {"answer": None}
    cited = list(dict.fromkeys(p for row in answer for p in row.provisions))
    return {
        "answer": answer,
        "notes": notes(answer),
        "bases": bases,
        "numbers": {provision.iri: number for number, provision in enumerate(cited, 1)},
        "cited": cited,
        "modality_of": modality_of,
        "longest": longest,
        "is_thing": lambda value: isinstance(value, Thing),
    }
