"""Validate what was handed in: write the report, or what a page shows of it.

A page shows the report, and each text with what was found in it marked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from importlib import import_module
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any, NamedTuple

from markupsafe import Markup

from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Language
from guidekg.reports import WRITERS, Report, words, write_run
from guidekg.reports.base import entries, one_line
from guidekg.reports.html import speech, vocabulary
from guidekg.reports.model import Problem, Requirement, Severity, Where
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
from guidekg.web.negotiation import INPUTS, REPORTS, choose_strictly
from guidekg.web.pages.layout import TEMPLATES
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
from guidekg.web.workers.protocol import Delivery, Request, ResponseWriter

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
_BREAK = re.compile(r"\r\n?|\n")
_WHOLE = 600  # lines up to which a text is shown whole
_AROUND = 4  # lines that are shown around a marked one in a longer text
_WIDE = 2000  # characters of a line
_WORST: tuple[Severity, ...] = ("violation", "warning", "info")
# From which character of a line to which, from 0, and how bad what was found is.
_Span = tuple[int, int, Severity]


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the report on what was handed in.

    It is 200 where every input was read, whatever the verdicts, and else 422: what was not read was
    not checked, and a client must not take it for a pass.

    The values are those of a query, with ``lang``; ``parameters``, of the address; and of the
    content its ``kind``, ``type`` and whether it is ``packed``.

    Raises:
        ProblemError: the content, or a parameter, is not as it must be.
    """
    asked = request.values
    content = Content(request.body, asked["kind"], asked["type"], asked["packed"])
    sent = parse_submission(content, state.limits.upload)
    wanted = options(asked["parameters"], sent.fields, asked["lang"])
    _check_given(sent)
    choice = choose_strictly(REPORTS, asked["accept"], wanted.format)
    wanted = wanted._replace(format=choice.format.name)
    code, report = _write(state.kg, sent, wanted, state.limits.upload)
    headers = {**report.headers, "vary": VARY, "content-type": choice.content_type}
    headers[EXIT_CODE] = str(code)
    if wanted.format == "html":
        # Beside the policy that the page itself has: it stands alone.
        headers["content-security-policy"] = "base-uri 'none'; form-action 'none'"
    status = 422 if code == _UNREADABLE else 200
    deliver(request, response, Delivery(report.body, headers, status))


def judge_form(
    state: State, content: Content, lang: Language, limit: int, pasted: str
) -> Shown | Delivery:
    """Judge what was sent from the page; return what it shows, or the report that was asked for.

    Of one document so many bytes are taken as ``limit`` says; a text without a name is called
    ``pasted``.

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
    report = _write(kg, sent, wanted, limit)[1]
    name = f"guidekg-report.{_EXTENSIONS.get(form, form)}"
    report.headers["content-type"] = choose_strictly(REPORTS, None, form).content_type
    report.headers["content-disposition"] = f'attachment; filename="{name}"'
    return report


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


def _write(
    kg: KnowledgeGraph, sent: Submission, wanted: Options, limit: int
) -> tuple[int, Delivery]:
    """Return what the command would: its exit code, and the report."""
    validation, form = _validation(kg, wanted), str(wanted.format)
    text = StringIO(newline="")
    writer = WRITERS[form](text, wanted.lang, **_WRITING.get(form, {}))
    found = validation.judge(_inputs(sent, wanted, limit))
    code = write_run(writer, validation.header, found).exit_code
    headers = {"content-language": wanted.lang, "cache-control": "no-store"}
    return code, Delivery(text.getvalue().encode(), headers)


class Mark(NamedTuple):
    """Something found in a text: where, how bad, what a note says of it, and where to read more."""

    where: Where
    severity: Severity
    text: str
    anchor: str


class Line(NamedTuple):
    """A line that is shown, after so many that are not; the last may be no line at all."""

    left_out: int
    number: int = 0
    pieces: Sequence[tuple[str, Severity | None]] = ()
    notes: Sequence[Mark] = ()
    worst: Severity | None = None


def render_result(
    report: Report, texts: Sequence[tuple[str, str]], lang: Language
) -> tuple[Markup, Markup]:
    """Return what was found, and the words of the guide that it rests on, as parts of a page.

    ``texts`` are the names and contents of the documents that the report speaks of.
    """
    numbers = {name: number for number, (name, text) in enumerate(texts, 1) if text}
    requirements: dict[str, Requirement] = {}
    for judgement in report.judgements:
        requirements |= {item.requirement.iri: item.requirement for item in judgement.checklist}
    anchors = {iri: f"requirement-{number}" for number, iri in enumerate(requirements, 1)}
    marks = _marks(report, lang)

    def line_of(where: Where) -> str:
        shown = where.line and where.file in numbers
        return f"#text-{numbers[where.file]}-{where.line}" if shown else ""

    context = {
        "report": report,
        "line_of": line_of,
        "requirements": list(requirements.values()),
        "texts": [
            {"name": name, "number": numbers[name], "lines": lines(text, marks.get(name, ()))}
            for name, text in texts
            if text
        ],
        **speech(lang),
        **vocabulary(anchors),
    }
    made: Any = TEMPLATES.get_template("result.html").make_module(context)
    return made.result(), made.appendix()


def _marks(report: Report, lang: Language) -> dict[str, list[Mark]]:
    """Return what was found in each document; findings are called as the report's parts call them."""
    marks: dict[str, list[Mark]] = {}
    for number, judgement in enumerate(report.judgements, 1):
        for index, (_, finding) in enumerate(entries(judgement), 1):
            if finding and finding.where and finding.where.line is not None:
                label = finding.requirement.label if finding.requirement else words.MALFORMED
                said = f"{label(lang)} [{finding.code}]"
                found = Mark(finding.where, finding.severity, said, f"finding-{number}-{index}")
                marks.setdefault(finding.where.file, []).append(found)
    for one in report.problems:
        if one.line is not None:
            column = one.column or 1
            where = Where(one.file, "", one.line, column, one.line, column + 1)
            found = Mark(where, "violation", one_line(one.message(lang)), "problems")
            marks.setdefault(one.file, []).append(found)
    return marks


def lines(text: str, marks: Iterable[Mark]) -> list[Line]:
    """Return the lines of a text that are shown: all of a short one, else some around the marks."""
    every = _BREAK.split(text.removeprefix("\ufeff"))
    if len(every) > 1 and not every[-1]:
        every.pop()
    notes: dict[int, list[Mark]] = {}
    spans: dict[int, list[_Span]] = {}
    for one in marks:
        first = min(one.where.line or 1, len(every))
        notes.setdefault(first, []).append(one)
        for number, span in _spans(one, first, every):
            spans.setdefault(number, []).append(span)
    found: list[Line] = []
    last = 0
    for number in _shown(len(every), notes):
        here = notes.get(number, [])
        pieces = list(_pieces(every[number - 1], spans.get(number, [])))
        worst = _worst(note.severity for note in here) if here else None
        found.append(Line(number - last - 1, number, pieces, here, worst))
        last = number
    return [*found, Line(len(every) - last)]


def _spans(one: Mark, first: int, every: list[str]) -> Iterator[tuple[int, _Span]]:
    where = one.where
    last = min(where.end_line or first, len(every))
    for number in range(first, last + 1):
        line = every[number - 1]
        start = (where.column or 1) - 1 if number == first else len(line) - len(line.lstrip())
        end = (where.end_column or len(line) + 1) - 1 if number == last else len(line)
        end = min(max(end, start + 1), len(line))
        if start < end:
            yield number, (start, end, one.severity)


def _shown(count: int, notes: Mapping[int, object]) -> Iterable[int]:
    if count <= _WHOLE:
        return range(1, count + 1)
    near = {
        number
        for place in notes or {1: None}
        for number in range(max(1, place - _AROUND), min(count, place + _AROUND) + 1)
    }
    return sorted(near)


def _pieces(line: str, spans: list[_Span]) -> Iterator[tuple[str, Severity | None]]:
    """Yield a line in pieces, each with the worst that was found in it."""
    edges = sorted({0, len(line), *(edge for span in spans for edge in span[:2])})
    for start, end in pairwise(edges):
        over = [found for first, last, found in spans if first <= start and end <= last]
        yield one_line(line[start:end], _WIDE), _worst(over) if over else None


def _worst(severities: Iterable[Severity]) -> Severity:
    return min(severities, key=_WORST.index)


def prepare(kg: KnowledgeGraph, today: date) -> None:
    """Read what there is to read from files, and have the validation of today at hand."""
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
