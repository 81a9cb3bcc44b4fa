"""Judge documents that were handed in: a report, and the texts that it speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from guidekg.i18n import Language
from guidekg.reports.model import Problem, Report
from guidekg.validation.inputs import DocumentError, Form, documents
from guidekg.validation.inputs.document import text_of, too_large
from guidekg.validation.validator import Validation
from guidekg.web.judging.given import LIMIT, Given


class Text(NamedTuple):
    """A document that was handed in, as text; empty where it is none."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, the texts it speaks of, and the status of the answer."""

    report: Report
    texts: tuple[Text, ...]
    status: int


class _Named(BytesIO):
    """Bytes with the name that a report calls them by."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text.encode())
        self.name = name


def judged(
    validation: Validation, given: Sequence[Given], form: Form | None, lang: Language
) -> Outcome:
    """Return the report of some documents; what cannot be read is a problem in its place.

    The status is 200 if anything was judged; else 413, 415 or 422 for what is too large, no text,
    or no proposal.
    """
    report = Report(validation.header, lang=lang)
    texts: list[Text] = []
    statuses: list[int] = []
    for one in given:
        try:
            if not one.whole:
                raise too_large(LIMIT)
            text = text_of(BytesIO(one.data), LIMIT)
        except DocumentError as error:
            report.problems.append(error.problem(one.name))
            texts.append(
                Text(one.name, "" if one.uploaded else one.data.decode("utf-8", "replace"))
            )
            statuses.append(413 if error.en == too_large(LIMIT).en else 415)
            continue
        texts.append(Text(one.name, text))
        for item in validation.judge(documents(_Named(one.name, text), form=form)):
            if isinstance(item, Problem):
                report.problems.append(item)
                statuses.append(422)
            else:
                report.judgements.append(item)
    status = 200 if report.judgements or not statuses else min(statuses)
    return Outcome(report, tuple(texts), status)
