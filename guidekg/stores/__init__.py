"""Where triples live and SPARQL runs."""

from guidekg.stores.base import Store
from guidekg.stores.embedded import EmbeddedStore
from guidekg.stores.terms import Term

__all__ = ["EmbeddedStore", "Store", "Term"]
