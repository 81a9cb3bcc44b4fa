"""Content negotiation (RFC 9110, section 12.5): the forms in which results come, and which a client would rather have.

Why not werkzeug's parser: it matches a range with parameters to nothing, reads ``q = 0.2`` as 1,
prefers ``en;q=0.8`` to ``zh-Hans-CN``, and to import it imports all of werkzeug.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from guidekg.i18n import Language
from guidekg.web.problems import problem

if TYPE_CHECKING:
    from guidekg.validation.inputs import Form

_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([^;]*)")


@lru_cache(maxsize=256)
def qualities(header: str) -> dict[str, float]:
    """Return how much each part of an ``Accept…`` header is wanted, from 0 to 1, by its name.

    Of a name that stands twice the first counts; a part whose quality is no such number is left out.
    """
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        given = _QUALITY.search(parameters)
        with suppress(ValueError):
            quality = float(given[1]) if given else 1.0
            if name.strip() and 0 <= quality <= 1:
                found.setdefault(name.strip(), quality)
    return found


def best(header: str | None, offered: Iterable[str]) -> str | None:
    """Return the media type that is wanted most, or None; of equals, the first that is offered.

    The most specific range that covers a type decides. Without a header all are wanted alike.
    """
    choices = list(offered)
    if header is None or not header.strip():
        return choices[0]
    wanted = qualities(header)

    def quality(media: str) -> float:
        ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
        return next((wanted[name] for name in ranges if name in wanted), 0.0)

    chosen = max(choices, key=quality)  # the first of equals
    return chosen if quality(chosen) > 0 else None


def language(header: str | None) -> Language:
    """Return the language that is wanted most of the two that there are; English otherwise."""
    wanted: dict[str, float] = {}
    for name, quality in qualities(header or "").items():
        primary = name.partition("-")[0]
        wanted[primary] = max(quality, wanted.get(primary, 0.0))
    other = wanted.get("*", 0.0)
    return "zh" if wanted.get("zh", other) > wanted.get("en", other) else "en"


def takes_gzip(header: str | None) -> bool:
    """Return whether a client takes gzip."""
    wanted = qualities(header or "")
    return wanted.get("gzip", wanted.get("*", 0.0)) > 0


class Format(NamedTuple):
    """A form: its name, the media types by which it is asked for, and other names people write."""

    name: str
    media: tuple[str, ...]
    others: tuple[str, ...] = ()


Offer = tuple[Format, ...]

RESULTS: Offer = (
    Format("json", ("application/sparql-results+json", "application/json"), ("srj",)),
    Format("xml", ("application/sparql-results+xml", "application/xml"), ("srx",)),
    Format("csv", ("text/csv",)),
    Format("tsv", ("text/tab-separated-values",)),
)
GRAPHS: Offer = (
    Format("turtle", ("text/turtle",), ("ttl", "n3")),
    Format("ntriples", ("application/n-triples",), ("nt", "n-triples")),
    Format("jsonld", ("application/ld+json", "application/json"), ("json-ld", "json")),
    Format(
        "rdfxml", ("application/rdf+xml", "application/xml"), ("rdf", "rdf-xml", "rdf+xml", "xml")
    ),
)


def media_types(offer: Offer) -> list[str]:
    """Return every media type of an offer, each once."""
    return list(dict.fromkeys(media for form in offer for media in form.media))


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

    ``named`` is a name or media type that goes before ``accept``, the header.
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
    media = best(accept, media_types(offer))
    return Choice(by_media[media], media) if media else None


FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

DOCUMENTS: Offer = (Format("json", ("application/json",)),)
OPENAPI: Offer = (Format("json", ("application/json", "application/vnd.oai.openapi+json")),)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The other forms of CSV are had by name alone.
ANSWERS: Offer = (
    Format("json", ("application/json",)),
    *(Format(name, ("text/csv",)) for name in ("csv", "labelled-csv", "excel-csv")),
    *([Format("xlsx", (XLSX,))] if find_spec("xlsxwriter") else []),
)
REPORTS: Offer = (
    Format("json", ("application/json",)),
    Format("html", ("text/html",)),
    Format("sarif", ("application/sarif+json",)),
    Format("turtle", ("text/turtle",)),
    Format("csv", ("text/csv",)),
    Format("text", ("text/plain",)),
    Format("github", ("text/plain",)),
)

# The form of what is handed in, by its media type.
INPUTS: "dict[str, Form]" = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/trig": "trig",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
}
UPLOADS = (*INPUTS, MULTIPART, FORM)


def negotiate(
    offer: Offer, accept: str | None, named: str | None = None, text: str = "answer"
) -> Choice:
    """Return the form that is wanted, as ``choose`` does.

    Raises:
        ProblemError: there is none; ``text`` of ``not-acceptable`` says so.
    """
    if choice := choose(offer, accept, named):
        return choice
    raise problem("not-acceptable", text, accept=accept, offered=media_types(offer))


def choose_strictly(offer: Offer, accept: str | None, named: str | None) -> Choice:
    """Return the form that is wanted, where ``format`` takes the names of forms alone.

    Raises:
        ProblemError: there is no such form.
    """
    if named is not None and named not in (names := [form.name for form in offer]):
        raise problem(
            "wrong-parameter", "no-format", named=named, parameter="format", offered=names
        )
    return negotiate(offer, accept, named)
