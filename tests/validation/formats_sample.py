"""A report over the real requirements of the guide, with the nasty texts that people send."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

from guidekg.guides.model import Thing
from guidekg.i18n import Label
from guidekg.reports import write
from guidekg.reports.model import (
    Fact,
    Finding,
    Header,
    Item,
    Judgement,
    Override,
    Problem,
    Requirement,
    Where,
)
from guidekg.reports.report import Report

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

BASE = "https://example.org/proposals/"
SHAPE = "https://w3id.org/guidekg/id/shape/"
FORMS = ["text", "json", "html", "sarif", "turtle", "csv", "github"]

HOSTILE = """</script><script>alert(1)</script><img src=x onerror=alert(2)> "'&amp; ::error::%0A"""
NASTY_TITLE = Label(f"=cmd|' /C calc'!A0 {HOSTILE}\n\x1b[31m红\u202e", "")
NASTY_FILE = "proposals/评审 100%, #1:?\udcff&<b>\n.ttl"
NASTY_VALUE = '"""a\n\x1b[2J\\"""" . <urn:s> <urn:p> "b'


def requirements(kg: KnowledgeGraph, scheme: str = "finland") -> list[Requirement]:
    """Return what a scheme asks, as a checklist shows it."""
    return [
        Requirement(
            item.iri,
            item.label,
            item.identifier,
            item.identifier.removesuffix(f"-{scheme}"),
            "must" if item.modality.iri.endswith("/must") else "should",
            item.clauses,
            item.readings,
        )
        for item in kg.scheme(scheme).applicable
        if item.identifier
    ]


def finding(requirement: Requirement, **changed: Any) -> Finding:
    """Return a finding about a requirement: the value is contradicted, unless said otherwise."""
    said: dict[str, Any] = {
        "code": requirement.identifier,
        "requirement": requirement,
        "severity": "violation" if requirement.modality == "must" else "info",
        "reason": "contradicted",
        "message": Label(f"没有做到：{requirement.label.zh}。", f"Not so: {requirement.label.en}."),
        "hint": None,
        "value": "1600000",
        "where": Where("proposals/芬兰.ttl", f"{BASE}p3", 20, 5, 20, 30),
        "shape": f"{SHAPE}{requirement.identifier.lower()}-unmet",
    }
    return Finding(**said | changed)


def checklist(found: list[Requirement], items: dict[str, Item]) -> tuple[Item, ...]:
    """Return a checklist that is met but for some items."""
    return tuple(items.get(one.identifier) or Item(one, "met") for one in found)


def sample(kg: KnowledgeGraph) -> Report:
    """Return a report that has one of everything."""
    every = requirements(kg)
    by = {one.identifier: one for one in every}
    scheme = Thing(kg.scheme("finland").iri, kg.scheme("finland").label)
    grant, field, fdl = by["R1-MAX"], by["R1-FIELD-finland"], by["R1-FDL-finland"]
    signed, intellectual, preferred = by["R1-AGREEMENT"], by["R1-IP"], by["P1-FIELD-finland"]

    def override(requirement: Requirement, proposal: str, state: Any, reason: str) -> Override:
        return Override(requirement.iri, proposal, state, reason, "张三", date(2022, 9, 2))

    undecided = finding(
        field,
        severity="warning",
        reason="undecidable",
        value="field:fintech",
        hint=Label("相近的领域：数字化。", "The nearest field: digitalisation."),
        where=Where("proposals/芬兰.ttl", f"{BASE}p2", 7, 14, 7, 27),
    )
    first = Judgement(
        f"{BASE}p1",
        Label("城市污泥资源化联合研发", "Recovering resources from urban sludge"),
        "proposals/芬兰.ttl",
        scheme,
        (),
        checklist(every, {}),
    )
    second = Judgement(
        f"{BASE}p2",
        Label("金融风险识别平台", ""),
        "proposals/芬兰.ttl",
        scheme,
        (),
        checklist(
            every,
            {
                "R1-FIELD-finland": Item(field, "undecided", (undecided,)),
                "R1-DIVISION": Item(
                    by["R1-DIVISION"],
                    "met",
                    (),
                    override(by["R1-DIVISION"], f"{BASE}p2", "unmet", "协议附件缺第 3 页。"),
                ),
            },
        ),
    )
    third = Judgement(
        f"{BASE}p3",
        NASTY_TITLE,
        NASTY_FILE,
        scheme,
        (),
        checklist(
            every,
            {
                "R1-MAX": Item(
                    grant,
                    "unmet",
                    (
                        finding(
                            grant, hint=Label("应不超过 1500000 元。", "At most 1,500,000 CNY.")
                        ),
                    ),
                    override(grant, f"{BASE}p3", "met", f"差额由企业自筹，见补充材料。{HOSTILE}"),
                ),
                "R1-AGREEMENT": Item(
                    signed,
                    "unmet",
                    (
                        finding(
                            signed,
                            reason="missing",
                            value=None,
                            where=Where(NASTY_FILE, f"{BASE}p3", 12, 1, 13, 1),
                        ),
                    ),
                ),
                "R1-IP": Item(intellectual, "not-reached"),
                "R1-FDL-finland": Item(
                    fdl,
                    "undecided",
                    (finding(fdl, severity="warning", reason="undecidable", value=NASTY_VALUE),),
                ),
                "P1-FIELD-finland": Item(
                    preferred, "unmet", (finding(preferred, value="<urn:x> , <urn:y>"),)
                ),
            },
        ),
    )
    malformed = Finding(
        "two-schemes",
        None,
        "violation",
        "contradicted",
        Label("项目应当正好申报一个征集。", "A proposal applies to exactly one call."),
        None,
        None,
        Where("proposals/p4.jsonld", "_:b0"),
        f"{SHAPE}proposal-applies-to",
    )
    fourth = Judgement("_:b0", None, "proposals/p4.jsonld", None, (malformed,), ())
    guides = tuple(Thing(guide.iri, guide.label) for guide in kg.guides.values())
    header = Header(
        guides,
        "2022-08-01",
        "3f2a9c1b" * 8,
        "pyshacl 0.30.1",
        date(2022, 9, 1),
        (Fact("provincial-deadline", "2022-09-15"),),
        2,
    )
    broken = Label("第 3 行第 7 列：缺少句点。", "line 3, column 7: a full stop is missing.")
    problems = [
        Problem("proposals/坏的.ttl", broken, 3, 7),
        Problem(NASTY_FILE, Label(f"不是文本。{HOSTILE}", f"It is no text. {HOSTILE}")),
    ]
    unused = [override(grant, f"{BASE}unknown", "met", "没有这个项目。")]
    return Report(header, [first, second, third, fourth], problems, unused=unused)


def written(report: Report, form: str, lang: Any = "zh", **options: Any) -> str:
    """Return a report in one form."""
    out = StringIO(newline="")
    write(report, form, out, lang, **options)
    text = out.getvalue()
    text.encode("utf-8")  # what is written can be stored
    return text
