"""RDF/XML: no document type, no entities, and the places of what is not well-formed."""

from __future__ import annotations

from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidekg.reports.model import Problem
from guidekg.validation.inputs import Document, DocumentError, documents, triples

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def rdf(body: str, attributes: str = "") -> str:
    return f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="urn:e#"{attributes}>{body}</rdf:RDF>'


def about(iri: str, inner: str = "<e:p>x</e:p>") -> str:
    return f'<rdf:Description rdf:about="{iri}">{inner}</rdf:Description>'


def problem(text: str) -> Problem:
    (found,) = documents(text.encode(), form="rdfxml")
    assert isinstance(found, Problem)
    assert any("\u4e00" <= character <= "\u9fff" for character in found.message.zh)
    return found


def read(text: str) -> list[ox.Triple]:
    (found,) = documents(text.encode(), form="rdfxml")
    assert isinstance(found, Document), found
    return triples(found)


def error(text: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert any("\u4e00" <= character <= "\u9fff" for character in caught.value.zh)
    return caught.value


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "declaration", ["", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='UTF-8'?>\n"]
)
def test_well_formed_rdf_xml_is_read(mark: str, declaration: str) -> None:
    (triple,) = read(mark + declaration + rdf(about("urn:a", "<e:p>中文</e:p>")))
    assert str(triple) == '<urn:a> <urn:e#p> "中文"'


@pytest.mark.parametrize(
    ("before", "place"),
    [
        ('<!DOCTYPE rdf:RDF [<!ENTITY a "aaaa">]>', (1, 1)),
        ('\ufeff<?xml version="1.0"?>\n<!-- <x> -->\n  <!DOCTYPE rdf:RDF SYSTEM "x">', (3, 3)),
        ("<?xml version='1.0'?><?p <!DOCTYPE ?><!doctype x>", (1, 38)),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', (1, 1)),
    ],
)
def test_a_document_type_is_refused_before_a_parser_sees_it(
    before: str, place: tuple[int, int]
) -> None:
    found = problem(before + rdf(about("urn:a")))
    assert (found.line, found.column) == place
    assert "DOCTYPE" in found.message.en
    assert "DOCTYPE" in found.message.zh
    with pytest.raises(DocumentError, match="DOCTYPE"):
        triples(Document("x", "rdfxml", before + rdf("")))


@pytest.mark.parametrize("place", ["inside", "after"])
def test_a_document_type_later_on_is_a_syntax_error(place: str) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "b">]>'
    text = rdf(doctype + about("urn:a")) if place == "inside" else rdf(about("urn:a")) + doctype
    assert "XML syntax error" in str(error(text))


def test_words_in_comments_and_literals_are_no_document_type() -> None:
    text = "<!-- <!DOCTYPE x> -->" + rdf(about("urn:a", "<e:p><![CDATA[<!DOCTYPE x>]]></e:p>"))
    (triple,) = read(text)
    assert str(triple.object) == '"<!DOCTYPE x>"'


@pytest.mark.parametrize("encoding", ["GBK", "utf-16", "ISO-8859-1", ""])
def test_another_declared_encoding_is_a_problem_with_its_place(encoding: str) -> None:
    found = problem(f'\ufeff<?xml version="1.0" encoding="{encoding}"?>' + rdf(about("urn:a")))
    assert (found.line, found.column) == (1, 31)
    assert "UTF-8" in found.message.en


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("<a>\n<b>中文</c></a>", (2, 8), "mismatched"),
        ("<a>\n  &nbsp;</a>", (2, 3), "undefined entity"),
        ("<a>\n<b", (2, 1), "unclosed"),
        ("<a/><b/>", (1, 5), "junk"),
        ("plain", (1, 1), "syntax"),
        ("<!-- never closed <a/>", (1, 1), ""),
        ("<a>&#0;</a>", (1, 4), ""),
    ],
)
def test_what_is_not_well_formed_has_its_place(
    text: str, place: tuple[int, int], word: str, mark: str
) -> None:
    found = error(mark + text)
    assert (found.line, found.column) == place
    assert word in str(found)


@pytest.mark.parametrize(
    ("body", "attributes", "word"),
    [
        (about("rel"), "", "'rel'"),
        ('<rdf:Description rdf:ID="x"><e:p>x</e:p></rdf:Description>', "", "'#x'"),
        (about("urn:a", '<e:p rdf:resource="b c:d"/>'), "", "'b c:d'"),
        (about("urn:a", '<e:p xml:lang="zh_CN">x</e:p>'), "", "zh_cn"),
        (about("urn:a", '<e:p rdf:resource="kind:enterprise"/>'), "", "'kind'"),
        ('<rdf:Description rdf:ID="x"><e:p/></rdf:Description>' * 2, ' xml:base="http://b/"', "rdf:ID"),
        (about("urn:a", "<z:p>x</z:p>"), "", "z:"),
        ("", "", "states nothing"),
        ("<rdf:li/>", "", "syntax"),
    ],
)  # fmt: skip
def test_what_is_no_rdf_is_an_error(body: str, attributes: str, word: str) -> None:
    assert word in str(error(rdf(body, attributes)))


def test_a_base_resolves_relative_iris() -> None:
    body = about("rel") + '<rdf:Description rdf:ID="x"><e:p>x</e:p></rdf:Description>'
    subjects = {str(triple.subject) for triple in read(rdf(body, ' xml:base="http://b/c"'))}
    assert subjects == {"<http://b/rel>", "<http://b/c#x>"}


def test_literals_stay_as_written() -> None:
    datatype = "http://www.w3.org/2001/XMLSchema#"
    inner = f'<e:p rdf:datatype="{datatype}integer">001</e:p><e:p xml:lang="zh-Hans"> x\n</e:p>'
    found = [triple.object for triple in read(rdf(about("urn:a", inner)))]
    assert [(value.value, value.language) for value in found if isinstance(value, ox.Literal)] == [
        ("001", None),
        (" x\n", "zh-hans"),
    ]


@pytest.mark.parametrize("depth", [150, 100_000])
def test_deep_nesting_ends_with_an_error(depth: int) -> None:
    inner = "<rdf:Description><e:p>" * depth + "</e:p></rdf:Description>" * depth
    assert "levels deep" in str(error(rdf(inner)))


def test_a_literal_of_two_hundred_megabytes_goes_through() -> None:
    (triple,) = read(rdf(about("urn:a", f"<e:p>{'x' * 200_000_000}</e:p>")))
    assert isinstance(triple.object, ox.Literal)
    assert len(triple.object.value) == 200_000_000


PIECES = st.sampled_from(
    ["<?xml version='1.0'?>", "<!DOCTYPE x>", "<!-- c -->", "<!--", "<rdf:Description>", "</e:p>",
     "<e:p>", "</rdf:Description>", "&amp;", "&a;", "x", "\n", "]]>", "<![CDATA[", rdf(""),
     rdf(about("urn:a")), "<rdf:li rdf:ID='a'/>", "\0", "\ufeff", "\ufffe", "]", "<?", "?>"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=6).map("".join), st.booleans())
def test_xml_of_any_kind_gives_triples_or_says_why_not(body: str, whole: bool) -> None:  # noqa: FBT001
    (found,) = documents((rdf(body) if whole else body).encode(), form="rdfxml")
    if isinstance(found, Document):
        with suppress(DocumentError):
            assert triples(found)
