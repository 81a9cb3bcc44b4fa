"""The forms in which results come, the first of each list being the one that is given unasked."""

from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.web.negotiation import best


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
