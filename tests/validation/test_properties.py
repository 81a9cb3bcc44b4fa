"""What holds of every proposal: less never improves a verdict, and how it is written never matters."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import date
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, URIRef

import guidekg
from guidekg.rdf.namespaces import NS
from tests.validation.cases import PREFIXES, Case, cases
from tests.validation.test_second_guide import CALLS, CHANGES, SECOND, proposal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rdflib.term import Node

    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Finding, Judgement
    from guidekg.validation.validator import Validation

ORDER = ("ineligible", "undecided", "eligible")
RUN, _ = Counter(case.run for case in cases()).most_common(1)[0]
CASES = tuple(case for case in cases() if case.run == RUN)
FAILING = tuple(case for case in CASES if case.fails)
EX = "https://example.org/cases/"
PROPOSAL = URIRef(EX + "p")
APPLIES_TO = URIRef(NS + "appliesTo")
TOKEN = re.compile(
    r"""\[|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^(?:<[^>]*>|[^\s;,.]+))?|<[^>]*>|[^\s;,\]]+"""
)


@pytest.fixture(scope="module")
def validation(kg: KnowledgeGraph) -> Validation:
    return RUN.validation(kg, "auto")


@cache
def graph(case: Case) -> Graph:
    """The triples of a case, literals as they are written."""
    return Graph(bind_namespaces="none").parse(data=case.text, format="turtle")


def worse_or_equal(verdict: str, than: str) -> bool:
    return ORDER.index(verdict) <= ORDER.index(than)


def judge(validation: Validation, *texts: str | bytes, form: str = "turtle") -> list[Judgement]:
    given_ = (text if isinstance(text, bytes) else text.encode() for text in texts)
    report = validation.report(*given_, form=form)  # type: ignore[arg-type]  # one of the forms
    assert not report.problems, report.problems
    return report.judgements


# ==== Less data, or more requirements


def without(triples: Graph, subject: Node, predicate: Node) -> str:
    left = Graph(bind_namespaces="none")
    for triple in triples:
        if triple[:2] != (subject, predicate):
            left.add(triple)
    return left.serialize(format="nt")


def statements(triples: Graph) -> set[tuple[Node, Node]]:
    """The properties of each node; without the call there is nothing to judge by."""
    return {(s, p) for s, p, _ in triples if p != APPLIES_TO}


@pytest.fixture(scope="module")
def required(validation: Validation) -> dict[str, set[tuple[Node, Node]]]:
    """For each base, the statements without which it is no longer eligible."""
    found = {}
    for base in {case.base for case in CASES}:
        whole = next(c for c in CASES if c.base == base and not (c.fails or c.structure))
        tried = sorted(statements(graph(whole)))
        texts = [without(graph(whole), *statement) for statement in tried]
        judgements = judge(validation, *texts, form="ntriples")
        pairs = zip(tried, judgements, strict=True)
        found[base] = {statement for statement, j in pairs if j.verdict != "eligible"}
    return found


def test_each_base_needs_most_of_what_it_says(
    required: dict[str, set[tuple[Node, Node]]],
) -> None:
    assert min(map(len, required.values())) > 15


def test_leaving_out_required_data_never_improves_a_verdict(
    validation: Validation, required: dict[str, set[tuple[Node, Node]]]
) -> None:
    chosen = Random(3).sample(FAILING, 80)  # noqa: S311  # a choice of tests
    before = judge(validation, *(case.text for case in chosen))
    tried = [
        (case, judgement, statement)
        for case, judgement in zip(chosen, before, strict=True)
        for statement in sorted(required[case.base] & statements(graph(case)))
    ]
    texts = [without(graph(case), *statement) for case, _, statement in tried]
    after = judge(validation, *texts, form="ntriples")
    improved = [
        (str(case), statement, judgement.verdict, left.verdict)
        for (case, judgement, statement), left in zip(tried, after, strict=True)
        if not worse_or_equal(left.verdict, judgement.verdict)
    ]
    assert improved == []


ADDED = {
    "gk:Limit": "gk:information information:requested-grant ; gk:maximum 100000 ; gk:currency 'CNY'",
    "gk:Declaration": "gk:regarding claim:stable-cooperation",
    "gk:Choice": "gk:information information:lead-place ; gk:accepts place:cn-110000",
    "gk:Presence": "gk:information information:recommendation ; gk:requirementRow 'S-NEW'",
    "gk:Window": "gk:information information:recommendation-day ; gk:opens '2024-01-01'^^xsd:date",
    "gk:Order": "gk:information information:agreement-date ; gk:notAfter information:recommendation-day",
    "gk:Relation": "gk:information information:leader-employer ; gk:sameAsInformation information:lead",
    "gk:RunLimit": "gk:countedFor information:lead ; gk:maximum 0",
    "gk:ManualCheck": "gk:question '是否有新意？'@zh , 'Is it new?'@en",
}


@pytest.mark.parametrize("kind", ADDED)
def test_an_added_requirement_that_is_not_met_never_improves_a_verdict(
    tmp_path: Path, kind: str
) -> None:
    folder = shutil.copytree(SECOND, tmp_path / "guide")
    guide = folder / "guide.ttl"
    guide.write_text(
        f"""{guide.read_text(encoding="utf-8")}
        @prefix claim: <https://w3id.org/guidekg/id/claim/> .
        scheme:second-nordic gk:hasProvision requirement:second-s-new .
        requirement:second-s-new a {kind} ; {ADDED[kind]} ;
            rdfs:label "新增"@zh , "added"@en ; gk:modality modality:must ;
            gk:clause clause:second-0-19 ; dcterms:identifier "S-NEW" ;
            gk:severityIfUnmet sh:Violation .
        """,
        encoding="utf-8",
    )
    texts = [proposal(call, old, new).encode() for call in CALLS for old, new, _ in CHANGES]
    before, after = (
        guidekg.load(path, shipped=False, cache=False).validate(*texts, as_of=date(2024, 12, 31))
        for path in (SECOND, folder)
    )
    for old_, new_ in zip(before, after, strict=True):
        ((name, state),) = set(item_states(new_)) - set(item_states(old_))
        assert name == "S-NEW"
        assert state != "met"
        assert worse_or_equal(new_.verdict, old_.verdict)


def item_states(judgement: Judgement) -> list[tuple[str, str]]:
    return [(item.requirement.identifier, item.state) for item in judgement.checklist]


# ==== How it is written


def told(judgement: Judgement) -> object:
    """What must not depend on how a proposal is written."""
    return (
        judgement.verdict,
        sorted(finding.code for finding in judgement.structure),
        [
            (item.requirement.iri, item.state, sorted(f.reason for f in item.findings))
            for item in judgement.checklist
        ],
    )


@pytest.fixture(scope="module")
def as_written(validation: Validation) -> Callable[[Case], Judgement]:
    """How each case is judged as it stands in its file."""
    found = judge(validation, *(case.text for case in CASES))
    return dict(zip(CASES, found, strict=True)).__getitem__


def shuffled(triples: Graph, random: Random) -> tuple[str, str]:
    lines = triples.serialize(format="nt").splitlines()
    random.shuffle(lines)
    return "\n".join(lines), "ntriples"


def other_prefixes(triples: Graph, random: Random) -> tuple[str, str]:
    bound = Graph(bind_namespaces="none")
    for number, base in enumerate({str(p).rpartition("#")[0] + "#" for p in triples.predicates()}):
        bound.bind(random.choice(["甲", "x-", "a.b"]) + str(number), base)
    for triple in triples:
        bound.add(triple)
    return bound.serialize(format="turtle"), "turtle"


def rdf_xml(triples: Graph, _: Random) -> tuple[str, str]:
    return triples.serialize(format="xml"), "rdfxml"


def json_ld(triples: Graph, _: Random) -> tuple[str, str]:
    return triples.serialize(format="json-ld"), "jsonld"


def nameless(triples: Graph, random: Random) -> Graph:
    """The same with blank nodes for all that it describes, but for the proposal itself."""
    described = [s for s in set(triples.subjects()) if s != PROPOSAL and str(s).startswith(EX)]
    numbers = random.sample(range(10_000), len(described))
    names: dict[Node, Node] = {
        s: BNode(f"n{number}") for s, number in zip(sorted(described), numbers, strict=True)
    }
    renamed = Graph(bind_namespaces="none")
    for s, p, o in triples:
        renamed.add((names.get(s, s), p, names.get(o, o)))
    return renamed


def blank_nodes(triples: Graph, random: Random) -> tuple[str, str]:
    return shuffled(nameless(triples, random), random)


def nested(triples: Graph, random: Random) -> tuple[str, str]:
    return nameless(triples, random).serialize(format="turtle"), "turtle"


WAYS: list[Callable[[Graph, Random], tuple[str, str]]] = [
    shuffled,
    other_prefixes,
    rdf_xml,
    json_ld,
    blank_nodes,
    nested,
]


# rdflib writes a date without its time zone: what comes out of it is another proposal.
ZONED = re.compile(r'[0-9](?:Z|[+-][0-9]{2}:[0-9]{2})"\^\^xsd:date')
KEPT = [case for case in CASES if not ZONED.search(case.text)]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(KEPT), random=st.randoms(use_true_random=False))
def test_order_prefixes_form_and_blank_nodes_change_nothing(
    validation: Validation,
    as_written: Callable[[Case], Judgement],
    way: Callable[[Graph, Random], tuple[str, str]],
    case: Case,
    random: Random,
) -> None:
    text, form = way(graph(case), random)
    (judgement,) = judge(validation, text, form=form)
    expected = as_written(case)
    if not expected.iri.startswith(EX):  # a proposal without a name is one in every form
        assert not judgement.iri.startswith(EX)
    assert told(judgement) == told(expected)


@settings(max_examples=20, deadline=None)
@given(
    chosen=st.lists(st.sampled_from(CASES), min_size=2, max_size=6, unique=True),
    together=st.integers(1, 6),
)
def test_one_text_or_several_change_nothing(
    validation: Validation,
    as_written: Callable[[Case], Judgement],
    chosen: list[Case],
    together: int,
) -> None:
    bodies = [
        case.text.removeprefix(PREFIXES).replace("ex:", f"ex:n{number}-")
        for number, case in enumerate(chosen)
    ]
    texts = [
        PREFIXES + "\n".join(bodies[start : start + together])
        for start in range(0, len(bodies), together)
    ]
    found = judge(validation, *texts)
    assert [told(judgement) for judgement in found] == [told(as_written(case)) for case in chosen]


# ==== Where


def pointed(text: str, finding: Finding) -> str:
    """The token that a finding points at."""
    where = finding.where
    assert where is not None
    assert where.line is not None
    assert where.column is not None
    lines = text.split("\n")
    token = TOKEN.match(lines[where.line - 1], where.column - 1)
    assert token is not None, where
    if where.end_line == where.line:
        assert where.end_column == where.column + len(token[0].rstrip(".")), where
    return token[0].rstrip(".")


def term(prefixes: str, token: str) -> ox.NamedNode | ox.Literal | str:
    """A token of Turtle as a term; a blank node stands for itself."""
    if token.startswith(("[", "_:")):
        return "blank"
    (quad,) = ox.parse(f"{prefixes}\n<urn:s> <urn:p> {token} .", format=ox.RdfFormat.TURTLE)
    assert isinstance(quad.object, ox.NamedNode | ox.Literal)
    return quad.object


def disagreements(text: str, judgement: Judgement) -> Iterator[tuple[str, str, str | None]]:
    """Each finding that does not point at what it reports."""
    prefixes = "\n".join(line for line in text.splitlines() if line.startswith("@prefix"))
    for finding in judgement.findings:
        token = pointed(text, finding)
        assert finding.where is not None
        subject = finding.where.subject
        if finding.value is None:
            wanted = subject if subject.startswith("_:") else f"<{subject}>"
        elif finding.code == "restated-thing":
            wanted = finding.value.split(" ")[2]
        else:
            wanted = finding.value.split(" , ")[0]
        if term(prefixes, token) != term(PREFIXES, wanted):
            yield finding.code, token, finding.value


def test_every_finding_points_at_what_it_reports(
    as_written: Callable[[Case], Judgement],
) -> None:
    found = {
        str(case): wrong
        for case in CASES
        if (wrong := list(disagreements(case.text, as_written(case))))
    }
    assert found == {}


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(FAILING), random=st.randoms(use_true_random=False))
def test_every_finding_points_at_what_it_reports_however_it_is_laid_out(
    validation: Validation, case: Case, random: Random
) -> None:
    for way in (other_prefixes, nested, shuffled):
        text, form = way(graph(case), random)
        (judgement,) = judge(validation, text, form=form)
        assert list(disagreements(text, judgement)) == []
