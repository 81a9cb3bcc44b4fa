"""Every competency question as a form, its answer with the clauses, and the SPARQL behind it.

A field offers what a person can choose for a parameter, and says what is wrong with what was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.errors import GuideKGError
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing, longest
from guidekg.i18n import Label, Language
from guidekg.questions import Answer, Question
from guidekg.questions.header import Parameter
from guidekg.questions.serialization import notes, topic
from guidekg.rdf.namespaces import PREFIXES
from guidekg.stores.bindings import declarations, inline
from guidekg.value_kinds import VALUE_KINDS, Widget
from guidekg.web.api import QUESTIONS
from guidekg.web.pages.layout import lang_of, local_name, localized, page
from guidekg.web.pages.lookups import printed_schemes, selected

# Kinds of parameter that have few enough values to list.
_LISTED = {
    "field": ("field", "?thing skos:inScheme ?any"),
    "organisation-kind": ("kind", "?thing skos:inScheme kind:organisation-kinds"),
    "agency": ("agency", "?thing a gk:Agency"),
    "topic": ("topic", "?thing skos:inScheme ?any"),
}
# Of places, those that a person is likely to type are suggested.
_PLACES = """
  { ?thing gk:placeLevel ?level VALUES ?level { "country" "first-level" "group" } }
  UNION { ?provision gk:acceptsPlace ?thing }
"""


class Option(NamedTuple):
    """A value, and what a person reads."""

    value: str
    label: Label


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: what may be chosen, what was typed, and what is wrong with it."""

    name: str
    kind: str
    label: Label
    example: Label
    options: tuple[Option, ...]
    typed: str = ""
    problem: GuideKGError | None = None
    optional: bool = False

    @property
    def widget(self) -> Widget | None:
        """By what a value is asked for."""
        return VALUE_KINDS[self.kind].widget

    @property
    def offered(self) -> bool:
        """Whether what was typed is one of the options."""
        return any(option.value == self.typed for option in self.options)


class FormFields:
    """What a person can choose for each kind of parameter, and the fields made of it."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        schemes = printed_schemes(kg)
        self._options = {
            kind: self._select(pattern, prefix) for kind, (prefix, pattern) in _LISTED.items()
        }
        self._options["place"] = tuple(
            Option(option.label.zh, option.label) for option in self._select(_PLACES, "place")
        )
        self._options["scheme"] = tuple(
            Option(local_name(one.scheme.iri), one.scheme.label) for one in schemes
        )
        required = {p.iri: p for one in schemes for p in one.scheme.own if p.identifier}
        self._options["requirement"] = tuple(
            Option(
                local_name(item.iri),
                Label(*(f"{item.identifier} · {name}" for name in (item.label.zh, item.label.en))),
            )
            for item in sorted(required.values(), key=lambda item: item.identifier or "")
        )

    def _select(self, pattern: str, prefix: str) -> tuple[Option, ...]:
        query = f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing"
        return tuple(
            Option(local_name(iri), self._kg.things.label(iri))
            for (iri,) in selected(self._kg, query)
            if iri.startswith(PREFIXES[prefix])
        )

    def _example(self, parameter: Parameter) -> Label:
        if parameter.kind not in self._options:
            return Label(parameter.example, parameter.example)
        return self._kg.things.label(self._kg.resolve(parameter.example, parameter.kind))

    def field(
        self,
        question: Question,
        parameter: Parameter,
        typed: str | None,
        *,
        name: str = "",
        label: Label | None = None,
    ) -> Field:
        """Return the field of a parameter, with what was typed and what is wrong with it.

        Args:
            question: whose parameter it is.
            parameter: one of its parameters.
            typed: None, if nothing was asked for.
            name: of the field, if not that of the parameter.
            label: of the field, if not the parameter's description.
        """
        value, problem = _checked(question, parameter, typed)
        return Field(
            name or parameter.name,
            parameter.kind,
            label or parameter.description,
            self._example(parameter),
            self._options.get(parameter.kind, ()),
            value,
            problem,
            parameter.optional,
        )


def _checked(
    question: Question, parameter: Parameter, typed: str | None
) -> tuple[str, GuideKGError | None]:
    """Return a value as it is kept in addresses, and what is wrong with it."""
    value = (typed or "").strip()
    if not value:
        if typed is None or parameter.optional:
            return value, None
        return value, GuideKGError("请填写或选择。", "Fill this in, or choose.")
    examples = {one.name: one.example for one in question.header.parameters}
    try:
        terms = question.bind({**examples, parameter.name: value})
    except GuideKGError as error:
        return value, error
    if parameter.kind not in ("place", "text"):
        value = local_name(getattr(terms[parameter.name], "value", value))
    return value, None


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
