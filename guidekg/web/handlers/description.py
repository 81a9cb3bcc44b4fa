"""Describe the endpoint: SPARQL 1.1 Service Description, with the counts of VoID."""

from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from guidekg.rdf.namespaces import ASSERTED, ID, INFERRED, NS, PREFIXES
from guidekg.stores import EmbeddedStore
from guidekg.stores.query_guard import Dataset
from guidekg.stores.store import rows
from guidekg.web.handlers.base import State, unchanged
from guidekg.web.handlers.sparql import VARY
from guidekg.web.negotiation import GRAPHS, choose
from guidekg.web.problems import ProblemError
from guidekg.web.workers.protocol import Request
from guidekg.web.workers.response_writer import ResponseWriter

_PREFIXES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "formats": "http://www.w3.org/ns/formats/",
    "dcterms": PREFIXES["dcterms"],
}
# Blank nodes have labels, so that each answer is the same: it has one ETag.
_SERVICE = """
<{endpoint}> a sd:Service ;
  sd:endpoint <{endpoint}> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ;
  sd:resultFormat formats:SPARQL_Results_JSON , formats:SPARQL_Results_XML ,
    formats:SPARQL_Results_CSV , formats:SPARQL_Results_TSV ,
    formats:Turtle , formats:N-Triples , formats:JSON-LD , formats:RDF_XML ;
  sd:defaultDataset _:dataset .
_:dataset a sd:Dataset , void:Dataset ;
  dcterms:title "资助指南知识图谱"@zh , "A knowledge graph of funding guides"@en ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
  void:sparqlEndpoint <{endpoint}> ;
  void:vocabulary <{vocabulary}> ;
  void:uriSpace "{space}" ;
  sd:defaultGraph _:all ;
  sd:namedGraph _:named-asserted , _:named-inferred .
_:named-asserted a sd:NamedGraph ; sd:name <{asserted}> ; sd:graph _:asserted .
_:named-inferred a sd:NamedGraph ; sd:name <{inferred}> ; sd:graph _:inferred .
"""
_GRAPH = "_:{name} a sd:Graph , void:Dataset ; {counts} .\n"
_COUNTS = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
  (COUNT(DISTINCT ?o) AS ?distinctObjects) (COUNT(DISTINCT ?p) AS ?properties)
  (COUNT(DISTINCT ?class) AS ?classes)
WHERE { ?s ?p ?o BIND(IF(?p = rdf:type, ?o, ?none) AS ?class) }
"""


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write the description.

    Args:
        state: what the worker holds.
        request: as for a query, with ``endpoint``, the address under which it was asked.
        response: where to write.

    Raises:
        ProblemError: the form is not to be had.
    """
    asked = request.values
    choice = choose(GRAPHS, asked["accept"], asked["format"])
    if choice is None:
        media = [name for form in GRAPHS for name in form.media]
        listed = ", ".join(media)
        raise ProblemError(
            "not-acceptable",
            f"端点说明没有所要的格式；可用：{listed}。如要查询，请加 query 参数。",
            f"the description of the endpoint comes as: {listed}; to ask a query, add query=",
            offered=media,
        )
    tag = state.etag(asked["endpoint"], choice.content_type) if asked["tagged"] else None
    headers = {"cache-control": "no-cache", "vary": VARY, **({"etag": tag} if tag else {})}
    if unchanged(request, tag, response, headers):
        return
    headers["content-type"] = choice.content_type
    response.start(headers, gzip=asked["gzip"], head_only=asked["head"])
    form = ox.RdfFormat.from_media_type(choice.format.media[0])
    triples = describe(state.store, asked["endpoint"])
    ox.serialize(triples, response, form, prefixes=_PREFIXES)  # type: ignore[arg-type]
    response.finish()


def describe(store: EmbeddedStore, endpoint: str) -> Iterator[ox.Triple]:
    """Return the description of an endpoint, an IRI, over a store."""
    graphs = {"asserted": ASSERTED, "inferred": INFERRED}
    text = "".join(f"@prefix {name}: <{base}> .\n" for name, base in _PREFIXES.items())
    text += _SERVICE.format(endpoint=endpoint, vocabulary=NS, space=ID, **graphs)
    parts = {"all": (ASSERTED, INFERRED), **{name: (iri,) for name, iri in graphs.items()}}
    for name, iris in parts.items():
        counts = (f"void:{what} {number}" for what, number in _counts(store, iris).items())
        text += _GRAPH.format(name=name, counts=" ; ".join(counts))
    return (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))


@cache
def _counts(store: EmbeddedStore, graphs: tuple[str, ...]) -> dict[str, int]:
    found = rows(store.query(_COUNTS, dataset=Dataset(graphs, ())))
    numbers = (term.value for term in found.rows[0] if isinstance(term, ox.Literal))
    return dict(zip(found.variables, map(int, numbers), strict=True))
