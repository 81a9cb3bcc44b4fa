"""Large files with odd content are judged as if they were read as a whole."""

from __future__ import annotations

import random
import re
from datetime import date
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from benchmarks.drafts import HEADER
from benchmarks.proposals import proposals
from guidekg.reports.model import Judgement, Problem
from guidekg.validation import batches
from guidekg.validation.inputs import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from guidekg import KnowledgeGraph
    from guidekg.validation.validator import Validation

COUNT = 60
TEXTS = list(proposals(COUNT, 3, 0.5))
APPLIES = "gk:appliesTo"
NUMBERS = ["1e3", "+5", "-0", ".5", '"12"^^xsd:int', '"x"^^xsd:integer', "true", "'36'", '"36"@en']


def put(added: str) -> Callable[[int, str], str]:
    """Return what adds a property to each proposal; ``#`` in it is the proposal's number."""
    return lambda n, text: text.replace(APPLIES, f"{added.replace('#', str(n))}\n    {APPLIES}", 1)


def sub(pattern: str, new: str, *, count: int = 0) -> Callable[[int, str], str]:
    """Return what replaces a pattern in each proposal."""
    return lambda _, text: re.sub(pattern, new, text, count=count)


def add(added: str) -> Callable[[int, str], str]:
    """Return what adds statements after each proposal."""
    return lambda n, text: text + added.replace("#", str(n))


def only(number: int, change: Callable[[int, str], str]) -> Callable[[int, str], str]:
    """Return what changes one proposal."""
    return lambda n, text: change(n, text) if n == number else text


# How each proposal is changed; the files are split all the same.
CHANGES: dict[str, Callable[[int, str], str]] = {
    "plain": lambda _, text: text,
    "comments": sub(" ;\n", ' ; # a "note\n', count=1),
    "comments between": lambda n, text: f"# about ex:p{n}\n{text}",
    "a string over lines": put('dcterms:description """one\nline "two" . ex:x\n""" ;'),
    "escapes in a string": sub('"@zh', r'\\u4e2d\\n\\""@zh'),
    "lists": put("gk:note ( 1 2 ex:a [ gk:x 1 ] ) ;"),
    "an unknown property": sub("gk:durationMonths", "gk:durationMonth", count=1),
    "an unknown object": sub("kind:enterprise", "kind:entreprise"),
    "not filled in": sub("kind:enterprise", '"…"'),
    "labels": sub(r"\bex:(p3-\d+)-(agreement|claim\d|filing\S*|leader)\b", r"_:\1-\2"),
    "a shared label": sub(r"\bex:p3-\d+-agreement\b", "_:agreement"),
    "IRIs in full": sub(r"\bex:(p3-[\w-]+)", r"<https://example.org/made/\1>"),
    "IRIs in two spellings": sub(
        r"\bex:(p3-\d+-lead)\b", r"<https://example.org/made/\1>", count=1
    ),
    "a shared organisation": lambda n, text: (
        text if n % 7 else re.sub(r"\bex:p3-\d+-lead\b", "ex:org", text)
    ),
    "a shared leader": sub(r"\bex:p3-\d+-leader\b", "ex:person"),
    "a leader not described": sub(r"gk:projectLeader \S+", "gk:projectLeader <https://orcid.org/1>"),
    "a place as leader": sub(r"gk:projectLeader \S+", "gk:projectLeader place:cn"),
    "a text as leader": sub(r"gk:projectLeader \S+", 'gk:projectLeader "me"'),
    "a proposal that names another": lambda n, text: put(
        f"gk:follows ex:p3-{(n + 1) % COUNT} ;"
    )(n, text),
    "a proposal that names itself": put("gk:follows ex:p3-# ;"),
    "a proposal without a name": only(50, sub(r"\bex:(p3-50)\b", r"_:\1")),
    "proposals in texts": put('dcterms:abstract "a gk:Proposal ; gk:appliesTo x" ;'),
    "without a type": sub(r"a gk:Proposal ;\n    ", "", count=1),
    "the type last": sub(r"a gk:Proposal ;\n    ([\s\S]*?) \.\n", r"\1 ;\n    a gk:Proposal .\n", count=1),
    "long numbers": only(7, sub(r"gk:requestedGrant \S+", f"gk:requestedGrant {'9' * 24}")),
    "odd values": lambda n, text: re.sub(
        r"gk:durationMonths \S+", f"gk:durationMonths {NUMBERS[n % len(NUMBERS)]}", text
    ),
    "one line": sub(r"[ \n]+", " "),
    "crowded": sub(r"\s*([;,])\s*", r"\1"),
    "names with dots": sub(r"\bex:(p3-\d+)-lead\b", r"ex:\1.lead"),
    "names in Chinese": sub(r"\bex:(p3-\d+)-lead\b", r"ex:\1-牵头"),
    "what no proposal names": add("ex:orphan-# a gk:Organisation ; gk:locatedIn place:cn .\n"),
    "what no proposal names, as if it were one's": add("ex:o-# gk:leadApplicant ex:n-# .\n"),
    "a circle": add("ex:a-# gk:partner ex:b-# . ex:b-# gk:partner ex:a-# .\n"),
    "empty brackets": put("gk:claim [] , [ ] ;"),
    "semicolons at the end": lambda _, text: text.replace(" .\n", " ; .\n").replace(" ] ;", " ; ] ;;"),
    "a thing of the guide that is restated": only(20, add("place:cn-330000 gk:within place:us .\n")),
    "a kind that is restated": only(20, add("kind:enterprise a gk:Thing ; gk:locatedIn ex:p3-1 .\n")),
    "a prefix declared again": only(20, add("@prefix ex: <https://example.org/made/> .\n")),
    "a prefix in the middle": lambda n, text: (
        text.replace("ex:", "new:")
        if n > 30
        else text + "@prefix new: <https://example.org/new/> .\n" * (n == 30)
    ),
    "a prefix that changes": only(20, add("@prefix ex: <https://example.org/other/> .\n")),
}  # fmt: skip


def scattered(*, first: bool) -> str:
    """Return the proposals with all that they name far from them."""
    heads, others = [], []
    for text in TEXTS:
        head, *rest = re.split(r"(?<=\.\n)", text)
        heads.append(head)
        others += rest
    random.Random(1).shuffle(others)  # noqa: S311  # the same order again
    return HEADER + "".join(others + heads if first else heads + others)


def as_written(form: ox.RdfFormat) -> str:
    quads = ox.parse(HEADER + "".join(TEXTS), format=ox.RdfFormat.TURTLE)
    prefixes = {"ex": "https://example.org/made/", "gk": "https://w3id.org/guidekg/ns#"}
    triples = [quad.triple for quad in quads]
    return ox.serialize(triples, format=form, prefixes=prefixes).decode()


def changed(name: str) -> str:
    return HEADER + "".join(CHANGES[name](number, text) for number, text in enumerate(TEXTS))


SPLIT = {
    **{name: changed(name) for name in CHANGES},
    "Windows line ends": (HEADER + "".join(TEXTS)).replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + HEADER + "".join(TEXTS),
    "scattered": scattered(first=False),
    "organisations first": scattered(first=True),
    "N-Triples": as_written(ox.RdfFormat.N_TRIPLES),
    "Turtle of a program": as_written(ox.RdfFormat.TURTLE),
}
WHOLE = {
    "a base": "@base <http://example.org/> .\n" + HEADER + "".join(TEXTS),
    "a proposal in a bracket": HEADER
    + "".join(
        only(50, put("gk:note [ a gk:Proposal ; gk:appliesTo scheme:zj-sti-2022-finland ] ;"))(
            number, text
        )
        for number, text in enumerate(TEXTS)
    ),
    "an undeclared prefix outside": HEADER + "".join(TEXTS) + "no:a a gk:Organisation .\n",
}


@pytest.fixture(scope="module")
def run(kg: KnowledgeGraph) -> Validation:
    return kg.validation(as_of=date(2022, 10, 1), facts={"provincial-deadline": "2022-09-15"})


def judged(run: Validation, text: str) -> list[Judgement | Problem]:
    return list(run.judge([Document("odd.ttl", "turtle", text)]))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A small file is taken for a large one."""
    monkeypatch.setattr(batches, "_LARGE", 0)
    return monkeypatch


@pytest.mark.parametrize("name", [*SPLIT, *WHOLE])
def test_a_file_is_judged_as_if_it_were_read_as_a_whole(
    run: Validation, small: pytest.MonkeyPatch, name: str
) -> None:
    text = SPLIT.get(name) or WHOLE[name]
    made = [item for batch in batches.batches([Document("x", "turtle", text)]) for item in batch]
    assert all(isinstance(item, batches.Fragments) for item in made) == (name in SPLIT)
    found = judged(run, text)
    small.undo()
    assert found == judged(run, text)
    assert len(found) >= COUNT or name == "an undeclared prefix outside"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (sub(" ;\n", " ;; , \n", count=1), "a gk:Proposal ;; , "),
        (sub("gk:field ", "gk:field field ", count=1), "gk:field field"),
        (sub("gk:field ", "foo:field ", count=1), "foo:field "),
        (sub(" \\.\n", " \n", count=1), "ex:p3-10-lead a "),
        (sub("gk:field ", r"gk:fi\\xeld ", count=1), "gk:fi\\xeld"),
    ],
)
def test_a_malformed_proposal_is_a_problem_at_its_place(
    run: Validation, small: pytest.MonkeyPatch, change: Callable[[int, str], str], line: str
) -> None:
    texts = [only(10, change)(number, text) for number, text in enumerate(TEXTS)]
    text = HEADER + "".join(texts)
    found = judged(run, text)
    if "\\" in line:  # no text is split that has escapes in names
        (problem,) = found
    else:
        problem = found.pop(10)
        small.undo()
        rest = judged(
            run, HEADER + "".join([*texts[:10], "\n" * texts[10].count("\n"), *texts[11:]])
        )
        assert found == rest
    assert isinstance(problem, Problem)
    assert problem.line
    assert line in text.splitlines()[problem.line - 1]


@pytest.mark.parametrize(
    "end",
    [
        lambda text: text.rstrip().rstrip("."),
        lambda text: text.replace('"@zh', "@zh", 1),
    ],
)
def test_where_a_statement_does_not_end_the_file_is_refused(
    run: Validation, small: pytest.MonkeyPatch, end: Callable[[str], str]
) -> None:
    text = HEADER + "".join([*TEXTS[:30], end(TEXTS[30])])
    found = judged(run, text)
    small.undo()
    assert found == judged(run, text)
    assert isinstance(found[-1], Problem)
