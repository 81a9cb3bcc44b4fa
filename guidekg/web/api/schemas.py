"""The schemas of the API: of answers, of lists, of problems, and of the report, taken from its own."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from guidekg import reports
from guidekg.questions import Question, Questions
from guidekg.questions.header import USERS
from guidekg.validation.facts import FactDefinition
from guidekg.value_kinds import PARAMETERS, VALUE_KINDS
from guidekg.web.api.media_types import ENGINES, LANGUAGES, REPORTS
from guidekg.web.problems import KINDS as PROBLEMS
from guidekg.web.problems import TYPE

Json = dict[str, Any]

_REPORT: Json = json.loads(
    (Path(reports.__file__).parent / "report.schema.json").read_text(encoding="utf-8")
)
TEXT: Json = {"type": "string"}
LANGUAGE: Json = {"type": "string", "enum": list(LANGUAGES)}
ENGINE: Json = {"type": "string", "enum": list(ENGINES), "default": "auto"}
REPORT_FORM: Json = {"type": "string", "enum": [form.name for form in REPORTS], "default": "json"}
AS_OF: Json = VALUE_KINDS["date"].schema


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


def listed(items: Json) -> Json:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def components(questions: Questions) -> Json:
    """Return the schemas that others refer to."""
    parameter = {
        "name": TEXT,
        "kind": {"enum": list(PARAMETERS)},
        "description": TEXT,
        "example": TEXT,
        "optional": {"type": "boolean"},
    }
    question = {
        "name": {"enum": sorted(questions)},
        "topic": TEXT,
        "user": {"enum": list(USERS)},
        "question": TEXT,
        "decision": TEXT,
        "parameters": listed(closed(parameter)),
        "href": {"type": "string", "format": "uri-reference"},
        "example": {"type": "string", "format": "uri-reference"},
    }
    link = closed({"href": {"type": "string", "format": "uri-reference"}, "title": TEXT})
    root = {
        "name": {"const": "guidekg"},
        "version": TEXT,
        "links": {"type": "object", "additionalProperties": link},
    }
    clause = {"start": {"type": "integer"}, "end": {"type": "integer"}, "exact": TEXT}
    iri: Json = {"type": "string", "format": "iri"}
    return {
        "Root": closed(root),
        "Questions": closed({"lang": LANGUAGE, "questions": listed(closed(question))}),
        "Thing": closed({"iri": iri, "label": TEXT}),
        "Value": {"oneOf": [ref("Thing"), {"type": ["string", "integer", "boolean", "null"]}]},
        "Modality": {"enum": ["must", "should", "may", "informative", None]},
        "Basis": {"enum": ["stated", "inherited", "inferred", "read", None]},
        "Column": closed({"name": TEXT, "kind": {"enum": list(VALUE_KINDS)}, "label": TEXT}),
        "Citation": closed(
            {
                "provision": iri,
                "label": TEXT,
                "clauses": listed(closed(clause)),
                "readings": listed(closed({"iri": iri, "reason": TEXT})),
            }
        ),
        "Problem": _problem(),
        **_report(),
    }


def answer(question: Question) -> Json:
    """Return the schema of the answer to a question."""
    row = {name: ref("Value") for name in question.header.columns}
    behind = {
        "modality": ref("Modality"),
        "basis": ref("Basis"),
        "cites": listed(ref("Citation")),
    }
    state = ["found", question.header.when_empty]
    properties = {
        "question": {"const": question.name},
        "text": TEXT,
        "state": {"enum": state},
        "notes": listed(TEXT),
        "columns": listed(ref("Column")),
        "rows": listed(closed({**row, **behind})),
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
    fields: Json = {
        "format": _or_empty(REPORT_FORM),
        "lang": _or_empty(LANGUAGE),
        "as_of": _or_empty(AS_OF),
        "engine": _or_empty(ENGINE),
        "fact": {**facts, "items": _or_empty(facts["items"])},
    }
    written = {"type": "string", "minLength": 1, "description": text}
    files = {
        "type": "array",
        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        "minItems": 1,
        "description": file,
    }
    many = closed({"file": files, "text": written, **fields}, (*fields, "text"))
    return many, closed({"text": written, **fields}, tuple(fields))


def _or_empty(schema: Json) -> Json:
    """Return the schema of a field: what a person leaves out, a form sends without a value."""
    return {"anyOf": [schema, {"const": ""}]}


def parameter(kind: str) -> Json:
    """Return the schema of the parameter of a question."""
    return VALUE_KINDS[kind].schema


def _problem() -> Json:
    properties = {
        "type": {"enum": [TYPE + name for name in PROBLEMS]},
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": TEXT,
        "parameter": TEXT,
        "example": TEXT,
        "nearest": listed(TEXT),
        "offered": listed(TEXT),
    }
    return closed(properties, optional=("parameter", "example", "nearest", "offered"))


def _report() -> Json:
    """Return the schemas of the report, its definitions standing beside it."""
    whole = {
        name: value for name, value in _REPORT.items() if name not in ("$schema", "$id", "$defs")
    }
    named = {"Report": whole}
    named |= {_name(name): value for name, value in _REPORT["$defs"].items()}
    moved: Json = _moved(named)
    return moved


def _name(definition: str) -> str:
    return f"Report.{definition}"


def _moved(value: Any) -> Any:
    if isinstance(value, list):
        return [_moved(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: ref(_name(item.rpartition("/")[2]))["$ref"] if key == "$ref" else _moved(item)
        for key, item in value.items()
    }
