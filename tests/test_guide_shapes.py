"""Every shape of shapes/guide.ttl is broken once, and it alone fires."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, SH, Graph, URIRef

ROOT = Path(__file__).parents[1]
SHAPE = "https://w3id.org/guidekg/id/shape/"
PREFIXES = "".join(
    f"PREFIX {name}: <{iri}>\n"
    for name, iri in {
        "gk": "https://w3id.org/guidekg/ns#",
        "dcterms": "http://purl.org/dc/terms/",
        "oa": "http://www.w3.org/ns/oa#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        **{
            kind: f"https://w3id.org/guidekg/id/{kind}/"
            for kind in [
                "fact",
                "guide",
                "scheme",
                "place",
                "agency",
                "requirement",
                "clause",
                "provision",
                "reading",
                "information",
                "quantifier",
                "strength",
            ]
        },
    }.items()
)
DROP = "DELETE {{ ?s {p} ?o }} WHERE {{ ?s {p} ?o FILTER(?s = {s}) }}"


def drop(subject: str, predicate: str) -> str:
    return DROP.format(s=subject, p=predicate)


EXTRA = "INSERT DATA { "


def constraint(*said: str) -> str:
    """A constraint that has this said of it, and nothing else."""
    return " ; ".join([EXTRA + "requirement:x a " + said[0], *said[1:]]) + " }"


def fact(**other: str) -> str:
    """A fact as it must be, but for some of what is said of it."""
    said = {
        "name": "gk:factName 'year'",
        "datatype": "gk:factDatatype xsd:gYear",
        "scope": "gk:factScope guide:mini",
        "example": "skos:example '2022'^^xsd:gYear",
        "label": "rdfs:label '年份'@zh , 'year'@en",
        "description": "dcterms:description '哪一年。'@zh , 'The year.'@en",
    }
    return " ; ".join(["fact:x a gk:FactDefinition", *filter(None, {**said, **other}.values())])


START = "gk:information information:start"
FIELDS = "gk:information information:fields"
LEAD_KIND = "gk:information information:lead-kind"
DURATION = "gk:information information:duration"
DOCUMENT = "gk:information information:document"
COUNTED = "gk:countedFor information:lead"
SUMMED = "gk:summed information:requested-grant"


def opens(day: int, how: str = "") -> str:
    return f"gk:opens{how} '2022-01-0{day}'^^xsd:date"


def closes(day: int, how: str = "") -> str:
    return f"gk:closes{how} '2022-01-0{day}'^^xsd:date"


BREAKS = {
    "provision-has-scheme": drop("scheme:mini-pilot", "gk:hasProvision"),
    "provision-has-modality": drop("provision:mini-link", "gk:modality"),
    "provision-has-ground": (
        "DELETE { ?p gk:clause ?c } WHERE { ?p gk:clause ?c FILTER(?p = provision:mini-link) } ;"
        "DELETE { ?c ?x ?y } WHERE { ?c ?x ?y ; a gk:Clause ; oa:exact ?e"
        " FILTER(STRSTARTS(?e, '网站链接')) }"
    ),
    "provision-has-labels": drop("provision:mini-link", "rdfs:label"),
    "scheme-has-labels": drop("scheme:mini-joint", "rdfs:label"),
    "guide-has-labels": drop("guide:mini", "rdfs:label"),
    "reading-has-labels": drop("reading:mini-suggested-amount", "rdfs:label"),
    "place-has-labels": EXTRA + "place:xx a gk:Place ; rdfs:label '某地'@zh }",
    "agency-has-labels": EXTRA + "agency:xx a gk:Agency ; rdfs:label 'An agency'@en }",
    "clause-is-whole": "DELETE { ?c gk:inSource ?s } WHERE { ?c gk:inSource ?s ; oa:start 0 }",
    "clause-start-before-end": (
        "DELETE { ?c oa:end ?e } INSERT { ?c oa:end 0 } WHERE { ?c oa:end ?e ; oa:start 0 }"
    ),
    "clause-is-one-sentence": (
        "DELETE { ?c oa:exact ?e } INSERT { ?c oa:exact '一句。两句。'@zh }"
        " WHERE { ?c oa:exact ?e ; oa:start 0 }"
    ),
    "clause-is-used": EXTRA
    + "clause:x a gk:Clause ; oa:start 1 ; oa:end 2 ; oa:exact '、'@zh ; gk:inSource <urn:s> }",
    "phrase-means-something": "DELETE { ?c gk:meansPlace ?f } WHERE { ?c gk:meansPlace ?f }",
    "reading-has-reason": (
        "DELETE { ?s gk:reason ?o } WHERE { ?s gk:reason ?o FILTER(LANG(?o) = 'en') }"
    ),
    "structural-span-has-reason": EXTRA
    + "clause:x a gk:StructuralSpan ; oa:start 1 ; oa:end 2 ; oa:exact '、'@zh ;"
    " gk:inSource <urn:s> }",
    "reading-has-origin": drop("reading:mini-suggested-amount", "prov:wasDerivedFrom"),
    "call-has-agency": drop("provision:mini-agency", "gk:agency"),
    "call-has-region": drop("scheme:mini-finland", "gk:partnerRegion"),
    "scheme-has-parent": drop("scheme:mini-joint", "gk:partOf"),
    "programme-has-guide": drop("scheme:mini-pilot", "gk:announcedIn"),
    "guide-has-source": drop("guide:mini", "gk:source"),
    "requirement-has-identifier": drop("requirement:mini-max", "dcterms:identifier"),
    "identifier-is-unique": (
        "DELETE { ?s dcterms:identifier ?o } INSERT { ?s dcterms:identifier 'M-MIN' }"
        " WHERE { ?s dcterms:identifier ?o FILTER(?s = requirement:mini-max) }"
    ),
    "requirement-has-severity": drop("requirement:mini-max", "gk:severityIfUnmet"),
    "place-list-is-complete": (
        "DELETE { ?p gk:phrase ?c . ?c ?x ?y } WHERE { ?p gk:phrase ?c . ?c gk:meansPlace ?f ;"
        " ?x ?y }"
    ),
    "link-has-url": drop("provision:mini-link", "schema:url"),
    "group-has-size": EXTRA
    + "place:xx a gk:PlaceGroup ; rdfs:label '某组'@zh , 'A group'@en ; gk:declaredSize 3 }",
    "requirement-has-year": constraint("gk:Limit", DURATION, "gk:yearsAround 1"),
    "constraint-is-of-one-requirement": EXTRA
    + "requirement:mini-max gk:constraint <urn:c> . requirement:mini-min gk:constraint <urn:c> . <urn:c> a gk:Presence ; gk:information information:fields }",
    "awaited-until-a-window": EXTRA + "requirement:x gk:awaitedUntil requirement:mini-max }",
    "awaited-fact-can-be-supplied": EXTRA + fact() + " . requirement:x gk:appliesWithFact fact:x }",
    "fact-is-defined": EXTRA + fact(name="") + " . provision:mini-link gk:suppliedByFact fact:x }",
    "fact-has-datatype": EXTRA + fact(datatype="") + "}",
    "fact-name-has-one-datatype": EXTRA
    + fact()
    + " . "
    + fact(
        datatype="gk:factDatatype xsd:date", example="skos:example '2022-09-15'^^xsd:date"
    ).replace("fact:x", "fact:y")
    + "}",
    "fact-has-scope": EXTRA + fact(scope="") + "}",
    "fact-has-example": EXTRA + fact(example="skos:example '2022-09-15'^^xsd:date") + "}",
    "fact-has-labels": EXTRA + fact(label="rdfs:label '年份'@zh") + "}",
    "fact-has-descriptions": EXTRA + fact(description="") + "}",
    "awaited-deadline-has-fact": EXTRA + "requirement:x gk:sameAsDeadline provision:mini-link }",
    "information-has-path": EXTRA
    + "information:x a gk:InformationConcept ; rdfs:label '某'@zh , 'A'@en }",
    "information-has-names": EXTRA
    + "information:x a gk:InformationConcept ; gk:path gk:field ; rdfs:label '某'@zh }",
    "constraint-has-information": constraint("gk:Presence"),
    "constraint-has-sort": constraint("gk:Presence", "gk:information information:document"),
    "limit-has-bound": constraint("gk:Limit", "gk:information information:duration"),
    "bounds-are-in-order": EXTRA + "requirement:mini-max gk:minimum 200001 }",
    "maximum-is-a-number": constraint("gk:Limit", DURATION, "gk:maximum -1"),
    "money-has-currency": drop("requirement:mini-max", "gk:currency"),
    "currency-fits-unit": EXTRA + "requirement:mini-duration gk:currency 'CNY' }",
    "choice-has-list": constraint("gk:Choice", "gk:information information:fields"),
    "list-accepts-something": constraint(
        "gk:Choice", FIELDS, "gk:openList true", "gk:rejects <urn:f>"
    ),
    "quantifier-is-known": EXTRA + "requirement:mini-field gk:quantifier quantifier:two }",
    "declaration-has-claim": constraint("gk:Declaration"),
    "window-has-end": constraint("gk:Window", START),
    "window-opens-before-it-closes": constraint("gk:Window", START, opens(2), closes(1)),
    "window-has-year": constraint(
        "gk:Window", START, opens(1), "gk:closes '--09-30'^^xsd:gMonthDay"
    ),
    "order-has-other": constraint("gk:Order", START),
    "relation-has-other": constraint("gk:Relation", START),
    "run-limit-has-number": constraint("gk:RunLimit", "gk:countedFor information:lead"),
    "manual-check-has-question": constraint("gk:ManualCheck", "gk:question '是否有新意？'@zh"),
    "condition-is-a-constraint": EXTRA + "requirement:mini-max gk:appliesIf place:fi }",
    "conditions-are-no-circle": EXTRA + "requirement:mini-max gk:exceptIf requirement:mini-max }",
    "limit-is-on-a-number": constraint("gk:Limit", LEAD_KIND, "gk:maximum 24"),
    "choice-is-of-things": constraint("gk:Choice", DURATION, "gk:accepts <urn:x>"),
    "window-is-on-a-time": constraint("gk:Window", DURATION, opens(1)),
    "unit-is-a-unit": EXTRA + "information:duration gk:unit <urn:x> }",
    "counts-are-in-order": constraint(
        "gk:Presence", FIELDS, "gk:minimumCount 3", "gk:maximumCount 1"
    ),
    "moments-have-a-zone": constraint(
        "gk:Window", START, "gk:opens '2024-05-31T17:00:00'^^xsd:dateTime"
    ),
    "offset-is-one": EXTRA + "guide:mini gk:utcOffset 'Beijing' }",
    "dependence-is-no-circle": EXTRA
    + "requirement:mini-max gk:dependsOn requirement:mini-min . requirement:mini-min gk:dependsOn requirement:mini-max }",
    "proposals-stand-elsewhere": EXTRA + "<urn:p> gk:appliesTo scheme:mini-finland }",
    "softened-must-is-a-warning": EXTRA
    + "requirement:mini-max gk:strength strength:in-principle }",
}
# Where a shape asks for several things, each of the others is broken too.
MORE = [
    ("limit-is-on-a-number", constraint("gk:Limit", START, "gk:maximum 24")),
    (
        "limit-is-on-a-number",
        constraint("gk:Limit", "gk:information information:any-filing-day", "gk:maximum 24"),
    ),
    ("choice-is-of-things", constraint("gk:Choice", START, "gk:accepts <urn:x>")),
    (
        "choice-is-of-things",
        constraint("gk:Choice", "gk:information information:any-filing-day", "gk:accepts <urn:x>"),
    ),
    ("window-is-on-a-time", constraint("gk:Window", LEAD_KIND, opens(1))),
    ("moments-have-a-zone", constraint("gk:Window", START, "gk:closes '2024-05-31 17:00'")),
    ("counts-are-in-order", constraint("gk:Presence", FIELDS, "gk:minimumCount -1")),
    (
        "window-opens-before-it-closes",
        constraint(
            "gk:Window",
            START,
            "gk:opens '2024-06-30'^^xsd:date",
            "gk:closes '2024-05-31T17:00:00+08:00'^^xsd:dateTime",
        ),
    ),
    (
        "list-accepts-something",
        constraint("gk:Choice", FIELDS, "gk:quantifier quantifier:none", "gk:rejects <urn:f>"),
    ),
    ("currency-fits-unit", constraint("gk:RunLimit", COUNTED, "gk:maximum 9", "gk:currency 'CNY'")),
    ("constraint-has-information", constraint("gk:Limit", "gk:maximum 3")),
    ("constraint-has-information", constraint("gk:Choice", "gk:accepts place:fi")),
    ("constraint-has-information", constraint("gk:Window", opens(1))),
    ("constraint-has-information", constraint("gk:Order", "gk:notAfter information:start")),
    (
        "constraint-has-information",
        constraint("gk:Relation", "gk:sameAsInformation information:lead"),
    ),
    ("constraint-has-information", constraint("gk:Presence", "gk:information place:fi")),
    (
        "constraint-has-information",
        constraint("gk:Presence", START, "gk:information information:end"),
    ),
    ("constraint-has-sort", constraint("gk:Presence", DOCUMENT, "gk:regarding <urn:a> , <urn:b>")),
    ("constraint-has-sort", constraint("gk:Declaration", "gk:information information:claim")),
    ("limit-has-bound", constraint("gk:Limit", DURATION, "gk:minimum 3 , 4")),
    ("limit-has-bound", constraint("gk:Limit", DURATION, "gk:maximum 3 , 4")),
    ("bounds-are-in-order", constraint("gk:Limit", DURATION, "gk:minimum -1")),
    ("bounds-are-in-order", constraint("gk:Limit", DURATION, "gk:minimum 'three'")),
    ("maximum-is-a-number", constraint("gk:Limit", DURATION, "gk:maximum 'three'")),
    ("money-has-currency", EXTRA + "requirement:mini-max gk:currency 'EUR' }"),
    ("money-has-currency", constraint("gk:RunLimit", COUNTED, "gk:maximum 9", SUMMED)),
    (
        "quantifier-is-known",
        EXTRA + "requirement:mini-field gk:quantifier quantifier:one , quantifier:each }",
    ),
    ("window-has-end", constraint("gk:Window", START, opens(1), opens(2))),
    ("window-has-end", constraint("gk:Window", START, closes(1), closes(2))),
    (
        "window-opens-before-it-closes",
        constraint("gk:Window", START, opens(1), opens(2, "Earliest")),
    ),
    (
        "window-opens-before-it-closes",
        constraint("gk:Window", START, closes(2), closes(1, "Latest")),
    ),
    ("order-has-other", constraint("gk:Order", START, "gk:notAfter place:fi")),
    ("relation-has-other", constraint("gk:Relation", START, "gk:sameAsInformation place:fi")),
    (
        "relation-has-other",
        constraint(
            "gk:Relation",
            START,
            "gk:sameAsInformation information:end ; gk:differentFromInformation information:lead",
        ),
    ),
    ("run-limit-has-number", constraint("gk:RunLimit", "gk:maximum 1")),
    ("run-limit-has-number", constraint("gk:RunLimit", COUNTED, "gk:maximum 1 , 2")),
    ("manual-check-has-question", constraint("gk:ManualCheck")),
    ("condition-is-a-constraint", EXTRA + "requirement:mini-max gk:exceptIf place:fi }"),
    (
        "conditions-are-no-circle",
        EXTRA
        + "requirement:mini-max gk:appliesIf [ a gk:Choice ; gk:information information:fields ; gk:accepts <urn:f> ; gk:exceptIf requirement:mini-max ] }",
    ),
]


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(ROOT / "shapes/guide.ttl")


@pytest.fixture(scope="module")
def mini() -> Graph:
    graph = Graph().parse(ROOT / "tests/fixtures/mini-guide/guide.ttl")
    for name in ("guides", "proposals", "constraints", "information"):
        graph.parse(ROOT / f"ontology/{name}.ttl")
    return graph


def fired(data: Graph, shapes: Graph) -> set[str]:
    _, report, _ = validate(data, shacl_graph=shapes, advanced=False)
    assert isinstance(report, Graph)
    return {str(shape).removeprefix(SHAPE) for shape in report.objects(None, SH.sourceShape)}


FITTING = [
    EXTRA + "requirement:mini-deadline gk:appliesIf [ a gk:Limit ; gk:yearsBefore 1 ;"
    " gk:information information:lead-staff ; gk:minimum 10 ] }",
    EXTRA
    + "requirement:mini-deadline gk:exceptIf [ a gk:Window ; "
    + START
    + " ; gk:opens '--01-31'^^xsd:gMonthDay ] }",
]


@pytest.mark.parametrize("update", FITTING)
def test_a_condition_has_the_year_of_its_requirement(
    update: str, mini: Graph, shapes: Graph
) -> None:
    changed = Graph() + mini
    changed.update(PREFIXES + update)
    assert fired(changed, shapes) == set()


def test_the_small_guide_conforms(mini: Graph, shapes: Graph) -> None:
    assert fired(mini, shapes) == set()


def test_every_shape_is_broken_by_an_example(shapes: Graph) -> None:
    names = {
        str(shape).removeprefix(SHAPE)
        for kind in (SH.NodeShape, SH.PropertyShape)
        for shape in shapes.subjects(RDF.type, kind)
        if isinstance(shape, URIRef)
    }
    assert names == set(BREAKS)


@pytest.mark.parametrize(("name", "update"), [*BREAKS.items(), *MORE])
def test_only_the_broken_shape_fires(name: str, update: str, mini: Graph, shapes: Graph) -> None:
    broken = Graph()
    for triple in mini:
        broken.add(triple)
    broken.update(PREFIXES + update)
    assert fired(broken, shapes) == {name}


@pytest.mark.parametrize("name", BREAKS)
def test_each_shape_says_what_is_wrong_in_both_languages(name: str, shapes: Graph) -> None:
    languages = {message.language for message in shapes.objects(URIRef(SHAPE + name), SH.message)}
    assert languages == {"zh", "en"}
