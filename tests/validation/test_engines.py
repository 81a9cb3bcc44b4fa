"""The SHACL engines are held to each other: the same rows from pySHACL, shacl and TopQuadrant.

``GUIDEKG_ENGINE_PROPOSALS`` says on how many generated proposals.
"""

from __future__ import annotations

import itertools
import logging
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl
from engine_support import matrix
from engine_support.differences import AT_LITERALS, DIFFERENCES, agrees_with_topquadrant
from engine_support.samples import ntriples, samples, triples
from engine_support.topquadrant import TopQuadrant
from rdflib import SH, BNode

from benchmarks.catalogue import Catalogue
from benchmarks.drafts import HEADER, Statement
from benchmarks.proposals import drafts, proposals
from guidekg.rdf.namespaces import PREFIXES
from guidekg.resources import folder
from guidekg.validation import engines
from guidekg.validation.batches import read
from guidekg.validation.engines.accelerator import Accelerator, beyond
from guidekg.validation.engines.pyshacl import PySHACL
from guidekg.validation.facts import Facts
from guidekg.validation.inputs import Document
from guidekg.validation.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine_support.differences import Difference

    from guidekg import KnowledgeGraph
    from guidekg.validation.engines import Engine, Row

# The cases by hand go through both engines too, and each constraint meets each odd value below.
COUNT = int(os.environ.get("GUIDEKG_ENGINE_PROPOSALS", "1000"))
SHARDS = 2  # of each mode; a test each, so that both cores are busy
BOTH: tuple[engines.Choice, ...] = ("pyshacl", "shacl")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def book(kg: KnowledgeGraph) -> Rulebook:
    return Rulebook(kg, Facts(kg.store, {}, None))


@pytest.fixture(scope="module")
def known(kg: KnowledgeGraph) -> Catalogue:
    return Catalogue(kg)


@pytest.fixture(scope="module")
def ours(book: Rulebook) -> list[Engine]:
    return [engines.make(choice, book.shapes, book.reference) for choice in BOTH]


def chunks(items: Iterable[str], size: int = 100) -> Iterator[str]:
    remaining = iter(items)
    while chunk := list(itertools.islice(remaining, size)):
        yield "".join(chunk)


def rows_of(engine: Engine, data: Iterable[str]) -> Counter[Row]:
    return Counter(row for chunk in data for row in engine.check(chunk))


# ---- The same rows


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("kind", ["ordinary", "odd"])
def test_three_engines_give_the_same_rows(
    book: Rulebook, known: Catalogue, shard: int, kind: str, tmp_path: Path
) -> None:
    made = list(samples(known, COUNT // SHARDS // 2, 1000 + shard, odd=kind == "odd"))
    ours = [engines.make(choice, book.shapes, book.reference) for choice in BOTH]
    # What the accelerator hands over to pySHACL would show nothing here: that goes aside. Every
    # second chunk is enough of the slowest engine.
    within = [data for data in made if not beyond(data)]
    assert len(within) > 0.7 * len(made)
    halved = list(chunks(within))[::2]
    reference, fast = (rows_of(engine, halved) for engine in ours)
    assert reference.total() > len(within) / 2
    assert reference == fast
    agreed = [data for data in made if agrees_with_topquadrant(data)]
    assert len(agreed) > 0.5 * len(made)
    second = TopQuadrant(book.shapes, book.reference, tmp_path)
    assert rows_of(ours[1], chunks(sorted(agreed, key=beyond))) == rows_of(
        second, ["".join(agreed)]
    )


def test_every_constraint_meets_every_odd_value_alike(tmp_path: Path) -> None:
    reference, fast = (engines.make(choice, matrix.SHAPES, []) for choice in BOTH)
    within = [value for value in matrix.VALUES if not beyond(matrix.data([value]))]
    rows = Counter(reference.check(matrix.data(within)))
    assert rows == Counter(fast.check(matrix.data(within)))
    untested = set(matrix.CONSTRAINTS) - {name for _, name in matrix.failed(rows)}
    assert untested == {"kind-IRIOrLiteral"}  # which only a blank node fails
    agreed = [value for value in matrix.VALUES if agrees_with_topquadrant(matrix.data([value]))]
    second = TopQuadrant(matrix.SHAPES, [], tmp_path)
    ours, theirs = (matrix.failed(e.check(matrix.data(agreed))) for e in (reference, second))
    assert {(v, c) for v, c in ours ^ theirs if c not in AT_LITERALS} == set()


# ---- The proposals themselves


def test_made_proposals_are_the_same_for_a_seed_and_eligible_until_they_are_spoilt(
    kg: KnowledgeGraph, known: Catalogue
) -> None:
    day = date(known.year, 9, 30)
    run = {"as_of": day.replace(month=12), "facts": {"provincial-deadline": day}}
    sound, faulty = ([draft.text for draft in drafts(90, 5, share, known)] for share in (0.0, 1.0))
    assert sound == [draft.text for draft in drafts(90, 5, 0.0, known)]
    assert list(proposals(3, 5, 0.0)) == sound[:3]
    report = kg.validate((HEADER + "".join(sound)).encode(), **run)
    assert {judged.verdict for judged in report} == {"eligible"}
    assert {judged.scheme.iri for judged in report if judged.scheme} == {
        scheme.iri for scheme in kg.schemes() if not scheme.parts
    }
    spoilt = kg.validate((HEADER + "".join(faulty)).encode(), **run)
    assert spoilt.summary.verdicts["eligible"] < 40
    size = len(triples("".join(sound))) / len(sound)
    assert 35 < size < 50


# ---- Known differences: each is real, and guarded


@pytest.fixture(scope="module")
def second_opinion(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Which constraint fails which value in TopQuadrant, of its known differences: one run of Java."""
    values = [known.value for known in DIFFERENCES if known.engine == "topquadrant"]
    second = TopQuadrant(matrix.SHAPES, [], tmp_path_factory.mktemp("topquadrant"))
    return matrix.failed(second.check(matrix.data(values)))


@pytest.mark.parametrize("known_difference", DIFFERENCES, ids=lambda d: f"{d.engine}: {d.cause}")
def test_a_known_difference_does_not_reach_a_report(
    known_difference: Difference, request: pytest.FixtureRequest
) -> None:
    engine, _, value, constraint, right, guard = known_difference
    fails = right == "fails"
    shapes, data = matrix.shape(constraint), matrix.data([value])
    for choice in BOTH:
        assert bool(engines.make(choice, shapes, []).check(data)) is fails
    assert guard
    if engine == "topquadrant":
        found = (value, constraint) in request.getfixturevalue("second_opinion")
    else:
        found = alone(engine, shapes, data)
    assert found is not fails, "no difference any more: drop it"


def test_a_line_break_after_a_code_fails_in_both_engines() -> None:
    """Their patterns differ on it; the bound on the length, which our shape has too, does not."""
    values = '"CNY"', '"CNY\\n"', '"cny"', '"CN"', '"CNYX"', '"ＣＮＹ"', "ex:x"
    data = ntriples(triples("".join(f"<urn:v:{n}> ex:value {v} .\n" for n, v in enumerate(values))))
    rows = [engines.make(choice, matrix.shape("code"), []).check(data) for choice in BOTH]
    first, second = ({row.focus for row in found} for found in rows)
    assert first == second == {f"<urn:v:{n}>" for n in range(1, len(values))}


def test_our_own_shapes_are_left_to_the_accelerator(book: Rulebook) -> None:
    assert engines.unproven(book.shapes) == []


def alone(engine: str, shapes: Sequence[ox.Triple], data: str) -> bool | None:
    """Whether data fail in an engine without our guards; None if it stops."""
    if engine == "shacl":
        made = shacl.Shapes.from_text(ntriples(shapes), format="ntriples")
        return bool(made.validate_text(data, format="ntriples").results)
    try:
        conforms, _, _ = plain(graph_of(ntriples(shapes)), graph_of(data))
    except TypeError:
        return None
    return not conforms


def graph_of(text: str, form: str = "nt") -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format=form)


def plain(shapes: rdflib.Graph, data: rdflib.Graph) -> tuple[bool, rdflib.Graph, str]:
    return pyshacl.validate(data, shacl_graph=shapes)  # type: ignore[return-value]


# Texts and IRIs are before or after each other as each engine likes; so our shapes compare dates
# only where there are dates (shapes/proposal.ttl, agreement-before-filing.rq, filing-order.rq).
NO_DATES = ["ex:a", "ex:b", '"2022-09-30"@en', '"2022-10-30"@zh', '"2022-09-30"', '"2022-10-01"']


def test_the_accelerator_finds_the_same_with_the_facts_that_one_proposal_needs(
    ours: list[Engine], known: Catalogue
) -> None:
    _, fast = ours
    parts = list(samples(known, 150, 11, odd=False))
    together = Counter(fast.check(*parts))
    assert together == Counter(row for part in parts for row in fast.check(part))
    assert together.total() > 150


def test_engines_order_texts_and_iris_each_in_its_own_way() -> None:
    shapes = triples("test:s sh:targetSubjectsOf ex:v ; sh:path ex:v ; sh:lessThanOrEquals ex:w .")
    data = "".join(f"<urn:v:{n}> ex:v {v} ; ex:w ex:b .\n" for n, v in enumerate(NO_DATES))
    rows = [set(engines.make(choice, shapes, []).check(ntriples(triples(data)))) for choice in BOTH]
    assert rows[0] != rows[1], "no difference any more: drop it"


@pytest.mark.parametrize("scheme", ["finland", "czechia"])
def test_texts_and_iris_for_dates_give_the_same_rows(
    ours: list[Engine], known: Catalogue, scheme: str
) -> None:
    dates = [*NO_DATES, "[]", '"2022-09-30"^^xsd:date']
    texts = []
    draft = next(d for d in drafts(50, 1, 0, known) if d.call.endswith(f"-{scheme}"))
    letter = draft.node("letter", "gk:RecommendationLetter")
    draft.add(draft.name, "gk:recommendation", letter)
    draft.add(letter, "gk:issuedOn", "ex:a")
    for number, (filed, other) in enumerate(itertools.product(dates, dates)):
        for name, day in (("gk:filedOn", filed), ("gk:signedOn", other), ("gk:issuedOn", other)):
            for subject, index in draft.places(name):
                draft.nodes[subject][index] = Statement(name, day)
        found = read(Document("made", "turtle", HEADER + draft.text))
        assert isinstance(found, list)
        texts += [record.data(number) for record in found]
    reference, fast = (rows_of(engine, chunks(texts)) for engine in ours)
    assert reference == fast
    assert reference.total() > len(texts)


@pytest.mark.parametrize(
    "value",
    [
        '"1000000000000000000000000000000"^^xsd:integer',
        '"1500000.000000000000000000000000000001"^^xsd:decimal',
        '"100000000000000000"^^xsd:integer',
        '"-100000000000000000"^^xsd:integer',
        '"1500000.0000000001"^^xsd:decimal',
        '"12022-09-30"^^xsd:date',
        '"-0044-03-15"^^xsd:date',
        '"0000-01-01Z"^^xsd:date',
        '"300"^^xsd:byte',
        '"-1"^^xsd:unsignedInt',
        '"0"^^xsd:negativeInteger',
        '"x\\"y"^^xsd:positiveInteger',
    ],
)
def test_values_beyond_the_accelerator_are_seen(value: str) -> None:
    assert beyond(ntriples(triples(f"ex:a ex:value {value} .")))


@pytest.mark.parametrize(
    "value",
    [
        "36",
        '"10000000000000000"^^xsd:integer',
        '"-10000000000000000"^^xsd:integer',
        '"1500000.000000001"^^xsd:decimal',
        '"36"^^xsd:int',
        '"2022-09-30"^^xsd:date',
        '"13800138000-1"',
        '"0"^^xsd:nonNegativeInteger',
    ],
)
def test_ordinary_values_stay_with_the_accelerator(value: str) -> None:
    assert not beyond(ntriples(triples(f"ex:a ex:value {value} .")))


# ---- No secret steps


def test_plain_pyshacl_finds_what_our_command_finds(ours: list[Engine]) -> None:
    """Over the files as they are: the shapes, the examples, and the data of the repository."""
    shapes, facts, examples = rdflib.Graph(), rdflib.Graph(), rdflib.Graph()
    for path in (folder("shapes") / "proposal.ttl", *(folder("shapes") / "guides").glob("*.ttl")):
        shapes.parse(path)
    for path in folder("data").rglob("*.ttl"):
        facts.parse(path)
    made = HEADER + "".join(proposals(40, 7, 0.8))
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.ttl"))]
    texts = [text for text in [*texts, made] if "gk:Proposal" in text]
    assert len(texts) > 1
    for text in texts:
        examples.parse(data=text)
    _, report, _ = plain(shapes, facts + examples)
    theirs = {
        (described(report.value(result, SH.focusNode)), str(report.value(result, SH.sourceShape)))
        for result in report.objects(None, SH.result)
    }
    found = set()
    for number, record in enumerate(
        record for text in texts for record in read(Document("file", "turtle", text))
    ):
        for row in ours[0].check(record.data(number)):
            node = record.nodes[int(row.focus.rpartition(":")[2].rstrip(">"))]
            found.add(("_:" if node.startswith("_:") else node.strip("<>"), row.shape))
    assert found == theirs
    assert len({shape for _, shape in found}) > 20


def described(node: rdflib.term.Node | None) -> str:
    return "_:" if isinstance(node, BNode) else str(node)


# ---- Which engine runs


@pytest.mark.parametrize(
    ("term", "constraint"),
    [
        ("sparql", "sh:sparql [ sh:select 'SELECT $this WHERE { $this ex:p ?v }' ]"),
        ("pattern", "sh:pattern '^a'"),
        ("uniqueLang", "sh:property [ sh:path ex:p ; sh:uniqueLang true ]"),
        ("minCoun", "sh:property [ sh:path ex:p ; sh:minCoun 1 ]"),
        ("rule", "sh:rule [ a sh:TripleRule ]"),
    ],
)
def test_shapes_that_the_accelerator_is_not_proven_on_go_to_pyshacl(
    term: str, constraint: str
) -> None:
    shapes = triples(f"test:s a sh:NodeShape ; sh:targetNode ex:a ; {constraint} .")
    assert term in engines.unproven(shapes)
    assert engines.make("auto", shapes, []).label.startswith("pyshacl")
    with pytest.raises(engines.EngineError, match=f"sh:{term}") as error:
        engines.make("shacl", shapes, [])
    assert f"sh:{term}" in error.value.zh


def test_our_shapes_run_in_the_accelerator(book: Rulebook) -> None:
    assert engines.unproven(book.shapes) == []
    assert isinstance(engines.make("auto", book.shapes, book.reference), Accelerator)
    assert isinstance(engines.make("pyshacl", book.shapes, book.reference), PySHACL)


_WITHOUT = """
import sys
from guidekg.validation import engines
assert not any(name == "shacl" for name in sys.modules)
print(*(engines.make(name, [], []).label.split()[0] for name in ("auto", "pyshacl")))
try:
    engines.make("shacl", [], [])
except engines.EngineError as error:
    print(error.exit_code, error.message("en"), error.message("zh"), sep="|")
"""


def test_without_the_accelerator_pyshacl_runs_and_a_choice_of_it_says_what_to_install(
    tmp_path: Path,
) -> None:
    """In a process whose packages are the installed ones but for this one."""
    for entry in Path(shacl.__file__).parents[1].iterdir():
        if not entry.name.startswith("shacl"):
            (tmp_path / entry.name).symlink_to(entry)
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        [sys.executable, "-S", "-c", _WITHOUT],
        capture_output=True, text=True, encoding="utf-8", check=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    assert first == "pyshacl pyshacl"
    code, english, chinese = second.split("|")
    assert code == "2"
    assert "pip install 'guidekg[fast]'" in english
    assert "pip install 'guidekg[fast]'" in chinese


# ---- What an engine owes


@pytest.fixture(scope="module")
def faulty(known: Catalogue) -> str:
    return "".join(samples(known, 60, 3, odd=False))


@pytest.mark.parametrize("choice", ["pyshacl", "shacl"])
def test_the_words_of_an_engine_are_not_read(
    choice: engines.Choice, book: Rulebook, faulty: str
) -> None:
    message = ox.NamedNode(PREFIXES["sh"] + "message")
    nasty = ox.Literal('<urn:n:0:0> "Violation" sh:value\n}')
    silent = [triple for triple in book.shapes if triple.predicate != message]
    other = [
        ox.Triple(t.subject, t.predicate, nasty) if t.predicate == message else t
        for t in book.shapes
    ]
    found = [
        Counter(engines.make(choice, shapes, book.reference).check(faulty))
        for shapes in (book.shapes, silent, other)
    ]
    assert found[0].total() > 60
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("number", [0, 1], ids=["pyshacl", "shacl"])
def test_a_check_leaves_nothing_behind(ours: list[Engine], faulty: str, number: int) -> None:
    engine, lines = ours[number], faulty.splitlines(keepends=True)
    half = "".join(line for line in lines if int(line.split(":")[2]) < 30)
    first, whole = Counter(engine.check(half)), Counter(engine.check(faulty))
    assert first < whole
    assert Counter(engine.check(half)) == first
    assert engine.check("") == []


@pytest.mark.parametrize("number", [0, 1], ids=["pyshacl", "shacl"])
def test_the_order_of_the_data_does_not_matter(
    ours: list[Engine], faulty: str, number: int
) -> None:
    lines = faulty.splitlines(keepends=True)
    assert Counter(ours[number].check(faulty)) == Counter(
        ours[number].check("".join(reversed(lines)))
    )


@pytest.mark.parametrize("choice", ["pyshacl", "shacl"])
def test_blank_nodes_are_nodes_like_others(choice: engines.Choice) -> None:
    shapes = triples(
        "test:s sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:class ex:C ; sh:maxCount 1 ."
    )
    engine = engines.make(choice, shapes, [])
    rows = engine.check(
        ntriples(triples("[] ex:p [ a ex:C ] , [ ex:q 1 ] . ex:a ex:p [ a ex:C ] ."))
    )
    focus = {row.focus for row in rows}
    assert len(rows) == 2
    assert len(focus) == 1
    assert focus.pop().startswith("_:")
    assert {(row.value or "")[:2] for row in rows} == {"", "_:"}


@pytest.mark.parametrize("choice", ["pyshacl", "shacl"])
@pytest.mark.parametrize(
    "value",
    [
        '"a\\nb\\t\\"c\\"\\\\"',
        '"001.50"^^xsd:decimal',
        '"x"@zh-Hans',
        '"\\u0001"',
        '"abc"^^xsd:date',
        '"甲"',
    ],
)
def test_a_value_is_given_as_it_is_written(choice: engines.Choice, value: str) -> None:
    shapes = triples("test:s sh:targetNode ex:a ; sh:path ex:p ; sh:nodeKind sh:IRI .")
    (stated,) = triples(f"ex:a ex:p {value} .")
    (row,) = engines.make(choice, shapes, []).check(ntriples([stated]))
    assert row.value == str(stated.object)
    assert row.shape == "urn:test:s"


@pytest.mark.parametrize("choice", ["pyshacl", "shacl"])
def test_a_result_within_a_result_is_no_result(choice: engines.Choice) -> None:
    shapes = triples("test:s sh:targetNode ex:a ; sh:path ex:p ; sh:node [ sh:class ex:C ] .")
    rows = engines.make(choice, shapes, []).check(ntriples(triples("ex:a ex:p ex:b .")))
    assert [row.shape for row in rows] == ["urn:test:s"]


def test_the_reference_engine_leaves_rdflib_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    before = rdflib.NORMALIZE_LITERALS
    with caplog.at_level(logging.WARNING, "rdflib.term"):
        engines.make("pyshacl", matrix.SHAPES, []).check(matrix.data(matrix.VALUES))
        assert not caplog.records
        rdflib.Literal("abc", datatype=rdflib.XSD.integer)
    assert caplog.records
    assert before == rdflib.NORMALIZE_LITERALS
