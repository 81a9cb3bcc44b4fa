"""The values that the parameters of questions take: what OpenAPI says of them, held to here."""

import re
from typing import Any

NAME = 200  # characters of a name or a text
YEAR = "[1-9][0-9]{3}"
# Every day that there is in those years, and no other.
DAY = (
    f"(?:{YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|[2468][048]|[3579][26])00)-02-29)"
)
_PLAIN: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date", "pattern": f"^{DAY}$"},
    "amount": {"type": "string", "pattern": r"^[1-9][0-9]{0,14}(\.[0-9]{1,2})?$"},
    "months": {"type": "string", "pattern": r"^[1-9][0-9]{0,3}$"},
}


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON schema of the values of a kind of parameter."""
    return _PLAIN.get(kind, {"type": "string", "minLength": 1, "maxLength": NAME})


def is_name(kind: str) -> bool:
    """Whether values of a kind are names of things."""
    return kind not in _PLAIN and kind != "text"


def fits(kind: str, value: str) -> bool:
    """Whether a value is of the form that ``schema`` says."""
    if kind not in _PLAIN:
        return len(value) <= NAME
    return bool(re.fullmatch(_PLAIN[kind]["pattern"], value))
