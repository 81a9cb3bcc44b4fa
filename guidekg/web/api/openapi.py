"""The API in its own words: its addresses, its questions, and its description in OpenAPI 3.1.

The description is made from the questions, the facts and the schemas.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from guidekg.guides.repository import Repository
from guidekg.i18n import Label, Language
from guidekg.questions import Question, Questions
from guidekg.questions.serialization import described, topic
from guidekg.rdf.namespaces import compact
from guidekg.validation.facts import FactDefinition, facts_of
from guidekg.value_kinds import VALUE_KINDS
from guidekg.version import __version__
from guidekg.web import api
from guidekg.web.api import schemas
from guidekg.web.api.schemas import TEXT, ref
from guidekg.web.negotiation import (
    ANSWERS,
    DOCUMENTS,
    FORM,
    INPUTS,
    MULTIPART,
    OPENAPI,
    REPORTS,
    Offer,
)
from guidekg.web.problems import KINDS, TYPE

Json = dict[str, Any]

# Each in Chinese, then in English.
_WORDS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
# The kinds of problem that any request may meet …
_ANY = (
    *("malformed-request", "wrong-parameter", "not-acceptable", "slow-request", "uri-too-long"),
    *("busy", "headers-too-large", "fault", "deadline", "worker-ended", "not-ready"),
)
# … one with values, and one with content.
_VALUES = ("unusable-value",)
_CONTENT = ("content-too-large", "unsupported-media-type")
_SECONDS: Json = {"Retry-After": {"schema": {"type": "integer"}}}
_PROBLEM_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"required": True, "schema": TEXT}},
    415: {"Accept-Post": {"required": True, "schema": TEXT}},
    429: _SECONDS,
    503: _SECONDS,
}
_JSON_LD: Json = {"type": ["object", "array"]}
_PROPOSAL = """\
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix scheme: <https://w3id.org/guidekg/id/scheme/> .

<https://example.org/proposals/1> a gk:Proposal ;
    gk:appliesTo {scheme} .
"""


def document(
    questions: Questions, repository: Repository, lang: Language, *, secured: bool
) -> Json:
    """Return the description.

    Args:
        questions: those that can be asked.
        repository: the guides, of which examples and the facts that can be supplied are taken.
        lang: the language of the words.
        secured: whether a token is needed.
    """
    made = _Description(lang, secured=secured)
    leaf = next((one.iri for one in repository.things.schemes.values() if not one.parts), "…")
    every = sorted(questions.values(), key=lambda item: (item.header.topic, item.name))
    paths = {
        api.API: made.fixed("api", ref("Root"), DOCUMENTS),
        api.OPENAPI: made.fixed("openapi", {"type": "object"}, OPENAPI),
        api.QUESTIONS: made.fixed("questions", ref("QuestionList"), DOCUMENTS),
        **{address(item): made.question(item) for item in every},
        api.VALIDATE: made.validation(
            facts_of(repository.store), _PROPOSAL.format(scheme=compact(leaf))
        ),
    }
    components: Json = {"schemas": schemas.components(), "responses": made.responses}
    if secured:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": made.say("title"),
            "version": __version__,
            "summary": made.say("summary"),
            "description": f"{made.say('description')}\n\n{_table(lang)}",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": components,
        **({"security": [{"token": []}]} if secured else {}),
    }


def _table(lang: Language) -> str:
    """Return every kind of problem as a table in Markdown."""
    heads = {"zh": "| 状态 | `type` | 含义 |", "en": "| status | `type` | what it is |"}[lang]
    rows = [
        f"| {kind.status} | `{TYPE}{name}` | {kind.title(lang)} |" for name, kind in KINDS.items()
    ]
    return "\n".join([heads, "|---|---|---|", *rows])


class _Description:
    """What is said of each operation; ``responses`` are those that operations share."""

    def __init__(self, lang: Language, *, secured: bool) -> None:
        self._lang = lang
        self._secured = secured
        self.responses: Json = {}

    def say(self, name: str) -> str:
        """Return a text in the language."""
        zh, en = _WORDS[name]
        return zh if self._lang == "zh" else en

    def fixed(self, name: str, schema: Json, offer: Offer) -> Json:
        """Return what is said of a document that is the same for everyone."""
        content = {media: {"schema": schema} for form in offer for media in form.media}
        return {
            "get": {
                "operationId": name,
                "summary": self.say(name),
                "tags": ["guidekg"],
                "parameters": [self._language()],
                "responses": {**self._found(content), **self._problems(*_ANY)},
            }
        }

    def question(self, question: Question) -> Json:
        """Return what is said of a question."""
        header, lang = question.header, self._lang
        parameters = [
            _query(
                item.name,
                VALUE_KINDS[item.kind].schema,
                f"{item.description(lang)} ({item.kind})",
                required=not item.optional,
                example=item.example,
            )
            for item in header.parameters
        ]
        forms = {"type": "string", "enum": [form.name for form in ANSWERS], "default": "json"}
        content = {"application/json": {"schema": schemas.answer(question)}}
        content["text/csv"] = {"schema": TEXT}
        problems = self._problems(*_ANY, *(_VALUES if parameters else ()))
        said = self.say("asked").format(decision=header.decision(lang), empty=header.empty(lang))
        parameters += [_query("format", forms, self.say("format")), self._language()]
        return {
            "get": {
                "operationId": question.name,
                "summary": header.question(lang),
                "description": said,
                "tags": [topic(question)(lang)],
                "parameters": parameters,
                "responses": {**self._found(content), **problems},
            }
        }

    def validation(self, facts: Sequence[FactDefinition], proposal: str) -> Json:
        """Return what is said of the validation; ``proposal`` is an example in Turtle."""
        known = schemas.facts(facts)
        files, text = schemas.upload(self.say("text"), self.say("file"), known)
        sent: Json = {}
        for media, form in INPUTS.items():
            sent[media] = {"schema": _JSON_LD if form == "jsonld" else TEXT}
            if form in ("turtle", "trig"):
                sent[media]["example"] = proposal
        sent[MULTIPART] = {"schema": files}
        sent[FORM] = {"schema": text, "example": {"text": proposal}}
        supplied = [f"{fact.name}={fact.example}" for fact in facts if fact.read is None][:1]
        return {
            "post": {
                "operationId": "validate",
                "summary": self.say("validate"),
                "description": self.say("validating"),
                "tags": ["guidekg"],
                "parameters": [
                    _query("format", schemas.REPORT_FORM, self.say("format")),
                    self._language(),
                    _query("as_of", schemas.AS_OF, self.say("as-of"), example="2022-10-01"),
                    _query("fact", known, self.say("fact"), example=supplied),
                    _query("engine", schemas.ENGINE, self.say("engine")),
                ],
                "requestBody": {"required": True, "content": sent},
                "responses": {
                    "200": self._report(self.say("report"), "^[01]$"),
                    "422": self._report(self.say("unread"), "^2$"),
                    **self._problems(*_ANY, *_CONTENT),
                },
            }
        }

    def _report(self, description: str, codes: str) -> Json:
        known: Mapping[str, Json] = {
            "json": ref("ReportDocument"),
            "sarif": {"type": "object", "required": ["version", "runs"]},
        }
        content = {form.media[0]: {"schema": known.get(form.name, TEXT)} for form in REPORTS}
        code = {
            "required": True,
            "description": self.say("exit-code"),
            "schema": {"type": "string", "pattern": codes},
        }
        return {
            "description": description,
            "headers": {"Guidekg-Exit-Code": code, **_SPOKEN},
            "content": content,
        }

    def _found(self, content: Json) -> Json:
        tag: Json = {"ETag": {"required": True, "schema": TEXT}}
        headers = {**tag, **_SPOKEN}
        return {
            "200": {"description": self.say("found"), "headers": headers, "content": content},
            "304": {"description": self.say("unchanged"), "headers": tag},
        }

    def _language(self) -> Json:
        return _query("lang", schemas.LANGUAGE, self.say("lang"))

    def _problems(self, *names: str) -> Json:
        """Return the responses that tell some kinds of problem; those of one status are said once."""
        by_status: dict[int, list[str]] = {}
        for name in sorted({*names, *(("unauthorized",) if self._secured else ())}):
            by_status.setdefault(KINDS[name].status, []).append(name)
        found = {}
        for status, kinds in by_status.items():
            key = ".".join([str(status), *kinds])
            self.responses[key] = self._problem(status, kinds)
            found[str(status)] = {"$ref": f"#/components/responses/{key}"}
        return found

    def _problem(self, status: int, names: list[str]) -> Json:
        types = {"enum": [TYPE + name for name in names]}
        exact: Json = {"properties": {"status": {"const": status}, "type": types}}
        told: Json = {"schema": {"allOf": [ref("Problem"), exact]}}
        made: Json = {
            "description": {"zh": "；", "en": "; "}[self._lang].join(
                KINDS[name].title(self._lang) for name in names
            ),
            "content": {
                "application/problem+json": told,
                "application/json": told,
                "text/plain": {"schema": TEXT},
                "text/html": {"schema": TEXT},
            },
        }
        headers = _PROBLEM_HEADERS.get(status)
        return {**made, "headers": headers} if headers else made


_SPOKEN: Json = {"Content-Language": {"required": True, "schema": schemas.LANGUAGE}}


def _query(
    name: str, schema: Json, description: str, *, required: bool = False, example: Any = None
) -> Json:
    made = {"name": name, "in": "query", "required": required, "description": description}
    made["schema"] = schema
    return {**made, "example": example} if example is not None else made


_LINKS = {
    "openapi": (
        api.OPENAPI,
        Label("接口说明（OpenAPI 3.1）", "the description of this API (OpenAPI 3.1)"),
    ),
    "questions": (api.QUESTIONS, Label("可以提的问题", "the questions that can be asked")),
    "validate": (api.VALIDATE, Label("核对申报项目（POST）", "validates proposals (POST)")),
    "sparql": ("/sparql", Label("SPARQL 端点", "the SPARQL endpoint")),
}


def root(lang: Language, root_path: str) -> dict[str, Any]:
    """Return the addresses, below the path at which the server is mounted, and what stands there."""
    return {
        "name": "guidekg",
        "version": __version__,
        "links": {
            name: {"href": root_path + href, "title": title(lang)}
            for name, (href, title) in _LINKS.items()
        },
    }


def list_questions(questions: Questions, lang: Language, root_path: str) -> dict[str, Any]:
    """Return every question by topic, with its address and a request that gives rows."""
    every = sorted(questions.values(), key=lambda item: (item.header.topic, item.name))
    return {
        "lang": lang,
        "questions": [
            {
                **described(item, lang),
                "href": root_path + address(item),
                "example": root_path + example(item),
            }
            for item in every
        ],
    }


def address(question: Question) -> str:
    """Return where a question is answered."""
    return f"{api.QUESTIONS}/{quote(question.name)}"


def example(question: Question) -> str:
    """Return a request of a question, with the examples of its parameters."""
    given = {item.name: item.example for item in question.header.parameters}
    return address(question) + (f"?{urlencode(given)}" if given else "")
