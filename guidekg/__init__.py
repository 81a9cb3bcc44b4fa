"""A knowledge graph and query library for funding guides, with the clause behind every answer."""

from typing import TYPE_CHECKING, Any

from guidekg.version import __version__ as __version__

if TYPE_CHECKING:
    from guidekg.graph import KnowledgeGraph as KnowledgeGraph
    from guidekg.graph import connect as connect
    from guidekg.graph import load as load

__all__ = ["KnowledgeGraph", "connect", "load"]


def __getattr__(name: str) -> Any:
    # Importing the package loads no RDF library; opening a guide does.
    if name in __all__:
        from guidekg import graph  # noqa: PLC0415

        return getattr(graph, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
