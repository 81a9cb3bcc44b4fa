"""What a client may set for a validation: in the address, or in the fields of a form."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

from guidekg.i18n import Language
from guidekg.validation.engines import Choice as Engine
from guidekg.value_kinds import FACTS, VALUE_KINDS
from guidekg.web.api.media_types import ENGINES, LANGUAGES
from guidekg.web.api.parameters import once, wrong

REPEATED = ("fact",)
OPTIONS = ("format", "lang", "as_of", "fact", "engine")


class Options(NamedTuple):
    """The options of a run, and the form and language of its report."""

    format: str | None
    lang: Language
    as_of: date
    facts: tuple[tuple[str, str], ...]
    engine: Engine


Pairs = Sequence[tuple[str, str]]


def options(address: Pairs, form: Pairs, lang: Language) -> Options:
    """Return what the parameters of an address say, and the fields of a form, which go before them.

    Args:
        address: the parameters.
        form: the fields.
        lang: the language, where neither names one.

    Raises:
        ProblemError: one stands twice, or is not as it must be.
    """
    given = once(address, REPEATED) | once(form, REPEATED)
    return Options(
        given.get("format"),
        cast("Language", _one_of("lang", given.get("lang", lang), LANGUAGES)),
        _day(given["as_of"]) if "as_of" in given else date.today(),
        tuple(sorted((_facts(address) | _facts(form)).items())),
        cast("Engine", _one_of("engine", given.get("engine", "auto"), ENGINES)),
    )


def _one_of(name: str, value: str, offered: Sequence[str]) -> str:
    if value not in offered:
        listed = ", ".join(offered)
        raise wrong(
            name,
            f"{name} 不能是“{value}”；可用：{listed}。",
            f"{name} cannot be {value!r}; there are: {listed}",
            offered=list(offered),
        )
    return value


def _day(text: str) -> date:
    if not VALUE_KINDS["date"].fits(text):
        raise wrong(
            "as_of",
            f"as_of 应当是日期（例如 2022-10-01），而不是“{text}”。",
            f"as_of is a day such as 2022-10-01, not {text!r}",
            example="2022-10-01",
        )
    return date.fromisoformat(text)


def _facts(pairs: Pairs) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in (value for name, value in pairs if name == "fact"):
        name, _, value = item.partition("=")
        if not any(kind.fits(value) for kind in FACTS.values()):
            raise wrong(
                "fact",
                f"“{item}”应当写作 名称=值，值是日期或年份。",
                f"{item!r} must be written NAME=VALUE, with a day or a year as the value",
                example="provincial-deadline=2022-09-15",
            )
        if name in found:
            raise wrong(
                "fact",
                f"事实 {name} 给出了多次。",
                f"the fact {name} is given more than once",
            )
        found[name] = value
    return found
