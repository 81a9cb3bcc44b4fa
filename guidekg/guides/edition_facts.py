"""What an edition of a guide says, in a form in which editions compare.

What editions never share does not count: IRIs with the name of the guide, identifiers, offsets,
headings, digests, readings, the labels that a steward gives provisions, and how far the review of a
draft has come.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.formatting import (
    format_amount,
    format_day,
    format_month_day,
    format_months,
)
from guidekg.guides.model import Guide, Scheme
from guidekg.guides.things import Things
from guidekg.i18n import Label, Language
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, XSD, local_name
from guidekg.rdf.terms import NUMBERS, Term, to_python, well_formed

SORTS = {
    "name": Label("名称", "name"),
    "issue": Label("发布信息", "publication"),
    "amount": Label("金额或数量", "amount or number"),
    "period": Label("期限", "period"),
    "deadline": Label("起止日期", "dates"),
    "list": Label("清单", "list"),
    "agency": Label("主管部门", "agency"),
    "strength": Label("约束力", "strength"),
    "condition": Label("适用条件", "condition"),
    "link": Label("网址与联系方式", "link or contact"),
    "scope": Label("适用范围", "what it is stated for"),
    "content": Label("其他内容", "other content"),
    "wording": Label("仅措辞", "wording only"),
}
# The sort of a change by the property that changed; any other is other content.
_SORT_OF = {
    name: sort
    for sort, names in {
        "issue": ("documentNumber", "issued", "issuer", "validFrom", "replaces", "utcOffset"),
        "amount": (
            *("amount", "currency", "declaredCount", "instalment", "maximum", "maximumCount"),
            *("minimum", "minimumCount", "number"),
        ),
        "period": (
            *("validMonths", "withinMonths", "withinWorkdays", "yearsAround", "yearsBefore"),
        ),
        "deadline": (
            *("awaitedUntil", "closes", "closesLatest", "opens", "opensEarliest"),
            *("sameAsDeadline", "year"),
        ),
        "list": (
            *("accepts", "activityKind", "instrument", "listMarker", "listOf", "meansField"),
            *("meansPlace", "namesField", "namesPlace", "openList", "opensTo", "opensToPlace"),
            *("rejects", "shares", "undecidedFor"),
        ),
        "agency": ("agency", "meansAgency"),
        "strength": ("modality", "quantifier", "severityIfUnmet", "strength", "strengthWord"),
        "condition": ("appliesIf", "appliesWithFact", "dependsOn", "exceptIf", "onCondition"),
        "link": ("address", "telephone", "url"),
        "scope": ("hasProvision", "partOf"),
    }.items()
    for name in names
}
_CONDITIONS = {NS + "appliesIf", NS + "exceptIf"}
_CONSTRAINTS = {NS + "constraint", *_CONDITIONS}
_INFORMATION, _PHRASE = NS + "information", NS + "phrase"
_IGNORED = {
    *(PREFIXES["oa"] + name for name in ("start", "end", "exact")),
    *(PREFIXES["skos"] + name for name in ("altLabel", "example")),
    *(PREFIXES["rdfs"] + "label", PREFIXES["dcterms"] + "identifier"),
    *(NS + name for name in ("announcedIn", "clause", "constraintDigest", "hasProvision")),
    *(NS + name for name in ("heading", "inSource", "ordinal", "provisionDigest", "reading")),
    *(NS + name for name in ("confidence", "draftedAs", "foundBy", "mayBe", "reviewStatus")),
    *(PREFIXES["prov"] + name for name in ("generatedAtTime", "wasAttributedTo")),
    *(NS + name for name in ("requirementRow", "source")),
}
_TIMES = {PREFIXES["unit"] + name for name in ("day", "month", "year")}
_MONTH, _MONEY = PREFIXES["unit"] + "month", PREFIXES["unit"] + "money"

Value = ox.NamedNode | ox.BlankNode | ox.Literal


class Fact(NamedTuple):
    """A value that is said of a thing: how it compares, and what it is.

    ``keys`` compare the properties that lead to it, with the information that a condition on the
    way is about; ``value`` compares the value. A reference to a part of the guide has its IRI.
    """

    keys: tuple[str, ...]
    value: str
    path: tuple[str, ...]
    term: Value
    reference: bool


@dataclass(frozen=True)
class Edition:
    """A guide that is open, and the facts of what is in it."""

    things: Things
    guide: Guide
    _facts: dict[str, list[Fact]] = field(default_factory=dict)

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """The schemes of the guide, as its text orders them."""
        of = self.things.guide_of
        return {
            iri: scheme
            for iri, scheme in self.things.schemes.items()
            if iri in of and of[iri].iri == self.guide.iri
        }

    @cached_property
    def stated(self) -> dict[str, list[str]]:
        """Which schemes state each provision."""
        found = defaultdict(list)
        for iri, scheme in self.schemes.items():
            for provision in scheme.own:
                found[provision.iri].append(iri)
        return found

    def facts(self, iri: str) -> list[Fact]:
        """Return all that is said of a thing, blank nodes and constraints of its own followed."""
        if iri not in self._facts:
            self._facts[iri] = [*self._follow(iri, (), (), frozenset())]
        return self._facts[iri]

    def _follow(
        self, node: str, keys: tuple[str, ...], path: tuple[str, ...], seen: frozenset[str]
    ) -> Iterator[Fact]:
        for name, term in self.things.described.get(node, ()):
            if name in _IGNORED or isinstance(term, ox.Triple) or term.value in seen:
                continue
            if name == _PHRASE:
                phrase = self._follow(term.value, keys, path, seen | {node})
                yield from (fact for fact in phrase if fact.path[-1] != RDF_TYPE)
            elif isinstance(term, ox.BlankNode) or (
                name in _CONSTRAINTS and term.value not in self.stated
            ):
                said = self.things.described.get(term.value, ())
                about = [one for prop, one in said if prop == _INFORMATION]
                more = tuple(sorted(map(self.key, about)))
                known = tuple(one.value for one in about if isinstance(one, ox.NamedNode))
                yield from self._follow(
                    term.value, (*keys, name, *more), (*path, name, *known), seen | {node}
                )
            else:
                reference = term.value in self.stated or term.value in self.schemes
                key = term.value if reference else self.key(term)
                yield Fact((*keys, name), key, (*path, name), term, reference)

    def key(self, term: Term) -> str:
        """Return what is the same for the same value in any edition."""
        if isinstance(term, ox.NamedNode):
            space, _, name = term.value.rpartition("/")
            if not f"{name}-".startswith(local_name(self.guide.iri) + "-"):
                return term.value
            label = self.things.label(term.value)
            return f"{space} {label.zh} {label.en}"
        if isinstance(term, ox.Literal):
            if _is_number(term):
                return str(Decimal(term.value).normalize())
            value = to_python(term)
            said = str(value) if isinstance(value, bool) else term.value
            return f"{said}@{term.language or ''}"
        return str(term)

    def about(self, iri: str, name: str) -> frozenset[str]:
        """Return the values of a property of a provision, or of constraints that it makes."""
        return frozenset(
            fact.value
            for fact in self.facts(iri)
            if fact.path[-1] == name and not _CONDITIONS.intersection(fact.path)
        )

    def sort(self, iri: str, fact: Fact) -> str:
        """Return the sort of a fact of a thing."""
        if _CONDITIONS.intersection(fact.path):
            return "condition"
        sort = _SORT_OF.get(local_name(fact.path[-1]), "content")
        if sort == "amount" and self._units(iri, fact) & _TIMES:
            return "period"
        if sort == "list" and NS + "Agency" in self._values(fact.term.value, RDF_TYPE):
            return "agency"
        return sort

    def _values(self, node: str, name: str) -> set[str]:
        return {
            term.value
            for prop, term in self.things.described.get(node, ())
            if prop == name and not isinstance(term, ox.Triple)
        }

    def _units(self, iri: str, fact: Fact) -> set[str]:
        """Return the units of the information that a number is about."""
        about = {*fact.path, *self._values(iri, _INFORMATION)}
        return {unit for one in about for unit in self._values(one, NS + "unit")}

    def path(self, fact: Fact, sort: str) -> Label:
        """Return how people call the properties that lead to a value."""
        named = [self.things.label(iri) for iri in fact.path if self.things.described.get(iri)]
        told = [one for one in named if one.zh != one.en] or [SORTS[sort]]
        return Label(*(" · ".join(one(lang) for one in told) for lang in ("zh", "en")))

    def shown(self, iri: str, fact: Fact) -> Label:
        """Return a value as people write it."""
        term = fact.term
        text = term.value
        if isinstance(term, ox.NamedNode):
            return self.things.label(text)
        if _is_number(term):
            return self._number(iri, fact, Decimal(text))
        value = to_python(term)
        if isinstance(value, bool):
            return Label("是", "yes") if value else Label("否", "no")
        if isinstance(term, ox.Literal) and term.datatype.value == XSD + "gMonthDay":
            return _both(lambda lang: format_month_day(text, lang))
        if isinstance(value, date):
            clock = f" {value:%H:%M:%S %z}" if isinstance(value, datetime) else ""
            return _both(lambda lang: format_day(value, lang) + clock.replace(":00 ", " ").rstrip())
        return Label(text, text)

    def _number(self, iri: str, fact: Fact, number: Decimal) -> Label:
        if fact.path[-1] == NS + "year":  # it names one, and counts nothing
            return _both(lambda _: f"{number}")
        units = self._units(iri, fact)
        currency = next(iter(self._values(iri, NS + "currency")), None)
        if _MONTH in units and number == int(number):
            return _both(lambda lang: format_months(int(number), lang))
        money = _MONEY in units or fact.path[-1] == NS + "amount"
        return _both(lambda lang: format_amount(number, currency if money else None, lang))


def _is_number(term: Term) -> bool:
    return (
        isinstance(term, ox.Literal)
        and term.datatype.value in NUMBERS
        and well_formed(term.value, term.datatype.value)
        and Decimal(term.value).is_finite()
    )


def _both(write: Callable[[Language], str]) -> Label:
    return Label(write("zh"), write("en"))
