"""A person's decisions: beside the machine's result, which they never change; and every error."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from guidekg.reports.model import Override
from guidekg.validation.overrides import OverrideError, read_overrides
from tests.validation.cases import cases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guidekg import KnowledgeGraph
    from guidekg.reports.model import State
    from guidekg.reports.report import Report

EXAMPLES = Path(__file__).parents[2] / "examples"
REQUIREMENT = "https://w3id.org/guidekg/id/requirement/zj-sti-2022-"
PREFIXES = (
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    "@prefix gk: <https://w3id.org/guidekg/ns#> .\n"
    "@prefix requirement: <https://w3id.org/guidekg/id/requirement/> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)
WHOLE = {
    "gk:overriddenProposal": "<https://example.org/cases/p>",
    "gk:overriddenRequirement": "requirement:zj-sti-2022-r1-max",
    "gk:decidedState": "gk:Met",
    "gk:reason": '"已核对"@zh , "checked"@en',
    "dcterms:creator": '"李审"',
    "dcterms:date": '"2022-09-20"^^xsd:date',
}
PROPOSAL = "https://example.org/cases/p"
BY_NAME = {
    (case.row, case.name): case for case in cases("bilateral", "filings") if case.base == "finland"
}
COSTLY = BY_NAME["R1-MAX", "a fen above 1,500,000 yuan"]
UNSIGNED = BY_NAME["R1-AGREEMENT", "the agreement is not signed"]
FAULTLESS = BY_NAME["R1-MAX", "1,500,000 yuan"]


def stated(*, name: str = "<urn:o>", kind: str = "gk:Override", **changes: str) -> str:
    """An override in Turtle; a change names a property by the part after its prefix."""
    values = {name: changes.get(name.partition(":")[2], value) for name, value in WHOLE.items()}
    body = " ; ".join(f"{name} {value}" for name, value in values.items() if value)
    return f"{name} a {kind} ; {body} .\n"


def decision(requirement: str, state: State, proposal: str = PROPOSAL) -> Override:
    return Override(REQUIREMENT + requirement, proposal, state, "已核对", "李审", date(2022, 9, 20))


def judged(kg: KnowledgeGraph, text: str, overrides: Sequence[Override]) -> Report:
    return kg.validate(text.encode(), as_of=date(2022, 12, 31), overrides=overrides)


def test_the_example_is_shown_beside_the_machine_s_result(kg: KnowledgeGraph) -> None:
    report = kg.validate(
        EXAMPLES / "proposals.ttl",
        as_of=date(2022, 12, 31),
        overrides=EXAMPLES / "overrides.ttl",
    )
    judgement = report["p3"]
    (item,) = judgement.overridden
    assert item.requirement.identifier == "P3-BASIS"
    assert (item.state, item.decided) == ("unmet", "met")
    assert item.findings
    assert item.override is not None
    assert (item.override.by, item.override.on) == ("李审", date(2022, 9, 20))
    assert item.override.reason.startswith("纸质附件")
    assert report.header.overrides == report.summary.overridden == 1
    assert report.unused == []
    assert [j.iri for j in report.judgements if j.overridden] == [judgement.iri]


@pytest.mark.parametrize(
    ("text", "given", "verdict", "decided"),
    [
        (COSTLY.text, [], "ineligible", "ineligible"),
        (COSTLY.text, [decision("r1-max", "met")], "ineligible", "eligible"),
        (COSTLY.text, [decision("r1-max", "undecided")], "ineligible", "undecided"),
        (COSTLY.text, [decision("r1-dur", "met")], "ineligible", "ineligible"),
        (FAULTLESS.text, [decision("r1-max", "unmet")], "eligible", "ineligible"),
        (FAULTLESS.text, [decision("p1-iur", "unmet")], "eligible", "eligible"),
        # What depends on the agreement has not been looked at, so a person decides that too.
        (UNSIGNED.text, [decision("r1-agreement", "met")], "ineligible", "undecided"),
        (
            UNSIGNED.text,
            [
                decision(f"r1-{name}", "met")
                for name in ("agreement", "ip", "comm", "division", "prior")
            ],
            "ineligible",
            "eligible",
        ),
    ],
)
def test_overrides_change_what_is_decided_and_never_the_machine_s_verdict(
    kg: KnowledgeGraph, text: str, given: list[Override], verdict: str, decided: str
) -> None:
    plain, report = judged(kg, text, ()), judged(kg, text, given)
    (judgement,) = report
    assert (judgement.verdict, judgement.decided) == (verdict, decided)
    assert judgement.findings == plain.judgements[0].findings
    assert [item.state for item in judgement.checklist] == [
        item.state for item in plain.judgements[0].checklist
    ]
    assert report.unused == []
    assert report.summary.verdicts[judgement.verdict] == 1
    assert report.summary.decided[judgement.decided] == 1


def test_what_is_malformed_cannot_be_overridden(kg: KnowledgeGraph) -> None:
    (case,) = (case for case in cases("form") if case.name == "two amounts")
    (judgement,) = judged(kg, case.text, [decision("r1-max", "met")])
    assert (judgement.verdict, judgement.decided) == ("undecided", "undecided")


def test_an_override_that_meets_nothing_is_listed(kg: KnowledgeGraph) -> None:
    elsewhere = decision("r1-max", "met", "https://example.org/cases/other")
    inapplicable = decision("r4-max", "met")
    used = decision("r1-max", "met")
    report = judged(kg, COSTLY.text, [elsewhere, used, inapplicable])
    assert report.unused == [elsewhere, inapplicable]
    assert report.header.overrides == 3


def test_a_file_is_read_whole(kg: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "overrides.ttl"
    second = stated(name="<urn:o2>", overriddenRequirement="requirement:zj-sti-2022-r1-dur")
    path.write_text(PREFIXES + stated() + second, encoding="utf-8")
    found = read_overrides(path, kg.validation().rulebook.requirements.values())
    assert [item.requirement for item in found] == [REQUIREMENT + "r1-max", REQUIREMENT + "r1-dur"]
    assert found[0] == decision("r1-max", "met")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("<urn:o> a gk:Override", "cannot be read"),
        ("", "holds no gk:Override"),
        (stated(overriddenProposal=""), "lacks gk:overriddenProposal"),
        (stated(overriddenRequirement=""), "lacks gk:overriddenRequirement"),
        (stated(decidedState=""), "lacks gk:decidedState"),
        (stated(reason=""), "lacks gk:reason"),
        (stated(reason='""'), "lacks gk:reason"),
        (stated(creator=""), "lacks dcterms:creator"),
        (stated(date=""), "lacks dcterms:date"),
        (stated(creator="", date=""), "lacks dcterms:creator, dcterms:date"),
        (
            stated(overriddenRequirement="requirement:zj-sti-2022-r1-mxa"),
            "names requirement:zj-sti-2022-r1-mxa, no requirement of a guide",
        ),
        (
            stated(overriddenRequirement="<https://w3id.org/guidekg/id/guide/zj-sti-2022>"),
            "no requirement of a guide",
        ),
        (stated(decidedState="gk:Fine"), "must be one of gk:Met, gk:Unmet, gk:Undecided"),
        (stated(date='"20 September"'), "must be written as 2022-09-01"),
        (stated(date='"2022-09-31"^^xsd:date'), "must be written as 2022-09-01"),
        (stated(decidedState="gk:Met , gk:Unmet"), "must state gk:decidedState once"),
        (stated(date='"2022-09-20"^^xsd:date , "2022-09-21"^^xsd:date'), "dcterms:date once"),
        (stated() + stated(name="<urn:o2>", decidedState="gk:Unmet"), "more than once"),
        # A misspelt class beside a whole override must not be passed over.
        (stated() + stated(name="<urn:o2>", kind="gk:Overide", reason=""), "lacks gk:reason"),
    ],
)
def test_an_override_that_is_not_whole_is_refused(
    kg: KnowledgeGraph, tmp_path: Path, text: str | None, words: str
) -> None:
    path = tmp_path / "overrides.ttl"
    if text is not None:
        path.write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(OverrideError, match=words) as caught:
        kg.validation(overrides=path)
    assert caught.value.exit_code == 2
    assert "overrides.ttl" in caught.value.zh
    assert caught.value.zh != str(caught.value)
