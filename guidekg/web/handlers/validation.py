"""Validate what was handed in: write the report, or what a page shows of it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import lru_cache
from importlib import import_module
from io import BytesIO, StringIO
from typing import Any

from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Language
from guidekg.reports import WRITERS, Report, write_run
from guidekg.reports.model import Problem
from guidekg.validation.engines import EngineError
from guidekg.validation.engines.pyshacl import PySHACL
from guidekg.validation.facts import FactError
from guidekg.validation.inputs import Document, DocumentError, documents, jsonld
from guidekg.validation.inputs.document import (
    DocumentTooLargeError,
    NotTextError,
    text_of,
    too_large,
)
from guidekg.validation.validator import Validation
from guidekg.web.handlers.base import VARY, State, deliver
from guidekg.web.handlers.validation_result import render_result
from guidekg.web.negotiation import INPUTS, REPORTS, choose_strictly
from guidekg.web.problems import ProblemError, problem
from guidekg.web.submission import (
    TEXT,
    Content,
    Options,
    Shown,
    Submission,
    options,
    page_options,
    parse_submission,
)
from guidekg.web.submission import Document as Sent
from guidekg.web.workers.protocol import Request
from guidekg.web.workers.response_writer import Delivery, ResponseWriter

EXIT_CODE = "guidekg-exit-code"
_UNREADABLE = 2  # the exit code of a run with an input that could not be read
# The status of a page where nothing could be judged, by the code of the problem; 422 for all others.
_STATUS = {DocumentTooLargeError.code: 413, NotTextError.code: 415}
_EXTENSIONS = {"text": "txt", "turtle": "ttl", "github": "github.txt"}  # else as the form is called
# A worker can make no temporary file.
_WRITING: dict[str, dict[str, Any]] = {"html": {"memory": 0}}
_IMPORTED_WHEN_NEEDED = (
    "encodings.gb18030",
    "guidekg.rdf.turtle.split",
    "guidekg.rdf.turtle.subset",
    "guidekg.rdf.turtle.nquads",
)
# A proposal that shapes find fault with.
_SAMPLE = b"<urn:a> <https://w3id.org/guidekg/ns#appliesTo> <urn:b> ."


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the report on what was handed in.

    It is 200 where every input was read, whatever the verdicts, and else 422: what was not read was
    not checked, and a client must not take it for a pass.

    The values are those of a query, with ``lang``; ``parameters``, of the address; and of the content
    its ``kind``, ``type`` and whether it is ``packed``.

    Raises:
        ProblemError: the content, or a parameter, is not as it must be.
    """
    asked = request.values
    content = Content(request.body, asked["kind"], asked["type"], asked["packed"])
    sent = parse_submission(content, state.limits.upload)
    wanted = options(asked["parameters"], sent.fields, asked["lang"])
    _check_given(sent)
    choice = choose_strictly(REPORTS, asked["accept"], wanted.format)
    form = choice.format.name
    code, text = _write(state.kg, sent, wanted._replace(format=form), state.limits.upload)
    headers = {
        "vary": VARY,
        "content-type": choice.content_type,
        "content-language": wanted.lang,
        "cache-control": "no-store",
        EXIT_CODE: str(code),
    }
    if form == "html":
        # Beside the policy that the page itself has: it stands alone.
        headers["content-security-policy"] = "base-uri 'none'; form-action 'none'"
    status = 422 if code == _UNREADABLE else 200
    deliver(request, response, Delivery(text.encode(), headers, status))


def judge_form(
    state: State, content: Content, lang: Language, limit: int, pasted: str
) -> Shown | Delivery:
    """Judge what was sent from the page; return what it shows, or the report that was asked for.

    Args:
        state: what the worker holds.
        content: the form.
        lang: the language shown.
        limit: bytes of one document.
        pasted: the name of a text that has none.

    Raises:
        ProblemError: it is no form, or broken.
    """
    sent = parse_submission(content, state.limits.upload, limit, pasted)
    values = dict(sent.fields)
    try:
        wanted = page_options(sent.fields, lang)
        _check_given(sent)
        if wanted.format:
            return _download(state.kg, sent, wanted, limit)
        return _judge(state.kg, sent, wanted, limit)._replace(values=values)
    except ProblemError as error:
        texts = [(one.name, one.data.decode("utf-8", "replace")) for one in sent.documents]
        return Shown(error.kind.status, texts, values, error.message(lang))


def _check_given(sent: Submission) -> None:
    if not sent.documents:
        raise problem("malformed-request", "nothing", field=TEXT)


def _download(kg: KnowledgeGraph, sent: Submission, wanted: Options, limit: int) -> Delivery:
    """Return the report that a person takes away from the page."""
    form = str(wanted.format)
    _, text = _write(kg, sent, wanted, limit)
    name = f"guidekg-report.{_EXTENSIONS.get(form, form)}"
    headers = {
        "content-type": choose_strictly(REPORTS, None, form).content_type,
        "content-disposition": f'attachment; filename="{name}"',
        "content-language": wanted.lang,
        "cache-control": "no-store",
    }
    return Delivery(text.encode(), headers)


def _judge(kg: KnowledgeGraph, sent: Submission, wanted: Options, limit: int) -> Shown:
    validation = _validation(kg, wanted)
    report = Report(validation.header, lang=wanted.lang)
    for item in validation.judge(_inputs(sent, wanted, limit)):
        if isinstance(item, Problem):
            report.problems.append(item)
        else:
            report.judgements.append(item)
    statuses = [_STATUS.get(problem.code, 422) for problem in report.problems]
    status = 200 if report.judgements or not statuses else min(statuses)
    texts = [(one.name, _text(one, limit)) for one in sent.documents]
    result, appendix = render_result(report, texts, wanted.lang)
    return Shown(status, texts, {}, "", result, appendix)


def _text(sent: Sent, limit: int) -> str:
    """Return what the page shows of a document; what was pasted comes back whatever it is."""
    if sent.whole:
        with suppress(DocumentError):
            return text_of(BytesIO(sent.data), limit)
    return "" if sent.uploaded else sent.data.decode("utf-8", "replace")


def _validation(kg: KnowledgeGraph, wanted: Options) -> Validation:
    try:
        return kg.validation(as_of=wanted.as_of, facts=wanted.facts, engine=wanted.engine)
    except (FactError, EngineError) as error:  # each has the name of its parameter
        raise ProblemError("wrong-parameter", error.zh, error.en, parameter=error.code) from None


class _Named(BytesIO):
    """Bytes with the name that a report calls them by."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent.data)
        self.name = sent.name


def _inputs(sent: Submission, wanted: Options, limit: int) -> Iterator[Document | Problem]:
    """Yield what is to be validated; ``limit`` is the bytes of one document, unpacked."""
    for one in sent.documents:
        if one.whole:
            yield from documents(_Named(one), form=INPUTS.get(one.media, wanted.form), limit=limit)
        else:
            yield too_large(limit).problem(one.name)


def _write(kg: KnowledgeGraph, sent: Submission, wanted: Options, limit: int) -> tuple[int, str]:
    """Return what the command would: its exit code, and the report."""
    validation, form = _validation(kg, wanted), str(wanted.format)
    text = StringIO(newline="")
    writer = WRITERS[form](text, wanted.lang, **_WRITING.get(form, {}))
    found = validation.judge(_inputs(sent, wanted, limit))
    return write_run(writer, validation.header, found).exit_code, text.getvalue()


def prepare(state: State) -> None:
    """Read what there is to read from files, and have the validation of today at hand."""
    _prepare(state.kg, date.today())


@lru_cache(maxsize=1)
def _prepare(kg: KnowledgeGraph, today: date) -> None:
    for name in _IMPORTED_WHEN_NEEDED:
        import_module(name)
    jsonld.shipped()
    sent = Submission([Sent("sample.ttl", "", _SAMPLE)], [])
    wanted = Options(None, None, "en", today, {}, "auto")
    for form in WRITERS:
        _download(kg, sent, wanted._replace(format=form), len(_SAMPLE))
    _judge(kg, sent, wanted, len(_SAMPLE))
    # rdflib and pySHACL import as they go.
    PySHACL(_validation(kg, wanted).rulebook.structure_shapes, ()).check(_SAMPLE.decode())
