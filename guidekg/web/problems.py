"""What can be wrong with a request, as RFC 9457 knows it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.types import Scope

from guidekg.errors import GuideKGError
from guidekg.i18n import Label


class Kind(NamedTuple):
    """A kind of problem: its status, and what it is called."""

    status: int
    title: Label


_TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
KINDS = {name: Kind(table["status"], Label(*table["title"])) for name, table in _TABLE.items()}
MEMBERS = ("parameter", "example", "nearest", "offered")  # that a problem may have beside its words


class ProblemError(GuideKGError):
    """Something that a client is told; ``members`` and ``headers`` go with it."""

    def __init__(
        self, name: str, zh: str, en: str, *, headers: dict[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(zh, en)
        self.name = name
        self.headers = headers or {}
        self.members = members

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return KINDS[self.name]

    def to_dict(self) -> dict[str, Any]:
        """Return it as data: what it is made of."""
        words = {"name": self.name, "zh": self.zh, "en": self.en}
        return {**words, "headers": self.headers, **self.members}


def problem(
    name: str, text: str, /, *, headers: Mapping[str, str] | None = None, **values: Any
) -> ProblemError:
    """Return a problem in the words of ``problems.toml``.

    Args:
        name: its kind.
        text: which of the texts of that kind.
        headers: that go with it.
        values: what is put into the text, lists with commas. Those of ``MEMBERS`` go with it, too.
    """
    known = {
        key: value if isinstance(value, str) else [*value]
        for key, value in values.items()
        if key in MEMBERS
    }
    listed = {key: ", ".join(value) for key, value in known.items() if isinstance(value, list)}
    zh, en = (words.format(**{**values, **listed}) for words in _TABLE[name][text])
    return ProblemError(name, zh, en, headers=dict(headers or {}), **known)


def from_router(error: HTTPException, scope: Scope) -> ProblemError:
    """Return the problem of an address, or a method, that a router does not know."""
    if error.status_code == 405:
        given = (error.headers or {}).get("Allow", "GET").split(", ")
        allowed = ", ".join(method for method in METHODS if method in given)
        return problem(
            "method-not-allowed",
            "method",
            method=scope["method"],
            allowed=allowed,
            headers={"allow": allowed},
        )
    endpoint = f"{scope['root_path']}/sparql"
    return problem("not-found", "address", path=scope["path"], endpoint=endpoint)


METHODS = ("GET", "HEAD", "POST", "OPTIONS")  # that any address takes, in the order of ``Allow``
LANGUAGE = "guidekg.language"  # where a scope has the language that was asked for by name
TYPE = "https://w3id.org/guidekg/problem/"
