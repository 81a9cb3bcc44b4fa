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
            ]
        },
    }.items()
)
DROP = "DELETE {{ ?s {p} ?o }} WHERE {{ ?s {p} ?o FILTER(?s = {s}) }}"


def drop(subject: str, predicate: str) -> str:
    return DROP.format(s=subject, p=predicate)


EXTRA = "INSERT DATA { "
KINDS = (
    "requirement:x a gk:OrganisationKindRequirement ; gk:onRole gk:leadApplicant ;"
    " gk:acceptsKind <urn:kind> "
)
# A requirement with all that a provision has, attached to a scheme.
ATTACHED = (
    "scheme:{scheme} gk:hasProvision requirement:x . requirement:x gk:modality"
    " <https://w3id.org/guidekg/id/modality/must> ; rdfs:label '甲'@zh , 'A'@en ;"
    " gk:clause clause:mini-0-13 ; "
)


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
    "grant-has-amount": (
        "DELETE { ?s gk:maximumAmount ?o ; gk:currency ?c }"
        " WHERE { ?s gk:maximumAmount ?o ; gk:currency ?c }"
    ),
    "minimum-grant-has-amount": (
        "DELETE { ?s gk:minimumAmount ?o } INSERT { ?s gk:minimumAmount 0 }"
        " WHERE { ?s gk:minimumAmount ?o }"
    ),
    "amount-has-currency": drop("requirement:mini-max", "gk:currency"),
    "duration-has-months": drop("requirement:mini-duration", "gk:maximumMonths"),
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
    "deadline-has-day": drop("requirement:mini-deadline", "gk:monthDay"),
    "field-list-names-fields": (
        "DELETE { ?p gk:phrase ?c . ?c ?x ?y } WHERE { ?p gk:phrase ?c . ?c gk:meansField ?f ;"
        " ?x ?y }"
    ),
    "place-list-is-complete": (
        "DELETE { ?p gk:phrase ?c . ?c ?x ?y } WHERE { ?p gk:phrase ?c . ?c gk:meansPlace ?f ;"
        " ?x ?y }"
    ),
    "link-has-url": drop("provision:mini-link", "schema:url"),
    "group-has-size": EXTRA
    + "place:xx a gk:PlaceGroup ; rdfs:label '某组'@zh , 'A group'@en ; gk:declaredSize 3 }",
    "requirement-has-role": drop("requirement:mini-deadline", "gk:onRole"),
    "requirement-has-kinds": EXTRA + "requirement:x a gk:ParticipantKind }",
    "requirement-says-of-other-kinds": EXTRA + KINDS + "}",
    "open-kinds-have-rejected": EXTRA
    + KINDS
    + "; gk:otherKinds gk:Undecided ; gk:severityIfUnmet sh:Violation }",
    "requirement-has-places": EXTRA + "requirement:x a gk:ParticipantPlace }",
    "foreign-parent-has-places": EXTRA
    + "requirement:x a gk:ForeignParent ; gk:onRole gk:partner ; gk:rejectsPlace place:fi }",
    "requirement-has-agency": EXTRA + "requirement:x a gk:FilingByBothSides }",
    "requirement-has-claim": EXTRA + "requirement:x a gk:ClaimEvidence }",
    "requirement-has-topic": EXTRA + "requirement:x a gk:AgreementCoverage }",
    "listed-parent-has-list": EXTRA
    + ATTACHED.format(scheme="mini-finland")
    + "a gk:ListedParent ; gk:onRole gk:partner ; gk:inList <urn:list> }",
    "on-site-days-have-number": EXTRA + ATTACHED.format(scheme="mini-joint") + "a gk:OnSiteDays }",
    "on-site-days-have-duration": EXTRA
    + ATTACHED.format(scheme="mini-pilot")
    + "a gk:OnSiteDays ; gk:minimumDays 3 }",
    "requirement-has-year": drop("provision:mini-call-year", "gk:year"),
    "field-scope-has-list": EXTRA + "requirement:x a gk:FieldScope }",
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
}


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(ROOT / "shapes/guide.ttl")


@pytest.fixture(scope="module")
def mini() -> Graph:
    graph = Graph().parse(ROOT / "tests/fixtures/mini-guide/guide.ttl")
    return graph.parse(ROOT / "ontology/guidekg.ttl")


def fired(data: Graph, shapes: Graph) -> set[str]:
    _, report, _ = validate(data, shacl_graph=shapes, advanced=False)
    assert isinstance(report, Graph)
    return {str(shape).removeprefix(SHAPE) for shape in report.objects(None, SH.sourceShape)}


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


@pytest.mark.parametrize("name", BREAKS)
def test_only_the_broken_shape_fires(name: str, mini: Graph, shapes: Graph) -> None:
    broken = Graph()
    for triple in mini:
        broken.add(triple)
    broken.update(PREFIXES + BREAKS[name])
    assert fired(broken, shapes) == {name}


@pytest.mark.parametrize("name", BREAKS)
def test_each_shape_says_what_is_wrong_in_both_languages(name: str, shapes: Graph) -> None:
    languages = {message.language for message in shapes.objects(URIRef(SHAPE + name), SH.message)}
    assert languages == {"zh", "en"}
