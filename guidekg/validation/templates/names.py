"""How a skeleton writes names and values in Turtle."""

import re
from decimal import Decimal

import pyoxigraph as ox

from guidekg.errors import GuideKGError
from guidekg.rdf.namespaces import ID, NS, XSD
from guidekg.rdf.writer import written
from guidekg.validation.templates.shape_reader import Bounds
from guidekg.validation.templates.vocabulary import Term

_NUMBERS = {XSD + "integer", XSD + "decimal"}
_SIMPLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class ProposalIRIError(GuideKGError, ValueError):
    """What is to name a proposal is no absolute IRI, or one of the guide's own."""


class ProposalName:
    """The IRI of a proposal, and the names of what it describes, after it."""

    def __init__(self, iri: str) -> None:
        """Check the IRI.

        Raises:
            ProposalIRIError: it is not absolute, or belongs to the guide.
        """
        try:
            ox.NamedNode(iri)
        except ValueError:
            raise ProposalIRIError(
                f"“{iri}”不是完整的 IRI，例如 https://example.org/proposals/p1。",
                f"{iri!r} is no absolute IRI such as https://example.org/proposals/p1",
            ) from None
        if iri.startswith((ID, NS)):
            raise ProposalIRIError(
                f"{iri} 是指南自己的名称；项目请用您自己的 IRI。",
                f"{iri} is a name of the guide's own; give the proposal one of yours",
            )
        at = max(iri.rfind("/"), iri.rfind("#")) + 1
        self._base, self._local = iri[:at], iri[at:]
        self._short = bool(_SIMPLE.fullmatch(self._local))

    @property
    def prefix(self) -> tuple[str, str] | None:
        """The prefix that the names use and what it stands for; None if they are in full."""
        return ("ex", self._base) if self._short else None

    def written(self, *parts: str) -> str:
        """Return the name of the proposal, or of a part of it, as Turtle writes it."""
        name = "-".join([self._local, *parts]) if self._local else "-".join(parts)
        return f"ex:{name}" if self._short else f"<{self._base}{name}>"


def local(iri: str) -> str:
    """Return the end of an IRI, or of a value as N-Triples writes it, in words with hyphens."""
    if iri.startswith('"'):
        return iri.split('"')[1]
    name = re.split(r"[/#]", iri.strip("<>"))[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def plain(value: Term) -> str:
    """Return a value as Turtle writes it, a number in its shortest form."""
    if isinstance(value, ox.Literal) and value.datatype.value in _NUMBERS:
        return f"{Decimal(value.value).normalize():f}"
    return written(value)


def fit(example: ox.Literal | None, bounds: list[Bounds]) -> ox.Literal | None:
    """Return an example moved within the bounds; where there is none, a bound."""
    for low, high in bounds:
        if high and (example is None or _key(example) > _key(high)):
            example = high
        if low and (example is None or _key(example) < _key(low)):
            example = low
    return example


def _key(literal: ox.Literal) -> tuple[Decimal, str]:
    number = literal.datatype.value in _NUMBERS
    return (Decimal(literal.value), "") if number else (Decimal(), literal.value)
