"""Reading Turtle, TriG, N-Triples and N-Quads with the place of every statement."""

from __future__ import annotations

import re
from typing import cast

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from turtle_documents import HEADER, canonical, terms, trig, turtle

from guidekg.rdf.turtle import Form, Lines, Located, RDFSyntaxError, parse
from guidekg.rdf.turtle.terms import content, language

FORMS: dict[Form, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
}
P = "@prefix : <http://e/> .\n"
DOCUMENTS: list[tuple[Form, str]] = [
    ("turtle", ""),
    ("turtle", "# 只有注释"),
    ("turtle", P + ":a :b :c"".# no line end"),
    ("turtle", "@prefix:<http://e/>.:a a :b."),
    ("turtle", "prefix : <http://e/> BaSe <http://f/x/> :a a <y> , <#z> , <> , <../q?w> , <//h/i> ."),
    ("turtle", "@base <http://e/a/b> . @base <../c> . @prefix x: <rel#> . x:a a <http://a/b/../c> ."),
    ("turtle", "@base <urn:x:y> . <z> a </> , <?q> , <;x> , <http:g> , <./a/./b/../c> , <中> ."),
    ("turtle", P + ":a :b 1 . @prefix : <http://f/> . :a :b 1 ."),
    ("turtle", P + ":a :b '1'^^:c , :d . @prefix : <http://f/> . :a :b '1'^^:c , :d ."),
    ("turtle", "@prefix # c\n : # d\n <http://e/> # e\n . :a a :b ."),
    ("turtle", "@prefix a.b: <urn:x:> . @prefix é: <urn:é:> . a.b:c.d a é:中😀 ."),
    ("turtle", P + r":a a :b\~\.\-\%41 , :%41 , ::: , :1 , :a..b , : ."),
    ("turtle", P + r"<http://a/\u00e9> a <http://a/\U0001F600> ."),
    ("turtle", P + ":a\u00b7\u203f a :\u2070 , :\U000e0001 ."),
    ("turtle", P + "[ :a :b ] . [ :a :b ; ] :c :d . [] :e [ ] ."),
    ("turtle", P + "(1 (2 [ :p ( ) ]) :c) :p () . () :q (\n) ."),
    ("turtle", P + ":a :b :c ; ; :d :e , :f ;; . :a a<urn:x>;:c\"x\",'y'."),
    ("turtle", P + ":a :b 01 , +1.50 , -.5 , 1.e5 , .5E-3 , 1e+1 , true,false,1."),
    ("turtle", P + ":a :b 1.:c a :d ."),
    ("turtle", P + r''':a :b "\t\b\n\r\f\"\'\\\u4e2d\U0001F600" , '\"' , """\"""" , """a\\""" .'''),
    ("turtle", P + ":a :b \"\" , '' , \"\"\"\"\"\" , '''a''b\r\nc''' , \"\"\"a\"b\"\"c\"\"\" , ''''x''' ."),
    ("turtle", P + ':a :b "x"@zh-Hans , "x"@EN-gb , "x" @en , "x"#c\n@en , "x"@prefix , "x"@en.'),
    ("turtle", P + ':a :b "x"^^:d , "x" ^^ <urn:d> , "\x00\x01"^^:d , "x"^^:d.'),
    ("turtle", P + "_:a :b _:a.b , _:1 , _:中 . _:b0 :p _:a ."),
    ("turtle", P + "#\r:a :b :c ."),
    ("trig", P + ":a :b :c . { :a :b :d } { :a :b :e . } {} :g { :a :b :f . :d :e :f ; }"),
    ("trig", P + "GRAPH :g { _:x :b :c } graph _:x{[ :a _:x ] . () :p (1)} [] {:a :b _:y}"),
    ("trig", P + "_:g { _:g :b :c } _:g :d :e . [ :a :b ] . [ :a :b ] :c :d . (1) :c :d ."),
    ("ntriples", "#c\n\n<urn:a> <urn:b> <urn:c> . #d\r\n_:a<urn:b>_:b0.\r<urn:a> <urn:b> \"x\" ."),
    ("ntriples", r'<urn:\u0061> <urn:b> "\u0061\"中"^^<urn:c> .' + '\n_:a.b <urn:b> "x" @en-GB.\n\t'),
    ("nquads", "<urn:a> <urn:b> _:x _:x .\n_:x <urn:b> \"x\"@en <urn:g>.\n<urn:a> <urn:b> <urn:c> ."),
]  # fmt: skip
BROKEN: list[tuple[Form, str]] = [
    *(
        ("turtle", P + text)
        for text in (
            ":a", ":a :b", ":a :b :c", ".", ";", ":a :b :c . .", ":a :b :c }", '"x" :b :c .',
            ":a 'x' :c .", ":a _:p :c .", ":a [] :c .", ":a :b :c :d .", ":a :b [ :c ] .",
            ":a :b [ :c :d .", ":a :b ( :c .", ":a :b ) .", ":a :b ] .", ":a ; :b :c .",
            ":a :b :c , .", "[] .", "[ ] .", "(1 2) .", "() .", "[ ; ] .", ":a A :c .", "a a :c .",
            ":a :b a .", ":a :b TRUE .", ":a :b truex .", ":a is :b of :c .", ":a = :b .",
            ":a :b 1.e .", ":a :b 1abc .", ":a :b 1.5.5 .", ":a :b + .", ":a :b -5-6 .",
            ":a a :c.:d a :e .", ":a%2 a :b .", r":a\x a :b .", r":a\u0041 a :b .", ":a a :-1 .",
            ":a a :.1 .", ":a :b :\u00b7 .", ":a :b :\ue000 .", ":a\u3000:b :c .", ":a\x0c:b :c .",
            "x:a a :b .", ":a :b :c . @PREFIX x: <urn:x> .", "@prefix x: <urn:x> :a a :b .",
            "PREFIX x: <urn:x> . :a a :b .", "@prefix x <urn:x> .", "@prefix x:y <urn:x> .",
            "@prefix x: :y .", "@prefix x: <rel> .", "@base <rel> .", "@base :x .", "@prefix 1: <u:> .",
            "<rel> a :b .", "<http://a/ b> a :b .", r"<http://a/\u0020> a :b .", "<urn:a a :b .",
            r"<http://a/\u007B> a :b .", "<http://a/%zz> a :b .", "<http://[/> a :b .",
            '_:-a a :b .', '_: a :b .', "_:a. a :b .",
            ':a :b "x"@12 .', ':a :b "x"@en-123456789 .', ':a :b "x"@e .', ':a :b "x"^^"y" .',
            ':a :b "x"^^a .', ':a :b "x"^^ .', ':a :b "x"^^<rel> .', ':a :b "x"@en^^:d .',
            ':a :b "x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .',
            ':a :b "a\nb" .', ":a :b 'a\rb' .", r':a :b "\q" .', r':a :b "\u00" .',
            r':a :b "\uD800" .', r':a :b "\U00110000" .', ':a :b """a"""" .', r':a :b """\""" .',
            ':a :b "open .', ":a :b 'it''s' .", "{ :a :b :c }", ":g { :a :b :c }",
        )
    ),
    *(
        ("trig", P + text)
        for text in (
            "{ :a :b :c . . }", "GRAPH { :a :b :c }", "[ :a :b ] { :a :b :c }", "() { }", "(1) { }",
            "{ @prefix x: <urn:> . }", "{ (1) . }", "{ [] . }", "GRAPH (1) { }", "GRAPH :g", ":g",
            "{ :a :b :c . { } }", "{ { } }", ":g { :a :b :c", "{ } .", 'GRAPH "x" {}', "GRAPH a {}",
            "{ GRAPH :g {} }", "[] .", ":g { . }", "{ ; }", "{ :a }", "{ :a :b }", "}", ":a :b :c }",
            ":a :b [ :c :d } ] .", "GRAPH :g { :a :b :c } }", "{ :a :b ( :c } ) .",
        )
    ),
    *(
        ("ntriples", text)
        for text in (
            "<urn:a> <urn:b> <urn:c>", "<urn:a> <urn:b> <urn:c> . <urn:a> <urn:b> <urn:d> .",
            "<urn:a>\n<urn:b> <urn:c> .", "_:-a <urn:b> _:c .", "_:a. <urn:b> _:c .", "<a> <urn:b> <urn:c> .",
            "<urn:a> <urn:b> 'x' .", '<urn:a> <urn:b> """x""" .', "<urn:a> <urn:b> 1 .",
            "<urn:a> a <urn:c> .", "[] <urn:b> <urn:c> .", "@prefix : <urn:x> .",
            "<urn:a> <urn:b> <urn:c> <urn:g> .", "x:a <urn:b> <urn:c> .", '<urn:a> <urn:b> "x"^^x:a .',
            '<urn:a> <urn:b> "x"\n.', '<urn:a> "a" <urn:b> .', "_:a _:b <urn:b> .", "<urn:a>",
            '<urn:a> <urn:b> "a\nb" .', r'<urn:a> <urn:b> "\uD800" .', '<urn:a> <urn:b> "x"@1 .',
            "<urn:a> <urn:b> <c> .", "<urn:a> <b> <urn:c> .",
        )
    ),
    ("nquads", "<urn:a> <urn:b> <urn:c> <urn:g> <urn:h> ."),
    ("nquads", '<urn:a> <urn:b> <urn:c> "g" .'),
    ("nquads", "<urn:a> <urn:b> <urn:c> <g> ."),
]  # fmt: skip


def theirs(text: str, form: Form, base: str | None = None) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text.encode(), format=FORMS[form], base_iri=base)]


def assert_same(text: str, form: Form) -> None:
    mine = list(parse(text, form))
    assert len(mine) == len(theirs(text, form))
    assert canonical(mine) == canonical(theirs(text, form))


@pytest.mark.parametrize(("form", "text"), DOCUMENTS)
def test_a_document_means_what_pyoxigraph_says(form: Form, text: str) -> None:
    assert_same(text, form)


@given(turtle())
def test_any_turtle_means_what_pyoxigraph_says(text: str) -> None:
    assert_same(text, "turtle")


@given(trig())
def test_any_trig_means_what_pyoxigraph_says(text: str) -> None:
    assert_same(text, "trig")


@pytest.mark.parametrize(("form", "text"), BROKEN)
def test_what_pyoxigraph_refuses_is_refused(form: Form, text: str) -> None:
    with pytest.raises(SyntaxError):
        theirs(text, form)
    with pytest.raises(RDFSyntaxError) as caught:
        list(parse(text, form))
    error = caught.value
    assert f"第 {error.line} 行第 {error.column} 列" in error.zh
    assert f"line {error.line}, column {error.column}" in error.en
    assert re.search("[a-z]", error.reason_en)
    assert re.search("[一-鿿]", error.reason_zh)


PARTS = st.sampled_from(
    [*" \n.,;[](){}\"'<>@^:_ab1e+-\\#%中", '"""', "^^", "@en", "a ", "ex:", "_:"]
)


@given(turtle() | trig(), st.integers(0), st.integers(0, 2), PARTS)
def test_what_is_damaged_is_valid_or_not_as_pyoxigraph_says(
    text: str, where: int, drop: int, part: str
) -> None:
    at = len(HEADER) + where % (len(text) - len(HEADER) + 1)
    text = text[:at] + part + text[at + drop :]
    if re.search(r"<<|--|\{\|", text):
        return  # RDF 1.2, which pyoxigraph reads too
    form: Form = "trig" if "{" in text else "turtle"
    try:
        theirs(text, form)
    except SyntaxError:
        with pytest.raises(RDFSyntaxError):
            list(parse(text, form))
    else:
        assert_same(text, form)


# --- places


def reread(token: str, directives: str) -> ox.NamedNode | ox.Literal:
    (quad,) = ox.parse(f"{directives} <urn:s> <urn:p> {token} .", format=ox.RdfFormat.TURTLE)
    return cast("ox.NamedNode | ox.Literal", quad.object)


def assert_places_hold_terms(text: str, directives: str) -> None:
    for found in parse(text, "turtle"):
        subject, predicate, value = terms(found)
        token = text[found.object_at : found.object_end]
        if not isinstance(value, ox.BlankNode) and token[0] not in "()":
            assert reread(token, directives) == value
        elif token[0] not in "()[":
            assert token.startswith("_:")
        for node, at in ((subject, found.subject_at), (predicate, found.predicate_at)):
            if text[at] in "([)" or found.object_at == found.predicate_at:
                continue
            name = re.compile(r"<[^>]*>|(?:\\.|[^\s<>\"',;()\[\]#])+").match(text, at)
            assert name
            if isinstance(node, ox.BlankNode):
                assert name[0].startswith("_:")
            elif name[0] == "a":
                assert str(node).endswith("#type>")
            else:
                assert reread(name[0], directives) == node


@given(turtle())
def test_the_text_at_a_place_denotes_the_term(text: str) -> None:
    if "@base" in text or "other/" in text or "prefix :" in text.removeprefix(HEADER):
        return  # the meaning changes within the text
    assert_places_hold_terms(text, HEADER)


def test_places_count_characters() -> None:
    text = '@prefix : <http://e/> .\r\n:项目 :b "😀\u3000"@zh ,\r\n  :c ; # 注\r\n\ta :d .'
    places = [tuple(map(Lines(text).at, found[3:])) for found in parse(text, "turtle")]
    assert places == [
        ((2, 1), (2, 5), (2, 8), (2, 15)),
        ((2, 1), (2, 5), (3, 3), (3, 5)),
        ((2, 1), (4, 2), (4, 4), (4, 6)),
    ]


def test_brackets_are_the_places_of_what_has_no_name() -> None:
    text = "[ <urn:p> (1 <urn:x>) , [] , () ] <urn:q> [ <urn:r> 2 ] ."
    shown = [
        (found.predicate[1:-1].rpartition("#")[2], *(text[at] for at in found[3:6]), found[6])
        for found in parse(text, "turtle")
    ]
    assert shown == [
        ("urn:p", "[", "<", "(", 11),
        ("first", "(", "1", "1", 12),
        ("rest", "(", "(", "(", 11),
        ("first", "(", "<", "<", 20),
        ("rest", "(", "(", ")", 21),
        ("urn:p", "[", "<", "[", 26),
        ("urn:p", "[", "<", "(", 31),
        ("urn:q", "[", "<", "[", 43),
        ("urn:r", "[", "<", "2", 53),
    ]


@pytest.mark.parametrize(("form", "text"), DOCUMENTS)
def test_a_byte_order_mark_only_shifts_offsets(form: Form, text: str) -> None:
    plain, marked = list(parse(text, form)), list(parse("\ufeff" + text, form))
    assert [found[:3] for found in marked] == [found[:3] for found in plain]
    assert [found[3:] for found in marked] == [tuple(n + 1 for n in found[3:]) for found in plain]
    shifted = [Lines("\ufeff" + text).at(found.object_at) for found in marked]
    assert shifted == [Lines(text).at(found.object_at) for found in plain]


@given(st.text(st.sampled_from("ab中\n\r\ufeff😀\u2028\x0c")))
def test_lines_are_those_of_a_reader(text: str) -> None:
    line = column = 1
    for offset, char in enumerate(text):
        if offset == 0 and char == "\ufeff":
            assert Lines(text).at(0) == (1, 1)
            continue
        assert Lines(text).at(offset) == (line, column)
        ends = char == "\n" or (char == "\r" and text[offset + 1 : offset + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1)
    assert Lines(text).at(len(text)) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (P + ":a :b ?c .", 2, 7, "an object, found ?"),
        (P + ":a :b :c\n:d :e :f .", 3, 1, "end of the statement, found :d"),
        ("\ufeffx:a a x:b .", 1, 1, "the prefix x: is not declared"),
        (P + '\r\n\r:a :b "中", "x .', 4, 12, "the string does not end"),
        (P + ":a :b :c ; :d [ :e", 2, 19, "the text ends"),
        (P + ":a :b <rel> .", 2, 7, "<rel> is relative"),
        (P + "<<:a :b :c>> :d :e .", 2, 1, "RDF 1.2"),
        (P + ':a :b "\ud800" .', 2, 7, "surrogate"),
        (P + '@prefix x: "y" .', 2, 12, "an IRI in angle brackets"),
    ],
)
def test_an_error_says_where_and_what(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(RDFSyntaxError, match=re.escape(words)) as caught:
        list(parse(text, "turtle"))
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> 1 .", 2, 17, "an object, found 1"),
        ("<urn:a> <urn:b>\n<urn:c> .", 1, 16, "an object, found a line break"),
        ("<urn:a> <urn:b> <urn:c>", 1, 24, "the text ends"),
        ('<urn:a> <urn:b> "x" . x', 1, 23, "the end of the line, found x"),
        ("<urn:a> <b> <urn:c> .", 1, 9, "<b> is relative"),
    ],
)
def test_an_error_in_a_line_says_where(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(RDFSyntaxError, match=words) as caught:
        list(parse(text, "ntriples"))
    assert (caught.value.line, caught.value.column) == (line, column)


# --- what is promised beside


def test_blank_nodes_get_fresh_labels_and_stay_one_over_graphs() -> None:
    text = "_:b0 <urn:p> [] . <urn:g> { _:b0 <urn:p> _:x1 }"
    (first, second) = parse(text, "trig", label="x")
    assert first.subject == second.subject
    labels = {node for found in (first, second) for node in (found.subject, found.object)}
    assert labels == {"_:x0", "_:x1", "_:x2"}


def test_lexical_forms_are_as_written() -> None:
    text = '<urn:a> <urn:p> 001.50 , "P12M"^^<urn:d> , "x"@zh-Hans .'
    values = [content(found.object) for found in parse(text, "turtle")]
    assert values == ["001.50", "P12M", "x"]
    # As pyoxigraph's parser has it.
    assert [language(found.object) for found in parse(text, "turtle")] == ["", "", "zh-hans"]


def test_a_base_may_be_given() -> None:
    text, base = "<#a> a <../b> .", "https://example.org/x/y"
    (found,) = parse(text, "turtle", base=base)
    assert [ox.Triple(*terms(found))] == theirs(text, "turtle", base)
    with pytest.raises(ValueError, match="scheme"):
        parse("", "turtle", base="relative")


@pytest.mark.parametrize("brackets", [("[ <urn:p> ", "]"), ("(", ")")])
def test_nesting_may_be_deep(brackets: tuple[str, str]) -> None:
    opening, closing = (bracket * 100_000 for bracket in brackets)
    whole = f"<urn:a> <urn:p> {opening} 1 {closing} ."
    assert sum(isinstance(found, Located) for found in parse(whole, "turtle")) > 100_000
    with pytest.raises(RDFSyntaxError, match="the text ends"):
        list(parse(f"<urn:a> <urn:p> {opening}", "turtle"))


def test_statements_come_while_the_text_is_read() -> None:
    found = parse(P + ":a :b 1 .\n" * 10_000 + "broken", "turtle")
    assert content(next(found).object) == "1"
    with pytest.raises(RDFSyntaxError, match="line 10002, "):
        list(found)


def test_many_names_do_not_pile_up() -> None:
    text = P + "".join(f":a :b :n{number} , {number} .\n" for number in range(60_000))
    objects = {found.object for found in parse(text, "turtle")}
    assert len(objects) == 120_000


@pytest.mark.parametrize(("form", "end"), [("ntriples", " ."), ("nquads", " _:g:1 .")])
@pytest.mark.parametrize("label", ["_:a:b", "_::", "_:a:", "_::a.b", "_:0:.:"])
def test_labels_of_n_triples_and_n_quads_may_hold_colons(label: str, form: Form, end: str) -> None:
    """Pyoxigraph refuses them; the grammar of RDF 1.1 does not."""
    text = f"{label} <urn:p> {label}{end}\n_:a <urn:p> {label}{end}\n"
    first, second = parse(text, form)
    assert first.subject == first.object == second.object != second.subject


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<urn:a>\u3000<urn:b> 1 .", "U+3000 (ideographic space)"),
        ("<urn:a> <urn:b>\u00a01 .", "U+00A0 (no-break space)"),
        ("<urn:a> <urn:b> 1\u200b.", "U+200B (zero width space)"),
        ("<urn:a> <urn:b> \ufeff1 .", "U+FEFF (zero width no-break space)"),
        ("<urn:a> <urn:b> \u00011 .", "U+0001 (a control character)"),
        ("<urn:a> <urn:b> \u202e1 .", "U+202E (right-to-left override)"),
        ("<urn:a> <urn:b> 1 \uff1b", "U+FF1B (fullwidth semicolon; ; is meant)"),
        ("ex\u200d:a <urn:b> 1 .", "ex[U+200D (zero width joiner)]: is not declared"),
        ("<a\u200b> <urn:b> 1 .", "<a[U+200B (zero width space)]> is relative"),
        ('<urn:a> "一，二" 1 .', 'found "一，二"'),
    ],
)
def test_a_character_that_nobody_sees_is_named(text: str, words: str) -> None:
    with pytest.raises(RDFSyntaxError) as caught:
        list(parse(text, "turtle"))
    assert words in caught.value.reason_en
    assert not re.search("[\u3000\u00a0\u200b\u200d\ufeff\u202e\u0001]", caught.value.reason_zh)
