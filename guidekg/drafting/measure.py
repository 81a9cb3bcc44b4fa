"""How well a draft agrees with the facts that a careful reader found in the same text.

Found is a fact where a drafted one overlaps at least half of the shorter of the two, and is of its kind
or one of its other readings. One to one, each drafted fact answers one fact. Precise is a drafted fact
that answers any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guidekg.drafting.facts import Fact, FactsError, alike, as_entry, overlaps, wrong
from guidekg.i18n import Label

_NUMBERS = {
    *("maximum-grant", "grant-range", "funding-ratio", "matching-funds", "duration", "deadline"),
    *("filing-window", "lead-age", "registration-age", "rd-ratio", "item-limit", "indicator"),
}


@dataclass(slots=True)
class Measure:
    """Counts, and the shares that follow from them."""

    facts: int = 0
    found: int = 0
    one_to_one: int = 0
    drafted: int = 0
    precise: int = 0
    confident: int = 0
    confident_precise: int = 0
    modality: int = 0
    numbers: int = 0
    numbers_right: int = 0
    schemes: int = 0
    schemes_right: int = 0
    kinds: dict[str, list[int]] = field(default_factory=dict)  # found, of
    missed: list[Mapping[str, Any]] = field(default_factory=list)
    wrong: list[Fact] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts by their names; for each kind how many were found, of how many; what was missed, what wrong."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        return kept | {"wrong": [as_entry(fact) for fact in self.wrong]}


def sound(entries: Sequence[Any], text: str, name: str) -> list[Mapping[str, Any]]:
    """Return entries of facts, each of which has what measuring takes.

    Raises:
        FactsError: one has not, or is of another text.
    """
    for number, entry in enumerate(entries, 1):
        reason = wrong(entry, text)
        if not reason and not (isinstance(entry.get("scheme"), str) and "value" in entry):
            reason = Label("缺少 scheme 或 value。", "scheme or value is missing")
        if reason:
            raise FactsError(
                f"{name} 第 {number} 条：{reason.zh}", f"{name}, entry {number}: {reason.en}"
            )
    return list(entries)


def measure(drafted: Sequence[Fact], facts: Sequence[Mapping[str, Any]]) -> Measure:
    """Return how well drafted facts agree with given ones, in the format of facts."""
    result = Measure(facts=len(facts), drafted=len(drafted))
    pairs: list[tuple[int, int]] = []
    for number, fact in enumerate(facts):
        kinds = {fact["kind"], *fact.get("alt", ())}
        span = fact["start"], fact["end"]
        hits = [
            index
            for index, one in enumerate(drafted)
            if one.kind in kinds and overlaps(span, (one.start, one.end))
        ]
        counts = result.kinds.setdefault(fact["kind"], [0, 0])
        counts[1] += 1
        number_wanted = _number(fact)
        result.numbers += number_wanted
        if not hits:
            result.missed.append(fact)
            continue
        pairs += [(number, index) for index in hits]
        counts[0] += 1
        result.found += 1
        close = sorted(
            hits, key=lambda i: abs(drafted[i].start - span[0]) + abs(drafted[i].end - span[1])
        )
        best = next((i for i in close if _same(fact, drafted[i])), close[0])
        result.modality += drafted[best].modality in {
            fact["modality"],
            *fact.get("alt_modality", ()),
        }
        result.numbers_right += number_wanted and _same(fact, drafted[best])
        if fact["scheme"] != "guide":
            result.schemes += 1
            result.schemes_right += same_scheme(drafted[best].scheme, fact["scheme"])
    answered = {index for _, index in pairs}
    result.precise = len(answered)
    confident = {index for index, one in enumerate(drafted) if not one.doubtful}
    result.confident, result.confident_precise = len(confident), len(confident & answered)
    result.one_to_one = _matching(pairs)
    result.wrong = [one for index, one in enumerate(drafted) if index not in answered]
    return result


def _number(fact: Mapping[str, Any]) -> bool:
    value = fact["value"]
    values = value if isinstance(value, list) else [value]
    return fact["kind"] in _NUMBERS and any(
        isinstance(one, int | float) or (isinstance(one, str) and one[:1] in "-0123456789")
        for one in values
    )


def _same(fact: Mapping[str, Any], one: Fact) -> bool:
    return any(alike(value, one.value) for value in (fact["value"], *fact.get("alt_value", ())))


def same_scheme(first: str, second: str) -> bool:
    """Whether two names are of one scheme: one may be the other with a word for what it is."""
    shorter, longer = sorted((first, second), key=len)
    return shorter in longer


def _matching(pairs: Sequence[tuple[int, int]]) -> int:
    """Return the size of a greatest matching of facts and drafted ones."""
    choices: dict[int, list[int]] = {}
    for fact, index in pairs:
        choices.setdefault(fact, []).append(index)
    taken: dict[int, int] = {}

    def assign(fact: int, seen: set[int]) -> bool:
        for index in choices[fact]:
            if index not in seen:
                seen.add(index)
                if index not in taken or assign(taken[index], seen):
                    taken[index] = fact
                    return True
        return False

    return sum(assign(fact, set()) for fact in choices)
