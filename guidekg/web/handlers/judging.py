"""Judge what a person handed in, and say it as the parts of a page, or as a report to keep."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from guidekg.guides.repository import Repository
from guidekg.validation.facts import FactError
from guidekg.web.api.parameters import wrong
from guidekg.web.handlers.base import Delivery, State, deliver
from guidekg.web.handlers.validator_cache import Run, benches
from guidekg.web.judging.given import Given
from guidekg.web.judging.outcome import judged
from guidekg.web.judging.result import result
from guidekg.web.workers.response_writer import Outlet

_REPORTS = {
    "text": ("text/plain; charset=utf-8", "txt"),
    "json": ("application/json", "json"),
    "html": ("text/html; charset=utf-8", "html"),
    "sarif": ("application/sarif+json", "sarif"),
    "turtle": ("text/turtle; charset=utf-8", "ttl"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "github": ("text/plain; charset=utf-8", "github.txt"),
}
# A worker can make no temporary file.
_OPTIONS: dict[str, dict[str, Any]] = {"html": {"memory": 0}}
_WHOLE = {"gzip": False, "head": False}
_SAMPLE = b"<urn:a> <https://w3id.org/guidekg/ns#appliesTo> <urn:b> ."


def answer(state: State, asked: Mapping[str, Any], out: Outlet) -> None:
    """Write what was found: as JSON (``status``, ``texts``, ``result``), or as a report.

    Args:
        state: what the worker holds.
        asked: ``content``, bytes; ``documents``, of which each is so many of them; ``as_of``,
            ``facts``, ``form`` and ``lang``; ``report``, the form of the report, or None.
        out: where to write.

    Raises:
        ProblemError: a fact is not as it must be, or the report is too large.
    """
    given, start = [], 0
    for name, length, whole, uploaded in asked["documents"]:
        data = asked.get("content", b"")[start : start + length]
        given.append(Given(name, data, whole, uploaded))
        start += length
    facts = tuple((name, value) for name, value in asked["facts"])
    try:
        validation = benches(state.repository).of(Run(date.fromisoformat(asked["as_of"]), facts))
    except FactError as error:
        raise wrong("fact", error.zh, error.en) from None
    outcome = judged(validation, given, asked["form"], asked["lang"])
    if form := asked["report"]:
        media, extension = _REPORTS[form]
        headers = {
            "content-type": media,
            "content-disposition": f'attachment; filename="guidekg-report.{extension}"',
            "content-language": asked["lang"],
            "cache-control": "no-store",
        }
        body = outcome.report.render(form, asked["lang"], **_OPTIONS.get(form, {}))
    else:
        headers = {"content-type": "application/json"}
        found = result(outcome, asked["lang"])._asdict()
        body = json.dumps({"status": outcome.status, "texts": outcome.texts, "result": found})
    deliver(state, _WHOLE, out, Delivery(body.encode(), headers))


def make_ready(state: State) -> None:
    """Have what is made once at hand."""
    _make_ready(state.repository, date.today())


@lru_cache(maxsize=1)
def _make_ready(repository: Repository, today: date) -> None:
    result(
        judged(benches(repository).of(Run(today)), [Given("sample.ttl", _SAMPLE)], None, "en"), "en"
    )
