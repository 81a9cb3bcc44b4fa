"""Random Turtle and TriG documents, written in all the ways that the grammar allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
from hypothesis import strategies as st

from guidekg.rdf.turtle.terms import parse_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADER = (
    "@prefix ex: <https://example.org/> .\n"
    "@prefix : <https://example.org/n/> .\n"
    "PREFIX 项目: <https://example.org/项目#>\n"
)
SPACE = st.sampled_from([" ", " ", " ", "\n", "\r\n", "\t", "\r", " # 注释 . ; \" '''\n", "\n\n  "])
LABELS = st.sampled_from(["_:x", "_:b0", "_:中.1"])
IRIS = st.sampled_from(
    [
        "ex:p1",
        "ex:p1-lead",
        "ex:a.b",
        "ex:",
        ":p",
        "项目:甲",
        "ex:a%20b",
        r"ex:a\-b\.c",
        "<https://example.org/p1>",
        "<https://example.org/n/p>",
        r"<https://example.org/\u9879>",
        "<urn:a:😀>",
        "ex:a:b:",
        ":1.5",
    ]
)
TEXTS = st.sampled_from(
    [
        '"plain"',
        "'项目 . ; ] )'",
        '"""two\nlines "and" quotes"""',
        "'''it's\r\n😀'''",
        r'"\t\"\\ \u4e2d\U0001F600"',
        '""',
        "''''a'''",
        '"# no comment <urn:x> @en"',
    ]
)
NUMBERS = st.sampled_from(["1", "-05", "+1.50", ".5", "1e6", "1.E-3", "true", "false"])
SUFFIXES = st.sampled_from(
    ["", "", "@zh", "@zh-Hans", " @en-GB", "^^ex:type", " ^^\n<urn:t>", "^^:t#\n"]
)


@st.composite
def literals(draw: st.DrawFn) -> str:
    return draw(NUMBERS) if draw(st.booleans()) else draw(TEXTS) + draw(SUFFIXES)


@st.composite
def nodes(draw: st.DrawFn, depth: int) -> str:
    """Return an object: a name, a literal, or a bracket with more in it."""
    kind = draw(st.integers(0, 9))
    space = draw(SPACE)
    if kind <= 3:
        return draw(IRIS)
    if kind <= 5:
        return draw(literals())
    if kind == 6 or not depth:
        return draw(LABELS)
    if kind == 7:
        return f"[{space}]" if draw(st.booleans()) else f"({space})"
    if kind == 8:
        return f"[{space}{draw(predicates(depth - 1))}{space}]"
    items = draw(st.lists(nodes(depth - 1), min_size=1, max_size=3))
    return f"({space}{space.join(items)}{space})"


@st.composite
def predicates(draw: st.DrawFn, depth: int) -> str:
    """Return predicates with their objects, chained by semicolons and commas."""
    chains = []
    for _ in range(draw(st.integers(1, 3))):
        verb = draw(st.sampled_from(["a"]) | IRIS)
        objects = draw(st.lists(nodes(depth), min_size=1, max_size=2))
        chains.append(verb + draw(SPACE) + f"{draw(SPACE)},{draw(SPACE)}".join(objects))
    text = f"{draw(SPACE)};{draw(SPACE)}".join(chains)
    return text + draw(st.sampled_from(["", "", " ;", " ; ;"]))


@st.composite
def statements(draw: st.DrawFn) -> str:
    """Return a statement without its dot."""
    kind = draw(st.integers(0, 9))
    rest = draw(SPACE) + draw(predicates(2))
    if kind <= 6:
        return draw(IRIS | LABELS) + rest
    if kind == 7:
        return f"[{rest}]"
    return draw(st.sampled_from(["[]", "()", "(1 ex:p1)", "[ a ex:p1 ]"])) + rest


@st.composite
def turtle(draw: st.DrawFn) -> str:
    text = HEADER
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.integers(0, 5)) == 0:
            text += draw(
                st.sampled_from(
                    [
                        "@prefix ex: <https://example.org/other/> .",
                        "prefix : <https://example.org/>",
                        "@base <https://example.org/a/b> . <../c?q> a <#d> , <> .",
                    ]
                )
            )
        else:
            text += draw(statements()) + draw(SPACE) + "."
        text += draw(SPACE)
    return text


@st.composite
def trig(draw: st.DrawFn) -> str:
    text = HEADER
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(["", "ex:g", "GRAPH _:x", "graph <urn:g>", "[] "]))
        inside = f"{draw(SPACE)}.{draw(SPACE)}".join(draw(st.lists(statements(), max_size=2)))
        text += f"{name} {{ {inside} {draw(st.sampled_from(['', '.'])) if inside else ''} }}\n"
        text += draw(st.sampled_from(["", draw(statements()) + " .\n"]))
    return text


def terms(
    statement: Sequence[object],
) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]:
    """Return the terms of a statement, whose first three parts are N-Triples or terms."""
    found = tuple(term(statement[part]) for part in range(3))
    return cast("tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]", found)


def term(part: object) -> object:
    """Return a term of N-Triples; readers may give nodes labels that N-Triples has not."""
    if not isinstance(part, str):
        return part
    return ox.BlankNode(f"b{part[2:].encode().hex()}") if part[0] == "_" else parse_term(part)


def canonical(statements: Iterable[Sequence[object]]) -> set[str]:
    """Return statements so that blank nodes have the labels that their graph gives them."""
    graph = ox.Dataset(ox.Quad(*terms(statement)) for statement in statements)
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in graph}
