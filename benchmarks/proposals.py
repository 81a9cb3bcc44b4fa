"""Make proposals: realistic ones for every call, made of what the guide's own data ask.

``python -m benchmarks.proposals COUNT [SEED] > FILE`` writes them to a file.
"""

from __future__ import annotations

import math
import random
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.catalogue import Call, Catalogue
from benchmarks.drafts import HEADER, Draft
from benchmarks.faults import spoil

if TYPE_CHECKING:
    from collections.abc import Iterator

_INFORMATION = {
    "gk:leadApplicant": "lead",
    "gk:foreignLead": "foreign-lead",
    "gk:partner": "partner",
}
_OWN_FILING = ("lead-filing-agency", "any-filing-agency")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_TRADES = ["环境", "智能", "生物", "新材料", "数字", "能源", "医药", "装备", "农业", "信息"]
_SUBJECTS = [
    "污泥资源化",
    "高温合金粉末",
    "车规级芯片可靠性",
    "红枣加工",
    "海上风电运维",
    "水处理膜",
    "早期诊断试剂",
    "城市数据平台",
    "废旧电池回收",
    "氢能储运",
    "智能农机",
    "远程康复",
]
_ENDINGS = ["联合研发", "关键技术研究", "示范应用", "中试验证"]
_FOREIGN = ["Alfa", "Beta", "Gamma", "Delta", "Nord", "Sund", "Vista", "Terra", "Aqua", "Lumen"]
_FORMS = ["Oy", "Ltd", "AS", "NV", "GmbH", "Pte", "s.r.o."]


def drafts(
    count: int, seed: int, faulty: float = 0.4, catalogue: Catalogue | None = None
) -> Iterator[Draft]:
    """Yield proposals as drafts.

    Args:
        count: how many.
        seed: the same seed makes the same proposals.
        faulty: the share of proposals that are given one to three ordinary faults.
        catalogue: what they are made of; by default the shipped guide.
    """
    known = catalogue or Catalogue()
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")  # noqa: S311  # the same proposals again, no secret
        draft = _Writer(known, rng, f"p{seed}-{number}").draft
        if rng.random() < faulty:
            spoil(draft, known, rng)
        yield draft


def proposals(count: int, seed: int, faulty: float = 0.4) -> Iterator[str]:
    """Yield proposals as Turtle, to stand after ``HEADER``; ``drafts`` says what each means."""
    return (draft.text for draft in drafts(count, seed, faulty))


class _Writer:
    """Writes one proposal that meets all that its call asks."""

    def __init__(self, known: Catalogue, rng: random.Random, name: str) -> None:
        self._known, self._rng = known, rng
        self._call: Call = rng.choice(known.calls)
        self.draft = Draft(name, self._call.name, blank=rng.random() < 0.5)
        self._proposal = self.draft.node("", "gk:Proposal")
        self._head()
        self._lead = self._organisation("lead", "gk:leadApplicant")
        self._partner = self._organisation("partner", self._call.partner_role)
        self._draft_parent()
        self._others()
        self._leader()
        self._draft_filings()
        self._agreement()
        self._claims()
        self._letter()
        self._platforms()

    def _state(self, name: str, *values: str) -> None:
        self.draft.add(self._proposal, name, *values)

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _head(self) -> None:
        rng, call = self._rng, self._call
        self._state("dcterms:title", f'"{rng.choice(_SUBJECTS)}{rng.choice(_ENDINGS)}"@zh')
        self._state("gk:appliesTo", call.name)
        fields = call.fields or self._known.fields
        self._state("gk:field", *rng.sample(fields, min(len(fields), rng.randint(1, 2))))
        most = int(min(call.values("requested-grant", "maximum"), key=float))
        least = int(max(call.values("requested-grant", "minimum"), default="300000"))
        amount = rng.randrange(least, most + 1, 10_000)
        self._state("gk:requestedGrant", f"{amount}.00" if self._chance(0.2) else str(amount))
        self._months = rng.randrange(12, int(min(call.values("duration", "maximum"))) + 1, 6)
        self._state("gk:durationMonths", str(self._months))
        if regions := call.values("target-region", "accepts"):
            self._region = rng.choice(self._known.inside(regions))
            self._state("gk:targetRegion", self._region)

    def _organisation(self, suffix: str, role: str) -> str:
        """Add an organisation that may play a role."""
        rng, call = self._rng, self._call
        name = _INFORMATION[role]
        kinds = call.values(f"{name}-kind", "accepts")
        regions = call.values(f"{name}-place", "accepts")
        foreign = role == "gk:foreignLead"
        node = self._body(
            suffix,
            rng.choice(kinds or ["kind:enterprise"]),
            rng.choice(self._known.inside(regions or ["place:cn-330000"])),
            f'"{rng.choice(_FOREIGN)} {rng.choice(_FORMS)}"' if foreign else None,
        )
        self._state(role, node)
        return node

    def _body(self, suffix: str, kind: str, place: str, name: str | None = None) -> str:
        node = self.draft.node(suffix, "gk:Organisation")
        if self._chance(0.4):
            own = f'"{self._rng.choice(_SURNAMES)}氏{self._rng.choice(_TRADES)}机构"@zh'
            self.draft.add(node, "schema:name", name or own)
        self.draft.add(node, "gk:organisationKind", kind)
        self.draft.add(node, "gk:locatedIn", place)
        return node

    def _draft_parent(self) -> None:
        call, draft = self._call, self.draft
        if call.has("partner-lawful-establishment"):
            draft.add(self._partner, "gk:lawfullyEstablished", "true")
        if not call.has("partner-parent-place"):
            return
        unfit = [
            *call.values("partner-parent-place", "rejects"),
            *call.values("partner-parent-place", "undecidedFor"),
        ]
        fit = sorted(set(self._known.places) - set(self._known.inside([*unfit, "place:cn"])))
        parent = self._body("parent", "kind:enterprise", self._rng.choice(fit), '"Gamma AG"')
        draft.add(self._partner, "gk:parentOrganisation", parent)
        listing = draft.node("listing", "", blank=True)
        draft.add(parent, "gk:listing", listing)
        draft.add(listing, "gk:listedIn", *call.values("partner-parent-listing", "regarding"))
        draft.add(listing, "gk:listEdition", str(self._known.year - self._rng.randint(0, 2)))

    def _others(self) -> None:
        kinds = self._call.values("participant-kind", "accepts")
        regions = self._call.values("participant-place", "accepts")
        for number in range(self._rng.choice([0, 0, 1])):
            node = self._body(
                f"other{number}",
                self._rng.choice(kinds or ["kind:university"]),
                self._rng.choice(self._known.inside(regions or ["place:cn-330000"])),
            )
            self._state("gk:participant", node)

    def _leader(self) -> None:
        leader = self.draft.node("leader", "gk:Person")
        self.draft.add(leader, "schema:name", f'"{self._rng.choice(_SURNAMES)}某"@zh')
        self._state("gk:projectLeader", leader)
        for least in self._call.values("on-site-days", "minimum"):
            for year in range(1, math.ceil(self._months / 12) + 1):
                node = self.draft.node(f"year{year}", "", blank=True)
                self.draft.add(leader, "gk:onSiteYear", node)
                self.draft.add(node, "gk:projectYear", str(year))
                self.draft.add(node, "gk:days", str(self._rng.randint(int(least), 60)))

    def _day(self, before: date) -> date:
        """Return a day of the same year, up to eight weeks before another or that day itself."""
        return max(before - timedelta(self._rng.randint(0, 56)), date(before.year, 1, 1))

    def _draft_filings(self) -> None:
        call, year = self._call, self._known.year
        deadline = next(iter(call.values("foreign-lead-filing-day", "closes")), "--09-15")
        theirs = self._day(date.fromisoformat(f"{year}{deadline[1:]}"))
        ours = (
            theirs + timedelta(self._rng.randint(0, 20))
            if call.values("lead-filing-day", "notBefore")
            else theirs
        )
        self._filed = ours
        asked = [a for kind in _OWN_FILING for a in call.values(kind, "accepts")]
        for agency in asked or self._known.values(_OWN_FILING, "accepts")[:1]:
            self._filing("zj", self._lead, agency, ours)
        for agency in call.values("foreign-lead-filing-agency", "accepts"):
            self._filing("abroad", self._partner, agency, theirs)

    def _filing(self, suffix: str, party: str, agency: str, day: date) -> None:
        node = self.draft.node(f"filing-{suffix}", "gk:Filing", blank=True)
        self._state("gk:filing", node)
        self.draft.add(node, "gk:filedWith", agency)
        self.draft.add(node, "gk:filedBy", party)
        self.draft.add(node, "gk:filedOn", _date(day))

    def _agreement(self) -> None:
        if not self._call.has("signed-agreement"):
            return
        node = self.draft.node("agreement", "gk:Agreement", blank=True)
        self._state("gk:agreement", node)
        self.draft.add(node, "gk:signedOn", _date(self._day(self._filed)))
        if self._chance(0.3):
            self.draft.add(node, "gk:agreementParty", self._lead, self._partner)
        self.draft.add(
            node, "gk:covers", *sorted(set(self._call.values("agreement-topic", "regarding")))
        )

    def _claims(self) -> None:
        evidenced = self._call.values("claim-evidence", "regarding")
        for number, claim in enumerate(sorted(set(self._call.values("claim", "regarding")))):
            node = self.draft.node(f"claim{number}", "gk:Claim", blank=True)
            self._state("gk:claim", node)
            self.draft.add(node, "gk:about", claim)
            self.draft.add(node, "gk:holds", "true")
            if claim in evidenced and self._chance(0.6):
                self.draft.add(node, "gk:evidence", '"联合实验室运行报告"@zh')

    def _letter(self) -> None:
        if not self._call.has("recommendation"):
            return
        kinds = self._call.values("regional-recommendation-issuer-kind", "accepts")
        issuer = self._body("headquarters", self._rng.choice(kinds), self._region)
        self.draft.add(issuer, "gk:headquartersFor", self._region)
        letter = self.draft.node("letter", "gk:RecommendationLetter", blank=True)
        self._state("gk:recommendation", letter)
        self.draft.add(letter, "gk:issuedBy", issuer)
        self.draft.add(letter, "gk:issuedOn", _date(self._day(self._filed)))

    def _platforms(self) -> None:
        for what, subject, name in (
            ("reliance", self._proposal, "gk:reliesOn"),
            ("lead-platform", self._lead, "gk:withinPlatform"),
        ):
            kinds = self._call.values(what, "accepts")
            if kinds and self._chance(0.7):
                node = self.draft.node("platform", "gk:Platform", blank=True)
                self.draft.add(subject, name, node)
                self.draft.add(node, "gk:platformKind", self._rng.choice(kinds))


def _date(day: date) -> str:
    return f'"{day.isoformat()}"^^xsd:date'


if __name__ == "__main__":
    sys.stdout.write(HEADER)
    wanted, seed, *_ = [*map(int, sys.argv[1:]), 1]
    sys.stdout.writelines(proposals(wanted, seed))
