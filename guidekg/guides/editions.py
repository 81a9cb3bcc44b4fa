"""Two editions of a guide compared, provision by provision: what came, what went, what changed.

Provisions go together by the scheme that states them, by their kind and what they are about, and by
their words. What a pair says is compared as a set: each value by the properties that lead to it.
What editions never share does not count: IRIs with the name of the guide, identifiers, offsets,
headings, digests, readings, and the labels that a steward gives provisions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product
from typing import Literal, NamedTuple

from guidekg.guides.alignment import Alignment, align
from guidekg.guides.edition_facts import SORTS, Edition, Fact
from guidekg.guides.model import Guide, Provision, Scheme, Thing, longest
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS

__all__ = [
    "SORTS",
    "Alignment",
    "Change",
    "Comparison",
    "Detail",
    "Edition",
    "Quote",
    "SchemeChange",
    "Side",
    "align",
    "compare",
]
What = Literal["came", "went", "changed"]
_INFORMATION, _REGARDING = NS + "information", NS + "regarding"
_ALIKE = 0.5  # from which words are taken for another version of words


class Quote(NamedTuple):
    """Words of a guide: the characters ``start`` to ``end`` (exclusive), and their line, from 1."""

    exact: str
    start: int
    end: int
    line: int


class Side(NamedTuple):
    """A provision in one of the editions, with its words."""

    provision: Provision
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that changed: its sort (see ``SORTS``), and the values that only one edition has."""

    sort: str
    property: Label
    old: tuple[Label, ...]
    new: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A provision that came (no ``old``), went (no ``new``) or changed (``details``)."""

    old: Side | None
    new: Side | None
    details: tuple[Detail, ...] = ()

    @property
    def what(self) -> What:
        """Whether the provision came, went or changed."""
        return "changed" if self.old and self.new else "went" if self.old else "came"

    @property
    def sorts(self) -> tuple[str, ...]:
        """The sorts of what changed, each once; ``wording``, if only the words did."""
        found = {detail.sort for detail in self.details}
        return tuple(sort for sort in SORTS if sort in found)


@dataclass(frozen=True, slots=True)
class SchemeChange:
    """A scheme that came, went or is in both, with what changed of it and of its provisions."""

    old: Scheme | None
    new: Scheme | None
    details: tuple[Detail, ...]
    changes: tuple[Change, ...]

    @property
    def what(self) -> What:
        """Whether the scheme came, went or is in both."""
        return "changed" if self.old and self.new else "went" if self.old else "came"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different in two editions; false, if nothing is.

    ``details`` are of the guides themselves. ``schemes`` has those with a difference, as the new
    text orders them, those that went after them.
    """

    old: Guide
    new: Guide
    details: tuple[Detail, ...]
    schemes: tuple[SchemeChange, ...]

    def __bool__(self) -> bool:
        return bool(self.details or self.schemes)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every provision that came, went or changed."""
        return tuple(change for scheme in self.schemes for change in scheme.changes)


def compare(old: Edition, new: Edition) -> Comparison:
    """Return what is different in two editions of a guide, each open in a store of its own or in one."""
    return _Pairing(old, new).comparison()


class _Pairing:
    """Which schemes and provisions of two editions go together, and what they say differently."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.old, self.new = old, new
        self.text = align(old.guide.text, new.guide.text)
        # What goes together, by its IRIs: that of the new edition for that of the old one, and back.
        # References compare once it is known.
        self._known: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self.schemes = self._pair_schemes()
        self.provisions = self._pair_provisions()
        self._known = {**self.schemes, **self.provisions}
        self._named = {new: old for old, new in self._known.items()}

    def comparison(self) -> Comparison:
        """Return the comparison."""
        changes = self._changes()
        pairs = [
            *((self._named.get(iri), iri) for iri in self.new.schemes),
            *((iri, None) for iri in self.old.schemes if iri not in self.schemes),
        ]
        schemes = []
        for one, other in pairs:
            details = self._scheme_details(one, other) if one and other else ()
            found = tuple(changes.get((one, other), ()))
            if details or found or not (one and other):
                before = self.old.schemes[one] if one else None
                after = self.new.schemes[other] if other else None
                schemes.append(SchemeChange(before, after, details, found))
        old, new = self.old.guide, self.new.guide
        details = (*_renamed(old, new), *self._details(old.iri, new.iri))
        return Comparison(old, new, details, tuple(schemes))

    # ---- schemes

    def _pair_schemes(self) -> dict[str, str]:
        """Pair schemes by their names; what is left by the words that it has kept, and by its place."""
        pairs: dict[str, str] = {}

        def left() -> Iterator[tuple[Scheme, Scheme]]:
            """Yield what may go together."""
            for one, other in product(self.old.schemes.values(), self.new.schemes.values()):
                free = one.iri not in pairs and other.iri not in pairs.values()
                if free and one.kind == other.kind:
                    yield one, other

        for one, other in left():
            if one.label == other.label:
                pairs[one.iri] = other.iri
        at = {iri: n for side in (self.old, self.new) for n, iri in enumerate(side.schemes)}
        stated = Counter(
            span for scheme in self.old.schemes.values() for span in _spans(scheme.own)
        )
        likely = [
            (-kept, abs(at[one.iri] - at[other.iri]), one, other)
            for one, other in left()
            if (kept := self._kept(one, other, stated)) >= _ALIKE
        ]
        for _, _, one, other in sorted(likely, key=lambda item: item[:2]):
            # Of one whole, unless that is not known.
            whole = one.parent not in pairs or pairs[one.parent] == other.parent
            if whole and one.iri not in pairs and other.iri not in pairs.values():
                pairs[one.iri] = other.iri
        return pairs

    def _kept(self, old: Scheme, new: Scheme, stated: Counter[tuple[int, int]]) -> float:
        """Return the share of the words that only one scheme states which another states now."""
        there = _spans(new.own)
        own = [span for span in _spans(old.own) if stated[span] == 1]
        kept = [span for span in own if self.text.moved(*span) in there]
        size = sum(end - start for start, end in own)
        return sum(end - start for start, end in kept) / size if size else 0.0

    def _scheme_details(self, old: str, new: str) -> tuple[Detail, ...]:
        renamed = _renamed(self.old.schemes[old], self.new.schemes[new])
        return (*renamed, *self._details(old, new))

    # ---- provisions

    def _pair_provisions(self) -> dict[str, str]:
        """Pair provisions of the same scheme, the likeliest first; then those that moved to another."""
        pairs: dict[str, str] = {}
        taken: set[str] = set()

        def take(likely: Iterable[tuple[float, str, str]]) -> None:
            for _, one, other in sorted(likely, key=lambda item: -item[0]):
                if one not in pairs and other not in taken:
                    pairs[one] = other
                    taken.add(other)

        def left(
            ours: Iterable[Provision], theirs: Iterable[Provision]
        ) -> Iterator[tuple[Provision, Provision]]:
            """Yield what may go together, in the order of the texts."""
            theirs = sorted(theirs, key=_place)
            for one, other in product(sorted(ours, key=_place), theirs):
                if one.kind == other.kind and one.iri not in pairs and other.iri not in taken:
                    yield one, other

        for one, other in self.schemes.items():
            ours, theirs = self.old.schemes[one].own, self.new.schemes[other].own
            take(
                (score, a.iri, b.iri)
                for a, b in left(ours, theirs)
                if (score := self._score(a, b)) is not None
            )
            # The only ones of their kind, in the same place, are one.
            rest = list(left(ours, theirs))
            ones, others = Counter(a.iri for a, _ in rest), Counter(b.iri for _, b in rest)
            take(
                (1, a.iri, b.iri)
                for a, b in rest
                if ones[a.iri] == others[b.iri] == 1 and self._overlap(a, b)
            )
        kept = [self.old.schemes[one] for one in self.schemes]
        kept_now = [self.new.schemes[one] for one in self.schemes.values()]
        take(
            (1, a.iri, b.iri)
            for a, b in left(
                (provision for scheme in kept for provision in scheme.own),
                (provision for scheme in kept_now for provision in scheme.own),
            )
            if a.clauses and _words(a) == _words(b) and self._same_matter(a, b)
        )
        return pairs

    def _score(self, old: Provision, new: Provision) -> float | None:
        """Return how likely it is that two provisions of a kind are one; None, if they are not."""
        overlap = 1.0 if _words(old) == _words(new) else self._overlap(old, new)
        matter = self._same_matter(old, new)
        if not (matter and self.old.about(old.iri, _INFORMATION)):
            alike = overlap == 1 or old.label == new.label or _alike(old, new) >= _ALIKE
            if not (overlap >= _ALIKE and alike):
                return None
        ours, theirs = self._said(self.old, old.iri), self._said(self.new, new.iri)
        likeness = len(ours & theirs) / (len(ours | theirs) or 1)
        return 2 * overlap + 2 * matter + likeness + (old.label == new.label)

    def _same_matter(self, old: Provision, new: Provision) -> bool:
        """Whether two provisions are about the same information, and regard the same."""
        return all(
            self.old.about(old.iri, name) == self.new.about(new.iri, name)
            for name in (_INFORMATION, _REGARDING)
        )

    def _overlap(self, old: Provision, new: Provision) -> float:
        """Return how far the words of one are where those of the other were, from 0 to 1."""
        there = [
            (c.start, c.end) for c in longest(new.clauses) if c.source == self.new.guide.source
        ]
        best = []
        for clause in longest(old.clauses):
            ours = clause.source == self.old.guide.source
            span = self.text.near(clause.start, clause.end) if ours else None
            best.append(max((_shared(span, other) for other in there), default=0.0) if span else 0)
        return sum(best) / len(best) if best else float(not new.clauses)

    # ---- what changed

    def _changes(self) -> dict[tuple[str | None, str | None], list[Change]]:
        """Return the changes by the schemes that they are told at, each once, as the text has them."""
        found: dict[tuple[str | None, str | None], list[Change]] = defaultdict(list)
        for iri, schemes in self.new.stated.items():
            at = next((one for one in schemes if one in self._named), schemes[0])
            one = self._named.get(iri)
            details = self._provision_details(one, iri) if one else ()
            if details or not one:
                old = self._side(self.old, one) if one else None
                change = Change(old, self._side(self.new, iri), details)
                found[self._named.get(at), at].append(change)
        for iri, schemes in self.old.stated.items():
            if iri not in self.provisions:
                at = next((one for one in schemes if one in self.schemes), schemes[0])
                found[at, self.schemes.get(at)].append(Change(self._side(self.old, iri), None))
        for changes in found.values():
            changes.sort(key=_first)
        return found

    def _provision_details(self, old: str, new: str) -> tuple[Detail, ...]:
        """Return what a pair says differently; its words, if it is only these."""
        details = self._details(old, new)
        ours = {self.schemes[one] for one in self.old.stated[old] if one in self.schemes}
        theirs = {one for one in self.new.stated[new] if one in self._named}
        if ours != theirs:
            left = sorted(self._named[one] for one in ours - theirs)
            before = tuple(self.old.schemes[one].label for one in left)
            after = tuple(self.new.schemes[one].label for one in sorted(theirs - ours))
            details = (*details, Detail("scope", SORTS["scope"], before, after))
        if not details:
            one, other = (
                edition.things.provision(iri) for edition, iri in ((self.old, old), (self.new, new))
            )
            if _words(one) != _words(other):
                words = (
                    tuple(Label(clause.exact, clause.exact) for clause in longest(side.clauses))
                    for side in (one, other)
                )
                details = (Detail("wording", SORTS["wording"], *words),)
        return details

    def _details(self, old: str, new: str) -> tuple[Detail, ...]:
        """Return the values that only one of two things has, by the properties that lead to them."""
        ours, theirs = self._said(self.old, old), self._said(self.new, new)
        only: dict[tuple[str, ...], tuple[list[Fact], list[Fact]]] = defaultdict(lambda: ([], []))
        for side, edition, iri, others in ((0, self.old, old, theirs), (1, self.new, new, ours)):
            for fact in edition.facts(iri):
                if (said := self._comparable(edition, fact)) and said not in others:
                    only[fact.keys][side].append(fact)
        details = []
        for before, after in only.values():
            edition, iri = (self.old, old) if before else (self.new, new)
            first = (before or after)[0]
            sort = edition.sort(iri, first)
            values = (
                tuple(sorted({e.shown(i, fact) for fact in facts}, key=str))
                for e, i, facts in ((self.old, old, before), (self.new, new, after))
            )
            details.append(Detail(sort, edition.path(first, sort), *values))
        order = list(SORTS)
        return tuple(sorted(details, key=lambda one: (order.index(one.sort), one.property.en)))

    def _said(self, edition: Edition, iri: str) -> set[tuple[tuple[str, ...], str]]:
        """Return the facts of a thing, as they compare."""
        return {said for fact in edition.facts(iri) if (said := self._comparable(edition, fact))}

    def _comparable(self, edition: Edition, fact: Fact) -> tuple[tuple[str, ...], str] | None:
        """Return how a fact compares; None for a reference to what came or went, which is told there."""
        if not fact.reference:
            return fact.keys, fact.value
        known = self._known if edition is self.old else self._named
        if fact.value not in known:
            return None
        return fact.keys, fact.value if edition is self.old else known[fact.value]

    def _side(self, edition: Edition, iri: str) -> Side:
        """Return a provision with its words."""
        provision, things = edition.things.provision(iri), edition.things
        quotes = tuple(
            Quote(clause.exact, clause.start, clause.end, text.count("\n", 0, clause.start) + 1)
            for clause in longest(provision.clauses)
            for text in [things.text(clause.source, "gk:text") or ""]
        )
        return Side(provision, quotes)


def _renamed(old: Thing, new: Thing) -> tuple[Detail, ...]:
    if old.label == new.label:
        return ()
    return (Detail("name", SORTS["name"], (old.label,), (new.label,)),)


def _spans(provisions: Iterable[Provision]) -> set[tuple[int, int]]:
    return {(clause.start, clause.end) for one in provisions for clause in one.clauses}


def _place(provision: Provision) -> tuple[int, str]:
    return (provision.clauses[0].start if provision.clauses else 0, provision.iri)


def _first(change: Change) -> int:
    """Return where a change stands in the text: the new one, where it is there."""
    side = change.new or change.old
    return min((quote.start for quote in side.quotes), default=0) if side else 0


def _words(provision: Provision) -> set[str]:
    """Return the words of a provision without spaces, each part once."""
    return {"".join(clause.exact.split()) for clause in longest(provision.clauses)}


def _alike(old: Provision, new: Provision) -> float:
    """Return how far the words of two provisions are the same, from 0 to 1."""
    one, other = ("".join(sorted(_words(side))) for side in (old, new))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _shared(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the characters that two spans share, as a part of those that either has."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(shared, 0) / (max(one[1], other[1]) - min(one[0], other[0]) or 1)
