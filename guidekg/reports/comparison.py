"""A comparison of two editions of a guide for its readers: in words, as data, and as a page."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

from guidekg.guides.editions import (
    SORTS,
    Change,
    Comparison,
    Detail,
    Quote,
    SchemeChange,
    Side,
    What,
)
from guidekg.guides.model import Thing
from guidekg.i18n import TAGS, Label, Language, language_tag
from guidekg.reports.html import SCRIPT, page_style, policy, speech
from guidekg.reports.templates import environment

TITLE = Label("两版指南对照", "Two editions compared")
OLD, NEW = Label("旧版", "Old edition"), Label("新版", "New edition")
NOTHING = Label("两版没有不同。", "The two editions do not differ.")
WHAT: dict[What, Label] = {
    "came": Label("新增", "new"),
    "went": Label("删去", "gone"),
    "changed": Label("改动", "changed"),
}
MARK: dict[What, str] = {"came": "+", "went": "-", "changed": "~"}
_TOKENS = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*|(?s:.)")
_APART = 0.3  # words that have less in common than this are marked as a whole


class Words(NamedTuple):
    """Words of one edition, in pieces of which some are not in the other one."""

    quote: Quote
    pieces: tuple[tuple[str, bool], ...]


def rows(change: Change) -> Iterator[tuple[Words | None, Words | None]]:
    """Yield the words of a provision in both editions, side by side, with what differs marked."""
    old, new = ([*side.quotes] if side else [] for side in (change.old, change.new))
    same = {quote.exact for quote in old} & {quote.exact for quote in new}
    for text in sorted(same, key=lambda text: next(q.start for q in new if q.exact == text)):
        one, other = (next(q for q in side if q.exact == text) for side in (old, new))
        yield _whole(one), _whole(other)
    for before, after in zip_longest(
        (quote for quote in old if quote.exact not in same),
        (quote for quote in new if quote.exact not in same),
    ):
        if before and after:
            ours, theirs = _marked(before.exact, after.exact)
            yield Words(before, ours), Words(after, theirs)
        else:  # what is new or gone as a whole needs no marks
            yield _whole(before), _whole(after)


def _whole(quote: Quote | None) -> Words | None:
    return Words(quote, ((quote.exact, False),)) if quote else None


def _marked(
    old: str, new: str
) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Return two texts in pieces, those marked that are not in the other."""
    ours, theirs = _TOKENS.findall(old), _TOKENS.findall(new)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    if matcher.ratio() < _APART:
        return ((old, True),), ((new, True),)
    made: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for tag, a, b, c, d in matcher.get_opcodes():
        for pieces, text in zip(made, ("".join(ours[a:b]), "".join(theirs[c:d])), strict=True):
            if text:
                pieces.append((text, tag != "equal"))
    return tuple(made[0]), tuple(made[1])


def counts(comparison: Comparison) -> dict[What, int]:
    """Return how many provisions came, went and changed."""
    counted = Counter(change.what for change in comparison.changes)
    return {what: counted[what] for what in WHAT}


def place(quote: Quote) -> Label:
    """Return where words stand."""
    return Label(
        f"第 {quote.line} 行，第 {quote.start}–{quote.end} 字",
        f"line {quote.line}, characters {quote.start}-{quote.end}",
    )


def values(detail: Detail) -> Label:
    """Return what a detail was and is, as one text."""

    def told(lang: Language) -> str:
        comma = "、" if lang == "zh" else ", "
        old, new = (comma.join(one(lang) for one in side) for side in (detail.old, detail.new))
        came, went = Label(f"增加{new}", f"added {new}"), Label(f"去掉{old}", f"removed {old}")
        if old and new and detail.sort != "list":
            return f"{old} → {new}"
        between = "；" if lang == "zh" else "; "
        return between.join(one(lang) for one, there in ((came, new), (went, old)) if there)

    return Label(told("zh"), told("en"))


def document(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as data; ``docs/editions.md`` describes it."""
    return {
        "old": _thing(comparison.old),
        "new": _thing(comparison.new),
        "different": bool(comparison),
        "counts": counts(comparison),
        "details": [*map(_detail, comparison.details)],
        "schemes": [*map(_scheme, comparison.schemes)],
    }


def _label(label: Label) -> dict[str, str]:
    return {"zh": label("zh"), "en": label("en")}


def _thing(thing: Thing | None) -> dict[str, Any] | None:
    return {"iri": thing.iri, "label": _label(thing.label)} if thing else None


def _detail(detail: Detail) -> dict[str, Any]:
    return {
        "sort": detail.sort,
        "property": _label(detail.property),
        "old": [*map(_label, detail.old)],
        "new": [*map(_label, detail.new)],
    }


def _scheme(scheme: SchemeChange) -> dict[str, Any]:
    return {
        "what": scheme.what,
        "old": _thing(scheme.old),
        "new": _thing(scheme.new),
        "details": [*map(_detail, scheme.details)],
        "provisions": [
            {
                "what": change.what,
                "sorts": [*change.sorts],
                "old": _side(change.old),
                "new": _side(change.new),
                "details": [*map(_detail, change.details)],
            }
            for change in scheme.changes
        ],
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    if not side:
        return None
    provision = side.provision
    return {
        "iri": provision.iri,
        "identifier": provision.identifier,
        "label": _label(provision.label),
        "kind": _thing(provision.kind),
        "modality": provision.modality.iri.rpartition("/")[2],
        "clauses": [quote._asdict() for quote in side.quotes],
    }


def vocabulary() -> dict[str, Any]:
    """Return what the parts of a comparison use beside ``say`` and ``tr``."""
    return {
        "SORTS": SORTS,
        "WHAT": WHAT,
        "MARK": MARK,
        "OLD": OLD,
        "NEW": NEW,
        "NOTHING": NOTHING,
        "counts": counts,
        "rows": rows,
        "place": place,
        "language_tag": language_tag,
    }


def page(comparison: Comparison, lang: Language) -> str:
    """Return a page that needs nothing else, in both languages, of which it shows one at first."""
    style = page_style("comparison.css")
    return (
        environment()
        .get_template("comparison.html")
        .render(
            **speech(None),
            **vocabulary(),
            lang=lang,
            tags=TAGS,
            title=TITLE,
            style=style,
            script=SCRIPT,
            policy=policy(style),
            found=comparison,
        )
    )
