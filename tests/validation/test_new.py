"""`guidekg new`: a proposal made from the shapes, to fill in; filled in sensibly, it is eligible."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, URIRef

import guidekg
from guidekg.rdf.namespaces import ID, NS
from guidekg.validation.facts import Facts
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.templates import EMPTY, NotALeafError, ProposalIRIError, proposal_template
from tests.test_guides import GUIDES, expected
from tests.test_guides import NAMES as FURTHER

if TYPE_CHECKING:
    from rdflib.term import Node

    from guidekg import KnowledgeGraph
    from guidekg.guides.model import Scheme
    from guidekg.i18n import Language
    from guidekg.reports.model import Judgement
    from guidekg.validation.validator import Validation

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests/fixtures/mini-guide"
GUIDEKG = Path(sys.executable).with_name("guidekg")
LEAVES = [
    "finland",
    "israel",
    "czechia",
    "norway",
    "west-flanders",
    "singapore",
    "midlands-engine",
    "foreign-rd-centre",
    "paired-assistance",
]

# How a test fills in: names from here, everything else as the end of the line suggests.
NAMES = {"dcterms:title": "海水淡化膜联合研发", "schema:name": "杭州某膜科技有限公司"}
SUGGESTION = re.compile(r'(?:例如|for example) ("[^"]*"\S*|[^\s（]+)')
OFF = re.compile(r"(?m)^( *)#(?=[a-z\]])")


@pytest.fixture(scope="module")
def run(kg: KnowledgeGraph) -> Validation:
    return kg.validation(as_of=date(2022, 10, 1), facts={"provincial-deadline": date(2022, 9, 15)})


@cache
def made(kg: KnowledgeGraph, name: str, lang: Language = "zh", **more: str) -> str:
    return proposal_template(kg, kg.scheme(name), lang, **more)


def is_statement(line: str) -> bool:
    return EMPTY in line and not line.lstrip().startswith("#")


def filled(text: str, *, but: int | None = None) -> str:
    """Replace what is empty, but for one line."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if number == but or not is_statement(line):
            continue
        name = line.split()[0]
        if name in NAMES:
            lines[number] = line.replace("…", NAMES[name])
        else:
            suggested = SUGGESTION.search(line)
            assert suggested, line
            lines[number] = line.replace(EMPTY, suggested[1], 1)
    return "\n".join(lines)


def switched_on(text: str) -> str:
    """Take away the # before statements that are preferred only."""
    return OFF.sub(r"\1", text)


def judged(run: Validation, text: str) -> Judgement:
    report = run.report(text.encode(), form="turtle")
    assert not report.problems, report.problems
    (judgement,) = report
    return judgement


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("leaf", LEAVES)
def test_a_template_is_eligible_only_when_it_is_filled_in(
    kg: KnowledgeGraph, run: Validation, leaf: str, lang: Language
) -> None:
    text = made(kg, leaf, lang)
    assert judged(run, text).verdict != "eligible"
    complete = judged(run, filled(text))
    assert complete.verdict == "eligible"
    assert not complete.structure
    # What is switched off is what is preferred, and nothing else is lacking.
    unmet = {item.requirement.modality for item in complete.checklist if item.state != "met"}
    assert unmet <= {"should"}


@pytest.mark.parametrize("leaf", LEAVES)
def test_with_its_preferences_on_every_requirement_is_met(
    kg: KnowledgeGraph, run: Validation, leaf: str
) -> None:
    judgement = judged(run, filled(switched_on(made(kg, leaf))))
    assert {item.requirement.identifier for item in judgement.checklist if item.state != "met"} == (
        set()
    )
    assert not judgement.findings


@pytest.mark.parametrize("leaf", LEAVES)
def test_whatever_is_left_empty_is_noticed_with_its_line(
    kg: KnowledgeGraph, run: Validation, leaf: str
) -> None:
    text = made(kg, leaf)
    left = [
        number
        for number, line in enumerate(text.splitlines())
        if is_statement(line) and line.split()[0] not in NAMES
    ]
    assert left
    for number in left:
        judgement = judged(run, filled(text, but=number))
        assert judgement.verdict != "eligible"
        lines = {found.where.line for found in judgement.findings if found.where}
        issuer = {i for i, line in enumerate(text.splitlines(), 1) if "gk:issuedBy" in line}
        # The region of the issuer is judged by the letter, which names the issuer.
        assert lines & ({number + 1} | issuer), text.splitlines()[number]


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_requirement_is_named_and_quoted(kg: KnowledgeGraph, leaf: str) -> None:
    scheme = kg.scheme(leaf)
    text = made(kg, leaf)
    book = Rulebook(kg, Facts(kg.store, {}, None))
    assert book.checklists[scheme.iri]
    for requirement in book.checklists[scheme.iri]:
        assert f"{requirement.identifier} {requirement.label.zh}\n" in text
        for clause in requirement.clauses:
            assert clause.exact in text
    assert "以下要求不从本文件判断" not in text


@pytest.mark.parametrize("leaf", LEAVES)
def test_two_parsers_read_it_and_it_uses_no_other_names_than_the_contract(
    kg: KnowledgeGraph, leaf: str
) -> None:
    contract = Graph().parse(ROOT / "examples/proposals.ttl")
    known = {subject for subject in kg.graph().subjects() if isinstance(subject, URIRef)}
    for text in (made(kg, leaf), switched_on(made(kg, leaf))):
        graph = Graph().parse(data=text, format="turtle")
        assert len(graph) == len(set(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)))
        assert set(graph.predicates()) <= set(contract.predicates())
        assert set(graph.objects(None, RDF.type)) <= set(contract.objects(None, RDF.type))
        ours = {term for triple in graph for term in triple if str(term).startswith((NS, ID))}
        assert ours <= known


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_comments_are_in_one_language(kg: KnowledgeGraph, lang: Language) -> None:
    han = re.compile("[\u4e00-\u9fff]")
    for leaf in LEAVES:
        for line in made(kg, leaf, lang).splitlines():
            comment = line.partition("  # " if not line.lstrip().startswith("#") else "# ")[2]
            if lang == "en":
                assert not han.search(re.sub("“[^”]*”", "", comment)), line
            elif "【" in comment or "例如" in comment:
                assert "Guide" not in comment


def test_the_provincial_deadline_is_asked_for_only_where_the_guide_leaves_it_open(
    kg: KnowledgeGraph,
) -> None:
    asked = {leaf for leaf in LEAVES if "--fact provincial-deadline=" in made(kg, leaf)}
    assert asked == set(LEAVES)  # our own filing is held to it everywhere


def test_a_proposal_gets_the_iri_that_is_given(kg: KnowledgeGraph, run: Validation) -> None:
    for iri in (
        "https://example.org/2022/p1",
        "https://example.org/2022/7.a",
        "https://example.org/p#",
        "urn:uuid:f3a1",
    ):
        judgement = judged(run, filled(made(kg, "finland", iri=iri)))
        assert (judgement.iri, judgement.verdict) == (iri, "eligible")


@pytest.mark.parametrize("iri", ["p1", "https://example.org/a b", f"{ID}scheme/mine", NS + "p"])
def test_what_cannot_name_a_proposal_is_refused(kg: KnowledgeGraph, iri: str) -> None:
    with pytest.raises(ProposalIRIError) as caught:
        made(kg, "finland", iri=iri)
    assert iri in caught.value.zh
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "leaves"),
    [
        ("bilateral", LEAVES[:6]),
        ("intergovernmental", ["midlands-engine"]),
        ("international", LEAVES[:8]),
        ("对口支援与协作", ["paired-assistance"]),
    ],
)
def test_what_has_calls_of_its_own_is_refused_and_names_them(
    kg: KnowledgeGraph, name: str, leaves: list[str]
) -> None:
    with pytest.raises(NotALeafError) as caught:
        made(kg, name)
    for words in (caught.value.zh, caught.value.en):
        assert {leaf for leaf in LEAVES if re.search(rf"\b{leaf}\W", words)} == set(leaves)


def leaf_of(kg: KnowledgeGraph) -> Scheme:
    (leaf,) = (scheme for scheme in kg.schemes() if not scheme.parts)
    return leaf


NEW_REQUIREMENTS = """
@prefix kind: <https://w3id.org/guidekg/id/kind/> .
scheme:mini-finland gk:hasProvision requirement:mini-hospital , requirement:mini-letter , requirement:mini-issuer , requirement:mini-claim , requirement:mini-target .
requirement:mini-hospital a gk:Requirement , gk:Choice ;
    rdfs:label "参与单位是医院"@zh , "A partner is a hospital"@en ;
    gk:modality modality:must ; gk:severityIfUnmet sh:Violation ;
    gk:requirementRow "M-HOSPITAL" ; dcterms:identifier "M-HOSPITAL" ;
    gk:information information:partner-kind ; gk:accepts kind:hospital ; gk:clause clause:mini-98-106 .
requirement:mini-letter a gk:Requirement , gk:Presence ;
    rdfs:label "须有推荐函"@zh , "A letter is needed"@en ;
    gk:modality modality:must ; gk:severityIfUnmet sh:Violation ; gk:information information:recommendation ;
    gk:requirementRow "M-LETTER" ; dcterms:identifier "M-LETTER" ; gk:clause clause:mini-98-106 .
requirement:mini-issuer a gk:Requirement , gk:Choice ;
    rdfs:label "由驻地机构出具"@zh , "Issued on site"@en ;
    gk:modality modality:must ; gk:severityIfUnmet sh:Violation ; gk:dependsOn requirement:mini-letter ;
    gk:requirementRow "M-ISSUER" ; dcterms:identifier "M-ISSUER" ;
    gk:information information:regional-recommendation-issuer-kind ;
    gk:accepts kind:social-organisation ; gk:clause clause:mini-98-106 .
requirement:mini-target a gk:Requirement , gk:Choice ;
    rdfs:label "帮扶地在林肯郡"@zh , "The region is Lincolnshire"@en ;
    gk:modality modality:must ; gk:severityIfUnmet sh:Violation ;
    gk:requirementRow "M-TARGET" ; dcterms:identifier "M-TARGET" ; gk:information information:target-region ;
    gk:accepts place:gb-lincolnshire ; gk:clause clause:mini-98-106 .
requirement:mini-claim a gk:Requirement , gk:Presence ;
    rdfs:label "声明有佐证"@zh , "The claim carries evidence"@en ;
    gk:modality modality:should ; gk:severityIfUnmet sh:Info ;
    gk:requirementRow "M-CLAIM" ; dcterms:identifier "M-CLAIM" ; gk:information information:claim-evidence ;
    gk:regarding <https://w3id.org/guidekg/id/claim/eu-taxonomy-aligned> ; gk:clause clause:mini-98-106 .
"""


def test_another_guide_and_new_requirements_appear_by_their_data_alone(tmp_path: Path) -> None:
    before = guidekg.load(MINI, shipped=False, cache=False)
    text = proposal_template(before, leaf_of(before), "en")
    # The amount is within this guide's limits, not as the vocabulary suggests.
    assert re.search(r"gk:requestedGrant .*for example 200000$", text, re.MULTILINE)
    assert re.search(r"gk:durationMonths .*for example 24$", text, re.MULTILINE)
    assert "gk:partner " not in text
    # Without a call year the deadline has no shape: that is said.
    silent = guidekg.load(ROOT / "tests/cases/silent-guide", shipped=False, cache=False)
    said = proposal_template(silent, leaf_of(silent), "en")
    assert re.search(r"# Not judged from this file:\n(#.*\n)*# Must · M-FDL: ", said)

    shutil.copytree(MINI, tmp_path / "mini")
    with (tmp_path / "mini/guide.ttl").open("a", encoding="utf-8") as file:
        file.write(NEW_REQUIREMENTS)
    kg = guidekg.load(tmp_path / "mini", shipped=False, cache=False)
    text = proposal_template(kg, leaf_of(kg), "en")
    assert "gk:organisationKind kind:hospital ;" in text
    assert "gk:headquartersFor place:gb-lincolnshire ;" in text
    assert "#gk:evidence " in text
    run = kg.validation(as_of=date(2022, 10, 1))
    assert judged(run, text).verdict != "eligible"
    assert judged(run, filled(text)).verdict == "eligible"
    everything = judged(run, filled(switched_on(text)))
    assert [item for item in everything.checklist if item.state != "met"] == []


def command(*arguments: str, seed: str = "0", lang: str = "en_GB.UTF-8") -> tuple[int, str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": lang, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [GUIDEKG, "new", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_prints_the_same_each_time_by_any_name(kg: KnowledgeGraph) -> None:
    expected = (0, made(kg, "finland", "zh"), "")
    assert command("finland", "--lang", "zh", seed="1") == expected
    assert command("芬兰", "--lang", "zh", seed="2") == expected
    assert command("FI", lang="zh_CN.UTF-8", seed="3") == expected


def test_the_command_says_what_is_wrong_with_the_name() -> None:
    code, out, err = command("finnland")
    assert (code, out) == (2, "")
    assert "finland" in err
    code, out, err = command("bilateral", "--lang", "zh")
    assert (code, out) == (2, "")
    assert "west-flanders（比利时西弗兰德省合作征集）" in err


# Of two properties that will do alike the template has the wider one.
EITHER: dict[Node, URIRef] = {URIRef(NS + "parentOrganisation"): URIRef(NS + "affiliatedWith")}


@pytest.mark.parametrize("guide", FURTHER)
def test_in_every_guide_it_asks_for_all_that_an_eligible_proposal_needs(guide: str) -> None:
    """What an eligible proposal cannot do without is a statement of the proposal to fill in."""
    kg = guidekg.load(GUIDES / guide / "guide", shipped=False)
    validation = kg.validation(as_of=date.fromisoformat(str(expected(guide)["as_of"])))
    looked_at = 0
    for scheme in (one for one in kg.schemes() if not one.parts):
        text = Graph().parse(data=proposal_template(kg, scheme, "zh"), format="turtle")
        asked = set(text.predicates())
        proposals = Graph().parse(GUIDES / guide / "proposals.ttl")
        found = eligible_proposal(guide, scheme, proposals)
        if found is None:
            continue
        looked_at += 1
        whole = described(proposals, found)
        assert judged(validation, whole.serialize(format="nt")).verdict == "eligible"
        for triple in sorted(whole):
            own_place = (triple[0], RDF.type, URIRef(NS + "Place")) in whole
            if triple[1] in asked or own_place:
                continue
            less = whole - Graph().add(triple)
            if (
                triple[1] in EITHER
                and judged(validation, less.serialize(format="nt")).verdict != "eligible"
            ):
                assert EITHER[triple[1]] in asked
                less.add((triple[0], EITHER[triple[1]], triple[2]))
            assert judged(validation, less.serialize(format="nt")).verdict == "eligible", triple
    assert looked_at


def eligible_proposal(guide: str, scheme: Scheme, proposals: Graph) -> Node | None:
    """An eligible proposal for a scheme among those of a further guide."""
    wanted = expected(guide)["proposals"]
    for proposal in sorted(proposals.subjects(URIRef(NS + "appliesTo"), URIRef(scheme.iri))):
        if wanted[str(proposal).rpartition("/")[2]]["verdict"] == "eligible":
            return proposal
    return None


def described(graph: Graph, thing: Node) -> Graph:
    """The statements of a thing, and of what they lead to."""
    found, waiting = Graph(), [thing]
    for one in waiting:
        for triple in graph.triples((one, None, None)):
            found.add(triple)
            if triple[2] not in waiting:
                waiting.append(triple[2])
    return found
