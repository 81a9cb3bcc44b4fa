"""The guides, opened."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from guidekg.guides import cache
from guidekg.guides.sources import TEXT, Folders, parse, read
from guidekg.stores import EmbeddedStore, Store

if TYPE_CHECKING:
    import pyoxigraph as ox

    from guidekg.guides.names import Names
    from guidekg.guides.things import Things


class Repository:
    """A store with the guides in it, the index of their names, and the things that they speak of.

    Opening fills the store and no more; names and things are imported and read when first used.
    """

    def __init__(self, store: Store, folders: Folders | None = None) -> None:
        """Take a store.

        Args:
            store: where the guides are, embedded or at an endpoint.
            folders: the files that it was read from; none, if it is all there is.
        """
        self.store = store
        self.folders = folders

    @classmethod
    def open(
        cls, paths: Sequence[str | Path] = (), *, shipped: bool = True, cached: bool = True
    ) -> Self:
        """Open the shipped guide and folders of one's own.

        Args:
            paths: the folders.
            shipped: whether to open the shipped guide too.
            cached: whether the cache may help.
        """
        return cls.of(Folders.of(paths, shipped=shipped), cached=cached)

    @classmethod
    def of(cls, folders: Folders, *, cached: bool = True) -> Self:
        """Open what folders hold; ``cached`` lets the cache help."""
        content = folders.content() if cached else ""
        store = cache.fetch(content) if cached else None
        if store is None:
            # The reasoner takes rdflib with it: only where it is needed.
            from guidekg.guides.closure import closure  # noqa: PLC0415
            from guidekg.guides.rules import apply_rules  # noqa: PLC0415

            asserted = read(folders)
            store = EmbeddedStore(asserted, closure(asserted))
            apply_rules(store)
            if cached:
                cache.keep(content, store)
        return cls(store, folders)

    @cached_property
    def local(self) -> "Repository":
        """The same guides at hand: itself, or a copy of what an endpoint holds."""
        store = self.store.local()
        return self if store is self.store else Repository(store)

    def asserted(self) -> "list[ox.Triple]":
        """Return the triples of the files, as their parser reads them.

        Of an endpoint, those it gives as asserted, in the form that it gives them.
        """
        return [*self._asserted]

    @cached_property
    def _asserted(self) -> "list[ox.Triple]":
        if self.folders:
            return [triple for path in self.folders.files for triple in parse(path)]
        found = self.store.triples(inferred=False)
        return sorted((triple for triple in found if triple.predicate != TEXT), key=str)

    @cached_property
    def names(self) -> "Names":
        """The index of names."""
        from guidekg.guides.names import Names  # noqa: PLC0415

        return Names(self.store)

    @cached_property
    def things(self) -> "Things":
        """What the guides speak of, as objects."""
        from guidekg.guides.things import Things  # noqa: PLC0415

        return Things(self.store)
