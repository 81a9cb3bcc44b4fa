"""The things of the graph as frozen objects, made when first asked for and kept."""

from functools import cache, cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from guidekg.guides.coverage import DESCRIBING, Coverage, coverage
from guidekg.guides.model import Clause, Guide, Provision, Reading, Review, Scheme, Thing
from guidekg.guides.scheme_values import SchemeValues, scheme_values
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, PREFIXES
from guidekg.stores import Store, Term

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = """SELECT ?class ?provision ?top WHERE {
  VALUES ?top { gk:Provision gk:Constraint }
  ?class rdfs:subClassOf+ ?top . ?provision a ?class
}"""
_SCHEMES = ("Track", "Programme", "PartnerCall")
_INSTANCES = f"""SELECT DISTINCT ?class ?thing WHERE {{
  VALUES ?class {{ gk:Guide {" ".join(f"gk:{name}" for name in _SCHEMES)} }} ?thing a ?class
}} ORDER BY ?thing"""
_STRUCTURAL = """SELECT DISTINCT ?start ?end WHERE {
  ?span a gk:StructuralSpan ; gk:inSource ?source ; oa:start ?start ; oa:end ?end
}"""
# The predicates that are read. Of some, few but the guides have values: they are read whole.
_WHOLE = (
    *("dcterms:identifier", "dcterms:language", "oa:start", "oa:end", "oa:exact"),
    *(
        "prov:wasDerivedFrom",
        "gk:announcedIn",
        "gk:applicableProvision",
        "gk:clause",
        "gk:hasProvision",
        "gk:inSource",
    ),
    *("gk:modality", "gk:partOf", "gk:reading", "gk:reason", "gk:source", "gk:text"),
)
_SINGLY = ("rdf:type", "rdfs:label", "rdfs:subClassOf", "skos:prefLabel", "skos:notation")
# What a provision says is said by our own properties, or is a web address.
_HELD = f"""SELECT DISTINCT ?provision WHERE {{
  ?scheme gk:hasProvision ?provision . ?provision ?property ?value
  FILTER(?property = schema:url || STRSTARTS(STR(?property), STR(gk:)))
  FILTER(?property NOT IN ({", ".join(f"gk:{name}" for name in DESCRIBING)}))
}}"""
_STATUSES = "SELECT ?thing ?status WHERE { ?thing gk:reviewStatus ?status }"
_REVIEWED = PREFIXES["status"] + "reviewed"
_ORDER = ("must", "should", "may", "informative")


@cache
def _iri(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


class Things:
    """Guides, schemes, provisions, clauses and readings, read from a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.expect(map(_iri, (*_WHOLE, *_SINGLY)))
        self._tables: dict[str, Mapping[str, list[Term]]] = {}
        self._labels: dict[str, Label] = {}
        self._provisions: dict[str, Provision] = {}
        self._clauses: dict[str, Clause] = {}
        self._languages: dict[str, str] = {}

    def values(self, iri: str, predicate: str) -> list[Term]:
        """Return the values of a predicate (``prefix:name``) for a thing."""
        if predicate in _WHOLE:
            return self._table(predicate).get(iri, [])
        return self.store.objects(ox.NamedNode(iri), _iri(predicate))

    def _table(self, predicate: str) -> "Mapping[str, list[Term]]":
        if predicate not in self._tables:
            self._tables[predicate] = self.store.table(_iri(predicate))
        return self._tables[predicate]

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
            # Where a name has room for what it is said of, there is nothing yet.
            value.language: value.value.replace("{}", "…")
            for value in self.values(iri, predicate)
            if isinstance(value, ox.Literal) and value.language
        }
        return Label(found.get("zh", ""), found.get("en", "")) if found else None

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """The class of each provision: of a requirement that of its constraint, else the narrowest."""
        found: dict[tuple[bool, str], set[str]] = {}
        for class_, provision, top in self.store.select(_KINDS).iris():
            found.setdefault((top == NS + "Constraint", class_), set()).add(provision)
        above = {name: len(self.iris(name, "rdfs:subClassOf")) for _, name in found}
        ranked = sorted(found, key=lambda one: (one[0], above[one[1]], one[1]))
        return {provision: one[1] for one in ranked for provision in found[one]}

    @cached_property
    def provisions(self) -> frozenset[str]:
        """The IRIs of all provisions."""
        found = self.store.select("SELECT DISTINCT ?p WHERE { ?s gk:hasProvision ?p }").iris()
        return frozenset(iri for (iri,) in found)

    def provision(self, iri: str) -> Provision:
        """Return a provision with its clauses, in the order of the text, and its readings."""
        if iri not in self._provisions:
            kind = self._kinds.get(iri, NS + "Provision")
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
            start, end = (int(self.text(iri, name) or 0) for name in ("oa:start", "oa:end"))
            quotes = [v for v in self.values(iri, "oa:exact") if isinstance(v, ox.Literal)]
            exact = min(quotes, key=lambda quote: quote.value, default=ox.Literal(""))
            source = next(iter(self.iris(iri, "gk:inSource")), "")
            language = self._language(source) or exact.language or ""
            self._clauses[iri] = Clause(iri, start, end, exact.value, source, language)
        return self._clauses[iri]

    def _language(self, source: str) -> str:
        """Return the language of a source; empty, where it does not say."""
        if source not in self._languages:
            stated = self.text(source, "dcterms:language") if source else None
            self._languages[source] = stated or ""
        return self._languages[source]

    def reading(self, iri: str) -> Reading:
        """Return a reading."""
        reason = self._both(iri, "gk:reason") or Label("", "")
        derived = tuple(self.iris(iri, "prov:wasDerivedFrom"))
        return Reading(iri, self.label(iri), reason, derived)

    @cached_property
    def _instances(self) -> dict[str, list[str]]:
        """The IRIs of all schemes and guides by their class, sorted."""
        found: dict[str, list[str]] = {}
        for class_, thing in self.store.select(_INSTANCES).iris():
            found.setdefault(class_.removeprefix(NS), []).append(thing)
        return found

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        """For each scheme that has parts, their IRIs, sorted."""
        found: dict[str, list[str]] = {}
        for part in sorted(self._table("gk:partOf")):
            for whole in self.iris(part, "gk:partOf"):
                found.setdefault(whole, []).append(part)
        return found

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """Every programme, track and call by its IRI, as the text orders them."""
        kinds = {iri: kind for kind in _SCHEMES for iri in self._instances.get(kind, ())}
        found = [self._scheme(iri, NS + kinds[iri]) for iri in sorted(kinds)]

        def first(scheme: Scheme) -> tuple[str, int]:
            return min(
                ((c.source, c.start) for p in scheme.own for c in p.clauses if c.start),
                default=("", 0),
            )

        return {scheme.iri: scheme for scheme in sorted(found, key=first)}

    @cached_property
    def _scheme_values(self) -> dict[str, SchemeValues]:
        return scheme_values(self.store, self.thing)

    def _scheme(self, iri: str, kind: str) -> Scheme:
        def order(provision: Provision) -> tuple[int, int, str]:
            modality = provision.modality.iri.rpartition("/")[2]
            rank = _ORDER.index(modality) if modality in _ORDER else len(_ORDER)
            return rank, provision.clauses[0].start if provision.clauses else 0, provision.iri

        def provisions(predicate: str) -> tuple[Provision, ...]:
            return tuple(sorted(map(self.provision, self.iris(iri, predicate)), key=order))

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
        for iri in self._instances.get("Guide", ()):
            source = next(iter(self.iris(iri, "gk:source")), "")
            text = self.text(source, "gk:text") or "" if source else ""
            programmes = tuple(
                scheme.iri
                for scheme in self.schemes.values()
                if iri in self.iris(scheme.iri, "gk:announcedIn")
            )
            found[iri] = Guide(
                iri, self.label(iri), source, text, self._language(source), programmes
            )
        return found

    @cached_property
    def described(self) -> "Mapping[str, list[tuple[str, Term]]]":
        """What is asserted of each thing or blank node, by its IRI or name: predicates and objects."""
        found: dict[str, list[tuple[str, Term]]] = {}
        for triple in self.store.triples(inferred=False):
            if not isinstance(triple.subject, ox.Triple):
                pair = triple.predicate.value, triple.object
                found.setdefault(triple.subject.value, []).append(pair)
        return found

    @cached_property
    def several_guides(self) -> bool:
        """Whether more than one guide is open."""
        return len(self._instances.get("Guide", ())) > 1

    @cached_property
    def guide_of(self) -> dict[str, Thing]:
        """The guide of itself, of each scheme and of each of its provisions, by their IRIs."""
        found: dict[str, Thing] = {}
        for iri, guide in self.guides.items():
            schemes = list(guide.programmes)
            for scheme in schemes:
                schemes += self.schemes[scheme].parts
                own = [provision.iri for provision in self.schemes[scheme].own]
                found |= dict.fromkeys([iri, scheme, *own], Thing(iri, guide.label))
        return found

    @cached_property
    def reviews(self) -> dict[str, Review]:
        """How far the review of each guide has come that a program drafted, in whole or in part."""
        counts: dict[str, list[int]] = {}
        for thing, status in self.store.select(_STATUSES).iris():
            if guide := self.guide_of.get(thing):
                counts.setdefault(guide.iri, [0, 0])[status != _REVIEWED] += 1
        return {guide: Review(*found) for guide, found in counts.items()}

    def coverage(self, guide: str) -> Coverage:
        """Return how much of a guide's source lies in clauses, and which provisions are data."""
        source = self.guides[guide].source
        provisions = {iri for iri, of in self.guide_of.items() if of.iri == guide}
        provisions &= self.provisions
        held = {iri for (iri,) in self.store.select(_HELD).iris()}
        spans = self.store.select(_STRUCTURAL, {"source": ox.NamedNode(source)}).rows
        clauses = {iri for one in self._table("gk:clause") for iri in self.iris(one, "gk:clause")}
        return coverage(
            self.guides[guide].text,
            [(c.start, c.end) for c in map(self.clause, clauses) if c.source == source],
            [(int(a.value), int(b.value)) for a, b in spans],  # type: ignore[union-attr]  # numbers
            provisions,
            held,
        )
