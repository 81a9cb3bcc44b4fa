"""The remote store: any SPARQL 1.1 endpoint that holds what ``guidekg export`` writes.

The endpoint runs the queries. What things are made of is asked for thousands of times, so a
predicate is read whole when its first value is wanted, and those that were announced with it.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from threading import RLock

import pyoxigraph as ox

from guidekg.rdf.namespaces import ASSERTED, INFERRED, NS
from guidekg.rdf.terms import Term
from guidekg.stores.bindings import bind, declarations, form_of, inline
from guidekg.stores.endpoint_errors import is_html, media_type
from guidekg.stores.http import Endpoint
from guidekg.stores.query_guard import check_prefixes, refuse
from guidekg.stores.store import EmbeddedStore, Result, Store

LIMIT = 500_000  # triples that are fetched at once
_GUIDE, _APPLIES = f"?guide a <{NS}Guide>", f"?scheme <{NS}applicableProvision> ?provision"
_HOLDS = f"""SELECT DISTINCT ?held WHERE {{
  {{ GRAPH <{ASSERTED}> {{ {_GUIDE} }} BIND("asserted" AS ?held) }} UNION
  {{ GRAPH <{INFERRED}> {{ {_APPLIES} }} BIND("inferred" AS ?held) }} UNION
  {{ {_GUIDE} . {_APPLIES} BIND("union" AS ?held) }}
}}"""
_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"


class RemoteStore(Store):
    """An endpoint as a store."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float = 60.0,
    ) -> None:
        """Ask an endpoint whether it holds a guide; ``guidekg.connect`` says what it takes.

        Raises:
            EndpointError: it cannot be asked, or says that it does not.
        """
        self._endpoint = Endpoint(url, token=token, auth=auth, timeout=timeout)
        self._expected: set[ox.NamedNode] = set()
        self._tables: dict[ox.NamedNode, dict[str, list[Term]]] = {}
        self._lock = RLock()
        held = {row[0].value for row in self.select(_HOLDS).rows if isinstance(row[0], ox.Literal)}
        for graph in ("asserted", "inferred", "union"):
            if graph not in held:
                raise self._endpoint.asked(_HOLDS).error(f"no-guide/{graph}")

    def query(self, text: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Run a query; ``bindings`` gives variables typed terms, never text.

        Blank nodes come back as labels, which mean nothing in a later query.

        Raises:
            QueryError: the query is an update, reaches outside the graph, has a prefix that nobody
                declares, or has no such variable.
            EndpointQueryError: the endpoint calls it malformed.
            EndpointError: the endpoint cannot be reached, refuses, or gives no answer.
        """
        refuse(text)
        check_prefixes(text)
        form = form_of(text)
        bound = bind(text, bindings or {})
        whole = declarations(text) + inline(bound.text, bound.variables)
        if form in ("select", "ask"):
            return self._results(whole, form)
        # Triples come in a form of their own, which only a store gives.
        store = ox.Store()
        store.extend(
            ox.Quad(triple.subject, triple.predicate, triple.object)
            for triple in self._triples(whole, form)
        )
        return store.query("CONSTRUCT WHERE { ?s ?p ?o }")

    def _results(self, query: str, form: str) -> ox.QuerySolutions | ox.QueryBoolean:
        reply, asked = self._endpoint.ask(query, form, _RESULTS), self._endpoint.asked(query)
        kind = ox.QueryResultsFormat.from_media_type(media_type(reply))
        known = kind in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML)
        if kind is None or not known or is_html(reply):
            raise asked.no_results(reply, "application/sparql-results+json")
        if broken := _broken(reply.content, kind, form):
            raise asked.malformed(reply, broken)
        return ox.parse_query_results(reply.content, format=kind)

    def _triples(self, query: str, form: str) -> list[ox.Triple]:
        reply, asked = self._endpoint.ask(query, form, _TRIPLES), self._endpoint.asked(query)
        kind = ox.RdfFormat.from_media_type(media_type(reply))
        if kind not in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TURTLE) or is_html(reply):
            raise asked.no_results(reply, "application/n-triples")
        try:
            return [quad.triple for quad in ox.parse(reply.content, format=kind)]
        except (SyntaxError, ValueError) as error:
            broken = str(error)
        raise asked.malformed(reply, broken)

    def expect(self, predicates: Iterable[ox.NamedNode]) -> None:
        """Say which predicates will be asked for one by one; they are read together."""
        self._expected.update(predicates)

    def table(self, predicate: ox.NamedNode) -> dict[str, list[Term]]:
        """Return the objects of a predicate, each once, by the IRIs of their subjects.

        They are those of the moment at which the predicate was first asked for.

        Raises:
            EndpointError: they cannot be read.
        """
        with self._lock:
            if predicate not in self._tables:
                wanted = {predicate, *self._expected} - self._tables.keys()
                listed = " ".join(sorted(map(str, wanted)))
                read: dict[ox.NamedNode, dict[str, list[Term]]] = {one: {} for one in wanted}
                for triple in self._fetch(f"VALUES ?p {{ {listed} }} ?s ?p ?o"):
                    if isinstance(triple.subject, ox.NamedNode):
                        subjects = read[triple.predicate]
                        subjects.setdefault(triple.subject.value, []).append(triple.object)
                self._tables |= read
        return self._tables[predicate]

    def triples(self, *, inferred: bool) -> set[ox.Triple]:
        """Return the asserted triples, with the inferred ones if asked for: those of the copy.

        Raises:
            EndpointError: as for ``local``.
        """
        return self.local().triples(inferred=inferred)

    def local(self) -> EmbeddedStore:
        """Return a copy of what the endpoint holds, made when first wanted.

        Raises:
            EndpointError: there are more than ``LIMIT`` triples, or the endpoint does not give all.
        """
        with self._lock:
            return self._copy

    @cached_property
    def _copy(self) -> EmbeddedStore:
        return EmbeddedStore(
            *(self._fetch(f"GRAPH <{graph}> {{ ?s ?p ?o }}") for graph in (ASSERTED, INFERRED))
        )

    def _fetch(self, pattern: str) -> set[ox.Triple]:
        """Return the triples of a pattern, after counting them: some endpoints cut in silence."""
        count = self._count(f"SELECT DISTINCT ?s ?p ?o WHERE {{ {pattern} }}")
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
        asked = self._endpoint.asked(query)
        if count > LIMIT:
            raise asked.error("incomplete/limit", count=count, limit=LIMIT)
        found = set(self._triples(query, "construct"))
        if len(found) != count:
            raise asked.error("incomplete", count=count, found=len(found))
        return found

    def _count(self, subselect: str) -> int:
        row = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {subselect} }} }}").rows[0]
        return int(row[0].value) if isinstance(row[0], ox.Literal) else 0

    def __len__(self) -> int:
        """Return how many quads there are.

        Raises:
            EndpointError: the endpoint does not say.
        """
        return self._count("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }")


def _broken(body: bytes, kind: ox.QueryResultsFormat, form: str) -> str | None:
    """Read results to their end, so that who iterates meets no error; return what is wrong."""
    # An error keeps the variables of the frames that it went through. The engine's results may die
    # in their own thread only, and errors are often collected in another: none goes out of here.
    found: object = None
    try:
        found = ox.parse_query_results(body, format=kind)
        if isinstance(found, ox.QuerySolutions) != (form == "select"):
            return f"no result of {form.upper()}"
        if isinstance(found, ox.QuerySolutions):
            for _ in found:
                pass
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None
