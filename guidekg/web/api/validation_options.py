"""What a client may set for a validation: in the address, in the fields of a form, or on the page."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

from guidekg.i18n import Label, Language
from guidekg.reports import WRITERS
from guidekg.validation.engines import CHOICES as ENGINES
from guidekg.validation.engines import Choice as Engine
from guidekg.validation.inputs import FORMS, Form
from guidekg.value_kinds import VALUE_KINDS
from guidekg.web.negotiation import LANGUAGES
from guidekg.web.request import check_known, once, wrong

OPTIONS = ("format", "lang", "as_of", "fact", "engine")
_REPEATED = ("fact",)
# The fields of the page, and what they set; there is a further field for each fact.
_PAGE = {"as-of": "as_of", "as": "format", "form": "form"}
_PAGE_FACT = "fact."
_HINT = Label(
    "如要直接提交一份文件，请注明它的类型，例如 Content-Type: text/turtle。",
    "; a document that is sent as it is needs its type, such as Content-Type: text/turtle",
)
Pairs = Sequence[tuple[str, str]]


class Options(NamedTuple):
    """The options of a run.

    ``format`` is the form of the report, ``form`` that of the documents; None where nothing says it.
    """

    format: str | None
    form: Form | None
    lang: Language
    as_of: date
    facts: dict[str, str]
    engine: Engine


def options(address: Pairs, fields: Pairs, lang: Language) -> Options:
    """Return what the parameters of an address say, and the fields of a form, which go before them.

    Args:
        address: the parameters.
        fields: the fields.
        lang: the language, where neither names one.

    Raises:
        ProblemError: one is unknown, stands twice, or is not as it must be.
    """
    check_known(address, OPTIONS)
    check_known(fields, OPTIONS, _HINT.zh, _HINT.en)
    filled = [(name, value) for name, value in fields if value]  # a form sends empty fields too
    given = once(address, _REPEATED) | once(filled, _REPEATED)
    return _options(given, _facts(address) | _facts(filled), lang)


def page_options(fields: Pairs, lang: Language) -> Options:
    """Return what the fields of the page say.

    Raises:
        ProblemError: see ``options``.
    """
    pairs = [
        ("fact", f"{name.removeprefix(_PAGE_FACT)}={value.strip()}")
        if name.startswith(_PAGE_FACT)
        else (_PAGE.get(name, name), value.strip())
        for name, value in fields
        if value.strip()
    ]
    check_known(pairs, (*_PAGE.values(), *_REPEATED))
    return _options(once(pairs, _REPEATED), _facts(pairs), lang)


def _options(given: dict[str, str], facts: dict[str, str], lang: Language) -> Options:
    _check_one_of("format", given.get("format"), list(WRITERS), "报告格式", "form of report")
    _check_one_of("form", given.get("form"), FORMS, "格式", "form")
    _check_one_of("lang", given.get("lang"), LANGUAGES, "语言", "language")
    _check_one_of("engine", given.get("engine"), ENGINES, "引擎", "engine")
    return Options(
        given.get("format"),
        cast("Form | None", given.get("form")),
        cast("Language", given.get("lang", lang)),
        _day(given["as_of"]) if "as_of" in given else date.today(),
        facts,
        cast("Engine", given.get("engine", "auto")),
    )


def _check_one_of(name: str, value: str | None, offered: Sequence[str], zh: str, en: str) -> None:
    if value is not None and value not in offered:
        listed = ", ".join(offered)
        raise wrong(
            name,
            f"没有名为“{value}”的{zh}；可用：{listed}。",
            f"no {en} is called {value!r}; there are: {listed}",
            offered=list(offered),
        )


def _day(text: str) -> date:
    if not VALUE_KINDS["date"].fits(text):
        raise wrong(
            "as_of",
            f"核对日期应当写作 2022-10-01 这样，而不是“{text}”。",
            f"the day of the run is written as in 2022-10-01, not {text!r}",
            example="2022-10-01",
        )
    return date.fromisoformat(text)


def _facts(pairs: Pairs) -> dict[str, str]:
    """Return the facts by name; whether a guide asks for them, and of which form, is found out later."""
    found: dict[str, str] = {}
    for item in (value for name, value in pairs if name == "fact"):
        name, equals, value = item.partition("=")
        if not equals:
            raise wrong(
                "fact",
                f"“{item}”应当写作 名称=值。",
                f"{item!r} must be written NAME=VALUE",
            )
        if name in found:
            raise wrong(
                "fact", f"事实 {name} 给出了多次。", f"the fact {name} is given more than once"
            )
        found[name] = value
    return found
