"""The quick reader of Turtle reads what it takes as the full reader does."""

from __future__ import annotations

import random
import re
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from turtle_documents import HEADER, SPACE, canonical, statements

from benchmarks.drafts import HEADER as PROPOSAL_HEADER
from benchmarks.proposals import proposals
from guidekg.rdf.turtle import RDFSyntaxError, parse
from guidekg.rdf.turtle.subset import SubsetPlaces, read_subset
from guidekg.rdf.turtle.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable


def terms_of(header: str) -> Terms:
    terms = Terms()
    assert list(parse(header, "turtle", terms=terms)) == []
    return terms


TERMS, PROPOSAL_TERMS = terms_of(HEADER), terms_of(PROPOSAL_HEADER)
PROPOSALS = list(proposals(60, 5, 0.5))


def takes(text: str, terms: Terms = TERMS) -> bool:
    """Whether a text is taken; if so, it is read as by the full reader, terms and places."""
    by_subject = read_subset(text, terms)
    if by_subject is None:
        return False
    places = SubsetPlaces(text)
    mine = sorted(chain(*by_subject.values()), key=places.of_object)
    theirs = list(parse(text, "turtle", terms=Terms(prefixes=terms.prefixes)))
    assert canonical(mine) == canonical(theirs)
    first: dict[str, int] = {}
    for found, item in zip(theirs, mine, strict=True):
        assert unlabelled(found[:3]) == unlabelled(item[:3])
        assert (found.object_at, found.object_end) == places.of_object(item)
        assert places.of_predicate(item) == found.predicate_at
        if item[0] not in first:
            first[item[0]] = places.of_subject(item)
            assert first[item[0]] == found.subject_at
    return True


def unlabelled(terms: Iterable[str]) -> list[str]:
    return ["_" if term[0] == "_" else term for term in terms]


@st.composite
def texts(draw: st.DrawFn) -> str:
    found = draw(st.lists(statements(), min_size=1, max_size=4))
    return "".join(f"{one}{draw(SPACE)}.{draw(SPACE)}" for one in found)


@given(texts())
def test_what_is_taken_is_read_alike(text: str) -> None:
    event("taken" if takes(text) else "left to the full reader")


PARTS = st.sampled_from(
    [*" \n.,;[](){}\"'<>@^:_ab1e+-\\#%中", '"""', "^^", "@en", "a ", "ex:", "_:", " . ex:a a "]
)


@given(texts() | st.sampled_from(PROPOSALS), st.integers(0), st.integers(0, 2), PARTS)
def test_what_is_damaged_is_read_alike_or_not_taken(
    text: str, where: int, drop: int, part: str
) -> None:
    at = where % (len(text) + 1)
    damaged = text[:at] + part + text[at + drop :]
    terms = PROPOSAL_TERMS if text in PROPOSALS else TERMS
    try:
        list(parse(damaged, "turtle", terms=Terms(prefixes=terms.prefixes)))
    except RDFSyntaxError:
        assert read_subset(damaged, terms) is None
    else:
        takes(damaged, terms)


def test_generated_proposals_are_taken_however_they_are_damaged() -> None:
    chance = random.Random(1)  # noqa: S311  # the same damage again
    for text in PROPOSALS:
        assert takes(text, PROPOSAL_TERMS)
        commented = re.sub(" ;\n", lambda _: chance.choice([" ;\n", '; # a "\n', ";;\t"]), text)
        assert takes(commented, PROPOSAL_TERMS)


@pytest.mark.parametrize(
    "text",
    [
        "ex:a a ex:b .",
        "ex:a a ex:b ; ex:p 1 , -.5e3 , true , 'x'@en-GB , \"y\"^^ex:t , '''z''' ; .",
        "ex:a ex:p [ ] , [ ex:q [ ex:r 1 ] ; ] ; ; ex:s _:x . # end\n_:x ex:p [#\n] .\n\n",
        "<urn:a> <urn:b> <urn:c:😀> .ex:a.b :p :1.5 , 项目:甲 , ex: , : .",
        "ex:a ex:p[ex:q'x',\"y\"],ex:b;a ex:c.",
    ],
)
def test_what_proposals_are_written_in_is_taken(text: str) -> None:
    assert takes(text)


@pytest.mark.parametrize(
    "text",
    [
        *("ex:a a ( 1 ) .", "[] a ex:b .", "[ ex:p 1 ] .", "ex:a a <b> .", r"ex:a a ex:\-b .", ""),
        *("@prefix ex: <urn:x> .", "ex:a a ex:%41 .", r"ex:a a <urn:\u0041> .", "ex:a ex:p 1"),
        *(
            "ex:a ex:p 1 . .",
            "ex:a ex:p [ ; ex:q 1 ] .",
            "ex:a ex:p [ ex:q 1 . ] .",
            "no:a a ex:b .",
        ),
        *(
            "ex:a ex:p 1 ex:q 2 .",
            "ex:a ex:p , 1 .",
            "ex:a ex:p ] .",
            "ex:a ex:p [ ex:q 1 .",
            "ex:a .",
        ),
        *(
            "ex:a ex:p 'x'@1 .",
            "ex:a _:p 1 .",
            "ex:a ex:p truex .",
            "ex:a ex:p 1 ; ex:q .",
            "ex:a a .",
        ),
    ],
)
def test_what_is_left_to_the_full_reader(text: str) -> None:
    assert not takes(text)
