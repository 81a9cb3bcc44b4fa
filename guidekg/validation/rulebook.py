"""What one run checks: the shapes, the facts they read, and what is known of each shape."""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from guidekg.guides.model import Provision, Thing
from guidekg.guides.repository import Repository
from guidekg.guides.sources import parse
from guidekg.i18n import Label
from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE, compact
from guidekg.rdf.writer import write_turtle
from guidekg.reports.model import Item, Requirement, Severity, Waiting
from guidekg.resources import folder
from guidekg.validation.facts import Facts
from guidekg.validation.shapes import generate, texts

if TYPE_CHECKING:
    from pathlib import Path

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_SHOULD = PREFIXES["modality"] + "should"
_SEVERITIES: dict[str, Severity] = {"Violation": "violation", "Warning": "warning", "Info": "info"}

_PARTS = [_SH + name for name in ("property", "node", "or", "not", "qualifiedValueShape")]

Step = frozenset[str]
Node = ox.NamedNode | ox.BlankNode


class Evidence(NamedTuple):
    """Where a shape's evidence stands: a path of properties, with what narrows it.

    ``path`` goes from the proposal (from the focus node, where ``local``), each step a choice of
    properties. Of the nodes on it that have the property ``where``, only those with the value
    count; of those that have the first property of ``by``, only those whose value plays the role
    that is its second; at the end only ``value`` itself.
    """

    path: tuple[Step, ...]
    where: tuple[str, str] | None = None
    by: tuple[str, str] | None = None
    value: str | None = None
    local: bool = False


class Rule(NamedTuple):
    """A shape: the requirement it checks (None: it is about the form), its severity and words.

    ``manual`` marks the shape that stands for a requirement which no shape decides; ``reads`` are
    the properties that the shapes look at which it is made of.
    """

    iri: str
    requirement: str | None
    severity: Severity
    message: Label
    evidence: Evidence
    accepts: tuple[str, ...]
    manual: bool
    reads: frozenset[str]


class Rulebook:
    """The shapes of a run over the opened guides, and what the graph says of them."""

    def __init__(
        self, repository: Repository, facts: Facts, like: "Rulebook | None" = None
    ) -> None:
        """Make the shapes.

        Args:
            repository: the guides.
            facts: those of the run.
            like: a rulebook whose templates are used again; else they are read from their files.
        """
        self.repository = repository
        self.facts = facts
        self._asserted = list(repository.store.triples(inferred=False))
        self._templates: dict[Path, str] = like._templates if like else texts()
        self.requirement_shapes = generate([*self._asserted, *facts.triples()], self._templates)
        self.structure_shapes: list[ox.Triple] = (
            like.structure_shapes if like else parse(folder("shapes") / "proposal.ttl")
        )

    @cached_property
    def shapes(self) -> list[ox.Triple]:
        """All shapes of the run."""
        return [*self.structure_shapes, *self.requirement_shapes]

    @cached_property
    def turtle(self) -> str:
        """The shapes of the requirements as Turtle, always in the same order."""
        return write_turtle(self.requirement_shapes)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of all shapes."""
        structure = write_turtle(self.structure_shapes)
        return hashlib.sha256((structure + self.turtle).encode()).hexdigest()

    @cached_property
    def reference(self) -> list[ox.Triple]:
        """What the graph states of its things by the properties that the shapes' paths use.

        Places, fields and schemes with what is above them: proposals refer to them by IRI only.
        """
        paths = self._path_properties()
        return sorted(
            (
                triple
                for triple in self._asserted
                if triple.predicate.value in paths
                and isinstance(triple.subject, ox.NamedNode)
                and triple.subject.value.startswith(ID)
            ),
            key=str,
        )

    def _path_properties(self) -> set[str]:
        links = {_SH + name for name in ("path", "inversePath", "alternativePath")}
        links |= {_SH + f"{name}Path" for name in ("zeroOrMore", "oneOrMore", "zeroOrOne")}
        links |= {_RDF + "first"}
        found = {
            triple.object.value
            for triple in self.shapes
            if triple.predicate.value in links and isinstance(triple.object, ox.NamedNode)
        }
        return found - {RDF_TYPE}  # a proposal types its own nodes, and ours need no typing

    @cached_property
    def requirements(self) -> dict[str, Requirement]:
        """Every requirement of the run by its IRI: what has a shape, be it one left to a person."""
        shaped = {rule.requirement for rule in self.rules.values()}
        return {
            provision.iri: self._requirement(provision)
            for scheme in self.repository.things.schemes.values()
            for provision in scheme.own
            if provision.iri in shaped
        }

    @cached_property
    def manual(self) -> frozenset[str]:
        """The requirements that no shape decides for some scheme: their data lack something."""
        return frozenset(
            rule.requirement for rule in self.rules.values() if rule.manual and rule.requirement
        )

    @cached_property
    def waiting(self) -> tuple[Waiting, ...]:
        """The requirements that do not apply, for want of a fact of the run."""
        things, given = self.repository.things, {fact.name for fact in self.facts.listed}
        return tuple(
            Waiting(name, self._requirement(provision), things.thing(scheme.iri))
            for scheme in things.schemes.values()
            for provision in scheme.own
            for fact in things.iris(provision.iri, "gk:appliesWithFact")
            if (name := things.text(fact, "gk:factName")) and name not in given
        )

    def _requirement(self, provision: Provision) -> Requirement:
        things = self.repository.things
        identifier = provision.identifier or compact(provision.iri)
        return Requirement(
            provision.iri,
            provision.label,
            identifier,
            things.text(provision.iri, "gk:requirementRow") or identifier,
            # What is not said to be a preference is held for a must.
            "should" if provision.modality.iri == _SHOULD else "must",
            provision.clauses,
            provision.readings,
            tuple(things.iris(provision.iri, "gk:dependsOn")),
        )

    @cached_property
    def schemes(self) -> dict[str, Thing]:
        """Every scheme that the guides know, by its IRI."""
        things = self.repository.things
        return {iri: Thing(iri, scheme.label) for iri, scheme in things.schemes.items()}

    @cached_property
    def checklists(self) -> dict[str, tuple[Requirement, ...]]:
        """For each scheme the requirements that apply to it, musts first, in the text's order."""
        return {
            iri: tuple(
                self.requirements[p.iri] for p in scheme.applicable if p.iri in self.requirements
            )
            for iri, scheme in self.repository.things.schemes.items()
        }

    @cached_property
    def met(self) -> dict[str, Item]:
        """The line of a checklist for each requirement that is met: one for all proposals."""
        return {iri: Item(requirement, "met") for iri, requirement in self.requirements.items()}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every IRI of ours that the vocabulary or the data describe."""
        return frozenset(
            triple.subject.value
            for triple in self._asserted
            if isinstance(triple.subject, ox.NamedNode)
            and triple.subject.value.startswith((NS, ID))
        )

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every shape with words, by its IRI."""
        graph = _Graph(self.shapes)
        return {
            shape.value: graph.rule(shape)
            for shape in graph.subjects(_SH + "message")
            if isinstance(shape, ox.NamedNode)
        }


class _Graph:
    """Shapes, looked up by subject."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._index: dict[Node, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
                continue
            of_subject = self._index.setdefault(triple.subject, {})
            of_subject.setdefault(triple.predicate.value, []).append(triple.object)

    def subjects(self, predicate: str) -> list[Node]:
        return [node for node, values in self._index.items() if predicate in values]

    def values(
        self, node: object, predicate: str
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return self._index.get(node, {}).get(predicate, [])  # type: ignore[call-overload, no-any-return]

    def iri(self, node: object, predicate: str) -> str | None:
        return next((v.value for v in self.values(node, predicate)), None)

    def items(self, node: object) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        found = []
        while first := self.values(node, _RDF + "first"):
            found.append(first[0])
            node = self.values(node, _RDF + "rest")[0]
        return found

    def rule(self, shape: ox.NamedNode) -> Rule:
        severity = (self.iri(shape, _SH + "severity") or "Violation").rpartition("#")[2]
        words = {
            value.language: value.value
            for value in self.values(shape, _SH + "message")
            if isinstance(value, ox.Literal)
        }
        return Rule(
            shape.value,
            self.iri(shape, NS + "shapeOf"),
            _SEVERITIES[severity],
            Label(words.get("zh", ""), words.get("en", "")),
            self._evidence(shape),
            tuple(sorted(self._accepts(shape))),
            self.iri(shape, NS + "leftToPerson") == "true",
            frozenset(
                path.value
                for node in self._made_of(shape)[1:]
                for path in self.values(node, _SH + "path")
                if isinstance(path, ox.NamedNode)
            ),
        )

    def _accepts(self, shape: Node) -> set[str]:
        """Return the values of the lists (``sh:in``) of a shape, and of those that it is made of."""
        heads = [head for node in self._made_of(shape) for head in self.values(node, _SH + "in")]
        return {item.value for head in heads for item in self.items(head)}

    def _made_of(self, shape: Node) -> list[object]:
        """Return a shape, and the shapes that it is made of."""
        found: list[object] = [shape]
        for node in found:
            for predicate in _PARTS:
                for part in self.values(node, predicate):
                    found += [one for one in (part, *self.items(part)) if one not in found]
        return found

    def _evidence(self, shape: ox.NamedNode) -> Evidence:
        stated = self.values(shape, NS + "evidencePath")
        paths = stated or self.values(shape, _SH + "path")
        where = [self.items(head) for head in self.values(shape, NS + "evidenceWith")]
        by = [self.items(head) for head in self.values(shape, NS + "evidenceBy")]
        return Evidence(
            tuple(self._steps(paths[0])) if paths else (),
            (where[0][0].value, str(where[0][1])) if where else None,
            (by[0][0].value, by[0][1].value) if by else None,
            self.iri(shape, NS + "evidenceValue"),
            local=not stated,
        )

    def _steps(self, path: object) -> list[Step]:
        if isinstance(path, ox.NamedNode):
            return [frozenset({path.value})]
        if items := self.items(path):
            return [step for item in items for step in self._steps(item)]
        choices = [self.items(head) for head in self.values(path, _SH + "alternativePath")]
        return [frozenset(item.value for item in choices[0])] if choices else []
