"""The names of the vocabulary and of the graphs, as plain strings."""

NS = "https://w3id.org/guidekg/ns#"
ID = "https://w3id.org/guidekg/id/"
ASSERTED = "https://w3id.org/guidekg/graph/asserted"
INFERRED = "https://w3id.org/guidekg/graph/inferred"

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"

KINDS = [
    "activity",
    "agency",
    "alignment",
    "claim",
    "clause",
    "constraint",
    "document",
    "fact",
    "field",
    "geometry",
    "guide",
    "indicator",
    "information",
    "kind",
    "list",
    "modality",
    "place",
    "provision",
    "quantifier",
    "reading",
    "requirement",
    "resource",
    "scheme",
    "shape",
    "source",
    "stage",
    "status",
    "strength",
    "topic",
    "unit",
    "word",
]

PREFIXES: dict[str, str] = {
    "gk": NS,
    **{kind: f"{ID}{kind}/" for kind in KINDS},
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": XSD,
}

_PREFIX_OF = {base: prefix for prefix, base in PREFIXES.items()}


def compact(iri: str) -> str:
    """Return ``prefix:name`` for an IRI of a known namespace, else the IRI itself."""
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _PREFIX_OF.get(iri[:at])
    return f"{prefix}:{iri[at:]}" if prefix else iri


def local_name(iri: str) -> str:
    """Return what an IRI says after its last ``/`` or ``#``."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def expand(name: str) -> str | None:
    """Return the IRI of ``prefix:name`` or of an absolute IRI, or None if it is neither."""
    if name.startswith(("http://", "https://", "urn:")):
        return name
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else None
