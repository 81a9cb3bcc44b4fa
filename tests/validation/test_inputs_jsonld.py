"""JSON-LD: its places, its contexts, its numbers, and what it must not lose."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from guidekg.rdf.namespaces import NS, XSD
from guidekg.reports.model import Problem
from guidekg.validation.inputs import Document, DocumentError, documents, triples

OURS = "https://w3id.org/guidekg/context.jsonld"
CHINESE = range(0x4E00, 0xA000)


def problem(source: Any) -> Problem:
    """The one problem of JSON-LD, given as text or as objects."""
    given_ = source.encode() if isinstance(source, str) else source
    (found,) = documents(given_, **({"form": "jsonld"} if isinstance(source, str) else {}))
    assert isinstance(found, Problem)
    assert any(ord(character) in CHINESE for character in found.message.zh)
    assert found.message.en
    return found


def read(source: Any) -> list[ox.Triple]:
    given_ = source.encode() if isinstance(source, str) else source
    (found,) = documents(given_, **({"form": "jsonld"} if isinstance(source, str) else {}))
    assert isinstance(found, Document), found
    return triples(found)


def error(source: Any) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(source)
    assert any(ord(character) in CHINESE for character in caught.value.zh)
    return caught.value


def values(source: Any) -> list[str]:
    """The objects of the triples, as in N-Triples."""
    return [str(triple.object).replace(XSD, "xsd:") for triple in read(source)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"@id": "urn:a",\n "中文": 1,, }', (2, 10)),
        ('\ufeff{"@id" "urn:a"}', (1, 8)),
        ('{"@id": "urn:a"', (1, 16)),
        ("{'@id': 1}", (1, 2)),
        ('{"@id": "a"} x', (1, 14)),
        ('{"@id": "a\nb"}', (1, 11)),
        ("[01]", (1, 3)),
    ],
)
def test_a_syntax_error_of_json_has_its_place(text: str, place: tuple[int, int]) -> None:
    found = problem(text)
    assert (found.line, found.column) == place
    assert "JSON" in found.message.en


@pytest.mark.parametrize("text", ["5", '"x"', "null", "true"])
def test_json_that_is_no_object_or_list_is_a_problem(text: str) -> None:
    assert "object" in problem(text).message.en


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_for_numbers_are_no_json(word: str) -> None:
    assert word in problem(f'{{"@id": "urn:a", "urn:b": {word}}}').message.en


def test_a_key_that_stands_twice_would_lose_a_value_and_is_a_problem() -> None:
    text = '{"@context": "%s", "id": "urn:a", "partner": "urn:b", "partner": "urn:c"}'
    assert "'partner'" in problem(text % OURS).message.en


@pytest.mark.parametrize(
    "context",
    [
        "http://schema.org/",
        "https://example.org/context.jsonld",
        "https://w3id.org/guidekg/other.jsonld",
        "file:///etc/passwd",
        "context.jsonld",
        [OURS, "https://example.org/x"],
        [OURS, [{"@vocab": "urn:v#"}, "other"]],
        {"@import": "https://example.org/x"},
        {"@import": OURS},
        {"a": {"@id": "urn:a", "@context": "https://example.org/x"}},
        {"a": {"@id": "urn:a", "@context": {"b": {"@id": "urn:b", "@context": ["x"]}}}},
        {"a": {"@id": "urn:a", "@context": {"@import": "x"}}},
    ],
)
def test_a_context_elsewhere_is_refused_wherever_it_stands(context: object) -> None:
    plain = {"@id": "urn:a", "urn:b:c": 1}
    nested = {**plain, "urn:b:d": [{"@list": [{"@context": context, **plain}]}]}
    for source in (
        {"@context": context, **plain},
        [plain, {"@context": context, **plain}],
        nested,
        {"@graph": [nested]},
    ):
        found = problem(source)
        assert OURS in found.message.en
        assert OURS in found.message.zh
        assert problem(json.dumps(source)).message == found.message


@pytest.mark.parametrize(
    "context",
    [OURS, [OURS], [OURS, {"x": "urn:x#"}], [{"x": "urn:x#"}, OURS], [None, OURS]],
)
def test_our_own_context_is_the_shipped_file(context: object) -> None:
    (triple,) = read({"@context": context, "id": "urn:a", "organisationKind": "kind:enterprise"})
    assert triple == ox.Triple(
        ox.NamedNode("urn:a"),
        ox.NamedNode(NS + "organisationKind"),
        ox.NamedNode("https://w3id.org/guidekg/id/kind/enterprise"),
    )


def test_our_own_context_may_stand_at_each_node_and_in_terms() -> None:
    term = {"@id": "urn:t", "@context": OURS}
    node = {"@context": OURS, "id": "urn:a", "durationMonths": 3}
    wanted = '"3"^^<xsd:integer>'
    assert values([node, {"@context": {"t": term}, "t": {"durationMonths": 3}}])[0] == wanted
    assert values({"@context": {"t": term}, "t": {"durationMonths": 3}})[-1] == wanted
    assert values({"urn:t:t": [node, {**node, "id": "urn:b"}]}).count(wanted) == 2


def test_a_context_in_a_plain_value_is_data() -> None:
    source = {"@id": "urn:a", "urn:b:c": {"@type": "@json", "@value": {"@context": "x", "n": 1.5}}}
    assert values(source)[0].startswith(r'"{\"@context\":\"x\",\"n\":1.5}"^^')


@pytest.mark.parametrize(
    ("number", "literal"),
    [
        ("1200000", '"1200000"^^<xsd:decimal>'),
        ("1200000.50", '"1200000.50"^^<xsd:decimal>'),
        ("1500000.00", '"1500000"^^<xsd:decimal>'),
        ("-0.0", '"0"^^<xsd:decimal>'),
        ("1.5e6", '"1500000"^^<xsd:decimal>'),
        ("1.5e-3", '"0.0015"^^<xsd:decimal>'),
        ("1e999", '"1e999"^^<xsd:double>'),
        ("1e20", '"100000000000000000000"^^<xsd:decimal>'),
        ("999999999999999999999", '"1.0E21"^^<xsd:decimal>'),
        ("1e21", '"1.0E21"^^<xsd:decimal>'),
        ("123456789012345678901", '"123456789012345678901"^^<xsd:decimal>'),
        ("1234567890123456789012345", '"1.2345678901234568E24"^^<xsd:decimal>'),
        ("0.12345678901234567890123", '"0.12345678901234567890123"^^<xsd:decimal>'),
        ('"1200000.50"', '"1200000.50"^^<xsd:decimal>'),
        ('"1.2000005E6"', '"1.2000005E6"^^<xsd:decimal>'),
        ('"abc"', '"abc"^^<xsd:decimal>'),
        ('{"@value": 1200000}', '"1200000"^^<xsd:integer>'),
        ('{"@value": 1.50}', '"1.5E0"^^<xsd:double>'),
        ('{"@value": 1.50, "@type": "xsd:decimal"}', '"1.50"^^<xsd:decimal>'),
        ('{"@value": 36.0, "@type": "xsd:integer"}', '"36"^^<xsd:integer>'),
        ('{"@value": 1.50, "@type": "xsd:double"}', '"1.5E0"^^<xsd:double>'),
        ("[1.50]", '"1.50"^^<xsd:decimal>'),
        ('{"@set": [1.50]}', '"1.50"^^<xsd:decimal>'),
        ("9" * 5000, f'"{"9" * 5000}"^^<xsd:double>'),
    ],
)
def test_numbers_mean_what_the_algorithm_makes_of_them_and_fractions_keep_their_digits(
    number: str, literal: str
) -> None:
    text = f'{{"@context": "{OURS}", "id": "urn:a", "requestedGrant": {number}}}'
    assert values(text) == [literal]


NUMBERS = (
    "36 36.0 36.5 0 -0.0 -1 1E2 1e-2 2.50 1350000.5 12345678901234567890 1e19 1e21 -1e21 1e300"
)


@pytest.mark.parametrize("datatype", ["xsd:integer", "xsd:decimal", "xsd:double", "@id", None])
@pytest.mark.parametrize("number", NUMBERS.split())
def test_numbers_are_those_of_another_implementation(number: str, datatype: str | None) -> None:
    """That of pyoxigraph, and of rdflib where it keeps to the algorithm; fractions by their value."""
    term = {"@id": "urn:p"} | ({"@type": datatype} if datatype else {})
    context = json.dumps({"xsd": XSD, "p": term})
    text = f'{{"@context": {context}, "@id": "urn:a", "p": {number}}}'
    (ours,), (theirs,) = read(text), ox.parse(text, format=ox.RdfFormat.JSON_LD)
    found, wanted = ours.object, theirs.object
    assert isinstance(found, ox.Literal)
    assert isinstance(wanted, ox.Literal)
    assert found.datatype == wanted.datatype
    assert Decimal(found.value) == Decimal(wanted.value)
    (plain,) = Graph().parse(data=text, format="json-ld").objects()
    assert float(found.value) == float(plain)
    if datatype in {"xsd:integer", "xsd:decimal"}:
        assert str(plain.datatype) == found.datatype.value  # type: ignore[attr-defined]
    fraction = "." in found.value and "E" not in found.value
    assert fraction or found == wanted, "only a fraction is written otherwise"
    assert not (fraction and datatype == "xsd:double")


def test_python_objects_are_read_as_json_ld() -> None:
    source = MappingProxyType(
        {
            "@context": OURS,
            "id": "urn:a",
            "signedOn": date(2022, 9, 1),
            "requestedGrant": Decimal("1500000.00"),
            "lawfullyEstablished": True,
        }
    )
    wanted = ['"2022-09-01"^^<xsd:date>', '"1500000.00"^^<xsd:decimal>', '"true"^^<xsd:boolean>']
    assert values(source) == wanted
    assert values([source]) == wanted
    noon = datetime(2022, 9, 1, 12, tzinfo=UTC)
    wanted = ['"2022-09-01T12:00:00+00:00"^^<xsd:dateTime>']
    assert values({"@context": OURS, "id": "urn:a", "signedOn": noon}) == wanted
    assert list(documents(source))[0].name == "<json-ld>"  # type: ignore[union-attr]  # noqa: RUF015


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, float("nan"), Decimal("Infinity"), b"x", "\ud800", {"a": {(): 1}}]
)
def test_python_objects_that_json_has_not_are_problems(value: object) -> None:
    assert problem({"@id": "urn:a", "urn:b:c": value}).message.en


def test_objects_that_hold_themselves_are_problems() -> None:
    source: dict[str, object] = {"@id": "urn:a"}
    source["urn:b:c"] = source
    assert problem(source).message.en


@pytest.mark.parametrize("depth", [300, 5_000, 100_000])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[", "]"),
        ('{"urn:a:b":', "}"),
        ('{"@context":{"a":', "}}"),
        ('{"@context":{"a":{"@context":', "}}}"),
        ('{"@context":{"a":[', "]}}"),
        ('{"urn:a:b":{"@type":"@json","@value":', "}}"),
    ],
)
def test_deep_nesting_ends_with_a_problem(depth: int, before: str, after: str) -> None:
    assert "levels deep" in problem(before * depth + '{"@id":"urn:x"}' + after * depth).message.en


def test_deeply_nested_python_objects_are_problems() -> None:
    source: list[object] = []
    for _ in range(100_000):
        source = [source]
    assert "levels deep" in problem([{"@id": "urn:a", "urn:b:c": source}]).message.en


def test_reasonable_nesting_goes_through() -> None:
    source: dict[str, object] = {"urn:a:b": 1}
    for _ in range(150):
        source = {"urn:a:b": source}
    assert len(read(source)) == 151


def test_a_literal_beyond_the_parsers_measure_is_a_clear_error() -> None:
    assert "8 MiB" in str(error({"@id": "urn:a", "urn:b:c": "x" * (9 * 2**20)}))
    assert len(read({"@id": "urn:a", "urn:b:c": "x" * (7 * 2**20)})) == 1


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ({"id": "rel"}, "'rel'"),
        ({"id": "urn:a", "partner": "rel"}, "'rel'"),
        ({"id": "urn:a", "partner": ""}, "relative"),
        ({"id": "urn:a", "partner": "//host/x"}, "relative"),
        ({"id": "urn:a", "partner": "claim:x"}, "prefix 'claim'"),
        ({"id": "urn:a b"}, "'urn:a b'"),
        ({"id": "urn:a", "agency": "x"}, "'gk:agency'"),
        ({"id": "urn:a", "title": {"@value": "x", "@language": "zh_CN"}}, "'zh_CN'"),
        ({"id": "urn:a", "_:p": "x"}, "'_:p'"),
        ({"id": "urn:a", "x": {"@value": "x", "@type": "kinds"}}, None),
        ({"id": "urn:a", "x": {"@value": "x", "@type": "no iri"}}, "no iri"),
        ({"id": "urn:a", "x": {"@value": {}}}, "syntax"),
        ({"@context": {"@vocab": None}, "@id": "urn:a", "nope": 1}, "'nope'"),
        ({"@context": {"@vocab": None}, "@id": "urn:a", "@type": "nope"}, "nope"),
        ({"@context": {"@base": None}, "@id": "rel"}, "'rel'"),
    ],
)
def test_what_json_ld_would_drop_in_silence_is_an_error(
    source: dict[str, object], word: str | None
) -> None:
    node = {"@context": source.get("@context", {}), "urn:q:q": 1}
    source = {**node, **source, "@context": [OURS, node["@context"]]}
    if word is None:
        assert read(source)
    else:
        assert word in str(error(source))


def test_a_misspelt_key_becomes_a_term_of_ours_that_a_check_can_find() -> None:
    (triple,) = read({"@context": OURS, "id": "urn:a", "requestedGrnt": 5})
    assert triple.predicate.value == NS + "requestedGrnt"


def test_a_key_that_a_context_sets_to_null_is_left_out_on_purpose() -> None:
    assert len(read({"@context": [OURS, {"note": None}], "id": "urn:a", "days": 1, "note": 5})) == 1


def test_a_document_that_states_nothing_is_an_error() -> None:
    assert "@context" in str(error({"@id": "urn:a"}))
    assert "@context" in str(error({"@graph": []}))


def test_names_of_graphs_are_dropped_and_blank_nodes_are_named_by_text_and_order() -> None:
    source = {"@id": "urn:g", "@graph": [{"@id": "_:x", "urn:a:b": {"@id": "_:y"}}]}
    (first,), (again,) = read(source), read(source)
    (other,) = read({**source, "@id": "urn:h"})
    assert first == again
    assert isinstance(first.subject, ox.BlankNode)
    assert first.subject != first.object
    assert {first.subject, first.object}.isdisjoint({other.subject, other.object})


def test_other_forms_are_not_parsed_here() -> None:
    with pytest.raises(ValueError, match="turtle"):
        triples(Document("x", "turtle", ""))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@id", "@type", "@value", "@context", "@graph", "@list", "@language", "@base",
                 "@vocab", "@reverse", "@set", "@none", "urn:a:b", "id", "title", "field"]
            ),
            inner | st.sampled_from([OURS, "urn:x:y", "_:b", "zh", "@json", "field:x"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(JSON, min_size=1, max_size=3))
def test_json_of_any_kind_gives_triples_or_says_why_not(data: list[object]) -> None:
    (found,) = documents(data)
    if isinstance(found, Document):
        with suppress(DocumentError):
            assert triples(found)
