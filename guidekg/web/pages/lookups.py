"""What pages ask of the graph beside the objects of the API."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Scheme, Thing
from guidekg.i18n import Label, Language
from guidekg.rdf.namespaces import ASSERTED, ID, NS, PREFIXES, RDF_TYPE, XSD, compact
from guidekg.stores import Term
from guidekg.validation.facts import FactDefinition
from guidekg.web.pages.layout import TABLES, VOCABULARY, local_name

_LONG = 36  # characters of a clause that stand for it
_BYTES = ox.NamedNode(XSD + "hexBinary")
_OUT = "SELECT ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_IN = "SELECT DISTINCT ?p ?s WHERE { ?s ?p ?o FILTER(ISIRI(?s)) }"
# A member of a list has as many nodes before it as its place says.
_MEMBERS = """
SELECT ?p ?member WHERE {
  { SELECT ?s ?p ?node ?member (COUNT(?before) AS ?place) WHERE {
    ?s ?p ?list . ?list rdf:rest* ?before . ?before rdf:rest* ?node . ?node rdf:first ?member
  } GROUP BY ?s ?p ?node ?member } FILTER(ISIRI(?member))
} ORDER BY ?p ?place
"""
_PLAIN = {XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


def term_label(iri: str) -> Label:
    """Return what a term of a standard vocabulary is called; its short form, if that is not known."""
    short = compact(iri)
    return TABLES["terms"].get(short) or Label(short, short)


def selected(kg: KnowledgeGraph, query: str, **bound: str) -> Iterator[list[str]]:
    """Yield the rows of a query as texts, "" where there is nothing; ``bound`` are IRIs."""
    terms: dict[str, Term] = {name: ox.NamedNode(iri) for name, iri in bound.items()}
    for row in kg.store.select(query, terms).rows:
        yield ["" if term is None else getattr(term, "value", str(term)) for term in row]


class PrintedScheme(NamedTuple):
    """A scheme, the schemes above it from the top, and where its name is printed."""

    scheme: Scheme
    above: tuple[Scheme, ...]
    source: str
    start: int


def printed_schemes(kg: KnowledgeGraph) -> list[PrintedScheme]:
    """Return every scheme of every guide, in the order of the texts."""
    every = kg.things.schemes
    found = []
    for scheme in every.values():
        chain = [scheme]
        while chain[0].parent:
            chain.insert(0, every[chain[0].parent])
        source = min((c.source for p in chain[0].own for c in p.clauses), default="")
        named = [p for p in scheme.own if local_name(p.kind.iri) == "Designation"] or scheme.own
        start = min((c.start for p in named for c in p.clauses), default=0)
        found.append(PrintedScheme(scheme, tuple(chain[:-1]), source, start))
    return sorted(found, key=lambda one: (one.source, one.start))


class Value(NamedTuple):
    """A value of a statement: things (one, or those of a list), or a text."""

    inferred: bool
    things: Sequence[Thing] = ()
    text: str = ""
    lang: str = ""
    datatype: Label | None = None


def guide_beside(kg: KnowledgeGraph, iri: str) -> Thing | None:
    """Return the guide that a scheme or provision is of, to be named beside it.

    None where one guide is open alone, which goes without saying.
    """
    guide = kg.things.guide_of.get(iri)
    return guide if guide and guide.iri != iri and kg.things.several_guides else None


def guides_beside(kg: KnowledgeGraph, facts: Iterable[FactDefinition]) -> dict[str, Thing]:
    """Return the guides that ask for facts, by their names, as far as they are to be named.

    Guides call their facts alike; what a person fills in must say whose year or day it is.
    """
    if not kg.things.several_guides:
        return {}
    of = kg.things.guide_of
    found = {fact.name: next((of[iri] for iri in fact.scopes if iri in of), None) for fact in facts}
    return {name: guide for name, guide in found.items() if guide}


def text_of(kg: KnowledgeGraph, iri: str, predicate: str) -> Label | None:
    """Return a text that a thing has in both languages, or None; ``predicate`` is ``prefix:name``."""
    found = {
        value.language: value.value
        for value in kg.things.values(iri, predicate)
        if isinstance(value, ox.Literal) and value.language
    }
    return Label(found.get("zh", ""), found.get("en", "")) if found else None


def named(kg: KnowledgeGraph, iri: str) -> Thing:
    """Return a thing with its name: that of the graph, or of a standard term."""
    if iri.startswith(PREFIXES["clause"]) and (exact := kg.things.clause(iri).exact):
        short = exact if len(exact) <= _LONG else f"{exact[:_LONG]}…"
        return Thing(iri, Label(f"“{short}”", f"“{short}”"))
    ours = iri.startswith((NS, ID)) or iri == VOCABULARY
    return kg.things.thing(iri) if ours else Thing(iri, term_label(iri))


def statements_about(
    kg: KnowledgeGraph, iri: str, lang: Language
) -> list[tuple[Thing, list[Value]]]:
    """Return what is said of a thing, by property: its types, then what is asserted, then the rest.

    Of texts in several languages those of one are returned, if it has any; digests, which say nothing
    to a reader, are not.
    """
    found: dict[str, dict[Term, bool]] = {}  # whether each value is inferred alone, by property
    for predicate, term, graph in kg.store.select(_OUT, {"s": ox.NamedNode(iri)}).rows:
        digest = isinstance(term, ox.Literal) and term.datatype == _BYTES
        if (
            isinstance(predicate, ox.NamedNode)
            and isinstance(graph, ox.NamedNode)
            and term
            and not digest
        ):
            values = found.setdefault(predicate.value, {})
            values[term] = values.get(term, True) and graph.value != ASSERTED
    listed = any(isinstance(term, ox.BlankNode) for terms in found.values() for term in terms)
    lists = lists_of(kg, iri) if listed else {}
    statements = []
    order = sorted(found, key=lambda name: (name != RDF_TYPE, all(found[name].values())))
    for name in order:
        terms = found[name]
        languages = {term: getattr(term, "language", None) for term in terms}
        if lang in languages.values():
            terms = {term: terms[term] for term in terms if languages[term] in (lang, None)}
        shown = [
            _value(kg, term, lists.get(name, []), inferred=inferred)
            for term, inferred in sorted(terms.items(), key=lambda item: (item[1], str(item[0])))
        ]
        statements.append((named(kg, name), shown))
    return statements


def _value(kg: KnowledgeGraph, term: Term, listed: list[Thing], *, inferred: bool) -> Value:
    if isinstance(term, ox.NamedNode):
        return Value(inferred, [named(kg, term.value)])
    if isinstance(term, ox.BlankNode):
        return Value(inferred, listed)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        shown = None if datatype in _PLAIN else term_label(datatype)
        return Value(inferred, (), term.value, term.language or "", shown)
    return Value(inferred, (), str(term))


def lists_of(kg: KnowledgeGraph, iri: str) -> dict[str, list[Thing]]:
    """Return the members of the lists of a thing, by property, in their order."""
    found: dict[str, list[Thing]] = {}
    for predicate, member in selected(kg, _MEMBERS, s=iri):
        found.setdefault(predicate, []).append(named(kg, member))
    return found


def references_to(kg: KnowledgeGraph, iri: str) -> list[tuple[Thing, list[Thing]]]:
    """Return what points at a thing, by property."""
    found: dict[str, list[Thing]] = {}
    for predicate, subject in selected(kg, _IN, o=iri):
        found.setdefault(predicate, []).append(named(kg, subject))
    return [(named(kg, predicate), things) for predicate, things in sorted(found.items())]
