"""Validate what was handed in, and write the report."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib import import_module
from io import StringIO
from typing import Any

from guidekg.guides.repository import Repository
from guidekg.i18n import Language
from guidekg.reports import WRITERS
from guidekg.reports.model import Counts, Problem
from guidekg.validation.engines import EngineError
from guidekg.validation.engines.pyshacl import PySHACL
from guidekg.validation.facts import FactError
from guidekg.validation.inputs import Document, documents, jsonld
from guidekg.validation.validator import Validation
from guidekg.web.api.media_types import REPORTS, chosen
from guidekg.web.api.parameters import wrong
from guidekg.web.api.validation_options import Options, options
from guidekg.web.handlers.base import Delivery, State, deliver
from guidekg.web.handlers.upload import read
from guidekg.web.handlers.validator_cache import Run, benches
from guidekg.web.workers.response_writer import Outlet

EXIT_CODE = "guidekg-exit-code"
_UNREADABLE = 2  # the exit code of a run with an input that could not be read
# A worker can make no temporary file.
_OPTIONS: dict[str, dict[str, Any]] = {"html": {"memory": 0}}
_IMPORTED_WHEN_NEEDED = (
    "encodings.gb18030",
    "guidekg.rdf.turtle.cut",
    "guidekg.rdf.turtle.quads",
)
# A proposal that shapes find fault with.
_SAMPLE = b"<urn:a> <https://w3id.org/guidekg/ns#appliesTo> <urn:b> ."


def answer(state: State, asked: Mapping[str, Any], out: Outlet) -> None:
    """Write the report on what was handed in.

    It is 200 where every input was read, whatever the verdicts, and else 422: what was not read was
    not checked, and a client must not take it for a pass.

    Args:
        state: what the worker holds.
        asked: as for a query, with ``lang``; ``parameters``, of the address; and what
            ``upload.read`` takes.
        out: where to write.

    Raises:
        ProblemError: the content, or a parameter, is not as it must be.
    """
    upload = read(asked, state.limits.upload)
    wanted = options(asked["parameters"], upload.fields, asked["lang"])
    choice = chosen(REPORTS, asked["accept"], wanted.format)
    validation = _made(state, wanted)
    form = choice.format.name
    code, text = _report(validation, upload.inputs(state.limits.upload), form, wanted.lang)
    headers = {
        "content-type": choice.content_type,
        "content-language": wanted.lang,
        "cache-control": "no-store",
        EXIT_CODE: str(code),
    }
    if form == "html":
        # Beside the policy that the page itself has: it stands alone.
        headers["content-security-policy"] = "base-uri 'none'; form-action 'none'"
    status = 422 if code == _UNREADABLE else 200
    deliver(state, asked, out, Delivery(text.encode(), headers, status))


def _made(state: State, wanted: Options) -> Validation:
    try:
        return benches(state.repository).of(Run(wanted.as_of, wanted.facts, wanted.engine))
    except FactError as error:
        raise wrong("fact", error.zh, error.en) from None
    except EngineError as error:
        raise wrong("engine", error.zh, error.en) from None


def _report(
    validation: Validation, inputs: Iterable[Document | Problem], form: str, lang: Language
) -> tuple[int, str]:
    """Return what the command would: its exit code, and the report."""
    text = StringIO(newline="")
    writer = WRITERS[form](text, lang, **_OPTIONS.get(form, {}))
    counts, problems = Counts(), 0
    writer.start(validation.header)
    for item in validation.judge(inputs):
        if isinstance(item, Problem):
            problems += 1
            writer.problem(item)
        else:
            counts.add(item)
            writer.judgement(item)
    summary = counts.summary(problems)
    writer.finish(summary, partial=False, unused=())
    return summary.exit_code, text.getvalue()


def make_ready(state: State) -> None:
    """Read what there is to read from files, and have the validation of today at hand."""
    _make_ready(state.repository, date.today())


@lru_cache(maxsize=1)
def _make_ready(repository: Repository, today: date) -> None:
    for name in _IMPORTED_WHEN_NEEDED:
        import_module(name)
    jsonld.shipped()
    validation = benches(repository).of(Run(today))
    for form in WRITERS:
        _report(validation, documents(_SAMPLE), form, "en")
    # rdflib and pySHACL import as they go.
    PySHACL(validation.rulebook.structure_shapes, ()).check(_SAMPLE.decode())
