"""The OWL 2 RL closure, by owlrl, cleaned.

owlrl works on a copy without literals: no axiom of ours concludes from a literal. Reflexive
sameAs, equivalence and subsumption conclude nothing, so they are kept out from the start.
"""

from collections.abc import Iterable
from importlib.util import find_spec, module_from_spec
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.term import Node

from guidekg.errors import InconsistencyError
from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE

_REFLEXIVE = {
    OWL.sameAs,
    OWL.equivalentClass,
    OWL.equivalentProperty,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
}
_TOP = {OWL.Thing, RDFS.Resource, OWL.NamedIndividual, OWL.Nothing}
_OURS = (NS, ID, PREFIXES["skos"])
# They say where a thing stands or comes from; no axiom speaks of them.
_SILENT = {
    PREFIXES["geo"] + "hasGeometry",
    PREFIXES["skos"] + "exactMatch",
    PREFIXES["skos"] + "inScheme",
    PREFIXES["skos"] + "topConceptOf",
    PREFIXES["rdfs"] + "isDefinedBy",
    PREFIXES["prov"] + "wasDerivedFrom",
    NS + "inSource",
}
# That a term is one of these concludes only that it stands below itself and owl:Thing.
_DECLARATIONS = {
    str(OWL[name])
    for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology")
}

_OWL_TERMS = {OWL[name] for name in OWL.__annotations__}
_AXIOMATIC = _OWL_TERMS | {RDFS[name] for name in RDFS.__annotations__}


def _semantics() -> Any:
    """Return owlrl's rules, which look their terms up as plain attributes.

    rdflib's namespaces answer each ``OWL.sameAs`` through a metaclass, which took half of the time.
    They are replaced in a copy of the module that is ours alone: others may use owlrl meanwhile.
    """
    spec = find_spec("owlrl.OWLRL")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("owlrl.OWLRL")
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, space in (("OWL", OWL), ("RDF", RDF), ("RDFS", RDFS)):
        terms = {local: space[local] for local in space.__annotations__}
        setattr(module, name, SimpleNamespace(**terms))
    return module.OWLRL_Semantics


class _Rules(_semantics()):  # type: ignore[misc]  # owlrl has no types
    """owlrl's rules, without the work that yields nothing.

    Each rule starts from a statement of the OWL or RDFS vocabulary and looks the others up;
    owlrl tries them all on every statement.
    """

    def rules(self, t: tuple[Node, Node, Node], cycle_num: int) -> None:
        if t[1] in _AXIOMATIC or (t[1] == RDF.type and t[2] in _OWL_TERMS):
            super().rules(t, cycle_num)

    def __init__(self, graph: Graph) -> None:
        self._stored: set[tuple[Node, Node, Node]] = set()
        super().__init__(graph, axioms=False, daxioms=False, rdfs=False)

    def store_triple(self, t: tuple[Node, Node, Node]) -> None:
        # Each cycle concludes again what the one before concluded.
        if t not in self._stored and not (t[0] == t[2] and t[1] in _REFLEXIVE):
            self._stored.add(t)
            super().store_triple(t)


def closure(asserted: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples that follow from the asserted ones and are not among them.

    Raises:
        InconsistencyError: the data contradict the ontology; says which rule was broken.
    """
    graph = Graph(store="SimpleMemory")
    for triple in asserted:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if (
            isinstance(value, ox.Literal | ox.Triple)
            or isinstance(subject, ox.Triple)
            or predicate.value in _SILENT
            or (predicate.value == RDF_TYPE and value.value in _DECLARATIONS)
        ):
            continue
        graph.add((_node(subject), URIRef(predicate.value), _node(value)))
    before = set(graph)
    rules = _Rules(graph)
    rules.closure()
    if rules.error_messages:
        listed = "; ".join(sorted(map(str, rules.error_messages)))
        raise InconsistencyError(
            f"数据与词汇相矛盾：{listed}", f"the data contradict the ontology: {listed}"
        )
    return [
        ox.Triple(ox.NamedNode(str(s)), ox.NamedNode(str(p)), ox.NamedNode(str(o)))
        for s, p, o in sorted(set(graph) - before)
        if _worth_keeping(s, p, o)
    ]


def _node(node: ox.NamedNode | ox.BlankNode) -> URIRef | BNode:
    return URIRef(node.value) if isinstance(node, ox.NamedNode) else BNode(node.value)


def _worth_keeping(subject: Node, predicate: Node, value: Node) -> bool:
    return (
        isinstance(subject, URIRef)
        and isinstance(value, URIRef)
        and str(subject).startswith(_OURS)
        and value not in _TOP
        and not (predicate == RDF.type and str(value).startswith((str(OWL), str(RDFS))))
        and not (subject == value and predicate in _REFLEXIVE)
    )
