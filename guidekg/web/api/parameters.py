"""Parameters, strictly: a name that is not known, stands twice or has no value is an error."""

import difflib
from collections.abc import Collection, Iterable
from typing import Any, cast

from starlette.datastructures import Headers
from starlette.types import Scope

from guidekg.i18n import Language
from guidekg.web.api.media_types import LANGUAGES
from guidekg.web.negotiation import language
from guidekg.web.problems import LANGUAGE, ProblemError

Pairs = Iterable[tuple[str, str]]


def once(pairs: Pairs, repeated: Collection[str] = ()) -> dict[str, str]:
    """Return the values of parameters by name, without those that may be repeated.

    Raises:
        ProblemError: one stands twice, or has no value.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if not value:
            raise wrong(
                name,
                f"参数 {name} 没有值；请填写或删去。",
                f"{name} has no value: give it one or leave it out",
            )
        if name in repeated:
            continue
        if name in found:
            raise wrong(name, f"参数 {name} 出现了多次。", f"{name} stands more than once")
        found[name] = value
    return found


def check_known(pairs: Pairs, known: Collection[str], zh: str = "", en: str = "") -> None:
    """Check that every parameter is known; ``zh`` and ``en`` say more where one is not.

    Raises:
        ProblemError: one is not; has the nearest names.
    """
    for name, _ in pairs:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
            listed = ", ".join(near)
            shown = name if len(name) <= 100 else f"{name[:100]}…"
            raise wrong(
                shown,
                f"没有参数“{shown}”；可用：{listed}。{zh}",
                f"there is no parameter {shown!r}; there are: {listed}{en}",
                nearest=near,
            )


def spoken(scope: Scope, headers: Headers, given: str | None) -> Language:
    """Return the language of an answer: that of the parameter ``lang``, else of the headers.

    What is wrong with the request is then told in that language too.

    Raises:
        ProblemError: there is no such language.
    """
    if given is None:
        return language(headers.get("accept-language"))
    if given not in LANGUAGES:
        raise wrong(
            "lang",
            f"没有语言“{given}”；可用：zh、en。",
            f"there is no language {given!r}; there are: zh, en",
            offered=list(LANGUAGES),
        )
    scope[LANGUAGE] = given
    return cast("Language", given)


def wrong(name: str, zh: str, en: str, **members: Any) -> ProblemError:
    """Return the problem of a parameter that is not as it must be."""
    return ProblemError("wrong-parameter", zh, en, parameter=name, **members)
