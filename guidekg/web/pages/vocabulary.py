"""The vocabulary's documentation, made from the ontology."""

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Thing
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, compact
from guidekg.web.pages.layout import VOCABULARY, WORDS, local_name, localized, page
from guidekg.web.pages.lookups import lists_of, named, selected, text_of

_TERMS = """
SELECT DISTINCT ?term ?type WHERE { GRAPH <https://w3id.org/guidekg/graph/asserted> { ?term a ?type FILTER(STRSTARTS(STR(?term), STR(gk:))) } }
"""
# What is asserted between terms: one property for each line of the documentation.
_FACTS = """
SELECT ?term ?property ?value WHERE {
  VALUES ?property { rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range owl:inverseOf }
  GRAPH <https://w3id.org/guidekg/graph/asserted> { ?term ?property ?value FILTER(STRSTARTS(STR(?term), STR(gk:)) && ISIRI(?value)) }
} ORDER BY ?term ?property ?value
"""
_ALIGNMENTS = """
SELECT ?term ?how ?with ?alignment WHERE {
  ?alignment gk:alignedTerm ?term ; gk:alignmentProperty ?how ; gk:alignedWith ?with
} ORDER BY ?term ?with
"""


@dataclass(slots=True)
class Term:
    """A term as it is documented."""

    thing: Thing
    definition: Label
    types: list[Thing]
    facts: dict[Label, list[Thing]] = field(default_factory=dict)
    alignments: list[tuple[Thing, Thing, Label]] = field(default_factory=list)
    chains: list[Thing] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its local name."""
        return local_name(self.thing.iri)


def read(kg: KnowledgeGraph) -> dict[str, list[Term]]:
    """Return the terms: ``classes``, ``properties`` and ``individuals``."""
    types: dict[str, list[str]] = {}
    for term, kind in selected(kg, _TERMS):
        types.setdefault(term, []).append(kind)
    terms = {
        iri: Term(
            kg.things.thing(iri),
            text_of(kg, iri, "skos:definition") or Label("", ""),
            [named(kg, kind) for kind in sorted(kinds)],
        )
        for iri, kinds in types.items()
    }
    for subject, predicate, value in selected(kg, _FACTS):
        _note(terms[subject], named(kg, predicate).label, named(kg, value))
        back = WORDS.get(f"back-{local_name(predicate)}")
        if back and value in terms:
            _note(terms[value], back, named(kg, subject))
    for subject, how, other, alignment in selected(kg, _ALIGNMENTS):
        if subject not in terms:
            continue  # a concept, which has a page of its own
        reason = text_of(kg, alignment, "gk:reason") or Label("", "")
        terms[subject].alignments.append((named(kg, how), named(kg, other), reason))
    for iri, one in terms.items():
        for chain in lists_of(kg, iri).values():
            one.chains = chain
    found: dict[str, list[Term]] = {"classes": [], "properties": [], "individuals": []}
    for one in sorted(terms.values(), key=lambda one: one.name.casefold()):
        found[_section(one)].append(one)
    return found


def _note(term: Term, line: Label, value: Thing) -> None:
    known = term.facts.setdefault(line, [])
    if value not in known:
        known.append(value)


def _section(term: Term) -> str:
    kinds = {compact(kind.iri) for kind in term.types}
    if "owl:Class" in kinds:
        return "classes"
    return "properties" if any(one.startswith("owl:") for one in kinds) else "individuals"


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    things = kg.things
    known: dict[str, Any] = {
        "label": text_of(kg, VOCABULARY, "dcterms:title") or things.label(VOCABULARY),
        "lead": text_of(kg, VOCABULARY, "dcterms:description") or Label("", ""),
        "vocabulary": VOCABULARY,
        "namespace": NS,
        "number": things.text(VOCABULARY, "owl:versionInfo") or "",
        "dated": next(iter(things.iris(VOCABULARY, "owl:versionIRI")), ""),
        "sections": read(kg),
        "licence": next(iter(things.iris(VOCABULARY, "dcterms:license")), ""),
    }

    async def show(request: Request) -> Response:
        return page(request, "vocabulary.html", **known)

    return localized("/ns", show)
