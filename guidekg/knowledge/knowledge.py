"""The guides, opened."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from guidekg.knowledge import cache
from guidekg.knowledge.sources import Folders, read
from guidekg.stores import EmbeddedStore

if TYPE_CHECKING:
    from guidekg.knowledge.names import Names
    from guidekg.knowledge.things import Things


class Knowledge:
    """A store with the guides in it, the index of their names, and the things that they speak of.

    Opening fills the store and no more; names and things are imported and read when first used.
    """

    def __init__(self, folders: Folders, *, cached: bool = True) -> None:
        self.folders = folders
        content = folders.content() if cached else ""
        store = cache.fetch(content) if cached else None
        if store is None:
            # The reasoner takes rdflib with it: only where it is needed.
            from guidekg.knowledge.closure import closure  # noqa: PLC0415

            asserted = read(folders)
            store = EmbeddedStore(asserted, closure(asserted))
            if cached:
                cache.keep(content, store)
        self.store = store

    @classmethod
    def open(
        cls, paths: Sequence[str | Path] = (), *, shipped: bool = True, cached: bool = True
    ) -> "Knowledge":
        """Open the shipped guide and folders of one's own (``shipped`` false: only those)."""
        return cls(Folders.of(paths, shipped=shipped), cached=cached)

    @cached_property
    def names(self) -> "Names":
        """The index of names."""
        from guidekg.knowledge.names import Names  # noqa: PLC0415

        return Names.of(self.store)

    @cached_property
    def things(self) -> "Things":
        """What the guides speak of, as objects."""
        from guidekg.knowledge.things import Things  # noqa: PLC0415

        return Things(self.store)
