"""Each general kind of requirement: a proposal that meets all, and departures that fail, or stay open.

The guide is ``tests/fixtures/kinds``, the proposal stands beside it. A departure is a replacement in its text.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import guidekg
from tests.validation.cases import ENGINES, Engine

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.model import Judgement

FOLDER = Path(__file__).parents[1] / "fixtures/kinds"
TEXT = (FOLDER / "proposals.ttl").read_text(encoding="utf-8")
# The requirement left to a person, and one whose exception holds, stand so of every proposal.
ALWAYS = {"K-JUDGED": "undecided", "K-TITLE": "not-applicable"}

UNMET, OPEN, MET, EXCEPTED = "unmet", "undecided", "met", "not-applicable"
CASES = [
    # Limits: bounds, money in another currency, a share that is computed, a must that is softened.
    ("gk:requestedGrant 300000", "gk:requestedGrant 200000", {}),
    ("gk:requestedGrant 300000", "gk:requestedGrant 199999.99", {"K-GRANT": UNMET}),
    (
        "gk:requestedGrant 300000",
        "gk:requestedGrant 400000.01",
        {"K-GRANT": UNMET, "K-SHARE": UNMET},
    ),
    ("gk:requestedGrant 300000 ;", "", {"K-GRANT": UNMET, "K-SHARE": UNMET}),
    ("gk:requestedGrant 300000", 'gk:currency "EUR" ; gk:requestedGrant 300000', {"K-GRANT": OPEN}),
    ("gk:totalBudget 600000", "gk:totalBudget 599999", {"K-SHARE": UNMET}),
    ("gk:totalBudget 600000 ;", "", {"K-SHARE": UNMET}),
    ("gk:durationMonths 36", "gk:durationMonths 37", {"K-DURATION": OPEN}),
    ("gk:durationMonths 36 ;", "", {"K-DURATION": OPEN}),
    ("gk:rdSpending 30000", "gk:rdSpending 29999", {"K-REVENUE": UNMET}),
    ("gk:figuresYear 2023", "gk:figuresYear 2022", {"K-REVENUE": UNMET}),
    ("gk:copies 3", "gk:copies 2", {"K-COPIES": UNMET}),
    ("gk:copies 3", "gk:copies 4", {"K-COPIES": UNMET}),
    # Choices: closed, open, places, exclusions, each of several.
    (
        "gk:organisationKind kind:enterprise",
        "gk:organisationKind kind:hospital",
        {"K-LEAD": UNMET, "K-TITLE": OPEN},
    ),
    ("    gk:organisationKind kind:enterprise ;\n", "", {"K-LEAD": UNMET, "K-TITLE": OPEN}),
    (
        "gk:organisationKind kind:university",
        "gk:organisationKind kind:hospital",
        {"K-PARTNER": OPEN},
    ),
    (
        "gk:organisationKind kind:university",
        "gk:organisationKind kind:government-body",
        {"K-PARTNER": UNMET},
    ),
    ("gk:locatedIn place:cn-330100", "gk:locatedIn place:cn-310000", {"K-PLACE": UNMET}),
    ("gk:locatedIn place:cn-330100", "gk:locatedIn place:cn", {"K-PLACE": OPEN}),
    ("gk:locatedIn place:cn-330100", "gk:locatedIn ex:town", {"K-PLACE": OPEN}),
    ("gk:locatedIn place:fi", "gk:locatedIn place:cn-310000", {"K-ABROAD": UNMET}),
    ("gk:locatedIn place:fi", "gk:locatedIn place:hk", {"K-ABROAD": OPEN}),
    ("    gk:locatedIn place:fi ;\n", "", {"K-ABROAD": OPEN}),
    ("field:photovoltaics", "field:photovoltaics , field:robotics", {"K-FIELD": UNMET}),
    ("field:photovoltaics", "field:photovoltaics , field:new-energy", {}),
    ("    gk:field field:photovoltaics ;\n", "", {"K-FIELD": UNMET}),
    ("kind:joint-laboratory", "kind:free-trade-zone", {"K-BASE": UNMET}),
    # Presence and declarations.
    ("document:business-licence", "document:audit-report", {"K-LICENCE": UNMET}),
    ("gk:holds true", "gk:holds false", {"K-CLEAN": UNMET}),
    (
        "gk:about claim:no-serious-misconduct",
        "gk:about claim:not-judgment-debtor",
        {"K-CLEAN": UNMET},
    ),
    # Windows: moments, days, spans that the text leaves vague.
    ("2024-07-26T17:00:00+08:00", "2024-07-26T17:00:01+08:00", {"K-WINDOW": UNMET}),
    ("2024-07-26T17:00:00+08:00", "2024-07-26T09:00:00Z", {}),
    ("2024-07-26T17:00:00+08:00", "2024-07-01T08:59:59+08:00", {"K-WINDOW": UNMET}),
    ('gk:filedOn "2024-08-10"', 'gk:filedOn "2024-08-11"', {"K-PAPER": OPEN}),
    ('gk:filedOn "2024-08-10"', 'gk:filedOn "2024-08-20"', {"K-PAPER": OPEN}),
    ('gk:filedOn "2024-08-10"', 'gk:filedOn "2024-08-21"', {"K-PAPER": UNMET}),
    ("gk:stage stage:paper ;", "", {"K-PAPER": UNMET}),
    ('gk:dateOfBirth "1964-01-01"', 'gk:dateOfBirth "1963-12-31"', {"K-BIRTH": UNMET}),
    # Relations and orders.
    ("gk:employer ex:lead", "gk:employer ex:other", {"K-EMPLOYER": UNMET}),
    (" ;\n    gk:employer ex:lead", "", {"K-EMPLOYER": UNMET}),
    ("gk:affiliatedWith ex:other", "gk:affiliatedWith ex:lead", {"K-AFFILIATE": UNMET}),
    (" ;\n    gk:affiliatedWith ex:other", "", {"K-AFFILIATE": OPEN}),
    ('gk:issuedOn "2024-06-20"', 'gk:issuedOn "2024-06-01"', {}),
    ('gk:issuedOn "2024-06-20"', 'gk:issuedOn "2024-05-31"', {"K-SIGNED": UNMET}),
    (' ; gk:issuedOn "2024-06-20"^^xsd:date', "", {"K-SIGNED": OPEN}),
    # Conditions, and exceptions to exceptions.
    (' ; gk:signedOn "2024-06-01"^^xsd:date', "", {"K-AGREEMENT": UNMET, "K-SIGNED": OPEN}),
    (
        "    gk:partner ex:partner ;\n",
        "",
        {"K-AGREEMENT": EXCEPTED, "K-PARTNER": UNMET, "K-ABROAD": OPEN, "K-AFFILIATE": OPEN},
    ),
    ("kind:intermediate-title", "kind:junior-title", {"K-TITLE": OPEN}),
    (
        "kind:intermediate-title",
        "kind:junior-title ; gk:degree kind:masters-degree",
        {"K-TITLE": UNMET},
    ),
    ("kind:intermediate-title", "kind:junior-title ; gk:degree kind:doctorate", {}),
    ("kind:intermediate-title", "kind:senior-title ; gk:degree kind:no-degree", {"K-TITLE": MET}),
]


@pytest.fixture(scope="module")
def kinds() -> KnowledgeGraph:
    return guidekg.load(FOLDER, shipped=False)


def judged(kinds: KnowledgeGraph, text: str, engine: Engine = "auto") -> list[Judgement]:
    report = kinds.validate(text.encode(), form="turtle", as_of="2024-10-01", engine=engine)
    assert not report.problems
    return report.judgements


def states(judgement: Judgement) -> dict[str, str]:
    found = {item.requirement.identifier: item.state for item in judgement.checklist}
    return {name: state for name, state in found.items() if state != "met"}


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=lambda _: None)
def test_a_departure_changes_these_states_and_no_other(
    kinds: KnowledgeGraph, old: str, new: str, expected: dict[str, str]
) -> None:
    """With one engine: test_kinds_engines holds three to each other on departures."""
    assert TEXT.count(old) == 1
    (judgement,) = judged(kinds, TEXT.replace(old, new))
    wanted = {name: state for name, state in {**ALWAYS, **expected}.items() if state != MET}
    assert states(judgement) == wanted
    assert not judgement.structure


def test_without_a_departure_nothing_fails(kinds: KnowledgeGraph) -> None:
    (judgement,) = judged(kinds, TEXT)
    assert states(judgement) == ALWAYS


def test_every_requirement_fails_somewhere_and_is_met_elsewhere(kinds: KnowledgeGraph) -> None:
    names = {one.identifier for one in kinds.validation().rulebook.requirements.values()}
    failing = {name for _, _, expected in CASES for name in expected}
    assert names - failing == {"K-LEADER", "K-JUDGED"}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_limit_counts_proposals_and_names_the_others(
    kinds: KnowledgeGraph, engine: Engine
) -> None:
    again = TEXT[TEXT.index("ex:fine a") : TEXT.index("ex:lead a")].replace("ex:fine", "ex:second")
    first, second = judged(kinds, f"{TEXT}\n{again}", engine)
    for one, other in ((first, second), (second, first)):
        assert states(one) == {**ALWAYS, "K-LEADER": UNMET}
        (finding,) = [f for f in one.findings if f.code == "K-LEADER"]
        assert finding.value == f"<{other.iri}>"


PERSON = '[ a gk:Person ; gk:employer ex:lead ; gk:runningProjectCount 0 ; gk:dateOfBirth "1970-01-01"^^xsd:date ; gk:professionalTitle kind:intermediate-title {} ]'


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ('; dcterms:identifier "1"', '; dcterms:identifier "2"', MET),
        ('; dcterms:identifier "1"', '; dcterms:identifier "1"', UNMET),
        (
            '; dcterms:identifier "1" ; schema:name "王某"',
            '; dcterms:identifier "2" ; schema:name "王某"',
            MET,
        ),
        ('; schema:name "王某"', '; schema:name "王某"', OPEN),
        ('; schema:name "王某"', '; schema:name "李某"', MET),
        ("", '; dcterms:identifier "1"', OPEN),
    ],
    ids=["others", "the same", "one name", "one name alone", "other names", "nobody"],
)
def test_who_is_who_is_told_by_identifiers(
    kinds: KnowledgeGraph, first: str, second: str, expected: str
) -> None:
    made = [
        TEXT.replace("gk:projectLeader ex:leader", f"gk:projectLeader {PERSON.format(said)}")
        for said in (first, second)
    ]
    other = made[1][TEXT.index("ex:fine a") : made[1].index("ex:lead a")]
    text = f"@prefix schema: <https://schema.org/> .\n{made[0]}\n{other.replace('ex:fine', 'ex:second')}"
    found = judged(kinds, text)
    assert states(found[0]).get("K-LEADER", MET) == expected
    nobody = not first and expected == OPEN  # who the second is, is known
    assert states(found[1]).get("K-LEADER", MET) == (MET if nobody else expected)


def test_what_is_running_already_counts_with_the_run(kinds: KnowledgeGraph) -> None:
    none = "gk:runningProjectCount 0 ;"
    assert states(judged(kinds, TEXT.replace(none, none.replace("0", "1")))[0]) == {
        **ALWAYS,
        "K-LEADER": UNMET,
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gk:runningProjectCount 0 ;", ""),
        ("gk:runningProjectCount 0 ;", 'gk:runningProjectCount "两项" ;'),
        ("gk:projectLeader ex:leader ;", ""),
    ],
    ids=["nothing is said", "no number", "no leader"],
)
def test_what_a_run_limit_counts_is_not_met_by_silence(
    kinds: KnowledgeGraph, old: str, new: str, engine: Engine
) -> None:
    (judgement,) = judged(kinds, TEXT.replace(old, new), engine)
    assert states(judgement)["K-LEADER"] == OPEN
    for finding in judgement.findings:
        if finding.code == "K-LEADER":
            assert (finding.severity, finding.reason) == ("warning", "undecidable")
            assert "无法判定" in finding.message.zh


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2024-07-26", OPEN), ("2024-07-27", UNMET), ("2024-08-20", UNMET)],
)
def test_what_is_missing_is_awaited_until_the_window_has_closed(
    kinds: KnowledgeGraph, as_of: str, expected: str, engine: Engine
) -> None:
    text = TEXT.replace("gk:stage stage:online ; ", "")
    found = kinds.validate(text.encode(), form="turtle", as_of=as_of, engine=engine).judgements
    assert states(found[0])["K-WINDOW"] == expected
    late = TEXT.replace("2024-07-26T17:00:00", "2024-07-26T17:00:01")
    found = kinds.validate(late.encode(), form="turtle", as_of=as_of, engine=engine).judgements
    assert states(found[0])["K-WINDOW"] == UNMET


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ('"1964-01-01"^^xsd:date', '"1964-01-01"^^xsd:date , "1950-01-01"^^xsd:date'),
            ("value-date-of-birth", "K-BIRTH"),
        ),
        (("kind:intermediate-title", '"正高级"'), ("value-professional-title", "K-TITLE")),
        (("17:00:00+08:00", "17:00:00"), ("value-filed-at", "K-WINDOW")),
    ],
)
def test_a_malformed_value_is_said_to_be_and_decides_nothing(
    kinds: KnowledgeGraph, change: tuple[str, str], said: tuple[str, str], engine: Engine
) -> None:
    assert TEXT.count(change[0]) == 1
    (judgement,) = judged(kinds, TEXT.replace(*change), engine)
    assert [finding.code for finding in judgement.structure] == [said[0]]
    assert states(judgement)[said[1]] == OPEN


@pytest.mark.parametrize("engine", ENGINES)
def test_a_moment_without_a_zone_is_neither_in_time_nor_late(
    kinds: KnowledgeGraph, engine: Engine
) -> None:
    for moment in ("2024-07-26T09:00:00.5", "2024-07-26T17:00:00.5", "2024-07-26T20:00:00.5"):
        (judgement,) = judged(kinds, TEXT.replace("2024-07-26T17:00:00+08:00", moment), engine)
        assert states(judgement)["K-WINDOW"] == OPEN


FIRST = """
scheme:kinds gk:hasProvision requirement:kinds-first .
requirement:kinds-first a gk:Requirement , gk:Window ;
    rdfs:label "7月20日17时前申报"@zh , "apply by 20 July, 17:00"@en ;
    gk:requirementRow "K-FIRST" ;
    dcterms:identifier "K-FIRST" ;
    gk:modality modality:must ;
    gk:severityIfUnmet sh:Violation ;
    gk:information information:filing-moment ;
    gk:regarding stage:online ;
    gk:closes "2024-07-20T17:00:00+08:00"^^xsd:dateTime ;
    gk:clause clause:kinds-53-57 .
"""


def guide_with(folder: Path, more: str) -> KnowledgeGraph:
    """The guide, with more Turtle."""
    for path in FOLDER.iterdir():
        if path.name != "proposals.ttl":
            (folder / path.name).write_bytes(path.read_bytes())
    with (folder / "guide.ttl").open("a", encoding="utf-8") as file:
        file.write(more)
    return guidekg.load(folder, shipped=False)


@pytest.mark.parametrize("amended", [False, True])
def test_what_is_amended_is_no_longer_checked(tmp_path: Path, *, amended: bool) -> None:
    more = "requirement:kinds-window gk:amends requirement:kinds-first .\n" if amended else ""
    kg = guide_with(tmp_path, FIRST + more)
    (judgement,) = judged(kg, TEXT)
    assert states(judgement) == {**ALWAYS, **({} if amended else {"K-FIRST": UNMET})}
    assert len(judgement.checklist) == 23 + (not amended)
    shown = {one.identifier for row in kg.questions["filing-windows"]() for one in row.provisions}
    assert shown == {"K-WINDOW", "K-PAPER"} | (set() if amended else {"K-FIRST"})


@pytest.mark.parametrize(("most", "expected"), [(100, UNMET), (1_000_000, OPEN)])
def test_a_run_limit_beside_another_constraint_vouches_for_neither(
    tmp_path: Path, most: int, expected: str
) -> None:
    """A run counts for whole requirements: one that is a part, or a condition, is left to a person."""
    both = f"""gk:constraint [ a gk:RunLimit ; gk:countedFor information:leader ; gk:maximum 5 ] ,
        [ a gk:Limit ; gk:information information:requested-grant ; gk:maximum {most} ; gk:currency "CNY" ] ;"""
    window = FIRST[FIRST.index("    gk:information") : FIRST.index("    gk:clause")]
    more = FIRST.replace(window, both).replace("gk:Requirement , gk:Window", "gk:Requirement")
    (judgement,) = judged(guide_with(tmp_path, more), TEXT)
    assert states(judgement) == {**ALWAYS, "K-FIRST": expected}
