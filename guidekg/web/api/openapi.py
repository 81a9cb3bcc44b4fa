"""The API in its own words: its addresses, its questions, and its description in OpenAPI 3.1.

The description is made from the questions, the facts and the schemas.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from guidekg.guides.repository import Repository
from guidekg.i18n import Label, Language
from guidekg.questions import Question, Questions
from guidekg.questions.serialization import described, topic
from guidekg.questions.sheets import HAS_XLSX
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
    XLSX,
    Offer,
    media_types,
)
from guidekg.web.problems import KINDS, TYPE

Json = dict[str, Any]

_TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_WORDS = {name: Label(*texts) for name, texts in _TEXTS.items()}
# The kinds of problem that any request may meet …
_ANY = (
    *("malformed-request", "wrong-parameter", "not-acceptable", "slow-request", "uri-too-long"),
    *("busy", "headers-too-large", "fault", "deadline", "worker-ended", "not-ready"),
)
_CONTENT = ("content-too-large", "unsupported-media-type")  # … and one with content.
_PROBLEM_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"required": True, "schema": TEXT}},
    415: {"Accept-Post": {"required": True, "schema": TEXT}},
    429: {"Retry-After": {"schema": {"type": "integer"}}},
    503: {"Retry-After": {"schema": {"type": "integer"}}},
}
_JSON_LD: Json = {"type": ["object", "array"]}
_SPOKEN: Json = {"required": True, "schema": schemas.LANGUAGE}
_PROPOSAL = """\
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix scheme: <https://w3id.org/guidekg/id/scheme/> .

<https://example.org/proposals/1> a gk:Proposal ;
    gk:appliesTo {scheme} .
"""


def document(
    questions: Questions, repository: Repository, lang: Language, root_path: str, *, secured: bool
) -> Json:
    """Return the description of a server, mounted at a path, and ``secured`` by a token or not.

    Examples, and the facts that can be supplied, are taken from the repository.
    """
    made = _Description(lang, secured)
    leaf = next((one.iri for one in repository.things.schemes.values() if not one.parts), "…")
    paths = {
        api.API: made.fixed("api", ref("Root"), DOCUMENTS),
        api.OPENAPI: made.fixed("openapi", {"type": "object"}, OPENAPI),
        api.QUESTIONS: made.fixed("questions", ref("QuestionList"), DOCUMENTS),
        **{address(item): made.question(item) for item in _by_topic(questions)},
        api.VALIDATE: made.validation(
            facts_of(repository.store), _PROPOSAL.format(scheme=compact(leaf))
        ),
    }
    # Every kind of problem, as a table in Markdown.
    kinds = [
        f"| {kind.status} | `{TYPE}{name}` | {kind.title(lang)} |" for name, kind in KINDS.items()
    ]
    components: Json = {"schemas": schemas.components(), "responses": made.responses}
    if secured:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": made.say("title"),
            "version": __version__,
            "summary": made.say("summary"),
            "description": "\n".join([made.say("description"), *kinds]),
        },
        "servers": [{"url": root_path or "/"}],
        "paths": paths,
        "components": components,
        **({"security": [{"token": []}]} if secured else {}),
    }


@dataclass(frozen=True, slots=True)
class _Description:
    """What is said of each operation; ``responses`` are those that operations share."""

    lang: Language
    secured: bool
    responses: Json = field(default_factory=dict)

    def say(self, name: str) -> str:
        """Return a text in the language."""
        return _WORDS[name](self.lang)

    def fixed(self, name: str, schema: Json, offer: Offer) -> Json:
        """Return what is said of a document that is the same for everyone."""
        content = {media: {"schema": schema} for media in media_types(offer)}
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
        header, lang = question.header, self.lang
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
        content |= {XLSX: {"schema": {**TEXT, "format": "binary"}}} if HAS_XLSX else {}
        problems = self._problems(*_ANY, *(["unusable-value"] if parameters else []))
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
        sarif = {"type": "object", "required": ["version", "runs"]}
        known = {"json": ref("ReportDocument"), "sarif": sarif}
        content = {form.media[0]: {"schema": known.get(form.name, TEXT)} for form in REPORTS}
        code = {"required": True, "schema": {"type": "string", "pattern": codes}}
        headers = {
            "Guidekg-Exit-Code": {**code, "description": self.say("exit-code")},
            "Content-Language": _SPOKEN,
        }
        return {"description": description, "headers": headers, "content": content}

    def _found(self, content: Json) -> Json:
        tag: Json = {"ETag": {"required": True, "schema": TEXT}}
        headers = {**tag, "Content-Language": _SPOKEN}
        return {
            "200": {"description": self.say("found"), "headers": headers, "content": content},
            "304": {"description": self.say("unchanged"), "headers": tag},
        }

    def _language(self) -> Json:
        return _query("lang", schemas.LANGUAGE, self.say("lang"))

    def _problems(self, *names: str) -> Json:
        """Return the responses that tell some kinds of problem; those of one status are said once."""
        by_status: dict[int, list[str]] = {}
        for name in sorted({*names, *(("unauthorized",) if self.secured else ())}):
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
            "description": self.say("and").join(KINDS[name].title(self.lang) for name in names),
            "content": {
                "application/problem+json": told,
                "application/json": told,
                "text/plain": {"schema": TEXT},
                "text/html": {"schema": TEXT},
            },
        }
        headers = _PROBLEM_HEADERS.get(status)
        return {**made, "headers": headers} if headers else made


def _query(
    name: str, schema: Json, description: str, *, required: bool = False, example: Any = None
) -> Json:
    made = {"name": name, "in": "query", "required": required, "description": description}
    made["schema"] = schema
    return {**made, "example": example} if example is not None else made


_LINKS = {
    "openapi": api.OPENAPI,
    "questions": api.QUESTIONS,
    "validate": api.VALIDATE,
    "sparql": "/sparql",
}


def root(lang: Language, root_path: str) -> Json:
    """Return the addresses, below the path at which the server is mounted, and what stands there."""
    links = {
        name: {"href": root_path + href, "title": _WORDS[f"link-{name}"](lang)}
        for name, href in _LINKS.items()
    }
    return {"name": "guidekg", "version": __version__, "links": links}


def list_questions(questions: Questions, lang: Language, root_path: str) -> Json:
    """Return every question by topic, with its address and a request that gives rows."""
    listed = []
    for one in _by_topic(questions):
        given = {item.name: item.example for item in one.header.parameters}
        href = root_path + address(one)
        example = f"{href}?{urlencode(given)}" if given else href
        listed.append({**described(one, lang), "href": href, "example": example})
    return {"lang": lang, "questions": listed}


def _by_topic(questions: Questions) -> list[Question]:
    return sorted(questions.values(), key=lambda item: (item.header.topic, item.name))


def address(question: Question) -> str:
    """Return where a question is answered."""
    return f"{api.QUESTIONS}/{quote(question.name)}"
