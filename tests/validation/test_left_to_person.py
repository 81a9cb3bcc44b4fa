"""Met is what a shape decided: what no shape decides is left to a person, and said to be."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef, Variable
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql import prepareQuery

import guidekg
from guidekg.guides.closure import closure
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, XSD
from guidekg.stores import EmbeddedStore
from guidekg.validation.facts import Facts
from guidekg.validation.guide_check import check_guides
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.shapes import texts
from tests.test_guides import GUIDES, NAMES, expected
from tests.validation.cases import ENGINES, HERE, Engine, eligible
from tests.validation.cases import PREFIXES as TURTLE_PREFIXES
from tests.validation.test_kinds import CASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement
    from guidekg.reports.report import Report

ROOT = Path(__file__).parents[2]
SILENT = ROOT / "tests/cases/silent-guide"
MINI = ROOT / "tests/fixtures/mini-guide"
SECOND = ROOT / "tests/fixtures/second-guide"
KINDS = ROOT / "tests/fixtures/kinds"
DAY = date(2022, 10, 1)
REQUIREMENT = PREFIXES["requirement"]

# What a kind needs of its data: without one of these, by whatever template, nothing is decided.
NEEDED = {
    RDF_TYPE,
    *(
        NS + name
        for name in (
            *("accepts", "closes", "countedFor", "differentFromInformation"),
            *("information", "listOf", "maximum", "minimum", "notAfter", "notBefore"),
            *("opens", "phrase", "regarding", "rejects", "sameAsDeadline", "sameAsInformation"),
            *("severityIfUnmet", "yearsAround", "yearsBefore"),
        )
    ),
}
# Of two bounds, two ends or two lists one is enough, and a constraint then says no more than that.
ONE_OF = (
    {NS + "minimum", NS + "maximum", NS + "yearsAround"},
    {NS + "opens", NS + "closes"},
    {NS + "accepts", NS + "rejects", NS + "phrase", NS + "listOf"},
)
# What a constraint says otherwise without one of these; test_kinds has it with them.
OTHERWISE = {
    NS + name
    for name in (
        *(
            "appliesIf",
            "awaitedUntil",
            "closesLatest",
            "exceptIf",
            "expected",
            "maximumCount",
            "minimumCount",
        ),
        *("openList", "opensEarliest", "quantifier", "runningCount", "undecidedFor"),
    )
}
# What is lacking without one of these, check says; the requirement is decided all the same.
TOLD = {NS + "currency", NS + "summed"}
# It says who depends on whom, and decides nothing alone.
LINKS = {NS + "dependsOn"}
CONDITIONS = {NS + "appliesIf", NS + "exceptIf", NS + "constraint"}


@dataclass(frozen=True, eq=False)
class Sample:
    """A guide, proposals that meet all of its requirements, and the run in which they do."""

    folder: Path | None
    proposals: tuple[bytes, ...]
    as_of: date
    facts: dict[str, str]

    @cache  # noqa: B019  # the samples live as long as the tests
    def open(self) -> KnowledgeGraph:
        return guidekg.load(self.folder, shipped=False) if self.folder else guidekg.load()

    @cache  # noqa: B019  # as above
    def inferred(self) -> tuple[ox.Triple, ...]:
        return tuple(closure(self.open().asserted()))


def _second() -> tuple[bytes, ...]:
    from tests.validation.test_second_guide import CALLS  # noqa: PLC0415  # only for its data

    text = (HERE / "second-guide.ttl").read_text(encoding="utf-8")
    return tuple((TURTLE_PREFIXES + Template(text).substitute(w)).encode() for w in CALLS.values())


MINI_PROPOSAL = b"""
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:p> a gk:Proposal ; gk:appliesTo <https://w3id.org/guidekg/id/scheme/mini-finland> ;
  gk:requestedGrant 150000 ; gk:durationMonths 12 ; gk:leadApplicant <urn:l> ; gk:foreignLead <urn:f> ;
  gk:field <https://w3id.org/guidekg/id/field/water-treatment> ;
  gk:filing [ a gk:Filing ; gk:filedBy <urn:f> ; gk:filedOn "2022-09-30"^^xsd:date ] .
<urn:l> a gk:Organisation . <urn:f> a gk:Organisation .
"""


def _kinds() -> tuple[bytes, ...]:
    """A proposal whose leader is excepted from a title, and one whose leader has it."""
    text = (KINDS / "proposals.ttl").read_text(encoding="utf-8")
    other = text.replace("kind:intermediate-title", "kind:senior-title")
    return text.encode(), re.sub("(?<=@prefix ex: <)", "https://example.net/?", other).encode()


SAMPLES = {
    "shipped": Sample(
        None,
        tuple(case.text.encode() for case in eligible()),
        date(2022, 12, 31),
        {"provincial-deadline": "2022-09-15"},
    ),
    "second": Sample(SECOND, _second(), date(2024, 12, 31), {}),
    "mini": Sample(MINI, (MINI_PROPOSAL,), date(2022, 12, 31), {}),
    "kinds": Sample(KINDS, _kinds(), date(2024, 10, 1), {}),
    **{
        name: Sample(
            GUIDES / name / "guide",
            ((GUIDES / name / "proposals.ttl").read_bytes(),),
            date.fromisoformat(str(expected(name)["as_of"])),
            {},
        )
        for name in NAMES
    },
}


def opened(
    triples: Iterable[ox.Triple], inferred: Iterable[ox.Triple] | None = None
) -> guidekg.KnowledgeGraph:
    """Open triples, with what follows from them; what is known to follow is not inferred again."""
    kept = list(triples)
    return guidekg.KnowledgeGraph(
        EmbeddedStore(kept, closure(kept) if inferred is None else inferred)
    )


def judged(kg: guidekg.KnowledgeGraph, sample: Sample, engine: Engine = "auto") -> Report:
    return kg.validate(*sample.proposals, as_of=sample.as_of, facts=sample.facts, engine=engine)


# ---- Every requirement that applies is decided by a shape, or left to a person


@pytest.mark.parametrize("folder", [None, MINI, SECOND, SILENT], ids=str)
@pytest.mark.parametrize("facts", [False, True])
def test_each_applicable_requirement_is_decided_or_left_to_a_person(
    folder: Path | None, *, facts: bool
) -> None:
    kg = guidekg.load(folder, shipped=False) if folder else guidekg.load()
    given = SAMPLES["shipped"].facts if facts and not folder else {}
    book = Rulebook(kg, Facts(kg.store, given, DAY))
    deciding = {rule.requirement for rule in book.rules.values() if not rule.manual}
    waiting = {one.requirement.iri for one in book.waiting}
    asked = 0
    for scheme in kg.schemes():
        listed = {item.iri for item in book.checklists[scheme.iri]}
        for provision in scheme.applicable:
            modality = provision.modality.iri.rpartition("/")[2]
            if modality in {"must", "should"} or provision.iri.startswith(REQUIREMENT):
                asked += 1
                assert (provision.iri in listed) != (provision.iri in waiting), provision.iri
                if provision.iri in listed:
                    assert (provision.iri in deciding) != (provision.iri in book.manual)
    assert asked


def test_the_shipped_guide_leaves_nothing_to_a_person(kg: KnowledgeGraph) -> None:
    assert Rulebook(kg, Facts(kg.store, {}, None)).manual == frozenset()
    assert kg.warnings == ()


# ---- Each triple that a kind needs, taken out


def constraints(triples: Sequence[ox.Triple]) -> dict[str, str]:
    """The requirements, and all of their conditions, each with the requirement that it belongs to."""
    below = defaultdict(set)
    for triple in triples:
        if triple.predicate.value in CONDITIONS:
            below[str(triple.subject)].add(str(triple.object))
    found = {
        subject: subject
        for subject in {str(triple.subject) for triple in triples}
        if subject.startswith(f"<{REQUIREMENT}")
    }
    for one in (waiting := list(found)):
        for condition in below[one]:
            found[condition] = found[one]
            waiting.append(condition)
    return found


def stated(triples: Sequence[ox.Triple]) -> dict[str, dict[str, set[str]]]:
    """What is said of each constraint: its predicates, with their values."""
    known = constraints(triples)
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        if str(triple.subject) in known:
            value = getattr(triple.object, "value", "")
            found[str(triple.subject)][triple.predicate.value].add(value)
    return found


def needed_by(triples: Sequence[ox.Triple]) -> dict[str, list[tuple[str, str]]]:
    """For each requirement what its kind needs of it and of its conditions: subject and predicate."""
    found = defaultdict(list)
    known = constraints(triples)
    means = {NS + "meansField", NS + "meansPlace"}
    listing = {str(t.subject).strip("<>") for t in triples if t.predicate.value in means}
    for subject, said in stated(triples).items():
        kinds, names = said[RDF_TYPE], said.keys() & NEEDED
        if NS + "ManualCheck" in kinds:
            continue  # a person decides it, whatever it says
        if NS + "sameAsDeadline" in names:
            names.discard(NS + "opens")  # its closing is enough
        if NS + "Choice" not in kinds or not said[NS + "phrase"] & listing:
            names.discard(NS + "phrase")  # elsewhere a quotation
        if NS + "constraint" in said:
            names.discard(RDF_TYPE)  # the kinds are those of its constraints
        if NS + "Declaration" in kinds:
            names.discard(NS + "information")  # where nothing is said, a claim
        for group in ONE_OF:
            if len(names & group) > 1:
                names -= group
        found[known[subject]] += [(subject, name) for name in sorted(names)]
    return found


def rounds() -> Iterator[tuple[str, int]]:
    for name, sample in SAMPLES.items():
        if name in NAMES:
            continue  # the others have every kind
        asserted = sample.open().asserted()
        for number in range(max(map(len, needed_by(asserted).values()))):
            yield name, number


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_meet_all_of_their_requirements(name: str) -> None:
    before = judged(SAMPLES[name].open(), SAMPLES[name])
    eligible_ones = [one for one in before if one.verdict == "eligible"]
    if name in NAMES:
        assert eligible_ones
    elif name != "kinds":  # it has a requirement that a person decides
        assert len(eligible_ones) == len(before)
        assert {item.state for one in before for item in one.checklist} == {"met"}
    else:
        items = [item for one in before for item in one.checklist]
        assert {item.requirement.identifier for item in items if item.state == "undecided"} == {
            "K-JUDGED"
        }
        assert {item.state for item in items} == {"met", "undecided", "not-applicable"}


@pytest.mark.parametrize(("name", "number"), list(rounds()))
def test_a_requirement_that_lacks_what_its_kind_needs_is_never_met(name: str, number: int) -> None:
    """Of every requirement the n-th that it or a condition of it needs is taken out, all at once."""
    sample = SAMPLES[name]
    asserted = sample.open().asserted()
    needed = needed_by(asserted)
    out = {needs[number]: subject for subject, needs in needed.items() if number < len(needs)}
    broken = opened(
        (t for t in asserted if (str(t.subject), t.predicate.value) not in out),
        # Without a class less is inferred; what else is taken out concludes nothing.
        None if RDF_TYPE in {predicate for _, predicate in out} else sample.inferred(),
    )
    lacking = {subject.strip("<>") for subject in out.values()}
    seen = set()
    wrong = {}
    depends = stated(asserted)
    for judgement in judged(broken, sample):
        inapplicable = {
            i.requirement.iri for i in judgement.checklist if i.state == "not-applicable"
        }
        for item in judgement.checklist:
            if item.requirement.iri in lacking:
                seen.add(item.requirement.iri)
                below = depends[f"<{item.requirement.iri}>"][NS + "dependsOn"]
                if below & inapplicable and item.state == "not-applicable":
                    continue
                if item.state != "not-reached" and not (item.state == "undecided" and item.manual):
                    wrong[item.requirement.identifier] = item.state
        musts = [item for item in judgement.checklist if item.requirement.modality == "must"]
        if any(item.requirement.iri in lacking for item in musts):
            assert judgement.verdict != "eligible"
    assert wrong == {}
    assert seen == lacking
    # check says of these that they are left to a person (test_guide_check's business).
    assert broken.validation(facts=sample.facts).rulebook.manual >= lacking


@pytest.mark.parametrize("name", SAMPLES)
def test_a_guide_without_its_year_leaves_its_dates_to_a_person(name: str) -> None:
    sample = SAMPLES[name]
    broken = opened(
        (t for t in sample.open().asserted() if t.predicate.value != NS + "year"),
        sample.inferred(),
    )
    dated = {
        item.requirement.identifier
        for judgement in judged(broken, sample)
        for item in judgement.checklist
        if item.manual
    }
    counted = {NS + "yearsAround", NS + "yearsBefore"}
    asserted = broken.asserted()
    days = {getattr(getattr(t.object, "datatype", None), "value", "") for t in asserted}
    count = bool({t.predicate.value for t in asserted} & counted) or XSD + "gMonthDay" in days
    assert bool(dated) == count  # the deadlines, and what else counts from the year
    rules = {one.rule for one in check_guides(broken)}
    assert ("left-to-person" in rules) == count
    assert bool({"requirement-has-year", "window-has-year"} & rules) == count


# What asks for less without one of these, as it is written: two bounds, of which one is left, each or none
# of several that becomes one of them, what counts besides, and the condition of an exception.
LESS = {
    ("K-GRANT", "minimum"),
    ("K-GRANT", "maximum"),
    ("K-COPIES", "minimum"),
    ("K-COPIES", "maximum"),
    ("K-WINDOW", "opens"),
    ("K-WINDOW", "closes"),
    ("K-FIELD", "quantifier"),
    ("K-ABROAD", "quantifier"),
    ("K-LEADER", "runningCount"),
    ("K-TITLE", "appliesIf"),
}


def test_a_requirement_that_asks_for_less_than_it_meant_is_told_or_reads_so() -> None:
    """Nothing that is unmet or open is met without a triple, unless check says what is lacking."""
    sample = SAMPLES["kinds"]
    text = (KINDS / "proposals.ttl").read_text(encoding="utf-8")
    changes = [(old, new) for old, new, _ in CASES] + [
        ("gk:runningProjectCount 0", "gk:runningProjectCount 1")
    ]
    texts_ = [
        text.replace(old, new)
        .replace("example.org/kinds/", f"example.org/kinds/{number}/")
        .encode()
        for number, (old, new) in enumerate(changes)
    ]

    def states(
        guides: guidekg.KnowledgeGraph, given: Iterable[bytes]
    ) -> dict[tuple[str, str], str]:
        return {
            (judgement.iri, item.requirement.identifier): item.state
            for judgement in guides.validate(*given, as_of=sample.as_of)
            for item in judgement.checklist
        }

    before = states(sample.open(), texts_)
    asserted = sample.open().asserted()
    names = constraints(asserted)
    limits = {str(t.subject) for t in asserted if t.object == ox.NamedNode(NS + "RunLimit")}
    counting = {names[one] for one in limits & names.keys()}
    assert counting
    identifiers = {
        str(t.subject): getattr(t.object, "value", "")
        for t in asserted
        if t.predicate.value == PREFIXES["dcterms"] + "identifier"
    }
    less = set()
    for subject, said in stated(asserted).items():
        name = identifiers[names[subject]]
        failing = {
            key
            for key, state in before.items()
            if key[1] == name and state in {"unmet", "undecided"}
        }
        # How many there are in a run, all of it tells.
        run = names[subject] in counting
        given = [t for t in texts_ if run or any(_of(t, iri) for iri, _ in failing)]
        for predicate in said.keys() & (NEEDED | OTHERWISE | TOLD | {NS + "strengthWord"}):
            broken = opened(
                (
                    t
                    for t in asserted
                    if (str(t.subject), t.predicate.value) != (subject, predicate)
                ),
                sample.inferred(),
            )
            after = states(broken, given)
            if any(after[key] in {"met", "not-applicable"} for key in failing):
                wrong = {one.where for one in check_guides(broken)}
                if (
                    "requirement:" + names[subject].strip("<>").removeprefix(REQUIREMENT)
                    not in wrong
                ):
                    less.add((name, predicate.removeprefix(NS)))
    assert less == LESS


def _of(text: bytes, proposal: str) -> bool:
    """Whether a text of the kinds has a proposal: both name the number of the change."""
    return f"/kinds/{proposal.rpartition('/kinds/')[2].partition('/')[0]}/".encode() in text


def test_the_table_above_has_all_that_a_template_asks_of_a_requirement() -> None:
    """A new template with a need of its own adds it to NEEDED."""
    asked: set[str] = set()
    for path, text in texts().items():
        query = prepareQuery(text, initNs={**PREFIXES, "run": "https://w3id.org/guidekg/run#"})
        asked |= set(_asked(query.algebra))
        assert path.name
    mine = {name for name in asked if name.startswith(NS)}
    # Where several would do, each is needed of the requirement that has it.
    others = {
        NS + name
        for name in ("hasProvision", "meansField", "meansPlace", "subject", "suppliedByFact")
    }
    assert mine - NEEDED - LINKS - OTHERWISE - TOLD <= {*others, NS + "question", NS + "within"}
    assert {NS + "notAfter", NS + "notBefore", NS + "countedFor"} <= mine


def _asked(node: object) -> Iterator[str]:
    """The predicates of ?requirement and ?constraint in a query, outside of what is optional."""
    if isinstance(node, list):
        for part in node:
            yield from _asked(part)
    elif isinstance(node, dict):
        for triple in node.get("triples") or ():
            if triple[0] in {Variable("requirement"), Variable("constraint")}:
                yield from _names(triple[1])
        for key, part in node.items():
            optional = getattr(node, "name", "") in {"LeftJoin", "Minus"} and key == "p2"
            if key != "triples" and not optional:
                yield from _asked(part)


def _names(predicate: object) -> Iterator[str]:
    if isinstance(predicate, URIRef):
        yield str(predicate)
    elif isinstance(predicate, PropertyPath):
        for part in getattr(predicate, "args", ()):
            yield from _names(part)


# ---- The guide that says less than it means


@pytest.fixture(scope="module")
def silent() -> KnowledgeGraph:
    return guidekg.load(SILENT, shipped=False)


@pytest.fixture(scope="module")
def silent_report(silent: KnowledgeGraph) -> Report:
    return silent.validate(SILENT / "proposal.ttl", as_of=DAY)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_silent_guide_does_not_say_is_not_met(
    silent: KnowledgeGraph, engine: Engine
) -> None:
    (judgement,) = silent.validate(SILENT / "proposal.ttl", as_of=DAY, engine=engine)
    states = {item.requirement.identifier: item.state for item in judgement.checklist}
    assert {name for name, state in states.items() if state == "met"} == {
        "M-FIELD",
        "M-MAX",
        "M-MIN",
        "M-DUR",
    }
    left = {item.requirement.identifier for item in judgement.checklist if item.manual}
    assert left == {"M-LEAD", "M-OWN", "M-FDL", "M-LIST"}
    assert states["M-DAYS"] == "unmet"  # its duration stands one level up
    assert judgement.verdict == "ineligible"


def test_check_says_what_each_lacks(silent: KnowledgeGraph) -> None:
    rules: dict[str, set[str]] = defaultdict(set)
    for one in silent.warnings:
        rules[one.where].add(one.rule)
        assert one.message.zh != one.message.en
    assert rules == {
        "requirement:mini-lead": {"left-to-person", "constraint-has-information"},
        "requirement:mini-own-deadline": {"left-to-person", "deprecated-term"},
        "requirement:mini-deadline": {"left-to-person", "deprecated-term"},
        "urn:example:p1": {"proposals-stand-elsewhere"},  # proposal.ttl stands beside the guide
        "requirement:mini-listed": {
            "left-to-person",
            "requirement-has-year",
        },
    }


def _guide_with(tmp_path: Path, turtle: str) -> KnowledgeGraph:
    folder = shutil.copytree(MINI, tmp_path / "guide")
    with (folder / "guide.ttl").open("a", encoding="utf-8") as file:
        file.write(turtle)
    return guidekg.load(folder, shipped=False, cache=False)


BARE = """
scheme:mini-joint gk:hasProvision {name} .
{name} {type} rdfs:label "限报1项"@zh , "one proposal only"@en ;
    gk:clause clause:mini-124-132 ; {more} .
"""
MUST = "gk:modality modality:must"
UNKNOWN = {
    "a bare requirement": ("requirement:mini-x", "a gk:Requirement ;", MUST),
    "an unknown class": ("requirement:mini-x", "a gk:CofundingRequirement ;", MUST),
    "no class at all": ("requirement:mini-x", "", MUST),
    "a must of another kind": ("provision:mini-x", "a gk:Provision ;", MUST),
    "a row, and no modality": ("provision:mini-x", "", 'gk:requirementRow "M-X"'),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_requirement_of_no_known_kind_is_left_to_a_person(case: str, tmp_path: Path) -> None:
    name, type_, more = UNKNOWN[case]
    kg = _guide_with(tmp_path, BARE.format(name=name, type=type_, more=more))
    for engine in ENGINES:
        (judgement,) = kg.validate(MINI_PROPOSAL, as_of=DAY, engine=engine)
        (item,) = (item for item in judgement.checklist if item.state != "met")
        assert item.manual
        assert item.requirement.iri.endswith("/mini-x")
        assert item.requirement.modality == "must"
        (finding,) = item.findings
        assert (finding.reason, finding.severity, finding.value) == ("manual", "warning", None)
        assert finding.clauses
        assert judgement.verdict == "undecided"
    assert (name, "left-to-person") in {(one.where, one.rule) for one in kg.warnings}
    if "unknown" in case:
        (said,) = (one for one in kg.warnings if one.rule == "unknown-term")
        assert "gk:CofundingRequirement" in said.message.zh


def test_a_misspelt_property_of_a_guide_names_the_nearest(tmp_path: Path) -> None:
    kg = _guide_with(tmp_path, "requirement:mini-max gk:maximun 3 ; gk:onRole gk:partnr .\n")
    said = {one.message.en for one in kg.warnings if one.rule == "unknown-term"}
    assert len(said) == 2
    assert any("gk:maximun" in text and "gk:maximum" in text for text in said)
    assert any("gk:partnr" in text and "gk:partner" in text for text in said)


# ---- It is listed in every form, counted apart, and a person decides it


def test_every_form_lists_what_is_left_to_a_person(silent_report: Report) -> None:
    summary = silent_report.summary
    assert summary.manual == 4
    assert sum(summary.findings.values()) == len(silent_report.judgements[0].findings) - 4
    names = {"M-LEAD", "M-OWN", "M-FDL", "M-LIST"}

    text = silent_report.render("text", "zh")
    assert text.count("须由人判定") >= 4 + 2  # each, in the checklist's count, in the summary
    assert "须由人判定 4" in text
    assert "left to a person 4" in silent_report.render("text", "en", group="rule")

    report = json.loads(silent_report.render("json"))
    assert report["summary"]["manual"] == 4
    (proposal,) = report["proposals"]
    assert {f["id"] for f in proposal["findings"] if f["reason"] == "manual"} == names
    assert {line["id"] for line in proposal["checklist"] if line["manual"]} == names

    html = silent_report.render("html")
    assert html.count("left to a person") >= 5

    (run,) = json.loads(silent_report.render("sarif"))["runs"]
    assert run["properties"]["manual"] == 4
    assert {
        r["ruleId"] for r in run["results"] if r["properties"].get("reason") == "manual"
    } == names

    rows = list(csv.DictReader(io.StringIO(silent_report.render("csv", bom=False))))
    assert {row["id"] for row in rows if row["reason"] == "manual"} == names

    graph = Graph().parse(data=silent_report.render("turtle"), format="turtle")
    left = graph.subjects(URIRef(NS + "leftToPerson"), None)
    assert len(list(left)) == 4

    assert silent_report.render("github").count("a person has to") == 4


OVERRIDES = """
@prefix gk: <https://w3id.org/guidekg/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a gk:Override ; gk:overriddenRequirement <https://w3id.org/guidekg/id/requirement/mini-x> ;
   gk:overriddenProposal <urn:p> ; gk:decidedState gk:Met ; gk:reason "已核对台账。"@zh ;
   dcterms:creator "张三" ; dcterms:date "2022-10-01"^^xsd:date .
"""


def test_an_override_decides_it(tmp_path: Path) -> None:
    name, type_, more = UNKNOWN["a bare requirement"]
    kg = _guide_with(tmp_path, BARE.format(name=name, type=type_, more=more))
    file = tmp_path / "overrides.ttl"
    file.write_text(OVERRIDES, encoding="utf-8")
    judgement: Judgement
    (judgement,) = kg.validate(MINI_PROPOSAL, as_of=DAY, overrides=file)
    assert (judgement.verdict, judgement.decided) == ("undecided", "eligible")


# ---- A fact that a requirement waits for


def test_a_report_says_what_was_not_checked_for_want_of_a_fact(kg: KnowledgeGraph) -> None:
    proposals = SAMPLES["shipped"].proposals
    without = kg.validate(*proposals, as_of=DAY)
    rows = {"R1-OWN-DL", "R2-OWN-DL", "R3-OWN-DL", "R4-OWN-DL"}
    assert {one.requirement.identifier for one in without.header.waiting} == rows
    listed = {i.requirement.identifier for judgement in without for i in judgement.checklist}
    assert not listed & rows
    for form in ("text", "json", "html", "sarif", "csv", "github", "turtle"):
        said = without.render(form)
        assert "own-dl" in said.lower(), form
        assert form == "turtle" or "provincial-deadline" in said, form
    supplied = kg.validate(*proposals, as_of=DAY, facts={"provincial-deadline": "2022-09-15"})
    assert supplied.header.waiting == ()
    assert {i.requirement.identifier for j in supplied for i in j.checklist} >= rows
