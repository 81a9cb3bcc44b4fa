"""Reads the text of a guide by patterns: what each clause says, of which kind, how strongly, with which value."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from guidekg.drafting import values
from guidekg.drafting.facts import Fact
from guidekg.drafting.ranking import NOTHING, features, probabilities
from guidekg.drafting.schemes import Attribution, Scheme, schemes
from guidekg.drafting.slots import Filled, Slot, Times, fill
from guidekg.drafting.structure import Clause, Document, folded, structure

_PATTERNS = Path(__file__).with_name("patterns.toml")
_INFORMATIVE = {"objective", "selection", "contact", "definition"}
_SHOULD = re.compile(r"优先|鼓励|倾斜|提倡|从优|加分")
_MAY = re.compile(
    r"可(?:以|放宽|适当|在|作为|申请|申报|按|直接|牵头|根据|结合|自|由|不|跨|同时|参照|享受|延长|给予|视)"
    r"|允许|不受[^,]{0,16}限|除外|放宽|不在[^,]{0,8}范围|不占"
)
_MUST = re.compile(r"应|须|必须|不得|不予|不能|需|限|不超过|不低于|不少于|至少")
_DONE = re.compile(r"应|须|需|请|登录|报送|提交|填报|邮寄|寄送")
_TITLE = re.compile(r"(?:通知|指南|办法|细则|公告|规定|方案|意见|启事|通告)(?:\([^()]*\))?$")
_NUMBER = re.compile(r".{0,10}〔\d{4}〕.{0,6}号|.{0,30}\[\d{4}\].{0,6}号")
_OFFICE = r"[^,。:]{2,16}(?:厅|局|委员会|办公室|部|管委会|政府|基金委)"
_ISSUERS = re.compile(rf"{_OFFICE}(?:\s*{_OFFICE})*")
_SIGNED = re.compile(r"(?:厅|局|委|委员会|院|部|办公室|中心|处|会|办|政府|管委会|大学|学院)$")
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_ADDRESSED = re.compile(r"(?:各|有关)[^。]{2,80}:?")
_OFFICES = re.compile(r"单位|科技局|部门|学院|院所|企业|高校")
_FIGURES = re.compile(r"\d\s*(?:万元|%|年|项|个月)")
_CERTAIN = 0.6  # how likely it has to be that a clause says nothing, where patterns fit it
_SURE = 0.6  # how likely the kind of what stands in brackets has to be
_PART = 0.7  # how sure what a part of a clause says is
_LEAST = 0.15  # below this a clause is not understood
_RIVAL = 0.15  # from this on another kind is an alternative
_INHERITED = 0.5  # what the kind of the clause before adds
_BEFORE = "as-before"  # the kind of a pattern that changes what the clause before says
# What the value of such a clause is.
_SLOTS = {
    **dict.fromkeys(("maximum-grant", "funding-ratio", "matching-funds", "rd-ratio"), "share"),
    **dict.fromkeys(("item-limit", "recommendation"), "count"),
    "grant-range": "range",
    "duration": "months",
    "lead-age": "age",
    "registration-age": "registration",
    "deadline": "date",
    "filing-window": "window",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of saying something; its fields are described at the head of patterns.toml."""

    name: str
    kind: str
    match: re.Pattern[str]
    slot: Slot
    score: float = 2
    under: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    modality: str = ""
    part: bool = False

    def span(self, clause: Clause) -> tuple[int, int] | None:
        """Return which of the words of a clause say it; None if none do."""
        if self.under and not self.under.search(clause.context):
            return None
        words = clause.words
        said = f"{clause.label}:{words}" if clause.labelled else words
        if self.unless and self.unless.search(said):
            return None
        found = self.match.search(words)
        if self.part:
            return found.span("part" if "part" in self.match.groupindex else 0) if found else None
        return (0, len(words)) if found or self.match.search(said) else None


@dataclass(frozen=True, slots=True)
class Context:
    """Which kinds are likelier beneath some heading, and which a clause there has that nothing tells."""

    under: re.Pattern[str]
    kinds: Mapping[str, float]
    alone: str = ""


@dataclass(frozen=True, slots=True)
class Patterns:
    """All patterns and contexts of a file."""

    patterns: tuple[Pattern, ...]
    contexts: tuple[Context, ...]


@dataclass(slots=True)
class Reading:
    """What was read: the document, its schemes, and the facts in the order of the text."""

    document: Document
    schemes: list[Scheme]
    facts: list[Fact] = field(default_factory=list)


@cache
def patterns(path: Path = _PATTERNS) -> Patterns:
    """Return the patterns of a file.

    Raises:
        ValueError: an expression or a field of it is wrong; the message names the pattern.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    slots = {
        "n": values.NUMBER,
        "money": values.MONEY,
        "share": values.SHARE,
        "period": values.PERIOD,
        "date": f"(?:{values.DATE})",
        **data.get("slots", {}),
    }

    def filled(expression: str) -> str:
        return re.sub(r"\{([a-z]+)\}", lambda found: slots[found[1]], expression)

    made: list[Pattern] = []
    for entry in data["pattern"]:
        kind = entry["kind"]
        name = f"{kind}-{sum(one.kind == kind for one in made) + 1}"
        try:
            # A slot may be written by means of others.
            given: dict[str, Any] = {
                key: re.compile(filled(filled(entry[key])))
                for key in ("match", "under", "unless")
                if key in entry
            }
            given |= {key: entry[key] for key in ("score", "modality", "part") if key in entry}
            slot = Slot(*(entry.get(key, "") for key in ("value", "units", "unit", "bound")))
            made.append(Pattern(name, kind, given.pop("match"), slot, **given))
        except (re.error, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}, {name}: {error!r}") from error
    contexts = [
        Context(re.compile(entry["under"]), entry["kinds"], entry.get("alone", ""))
        for entry in data["context"]
    ]
    return Patterns(tuple(made), tuple(contexts))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A pattern that fits some words of a clause, and how well."""

    pattern: Pattern
    score: float
    start: int
    end: int

    @property
    def kind(self) -> str:
        return self.pattern.kind


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a clause: the patterns that fit, the best of each kind, and all features."""

    candidates: list[_Candidate]
    ranked: list[_Candidate]
    features: dict[str, float]


def read(text: str) -> Reading:
    """Return what a text says, as far as the patterns understand it."""
    document = structure(text)
    reading = Reading(document, schemes(document))
    reader = Reader(reading, Times.of(text))
    reader.declarations()
    for clause in document.clauses:
        reader.clause(clause)
    reading.facts.sort(key=lambda fact: (fact.start, -fact.end))
    return reading


def read_value(kind: str, quote: str, text: str) -> Filled:
    """Return the value, unit and bound of words of a text that are known to be of a kind.

    None is the value where no pattern of the kind finds one.
    """
    words, times = folded(quote), Times.of(text)
    for pattern in patterns().patterns:
        if pattern.kind == kind and pattern.slot.sort not in ("", "whole"):
            filled = fill(pattern.slot, words, times)
            if filled[0] is not None:
                return filled
    return None, "", ""


class Reader:
    """Reads the clauses of a document in their order, and adds what they say to a reading."""

    def __init__(self, reading: Reading, times: Times) -> None:
        self._reading, self._times = reading, times
        self._schemes = Attribution(reading.schemes)
        self._text = reading.document.text
        self._clauses = reading.document.clauses
        self._before: tuple[int, str] = (-1, "")  # the sentence and the kind of the clause before

    def _add(
        self, span: tuple[int, int], scheme: str, kind: str, modality: str, **given: Any
    ) -> None:
        self._reading.facts.append(
            Fact(self._text[slice(*span)], *span, scheme, kind, modality, **given)
        )

    # -- what the layout says

    def declarations(self) -> None:
        """Add the headings that declare schemes."""
        for scheme in self._reading.schemes:
            if scheme.heading:
                note = "scheme" + (f": part of {scheme.parent}" if scheme.parent else "")
                self._named((scheme.start, scheme.end), scheme.name, note, "heading", scheme.name)

    def _named(
        self, span: tuple[int, int], value: str, note: str, source: str, scheme: str = "guide"
    ) -> None:
        """Add a name: of a scheme, or of the guide, its number, its issuer."""
        given = {"value": value, "note": note, "confidence": 0.9, "source": source}
        self._add(span, scheme, "definition", "informative", **given)

    def _formal(self, clause: Clause) -> bool:
        """Whether a clause is title, number, addressees or signature; the first two and the last are added."""
        words, span = clause.words, (clause.start, clause.end)
        note = ""
        if clause.start < 200 and clause.line <= 4 and _NUMBER.match(words):
            note = "document number"
        elif clause.line <= 2 and _ISSUERS.fullmatch(words):
            note = "issuer"
        elif clause.line <= 3 and not clause.item and not clause.label and _TITLE.search(words):
            note = "title; the issuer stands in it"
        if note:
            self._named(span, words, note, "title")
            return True
        if clause.start > len(self._text) * 0.75 and not clause.label and _DAY.fullmatch(words):
            self._sign(clause)
            return True
        return is_addressee(self._text, clause)

    def _sign(self, clause: Clause) -> None:
        """Add the signature: the day of issue, with who signs on the line before."""
        before = self._clauses[self._clauses.index(clause) - 1]
        start = clause.start
        if len(before.words) <= 30 and _SIGNED.search(before.words):
            start = before.start
            # Who signs was read as something else, with its line; an annex may stand behind.
            self._reading.facts = [
                fact
                for fact in self._reading.facts
                if not (start <= fact.start and fact.end <= before.end)
            ]
        issued = values.moments(clause.words)[0].value
        self._named((start, clause.end), issued, "issuer and date of issue", "signature")

    # -- what a clause says

    def states(self, clause: Clause) -> bool:
        """Whether a clause may state something: it is no title, signature or lead; the first two are added."""
        return not (self._formal(clause) or (clause.leads and not _FIGURES.search(clause.words)))

    def clause(self, clause: Clause) -> None:
        """Add what a clause says."""
        scheme = self._schemes.scheme(clause)
        if not self.states(clause):
            return
        evidence = self.evidence(clause)
        likely = probabilities(evidence.features)
        kind, probability = next(iter(likely.items()))
        if kind == NOTHING and evidence.ranked and probability < _CERTAIN:
            kind, probability = next((k, p) for k, p in likely.items() if k != NOTHING)
        if clause.nested and probability < _SURE:
            return
        parts = _parts(evidence.candidates, kind)
        for part in parts:
            self._say(clause, part, scheme, _PART)
        if kind != NOTHING and probability >= _LEAST:
            rivals = tuple(k for k, p in likely.items() if p >= _RIVAL and k not in (kind, NOTHING))
            best = self._filled(evidence, kind, clause)
            self._say(clause, best, scheme, round(min(probability, 0.99), 2), rivals)

    def evidence(self, clause: Clause) -> Evidence:
        """Return what patterns and headings say of a clause, and what is known of it altogether."""
        bonus, alone = self._context(clause)
        sentence, kind = self._before
        before = kind if clause.sentence - sentence <= clause.after_semicolon else ""
        candidates = list(self._candidates(clause, bonus, before))
        ranked = _ranked(one for one in candidates if not one.pattern.part)
        if ranked:
            self._before = clause.sentence, ranked[0].kind
        names = [one.pattern.name for one in candidates if not one.pattern.part]
        scores = {one.kind: one.score for one in ranked}
        found = features(clause, scores, names, alone, before)
        return Evidence(candidates, ranked, found)

    def _filled(self, evidence: Evidence, kind: str, clause: Clause) -> _Candidate:
        """Return the pattern of a kind that gives a value, the best one first; one of the kind else."""
        of_kind = [one for one in evidence.candidates if one.kind == kind and not one.pattern.part]
        of_kind.sort(key=lambda one: -one.score)
        whole = 0, len(clause.words)
        others = (
            _Candidate(pattern, 0, *whole)
            for pattern in patterns().patterns
            if pattern.kind == kind and not pattern.part and pattern.slot.sort not in ("", "whole")
        )
        for one in (*of_kind, *others):
            if fill(one.pattern.slot, clause.words, self._times)[0] is not None:
                return one
        bare = Pattern("words", kind, re.compile(""), Slot("whole"))
        return of_kind[0] if of_kind else _Candidate(bare, 0, *whole)

    def _candidates(
        self, clause: Clause, bonus: Mapping[str, float], before: str
    ) -> Iterator[_Candidate]:
        """Yield the patterns that fit, with their scores in this context."""
        for pattern in patterns().patterns:
            span = pattern.span(clause)
            if not span:
                continue
            if pattern.kind == _BEFORE:
                slot = replace(pattern.slot, sort=_SLOTS.get(before, "whole"))
                if before and fill(slot, clause.words, self._times)[0] is not None:
                    yield _Candidate(replace(pattern, kind=before, slot=slot), pattern.score, *span)
                continue
            inherited = _INHERITED if pattern.kind == before else 0
            yield _Candidate(pattern, pattern.score + bonus.get(pattern.kind, 0) + inherited, *span)

    @staticmethod
    def _context(clause: Clause) -> tuple[dict[str, float], str]:
        """Return what labels and headings add to the score of kinds, the nearest most, and tell alone."""
        titles = [clause.label, clause.lead, *(h.title for h in reversed(clause.headings))]
        bonus: dict[str, float] = {}
        alone, weight = "", 1.0
        for title in filter(None, titles):
            context = next((one for one in patterns().contexts if one.under.search(title)), None)
            if context:
                for kind, more in context.kinds.items():
                    bonus[kind] = max(bonus.get(kind, 0), more * weight)
                alone = alone or context.alone
                weight *= 0.5
        return bonus, alone

    def _say(
        self,
        clause: Clause,
        one: _Candidate,
        scheme: str,
        confidence: float,
        rivals: tuple[str, ...] = (),
    ) -> None:
        """Add a fact."""
        pattern = one.pattern
        start = clause.opening if clause.labelled and not one.start else clause.offsets[one.start]
        end = clause.offsets[one.end] if one.end < len(clause.words) else clause.end
        words = clause.words[one.start : one.end]
        value, unit, bound = fill(pattern.slot, words, self._times)
        shared: dict[str, Any] = {"confidence": confidence, "source": pattern.name}
        if (
            pattern.kind == "filing-window"
            and isinstance(value, list)
            and isinstance(value[1], str)
        ):
            last = self._times.moments(words)[-1]
            span = clause.offsets[one.start + last.start], clause.offsets[one.start + last.end]
            self._add(
                span, scheme, "deadline", "must", value=value[1], note="end of the window", **shared
            )
        shared |= {"value": value, "unit": unit, "bound": bound, "alternatives": rivals}
        softened = re.search(r"原则上|一般", words)
        note = f"softened: {softened[0]}" if softened else ""
        self._add(
            (start, end), scheme, pattern.kind, _modality(pattern, words), note=note, **shared
        )


def is_addressee(text: str, clause: Clause) -> bool:
    """Whether a clause of a text only says to whom a notice goes."""
    words = clause.words
    early = (
        clause.start < 300 and clause.line <= 5 and text[clause.end : clause.end + 1] in "：:，,"
    )
    return bool(early and _ADDRESSED.fullmatch(words) and _OFFICES.search(words))


def _ranked(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the best candidate of each kind, the best one first."""
    best: dict[str, _Candidate] = {}
    for one in candidates:
        if one.kind not in best or one.score > best[one.kind].score:
            best[one.kind] = one
    return sorted(best.values(), key=lambda one: -one.score)


def _parts(candidates: Iterable[_Candidate], kind: str) -> list[_Candidate]:
    """Return what parts of a clause say beside the whole, which is of a kind."""
    kept: list[_Candidate] = []
    for one in sorted(candidates, key=lambda one: -one.score):
        apart = all(one.end <= other.start or other.end <= one.start for other in kept)
        if one.pattern.part and one.kind != kind and apart:
            kept.append(one)
    return kept


def _modality(pattern: Pattern, words: str) -> str:
    if pattern.modality:
        return pattern.modality
    if pattern.kind in _INFORMATIVE:
        return "informative"
    if _SHOULD.search(words) and pattern.kind not in ("exclusion", "material"):
        return "should"
    if _MAY.search(words) and not _MUST.search(words.replace("不限", "")):
        return "may"
    return "informative" if pattern.kind == "procedure" and not _DONE.search(words) else "must"
