"""Find a thing by any of its names."""

import difflib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from guidekg.errors import AmbiguousNameError, UnknownNameError
from guidekg.rdf.namespaces import ID, PREFIXES, compact, expand
from guidekg.stores import Store
from guidekg.value_kinds import VALUE_KINDS

_NAMES = """
SELECT ?thing ?name WHERE {
  VALUES ?property { rdfs:label skos:prefLabel skos:altLabel skos:notation dcterms:identifier }
  ?thing ?property ?name .
  FILTER(STRSTARTS(STR(?thing), "%s"))
}
"""
_ROWS = "SELECT DISTINCT ?row WHERE { ?requirement gk:requirementRow ?row }"
# What people leave out at the end of the name of a Chinese place.
_LEVELS = ("省", "市", "地区", "自治区", "自治州", "自治县", "县", "区")
_GUIDES = "SELECT ?guide WHERE { ?guide a gk:Guide }"


def normalise(name: str) -> str:
    """Return the form in which names are compared: NFKC, case-folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass(slots=True, init=False)
class Names:
    """An index from every name in a graph to the IRIs that bear it."""

    _index: dict[str, set[str]]
    _shown: dict[str, str]
    _rows: dict[str, str]

    def __init__(self, store: Store) -> None:
        self._index, self._shown = defaultdict(set), {}
        guides = [iri.rpartition("/")[2] for (iri,) in store.select(_GUIDES).iris()]
        for thing, name in store.select(_NAMES % ID).rows:
            iri = thing.value  # type: ignore[union-attr]  # as the query says
            local = iri.rpartition("/")[2]
            shorter = (
                local.removeprefix(f"{one}-") for one in guides if local.startswith(f"{one}-")
            )
            for said in (name.value, local, *shorter):  # type: ignore[union-attr]
                self._add(said, iri)
        found = (row[0].value for row in store.select(_ROWS).rows)  # type: ignore[union-attr]
        self._rows = {normalise(row): row for row in found}

    def _add(self, name: str, iri: str) -> None:
        key = normalise(name)
        self._index[key].add(iri)
        # Of the writings of a name the same one is shown, whatever order a store gives them in.
        self._shown[key] = max(name, self._shown.get(key, name))

    def resolve(self, name: str, kind: str | None = None) -> str:
        """Return the IRI that a name means, of one kind if given.

        Raises:
            UnknownNameError: nothing bears the name; lists the nearest.
            AmbiguousNameError: several things bear it.
        """
        wanted = VALUE_KINDS.get(kind or "", VALUE_KINDS["thing"])
        starts = tuple(PREFIXES[base] for base in wanted.things) or (ID,)
        iri = expand(name.strip())
        candidates = {iri} if iri and self._known(iri) else self._index.get(normalise(name), set())
        found = sorted(item for item in candidates if item.startswith(starts))
        if not found and kind == "place":
            longer = (self._index.get(normalise(name) + level, set()) for level in _LEVELS)
            found = sorted(item for iris in longer for item in iris if item.startswith(starts))
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError(name, [compact(item) for item in found])
        keys = [key for key, iris in self._index.items() if any(i.startswith(starts) for i in iris)]
        near = difflib.get_close_matches(normalise(name), keys, n=5, cutoff=0.6)
        raise UnknownNameError(
            name, wanted.noun.zh, wanted.noun.en, [self._shown[key] for key in near]
        )

    def row(self, name: str) -> str | None:
        """Return the row of the table of requirements that is called so, as the data write it."""
        return self._rows.get(normalise(name))

    def _known(self, iri: str) -> bool:
        return iri in self._index.get(normalise(iri.rpartition("/")[2]), set())
