"""Where triples live and SPARQL runs."""

from guidekg.rdf.terms import Term
from guidekg.stores.store import EmbeddedStore, Store

__all__ = ["EmbeddedStore", "Store", "Term"]
