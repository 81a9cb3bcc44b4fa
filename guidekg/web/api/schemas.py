"""The schemas of the API: its own answers, and the report as ``reports.json`` defines it."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from guidekg.i18n import LANGUAGES, Language
from guidekg.questions import Question
from guidekg.questions.header import USERS
from guidekg.reports.json import Closed, Reading, ReportDocument, Thing
from guidekg.validation.engines import CHOICES as ENGINES
from guidekg.validation.facts import FactDefinition
from guidekg.value_kinds import PARAMETERS, VALUE_KINDS
from guidekg.web.negotiation import REPORTS
from guidekg.web.problems import KINDS as PROBLEMS
from guidekg.web.problems import TYPE

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
LANGUAGE: Json = {"type": "string", "enum": list(LANGUAGES)}
ENGINE: Json = {"type": "string", "enum": list(ENGINES), "default": "auto"}
REPORT_FORM: Json = {"type": "string", "enum": [form.name for form in REPORTS], "default": "json"}
AS_OF: Json = VALUE_KINDS["date"].schema


def _one_of(*names: str) -> Meta:
    return Meta(extra_json_schema={"enum": list(names)})


Reference = Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
Iri = Annotated[str, Meta(extra_json_schema={"format": "iri"})]


class Link(Closed, frozen=True):
    """Where something stands."""

    href: Reference
    title: str


class Root(Closed, frozen=True):
    """What there is."""

    name: Literal["guidekg"]
    version: str
    links: dict[str, Link]


class AskedParameter(Closed, frozen=True):
    """A parameter of a question."""

    name: str
    kind: Annotated[str, _one_of(*PARAMETERS)]
    description: str
    example: str
    optional: bool


class AskedQuestion(Closed, frozen=True):
    """A question, where it is answered, and a request that gives rows."""

    name: str
    topic: str
    user: Annotated[str, _one_of(*USERS)]
    question: str
    decision: str
    parameters: list[AskedParameter]
    href: Reference
    example: Reference


class QuestionList(Closed, frozen=True):
    """The questions that can be asked."""

    lang: Language
    questions: list[AskedQuestion]


class Column(Closed, frozen=True):
    """A column of an answer."""

    name: str
    kind: Annotated[str, _one_of(*VALUE_KINDS)]
    label: str


class Quotation(Closed, frozen=True):
    """Characters of the guide, from 0, the end exclusive."""

    start: int
    end: int
    exact: str


class Citation(Closed, frozen=True):
    """A provision behind a row, with its clauses and readings."""

    provision: Iri
    label: str
    clauses: list[Quotation]
    readings: list[Reading]


class Problem(Closed, frozen=True):
    """What is wrong with a request, as RFC 9457 says."""

    type: Annotated[str, _one_of(*(TYPE + name for name in PROBLEMS))]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    parameter: str | UnsetType = UNSET
    example: str | UnsetType = UNSET
    nearest: list[str] | UnsetType = UNSET
    offered: list[str] | UnsetType = UNSET


def ref(name: str) -> Json:
    """Return the reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def closed(properties: Json, optional: tuple[str, ...] = ()) -> Json:
    """Return the schema of an object that has these properties and no other."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def components() -> Json:
    """Return the schemas that others refer to."""
    kinds = (Root, QuestionList, Column, Citation, Problem, Thing, ReportDocument)
    return {
        "Value": {"oneOf": [ref("Thing"), {"type": ["string", "integer", "boolean", "null"]}]},
        "Modality": {"enum": ["must", "should", "may", "informative", None]},
        "Basis": {"enum": ["stated", "inherited", "inferred", "read", None]},
        **msgspec.json.schema_components(kinds, ref_template=ref("{name}")["$ref"])[1],
    }


def answer(question: Question) -> Json:
    """Return the schema of the answer to a question."""
    row = {
        **{name: ref("Value") for name in question.header.columns},
        "modality": ref("Modality"),
        "basis": ref("Basis"),
        "cites": {"type": "array", "items": ref("Citation")},
    }
    properties = {
        "question": {"const": question.name},
        "text": TEXT,
        "state": {"enum": ["found", question.header.when_empty]},
        "notes": {"type": "array", "items": TEXT},
        "columns": {"type": "array", "items": ref("Column")},
        "rows": {"type": "array", "items": closed(row)},
        "message": TEXT,
    }
    return closed(properties, optional=("message",))


def facts(asked: Iterable[FactDefinition]) -> Json:
    """Return the schema of the facts of a run: each at most once, and of its form."""
    forms = {fact.name: f"^{fact.name}={fact.kind.pattern}$" for fact in asked}
    return {
        "type": "array",
        "items": {"anyOf": [{"type": "string", "pattern": pattern} for pattern in forms.values()]},
        "allOf": [
            {"contains": {"pattern": f"^{name}="}, "minContains": 0, "maxContains": 1}
            for name in forms
        ],
    }


def upload(text: str, file: str, facts: Json) -> tuple[Json, Json]:
    """Return the schemas of a form with files, and of one with a text, described by these words."""
    options = {
        "format": REPORT_FORM,
        "lang": LANGUAGE,
        "as_of": AS_OF,
        "engine": ENGINE,
        "fact": facts,
    }
    # What a person leaves out, a form sends without a value.
    fields: Json = {name: {"anyOf": [schema, {"const": ""}]} for name, schema in options.items()}
    fields["fact"] = {**facts, "items": {"anyOf": [facts["items"], {"const": ""}]}}
    written = {"type": "string", "minLength": 1, "description": text}
    files = {
        "type": "array",
        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        "minItems": 1,
        "description": file,
    }
    many = closed({"file": files, "text": written, **fields}, (*fields, "text"))
    return many, closed({"text": written, **fields}, tuple(fields))
