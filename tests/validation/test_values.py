"""Values count, not their spellings: by both engines, by every door, and as they were reported."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, URIRef

from guidekg.rdf.namespaces import XSD
from guidekg.rdf.terms import by_value, well_formed
from guidekg.validation.inputs.jsonld import CONTEXT, shipped
from tests.validation.cases import ENGINES, Case, Engine, cases, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "tests/cases/reports"
DAY = date(2022, 10, 1)
NT = ox.RdfFormat.N_TRIPLES


# ---- One form of a value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"1"^^xsd:boolean', '"true"^^xsd:boolean'),
        ('"0"^^xsd:boolean', '"false"^^xsd:boolean'),
        ('"01"^^xsd:integer', '"1"^^xsd:integer'),
        ('"+1"^^xsd:integer', '"1"^^xsd:integer'),
        ('"-0"^^xsd:integer', '"0"^^xsd:integer'),
        ('"-007"^^xsd:long', '"-7"^^xsd:long'),
        ('"007"^^xsd:byte', '"7"^^xsd:byte'),
        (f'"{"0" * 5000}9"^^xsd:int', '"9"^^xsd:int'),
        ('"1.50"^^xsd:decimal', '"1.5"^^xsd:decimal'),
        ('"+01."^^xsd:decimal', '"1"^^xsd:decimal'),
        ('".5"^^xsd:decimal', '"0.5"^^xsd:decimal'),
        ('"-00.10"^^xsd:decimal', '"-0.1"^^xsd:decimal'),
        ('"-0.0"^^xsd:decimal', '"0"^^xsd:decimal'),
        # No value of its datatype, of another datatype, or text: it stays.
        *(
            (kept, kept)
            for kept in (
                '"10"^^xsd:integer',
                '"1.0"^^xsd:integer',
                '"+"^^xsd:integer',
                '"."^^xsd:decimal',
                '" 1"^^xsd:boolean',
                '"2"^^xsd:boolean',
                '"0300"^^xsd:byte',
                '"-01"^^xsd:nonNegativeInteger',
                f'"0{"9" * 5000}"^^xsd:int',
                '"01"',
                '"01"@en',
                '"2022-09-01"^^xsd:date',
                '"01"^^<urn:own>',
                r'"x \"01"^^xsd:integer',
                r'"\\\"01\"^^xsd:integer"',
            )
        ),
    ],
)
def test_a_value_has_one_form_and_what_is_none_stays(written: str, meant: str) -> None:
    text, wanted = (re.sub(r"xsd:(\w+)", rf"<{XSD}\1>", term) for term in (written, meant))
    assert by_value(text) == wanted
    assert by_value(f'<urn:s> <urn:p> "01\\"" .\n<urn:s> <urn:p> {text} .\n') == (
        f'<urn:s> <urn:p> "01\\"" .\n<urn:s> <urn:p> {wanted} .\n'
    )


@pytest.mark.parametrize("datatype", ["int", "unsignedLong", "negativeInteger", "byte"])
def test_numbers_of_thousands_of_digits_are_judged_and_not_counted(datatype: str) -> None:
    assert not well_formed("9" * 5000, XSD + datatype)
    assert well_formed("-" + "9" * 5000, XSD + datatype) is (datatype == "negativeInteger")


# ---- Another spelling of the same values changes nothing

LITERAL = re.compile(
    r'"(?P<typed>[^"\\\n]*)"\^\^xsd:(?P<type>boolean|integer|decimal)\b'
    r"|(?P<other>\"\"\".*?\"\"\"|\"(?:[^\"\\\n]|\\.)*\"|<[^<>\s]*>|#[^\n]*|[\w.-]*:[\w.-]*)"
    r"|(?P<boolean>\b(?:true|false)\b)"
    r"|(?P<decimal>(?<![\w.:-])[+-]?[0-9]*\.[0-9]+(?![\w.:-]))"
    r"|(?P<integer>(?<![\w.:-])[+-]?[0-9]+(?![\w:.-]|\.[0-9]))",
    re.DOTALL,
)


def respelt(text: str, choose: random.Random) -> tuple[str, int]:
    """Turtle with each number and truth value in another form, and how many there are."""
    count = 0

    def another(found: re.Match[str]) -> str:
        nonlocal count
        if found["other"]:
            return found[0]
        kind = found["type"] or found.lastgroup or ""
        value = found["typed"] if found["type"] else found[0]
        if not well_formed(value, XSD + kind):
            return found[0]
        count += 1
        return f'"{_respelt(value, kind, choose)}"^^<{XSD}{kind}>'

    return LITERAL.sub(another, text), count


def _respelt(value: str, kind: str, choose: random.Random) -> str:
    if kind == "boolean":
        return {"true": "1", "1": "true", "false": "0", "0": "false"}[value]
    sign, digits = ("-", value[1:]) if value[0] == "-" else (choose.choice(["", "+"]), value)
    zeros = "0" * choose.randint(1, 30)
    if kind == "integer":
        return sign + zeros + digits.lstrip("+")
    whole, _, fraction = digits.lstrip("+").partition(".")
    return f"{sign}{zeros}{whole}.{fraction}{zeros}"


class Said(NamedTuple):
    """What is to stay: the verdict, the states, and each finding but for the value as written."""

    verdict: str
    states: dict[str, str]
    findings: Counter[tuple[str, str, str]]

    @classmethod
    def of(cls, judgement: Judgement) -> Said:
        return cls(
            judgement.verdict,
            {item.requirement.iri: item.state for item in judgement.checklist},
            Counter((f.code, f.severity, f.reason) for f in judgement.findings),
        )


def _spelt_anew(chosen: tuple[Case, ...]) -> Iterator[Case]:
    for number, case in enumerate(chosen):
        text, count = respelt(case.text, random.Random(number))  # noqa: S311  # no secret
        assert count, case
        yield Case(case.name, case.row, case.base, text, case.run, {}, frozenset(), ())


@pytest.mark.parametrize(("engine", "every"), [("auto", 1), ("pyshacl", 7)])
def test_a_case_spelt_anew_is_judged_alike(kg: KnowledgeGraph, engine: Engine, every: int) -> None:
    chosen = cases()[::every]
    anew = tuple(_spelt_anew(chosen))
    before, after = judged(kg, chosen, engine), judged(kg, anew, engine)
    for case, other in zip(chosen, anew, strict=True):
        assert Said.of(after[other]) == Said.of(before[case]), case


EXAMPLES = sorted(
    path
    for path in (ROOT / "examples").glob("*.ttl")
    if path.name not in {"facts.ttl", "overrides.ttl"}
)


@pytest.mark.parametrize(("engine", "every"), [("auto", 1), ("pyshacl", 5)])
def test_an_example_spelt_anew_is_judged_alike(
    kg: KnowledgeGraph, engine: Engine, every: int
) -> None:
    run = kg.validation(as_of=DAY, engine=engine)
    changed = 0
    for path in EXAMPLES[::every]:
        text, count = respelt(path.read_text(encoding="utf-8"), random.Random(path.name))  # noqa: S311  # no secret
        changed += count
        before, after = (run.report(given) for given in (path, text.encode()))
        assert list(map(Said.of, after)) == list(map(Said.of, before)), path
        assert len(after) == len(before) > 0
    assert changed > 3 * len(EXAMPLES) / every


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_is_shown_and_found_as_it_was_written(kg: KnowledgeGraph, engine: Engine) -> None:
    text = next(case.text for case in cases("form") if case.name == "10,000 yuan are not too few")
    for written in ("+00009000000", "09000000.00", "-01"):
        given = text.replace("10000 ;", f"{written} ;")
        (judgement,) = kg.validation(as_of=DAY, engine=engine).report(given.encode())
        (finding,) = (
            f for f in judgement.findings if f.code in ("R1-MAX", "proposal-grant-number")
        )
        assert finding.value == written
        assert finding.where
        before = given[: given.index(written)]
        assert finding.where.line == before.count("\n") + 1
        assert finding.where.column == len(before) - before.rfind("\n")


# ---- What users of such tools report


class Right(NamedTuple):
    """The verdict, what is found, and the value shown; or words of the problem."""

    verdict: str = ""
    codes: tuple[str, ...] = ()
    value: str | None = None
    problem: tuple[str, ...] = ()


RIGHT: Mapping[str, Right] = {
    "boolean-1.ttl": Right("eligible"),
    "year-01.ttl": Right("eligible"),
    "duration-36.0.jsonld": Right("eligible"),
    "negative-grant.ttl": Right("undecided", ("proposal-grant-number",), "-1"),
    "filed-2202.ttl": Right("eligible", ("filing-date-later",), '"2202-09-01"^^xsd:date'),
    "evidence-there.ttl": Right("undecided", ("claim-value",), '"是"'),
    "ntriples-colon-bnode.nt": Right("eligible"),
    "ideographic-space.ttl": Right(problem=("U+3000", "ideographic space", "全角空格")),
    "rdfxml-named.ttl": Right(problem=("RDF/XML", "--input-format rdfxml")),
}
READ = [name for name, right in RIGHT.items() if right.verdict]


def doors(path: Path) -> dict[str, Any]:
    """A document by every door that takes it: file, bytes, graphs of rdflib, quads, JSON-LD."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, Any] = {"file": path, "bytes": text.encode()}
    if path.suffix == ".jsonld":
        data = json.loads(text)
        # What another implementation reads; it has no fraction for a decimal.
        plain = text.replace("1350000.5", "1350000.0").replace(
            f'"{CONTEXT}"', json.dumps(shipped())
        )
        quads = ox.parse(plain, format=ox.RdfFormat.JSON_LD)
        return {**found, "object": data, "pyoxigraph": ox.serialize(quads, format=NT)}
    graph = Graph().parse(path, format="nt" if path.suffix == ".nt" else "turtle")
    dataset = Dataset()
    for triple in graph:
        dataset.add((*triple, URIRef("urn:graph")))
    if path.suffix == ".nt":
        found["N-Quads"] = re.sub(r" \.$", " <urn:graph> .", text, flags=re.MULTILINE).encode()
    else:
        found["N-Triples"] = ox.serialize(ox.parse(path=path), format=NT)
    json_ld = json.loads(graph.serialize(format="json-ld"))
    return {**found, "graph": graph, "dataset": dataset, "JSON-LD": json_ld}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", READ)
def test_a_reported_proposal_is_judged_right_by_every_door(
    kg: KnowledgeGraph, name: str, engine: Engine
) -> None:
    right = RIGHT[name]
    run = kg.validation(as_of=DAY, engine=engine)
    for door, source in doors(REPORTS / name).items():
        report = run.report(source)
        assert not report.problems, (door, report.problems)
        (judgement,) = report
        assert judgement.verdict == right.verdict, door
        assert tuple(finding.code for finding in judgement.findings) == right.codes, door
        assert {finding.value for finding in judgement.findings} <= {right.value}, door


@pytest.mark.parametrize("name", [name for name, right in RIGHT.items() if right.problem])
def test_a_reported_file_that_cannot_be_read_is_explained(kg: KnowledgeGraph, name: str) -> None:
    (problem,) = kg.validation(as_of=DAY).report(REPORTS / name).problems
    for word in RIGHT[name].problem:
        assert word in problem.message.en + problem.message.zh
    form = {"form": "rdfxml"} if name.startswith("rdfxml") else {}
    again = kg.validation(as_of=DAY).report(REPORTS / name, **form)  # type: ignore[arg-type]
    assert bool(again.problems) is not bool(form)
