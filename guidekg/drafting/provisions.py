"""What a fact becomes in the graph: a provision, with its class, its constraint and its labels, as provisions.toml says."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from guidekg.drafting.facts import Fact
from guidekg.drafting.glossary import translated
from guidekg.drafting.names import KnownNames
from guidekg.drafting.structure import folded
from guidekg.rdf.namespaces import XSD, expand
from guidekg.rdf.terms import Term, from_python

_CONDITIONAL = "conditional"  # the guard of what has a condition
_LONGEST = 80  # characters of a Chinese label
_ASKS = ("must", "should")
# Classes of what others than the applicant have to do.
_OF_OTHERS = ("gk:Procedure", "gk:Sanction", "gk:Validity")
Value = ox.NamedNode | ox.Literal | ox.BlankNode
_Stated = list[tuple[str, Sequence[Value | str | float]]]
# What a day stands for that is told without an hour, in the zone of the guides.
_HOURS = {"gk:opens": "T00:00", "gk:closes": "T23:59"}
_HOUR = re.compile(r"(?:[上中下]午|晚上?)?\d+\s*[时点:]|[上中下]午|午|夜|晚|下班")
_CONSTRAINTS = (
    "gk:Limit",
    "gk:Choice",
    "gk:Window",
    "gk:RunLimit",
    "gk:Presence",
    "gk:Declaration",
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of provisions.toml."""

    kind: str
    class_: str
    words: re.Pattern[str] | None
    unless: tuple[re.Pattern[str], ...]
    conditional: re.Pattern[str] | None  # what it lacks too, unless the condition is stated
    informative: bool
    information: str
    bound: bool
    use: str
    set: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Provisions:
    """What provisions.toml says.

    ``kinds`` are the names of kinds (zh, en); ``strengths`` the words and the local name of each strength.
    """

    entries: tuple[_Entry, ...]
    kinds: Mapping[str, tuple[str, str]]
    strengths: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _provisions() -> _Provisions:
    data = tomllib.loads(Path(__file__).with_name("provisions.toml").read_text(encoding="utf-8"))
    guards = data["guards"]

    def compiled(expression: str) -> re.Pattern[str]:
        return re.compile(guards.get(expression, expression))

    def entry(one: Mapping[str, Any]) -> _Entry:
        given = one.get("unless", [])
        unless = [given] if isinstance(given, str) else given
        return _Entry(
            kind=one["kind"],
            class_=one["class"],
            words=compiled(one["words"]) if "words" in one else None,
            unless=tuple(compiled(name) for name in unless if name != _CONDITIONAL),
            conditional=compiled(_CONDITIONAL) if _CONDITIONAL in unless else None,
            informative=one.get("where") == "informative",
            information=one.get("information", ""),
            bound=one.get("bound", False),
            use=one.get("from", ""),
            set=one.get("set", {}),
        )

    strengths = tuple((re.compile(word), name) for word, name in data["strengths"].items())
    return _Provisions(tuple(map(entry, data["provision"])), data["kinds"], strengths)


def named(name: str) -> ox.NamedNode:
    """Return the IRI of ``prefix:name``."""
    return ox.NamedNode(expand(name) or name)


def _text(words: str, lang: str) -> ox.Literal:
    return ox.Literal(words, language=lang)


def _verb(predicate: str) -> ox.NamedNode:
    return named("rdf:type" if predicate == "a" else predicate)


def _term(value: Value | str | float) -> Term:
    if isinstance(value, str):
        return named(value)
    return from_python(Decimal(repr(value)) if isinstance(value, float) else value)


class Block:
    """What is said of one thing, in the order in which it is to be written."""

    def __init__(self, name: str) -> None:
        self.subject = named(name)
        self.triples: list[ox.Triple] = []

    def add(self, predicate: str, *values: Value | str | float | bool) -> None:
        """Say something: an object that is a string is the name of a thing, ``prefix:name``."""
        verb = _verb(predicate)
        self.triples += [ox.Triple(self.subject, verb, _term(value)) for value in values]

    def add_node(self, predicate: str, *stated: tuple[str, Value | str | float | bool]) -> None:
        """Say that something has a property whose value is a blank node, of which this is stated."""
        node = ox.BlankNode()
        self.triples.append(ox.Triple(self.subject, named(predicate), node))
        for verb, value in stated:
            self.triples.append(ox.Triple(node, _verb(verb), _term(value)))

    def called(self, name: str) -> "Block":
        """Return the same of a thing of another name."""
        other = Block(name)
        other.triples = [
            ox.Triple(
                other.subject if t.subject == self.subject else t.subject, t.predicate, t.object
            )
            for t in self.triples
        ]
        return other

    def labels(self, zh: str, en: str) -> None:
        """Give it its names."""
        self.add("rdfs:label", _text(zh, "zh"), _text(en, "en"))


def clause(
    name: str,
    text: str,
    span: tuple[int, int],
    reason: tuple[str, str] | None = None,
    more: Sequence[ox.Triple] = (),
) -> Block:
    """Return a clause of a text; with a reason in both languages, a span that only gives structure.

    ``more`` is what was said of it before, with its type.
    """
    start, end = span
    block = Block(f"clause:{name}-{start}-{end}")
    if more:
        block.triples = [ox.Triple(block.subject, t.predicate, t.object) for t in more]
    else:
        block.add("a", "gk:StructuralSpan" if reason else "gk:Clause")
    block.add("oa:start", start)
    block.add("oa:end", end)
    block.add("oa:exact", ox.Literal(text[start:end]))
    block.add("gk:inSource", f"source:{name}-zh")
    if reason:
        block.add("gk:reason", _text(reason[0], "zh"), _text(reason[1], "en"))
    return block


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside a fact.

    Attributes:
        names: those that the graph knows.
        dated: whether the year of the call is known.
        conditional: whether a person states on what condition the fact applies, so that its words may
            have one.
    """

    names: KnownNames
    dated: bool = True
    conditional: bool = False


def provision(fact: Fact, known: Known, identifier: str, clauses: Sequence[str]) -> Block:
    """Return the provision that a fact becomes.

    Args:
        fact: what the text says.
        known: what else is known.
        identifier: of a requirement; the name of the provision too.
        clauses: the names of the clauses that say it.
    """
    asks = fact.modality in _ASKS
    class_, stated = _made_of(fact, known)
    requirement = asks and class_ in ("", *_CONSTRAINTS)
    block = Block(f"{'requirement' if requirement else 'provision'}:{identifier}")
    if requirement:
        block.add("a", "gk:Requirement", class_ or "gk:ManualCheck")
    else:
        block.add("a", class_ or ("gk:Permission" if fact.modality == "may" else "gk:Provision"))
    block.labels(*_labels(fact))
    if requirement:
        block.add("gk:requirementRow", ox.Literal(identifier))
        block.add("dcterms:identifier", ox.Literal(identifier))
    block.add("gk:modality", f"modality:{fact.modality}")
    softened = fact.note.startswith("softened")
    if requirement:
        severity = "Info" if fact.modality == "should" else "Warning" if softened else "Violation"
        block.add("gk:severityIfUnmet", f"sh:{severity}")
    if requirement and not class_:
        block.add("gk:question", *question(fact.quote))
    for predicate, values in stated:
        block.add(predicate, *values)
    words = ((one.search(fact.quote), strength) for one, strength in _provisions().strengths)
    found = next(((word[0], strength) for word, strength in words if word), None)
    if requirement and found:
        block.add("gk:strength", f"strength:{found[1]}")
        block.add("gk:strengthWord", _text(found[0], "zh"))
    block.add("gk:clause", *clauses)
    return block


def _made_of(fact: Fact, known: Known) -> tuple[str, _Stated]:
    """Return the class of what a fact becomes, and what it states; nothing where no entry fits."""
    words = folded(fact.quote).replace(",", "，")
    asks = fact.modality in _ASKS
    for entry in _provisions().entries:
        if entry.kind != fact.kind or (fact.doubtful and not entry.informative):
            continue
        # Some classes that ask nothing of a proposal take what must be, too.
        if asks == entry.informative and not (asks and entry.class_ in _OF_OTHERS):
            continue
        if "gk:yearsBefore" in entry.set and not known.dated:
            continue
        if entry.words and not entry.words.search(words):
            continue
        if any(one.search(words) for one in entry.unless):
            continue
        if entry.conditional and not known.conditional and entry.conditional.search(words):
            continue
        used = _used(entry, fact, words, known.names)
        if used is not None:
            information = (
                [("gk:information", [f"information:{entry.information}"])]
                if entry.information
                else []
            )
            fixed = [(predicate, [value]) for predicate, value in entry.set.items()]
            return entry.class_, [*information, *fixed, *used]
    return "", []


def _used(entry: _Entry, fact: Fact, words: str, known: KnownNames) -> _Stated | None:
    """Return what an entry states of the value of a fact; None if the fact lacks what that takes."""
    if entry.bound:
        return _bounds(fact)
    use = _USES.get(entry.use)
    return use(entry, fact, words, known) if use else []


def _bounds(fact: Fact) -> _Stated | None:
    """Return minimum and maximum, with the currency of money."""
    value = fact.value
    ends = value if isinstance(value, list) and len(value) == 2 else [value, value]
    if not all(isinstance(one, int | float) for one in ends):
        return None
    single = not isinstance(value, list) and fact.bound not in ("exact", "")
    stated: _Stated = [
        (name, [end])
        for name, end, bound in (("gk:minimum", ends[0], "min"), ("gk:maximum", ends[1], "max"))
        if not single or fact.bound == bound
    ]
    if len(fact.unit) == 3 and fact.unit.isupper():
        stated.append(("gk:currency", [ox.Literal(fact.unit)]))
    return stated


def _accepted_kinds(_entry: _Entry, fact: Fact, _words: str, known: KnownNames) -> _Stated | None:
    kinds = [f"kind:{one}" for one in fact.value] if isinstance(fact.value, list) else []
    return [("gk:accepts", kinds)] if kinds and all(one in known for one in kinds) else None


def _named(entry: _Entry, _fact: Fact, words: str, known: KnownNames) -> _Stated | None:
    found = known.within(entry.use.removesuffix("s"), words)
    predicate = "gk:accepts" if entry.use == "places" else "gk:regarding"
    return [(predicate, found)] if len(found) == 1 else None


def _end(entry: _Entry, fact: Fact, words: str, _known: KnownNames) -> _Stated | None:
    found = re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日", words)
    day = _day(fact.value) or (f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else "")
    return _times([(f"gk:{entry.use}", day)], entry, words)


def _ends(entry: _Entry, fact: Fact, words: str, _known: KnownNames) -> _Stated | None:
    days = [_day(one) for one in fact.value] if isinstance(fact.value, list) else []
    return _times(list(zip(("gk:opens", "gk:closes"), days, strict=False)), entry, words)


def _times(ends: Sequence[tuple[str, str]], entry: _Entry, words: str) -> _Stated | None:
    """Return the ends of a window that are told; None where none is, or where an hour was not read."""
    told = [(predicate, day) for predicate, day in ends if day]
    moments = entry.information.endswith("moment")
    read = sum("T" in day for _, day in told)
    if not told or (moments and len(_HOUR.findall(words)) > read):
        return None
    return [(predicate, [_time(predicate, day, moments=moments)]) for predicate, day in told]


def _telephone(_entry: _Entry, _fact: Fact, words: str, _known: KnownNames) -> _Stated:
    found = re.search(r"\d{3,4}-\d{6,8}|1\d{10}", words)
    return [("gk:telephone", [ox.Literal(found[0])])] if found else []


def _link(_entry: _Entry, fact: Fact, _words: str, _known: KnownNames) -> _Stated:
    found = re.search(r"https?://[^\s()（），。；]+", fact.quote)
    any_uri = ox.NamedNode(XSD + "anyURI")
    return [("schema:url", [ox.Literal(found[0], datatype=any_uri)])] if found else []


_USES: dict[str, Callable[[_Entry, Fact, str, KnownNames], _Stated | None]] = {
    "kinds": _accepted_kinds,
    "places": _named,
    "documents": _named,
    "opens": _end,
    "closes": _end,
    "window": _ends,
    "telephone": _telephone,
    "link": _link,
}


def _labels(fact: Fact) -> tuple[str, str]:
    said = translated(fact.quote)
    place = f" (characters {fact.start}–{fact.end})"
    return shortened(fact.quote), _provisions().kinds[fact.kind][1] + (
        f": {said}" if said else place
    )


def shortened(quote: str) -> str:
    """Return words as a label: on one line, and not too long."""
    said = " ".join(quote.split())
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"


def question(quote: str) -> tuple[ox.Literal, ox.Literal]:
    """Return what a person has to answer who judges a proposal by words, in Chinese and English."""
    said = " ".join(quote.split())
    return _text(f"是否符合“{said}”？", "zh"), _text(f"Does the proposal keep to “{said}”?", "en")


def _day(value: object) -> str:
    """Return a day or moment with its year; nothing for one without, or for a span of days."""
    whole = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?", value)
    return str(value) if whole else ""


def _time(predicate: str, day: str, *, moments: bool) -> ox.Literal:
    """Return one end of a window: a day; or a moment, that of a day without an hour as ``_HOURS`` says."""
    if not moments:
        return ox.Literal(day[:10], datatype=ox.NamedNode(XSD + "date"))
    moment = day if "T" in day else day + _HOURS[predicate]
    hour = moment.replace("T24:00", "T23:59")
    return ox.Literal(f"{hour}:00+08:00", datatype=ox.NamedNode(XSD + "dateTime"))
