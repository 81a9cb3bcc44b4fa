"""The forms in which the API answers, and those in which it takes proposals."""

from typing import TYPE_CHECKING

from guidekg.web.negotiation import Choice, Format, Offer, choose
from guidekg.web.problems import ProblemError
from guidekg.web.request import FORM, MULTIPART

if TYPE_CHECKING:
    from guidekg.validation.inputs import Form

LANGUAGES = ("zh", "en")

DOCUMENTS: Offer = (Format("json", ("application/json",)),)
OPENAPI: Offer = (Format("json", ("application/json", "application/vnd.oai.openapi+json")),)
ANSWERS: Offer = (Format("json", ("application/json",)), Format("csv", ("text/csv",)))
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


def chosen(offer: Offer, accept: str | None, named: str | None) -> Choice:
    """Return the form that is wanted.

    Args:
        offer: what there is.
        accept: the ``Accept`` header.
        named: the parameter ``format``, which goes before it.

    Raises:
        ProblemError: there is no such form.
    """
    if named is not None and named not in (names := [form.name for form in offer]):
        listed = ", ".join(names)
        raise ProblemError(
            "wrong-parameter",
            f"没有名为“{named}”的格式；可用：{listed}。",
            f"there is no format {named!r}; there are: {listed}",
            parameter="format",
            offered=names,
        )
    if choice := choose(offer, accept, named):
        return choice
    media = list(dict.fromkeys(name for form in offer for name in form.media))
    listed = ", ".join(media)
    raise ProblemError(
        "not-acceptable",
        f"没有“{accept}”格式；可用：{listed}。",
        f"it does not come as {accept!r}; it comes as: {listed}",
        offered=media,
    )
