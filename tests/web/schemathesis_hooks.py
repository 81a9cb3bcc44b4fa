"""How schemathesis sends documents of RDF: as they are."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer(
    "text/turtle",
    "application/x-turtle",
    "application/trig",
    "application/n-triples",
    "application/n-quads",
    "application/rdf+xml",
)
def as_it_is(_: Any, value: Any) -> dict[str, bytes]:
    return {"data": value if isinstance(value, bytes) else str(value).encode()}
