"""One spelling for each name: ``ex:p1`` and ``<https://example.org/p1>`` may be the same."""

import re

_APART = re.compile("[/#]")


class Spelling:
    """The keys of names under prefixes that never change.

    The key of an IRI is its prefixed name with the longest namespace that begins it, else the IRI
    in angle brackets; that of a blank node is its label. While ``plain``, a prefixed name as
    written is its key: no two prefixes can spell the same IRI (a name without escapes holds
    neither ``/`` nor ``#``).
    """

    def __init__(self) -> None:
        self.namespaces: dict[str, str] = {}
        self.plain = True

    def declare(self, prefix: str, namespace: str) -> None:
        """Take a prefix into account; names with it may have no key yet."""
        for other in self.namespaces.values():
            short, long = sorted((namespace, other), key=len)
            if long.startswith(short) and not _APART.search(long[len(short) :]):
                self.plain = False
        self.namespaces[prefix] = namespace

    def iri(self, name: str) -> str:
        """Return the IRI of a name, with or without angle brackets around it; "" if it has none."""
        if name[:1] == "<":
            return name[1:-1]
        prefix, _, local = name.partition(":")
        namespace = self.namespaces.get(prefix)
        return "" if namespace is None else namespace + local

    def key(self, name: str) -> str:
        """Return the key of a name."""
        if name[:1] == "_" or (self.plain and name[:1] != "<"):
            return name
        iri = self.iri(name)
        fitting = [
            (space, prefix) for prefix, space in self.namespaces.items() if iri.startswith(space)
        ]
        if not fitting:
            return f"<{iri}>"
        namespace, prefix = max(fitting)
        return f"{prefix}:{iri[len(namespace) :]}"
