"""The description of the API, OpenAPI 3.1: made from the questions and from the report's schema."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from guidekg.guides.repository import Repository
from guidekg.i18n import Label, Language
from guidekg.questions import Question, Questions
from guidekg.questions.serialization import topic
from guidekg.rdf.namespaces import compact
from guidekg.validation.facts import facts_of
from guidekg.version import __version__
from guidekg.web import api
from guidekg.web.api import openapi_responses, schemas
from guidekg.web.api.catalogue import address
from guidekg.web.api.media_types import ANSWERS, DOCUMENTS, INPUTS, MULTIPART, OPENAPI, REPORTS
from guidekg.web.api.schemas import TEXT, ref
from guidekg.web.negotiation import Offer
from guidekg.web.request import FORM

WORDS: dict[str, Label] = {
    "title": Label("申报指南知识图谱的接口", "The API of the funding guide graph"),
    "summary": Label(
        "向资助指南提问，核对申报项目，每条结论都附所依据的原文。",
        "Ask a funding guide and validate proposals, with the sentence behind every answer.",
    ),
    "description": Label(
        "语言由参数 lang 指定，否则按 Accept-Language；格式由参数 format 指定，否则按 Accept。"
        "GET 的结果带 ETag，可用 If-None-Match 省去重复传输；HEAD 同 GET。"
        "请求有误时，答复按 RFC 9457 说明（也可以要网页或纯文本）。"
        "没有名为 name 的问题时，/api/questions/{name} 答复 404（unknown-question）。"
        "可能出现的问题种类：",
        "The parameter lang says the language, else Accept-Language; the parameter format says the"
        " form, else Accept. The answers to GET have an ETag for If-None-Match; HEAD is as GET."
        " What is wrong with a request is told as RFC 9457 says (or as a page, or as text)."
        " Where there is no question of that name, /api/questions/{name} answers 404"
        " (unknown-question). The kinds of problem that there are:",
    ),
    "api": Label("接口里有什么", "What there is"),
    "openapi": Label("本说明", "This description"),
    "questions": Label("可以提的问题", "The questions that can be asked"),
    "asked": Label(
        "用途：{decision}。没有行时：{empty}",
        "It serves to decide {decision}. Without rows: {empty}",
    ),
    "found": Label("结果。", "The answer."),
    "unchanged": Label("与 If-None-Match 所持的相同。", "The same as what If-None-Match holds."),
    "lang": Label(
        "语言；默认按 Accept-Language。", "The language; that of Accept-Language by default."
    ),
    "format": Label("格式；默认按 Accept。", "The form; that of Accept by default."),
    "validate": Label("核对申报项目", "Validate proposals"),
    "validating": Label(
        "提交一份或多份 RDF 文件，得到报告：每项要求的状态、所依据的原文，和文件中要改的那一行。"
        "内容直接作为请求体发送（Content-Type 说明格式），或用 multipart/form-data 提交一个或多个文件，"
        "或用表单的 text 字段。可用 Content-Encoding: gzip。只读取发来的内容，不读取任何路径或网址，"
        "文件名只作标注。表单字段与地址参数作用相同；两处都给出时以表单为准。\n\n"
        "只要每份内容都读得出来，状态就是 200，不论结论如何：结论在报告里，也见 Guidekg-Exit-Code。"
        "有一份读不出来（或其中没有申报项目）就是 422，报告照样给出，其中 problems 说明原因："
        "没有读到的就没有核对，不能当作通过。",
        "Hand in RDF documents; the report has every requirement's state, the sentence of the guide"
        " and the line to mend. A document is sent as the body, with its form as Content-Type; one"
        " or more files as multipart/form-data; a text in the field text of a form. Content-Encoding"
        " may be gzip. Only what is sent is read, never a path or an address; names of files are"
        " labels. The fields of a form are as the parameters of the address, and go before them.\n\n"
        "The status is 200 where everything could be read, whatever the verdicts: these are in the"
        " report and in Guidekg-Exit-Code. It is 422 where something could not be read, or holds no"
        " proposal; the report is there all the same and says in its problems why: what was not"
        " read was not checked, and is no pass.",
    ),
    "report": Label(
        "报告：内容全部读到，结论见报告。", "The report: all was read; the verdicts are in it."
    ),
    "unread": Label(
        "报告：有内容没有读到，因而没有核对。",
        "The report: something was not read, and so was not checked.",
    ),
    "exit-code": Label(
        "与 guidekg validate 的退出码相同：0 全部符合，1 有不符合或未定，2 有内容没有读到。",
        "As the command guidekg validate ends: 0 all are eligible, 1 some are not or are undecided,"
        " 2 something was not read.",
    ),
    "as-of": Label(
        "核对日；这一天之后的截止时间算未过。默认今天。",
        "The day of the check; a deadline after it has not passed. Today by default.",
    ),
    "fact": Label(
        "补充指南没有写明的事实：名称=值；可以重复。",
        "A fact that the guide leaves open, NAME=VALUE; may be repeated.",
    ),
    "engine": Label("SHACL 引擎。", "The SHACL engine."),
    "text": Label("一份文件的内容；格式按开头判断。", "A document; its beginning tells its form."),
    "file": Label(
        "一个或多个文件；格式按其 Content-Type，否则按扩展名。",
        "One or more files; their Content-Type, or else their extension, tells their form.",
    ),
}


Json = dict[str, Any]

_EXAMPLE = """\
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix scheme: <https://w3id.org/guidekg/id/scheme/> .

<https://example.org/proposals/1> a gk:Proposal ;
    gk:appliesTo %s .
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
    return _Description(repository, lang, secured=secured).of(questions)


class _Description:
    def __init__(self, repository: Repository, lang: Language, *, secured: bool) -> None:
        facts, every = facts_of(repository.store), repository.things.schemes.values()
        self._facts = schemas.facts(facts)
        self._fact = [f"{fact.name}={fact.example}" for fact in facts if fact.read is None][:1]
        self._proposal = _EXAMPLE % next((compact(one.iri) for one in every if not one.parts), "…")
        self._lang = lang
        self._secured = secured
        self._told = openapi_responses.Faults(lang)

    def of(self, questions: Questions) -> Json:
        """Return the whole."""
        every = sorted(questions.values(), key=lambda item: (item.header.topic, item.name))
        paths = {
            api.API: self._fixed("api", ref("Root"), DOCUMENTS),
            api.OPENAPI: self._fixed("openapi", {"type": "object"}, OPENAPI),
            api.QUESTIONS: self._fixed("questions", ref("Questions"), DOCUMENTS),
            **{address(item): self._asked(item) for item in every},
            api.VALIDATE: {"post": self._validation()},
        }
        made: Json = {
            "openapi": "3.1.0",
            "info": {
                "title": self._say("title"),
                "version": __version__,
                "summary": self._say("summary"),
                "description": f"{self._say('description')}\n\n{openapi_responses.table(self._lang)}",
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
        token = openapi_responses.TOKEN if self._secured else ()
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
                "responses": {**self._found(content), **self._faults(openapi_responses.ANY)},
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
        values = openapi_responses.VALUES if parameters else ()
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
                "responses": {
                    **self._found(content),
                    **self._faults((*openapi_responses.ANY, *values)),
                },
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
                sent[media]["example"] = self._proposal
        forms = {
            MULTIPART: {"schema": files},
            FORM: {"schema": text, "example": {"text": self._proposal}},
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
                _query("fact", self._facts, self._say("fact"), example=self._fact),
                _query("engine", schemas.ENGINE, self._say("engine")),
            ],
            "requestBody": {"required": True, "content": {**sent, **forms}},
            "responses": {
                "200": self._report(self._say("report"), "^[01]$"),
                "422": self._report(self._say("unread"), "^2$"),
                **self._faults((*openapi_responses.ANY, *openapi_responses.CONTENT)),
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


def _in(lang: Language, label: Label) -> str:
    return label(lang)


def _query(
    name: str, schema: Json, description: str, *, required: bool = False, example: Any = None
) -> Json:
    made = {"name": name, "in": "query", "required": required, "description": description}
    made["schema"] = schema
    return {**made, "example": example} if example is not None else made
