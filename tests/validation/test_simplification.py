"""Simplified shapes find what the shapes find that they were made of."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidekg.rdf.namespaces import PREFIXES
from guidekg.validation.engines.pyshacl import PySHACL
from guidekg.validation.simplification import simplified

HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
    "@prefix : <urn:x:> .\n"
)
SH = PREFIXES["sh"]
TOP = ':top a sh:NodeShape ; sh:targetClass :Thing ; sh:property :shape . :shape a sh:PropertyShape ; sh:path [ sh:zeroOrOnePath :no ] ; sh:message "no"@en ; %s .'


def parsed(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(HEAD + text, format=ox.RdfFormat.TURTLE)]


def found(shapes: list[ox.Triple], data: list[ox.Triple]) -> set[tuple[str, str, str | None]]:
    rows = PySHACL(shapes, ()).check("".join(f"{triple} .\n" for triple in data))
    return {(row.focus, row.shape if ":" in row.shape else "within", row.value) for row in rows}


def said(text: str) -> list[str]:
    """What a shape says when it is simplified, without the labels of nodes."""
    triples = simplified(parsed(TOP % "sh:node :it" + f":it {text}"))
    texts: dict[object, str] = {}

    def of(node: object) -> str:
        if not isinstance(node, ox.BlankNode):
            return str(node).replace(SH, "").replace("urn:x:", "")
        if node not in texts:
            texts[node] = str(
                sorted(f"{of(t.predicate)} {of(t.object)}" for t in triples if t.subject == node)
            )
        return texts[node]

    top = next(t.object for t in triples if t.predicate.value == SH + "node")
    return sorted(
        f"{of(t.predicate)} {of(t.object)}"
        for t in triples
        if t.subject == top and t.predicate.value.startswith(SH)
    )


@pytest.mark.parametrize(
    ("given_", "meant"),
    [
        ("sh:not [ sh:not [ sh:minInclusive 1 ] ] .", "sh:minInclusive 1 ."),
        ("sh:node [ sh:node [ sh:minInclusive 1 ] ] .", "sh:minInclusive 1 ."),
        ("sh:minInclusive 1 ; sh:not [ sh:not [ sh:not [] ] ] .", "sh:not [] ."),
        ("sh:or ( [ sh:not [] ] [ sh:minInclusive 1 ] ) .", "sh:minInclusive 1 ."),
        ("sh:or ( [ sh:minInclusive 1 ] [ ] ) ; sh:maxLength 3 .", "sh:maxLength 3 ."),
        (
            "sh:or ( [ sh:or ( [ sh:minInclusive 1 ] [ sh:in ( 0 ) ] ) ] [ sh:maxLength 3 ] ) .",
            "sh:or ( [ sh:minInclusive 1 ] [ sh:in ( 0 ) ] [ sh:maxLength 3 ] ) .",
        ),
        (
            "sh:not [ sh:property [ sh:path :a ; sh:minCount 1 ] ] .",
            "sh:property [ sh:path :a ; sh:maxCount 0 ] .",
        ),
        (
            "sh:property [ sh:path :a ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:in ( 1 ) ] ] .",
            "sh:property [ sh:path :a ; sh:hasValue 1 ] .",
        ),
        (
            "sh:property [ sh:path :a ; sh:qualifiedMaxCount 0 ; sh:qualifiedValueShape [ sh:not [ sh:in ( 1 2 ) ] ] ] .",
            "sh:property [ sh:path :a ; sh:node [ sh:in ( 1 2 ) ] ] .",
        ),
    ],
)
def test_what_is_simplified(given_: str, meant: str) -> None:
    assert said(given_) == said(meant)
    assert len(said(meant)) == sum(
        t.subject == ox.NamedNode("urn:x:it") for t in parsed(f":it {meant}")
    )


def test_a_number_is_not_stated_twice() -> None:
    counts = "sh:minCount 2 ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ ]"
    (kept,) = said(f"sh:property [ sh:path :a ; {counts} ] .")
    assert kept.count("<minCount>") == 1


def test_two_bounds_of_one_kind_are_not_put_together() -> None:
    shapes = "sh:node [ sh:minInclusive 1 ] , [ sh:minInclusive 3 ] ."
    assert len(said(shapes)) == 2
    assert any("node" in one for one in said(shapes))


def test_what_no_target_leads_to_is_left_out_and_words_stay() -> None:
    shapes = simplified(parsed((TOP % "sh:node :it") + ":it sh:in ( 1 ) . :alone sh:in ( 2 ) ."))
    subjects = {str(triple.subject) for triple in shapes}
    assert "<urn:x:alone>" not in subjects
    assert {"<urn:x:top>", "<urn:x:shape>", "<urn:x:it>"} <= subjects
    assert any(triple.predicate.value == SH + "message" for triple in shapes)


# ---- Any shapes, any data

VALUES = ("1", "2", "3", '"x"', ":x", ":y")
PATHS = (":a", ":b", "[ sh:inversePath :a ]", "( :a :b )", "[ sh:zeroOrMorePath :a ]")
LEAVES = st.sampled_from(
    (
        "",
        "sh:in ( 1 2 )",
        "sh:in ( 1 )",
        "sh:minInclusive 2",
        "sh:maxInclusive 2",
        "sh:datatype xsd:integer",
        "sh:hasValue :x",
        "sh:nodeKind sh:IRI",
    )
)


def _wider(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(parts.map("[ {} ]".format), min_size=1, max_size=3)
    paths = st.sampled_from(PATHS)
    counts = st.sampled_from(
        (
            "sh:qualifiedMinCount 1",
            "sh:qualifiedMaxCount 0",
            "sh:qualifiedMinCount 2",
            "sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1",
        )
    )
    return st.one_of(
        parts.map("sh:not [ {} ]".format),
        several.map(lambda shapes: f"sh:or ( {' '.join(shapes)} )"),
        several.map(lambda shapes: f"sh:node {' , '.join(shapes)}"),
        st.tuples(parts, parts).map(lambda both: f"sh:not [ {both[0]} ] ; sh:node [ {both[1]} ]"),
        st.tuples(paths, st.sampled_from(("sh:minCount 1", "sh:maxCount 0", "sh:hasValue 1"))).map(
            lambda given_: f"sh:property [ sh:path {given_[0]} ; {given_[1]} ]"
        ),
        st.tuples(paths, counts, parts).map(
            lambda given_: (
                f"sh:property [ sh:path {given_[0]} ; {given_[1]} ; sh:qualifiedValueShape [ {given_[2]} ] ]"
            )
        ),
        st.tuples(paths, parts).map(
            lambda given_: f"sh:property [ sh:path {given_[0]} ; sh:node [ {given_[1]} ] ]"
        ),
    )


SHAPES = st.recursive(LEAVES, _wider, max_leaves=6)
STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from((":x", ":y")), st.sampled_from((":a", ":b")), st.sampled_from(VALUES)
    ),
    max_size=8,
)


@settings(max_examples=200)
@given(SHAPES, STATEMENTS, st.sampled_from(("{}", "sh:node [ {} ]")))
def test_simplified_shapes_find_the_same(
    shape: str, statements: list[tuple[str, str, str]], form: str
) -> None:
    shapes = parsed(TOP % form.format(shape))
    lines = (f"{' '.join(one)} ." for one in statements)
    data = parsed(":x a :Thing . :y a :Thing . " + " ".join(lines))
    assert found(simplified(shapes), data) == found(shapes, data)
