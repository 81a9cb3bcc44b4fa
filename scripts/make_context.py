"""Make ontology/context.jsonld, the JSON-LD context for proposals, from the ontology.

Its terms are those of the module of proposals, and what proposals use beside them, those of
examples/proposals.ttl and of the guides of the tests.

Run ``python scripts/make_context.py`` to write the file.
"""

from __future__ import annotations

import json
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, URIRef

from guidekg.rdf.namespaces import NS, PREFIXES, compact

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "ontology/context.jsonld"

Term = str | dict[str, object]


def parts(ontology: Graph, proposals: Graph) -> tuple[set[URIRef], set[URIRef]]:
    """Return the classes and the properties that a proposal may use."""
    module = Graph().parse(ROOT / "ontology/proposals.ttl")
    used = {*module.subjects(), *proposals.predicates(), *proposals.objects()}
    used |= set(ontology.subjects(RDFS.domain, URIRef(NS + "Place")))
    terms = {term for term in used if isinstance(term, URIRef) and term.startswith(NS)}
    classes = {term for term in terms if (term, RDF.type, OWL.Class) in ontology}
    return classes, terms - classes


def property_term(ontology: Graph, term: URIRef) -> Term:
    """Return the definition of a property: its values are things, or of the datatype of its range."""
    value_range = ontology.value(term, RDFS.range)
    if (term, RDF.type, OWL.ObjectProperty) in ontology:
        return {"@id": compact(term), "@type": "@id"}
    if value_range is None or compact(value_range) == "xsd:string":
        return compact(term)
    return {"@id": compact(term), "@type": compact(value_range)}


def prefixed(definition: Term, kinds: set[str]) -> Term:
    """Return a definition below which the names of properties are prefixes of things."""
    if isinstance(definition, str) or not kinds:
        return definition
    scoped = {
        kind: {"@id": PREFIXES[kind], "@type": "@id", "@prefix": True} for kind in sorted(kinds)
    }
    return {**definition, "@context": scoped}


def context() -> dict[str, Term | float]:
    """Return the context. A term that it does not define is taken as one of ours: a check finds it."""
    ontology = Graph()
    for module in sorted((ROOT / "ontology").glob("*.ttl")):
        ontology.parse(module)
    proposals = Graph().parse(ROOT / "examples/proposals.ttl")
    for others in sorted(ROOT.glob("tests/guides/*/proposals.ttl")):
        proposals.parse(others)
    classes, properties = parts(ontology, proposals)
    properties_by_name = {term.removeprefix(NS): term for term in sorted(properties)}
    # "field" and "claim" are a property and a prefix: the prefix, where such things are the values.
    both = PREFIXES.keys() & properties_by_name.keys()
    terms = {kind.removeprefix(NS): compact(kind) for kind in sorted(classes)}
    for name, term in properties_by_name.items():
        kinds = {compact(value).partition(":")[0] for value in proposals.objects(None, term)}
        terms[name] = prefixed(property_term(ontology, term), kinds & both)
    # What a proposal uses of other vocabularies: its title, names, and fields of its own.
    terms |= {
        "title": "dcterms:title",
        "name": "schema:name",
        "Concept": "skos:Concept",
        "prefLabel": "skos:prefLabel",
        "broader": prefixed({"@id": "skos:broader", "@type": "@id"}, {"field"}),
    }
    prefixes = {name: iri for name, iri in PREFIXES.items() if name not in both}
    return {"@version": 1.1, "@vocab": NS, "id": "@id", "type": "@type", **prefixes, **terms}


def text() -> str:
    """Return the file as it is written."""
    return json.dumps({"@context": context()}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
