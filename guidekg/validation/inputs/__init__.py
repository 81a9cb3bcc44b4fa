"""What a user hands in: files, folders, patterns, standard input, bytes, graphs, JSON-LD.

``documents`` reads it into ``Document`` objects, or says in a ``Problem`` why it cannot;
``triples`` parses the two forms that have no places, JSON-LD and RDF/XML.
"""

from guidekg.validation.inputs.document import (
    FORMS,
    LIMIT,
    Document,
    DocumentError,
    Form,
    explained,
)
from guidekg.validation.inputs.sources import Source, documents
from guidekg.validation.inputs.triples import triples

__all__ = [
    "FORMS",
    "LIMIT",
    "Document",
    "DocumentError",
    "Form",
    "Source",
    "documents",
    "explained",
    "triples",
]
