"""Facts of a run: the day it is made on, and what the guide leaves open and a user knows."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyoxigraph as ox

from guidekg.characters import printable
from guidekg.errors import GuideKGError
from guidekg.guides.sources import parse
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, XSD, local_name
from guidekg.reports.model import Fact
from guidekg.stores import Store
from guidekg.value_kinds import FACTS, VALUE_KINDS, ValueKind

FactValue = date | int | str  # a datetime is a date, and means its day
AS_OF = "as-of"

_NAME, _VALUE = ox.NamedNode(NS + "factName"), ox.NamedNode(NS + "factValue")
_OF = ox.NamedNode(NS + "factOf")
_TYPE, _RUN_FACT = ox.NamedNode(RDF_TYPE), ox.NamedNode(NS + "RunFact")
_DEFINED = """
SELECT DISTINCT ?name ?scope ?fact ?datatype ?example ?provision ?stated WHERE {
  ?fact gk:factName ?name ; gk:factDatatype ?datatype .
  OPTIONAL { ?fact skos:example ?example }
  OPTIONAL { ?fact gk:factScope ?scope }
  OPTIONAL {
    { ?provision gk:suppliedByFact ?fact . OPTIONAL { ?provision gk:year ?stated } }
    UNION { ?provision gk:sameAsDeadline/gk:suppliedByFact ?fact }
  }
} ORDER BY ?name ?scope ?fact ?example ?provision ?stated
"""
_WORDS = """
SELECT ?fact ?property ?words WHERE {
  VALUES ?property { rdfs:label dcterms:description }
  ?fact gk:factDatatype ?datatype ; ?property ?words
}
"""


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """What a user may supply for a run, as a guide defines it.

    Attributes:
        name: under which it is supplied; of those that several guides call the same, with the name of
            the guide before it, as in ``my-guide:call-year``.
        definitions: the IRIs of its definitions.
        label: what it is called.
        description: what it means.
        datatype: the IRI of the datatype of its values.
        example: a value.
        read: what the guide itself is read to mean, over which a supplied value goes; None, where
            it leaves the matter open.
        scopes: the IRIs of the guides, or schemes of them, that ask for it.
        decides: the IRIs of the provisions that say what it supplies, or the same as those.
    """

    name: str
    definitions: tuple[str, ...]
    label: Label
    description: Label
    datatype: str
    example: str
    read: str | None
    scopes: tuple[str, ...]
    decides: tuple[str, ...]

    @property
    def kind(self) -> ValueKind:
        """What its values are, and how they are read."""
        return FACTS[self.datatype]


class FactError(GuideKGError, ValueError):
    """A fact of the run is unknown to the guides, or its value is not of the form it takes."""


def read_facts(path: str | Path) -> dict[str, FactValue]:
    """Return the facts that a Turtle file states as ``gk:RunFact``.

    Raises:
        FactError: the file cannot be read, states no fact, or one without a value or with several.
    """
    try:
        triples = parse(Path(path))
    except GuideKGError as error:
        raise FactError(
            f"事实文件无法读取：{error.zh}", f"the facts cannot be read: {error.en}"
        ) from None
    values: dict[object, list[str]] = {t.subject: [] for t in triples if t.object == _RUN_FACT}
    names: dict[object, str] = {}
    for triple in triples:
        if triple.predicate == _NAME and isinstance(triple.object, ox.Literal):
            names[triple.subject] = triple.object.value
        if triple.predicate == _VALUE and isinstance(triple.object, ox.Literal):
            values.setdefault(triple.subject, []).append(triple.object.value)
    found: dict[str, list[str]] = {}
    for node, stated in values.items():
        found.setdefault(names.get(node, str(node)), []).extend(stated)
    for name, stated in found.items():
        if len(stated) != 1:
            raise FactError(
                f"{printable(path)}：事实“{name}”应当恰好有一个值（gk:factValue），现有 {len(stated)} 个。",
                f"{printable(path)}: the fact {name!r} must have one value (gk:factValue), and has {len(stated)}",
            )
    if not found:
        raise FactError(
            f"{printable(path)} 中没有事实；一条事实写作 [] a gk:RunFact ; gk:factName … ; gk:factValue … 。",
            f"{printable(path)} states no fact; one is written [] a gk:RunFact ; gk:factName … ; gk:factValue … .",
        )
    return {name: stated[0] for name, stated in found.items()}


def facts_of(store: Store) -> tuple[FactDefinition, ...]:
    """Return the facts that the guides ask for, in the order of their names; each guide has its own.

    A definition of a datatype that no fact may have is left out; ``guidekg check`` names it.
    """
    words: dict[tuple[str, str], dict[str, str]] = {}
    for fact, predicate, text in store.select(_WORDS).rows:
        if isinstance(text, ox.Literal):
            of_fact = words.setdefault((_text(fact), _text(predicate)), {})
            of_fact[text.language or ""] = text.value
    rows: dict[tuple[str, str], list[list[str]]] = {}
    for row in store.select(_DEFINED).rows:
        name, scope, *rest = map(_text, row)
        if rest[1] in FACTS:
            rows.setdefault((name, scope), []).append([*rest, scope])
    named = Counter(name for name, _ in rows)
    return tuple(
        _definition(name if named[name] == 1 else f"{local_name(scope)}:{name}", found, words)
        for (name, scope), found in rows.items()
    )


def _definition(
    name: str, rows: list[list[str]], words: Mapping[tuple[str, str], Mapping[str, str]]
) -> FactDefinition:
    def said(predicate: str) -> Label:
        found = words.get((rows[0][0], predicate), {})
        return Label(found.get("zh", name), found.get("en", name))

    def every(column: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row[column] for row in rows if row[column]))

    return FactDefinition(
        name,
        every(0),
        said(PREFIXES["rdfs"] + "label"),
        said(PREFIXES["dcterms"] + "description"),
        rows[0][1],
        rows[0][2],
        min(every(4), default=None),
        every(5),
        every(3),
    )


def _text(term: object) -> str:
    """Return the text of an IRI or a literal; of nothing, none."""
    return str(getattr(term, "value", ""))


def some_values(store: Store) -> dict[str, FactValue]:
    """Return a value for each fact that the guides ask for, so that every requirement applies.

    It is what a guide is read to mean, where it is; else the example, if it is of the kind.
    """
    values = {fact.name: (fact.read or fact.example, fact.kind) for fact in facts_of(store)}
    return {name: value for name, (value, kind) in values.items() if kind.fits(value)}


class Facts:
    """The facts of one run, checked against what the guides ask for."""

    def __init__(self, store: Store, given: Mapping[str, FactValue], as_of: date | None) -> None:
        """Check the facts.

        Args:
            store: where the guides are.
            given: facts by name; a day as a date or ``YYYY-MM-DD``, a year as a number.
            as_of: the day of the run; None means that every deadline has passed.

        Raises:
            FactError: no guide asks for such a fact, or the value is not of its form.
        """
        known = {fact.name: fact for fact in facts_of(store)}
        self.as_of = as_of
        self._literals: dict[str, ox.Literal] = {}
        self.supplied: dict[str, str] = {}
        for name, value in given.items():
            if name not in known:
                raise self._unknown(name, known)
            fact = known[name]
            self.supplied |= dict.fromkeys(fact.definitions, name)
            text = _read(
                fact.kind, value, Label(f"{name}（{fact.label.zh}）", f"{name} ({fact.label.en})")
            )
            self._literals[name] = ox.Literal(text, datatype=ox.NamedNode(fact.datatype))
        if as_of:
            self._literals[AS_OF] = ox.Literal(
                as_of.isoformat(), datatype=ox.NamedNode(XSD + "date")
            )

    @staticmethod
    def _unknown(name: str, known: Iterable[str]) -> FactError:
        if each := [one for one in known if one.endswith(f":{name}")]:
            return FactError(
                f"几份指南都问到“{name}”，请写明是哪一份的：{'、'.join(each)}。",
                f"several guides ask for a fact called {name!r}; say whose: {', '.join(each)}",
            )
        listed = ", ".join(difflib.get_close_matches(name, list(known)) or known) or "—"
        return FactError(
            f"没有指南问到“{name}”这一事实；可以补充的有：{listed}。",
            f"no guide asks for a fact called {name!r}; there is: {listed}",
        )

    @property
    def listed(self) -> tuple[Fact, ...]:
        """The facts that a user gave, for a report."""
        return tuple(
            Fact(name, literal.value) for name, literal in self._literals.items() if name != AS_OF
        )

    def triples(self) -> list[ox.Triple]:
        """Return the facts as the templates read them."""
        made = []
        for name, literal in self._literals.items():
            node = ox.BlankNode()
            made += [
                ox.Triple(node, _TYPE, _RUN_FACT),
                ox.Triple(node, _NAME, ox.Literal(name)),
                ox.Triple(node, _VALUE, literal),
                *(
                    ox.Triple(node, _OF, ox.NamedNode(definition))
                    for definition, given in self.supplied.items()
                    if given == name
                ),
            ]
        return made


def day(name: str, value: object) -> date:
    """Return the day that a value means: a date, a datetime's own day, or ``YYYY-MM-DD``.

    Raises:
        FactError: it means none; the message calls it by ``name``.
    """
    return date.fromisoformat(_read(VALUE_KINDS["date"], value, Label(f"{name} ", name)))


def _read(kind: ValueKind, value: object, called: Label) -> str:
    """Return a value as XSD writes it.

    Raises:
        FactError: it is not of the kind; the message calls it ``called``.
    """
    form = kind.form or kind.noun
    try:
        if isinstance(value, datetime):  # a date too, but one that compares with none
            value = value.date()
        if kind.read and isinstance(value, date | str | int):
            # A number is no day, though one of eight digits is read as a day where it is text.
            text = "" if isinstance(value, int) and kind.name == "date" else str(value)
            return kind.read(text)
    except ValueError:  # also of pandas' NaT
        pass
    raise FactError(
        f"{called.zh}应当是{form.zh}，而不是“{value}”。",
        f"{called.en} is {form.en}, not {str(value)!r}",
    )
