"""The shapes themselves: known terms, targets that match, words, and cases that fail and pass each.

A SHACL engine passes over a misspelt term or a target without instances in silence.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef

from guidekg.rdf.namespaces import ID, NS
from guidekg.validation.batches import read
from guidekg.validation.facts import Facts
from guidekg.validation.inputs import Document, documents
from guidekg.validation.rulebook import Rulebook
from tests.validation.cases import Case, Run, cases, lessened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    from guidekg import KnowledgeGraph
    from guidekg.validation.proposals import Record
    from guidekg.validation.shapes import Rule
    from guidekg.validation.validator import Validation

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "shapes").rglob("*.ttl"))
SHAPE = ID + "shape/"
TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
# What guidekg looks for itself; it takes the words from the shapes.
WITHOUT_TARGET = {
    SHAPE + name for name in ("unknown-term", "restated-thing", "nameless-proposal", "placeholder")
}


def unknown_terms(graph: Graph) -> set[str]:
    """The terms in the namespace of SHACL that SHACL does not have."""
    used = {term for triple in graph for term in triple if isinstance(term, URIRef)}
    return {str(term) for term in used if term.startswith(str(SH)) and term not in SH}


def reached(graph: Graph) -> set[Node]:
    """The shapes that have a target, and those that they lead to."""
    found = [shape for target in TARGETS for shape in graph.subjects(target)]
    for shape in found:
        found += [inner for inner in graph.objects(shape, SH.property) if inner not in found]
    return set(found)


def unmatched(graph: Graph, names: Iterable[str]) -> set[str]:
    """The targets, of all and of paths and values, that name what nothing defines."""
    known = set(names)
    named = {
        value
        for target in (*TARGETS, SH["class"], SH.hasValue)
        for value in graph.objects(None, target)
    }
    links = (SH.path, SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, RDF.first)
    named |= {value for link in links for value in graph.objects(None, link)}
    ours = {str(value) for value in named if isinstance(value, URIRef)}
    return {name for name in ours if name.startswith((NS, ID)) and name not in known}


def wordless(graph: Graph) -> set[Node]:
    """The shapes whose messages are not one in Chinese and one in English."""
    return {
        shape
        for shape in graph.subjects(SH.message)
        if sorted(_language(word) for word in graph.objects(shape, SH.message)) != ["en", "zh"]
    }


def _language(word: Node) -> str:
    return word.language or "" if isinstance(word, Literal) else ""


def parsed(turtle: str) -> Graph:
    return Graph().parse(data=turtle, format="turtle")


@pytest.fixture(scope="module")
def benches(kg: KnowledgeGraph) -> dict[Run, Validation]:
    """The shapes of each run that the cases have, with an engine."""
    return {
        run: kg.validation(as_of=run.as_of, facts=dict(run.facts))
        for run in {case.run for case in cases()}
    }


@pytest.fixture(scope="module")
def graphs(benches: dict[Run, Validation]) -> dict[str, Graph]:
    """The files of shapes, and the shapes that each run makes."""
    files = {str(path.relative_to(ROOT)): Graph().parse(path) for path in FILES}
    made = {str(run): parsed(bench.rulebook.turtle) for run, bench in benches.items()}
    return files | made


@pytest.fixture(scope="module")
def names(kg: KnowledgeGraph) -> set[str]:
    """Everything that the vocabulary and the data describe, and the shapes."""
    return {str(subject) for subject in kg.graph().subjects(RDF.type)}


def test_every_term_of_shacl_is_one(graphs: dict[str, Graph]) -> None:
    for name, graph in graphs.items():
        assert unknown_terms(graph) == set(), name


def test_a_misspelt_term_of_shacl_is_caught() -> None:
    text = f"@prefix sh: <{SH}> . [] a sh:PropertyShape ; sh:path <urn:p> ; sh:minCoun 1 ."
    assert unknown_terms(parsed(text)) == {f"{SH}minCoun"}


def test_every_shape_with_words_is_reached_from_a_target(graphs: dict[str, Graph]) -> None:
    for name, graph in graphs.items():
        spoken = {shape for shape in graph.subjects(SH.message) if isinstance(shape, URIRef)}
        assert spoken or name.startswith("shapes/derived/"), name  # rules find nothing wrong
        assert {str(s) for s in spoken - reached(graph)} <= WITHOUT_TARGET, name


def test_a_shape_without_a_target_is_caught() -> None:
    text = f"@prefix sh: <{SH}> . <urn:s> sh:path <urn:p> ; sh:minCount 1 ; sh:message 'x' ."
    assert reached(parsed(text)) == set()


def test_every_target_names_something_that_is_there(
    graphs: dict[str, Graph], names: set[str]
) -> None:
    for name, graph in graphs.items():
        shapes = {str(shape) for shape in graph.subjects() if isinstance(shape, URIRef)}
        assert unmatched(graph, names | shapes) == set(), name


def test_a_target_that_nothing_matches_is_caught(names: set[str]) -> None:
    text = f"@prefix sh: <{SH}> . <urn:s> sh:targetNode <{ID}scheme/zj-sti-2022-atlantis> ."
    assert unmatched(parsed(text), names) == {f"{ID}scheme/zj-sti-2022-atlantis"}


def test_every_message_is_in_chinese_and_in_english(graphs: dict[str, Graph]) -> None:
    for name, graph in graphs.items():
        assert wordless(graph) == set(), name


def test_what_is_only_preferred_is_not_said_to_be_a_must(four: KnowledgeGraph) -> None:
    preferred = must = 0
    for rule in Rulebook(four, Facts(four.store, {}, None)).rules.values():
        if rule.inapplicable:
            continue
        if rule.requirement and rule.severity == "info":
            preferred += 1
            assert rule.message.zh.startswith("优先条件：")
            assert not any(word in rule.message.zh for word in ("应当", "不得"))
            assert " should " in rule.message.en
            assert " must " not in rule.message.en
        elif rule.requirement and rule.severity == "violation":
            must += "must" in rule.message.en and "should" not in rule.message.en
    assert preferred > 10
    assert must > 100


def test_every_requirement_has_a_shape_in_every_run(benches: dict[Run, Validation]) -> None:
    for bench in benches.values():
        book = bench.rulebook
        assert {rule.requirement for rule in book.rules.values()} - {None} == set(book.requirements)


def test_every_shape_says_where_its_evidence_stands(benches: dict[Run, Validation]) -> None:
    for bench in benches.values():
        for rule in bench.rulebook.rules.values():
            if rule.iri not in WITHOUT_TARGET:
                assert rule.evidence.path, rule.iri
            assert not (rule.requirement and rule.evidence.local), rule.iri


class Tried:
    """For each shape, the cases that fail it and those that it looks at and lets pass."""

    def __init__(self) -> None:
        self.fails: dict[str, list[Case]] = defaultdict(list)
        self.passes: dict[str, list[Case]] = defaultdict(list)

    def add(self, bench: Validation, members: list[Case]) -> None:
        """Check the cases of one run, and note what each shape says of each."""
        read_ = [_record(document) for document in documents(*(c.text.encode() for c in members))]
        data = "".join(record.data(number) for number, record in enumerate(read_))
        failing: dict[str, set[int]] = defaultdict(set)
        for row in bench._engine.check(data):
            failing[row.shape].add(int(row.focus.removeprefix("<urn:n:").partition(":")[0]))
        for rule in bench.rulebook.rules.values():
            if rule.iri in WITHOUT_TARGET:
                continue
            for number, (case, record) in enumerate(zip(members, read_, strict=True)):
                if number in failing[rule.iri]:
                    self.fails[rule.iri].append(case)
                elif _looked_at(bench, rule, record):
                    self.passes[rule.iri].append(case)


def _record(document: object) -> Record:
    assert isinstance(document, Document)
    found = read(document)
    assert isinstance(found, list)
    return found[0]


def _looked_at(bench: Validation, rule: Rule, record: Record) -> bool:
    """Whether a shape has something to look at in a proposal."""
    book = bench.rulebook
    if rule.requirement:
        applied = (scheme[1:-1] for scheme in record.values(record.subject, f"<{NS}appliesTo>"))
        lists = (book.checklists.get(scheme, ()) for scheme in applied)
        return any(rule.requirement == item.iri for items in lists for item in items)
    first = next(iter(rule.evidence.path))
    return any(item[1][1:-1] in first for item in record.statements)


@pytest.fixture(scope="module")
def tried(benches: dict[Run, Validation]) -> Tried:
    """All cases, checked by all shapes of their run."""
    by_run: dict[Run, list[Case]] = defaultdict(list)
    for case in cases():
        by_run[case.run].append(case)
    found = Tried()
    for run, members in by_run.items():
        found.add(benches[run], members)
    return found


def test_every_shape_fails_in_a_case_and_passes_in_another(
    benches: dict[Run, Validation], tried: Tried
) -> None:
    """A further requirement of a known kind has no cases: proposals that say less are enough."""
    books = [bench.rulebook for bench in benches.values()]
    rules = {iri: rule for book in books for iri, rule in book.rules.items()}
    rows = {iri: item.row for book in books for iri, item in book.requirements.items()}
    with_cases = {case.row for case in cases()}
    less = Tried()
    less.add(benches[lessened()[0].run], [*lessened()])
    idle = set()
    for iri in rules.keys() - WITHOUT_TARGET:
        rule = rules[iri]
        seen = tried if not rule.requirement or rows[rule.requirement] in with_cases else less
        if not (seen.fails[iri] and seen.passes[iri]):
            idle.add(iri)
    assert idle == set()
