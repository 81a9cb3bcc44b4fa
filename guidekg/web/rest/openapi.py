"""The description of the API, OpenAPI 3.1: made from the questions and from the report's schema."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from guidekg.errors import Language
from guidekg.guides.model import Label
from guidekg.questions import Question, Questions
from guidekg.questions.serialization import topic
from guidekg.version import __version__
from guidekg.web.formats import Offer
from guidekg.web.request import FORM
from guidekg.web.rest import addresses, faults, schemas
from guidekg.web.rest.catalogue import address
from guidekg.web.rest.offers import ANSWERS, DOCUMENTS, INPUTS, MULTIPART, OPENAPI, REPORTS
from guidekg.web.rest.schemas import TEXT, ref
from guidekg.web.rest.words import WORDS

Json = dict[str, Any]

_EXAMPLE = """\
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix scheme: <https://w3id.org/guidekg/id/scheme/> .

<https://example.org/proposals/1> a gk:Proposal ;
    gk:appliesTo scheme:zj-sti-2022-finland .
"""


def document(
    questions: Questions, facts: Mapping[str, bool], lang: Language, *, secured: bool
) -> Json:
    """Return the description.

    Args:
        questions: those that can be asked.
        facts: those that can be supplied to a validation, with whether each is a year.
        lang: the language of the words.
        secured: whether a token is needed.
    """
    return _Description(facts, lang, secured=secured).of(questions)


class _Description:
    def __init__(self, facts: Mapping[str, bool], lang: Language, *, secured: bool) -> None:
        self._facts = schemas.facts(facts)
        self._lang = lang
        self._secured = secured
        self._told = faults.Faults(lang)

    def of(self, questions: Questions) -> Json:
        """Return the whole."""
        every = sorted(questions.values(), key=lambda item: (item.header.topic, item.name))
        paths = {
            addresses.API: self._fixed("api", ref("Root"), DOCUMENTS),
            addresses.OPENAPI: self._fixed("openapi", {"type": "object"}, OPENAPI),
            addresses.QUESTIONS: self._fixed("questions", ref("Questions"), DOCUMENTS),
            **{address(item): self._asked(item) for item in every},
            addresses.VALIDATE: {"post": self._validation()},
        }
        made: Json = {
            "openapi": "3.1.0",
            "info": {
                "title": self._say("title"),
                "version": __version__,
                "summary": self._say("summary"),
                "description": f"{self._say('description')}\n\n{faults.table(self._lang)}",
            },
            "servers": [{"url": "/"}],
            "paths": paths,
            "components": {
                "schemas": schemas.components(questions),
                "responses": self._told.components,
            },
        }
        if self._secured:
            made["security"] = [{"token": []}]
            made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        return made

    def _say(self, name: str) -> str:
        return WORDS[name](self._lang)

    def _faults(self, names: Iterable[str]) -> Json:
        token = faults.TOKEN if self._secured else ()
        return self._told.of((*names, *token))

    def _fixed(self, name: str, schema: Json, offer: Offer) -> Json:
        """Return what is said of a document that is the same for everyone."""
        content = {media: {"schema": schema} for form in offer for media in form.media}
        return {
            "get": {
                "operationId": name,
                "summary": self._say(name),
                "tags": ["guidekg"],
                "parameters": [self._language()],
                "responses": {**self._found(content), **self._faults(faults.ANY)},
            }
        }

    def _asked(self, question: Question) -> Json:
        """Return what is said of a question."""
        say = partial(_in, self._lang)
        header = question.header
        parameters = [
            _query(
                item.name,
                schemas.parameter(item.kind),
                f"{say(item.description)} ({item.kind})",
                required=not item.optional,
                example=item.example,
            )
            for item in header.parameters
        ]
        forms = {"type": "string", "enum": [form.name for form in ANSWERS], "default": "json"}
        content = {"application/json": {"schema": schemas.answer(question)}}
        content["text/csv"] = {"schema": TEXT}
        values = faults.VALUES if parameters else ()
        return {
            "get": {
                "operationId": question.name,
                "summary": say(header.question),
                "description": self._say("asked").format(
                    decision=say(header.decision), empty=say(header.empty)
                ),
                "tags": [say(topic(question))],
                "parameters": [
                    *parameters,
                    _query("format", forms, self._say("format")),
                    self._language(),
                ],
                "responses": {**self._found(content), **self._faults((*faults.ANY, *values))},
            }
        }

    def _validation(self) -> Json:
        """Return what is said of the validation."""
        files, text = schemas.upload(self._say("text"), self._say("file"), self._facts)
        sent: Json = {
            media: {"schema": _JSON_LD if form == "jsonld" else TEXT}
            for media, form in INPUTS.items()
        }
        for media, form in INPUTS.items():
            if form in ("turtle", "trig"):
                sent[media]["example"] = _EXAMPLE
        forms = {
            MULTIPART: {"schema": files},
            FORM: {"schema": text, "example": {"text": _EXAMPLE}},
        }
        return {
            "operationId": "validate",
            "summary": self._say("validate"),
            "description": self._say("validating"),
            "tags": ["guidekg"],
            "parameters": [
                _query("format", schemas.REPORT_FORM, self._say("format")),
                self._language(),
                _query("as_of", schemas.AS_OF, self._say("as-of"), example="2022-10-01"),
                _query("fact", self._facts, self._say("fact"), example=[_FACT]),
                _query("engine", schemas.ENGINE, self._say("engine")),
            ],
            "requestBody": {"required": True, "content": {**sent, **forms}},
            "responses": {
                "200": self._report(self._say("report"), "^[01]$"),
                "422": self._report(self._say("unread"), "^2$"),
                **self._faults((*faults.ANY, *faults.CONTENT)),
            },
        }

    def _report(self, description: str, codes: str) -> Json:
        schemas_: Mapping[str, Json] = {
            "json": ref("Report"),
            "sarif": {"type": "object", "required": ["version", "runs"]},
        }
        content = {form.media[0]: {"schema": schemas_.get(form.name, TEXT)} for form in REPORTS}
        code = {
            "required": True,
            "description": self._say("exit-code"),
            "schema": {"type": "string", "pattern": codes},
        }
        return {
            "description": description,
            "headers": {"Guidekg-Exit-Code": code, **self._spoken()},
            "content": content,
        }

    def _found(self, content: Json) -> Json:
        tag: Json = {"ETag": {"required": True, "schema": TEXT}}
        headers = {**tag, **self._spoken()}
        return {
            "200": {"description": self._say("found"), "headers": headers, "content": content},
            "304": {"description": self._say("unchanged"), "headers": tag},
        }

    def _spoken(self) -> Json:
        return {"Content-Language": {"required": True, "schema": schemas.LANGUAGE}}

    def _language(self) -> Json:
        return _query("lang", schemas.LANGUAGE, self._say("lang"))


_JSON_LD: Json = {"type": ["object", "array"]}
_FACT = "provincial-deadline=2022-09-15"


def _in(lang: Language, label: Label) -> str:
    return label(lang)


def _query(
    name: str, schema: Json, description: str, *, required: bool = False, example: Any = None
) -> Json:
    made = {"name": name, "in": "query", "required": required, "description": description}
    made["schema"] = schema
    return {**made, "example": example} if example is not None else made
