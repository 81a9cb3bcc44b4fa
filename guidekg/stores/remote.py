"""The remote store: any SPARQL 1.1 endpoint that holds what ``guidekg export`` writes.

The endpoint runs the queries. What things are made of is asked for thousands of times, so a
predicate is read whole when its first value is wanted, and those that were announced with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from threading import RLock

import pyoxigraph as ox

from guidekg.errors import EndpointError
from guidekg.rdf.namespaces import ASSERTED, INFERRED, NS
from guidekg.rdf.terms import Term
from guidekg.stores.base import Result, Rows, rows
from guidekg.stores.bindings import bind, declarations, form_of, inline
from guidekg.stores.client import Client
from guidekg.stores.embedded import EmbeddedStore
from guidekg.stores.query_guard import refuse

LIMIT = 500_000  # triples that are fetched at once
_GUIDE, _APPLIES = f"?guide a <{NS}Guide>", f"?scheme <{NS}applicableProvision> ?provision"
_HOLDS = f"""SELECT DISTINCT ?held WHERE {{
  {{ GRAPH <{ASSERTED}> {{ {_GUIDE} }} BIND("asserted" AS ?held) }} UNION
  {{ GRAPH <{INFERRED}> {{ {_APPLIES} }} BIND("inferred" AS ?held) }} UNION
  {{ {_GUIDE} . {_APPLIES} BIND("union" AS ?held) }}
}}"""
_MISSING = {
    "asserted": (
        f"其中没有图 <{ASSERTED}>，或者图中没有指南；请装入 guidekg export 写出的数据",
        f"it has no graph <{ASSERTED}> with a guide in it: load what `guidekg export` writes",
    ),
    "inferred": (
        f"其中没有推断出的图 <{INFERRED}>；请装入 guidekg export 写出的数据（不带 --asserted）",
        f"it lacks the graph of what is inferred, <{INFERRED}>:"
        " load what `guidekg export` writes, without --asserted",
    ),
    "union": (
        "它的默认图不是两个图之和；请按 docs/endpoint.md 配置（oxigraph serve 用 --union-default-graph）",
        "its default graph is not the union of both graphs: see docs/endpoint.md"
        " (oxigraph serve needs --union-default-graph)",
    ),
}


class RemoteStore:
    """An endpoint as a store."""

    def __init__(self, client: Client) -> None:
        """Ask the endpoint whether it holds a guide.

        Raises:
            EndpointError: it cannot be asked, or says that it does not.
        """
        self._client = client
        self._expected: set[ox.NamedNode] = set()
        self._values: dict[ox.NamedNode, dict[ox.NamedNode, list[Term]]] = {}
        self._lock = RLock()
        held = {row[0].value for row in self.select(_HOLDS).rows if isinstance(row[0], ox.Literal)}
        for name, words in _MISSING.items():
            if name not in held:
                raise client.asked(_HOLDS).error("no-guide", *words)

    def query(self, text: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Run a query; ``bindings`` gives variables typed terms, never text.

        Blank nodes come back as labels, which mean nothing in a later query.

        Raises:
            QueryError: the query is an update, reaches outside the graph, or has no such variable.
            EndpointQueryError: the endpoint calls it malformed.
            EndpointError: the endpoint cannot be reached, refuses, or gives no answer.
        """
        refuse(text)
        form = form_of(text)
        bound = bind(text, bindings or {})
        whole = declarations(text) + inline(bound.text, bound.variables)
        if form in ("select", "ask"):
            return self._client.results(whole, form)
        # Triples come in a form of their own, which only a store gives.
        store = ox.Store()
        store.extend(
            ox.Quad(triple.subject, triple.predicate, triple.object)
            for triple in self._client.triples(whole, form)
        )
        return store.query("CONSTRUCT WHERE { ?s ?p ?o }")

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Run a SELECT and return its rows.

        Raises:
            QueryError, EndpointError: as for ``query``, or the query is no SELECT.
        """
        return rows(self.query(text, bindings), bindings)

    def expect(self, predicates: Iterable[ox.NamedNode]) -> None:
        """Say which predicates ``objects`` will be asked for; they are read together."""
        self._expected.update(predicates)

    def objects(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[Term]:
        """Return the objects of a subject and predicate, asserted or inferred, each once.

        They are those of the moment at which the predicate was first asked for.

        Raises:
            EndpointError: they cannot be read.
        """
        with self._lock:
            if predicate not in self._values:
                self._read(sorted({predicate, *self._expected} - self._values.keys(), key=str))
        return self._values[predicate].get(subject, [])

    def _read(self, predicates: list[ox.NamedNode]) -> None:
        listed = " ".join(map(str, predicates))
        found = self._fetch(f"VALUES ?p {{ {listed} }} ?s ?p ?o")
        made: dict[ox.NamedNode, dict[ox.NamedNode, list[Term]]]
        made = {predicate: defaultdict(list) for predicate in predicates}
        for triple in found:
            if isinstance(triple.subject, ox.NamedNode):
                made[triple.predicate][triple.subject].append(triple.object)
        self._values.update({predicate: dict(values) for predicate, values in made.items()})

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
        if count > LIMIT:
            raise self._incomplete(
                query,
                f"其中有 {count} 条三元组，超过一次读取的上限 {LIMIT}；请改用查询",
                f"it holds {count} triples, more than the {LIMIT} that are read at once; query instead",
            )
        found = set(self._client.triples(query, "construct"))
        if len(found) != count:
            raise self._incomplete(
                query,
                f"应有 {count} 条三元组，只给出 {len(found)} 条；请调高端点对结果行数的限制",
                f"it gave {len(found)} of {count} triples; raise its limit on the rows of a result",
            )
        return found

    def _incomplete(self, query: str, zh: str, en: str) -> EndpointError:
        return self._client.asked(query).error("incomplete", zh, en)

    def _count(self, subselect: str) -> int:
        row = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {subselect} }} }}").rows[0]
        return int(row[0].value) if isinstance(row[0], ox.Literal) else 0

    def __len__(self) -> int:
        """Return how many quads there are.

        Raises:
            EndpointError: the endpoint does not say.
        """
        return self._count("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }")
