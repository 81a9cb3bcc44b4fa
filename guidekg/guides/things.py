"""The things of the graph as frozen objects, made when first asked for and kept."""

from functools import cached_property

import pyoxigraph as ox

from guidekg.guides.coverage import DESCRIBING, Coverage, coverage
from guidekg.guides.model import Clause, Guide, Provision, Reading, Scheme, Thing
from guidekg.guides.scheme_values import SchemeValues, scheme_values
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, PREFIXES
from guidekg.stores import Store, Term

_RANK = "SELECT ?class WHERE { ?class rdfs:subClassOf+ gk:Provision }"
# The predicates that are looked up, for a store that is better asked once than thing by thing.
_READ = (
    *("rdf:type", "rdfs:label", "rdfs:subClassOf", "skos:prefLabel", "skos:notation"),
    *("dcterms:identifier", "oa:start", "oa:end", "oa:exact", "prov:wasDerivedFrom"),
    *("gk:announcedIn", "gk:applicableProvision", "gk:clause", "gk:hasProvision", "gk:inSource"),
    *("gk:modality", "gk:partOf", "gk:reading", "gk:reason", "gk:source", "gk:text"),
)
# What a provision says is said by our own properties, or is a web address.
_HELD = f"""SELECT DISTINCT ?provision WHERE {{
  ?scheme gk:hasProvision ?provision . ?provision ?property ?value
  FILTER(?property = schema:url || STRSTARTS(STR(?property), STR(gk:)))
  FILTER(?property NOT IN ({", ".join(f"gk:{name}" for name in DESCRIBING)}))
}}"""
_ORDER = ("must", "should", "may", "informative")


def _iri(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


class Things:
    """Guides, schemes, provisions, clauses and readings, read from a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.expect(map(_iri, _READ))
        self._labels: dict[str, Label] = {}
        self._provisions: dict[str, Provision] = {}
        self._clauses: dict[str, Clause] = {}

    def values(self, iri: str, predicate: str) -> list[Term]:
        """Return the values of a predicate (``prefix:name``) for a thing."""
        return self.store.objects(ox.NamedNode(iri), _iri(predicate))

    def iris(self, iri: str, predicate: str) -> list[str]:
        """Return those values that are IRIs, sorted."""
        return sorted(v.value for v in self.values(iri, predicate) if isinstance(v, ox.NamedNode))

    def text(self, iri: str, predicate: str) -> str | None:
        """Return the least value that is a literal, or None."""
        found = [v.value for v in self.values(iri, predicate) if isinstance(v, ox.Literal)]
        return min(found, default=None)

    def label(self, iri: str) -> Label:
        """Return the name of a thing; its local name where it has none."""
        if iri not in self._labels:
            label = self._both(iri, "rdfs:label") or self._both(iri, "skos:prefLabel")
            local = iri.rpartition("#" if "#" in iri else "/")[2]
            self._labels[iri] = label or Label(local, local)
        return self._labels[iri]

    def thing(self, iri: str) -> Thing:
        """Return a thing with its name."""
        return Thing(iri, self.label(iri))

    def _both(self, iri: str, predicate: str) -> Label | None:
        found = {
            value.language: value.value
            for value in self.values(iri, predicate)
            if isinstance(value, ox.Literal) and value.language
        }
        return Label(found.get("zh", ""), found.get("en", "")) if found else None

    @cached_property
    def _provision_classes(self) -> dict[str, int]:
        """Every class of provision, with how many classes stand above it."""
        rows = self.store.select(_RANK).rows
        names = {str(row[0].value) for row in rows if isinstance(row[0], ox.NamedNode)}
        return {name: len(self.iris(name, "rdfs:subClassOf")) for name in names}

    @cached_property
    def provisions(self) -> frozenset[str]:
        """The IRIs of all provisions."""
        return frozenset(
            row[0].value
            for row in self.store.select("SELECT DISTINCT ?p WHERE { ?s gk:hasProvision ?p }").rows
            if isinstance(row[0], ox.NamedNode)
        )

    def provision(self, iri: str) -> Provision:
        """Return a provision with its clauses, in the order of the text, and its readings."""
        if iri not in self._provisions:
            classes = self._provision_classes
            kinds = [name for name in self.iris(iri, "rdf:type") if name in classes]
            kind = max(kinds, key=lambda name: (classes[name], name), default=NS + "Provision")
            modality = self.iris(iri, "gk:modality")
            clauses = [self.clause(item) for item in self.iris(iri, "gk:clause")]
            self._provisions[iri] = Provision(
                iri,
                self.label(iri),
                self.thing(kind),
                self.thing(modality[0] if modality else PREFIXES["modality"] + "informative"),
                self.text(iri, "dcterms:identifier"),
                tuple(sorted(clauses, key=lambda item: (item.source, item.start, -item.end))),
                tuple(self.reading(item) for item in self.iris(iri, "gk:reading")),
            )
        return self._provisions[iri]

    def clause(self, iri: str) -> Clause:
        """Return a clause."""
        if iri not in self._clauses:
            start, end, exact = (
                self.text(iri, name) for name in ("oa:start", "oa:end", "oa:exact")
            )
            source = self.iris(iri, "gk:inSource")
            self._clauses[iri] = Clause(
                iri, int(start or 0), int(end or 0), exact or "", source[0] if source else ""
            )
        return self._clauses[iri]

    def reading(self, iri: str) -> Reading:
        """Return a reading."""
        reason = self._both(iri, "gk:reason") or Label("", "")
        derived = tuple(self.iris(iri, "prov:wasDerivedFrom"))
        return Reading(iri, self.label(iri), reason, derived)

    def _instances(self, *classes: str) -> list[str]:
        query = f"SELECT DISTINCT ?thing WHERE {{ VALUES ?class {{ {' '.join(classes)} }} ?thing a ?class }}"
        rows = self.store.select(query).rows
        return sorted(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        """For each scheme that has parts, their IRIs."""
        found: dict[str, list[str]] = {}
        query = "SELECT ?whole ?part WHERE { ?part gk:partOf ?whole } ORDER BY ?part"
        for whole, part in self.store.select(query).rows:
            if isinstance(whole, ox.NamedNode) and isinstance(part, ox.NamedNode):
                found.setdefault(whole.value, []).append(part.value)
        return found

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """Every programme, track and call by its IRI, as the text orders them."""
        found = [
            self._scheme(iri)
            for iri in self._instances("gk:Programme", "gk:Track", "gk:PartnerCall")
        ]

        def first(scheme: Scheme) -> tuple[str, int]:
            return min(
                ((c.source, c.start) for p in scheme.own for c in p.clauses if c.start),
                default=("", 0),
            )

        return {scheme.iri: scheme for scheme in sorted(found, key=first)}

    @cached_property
    def _scheme_values(self) -> dict[str, SchemeValues]:
        return scheme_values(self.store, self.thing)

    def _scheme(self, iri: str) -> Scheme:
        def order(provision: Provision) -> tuple[int, int, str]:
            rank = _ORDER.index(provision.modality.iri.rpartition("/")[2])
            return rank, provision.clauses[0].start if provision.clauses else 0, provision.iri

        def provisions(predicate: str) -> tuple[Provision, ...]:
            return tuple(sorted(map(self.provision, self.iris(iri, predicate)), key=order))

        classes = [NS + name for name in ("Programme", "Track", "PartnerCall")]
        kind = next(name for name in self.iris(iri, "rdf:type") if name in classes)
        return Scheme(
            iri,
            self.label(iri),
            self.thing(kind),
            next(iter(self.iris(iri, "gk:partOf")), None),
            tuple(self._parts.get(iri, ())),
            provisions("gk:hasProvision"),
            provisions("gk:applicableProvision"),
            *self._scheme_values.get(iri, ()),
        )

    @cached_property
    def guides(self) -> dict[str, Guide]:
        """Every guide by its IRI."""
        found = {}
        for iri in self._instances("gk:Guide"):
            source = next(iter(self.iris(iri, "gk:source")), "")
            text = self.text(source, "gk:text") or "" if source else ""
            programmes = tuple(
                scheme.iri
                for scheme in self.schemes.values()
                if iri in self.iris(scheme.iri, "gk:announcedIn")
            )
            found[iri] = Guide(iri, self.label(iri), source, text, programmes)
        return found

    def coverage(self, guide: str) -> Coverage:
        """Return how much of a guide's source lies in clauses, and which provisions are data."""
        source = self.guides[guide].source

        def spans(pattern: str) -> list[tuple[int, int]]:
            query = f"SELECT DISTINCT ?start ?end WHERE {{ {pattern} ?span gk:inSource ?source ; oa:start ?start ; oa:end ?end }}"
            rows = self.store.select(query, {"source": ox.NamedNode(source)}).rows
            return [(int(a.value), int(b.value)) for a, b in rows]  # type: ignore[union-attr]

        schemes = list(self.guides[guide].programmes)
        for iri in schemes:
            schemes += self.schemes[iri].parts
        provisions = {one.iri for iri in schemes for one in self.schemes[iri].own}
        rows = self.store.select(_HELD).rows
        held = {row[0].value for row in rows if isinstance(row[0], ox.NamedNode)}
        return coverage(
            self.guides[guide].text,
            spans("?provision gk:clause ?span ."),
            spans("?span a gk:StructuralSpan ."),
            provisions,
            held,
        )
