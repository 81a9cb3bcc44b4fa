"""Content negotiation (RFC 9110, section 12.5): the forms in which results come, and which a client would rather have."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.i18n import Language


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


class Format(NamedTuple):
    """A form: its name, the media types by which it is asked for, and what the engine calls it."""

    name: str
    media: tuple[str, ...]
    engine: ox.QueryResultsFormat | ox.RdfFormat | None = None  # None: it is not the engine's
    others: tuple[str, ...] = ()  # further names that people write


Offer = tuple[Format, ...]

RESULTS: Offer = (
    Format(
        "json",
        ("application/sparql-results+json", "application/json"),
        ox.QueryResultsFormat.JSON,
        ("srj",),
    ),
    Format(
        "xml",
        ("application/sparql-results+xml", "application/xml"),
        ox.QueryResultsFormat.XML,
        ("srx",),
    ),
    Format("csv", ("text/csv",), ox.QueryResultsFormat.CSV),
    Format("tsv", ("text/tab-separated-values",), ox.QueryResultsFormat.TSV),
)
GRAPHS: Offer = (
    Format("turtle", ("text/turtle",), ox.RdfFormat.TURTLE, ("ttl", "n3")),
    Format("ntriples", ("application/n-triples",), ox.RdfFormat.N_TRIPLES, ("nt", "n-triples")),
    Format(
        "jsonld",
        ("application/ld+json", "application/json"),
        ox.RdfFormat.JSON_LD,
        ("json-ld", "json"),
    ),
    Format(
        "rdfxml",
        ("application/rdf+xml", "application/xml"),
        ox.RdfFormat.RDF_XML,
        ("rdf", "rdf-xml", "rdf+xml", "xml"),
    ),
)


class Choice(NamedTuple):
    """A form, and the media type under which it is sent."""

    format: Format
    media: str

    @property
    def content_type(self) -> str:
        """The header: text without a charset would be read as something else than UTF-8."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


@lru_cache(maxsize=256)
def choose(offer: Offer, accept: str | None, named: str | None) -> Choice | None:
    """Return the form that is wanted, or None.

    Args:
        offer: what there is.
        accept: the ``Accept`` header.
        named: a name or media type that goes before it.
    """
    if named is not None:
        wanted = named.strip().lower()
        for form in offer:
            if wanted in (form.name, *form.others):
                return Choice(form, form.media[0])
            if wanted in form.media:
                return Choice(form, wanted)
        return None
    by_media = {media: form for form in reversed(offer) for media in form.media}
    media = best(accept, [media for form in offer for media in form.media])
    return Choice(by_media[media], media) if media else None
