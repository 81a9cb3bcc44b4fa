"""Content negotiation: what a client would rather have (RFC 9110, section 12.5)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from guidekg.errors import Language


class Range(NamedTuple):
    """A part of an ``Accept`` header: what it names, and how much it is wanted (0 to 1)."""

    name: str
    quality: float


@lru_cache(maxsize=256)
def ranges(header: str) -> tuple[Range, ...]:
    """Return the parts of an ``Accept``, ``Accept-Language`` or ``Accept-Encoding`` header.

    A part whose quality is no number from 0 to 1 is left out.
    """
    found = []
    for part in header.split(","):
        name, *parameters = (item.strip().lower() for item in part.split(";"))
        quality: float | None = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _quality(value.strip())
        if name and quality is not None:
            found.append(Range(name, quality))
    return tuple(found)


def _quality(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def media_quality(accepted: Iterable[Range], media: str) -> float:
    """Return how much a media type is wanted: the most specific range that covers it decides."""
    kind = media.partition("/")[0]
    wanted = {item.name: item.quality for item in reversed(list(accepted))}
    for name in (media, f"{kind}/*", "*/*"):
        if name in wanted:
            return wanted[name]
    return 0.0


def best(header: str | None, offered: Iterable[str]) -> str | None:
    """Return the media type that is wanted most, or None; of equals, the first that is offered.

    Without a header everything is wanted alike.
    """
    choices = list(offered)
    if header is None or not header.strip():
        return choices[0]
    accepted = ranges(header)
    quality, _, media = max(
        (media_quality(accepted, media), -place, media) for place, media in enumerate(choices)
    )
    return media if quality > 0 else None


def language(header: str | None) -> Language:
    """Return the language that is wanted most of the two that there are; English otherwise."""
    qualities: dict[str, float] = {}
    for name, quality in ranges(header or ""):
        primary = name.partition("-")[0]
        qualities[primary] = max(quality, qualities.get(primary, 0.0))
    other = qualities.get("*", 0.0)
    return "zh" if qualities.get("zh", other) > qualities.get("en", other) else "en"


def takes_gzip(header: str | None) -> bool:
    """Return whether a client takes gzip."""
    qualities = dict(ranges(header or ""))
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0
