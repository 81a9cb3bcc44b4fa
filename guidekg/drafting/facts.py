"""A fact: one thing that a text says, with its exact words; facts as JSON, and those of several readers as one.

The format is documented in docs/drafting.md.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from guidekg.characters import printable
from guidekg.errors import GuideKGError
from guidekg.i18n import Label

KINDS = (
    *("maximum-grant", "grant-range", "funding-ratio", "matching-funds", "duration", "deadline"),
    *("filing-window", "lead-kind", "lead-place", "lead-age", "registration-age", "qualification"),
    *("rd-ratio", "item-limit", "partner", "agreement", "letter", "recommendation", "exclusion"),
    *("material", "field", "priority", "objective", "indicator", "selection", "contact"),
    *("definition", "procedure", "other"),
)
MODALITIES = ("must", "should", "may", "informative")
DOUBTFUL = 0.55  # below this, a person should look at a fact before the others
_AGREED = 0.15  # how much surer two readers are together


class FactsError(GuideKGError, ValueError):
    """A file of facts cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a text says in some words; the fields are those of the format of facts.

    ``confidence`` is from 0 to 1, ``source`` the pattern or the reader that found it, ``alternatives`` the
    kinds that it may be as well. ``conflict`` marks a fact that another reader reads differently.
    """

    quote: str
    start: int
    end: int
    scheme: str
    kind: str
    modality: str
    value: Any = None
    unit: str = ""
    bound: str = ""
    note: str = ""
    alternatives: tuple[str, ...] = ()
    confidence: float = 1.0
    source: str = ""
    conflict: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether a person should look at it before the others."""
        return self.confidence < DOUBTFUL

    @property
    def span(self) -> tuple[int, int]:
        """Where its words stand."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Refused:
    """A suggestion that was not taken: its number in the file from 1, and why."""

    number: int
    reason: Label


def overlaps(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether two spans share at least half of the shorter one."""
    shared = min(first[1], second[1]) - max(first[0], second[0])
    return shared > 0 and 2 * shared >= min(first[1] - first[0], second[1] - second[0])


def as_entry(fact: Fact) -> dict[str, Any]:
    """Return a fact in the format of facts."""
    names = ("quote", "start", "end", "scheme", "kind", "modality", "value", "note")
    entry: dict[str, Any] = {name: getattr(fact, name) for name in names}
    entry |= {name: getattr(fact, name) for name in ("unit", "bound") if getattr(fact, name)}
    if fact.alternatives:
        entry["alternatives"] = list(fact.alternatives)
    if fact.conflict:
        entry["conflict"] = True
    return entry | {
        "confidence": fact.confidence,
        "doubtful": fact.doubtful,
        "source": fact.source,
    }


def to_json(facts: Iterable[Fact]) -> str:
    """Return facts as JSON, one a line."""
    lines = [
        json.dumps({"id": f"F-{number:03}", **as_entry(fact)}, ensure_ascii=False)
        for number, fact in enumerate(facts, 1)
    ]
    return "[\n " + ",\n ".join(lines) + "\n]\n" if lines else "[]\n"


def read_json(path: Path) -> list[Any]:
    """Return the entries of a file of facts, as they stand.

    Raises:
        FactsError: it cannot be read, or is no list.
    """
    name = printable(path)
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FactsError(
            f"{name}：无法读取（{reason}）。", f"{name}: it cannot be read ({reason})"
        ) from None
    except UnicodeDecodeError:
        raise FactsError(f"{name}：不是 UTF-8 文本。", f"{name}: it is no text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise FactsError(
            f"{name}：第 {error.lineno} 行第 {error.colno} 列不是 JSON（{error.msg}）。",
            f"{name}: line {error.lineno}, column {error.colno} is no JSON ({error.msg})",
        ) from None
    if not isinstance(data, list):
        raise FactsError(f"{name}：应当是一个列表。", f"{name}: it should be a list")
    return data


def suggested(entries: Sequence[Any], text: str, source: str) -> tuple[list[Fact], list[Refused]]:
    """Return the facts that the entries of a file suggest of a text, and what is refused of them.

    Args:
        entries: as ``read_json`` gives them.
        text: the text they are about.
        source: who suggests them.
    """
    taken: list[Fact] = []
    refused: list[Refused] = []
    for number, entry in enumerate(entries, 1):
        reason = wrong(entry, text) or _crossing(entry, taken)
        if reason:
            refused.append(Refused(number, reason))
            continue
        taken.append(
            Fact(
                *(entry["quote"], entry["start"], entry["end"]),
                *(str(entry.get("scheme") or "guide"), entry["kind"], entry["modality"]),
                value=entry.get("value"),
                unit=str(entry.get("unit") or ""),
                bound=str(entry.get("bound") or ""),
                note=str(entry.get("note") or ""),
                alternatives=tuple(kind for kind in entry.get("alt", ()) if kind in KINDS),
                confidence=0.8,
                source=source,
            )
        )
    return taken, refused


def wrong(entry: Any, text: str) -> Label | None:
    """Return what is wrong with an entry in itself, if anything is: a field, a name, or where its words stand."""
    return _mistyped(entry) or _misplaced(entry, text)


def _mistyped(entry: Any) -> Label | None:
    if not isinstance(entry, Mapping):
        return Label("不是一个对象。", "it is no object")
    sorts = {"quote": str, "start": int, "end": int, "kind": str, "modality": str}
    for name, sort in sorts.items():
        value = entry.get(name)
        if not isinstance(value, sort) or isinstance(value, bool):
            return Label(f"缺少 {name}，或者类型不对。", f"{name} is missing, or of a wrong type")
    for name in ("alt", "alt_modality", "alt_value"):
        if not isinstance(entry.get(name, []), list):
            return Label(f"{name} 应当是一个列表。", f"{name} should be a list")
    kind, modality = entry["kind"], entry["modality"]
    if kind not in KINDS:
        return Label(f"没有 {kind} 这种事实。", f"there is no kind {kind!r} of fact")
    if modality not in MODALITIES:
        return Label(f"没有 {modality} 这种约束力。", f"there is no modality {modality!r}")
    return None


def _misplaced(entry: Mapping[str, Any], text: str) -> Label | None:
    start, end, quote = entry["start"], entry["end"], entry["quote"]
    if 0 <= start < end <= len(text) and text[start:end] == quote:
        return None
    at = text.find(quote) if quote and text.count(quote) == 1 else -1
    zh = f"；这句话在 {at}–{at + len(quote)}" if at >= 0 else ""
    en = f"; these words stand at {at}-{at + len(quote)}" if at >= 0 else ""
    return Label(
        f"原文 {start}–{end} 处不是“{quote[:40]}”{zh}。",
        f"the text does not say {quote[:40]!r} at {start}-{end}{en}",
    )


def _crossing(entry: Mapping[str, Any], taken: Iterable[Fact]) -> Label | None:
    """Return why a suggestion does not go with those before it: it repeats one, or crosses its words."""
    start, end = entry["start"], entry["end"]
    for fact in taken:
        if (start, end, entry["kind"]) == (*fact.span, fact.kind):
            return Label("与前面一条重复。", "it repeats one before it")
        apart = end <= fact.start or fact.end <= start
        nested = (fact.start <= start and end <= fact.end) or (
            start <= fact.start and fact.end <= end
        )
        if not apart and not nested:
            return Label(
                f"与前面“{fact.quote[:20]}”（{fact.start}–{fact.end}）交叉：只能包含或分开。",
                f"it crosses {fact.quote[:20]!r} ({fact.start}-{fact.end}) before it: spans may nest, or stand apart",
            )
    return None


def merged(found: Sequence[Fact], suggestions: Sequence[Fact]) -> list[Fact]:
    """Return the facts of two readers as one list: what both say is said once, and surer.

    Where they read the same words differently, as another kind or with another value, both readings
    stay, side by side, marked as in conflict.
    """
    rest = list(found)
    out: list[Fact] = []
    for one in suggestions:
        same = next((f for f in rest if f.kind == one.kind and overlaps(f.span, one.span)), None)
        if same is None:
            # What the patterns held to be possible too is decided by the suggestion.
            rest = [f for f in rest if not (_same_words(f, one) and one.kind in f.alternatives)]
            rivals = [f for f in rest if _same_words(f, one)]
            for rival in rivals:
                rest[rest.index(rival)] = _in_conflict(rival, one)
            out.append(_in_conflict(one, rivals[0]) if rivals else one)
            continue
        rest.remove(same)
        differ = (
            one.value is not None and same.value is not None and not alike(one.value, same.value)
        )
        if differ and _states_number(one) and _states_number(same):
            out += [_in_conflict(one, same), _in_conflict(same, one)]
        else:
            sure = min(0.99, max(one.confidence, same.confidence) + _AGREED)
            value = one.value if one.value is not None else same.value
            out.append(
                replace(
                    one,
                    value=value,
                    confidence=round(sure, 2),
                    source=f"{same.source} + {one.source}",
                )
            )
    return sorted([*out, *rest], key=lambda fact: (fact.start, -fact.end))


def _same_words(first: Fact, second: Fact) -> bool:
    shared = min(first.end, second.end) - max(first.start, second.start)
    return 10 * shared >= 8 * max(first.end - first.start, second.end - second.start)


def _in_conflict(fact: Fact, other: Fact) -> Fact:
    kinds = tuple(
        kind for kind in dict.fromkeys((*fact.alternatives, other.kind)) if kind != fact.kind
    )
    return replace(fact, alternatives=kinds, confidence=min(fact.confidence, 0.45), conflict=True)


def _states_number(fact: Fact) -> bool:
    values = fact.value if isinstance(fact.value, list) else [fact.value]
    return any(
        isinstance(one, int | float) or (isinstance(one, str) and one[:2].isdigit())
        for one in values
    )


def alike(first: Any, second: Any) -> bool:
    """Whether two values say the same: a list of one is that one."""
    if isinstance(first, list) and len(first) == 1:
        first = first[0]
    if isinstance(second, list) and len(second) == 1:
        second = second[0]
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(alike, first, second))
    if isinstance(first, int | float) and isinstance(second, int | float):
        return abs(first - second) < 1e-6
    return bool(first == second)
