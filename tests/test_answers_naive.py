"""The answers against a second, naive computation: plain loops over the triples of the files.

It shares no code with the queries and reads nothing that was inferred. It is asked for every value
that the graph has for a parameter, so that an answer of "none" is held to it too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.questions import Row

GK, SH, SKOS = PREFIXES["gk"], PREFIXES["sh"], PREFIXES["skos"]
ABOUT = PREFIXES["information"]
FIELD_LISTS = {ABOUT + "fields"}


class Naive:
    """The triples of the files, looked up by predicate, and what follows from them by hand."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in kg.store.triples(inferred=False):
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                self.values[triple.predicate.value][subject.value].append(value.value)

    def of(self, thing: str, name: str, base: str = GK) -> list[str]:
        return self.values[base + name][thing]

    def kinds(self, thing: str) -> list[str]:
        """Return the classes of a thing, and the information that it is on with a list of its own."""
        types = self.values[PREFIXES["rdf"] + "type"][thing]
        return types if self.of(thing, "listOf") else [*types, *self.of(thing, "information")]

    def all(self, name: str, base: str = GK) -> list[str]:
        return sorted(self.values[base + name])

    def above(self, thing: str, name: str, base: str = GK) -> set[str]:
        """Return what is reached by one or more steps."""
        found: set[str] = set()
        todo = list(self.of(thing, name, base))
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += self.of(one, name, base)
        return found

    def leaves(self) -> list[str]:
        wholes = {whole for part in self.all("partOf") for whole in self.of(part, "partOf")}
        return [scheme for scheme in self.all("partOf") if scheme not in wholes]

    def provisions(self, scheme: str, kinds: set[str]) -> list[str]:
        """Return the provisions of some kinds that hold for a scheme."""
        chain = [scheme, *self.above(scheme, "partOf")]
        held = [provision for one in chain for provision in self.of(one, "hasProvision")]
        return [provision for provision in held if kinds & set(self.kinds(provision))]

    def relation(self, provision: str, field: str) -> str:
        """Return how a list of fields stands to a field."""
        listed = {
            meant
            for phrase in self.of(provision, "phrase")
            for meant in self.of(phrase, "meansField")
        }
        if field in listed:
            return "names"
        if listed & self.above(field, "broader", SKOS):
            return "covers"
        if any(field in self.above(one, "broader", SKOS) for one in listed):
            return "touches"
        if any(one in self.of(field, "related", SKOS) for one in listed):
            return "related"
        return "related" if any(field in self.of(o, "related", SKOS) for o in listed) else "none"

    def stands(self, place: str, accepted: list[str]) -> str:
        """Return whether a place is inside some places, outside, or whether that is undecided."""
        around = {place, *self.above(place, "within")}
        if around & set(accepted):
            return "inside"
        maybe = {one for unit in around for one in self.of(unit, "possiblyWithin")}
        # Of a group whose members are not listed one knows the whole that they were drawn from.
        maybe |= {one for one in self.all("drawnFrom") if around & set(self.of(one, "drawnFrom"))}
        wider = {one for unit in accepted for one in self.above(unit, "within")}
        return "undecided" if maybe & set(accepted) or place in wider else "outside"


@pytest.fixture(scope="module")
def naive(kg: KnowledgeGraph) -> Naive:
    return Naive(kg)


def iri(row: Row, column: str) -> str:
    return str(getattr(row[column].value, "iri", row[column].value))


def concepts(naive: Naive, kind: str) -> list[str]:
    return [one for one in naive.all("prefLabel", SKOS) if one.startswith(PREFIXES[kind])]


def places(naive: Naive) -> list[str]:
    return naive.all("placeLevel")


def test_every_field(kg: KnowledgeGraph, naive: Naive) -> None:
    fields = [one for one in concepts(naive, "field") if naive.of(one, "inScheme", SKOS)]
    assert len(fields) > 30
    for field in fields:
        found = {
            (iri(row, "scheme"), str(row["relation"].value))
            for row in kg.questions["calls-by-field"](field=field)
        }
        best: dict[str, str] = {}
        for scheme in naive.leaves():
            for provision in naive.provisions(scheme, FIELD_LISTS):
                relation = naive.relation(provision, field)
                if relation != "none":
                    best[scheme] = relation
                    assert (scheme, relation) in found, field
        assert {scheme for scheme, _ in found} == set(best), field


@pytest.mark.parametrize("region", ["yangtze-river-delta", "place:cn-320500", "cn", "fi"])
def test_every_field_with_a_partner(kg: KnowledgeGraph, naive: Naive, region: str) -> None:
    place = kg.resolve(region, "place")
    for field in concepts(naive, "field"):
        if not naive.of(field, "inScheme", SKOS):
            continue
        expected = {}
        for scheme in naive.leaves():
            lists = naive.provisions(scheme, FIELD_LISTS)
            partner = {
                naive.stands(place, naive.of(one, "accepts"))
                for one in naive.provisions(scheme, {ABOUT + "participant-place"})
            }
            relations = {naive.relation(one, field) for one in lists}
            exclusive = any(naive.of(one, "quantifier") for one in lists)
            if not lists:
                expected[scheme] = "tier-no-list"
            elif relations & {"names", "covers", "touches"}:
                expected[scheme] = "tier-both" if "inside" in partner else "tier-field"
            elif "related" in relations or not exclusive:
                expected[scheme] = "tier-undecided"
        rows = kg.questions["calls-by-field-and-partner-region"](field=field, region=region)
        assert {(iri(row, "scheme"), str(row["tier"].value)) for row in rows} == set(
            expected.items()
        ), field


def test_every_place_of_a_foreign_lead(kg: KnowledgeGraph, naive: Naive) -> None:
    accepted = {
        scheme: naive.of(one, "accepts")
        for scheme in naive.leaves()
        for one in naive.of(scheme, "hasProvision")
        if ABOUT + "foreign-lead-place" in naive.kinds(one)
    }
    ask = kg.questions["calls-by-partner-place"]
    for place in places(naive):
        expected = {(scheme, naive.stands(place, held)) for scheme, held in accepted.items()}
        found = {(iri(row, "scheme"), str(row["status"].value)) for row in ask(place=place)}
        assert found == {pair for pair in expected if pair[1] != "outside"}, place


def test_every_place_in_every_role(kg: KnowledgeGraph, naive: Naive) -> None:
    ask = kg.questions["place-eligibility"]
    programmes = [one for one in naive.all("announcedIn") if not naive.of(one, "partOf")]
    assert len(programmes) == 2
    for programme in programmes:
        schemes = [
            one for one in naive.all("hasProvision") if programme in naive.above(one, "partOf")
        ]
        required = {
            (scheme, role, provision)
            for scheme in (programme, *schemes)
            for provision in naive.of(scheme, "hasProvision")
            if naive.of(provision, "severityIfUnmet") != [SH + "Info"]
            for about in naive.of(provision, "information")
            if GK + "within" in naive.of(about, "below") and naive.of(provision, "accepts")
            for role in naive.of(about, "subject") or [about]
        }
        for place in places(naive):
            expected = {
                (scheme, role, naive.stands(place, naive.of(provision, "accepts")))
                for scheme, role, provision in required
            }
            found = {
                (iri(row, "at"), iri(row, "role"), str(row["status"].value))
                for row in ask(scheme=programme, place=place)
            }
            assert found == expected, place


def test_every_region_of_a_participant(kg: KnowledgeGraph, naive: Naive) -> None:
    ask = kg.questions["participant-regions"]
    preferring = {
        scheme: naive.of(one, "accepts")
        for scheme in naive.leaves()
        for one in naive.provisions(scheme, {ABOUT + "participant-place"})
    }
    assert preferring
    for place in places(naive):
        found = {iri(row, "scheme"): row["status"].value for row in ask(region=place)}
        assert set(found) == set(naive.leaves())
        for scheme, accepted in preferring.items():
            stands = naive.stands(place, accepted)
            said = {"inside": "preferred", "outside": "silent"}.get(stands, stands)
            assert found[scheme] == said, place


def test_every_kind_of_lead(kg: KnowledgeGraph, naive: Naive) -> None:
    kinds = [
        one
        for one in concepts(naive, "kind")
        if any("organisation" in s for s in naive.of(one, "inScheme", SKOS))
    ]
    assert len(kinds) > 8
    for kind in kinds:
        expected = set()
        for scheme in naive.all("hasProvision"):
            for one in naive.of(scheme, "hasProvision"):
                if ABOUT + "lead-kind" not in naive.kinds(one):
                    continue
                if kind in naive.of(one, "accepts"):
                    status = "accepted"
                elif kind in naive.of(one, "rejects") or "true" not in naive.of(one, "openList"):
                    status = "rejected"
                else:
                    status = "undecided"
                expected.add((scheme, status))
        rows = kg.questions["tracks-by-lead-kind"](kind=kind)
        assert {(iri(row, "scheme"), str(row["status"].value)) for row in rows} == expected


def test_amounts_about_every_limit(kg: KnowledgeGraph, naive: Naive) -> None:
    limits: dict[str, tuple[float, float]] = {}
    for scheme in naive.all("hasProvision"):
        held = naive.of(scheme, "hasProvision")
        grants = [one for one in held if ABOUT + "requested-grant" in naive.kinds(one)]
        most = [float(v) for one in grants for v in naive.of(one, "maximum")]
        least = [float(v) for one in grants for v in naive.of(one, "minimum")]
        if most:
            limits[scheme] = (max([0.0, *least]), min(most))
    edges = {edge for pair in limits.values() for edge in pair if edge}
    for amount in sorted({1.0, *(edge + step for edge in edges for step in (-0.01, 0, 0.01))}):
        expected = {
            (
                scheme,
                "over-limit"
                if amount > most
                else "under-limit"
                if amount < least
                else "within-limit",
            )
            for scheme, (least, most) in limits.items()
        }
        rows = kg.questions["tracks-by-amount"](amount=f"{amount:.2f}")
        assert {(iri(row, "at"), str(row["status"].value)) for row in rows} == expected


def test_every_duration_up_to_five_years(kg: KnowledgeGraph, naive: Naive) -> None:
    limits = {
        scheme: int(months)
        for scheme in naive.all("hasProvision")
        for one in naive.of(scheme, "hasProvision")
        if ABOUT + "duration" in naive.kinds(one)
        for months in naive.of(one, "maximum")
    }
    for duration in range(1, 61):
        rows = kg.questions["tracks-by-duration"](duration=duration)
        assert {(iri(row, "scheme"), str(row["status"].value)) for row in rows} == {
            (scheme, "over-limit" if duration > months else "within-limit")
            for scheme, months in limits.items()
        }


def reach(naive: Naive, scheme: str) -> list[str]:
    """Return a scheme, what it is part of, and what is part of it."""
    below = [one for one in naive.all("partOf") if scheme in naive.above(one, "partOf")]
    return [scheme, *naive.above(scheme, "partOf"), *below]


@pytest.mark.parametrize(
    ("question", "modality"), [("obligations", "must"), ("preferences", "should")]
)
def test_every_scheme(kg: KnowledgeGraph, naive: Naive, question: str, modality: str) -> None:
    for scheme in naive.all("hasProvision"):
        expected = {
            (at, one)
            for at in reach(naive, scheme)
            for one in naive.of(at, "hasProvision")
            if one.startswith(PREFIXES["requirement"])
            and PREFIXES["modality"] + modality in naive.of(one, "modality")
        }
        rows = kg.questions[question](scheme=scheme)
        assert {(iri(row, "at"), iri(row, "provision")) for row in rows} == expected, scheme


def test_every_scheme_with_its_fields(kg: KnowledgeGraph, naive: Naive) -> None:
    for scheme in naive.all("hasProvision"):
        expected = {
            (at, field, naive.of(phrase, "exact", PREFIXES["oa"])[0])
            for at in reach(naive, scheme)
            for one in naive.of(at, "hasProvision")
            if FIELD_LISTS & set(naive.kinds(one))
            for phrase in naive.of(one, "phrase")
            for field in naive.of(phrase, "meansField")
        }
        rows = kg.questions["fields-of-scheme"](scheme=scheme)
        found = {(iri(row, "at"), iri(row, "listed"), str(row["text"].value)) for row in rows}
        assert found == expected, scheme


@pytest.mark.parametrize(
    ("question", "kind", "properties"),
    [
        ("calls-of-agency", "agency", ("agency", "accepts")),
        ("agreement-topics", "topic", ("regarding",)),
    ],
)
def test_every_agency_and_topic(
    kg: KnowledgeGraph, naive: Naive, question: str, kind: str, properties: tuple[str, ...]
) -> None:
    labelled = [*naive.all("label", PREFIXES["rdfs"]), *naive.all("prefLabel", SKOS)]
    things = [one for one in labelled if one.startswith(PREFIXES[kind])]
    assert len(things) > 5
    for thing in things:
        expected = {
            (scheme, one)
            for scheme in naive.all("hasProvision")
            for one in naive.of(scheme, "hasProvision")
            if any(thing in naive.of(one, name) for name in properties)
        }
        rows = kg.questions[question](**{kind: thing})
        assert {(iri(row, "scheme"), iri(row, "provision")) for row in rows} == expected, thing


def test_every_row_of_requirements(kg: KnowledgeGraph, naive: Naive) -> None:
    rows: dict[str, set[str]] = defaultdict(set)
    for requirement in naive.all("requirementRow"):
        rows[naive.of(requirement, "requirementRow")[0]].add(requirement)
    assert len(rows) > 40
    for name, requirements in rows.items():
        printed = {one for one in requirements if naive.of(one, "clause")}
        found = kg.questions["requirement-clauses"](requirement=name)
        assert {iri(row, "provision") for row in found} == printed, name


# What a provision says, apart from where it stands and what it rests on.
_PLACING = {
    *("clause", "phrase", "reading", "requirementRow", "dependsOn", "listOf", "onCondition"),
    *("strengthWord", "listMarker", "heading"),
}


# Constraints and conditions are compared by what they say.
_OF_CONSTRAINTS = {GK + name for name in ("constraint", "appliesIf", "exceptIf")}


def test_every_two_leaves_are_compared(kg: KnowledgeGraph, naive: Naive) -> None:
    def said(provision: str) -> tuple[object, ...]:
        def contents(thing: str) -> frozenset[object]:
            return frozenset(
                (predicate, contents(value) if predicate in _OF_CONSTRAINTS else value)
                for predicate, things in naive.values.items()
                if predicate.startswith((GK, RDF_TYPE))
                and predicate.removeprefix(GK) not in _PLACING
                for value in things.get(thing, ())
            )

        data = {said for said in contents(provision) if said[0] != RDF_TYPE}
        meant = {
            (name, value)
            for phrase in naive.of(provision, "phrase")
            for name in ("meansField", "meansPlace", "meansAgency")
            for value in naive.of(phrase, name)
        }
        is_requirement = provision.startswith(PREFIXES["requirement"])
        labels = () if is_requirement else naive.of(provision, "label", PREFIXES["rdfs"])
        return tuple(map(frozenset, (naive.kinds(provision), data, meant, labels)))

    def held(scheme: str) -> list[str]:
        chain = [scheme, *naive.above(scheme, "partOf")]
        return [one for at in chain for one in naive.of(at, "hasProvision")]

    leaves = naive.leaves()
    for first, second in zip(leaves, leaves[1:] + leaves[:1], strict=True):
        of_first, of_second = ({said(one) for one in held(leaf)} for leaf in (first, second))
        expected = {
            (one, "both" if said(one) in of_second else "only-first") for one in held(first)
        } | {(one, "only-second") for one in held(second) if said(one) not in of_first}
        rows = kg.questions["scheme-comparison"](scheme=first, other=second)
        assert {(iri(row, "provision"), str(row["side"].value)) for row in rows} == expected
