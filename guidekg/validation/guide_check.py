"""The steward's checks of a guide's own data: what is wrong with it, and what nobody can check."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, RDF_TYPE, compact
from guidekg.resources import folder
from guidekg.validation.facts import Facts, some_values
from guidekg.validation.hints import Names
from guidekg.validation.rulebook import Rulebook

if TYPE_CHECKING:
    from guidekg.guides.repository import Repository


@dataclass(frozen=True, slots=True)
class GuideFinding:
    """One thing that is wrong with a guide's data, or that they lack.

    ``where`` is a thing as ``prefix:name``, with the characters of the source where it is about them;
    ``rule`` the name of a shape of ``shapes/guide.ttl``, or ``unknown-term``, ``left-to-person``
    (no shape decides the requirement), ``coverage``.
    """

    where: str
    rule: str
    message: Label


def check_guides(repository: "Repository") -> tuple[GuideFinding, ...]:
    """Return what is wrong with the guides that are open, in the order of the things it is about."""
    found = [
        *_shapes(repository),
        *_unknown_terms(repository),
        *_left_to_person(repository),
        *_uncovered(repository),
    ]
    return tuple(sorted(found, key=lambda item: (item.where, item.rule, item.message.en)))


def _shapes(repository: "Repository") -> Iterator[GuideFinding]:
    from pyshacl import validate  # noqa: PLC0415  # 0.5 s to import
    from rdflib import SH, Graph, Literal  # noqa: PLC0415

    data, shapes = Graph(), Graph()
    lines = ox.serialize(repository.asserted(), format=ox.RdfFormat.N_TRIPLES)
    data.parse(data=lines, format="nt")
    shapes.parse(folder("shapes") / "guide.ttl")
    _, results, said = validate(data, shacl_graph=shapes)
    if not isinstance(results, Graph):
        raise TypeError(f"pySHACL failed: {said}")
    for result in results.subjects(SH.resultSeverity):
        words = {
            message.language: str(message)
            for message in results.objects(result, SH.resultMessage)
            if isinstance(message, Literal)
        }
        yield GuideFinding(
            compact(str(results.value(result, SH.focusNode))),
            str(results.value(result, SH.sourceShape)).rpartition("/")[2],
            Label(words.get("zh", ""), words.get("en", "")),
        )


def _unknown_terms(repository: "Repository") -> Iterator[GuideFinding]:
    """Yield the names of ours that the guides use and nothing describes.

    What is described counts as known, a class or a property only if the vocabulary types it as one.
    """
    asserted = repository.asserted()
    described = {
        triple.subject.value
        for triple in asserted
        if isinstance(triple.subject, ox.NamedNode)
        and (triple.predicate.value == RDF_TYPE or not triple.subject.value.startswith(NS))
    }
    names = Names(described)
    unknown = {
        (str(triple.subject), str(term)[1:-1])
        for triple in asserted
        for term in (triple.predicate, triple.object)
        if names.unknown(str(term))
    }
    for subject, iri in unknown:
        near = ", ".join(map(compact, names.nearest(iri)))
        zh = f"词汇和数据中都没有 {compact(iri)}" + (f"；是否应为 {near}？" if near else "。")
        en = f"neither the vocabulary nor the data have {compact(iri)}" + (
            f"; was {near} meant?" if near else ""
        )
        yield GuideFinding(compact(subject.strip("<>")), "unknown-term", Label(zh, en))


def _left_to_person(repository: "Repository") -> Iterator[GuideFinding]:
    """Yield the requirements that no shape decides, in a run without facts or in one with all."""
    without = Rulebook(repository, Facts(repository.store, {}, None))
    facts = Facts(repository.store, some_values(repository.store), None)
    with_all = Rulebook(repository, facts, without)
    for iri in without.manual | with_all.manual:
        name = with_all.requirements[iri].identifier
        kind = repository.things.provision(iri).kind.label
        yield GuideFinding(
            compact(iri),
            "left-to-person",
            Label(
                f"没有形状能核对要求 {name}（{kind.zh}），每个项目都须由人判定："
                "它的类没有模板，或者缺少模板所需的数据。",
                f"no shape decides the requirement {name} ({kind.en}), so for every proposal a person"
                " has to: its class has no template, or its data lack what the template needs",
            ),
        )


def _uncovered(repository: "Repository") -> Iterator[GuideFinding]:
    for iri, guide in repository.things.guides.items():
        for start, end in repository.things.coverage(iri).uncovered:
            text = guide.text[start:end]
            yield GuideFinding(
                f"{compact(guide.source)} {start}-{end}",
                "coverage",
                Label(f"没有条文覆盖：{text}", f"no provision covers: {text}"),
            )
