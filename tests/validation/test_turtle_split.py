"""Splitting a text into fragments gives what parsing all of it gives."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from turtle_documents import HEADER, SPACE, canonical, predicates, terms, turtle

from guidekg.rdf.turtle import Located, RDFSyntaxError, parse
from guidekg.rdf.turtle.split import Fragment, Wanted, split
from guidekg.rdf.turtle.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

EX = "https://example.org/"
WANTED = Wanted({f"{EX}Proposal"}, {f"{EX}n/appliesTo"})
CLOSED = (f"{EX}项目#",)
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def fragment_text(text: str, fragment: Fragment) -> str:
    return "\n".join((fragment.header, *(text[a:b] for a, b in fragment.spans), ""))


def fragments_of(text: str, closed: tuple[str, ...] = CLOSED) -> list[Fragment]:
    fragments = split(text, WANTED, closed)
    assert fragments is not None
    return fragments


def parsed(text: str, fragment: Fragment) -> list[Located]:
    """Return the statements of a fragment, their offsets being those of the whole text."""
    terms = Terms()
    assert list(parse(fragment.header, "turtle", terms=terms)) == []
    hidden = ""
    for start, end in fragment.spans:
        hidden += re.sub(r"[^\r\n]", " ", text[len(hidden) : start]) + text[start:end]
    return list(parse(hidden, "turtle", terms=terms))


def slow(text: str, wanted: Wanted, closed: tuple[str, ...]) -> list[list[Located]]:
    """Return the reachable statements of each wanted subject, found in the parsed text."""
    found = [(item, terms(item)) for item in parse(text, "turtle")]
    roots: dict[ox.NamedNode | ox.BlankNode, list[Located]] = {
        subject: []
        for _, (subject, predicate, value) in found
        if (
            predicate.value in wanted.predicates
            or (predicate.value == TYPE and getattr(value, "value", "") in wanted.types)
        )
        and not subject.value.startswith(closed)
    }
    for root, reached in roots.items():
        known, todo = {root}, [(root, True)]
        while todo:
            subject, open_ = todo.pop()
            for item, (about, predicate, value) in found:
                if about != subject:
                    continue
                reached.append(item)
                inside = text[item.object_at] in "[()"  # part of the same statement
                for name in (predicate, value, getattr(value, "datatype", None)):
                    if isinstance(name, ox.Literal | None) or name in known or name in roots:
                        continue
                    if open_ or (inside and name == value):
                        known.add(name)
                        todo.append((name, open_ and not name.value.startswith(closed)))
    return list(roots.values())


def shown(items: Iterable[Located]) -> list[tuple[str, ...]]:
    """Return statements with their offsets, blank nodes without their labels."""
    return sorted(
        tuple("_" if str(part).startswith("_:") else str(part) for part in item) for item in items
    )


def assert_same(
    text: str,
    fragments: list[Fragment],
    wanted: Wanted = WANTED,
    closed: tuple[str, ...] = CLOSED,
) -> None:
    for fragment, expected in zip(fragments, slow(text, wanted, closed), strict=True):
        found = parsed(text, fragment)
        assert shown(found) == shown(expected)
        assert canonical(found) == canonical(expected)
        quads = ox.parse(fragment_text(text, fragment), format=ox.RdfFormat.TURTLE)
        assert canonical(quad.triple for quad in quads) == canonical(found)
        assert list(fragment.spans) == sorted(fragment.spans)


SUBJECTS = st.sampled_from(
    [
        "ex:p1",
        "<https://example.org/p1>",
        ":p",
        "ex:a.b",
        "项目:甲",
        "ex:a:b:",
        "_:x",
        "_:中.1",
        "<urn:x>",
    ]
)
SAYS = st.sampled_from(
    [
        "a ex:Proposal",
        "a <urn:T> , ex:Proposal",
        ":appliesTo ex:c",
        "rdf:type ex:Proposal",
        f"<{TYPE}> ex:Proposal",
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return a text with statements of proposals and others, in any order."""
    blocks = []
    for number in range(draw(st.integers(0, 3))):
        says = draw(SAYS) + draw(SPACE) + ";" + draw(SPACE) + draw(predicates(2))
        blocks.append(f"ex:proposal{number}{draw(SPACE)}{says}")
        blocks.append(f"ex:proposal{number} ex:p ex:proposal{draw(st.integers(0, 3))}")
    blocks += [
        draw(SUBJECTS) + draw(SPACE) + draw(predicates(1)) for _ in range(draw(st.integers(0, 6)))
    ]
    bom = draw(st.sampled_from(["", "\ufeff"]))
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    ends = [draw(SPACE) + "." + draw(SPACE) for _ in blocks]
    order = draw(st.permutations(blocks))
    return bom + HEADER + rdf + "".join(a + b for a, b in zip(order, ends, strict=True))


def plain(text: str) -> str:
    """Return a text without what keeps it from being cut: escapes in names, a dot before an e."""
    text = text.replace(r"ex:a\-b\.c", "ex:a-b.c").replace(r"\u9879>", "项>")
    return text.replace("1.E", "1.5E")


@given(documents().map(plain))
def test_fragments_hold_what_is_reachable_in_the_parsed_text(text: str) -> None:
    assert_same(text, fragments_of(text))


# Nothing leads to the second subject, though it names the first.
ALONE = "@prefix ex: <https://example.org/> . @prefix n: <https://example.org/n/> .\nex:p1 n:p ex:p1 . ex:p1-lead a ex:p1 ."


@given(turtle() | turtle().map(plain))
@example(ALONE)
def test_any_text_is_split_exactly_or_not_at_all(text: str) -> None:
    wanted = Wanted({f"{EX}p1-lead"}, {f"{EX}n/p"})
    fragments = split(text, wanted, ())
    event("split" if fragments is not None else "not split")
    if fragments is not None:
        assert_same(text, fragments, wanted, ())


def test_fragments_come_in_the_order_in_which_their_subjects_are_said_to_be_wanted() -> None:
    text = HEADER + "ex:b ex:p 1 .\nex:a a ex:Proposal .\nex:b a ex:Proposal .\n"
    first, second = fragments_of(text)
    assert [text[start:end] for start, end in first.spans] == ["ex:a a ex:Proposal ."]
    assert [text[start:end] for start, end in second.spans] == [
        "ex:b ex:p 1 .",
        "ex:b a ex:Proposal .",
    ]


def test_neighbouring_statements_share_a_range() -> None:
    text = HEADER + "ex:a a ex:Proposal ; ex:p ex:b . # a comment\nex:b ex:p _:x .\n_:x ex:p 1 .\n"
    (fragment,) = fragments_of(text)
    assert [text[start:end] for start, end in fragment.spans] == [text[len(HEADER) : -1]]


@pytest.mark.parametrize(
    "text",
    [
        "ex:a a ex:Proposal ; ex:p <https://example.org/n/b> . :b ex:p 1 .",
        "<https://example.org/a> a <https://example.org/Proposal> ; ex:p :b . :b ex:p 1 .",
        "@prefix e: <https://example.org/n/b> . ex:a a ex:Proposal ; ex:p e:c . :bc ex:p 1 .",
        "@prefix e: <https://example.org/n/> . ex:a a ex:Proposal ; ex:p e:b . :b ex:p 1 . e:b ex:p 2 .",
        "ex:a a ex:Proposal ; ex:p :b . ex:q ex:p 1 . <https://example.org/n/b> ex:p ex:q .",
        "@prefix e: <https://example.org/n/> . ex:a a ex:Proposal ; ex:p 1 . : ex:p 2 .",
        'ex:a a ex:Proposal ; ex:p "x"@x-a , :b . :b ex:p 1 .',
        "ex:a a ex:Proposal ; ex:p ( [ ex:q 1 ] ( 2 ) :b ) , :c . :b ex:p 1 .",
        "ex:a a ex:Proposal ; ex:p 1.5 , :b.c , .5 , 3. :b.c ex:p 1 .",
        "ex:a a ex:Proposal ; ex:p ''' . ex:b a ex:Proposal . ''' , \"# .\" .#c\n:b ex:p 1 .",
    ],
)
def test_one_name_in_several_spellings_is_one_subject(text: str) -> None:
    assert_same(HEADER + text, fragments_of(HEADER + text))


def test_n_triples_are_split() -> None:
    lines = [f"<{EX}a> <{TYPE}> <{EX}Proposal> .", f"<{EX}a> <urn:p> _:x .", '_:x <urn:q> "z"@zh .']
    text = "\n".join([*lines, "<urn:other> <urn:p> _:x ."])
    (fragment,) = fragments_of(text)
    assert fragment_text(text, fragment).split("\n") == ["", *lines, ""]


def test_what_is_closed_is_there_and_not_followed_and_other_proposals_are_not_there() -> None:
    text = HEADER + "ex:a a ex:Proposal ; ex:p 项目:甲 , ex:b , ex:c .\n项目:甲 ex:p ex:d .\n"
    text += "ex:b :appliesTo ex:c .\nex:c ex:p 1 .\nex:d ex:p 1 .\n"
    first, second = (parsed(text, fragment) for fragment in fragments_of(text))
    assert {item.subject for item in first} == {f"<{EX}a>", f"<{EX}c>", f"<{EX}项目#甲>"}
    assert {item.subject for item in second} == {f"<{EX}b>", f"<{EX}c>"}


def test_a_proposal_of_which_nothing_says_so_is_none() -> None:
    text = (
        HEADER
        + 'ex:a ex:p ex:Proposal , "a ex:Proposal" . # a ex:Proposal\nex:Proposal ex:p :appliesTo .'
    )
    assert fragments_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "@base <https://example.org/> . ex:a a ex:Proposal .",
        "BASE <https://example.org/> ex:a a ex:Proposal .",
        "ex:a a ex:Proposal ; ex:p <b> .",
        r"ex:a a ex:Proposal ; ex:p <urn:\u0041> .",
        r"ex:a a ex:Proposal ; ex:p ex:b\-c .",
        "[] a ex:Proposal .",
        "ex:a ex:p [ a ex:Proposal ] .",
        "ex:a a ex:Proposal ; ex:p [ :appliesTo ex:b ] .",
        "ex:a ex:p ( [ a ex:Proposal ] ) .",
        "ex:b ex:p 1 . [ ex:p 2 ] ex:p 3 .",
        "(1) ex:p 2 . ex:a a ex:Proposal .",
        "ex:a a ex:Proposal . @prefix ex: <urn:other:> . <https://example.org/a> ex:p 1 .",
        "ex:a a ex:Proposal . ex:b ex:p late:x . @prefix late: <urn:other:> .",
        "unknown:a a ex:Proposal .",
        "ex:a a ex:Proposal ; ex:p ex:b\nex:c a ex:Proposal .",
        "ex:a a ex:Proposal ; ex:p 1\nex:c a ex:Proposal .",
        "ex:a ex:p [ ex:p 1 ] ex:c a ex:Proposal .",
        "ex:a a ex:Proposal",
        'ex:a a ex:Proposal ; ex:p "open .',
        "ex:a a ex:Proposal .ex:b a ex:Proposal .",
        "ex:g { ex:a a ex:Proposal . }",
        "<< ex:a ex:p 1 >> ex:p 2 . ex:a a ex:Proposal .",
    ],
)
def test_what_cannot_be_told_by_splitting_is_left_to_parsing(text: str) -> None:
    assert split(HEADER + text, WANTED, ()) is None


@pytest.mark.parametrize(
    "text",
    [
        "_:a a ex:Proposal . ex:b a ex:Proposal ; ex:p _:x . _:x ex:p 1 .",
        "ex:a a ex:Proposal . @prefix ex: <urn:other:> . ex:a a <https://example.org/Proposal> .",
        "ex:a a ex:Proposal . @prefix late: <https://example.org/> . late:b a late:Proposal .",
        "@prefix ex: <urn:other:> . ex:a a <https://example.org/Proposal> ; ex:p ex:b . ex:b ex:p 1 .",
        "ex:a a ex:Proposal ; ex:p ex:c . @prefix late: <urn:other:> . ex:b ex:p ex:a ; a ex:Proposal .",
        "ex:a ex:p [ ex:p 1 ] ; a ex:Proposal . ex:b ex:p ( 1 ) ; :appliesTo ex:a .",
        "ex:a a ex:Proposal ; ex:p 'ex:b' . # ex:b\nex:b ex:p ex:b .",
        "ex:a a ex:Proposal . 项目:甲 a ex:Proposal . ex:b a ex:Proposal ; ex:p 项目:甲 .",
        "ex:o ex:p ex:o . ex:a a ex:Proposal ; ex:p ex:b . ex:c ex:p 1 . ex:b ex:p ex:a . ex:o ex:p 2 .",
        "@prefix p: <https://example.org/n/b> . ex:a a ex:Proposal ; ex:p p:c . :bc ex:p :b . p: ex:p 1 .",
    ],
)
def test_what_is_told_by_splitting(text: str) -> None:
    assert_same(HEADER + text, fragments_of(HEADER + text))


def test_a_prefix_may_be_declared_twice_alike() -> None:
    text = HEADER + "ex:a a ex:Proposal ; ex:p ex:b .\n" + HEADER + "ex:b ex:p 1 .\n"
    (fragment,) = fragments_of(text)
    assert_same(text, [fragment])
    assert fragment.header == HEADER.rstrip("\n")
    assert len(fragment.spans) == 2


def test_fragments_that_hold_many_times_the_text_are_not_made() -> None:
    others = "".join(f"ex:o{number} ex:p {number} .\n" for number in range(300))
    hub = "ex:hub ex:p " + ", ".join(f"ex:o{number}" for number in range(300)) + " .\n"
    text = HEADER + hub + others
    for count, is_split in ((30, True), (300, False)):
        proposals = "".join(f"ex:a{n} a ex:Proposal ; ex:p ex:hub .\n" for n in range(count))
        fragments = split(text + proposals, WANTED, ())
        assert (fragments is not None) == is_split
        sizes = {len(parsed(text + proposals, one)) for one in fragments or ()}
        assert sizes <= {602}


def test_an_error_in_a_fragment_has_its_place_in_the_whole_text() -> None:
    text = HEADER + 'ex:a a ex:Proposal .\nex:b a ex:Proposal ;\n  ex:p ex:c "x" .\n'
    good, bad = fragments_of(text)
    assert len(parsed(text, good)) == 1
    with pytest.raises(RDFSyntaxError) as caught:
        parsed(text, bad)
    assert (caught.value.line, caught.value.column) == (6, 13)


def test_a_malformed_statement_is_its_fragments_where_it_hides_no_other_subject() -> None:
    text = HEADER + "ex:b a ex:Proposal ] .\nex:a a ex:Proposal .\n"
    bad, _ = fragments_of(text)
    assert [text[start:end] for start, end in bad.spans] == ["ex:b a ex:Proposal ] ."]


def test_the_examples_are_split(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "examples/proposals.ttl").read_text(encoding="utf-8")
    namespace = "https://w3id.org/guidekg/"
    fragments = split(text, Wanted({f"{namespace}ns#Proposal"}, ()), (namespace,))
    assert fragments
    found = list(parse(text, "turtle"))
    assert shown(item for one in fragments for item in parsed(text, one)) == shown(found)


@pytest.mark.parametrize("run", ["[" * 200_000, "( " * 200_000, " " * 400_000, ";" * 400_000])
def test_long_runs_of_what_is_no_name_take_linear_time(run: str) -> None:
    start = time.perf_counter()
    split(f"{HEADER}ex:p a ex:Proposal ; ex:p {run}^ .\n", WANTED, CLOSED)
    assert time.perf_counter() - start < 5
