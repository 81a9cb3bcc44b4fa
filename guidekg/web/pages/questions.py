"""Every competency question as a form, its answer with the clauses, and the SPARQL behind it.

A field offers what a person can choose for a parameter, and says what is wrong with what was typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.errors import GuideKGError
from guidekg.formatting import format_day
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing, longest
from guidekg.i18n import Label, Language
from guidekg.questions import Answer, Question
from guidekg.questions.header import Column, Parameter
from guidekg.questions.question import GUIDE
from guidekg.questions.serialization import notes, topic
from guidekg.questions.sheets import HAS_XLSX
from guidekg.rdf.namespaces import PREFIXES
from guidekg.stores.bindings import declarations, inline
from guidekg.value_kinds import VALUE_KINDS, Widget
from guidekg.web.api import QUESTIONS
from guidekg.web.pages.layout import lang_of, local_name, localized, page
from guidekg.web.pages.lookups import guide_beside, printed_schemes, selected

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
  UNION { ?provision gk:accepts ?thing . ?thing a gk:Place }
"""


# A day, or a moment of it, of an answer that has both; they are told in the zone they are printed in.
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::00)?(?:\+08:00)?)?")


class Option(NamedTuple):
    """A value, and what a person reads."""

    value: str
    label: Label
    guide: Thing | None = None  # that it is of, where several are open


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: what may be chosen, what was typed, and what is wrong with it."""

    name: str
    widget: Widget | None  # by what a value is asked for
    label: Label
    example: Label
    options: tuple[Option, ...]
    typed: str
    problem: GuideKGError | None
    optional: bool


class FormFields:
    """What a person can choose for each kind of parameter, and the fields made of it."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        schemes = printed_schemes(kg)
        required = {p.iri: p for one in schemes for p in one.scheme.own if p.identifier}
        guides = {iri: guide_beside(kg, iri) for iri in required}
        order = list(dict.fromkeys(guides.values()))  # as the texts are listed
        by_identifier = sorted(
            required.values(),
            key=lambda item: (order.index(guides[item.iri]), item.identifier or ""),
        )
        self._options = {
            **{kind: self._select(pattern, prefix) for kind, (prefix, pattern) in _LISTED.items()},
            "place": tuple(
                Option(option.label.zh, option.label) for option in self._select(_PLACES, "place")
            ),
            "scheme": tuple(
                Option(
                    local_name(one.scheme.iri), one.scheme.label, guide_beside(kg, one.scheme.iri)
                )
                for one in schemes
            ),
            "requirement": tuple(
                Option(
                    local_name(item.iri),
                    Label(
                        f"{item.identifier} · {item.label.zh}",
                        f"{item.identifier} · {item.label.en}",
                    ),
                    guides[item.iri],
                )
                for item in by_identifier
            ),
        }

    def _select(self, pattern: str, prefix: str) -> tuple[Option, ...]:
        query = f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing"
        return tuple(
            Option(local_name(iri), self._kg.things.label(iri))
            for (iri,) in selected(self._kg, query)
            if iri.startswith(PREFIXES[prefix])
        )

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

        ``typed`` is None if nothing was asked for. The name and the label of the field are those of
        the parameter, if no others are given.
        """
        value, problem = _checked(question, parameter, typed)
        kind, example = parameter.kind, parameter.example
        listed = kind in self._options
        return Field(
            name or parameter.name,
            VALUE_KINDS[kind].widget,
            label or parameter.description,
            self._kg.things.label(self._kg.resolve(example, kind))
            if listed
            else Label(example, example),
            self._options.get(kind, ()),
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


def _columns(answer: Answer) -> list[Column]:
    """Return the columns that are shown: amounts are, with their currency.

    Where nothing is of a guide, as no field of technology is, there is none to name.
    """
    of_guides = any(row[GUIDE.name].value for row in answer if GUIDE.name in row.cells)
    return [one for one in answer.columns if one.kind != "currency" and (one != GUIDE or of_guides)]


def written(text: str, lang: Language) -> str:
    """Return a text of an answer as a person reads it: a moment as days are written, else as it is."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return text
    try:
        day = format_day(date.fromisoformat(found[1]), lang=lang)
    except ValueError:  # there is no such day
        return text
    return f"{day} {found[2]}" if found[2] else day


def topics(kg: KnowledgeGraph) -> list[tuple[Label, list[Question]]]:
    """Return the topics, by name, with their questions."""
    found: dict[str, list[Question]] = {}
    for question in kg.questions.values():
        found.setdefault(question.header.topic, []).append(question)
    return [(topic(questions[0]), questions) for _, questions in sorted(found.items())]


def sparql_of(question: Question, values: Mapping[str, str]) -> str:
    """Return the SPARQL of a question, with its prefixes and with values bound, ready to run.

    The values must be valid; without any, the parameters stay free.
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


def routes(kg: KnowledgeGraph, fields: FormFields) -> list[BaseRoute]:
    """Return the routes."""
    listed = topics(kg)
    words = ("stated", "inherited", "inferred", "read")
    bases = {name: kg.things.label(PREFIXES["word"] + name) for name in words}

    async def show_all(request: Request) -> Response:
        return page(request, "questions.html", topics=listed)

    async def show(request: Request) -> Response:
        question = kg.questions[request.path_params["name"]]
        asked = request.query_params
        parameters = question.header.parameters
        if set(asked) - {one.name for one in parameters}:
            question.bind(dict(asked))  # says which parameters there are
        given = bool(asked) or all(one.optional for one in parameters)
        form = [
            fields.field(question, one, asked.get(one.name, "") if given else None)
            for one in parameters
        ]
        wrong = any(field.problem for field in form)
        values = {field.name: field.typed for field in form if field.typed}
        answer = question(**values) if given and not wrong else None
        cited = list(dict.fromkeys(p for row in answer or () for p in row.provisions))
        return page(
            request,
            "question.html",
            status=400 if wrong else 200,
            question=question,
            topic=topic(question),
            fields=form,
            values=values,
            sparql=sparql_of(question, values if answer is not None else {}),
            answer=answer,
            columns=[] if answer is None else _columns(answer),
            cited=cited,
            guides={provision.iri: guide_beside(kg, provision.iri) for provision in cited},
            notes=[] if answer is None else notes(answer),
            api=f"{QUESTIONS}/{question.name}?{urlencode({**values, 'lang': lang_of(request)})}",
            bases=bases,
            sheets={"CSV": "excel-csv", **({"xlsx": "xlsx"} if HAS_XLSX else {})},
            longest=longest,
            written=written,
        )

    return [*localized("/questions", show_all), *localized("/questions/{name}", show)]
