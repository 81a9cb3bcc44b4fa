"""What the rules of ontology/rules conclude, and what they leave open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from guidekg.guides import cache
from guidekg.guides.closure import closure
from guidekg.guides.model import longest
from guidekg.guides.rules import apply_rules, rules
from guidekg.rdf.namespaces import NS, PREFIXES
from guidekg.stores import EmbeddedStore

if TYPE_CHECKING:
    from pathlib import Path

    from guidekg import KnowledgeGraph

HEAD = "".join(f"PREFIX {prefix}: <{base}> " for prefix, base in PREFIXES.items())
THEIR_DAY = "information:foreign-lead-filing-day"
LIMIT = "requirement:{} a gk:Limit ; gk:information information:requested-grant ; {} ."


def derived(turtle: str) -> EmbeddedStore:
    triples = [quad.triple for quad in ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE)]
    store = EmbeddedStore(triples, closure(triples))
    apply_rules(store)
    return store


def values(store: EmbeddedStore, term: str, subject: str = "scheme:s") -> list[str]:
    query = f"SELECT ?value {{ {subject} {term} ?value }} ORDER BY ?value"
    return [str(row[0]) for row in store.select(query).rows]


def scheme(*provisions: str) -> str:
    listed = "".join(f"scheme:s gk:applicableProvision requirement:{one} . " for one in provisions)
    return f"scheme:s a gk:Track . gk:Track rdfs:subClassOf gk:Scheme . {listed}"


def limit(name: str, what: str) -> str:
    return LIMIT.format(name, what)


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (["gk:maximum 5.0"], ["5"]),
        (["gk:maximum 5.0", "gk:maximum 5"], ["5"]),
        (["gk:maximum 5.50"], ["5.5"]),
        (["gk:maximum 5", "gk:maximum 6"], []),
        (["gk:maximum 5 ; gk:appliesIf [ a gk:Choice ]"], []),
        (["gk:maximum 5 ; gk:exceptIf [ a gk:Choice ]"], []),
        (["gk:maximum 5", "gk:maximum 6 ; gk:appliesIf [ a gk:Choice ]"], ["5"]),
        (["gk:maximum 5", "gk:maximum 3 ; gk:modality modality:should"], ["5"]),
        (["gk:maximum 5", "gk:maximum 3 ; gk:regarding stage:online"], ["5"]),
        (['gk:maximum "many"'], []),
    ],
)
def test_a_maximum_is_what_all_limits_say_without_a_condition(
    limits: list[str], found: list[str]
) -> None:
    names = [f"r{number}" for number in range(len(limits))]
    store = derived(scheme(*names) + "".join(map(limit, names, limits)))
    rows = store.select("SELECT ?value { scheme:s gk:schemeMaximumGrant ?value }").rows
    assert [row[0].value for row in rows] == found  # type: ignore[union-attr]


def test_a_whole_amount_is_found_by_the_number_that_one_writes(kg: KnowledgeGraph) -> None:
    assert len(kg.select("SELECT ?s { ?s gk:schemeMaximumGrant 1500000 }")) == 10
    assert kg.select("SELECT ?s { ?s gk:schemeMinimumGrant 400000 ; gk:schemeMaximumGrant 600000 }")
    assert (
        len(kg.select('SELECT ?s { ?s gk:schemeCurrency "CNY" ; gk:schemeMaximumMonths 36 }')) == 11
    )


@pytest.mark.parametrize(
    ("year", "day", "found"),
    [
        ("2022", "--09-30", ["2022-09-30"]),
        ("2022", "--09-30+08:00", ["2022-09-30"]),
        ("2024", "--02-29", ["2024-02-29"]),
        ("2023", "--02-29", []),
    ],
)
def test_a_day_that_its_year_lacks_is_no_day(year: str, day: str, found: list[str]) -> None:
    store = derived(
        scheme("d", "y") + f"requirement:y gk:year {year} . "
        f'requirement:d gk:information {THEIR_DAY} ; gk:closes "{day}"^^xsd:gMonthDay .'
    )
    for subject, term in (("requirement:d", "lastDay"), ("scheme:s", "schemeForeignDeadline")):
        assert [one[1:11] for one in values(store, f"gk:{term}", subject)] == found


def test_a_window_gives_the_deadline_of_our_side() -> None:
    closes = '"2024-07-26T17:00:00+08:00"^^xsd:dateTime'
    window = f"requirement:w a gk:Window ; gk:regarding stage:online ; gk:closes {closes} ."
    store = derived(f"{scheme('w')} scheme:s gk:hasProvision requirement:w . {window}")
    assert values(store, "gk:schemeDeadline") == [f'"2024-07-26"^^<{PREFIXES["xsd"]}date>']
    assert values(store, "gk:schemeDeadlineStatus") == [f"<{PREFIXES['word']}stated>"]


def test_several_days_are_stated_and_no_deadline() -> None:
    days = "".join(
        f'requirement:{name} gk:information {THEIR_DAY} ; gk:closes "{day}"^^xsd:gMonthDay . '
        for name, day in (("a", "--05-31"), ("b", "--11-30"))
    )
    store = derived(f"{scheme('a', 'b', 'y')} requirement:y gk:year 2023 . {days}")
    assert values(store, "gk:schemeForeignDeadline") == []
    assert values(store, "gk:schemeForeignDeadlineStatus") == [f"<{PREFIXES['word']}stated>"]


def test_a_deadline_that_names_another_has_its_day() -> None:
    store = derived(
        f"{scheme('a', 'b', 'y')} requirement:y gk:year 2023 . "
        f"requirement:a gk:information {THEIR_DAY} ; gk:sameAsDeadline requirement:b . "
        'requirement:b gk:closes "--05-31"^^xsd:gMonthDay .'
    )
    assert [one[1:11] for one in values(store, "gk:schemeForeignDeadline")] == ["2023-05-31"]


def test_what_the_guide_says_of_each_deadline(kg: KnowledgeGraph) -> None:
    rows = kg.select(
        "SELECT ?s ?day ?status { ?s gk:schemeForeignDeadlineStatus ?status "
        "OPTIONAL { ?s gk:schemeForeignDeadline ?day } }"
    )
    found = {
        str(row["s"]).rpartition("2022-")[2]: (row["day"], str(row["status"]).rpartition("/")[2])
        for row in rows
    }
    assert found == {
        "czechia": (date(2022, 7, 13), "stated"),
        "finland": (date(2022, 9, 30), "stated"),
        "israel": (date(2022, 9, 19), "stated"),
        "norway": (None, "same-as-province"),
        "singapore": (None, "same-as-province"),
        "west-flanders": (None, "same-as-province"),
        "midlands-engine": (None, "no-foreign-filing"),
        "foreign-rd-centre": (None, "no-foreign-filing"),
        "paired-assistance": (None, "no-foreign-filing"),
    }
    assert len(kg.select("SELECT ?s { ?s gk:schemeDeadlineStatus word:not-stated }")) == 9


def test_agencies_links_fields_and_regions_of_a_call(kg: KnowledgeGraph) -> None:
    singapore = kg.scheme("singapore")
    assert [one.label.en for one in singapore.agencies] == ["Enterprise Singapore"]
    assert [link.rpartition("/")[2] for link in singapore.links] == [
        "singapore-zhejiang-joint-innovation-call"
    ]
    assert [one.iri for one in singapore.preferred_regions] == [
        PREFIXES["place"] + "yangtze-river-delta"
    ]
    assert len(singapore.fields) == 6


def test_a_field_that_a_list_shuts_out_is_none_of_the_scheme() -> None:
    field = "a gk:Choice ; gk:information information:fields ; gk:accepts field:f"
    shut = f"requirement:a {field} ; gk:quantifier quantifier:none ."
    assert values(derived(f"{scheme('a')} {shut}"), "gk:schemeField") == []
    assert len(values(derived(f"{scheme('a')} requirement:a {field} ."), "gk:schemeField")) == 1


def test_inherited_provisions_are_those_that_are_not_own(kg: KnowledgeGraph) -> None:
    for one in kg.schemes():
        rows = kg.select("SELECT ?p { ?s gk:inheritedProvision ?p }", s=one.iri)
        assert {row["p"] for row in rows} == {item.iri for item in one.inherited}


def test_whole_clauses_lie_in_no_other(kg: KnowledgeGraph) -> None:
    provisions = {item for one in kg.schemes() for item in one.own}
    found = {(row["p"], row["c"]) for row in kg.select("SELECT ?p ?c { ?c gk:wholeClauseOf ?p }")}
    assert {(p.iri, c.iri) for p in provisions for c in longest(p.clauses)} <= found
    assert len(found) < len(kg.select("SELECT ?p ?c { ?p gk:clause ?c }"))


def test_every_concept_has_a_label(kg: KnowledgeGraph) -> None:
    assert not kg.ask("ASK { ?c skos:prefLabel ?name FILTER NOT EXISTS { ?c rdfs:label ?name } }")
    assert kg.ask('ASK { field:new-energy rdfs:label "new energy"@en }')


def test_nothing_is_inferred_that_is_asserted(kg: KnowledgeGraph) -> None:
    query = "ASK { GRAPH ?a { ?s ?p ?o } GRAPH ?b { ?s ?p ?o } FILTER(STR(?a) < STR(?b)) }"
    assert not kg.ask(query)
    assert not kg.ask(f"ASK {{ GRAPH <{NS[:-3]}graph/asserted> {{ ?s gk:schemeField ?f }} }}")


def test_rules_run_in_the_order_of_their_names_and_make_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert rules() == sorted(rules())
    before = cache._maker.__wrapped__()
    (tmp_path / "new.rq").write_text("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    monkeypatch.setattr(cache, "rules", lambda: [tmp_path / "new.rq"])
    assert cache._maker.__wrapped__() != before


def test_every_list_says_which_places_it_leaves_open(kg: KnowledgeGraph) -> None:
    rows = kg.select("SELECT ?p ?place { ?p gk:doubtfulPlace ?place }")
    found = {(row["p"], row["place"]) for row in rows}
    named = kg.select("SELECT ?p ?place { ?p gk:undecidedFor ?place }")
    assert named
    assert {(row["p"], row["place"]) for row in named} <= found
    region = PREFIXES["requirement"] + "zj-sti-2022-r2-region"
    assert (region, PREFIXES["place"] + "gb-der") in found  # Derby is a unit of its own
    assert (region, PREFIXES["place"] + "gb-leicestershire") not in found
