"""RDF hygiene: one query a rule, in tests/hygiene, with a bad example beside it.

Beside the triples of each file the queries see facts about the files: the prefixes they declare,
bind and use, the terms that questions and code mention, and what standard vocabularies know.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import namespace

from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE

ROOT = Path(__file__).parents[1]
RULES = sorted((ROOT / "tests/hygiene").glob("*.rq"))
TURTLE = sorted(
    path
    for folder, files in (
        *((folder, "*.ttl") for folder in ("ontology", "data", "shapes", "examples")),
        *((folder, "guide.ttl") for folder in ("tests/guides", "tests/fixtures/kinds")),
    )
    for path in (ROOT / folder).rglob(files)
)
HYGIENE = "urn:guidekg:hygiene#"
KNOWN = [
    getattr(namespace, name)
    for name in [
        "DCTERMS",
        "GEO",
        "ORG",
        "OWL",
        "PROV",
        "RDF",
        "RDFS",
        "SH",
        "SKOS",
        "VANN",
        "VOID",
        "XSD",
    ]
]
HEADERS = {ox.NamedNode(str(kind)) for kind in (namespace.OWL.Ontology, namespace.VOID.Dataset)}
# What is no name: comments, strings, IRIs.
TEXT = re.compile(r'#[^\n]*|<[^>\s]*>|"{3}[\s\S]*?"{3}|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'')
NAME = re.compile(r"([A-Za-z][\w-]*)?:([\w-]*)")


def fact(subject: str, predicate: str, value: str | ox.NamedNode | ox.Literal) -> ox.Quad:
    node = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(HYGIENE + predicate), node)


def names(text: str) -> set[tuple[str, str]]:
    return {(prefix or "", local) for prefix, local in NAME.findall(TEXT.sub(" ", text))}


def about_turtle(path: Path) -> list[ox.Quad]:
    file = path.as_uri()
    parser = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    quads = [ox.Quad(q.subject, q.predicate, q.object) for q in parser]
    headers = [str(q.subject).strip("<>") for q in quads if q.object in HEADERS]
    quads += [fact(file, "describes", header) for header in headers]
    for number, (prefix, base) in enumerate(parser.prefixes.items()):
        binding = f"{file}#prefix{number}"
        quads += [
            fact(file, "declares", ox.Literal(prefix)),
            fact(file, "binds", binding),
            fact(binding, "prefix", ox.Literal(prefix)),
            fact(binding, "namespace", ox.Literal(base)),
        ]
    body = re.sub(r"(?m)^\s*@prefix[^\n]*", "", path.read_text(encoding="utf-8"))
    quads += [fact(file, "uses", ox.Literal(prefix)) for prefix, _ in names(body)]
    return quads


def about_code(path: Path) -> list[ox.Quad]:
    """Terms that a module names: as ``NS + "name"``, or as ``gk:name`` in a text of its own."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in statements  # a docstring uses nothing
    ]
    found = re.findall(r"NS \+ \"(\w+)\"", text)
    found += [name for one in texts for name in re.findall(r"\bgk:(\w+)", one)]
    return [fact(path.as_uri(), "mentions", NS + local) for local in found]


def about_query(path: Path, *spaces: str) -> list[ox.Quad]:
    """Terms that a question, or a template of Turtle, names."""
    found = names(path.read_text(encoding="utf-8"))
    return [
        fact(path.as_uri(), "mentions", PREFIXES[prefix] + local)
        for prefix, local in found
        if PREFIXES.get(prefix, "").startswith(spaces or (NS, ID))
        and local
        and "NAME" not in local  # a guide that is begun describes it
    ]


def about_vocabularies() -> list[ox.Quad]:
    quads = []
    for space in KNOWN:
        quads.append(
            ox.Quad(
                ox.NamedNode(str(space)),
                ox.NamedNode(RDF_TYPE),
                ox.NamedNode(HYGIENE + "Vocabulary"),
            )
        )
        terms = [*space.__annotations__, *getattr(space, "_extras", [])]  # sh:in is a keyword here
        quads += [fact(str(space), "knows", str(space[name])) for name in terms]
    binding = "urn:guidekg:hygiene:prefix"
    for prefix, base in PREFIXES.items():
        quads += [
            fact(f"{binding}/{prefix}", "prefix", ox.Literal(prefix)),
            fact(f"{binding}/{prefix}", "namespace", ox.Literal(base)),
        ]
    return quads


def store_of(*quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    for part in [about_vocabularies(), *quads]:
        store.bulk_extend(part)
    return store


@pytest.fixture(scope="module")
def repository() -> ox.Store:
    questions = [*sorted((ROOT / "queries").glob("*.rq")), *(ROOT / "ontology").rglob("*.rq")]
    # What a report in Turtle says stands in a template.
    questions += (ROOT / "guidekg").rglob("*.ttl")
    # Other guides, as anybody may write them, describe things of their own.
    others = [*(ROOT / "shapes").rglob("*.rq"), *(ROOT / "tests").glob("[fg]*/**/*.ttl")]
    code = sorted((ROOT / "guidekg").rglob("*.py"))
    return store_of(
        *map(about_turtle, TURTLE),
        *map(about_query, questions),
        *(about_query(path, NS) for path in others),
        *map(about_code, code),
    )


def findings(store: ox.Store, rule: Path) -> list[str]:
    query = rule.read_text(encoding="utf-8")
    rows = store.query(
        query, prefixes={**PREFIXES, "hygiene": HYGIENE, "void": str(namespace.VOID)}
    )
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(" ".join(str(value) for value in row if value is not None) for row in rows)


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_the_repository_keeps_the_rule(rule: Path, repository: ox.Store) -> None:
    sentence = rule.read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(r"# forbids: [a-z].*\.", sentence)
    found = findings(repository, rule)
    assert not found, f"{sentence}\n" + "\n".join(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_the_rule_finds_its_bad_example(rule: Path) -> None:
    assert findings(store_of(about_turtle(rule.with_suffix(".ttl"))), rule)


def test_there_is_something_to_check() -> None:
    assert len(RULES) >= 20
    assert len(TURTLE) >= 10
