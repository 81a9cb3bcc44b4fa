"""Where triples live and SPARQL runs."""

from guidekg.rdf.terms import Term
from guidekg.stores.base import Store
from guidekg.stores.embedded import EmbeddedStore

__all__ = ["EmbeddedStore", "Store", "Term"]
