"""What can go wrong, said in both languages.

Each error knows what happened, where, and what to do. ``code`` names its kind for programs, and
``exit_code`` is what the command line ends with: 2 for input that cannot be used, 3 for a fault of
ours. Each derives from the built-in error that it is, too: a name that means nothing is a KeyError.
"""

import difflib
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from guidekg.i18n import LANGUAGES, Language


class GuideKGError(Exception):
    """The base of all errors of this package.

    ``code`` is the name of the class in lower case with hyphens: ``unknown-name``.
    """

    code: ClassVar[str] = "guidekg"
    exit_code = 2

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(
            r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__.removesuffix("Error")
        ).lower()

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return Exception.__str__(self)  # that of KeyError quotes its words

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is otherwise made again from its one argument, which is not what ours take.
        return _made_again, (type(self), self.args), self.__dict__

    def message(self, lang: Language) -> str:
        """Return the message in Chinese (``zh``) or English (``en``)."""
        return self.zh if lang == "zh" else self.en


def _made_again(kind: type[GuideKGError], arguments: tuple[Any, ...]) -> GuideKGError:
    error = kind.__new__(kind)
    error.args = arguments
    return error


class PlacedError(GuideKGError, ValueError):
    """A text cannot be read; says where, as far as that is known (line and column from 1)."""

    def __init__(
        self, zh: str, en: str, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column


class NotAGuideError(GuideKGError, ValueError):
    """A folder holds no guide."""


class TurtleSyntaxError(PlacedError):
    """A Turtle file cannot be parsed; says file, line and column (both from 1)."""


class SourceError(GuideKGError, ValueError):
    """The source text of a guide is missing or is not the one its data speak of."""


class QuoteMismatchError(SourceError):
    """A clause quotes what the source does not say at its offsets."""


class DuplicateIdentifierError(GuideKGError, ValueError):
    """Two things share a ``dcterms:identifier``."""


class InconsistencyError(GuideKGError, ValueError):
    """The data contradict the ontology."""


class QueryError(PlacedError):
    """A query is malformed, is an update, or would reach outside the graph."""


class RefusedQueryError(QueryError):
    """A query is well formed, and may not run: it is an update, or would reach outside the graph."""


class UnknownPrefixError(QueryError):
    """A query uses a prefix that nobody declares; ``nearest`` lists those of ours that look like it."""

    def __init__(self, prefix: str, nearest: Sequence[str], line: int, column: int) -> None:
        near_zh = f"；相近的有：{'、'.join(nearest)}" if nearest else ""
        near_en = f"; the nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(
            f"第 {line} 行第 {column} 列：没有前缀“{prefix}:”{near_zh}。其他前缀请用 PREFIX 声明。",
            f"line {line}, column {column}: there is no prefix {prefix}:{near_en};"
            " one of your own is declared by PREFIX",
            line,
            column,
        )
        self.nearest = tuple(nearest)


class UnknownTermWarning(UserWarning):
    """A query names something of our namespaces that nothing in the graph is called, or no longer."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def message(self, lang: Language) -> str:
        """Return the message in Chinese (``zh``) or English (``en``)."""
        return self.zh if lang == "zh" else self.en


class EndpointError(GuideKGError, ConnectionError):
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


class QuestionFileError(GuideKGError, ValueError):
    """The header of a question file is not in the documented form."""


class UnknownParameterError(GuideKGError, TypeError):
    """A question has no such parameter, or one is missing."""


class ValueFormError(GuideKGError, ValueError):
    """A value is not of the form that a parameter takes."""


class UnknownNameError(GuideKGError, KeyError):
    """A name means nothing known; ``nearest`` lists names that look like it."""

    def __init__(self, name: str, what_zh: str, what_en: str, nearest: Sequence[str]) -> None:
        near_zh = f"；相近的有：{'、'.join(nearest)}" if nearest else ""
        near_en = f"; the nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(
            f"没有名为“{name}”的{what_zh}{near_zh}。", f"no {what_en} is called {name!r}{near_en}"
        )
        self.nearest = tuple(nearest)


class UnknownSettingError(UnknownNameError, ValueError):
    """There is no such engine, language or form; ``nearest`` lists the nearest, or all."""

    def __init__(self, name: object, what_zh: str, what_en: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(str(name).lower(), known, n=3) or known
        super().__init__(str(name), what_zh, what_en, near)


def check_language(lang: str) -> None:
    """Refuse what is no language of ours.

    Raises:
        UnknownSettingError: names the languages.
    """
    if lang not in LANGUAGES:
        raise UnknownSettingError(lang, "语言", "language", LANGUAGES)


class UnknownQuestionError(UnknownNameError):
    """There is no such question."""


class AmbiguousNameError(GuideKGError, KeyError):
    """A name means several things; ``candidates`` are their IRIs."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        listed = ", ".join(candidates)
        super().__init__(
            f"“{name}”可以指几样事物：{listed}；请用其中一个 IRI。",
            f"{name!r} may mean several things: {listed}; use one of these IRIs",
        )
        self.candidates = tuple(candidates)
