"""What can go wrong with a request, as the description of the API says it."""

from collections.abc import Iterable
from typing import Any

from guidekg.i18n import Language
from guidekg.web.api.schemas import TEXT, ref
from guidekg.web.problems import KINDS, TYPE

Json = dict[str, Any]

# What any request may meet …
ANY = (
    *("malformed-request", "wrong-parameter", "not-acceptable", "slow-request", "uri-too-long"),
    *("busy", "headers-too-large", "fault", "deadline", "worker-ended", "not-ready"),
)
# … what one with values may, and one with content.
VALUES = ("unusable-value",)
CONTENT = ("content-too-large", "unsupported-media-type")
TOKEN = ("unauthorized",)


class Faults:
    """The responses that tell problems; the same kinds at one status are said once."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self.components: Json = {}

    def of(self, names: Iterable[str]) -> Json:
        """Return the responses that tell some kinds of problem, by their status."""
        by_status: dict[int, list[str]] = {}
        for name in sorted(set(names)):
            by_status.setdefault(KINDS[name].status, []).append(name)
        return {str(status): self._shared(status, kinds) for status, kinds in by_status.items()}

    def _shared(self, status: int, names: list[str]) -> Json:
        key = ".".join([str(status), *names])
        if key not in self.components:
            self.components[key] = _response(status, names, self._lang)
        return {"$ref": f"#/components/responses/{key}"}


def table(lang: Language) -> str:
    """Return every kind of problem as a table in Markdown."""
    heads = {"zh": "| 状态 | `type` | 含义 |", "en": "| status | `type` | what it is |"}[lang]
    rows = [
        f"| {kind.status} | `{TYPE}{name}` | {kind.title(lang)} |" for name, kind in KINDS.items()
    ]
    return "\n".join([heads, "|---|---|---|", *rows])


def _response(status: int, names: list[str], lang: Language) -> Json:
    exact: Json = {"status": {"const": status}, "type": {"enum": [TYPE + name for name in names]}}
    told: Json = {"schema": {"allOf": [ref("Problem"), {"properties": exact}]}}
    separator = {"zh": "；", "en": "; "}[lang]
    described = separator.join(KINDS[name].title(lang) for name in names)
    made: Json = {
        "description": described,
        "content": {
            "application/problem+json": told,
            "application/json": told,
            "text/plain": {"schema": TEXT},
            "text/html": {"schema": TEXT},
        },
    }
    if headers := _HEADERS.get(status):
        made["headers"] = headers
    return made


_SECONDS: Json = {"Retry-After": {"schema": {"type": "integer"}}}
_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"required": True, "schema": TEXT}},
    415: {"Accept-Post": {"required": True, "schema": TEXT}},
    429: _SECONDS,
    503: _SECONDS,
}
