"""The SPARQL editor: the query forms of YASGUI over our own endpoint, or a plain form without it."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.errors import ValueFormError
from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label, Language
from guidekg.questions.question import Question
from guidekg.rdf.namespaces import NS, PREFIXES, compact
from guidekg.stores import Term
from guidekg.web.negotiation import GRAPHS, RESULTS
from guidekg.web.pages.layout import lang_of, localized, page
from guidekg.web.sparql import PATH as ENDPOINT

PATH = "/sparql-editor"
SCRIPT, STYLE = "vendor/yasgui.min.js", "vendor/yasgui.min.css"
# The editor sets the sizes of its parts by inline style; nothing else differs from other pages.
_POLICY = {"style-src": "'self' 'unsafe-inline'"}
_LONGEST = 20_000  # characters of a query that an address brings
_START = """SELECT ?call ?label WHERE {
  ?call a gk:PartnerCall ;
    rdfs:label ?label .
}
ORDER BY ?call
LIMIT 100
"""
_FIRST = Label("各征集及其名称", "The calls and their names")
_PREFIXED = re.compile(r"(?<![\w:<?$@/#.-])([a-z][\w-]*):(?=\w)")
_COMMENTS = re.compile(r"\A(?:#.*\n|\s*\n)*")
_TERMS = """
SELECT DISTINCT ?term (EXISTS { ?term a owl:Class } AS ?isClass) WHERE {
  { ?term a owl:Class } UNION { ?term a owl:ObjectProperty } UNION { ?term a owl:DatatypeProperty }
  FILTER(STRSTARTS(STR(?term), STR(gk:)))
} ORDER BY ?term
"""

WORDS: dict[str, Label] = {
    "sparql": Label("SPARQL 查询", "Query with SPARQL"),
    "sparql-lead": Label(
        "查询全部陈述：原文写明的，和由此推出的。前缀不写也认得。",
        "Ask all statements, those that the guide makes and those that follow from them. Our"
        " prefixes are known without being declared.",
    ),
    "query": Label("查询", "Query"),
    "result-form": Label("结果格式", "Form of the result"),
    "result-auto": Label("由浏览器决定", "as the browser likes"),
    "results-of-rows": Label("表格类结果（SELECT、ASK）", "Rows (SELECT, ASK)"),
    "results-of-graphs": Label("图类结果（CONSTRUCT、DESCRIBE）", "Graphs (CONSTRUCT, DESCRIBE)"),
    "run": Label("运行", "Run"),
    "no-script": Label(
        "没有脚本，或安装时没有取到编辑器：这里是普通表单，结果由端点直接给出。",
        "Without scripts, or where the editor could not be installed, this is a plain form and the"
        " endpoint answers directly.",
    ),
    "examples": Label("从一个问题开始", "Begin with a question"),
    "fill": Label("填入", "Fill in"),
    "prefixes": Label("前缀", "Prefixes"),
    "prefix": Label("前缀", "Prefix"),
    "namespace": Label("命名空间", "Namespace"),
    "results": Label("结果", "Result"),
    "editor": Label("SPARQL 编辑器", "SPARQL editor"),
    "editor-help": Label(
        "Ctrl+Enter 运行，Ctrl+空格 补全，Esc 离开编辑器。",
        "Ctrl+Enter runs, Ctrl+Space completes, Esc leaves the editor.",
    ),
}

# What the editor itself says, which knows English alone; {n} are the numbers of the original.
_SAID: dict[str, str] = {
    "Table": "表格",
    "Response": "原始响应",
    "Boolean": "真假",
    "Error": "错误",
    "Simple view": "简洁显示",
    "Ellipse": "截短长文本",
    "Filter query results": "筛选结果",
    "Page size:": "每页行数：",
    "All": "全部",
    "Download Results": "下载结果",
    "Download result": "下载结果",
    "Shows Table view": "以表格显示",
    "Shows Response view": "显示原始响应",
    "Shows Boolean view": "显示真假",
    "Shows Error view": "显示错误",
    "Share query": "分享查询",
    "Run query": "运行查询",
    "Query is running": "正在查询",
    "Query has been modified": "查询已修改",
    "No data available in table": "没有结果",
    "No matching records found": "没有符合筛选的行",
    "Try query in new browser window": "在新窗口中试这个查询",
    "Show all": "全部显示",
    "Show ellipse": "截短",
    "{n} result in {n} seconds": "{n} 行，用时 {n} 秒",
    "{n} results in {n} seconds": "{n} 行，用时 {n} 秒",
    "Showing {n} to {n} of {n} entries": "第 {n}–{n} 行，共 {n} 行",
    "Showing {n} to {n} of {n} entry": "第 {n}–{n} 行，共 {n} 行",
    "(filtered from {n} total entries)": "（筛选自 {n} 行）",
}


class Topic(NamedTuple):
    """A topic, and its questions."""

    label: Label
    questions: tuple[Question, ...]


def routes(kg: KnowledgeGraph) -> list[BaseRoute]:
    """Return the routes."""
    folder = Path(__file__).parent / "static"
    shown: dict[str, Any] = {
        "topics": _topics(kg),
        "prefixes": PREFIXES,
        "terms": _terms(kg),
        "endpoint": ENDPOINT,
        "base": NS.removesuffix("/ns#"),
        "translations": {"zh": _SAID, "en": {}},
        "results": RESULTS,
        "graphs": GRAPHS,
        "has_editor": all((folder / name).is_file() for name in (SCRIPT, STYLE)),
        "script": SCRIPT,
        "style": STYLE,
    }

    async def show(request: Request) -> Response:
        name = request.query_params.get("question")
        return page(
            request,
            "sparql_editor.html",
            title=WORDS["sparql"],
            description=WORDS["sparql-lead"],
            words=WORDS,
            policy=_POLICY if shown["has_editor"] else None,
            query=_query(kg, request),
            question=kg.questions[name].header.question(lang_of(request)) if name else "",
            chosen=name or "",
            **shown,
        )

    return localized(PATH, show)


def _query(kg: KnowledgeGraph, request: Request) -> str:
    """Return the query to begin with: the one of the address, that of a question, or the first.

    Raises:
        UnknownNameError: there is no such question.
        ValueFormError: the query of the address is too long.
    """
    asked, lang = request.query_params, lang_of(request)
    if name := asked.get("question"):
        return of_question(kg.questions[name], lang)
    text = asked.get("query")
    if text is None:
        return declared(_FIRST(lang), _START)
    if len(text) > _LONGEST:
        raise ValueFormError(
            f"地址中的查询超过 {_LONGEST} 个字符；请粘贴到编辑器中。",
            f"the query of the address is longer than {_LONGEST} characters: paste it instead",
        )
    return text


def of_question(question: Question, lang: Language) -> str:
    """Return a question's query as it runs anywhere, its parameters at their examples."""
    parameters = question.header.parameters
    terms = question.bind({one.name: one.example for one in parameters})
    notes = [question.header.question(lang)]
    head, brace, body = _COMMENTS.sub("", question.text).strip().partition("{")
    for one in parameters:
        term = _written(terms[one.name])
        notes.append(f"{one.description(lang)}: {term}")
        # In place of the variable, as a value is bound to it in every group of the pattern.
        variable = re.compile(rf"[?$]{one.name}\b")
        body = term.join(variable.split(body))
        head = f"({term} AS ?{one.name})".join(variable.split(head))
    return declared("\n# ".join(notes), head + brace + body)


def _written(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        short = compact(term.value)
        return f"<{short}>" if short == term.value else short
    return str(term)


def declared(comment: str, body: str) -> str:
    """Return a query with a comment, and the prefixes declared that it uses."""
    used = set(_PREFIXED.findall(body))
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in PREFIXES if name in used]
    return "\n".join([f"# {comment}", *lines, "", body.strip(), ""])


def _topics(kg: KnowledgeGraph) -> list[Topic]:
    found: dict[str, list[Question]] = {}
    for question in kg.questions.values():
        found.setdefault(question.header.topic, []).append(question)
    things = kg.things
    return [
        Topic(things.label(f"{PREFIXES['word']}topic-{name}"), tuple(questions))
        for name, questions in sorted(found.items())
    ]


def _terms(kg: KnowledgeGraph) -> dict[str, list[str]]:
    """Return the terms that the editor completes."""
    found: dict[str, list[str]] = {"class": [], "property": []}
    for term, is_class in kg.store.select(_TERMS).rows:
        kind = "class" if is_class.value == "true" else "property"  # type: ignore[union-attr]
        found[kind].append(compact(term.value))  # type: ignore[union-attr]
    return found
