"""Where triples live and SPARQL runs."""

from guidekg.stores.embedded import EmbeddedStore, Term

__all__ = ["EmbeddedStore", "Term"]
