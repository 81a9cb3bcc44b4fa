"""What can go wrong, said in both languages.

Each error knows what happened, where, and what to do; ``exit_code`` is what the command line ends
with: 2 for input that cannot be used, 3 for a fault of ours.
"""

import copyreg
from collections.abc import Sequence
from typing import Any

from guidekg.i18n import LANGUAGES, Language


class GuideKGError(Exception):
    """The base of all errors of this package."""

    exit_code = 2

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is otherwise made again from its one argument, which is not what ours take.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def message(self, lang: Language) -> str:
        """Return the message in Chinese (``zh``) or English (``en``)."""
        return self.zh if lang == "zh" else self.en


class PlacedError(GuideKGError):
    """A text cannot be read; says where, as far as that is known (line and column from 1)."""

    def __init__(
        self, zh: str, en: str, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column


class NotAGuideError(GuideKGError):
    """A folder holds no guide."""


class TurtleSyntaxError(GuideKGError):
    """A Turtle file cannot be parsed; says file, line and column (both from 1)."""


class SourceError(GuideKGError):
    """The source text of a guide is missing or is not the one its data speak of."""


class QuoteMismatchError(SourceError):
    """A clause quotes what the source does not say at its offsets."""


class DuplicateIdentifierError(GuideKGError):
    """Two things share a ``dcterms:identifier``."""


class InconsistencyError(GuideKGError):
    """The data contradict the ontology."""


class QueryError(GuideKGError):
    """A query is malformed, is an update, or would reach outside the graph."""


class EndpointError(GuideKGError):
    """A SPARQL endpoint cannot be reached, refuses, or answers with what is no answer.

    ``endpoint`` is its address without anything secret; ``reason`` one word: ``address``,
    ``name`` (DNS), ``refused``, ``unreachable``, ``tls``, ``lost``, ``deadline``, ``stalled``,
    ``redirect``, ``status``, ``html``, ``content-type``, ``malformed``, ``too-large``,
    ``incomplete``, ``proxy``, ``no-guide``; ``status`` the HTTP status, where one came.
    """

    def __init__(
        self, zh: str, en: str, *, endpoint: str, reason: str, status: int | None = None
    ) -> None:
        super().__init__(zh, en)
        self.endpoint = endpoint
        self.reason = reason
        self.status = status


class EndpointQueryError(EndpointError, QueryError):
    """A SPARQL endpoint calls a query malformed; the message has its words."""


class QuestionFileError(GuideKGError):
    """The header of a question file is not in the documented form."""


class UnknownParameterError(GuideKGError):
    """A question has no such parameter, or one is missing."""


class ValueFormError(GuideKGError):
    """A value is not of the form that a parameter takes."""


class UnknownNameError(GuideKGError):
    """A name means nothing known; ``nearest`` lists names that look like it."""

    def __init__(self, name: str, what_zh: str, what_en: str, nearest: Sequence[str]) -> None:
        near_zh = f"；相近的有：{'、'.join(nearest)}" if nearest else ""
        near_en = f"; the nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(
            f"没有名为“{name}”的{what_zh}{near_zh}。", f"no {what_en} is called {name!r}{near_en}"
        )
        self.nearest = tuple(nearest)


class UnknownSettingError(UnknownNameError):
    """There is no such setting, engine or language; ``nearest`` lists the nearest, or all."""

    def __init__(self, name: object, what_zh: str, what_en: str, known: Sequence[str]) -> None:
        import difflib  # noqa: PLC0415  # only for an error

        near = difflib.get_close_matches(str(name).lower(), known, n=3) or known
        super().__init__(str(name), what_zh, what_en, near)


def check_language(lang: str) -> None:
    """Refuse what is no language of ours.

    Raises:
        UnknownSettingError: names the languages.
    """
    if lang not in LANGUAGES:
        raise UnknownSettingError(lang, "语言", "language", LANGUAGES)


class UnknownQuestionError(UnknownNameError, KeyError):
    """There is no such question; a KeyError too, as of any mapping."""

    __str__ = Exception.__str__  # that of KeyError quotes its words


class AmbiguousNameError(GuideKGError):
    """A name means several things; ``candidates`` are their IRIs."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        listed = ", ".join(candidates)
        super().__init__(
            f"“{name}”可以指几样事物：{listed}；请用其中一个 IRI。",
            f"{name!r} may mean several things: {listed}; use one of these IRIs",
        )
        self.candidates = tuple(candidates)
