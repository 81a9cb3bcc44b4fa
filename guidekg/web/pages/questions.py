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
from guidekg.questions.serialization import notes, topic
from guidekg.rdf.namespaces import PREFIXES
from guidekg.stores.bindings import declarations, inline
from guidekg.web.api import QUESTIONS
from guidekg.web.pages.form_fields import FormFields
from guidekg.web.pages.guide import modality_of
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.pages.words import WORDS


class Topic(NamedTuple):
    """A topic, and its questions."""

    name: str
    label: Label
    questions: tuple[Question, ...]


def topics(kg: KnowledgeGraph) -> list[Topic]:
    """Return the topics, by name."""
    found: dict[str, list[Question]] = {}
    for question in kg.questions.values():
        found.setdefault(question.header.topic, []).append(question)
    return [
        Topic(name, topic(questions[0]), tuple(questions))
        for name, questions in sorted(found.items())
    ]


def sparql_of(question: Question, values: Mapping[str, str]) -> str:
    """Return the SPARQL of a question, with its prefixes and with values bound, ready to run.

    Args:
        question: any.
        values: valid values of its parameters; without any, its parameters stay free.
    """
    lines = [line for line in question.text.splitlines() if not line.startswith("#")]
    text = "\n".join(lines).strip()
    if values:
        text = inline(text, question.bind(values))
    return declared(text)


def declared(text: str) -> str:
    """Return a query with the prefixes declared that it uses, one a line."""
    head = declarations(text).strip().replace("> PREFIX", ">\nPREFIX")
    return f"{head}\n\n{text}"


class _Questions:
    """The pages of the questions."""

    def __init__(self, kg: KnowledgeGraph, fields: FormFields) -> None:
        self._kg = kg
        self._fields = fields
        self._topics = topics(kg)
        self._bases = {
            name: kg.things.label(PREFIXES["word"] + name)
            for name in ("stated", "inherited", "inferred", "read")
        }

    async def list(self, request: Request) -> Response:
        """Show all questions."""
        return page(
            request,
            "questions.html",
            title=WORDS["questions"],
            description=WORDS["questions-lead"],
            topics=self._topics,
        )

    async def show(self, request: Request) -> Response:
        """Show a question, and its answer if all that it needs is given."""
        question = self._kg.questions[request.path_params["name"]]
        asked = request.query_params
        parameters = question.header.parameters
        if set(asked) - {one.name for one in parameters}:
            question.bind(dict(asked))  # says which parameters there are
        given = bool(asked) or all(one.optional for one in parameters)
        fields = [
            self._fields.field(question, one, asked.get(one.name, "") if given else None)
            for one in parameters
        ]
        wrong = any(field.problem for field in fields)
        values = {field.name: field.typed for field in fields if field.typed}
        answer = question(**values) if given and not wrong else None
        return page(
            request,
            "question.html",
            status=400 if wrong else 200,
            title=question.header.question,
            description=question.header.decision,
            jsonld={"@type": "Question", "name": question.header.question.zh},
            question=question,
            topic=topic(question),
            fields=fields,
            values=values,
            sparql=sparql_of(question, values if answer is not None else {}),
            answer=answer,
            **(self._answer(answer, values, lang_of(request)) if answer is not None else {}),
        )

    def _answer(self, answer: Answer, values: Mapping[str, str], lang: Language) -> dict[str, Any]:
        """Return what the template needs to show an answer."""
        cited = list(dict.fromkeys(p for row in answer for p in row.provisions))
        path = f"{QUESTIONS}/{answer.question.name}"
        return {
            "api": {
                form: f"{path}?{urlencode({**values, 'lang': lang, 'format': form.lower()})}"
                for form in ("JSON", "CSV")
            },
            # Amounts are shown with their currency.
            "columns": [column for column in answer.columns if column.kind != "currency"],
            "notes": notes(answer),
            "bases": self._bases,
            "numbers": {provision.iri: number for number, provision in enumerate(cited, 1)},
            "cited": cited,
            "modality_of": modality_of,
            "longest": longest,
            "is_thing": lambda value: isinstance(value, Thing),
        }


def routes(kg: KnowledgeGraph, fields: FormFields) -> list[BaseRoute]:
    """Return the routes."""
    pages = _Questions(kg, fields)
    return [
        *localized("/questions", pages.list),
        *localized("/questions/{name}", pages.show),
    ]
