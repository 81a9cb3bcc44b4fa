"""The SPARQL editor: the query forms of YASGUI over our own endpoint, or a plain form without it."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.questions import Question
from guidekg.rdf.namespaces import NS, PREFIXES, compact
from guidekg.web.endpoints import SPARQL
from guidekg.web.negotiation import GRAPHS, RESULTS
from guidekg.web.pages.layout import EDITOR, TABLES, lang_of, localized, page
from guidekg.web.pages.lookups import selected
from guidekg.web.pages.questions import declared, sparql_of, topics
from guidekg.web.problems import problem

SCRIPT, STYLE = "vendor/yasgui.min.js", "vendor/yasgui.min.css"
# The editor sets the sizes of its parts by inline style; nothing else differs from other pages.
_POLICY = {"style-src": "'self' 'unsafe-inline'"}
_LONGEST = 20_000  # characters of a query that an address brings
_START = """SELECT ?call ?label ?most ?deadline ?status WHERE {
  ?call a gk:PartnerCall ;
    rdfs:label ?label ;
    gk:schemeMaximumGrant ?most ;
    gk:schemeForeignDeadlineStatus ?status .
  OPTIONAL { ?call gk:schemeForeignDeadline ?deadline }
}
ORDER BY ?call
LIMIT 100
"""
_TERMS = """
SELECT DISTINCT ?term (EXISTS { ?term a owl:Class } AS ?isClass) WHERE {
  { ?term a owl:Class } UNION { ?term a owl:ObjectProperty } UNION { ?term a owl:DatatypeProperty }
  FILTER(STRSTARTS(STR(?term), STR(gk:)))
} ORDER BY ?term
"""


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    folder = Path(__file__).parent / "static"
    shown: dict[str, Any] = {
        "topics": topics(kg),
        "prefixes": PREFIXES,
        "terms": _terms(kg),
        "endpoint": SPARQL,
        "base": NS.removesuffix("/ns#"),
        "translations": {"zh": EDITOR, "en": {}},
        "results": RESULTS,
        "graphs": GRAPHS,
        "has_editor": all((folder / name).is_file() for name in (SCRIPT, STYLE)),
        "script": SCRIPT,
        "style": STYLE,
    }

    async def show(request: Request) -> Response:
        name = request.query_params.get("question")
        question = kg.questions[name] if name else None
        return page(
            request,
            "sparql_editor.html",
            policy=_POLICY if shown["has_editor"] else None,
            query=_query(question, request),
            question=question,
            **shown,
        )

    return localized("/sparql-editor", show)


def _query(question: Question | None, request: Request) -> str:
    """Return the query to begin with: that of a question, the one of the address, or the first.

    Raises:
        ProblemError: the query of the address is too long.
    """
    lang = lang_of(request)
    if question:
        parameters = question.header.parameters
        examples = {one.name: one.example for one in parameters}
        notes = [question.header.question(lang)]
        notes += [f"{one.description(lang)}: {one.example}" for one in parameters]
        return "\n".join(f"# {note}" for note in notes) + f"\n{sparql_of(question, examples)}\n"
    text = request.query_params.get("query")
    if text is None:
        return f"# {TABLES['sparql_editor']['first-query'](lang)}\n{declared(_START)}"
    if len(text) > _LONGEST:
        raise problem("wrong-parameter", "query", limit=_LONGEST)
    return text


def _terms(kg: KnowledgeGraph) -> dict[str, list[str]]:
    """Return the terms that the editor completes."""
    found: dict[str, list[str]] = {"class": [], "property": []}
    for term, is_class in selected(kg, _TERMS):
        found["class" if is_class == "true" else "property"].append(compact(term))
    return found
