"""What one run checks: the shapes, the facts they read, and what is known of each shape."""

import hashlib
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from guidekg.guides.model import Provision, Thing
from guidekg.guides.repository import Repository
from guidekg.guides.sources import parse
from guidekg.rdf.namespaces import ID, NS, PREFIXES, RDF_TYPE, compact
from guidekg.rdf.writer import write_turtle
from guidekg.reports.model import Item, Requirement, Waiting
from guidekg.resources import folder
from guidekg.validation.derived import Derivation, DerivedRules
from guidekg.validation.facts import Facts, facts_of
from guidekg.validation.hints import Hints
from guidekg.validation.shapes import Rule, generate, read_rules, texts

if TYPE_CHECKING:
    from pathlib import Path

_SH = PREFIXES["sh"]
_SHOULD = PREFIXES["modality"] + "should"


class Rules(NamedTuple):
    """What judging takes of a rulebook: plain data, quick to hand to another process."""

    shapes: dict[str, Rule]
    checklists: dict[str, tuple[Requirement, ...]]
    names: frozenset[str]
    derivation: Derivation


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
        self._derived: DerivedRules = like._derived if like else DerivedRules()
        self.structure_shapes: list[ox.Triple] = (
            like.structure_shapes if like else parse(folder("shapes") / "proposal.ttl")
        )

    @cached_property
    def shapes(self) -> list[ox.Triple]:
        """All shapes of the run."""
        return [*self.structure_shapes, *self.requirement_shapes]

    @cached_property
    def derivation(self) -> Derivation:
        """The rules that compute values which shapes look at, and the schemes of these shapes."""
        queries = self._derived.needed(self.requirement_shapes)
        above: dict[object, set[object]] = defaultdict(set)
        for triple in self.requirement_shapes:
            above[triple.object].add(triple.subject)
        todo: list[object] = [ox.NamedNode(name) for name in queries.values()]
        seen = set(todo)
        for node in todo:
            todo += above[node] - seen
            seen |= above[node]
        concerned = {str(node)[1:-1] for node in seen}
        requirements = {rule.requirement for iri, rule in self.rules.items() if iri in concerned}
        schemes = {
            scheme
            for scheme, items in self.checklists.items()
            if any(item.iri in requirements for item in items)
        }
        return Derivation(tuple(queries), frozenset(schemes if queries else ()))

    @cached_property
    def turtle(self) -> str:
        """The shapes of the requirements, with the rules they need, as Turtle in a fixed order."""
        rules = self._derived.triples if self.derivation.queries else []
        return write_turtle([*self.requirement_shapes, *rules])

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
        links |= {PREFIXES["rdf"] + "first"}
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
        things, supplied = self.repository.things, self.facts.supplied
        defined = facts_of(self.repository.store)
        names = {iri: one.name for one in defined for iri in one.definitions}
        return tuple(
            Waiting(names[fact], self._requirement(provision), things.thing(scheme.iri))
            for scheme in things.schemes.values()
            for provision in scheme.own
            for fact in things.iris(provision.iri, "gk:appliesWithFact")
            if fact in names and fact not in supplied
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
        return read_rules(self.shapes)

    @cached_property
    def hints(self) -> Hints:
        """What says how to mend a finding."""
        return Hints(self.repository.things)

    @property
    def judged_by(self) -> Rules:
        """What judging takes."""
        return Rules(self.rules, self.checklists, self.names, self.derivation)
