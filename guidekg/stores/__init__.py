"""Where triples live and SPARQL runs."""

from guidekg.stores.embedded import EmbeddedStore
from guidekg.stores.sparql import Term

__all__ = ["EmbeddedStore", "Term"]
