"""Cutting a text into proposals gives what parsing all of it gives."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from turtle_documents import HEADER, SPACE, predicates, turtle

from guidekg.rdf.turtle import Located, Piece, RDFSyntaxError, parse, parse_piece
from guidekg.rdf.turtle.split import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

EX = "https://example.org/"
TYPES, PREDICATES = {f"{EX}Proposal"}, {f"{EX}n/appliesTo"}
CLOSED = (f"{EX}项目#",)
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def piece_text(text: str, piece: Piece) -> str:
    return "\n".join((piece.header, *(text[start:end] for start, end in piece.parts), ""))


def pieces_of(text: str, closed: tuple[str, ...] = CLOSED) -> list[Piece]:
    pieces = cut(text, TYPES, PREDICATES, closed)
    assert pieces is not None
    return pieces


def slow(
    text: str, types: Collection[str], predicates: Collection[str], closed: tuple[str, ...]
) -> dict[str, list[Located]]:
    """Return the reachable statements of each proposal, found in the parsed text."""
    found = list(parse(text, "turtle"))
    proposals = {
        str(item.subject.value): []
        for item in found
        if item.predicate.value in predicates
        or (item.predicate.value == TYPE and getattr(item.object, "value", "") in types)
    }
    for proposal, reached in proposals.items():
        known, todo = {ox.NamedNode(proposal)}, [ox.NamedNode(proposal)]
        while todo:
            subject = todo.pop()
            for item in found:
                if item.subject != subject:
                    continue
                reached.append(item)
                for name in (item.predicate, item.object, getattr(item.object, "datatype", None)):
                    stops = isinstance(name, ox.Literal | None) or name in known
                    if stops or name.value in proposals or name.value.startswith(closed):
                        continue
                    known.add(name)
                    todo.append(name)
    return proposals


def shown(items: Iterable[Located]) -> list[tuple[str, ...]]:
    """Return statements with their offsets, blank nodes without their labels."""
    return sorted(
        tuple("_" if isinstance(part, ox.BlankNode) else str(part) for part in item)
        for item in items
    )


def canonical(items: Iterable[Located]) -> set[str]:
    graph = ox.Dataset(ox.Quad(*item[:3]) for item in items)
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in graph}


def assert_same(
    text: str,
    pieces: list[Piece],
    types: Collection[str] = TYPES,
    predicates: Collection[str] = PREDICATES,
    closed: tuple[str, ...] = CLOSED,
) -> None:
    expected = slow(text, types, predicates, closed)
    assert {piece.subject for piece in pieces} == set(expected)
    for piece in pieces:
        parsed = parse_piece(text, piece)
        assert shown(parsed) == shown(expected[piece.subject])
        assert canonical(parsed) == canonical(expected[piece.subject])
        quads = ox.parse(piece_text(text, piece), format=ox.RdfFormat.TURTLE)
        alone = [Located(*quad.triple, 0, 0, 0, 0) for quad in quads]
        assert canonical(alone) == canonical(parsed)
        assert list(piece.parts) == sorted(piece.parts)


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
def test_pieces_hold_what_is_reachable_in_the_parsed_text(text: str) -> None:
    assert_same(text, pieces_of(text))


@given(turtle() | turtle().map(plain))
def test_any_text_is_cut_exactly_or_not_at_all(text: str) -> None:
    types, predicates_ = {f"{EX}p1-lead"}, {f"{EX}n/p"}
    pieces = cut(text, types, predicates_, ())
    event("cut" if pieces is not None else "not cut")
    if pieces is not None:
        assert_same(text, pieces, types, predicates_, ())


def test_pieces_come_in_the_order_of_their_first_statements() -> None:
    text = HEADER + "ex:b ex:p 1 .\nex:a a ex:Proposal .\nex:b a ex:Proposal .\n"
    assert [piece.subject for piece in pieces_of(text)] == [f"{EX}b", f"{EX}a"]
    (first, _) = pieces_of(text)
    assert [text[start:end] for start, end in first.parts] == [
        "ex:b ex:p 1 .",
        "ex:b a ex:Proposal .",
    ]


def test_neighbouring_statements_share_a_range() -> None:
    text = HEADER + "ex:a a ex:Proposal ; ex:p ex:b . # a comment\nex:b ex:p _:x .\n_:x ex:p 1 .\n"
    (piece,) = pieces_of(text)
    assert [text[start:end] for start, end in piece.parts] == [text[len(HEADER) : -1]]


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
    assert_same(HEADER + text, pieces_of(HEADER + text))


def test_n_triples_are_cut() -> None:
    lines = [f"<{EX}a> <{TYPE}> <{EX}Proposal> .", f"<{EX}a> <urn:p> _:x .", '_:x <urn:q> "z"@zh .']
    text = "\n".join([*lines, "<urn:other> <urn:p> _:x ."])
    (piece,) = pieces_of(text)
    assert piece_text(text, piece).split("\n") == ["", *lines, ""]


def test_what_is_closed_and_other_proposals_are_not_followed() -> None:
    text = HEADER + "ex:a a ex:Proposal ; ex:p 项目:甲 , ex:b , ex:c .\n项目:甲 ex:p ex:d .\n"
    text += "ex:b :appliesTo ex:c .\nex:c ex:p 1 .\nex:d ex:p 1 .\n"
    first, second = (parse_piece(text, piece) for piece in pieces_of(text))
    assert {item.subject.value for item in first} == {f"{EX}a", f"{EX}c"}
    assert {item.subject.value for item in second} == {f"{EX}b", f"{EX}c"}


def test_a_proposal_of_which_nothing_says_so_is_none() -> None:
    text = (
        HEADER
        + 'ex:a ex:p ex:Proposal , "a ex:Proposal" . # a ex:Proposal\nex:Proposal ex:p :appliesTo .'
    )
    assert pieces_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "@base <https://example.org/> . ex:a a ex:Proposal .",
        "BASE <https://example.org/> ex:a a ex:Proposal .",
        "ex:a a ex:Proposal ; ex:p <b> .",
        r"ex:a a ex:Proposal ; ex:p <urn:\u0041> .",
        r"ex:a a ex:Proposal ; ex:p ex:b\-c .",
        "[] a ex:Proposal .",
        "_:a a ex:Proposal .",
        "ex:a ex:p [ a ex:Proposal ] .",
        "ex:a a ex:Proposal ; ex:p [ :appliesTo ex:b ] .",
        "ex:a ex:p ( [ a ex:Proposal ] ) .",
        "ex:b ex:p 1 . [ ex:p 2 ] ex:p 3 .",
        "(1) ex:p 2 . ex:a a ex:Proposal .",
        "ex:a a ex:Proposal . @prefix ex: <urn:other:> . ex:b a ex:Proposal .",
        "ex:a a ex:Proposal . @prefix late: <urn:other:> . ex:b a ex:Proposal .",
        "@prefix ex: <urn:other:> . ex:a a ex:Proposal .",
        "unknown:a a ex:Proposal .",
        "ex:a a ex:Proposal ; ex:p ex:b\nex:c a ex:Proposal .",
        "ex:a a ex:Proposal ; ex:p 1\nex:c a ex:Proposal .",
        "ex:a ex:p [ ex:p 1 ] ex:c a ex:Proposal .",
        "ex:a a ex:Proposal ] .",
        "ex:a a ex:Proposal",
        'ex:a a ex:Proposal ; ex:p "open .',
        "ex:a a ex:Proposal .ex:b a ex:Proposal .",
        "ex:g { ex:a a ex:Proposal . }",
        "<< ex:a ex:p 1 >> ex:p 2 . ex:a a ex:Proposal .",
    ],
)
def test_what_cannot_be_told_by_cutting_is_left_to_parsing(text: str) -> None:
    assert cut(HEADER + text, TYPES, PREDICATES, ()) is None


def test_a_prefix_may_be_declared_twice_alike() -> None:
    text = HEADER + "ex:a a ex:Proposal ; ex:p ex:b .\n" + HEADER + "ex:b ex:p 1 .\n"
    (piece,) = pieces_of(text)
    assert_same(text, [piece])
    assert piece.header == HEADER.rstrip("\n")
    assert len(piece.parts) == 2


def test_pieces_that_hold_many_times_the_text_are_not_made() -> None:
    others = "".join(f"ex:o{number} ex:p {number} .\n" for number in range(300))
    hub = "ex:hub ex:p " + ", ".join(f"ex:o{number}" for number in range(300)) + " .\n"
    text = HEADER + hub + others
    for count, is_cut in ((30, True), (300, False)):
        proposals = "".join(f"ex:a{n} a ex:Proposal ; ex:p ex:hub .\n" for n in range(count))
        pieces = cut(text + proposals, TYPES, PREDICATES, ())
        assert (pieces is not None) == is_cut
        assert pieces is None or {len(parse_piece(text + proposals, p)) for p in pieces} == {602}


def test_an_error_in_a_piece_has_its_place_in_the_whole_text() -> None:
    text = HEADER + 'ex:a a ex:Proposal .\nex:b a ex:Proposal ;\n  ex:p ex:c "x" .\n'
    good, bad = pieces_of(text)
    assert len(parse_piece(text, good)) == 1
    with pytest.raises(RDFSyntaxError) as caught:
        parse_piece(text, bad)
    assert (caught.value.line, caught.value.column) == (6, 13)


def test_the_examples_are_cut(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "examples/proposals.ttl").read_text(encoding="utf-8")
    namespace = "https://w3id.org/guidekg/"
    pieces = cut(text, {f"{namespace}ns#Proposal"}, (), (namespace,))
    assert pieces
    found = list(parse(text, "turtle"))
    assert shown(item for piece in pieces for item in parse_piece(text, piece)) == shown(found)


@pytest.mark.parametrize("run", ["[" * 200_000, "( " * 200_000, " " * 400_000, ";" * 400_000])
def test_long_runs_of_what_is_no_name_take_linear_time(run: str) -> None:
    start = time.perf_counter()
    cut(f"{HEADER}ex:p a ex:Proposal ; ex:p {run}^ .\n", TYPES, PREDICATES, CLOSED)
    assert time.perf_counter() - start < 5
