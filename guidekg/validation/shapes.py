"""The shapes of a run: how they are made, and what the judge knows of each.

Requirements become shapes by the templates of ``shapes/``, CONSTRUCT queries that run over guides and
facts. Those of ``shapes/run/`` come first, in the order of their names, and prepare what the others
say once: names of shapes, dates, words. What they state with the prefix ``run:`` is left out of the
shapes, but for ``run:in``: the values that a shape has for it become one list, ``sh:in``. Those of
``shapes/form/`` say what a well-formed proposal is where a fact of the run tells; those of
``shapes/requirements/`` say of each kind, a file a kind, when it holds and when it fails; those of
``shapes/quantifiers/`` go from one value to several, those of ``shapes/conditions/``, which run until
they make nothing new, say when a requirement applies; those of ``shapes/conclusions/`` make the shapes,
and leave to a person what none was made for. A template names every property and class that it looks for: no other triples are there for it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE
from guidekg.reports.model import Severity
from guidekg.resources import folder
from guidekg.validation.simplification import simplified

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
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

    ``manual`` marks the shape that stands for a requirement which no shape decides, ``inapplicable``
    the one that fails where a requirement does not apply; ``run`` is of a run limit, its maximum and
    the paths to what runs already and to what is added up; ``reads`` are
    the properties that the shapes look at which it is made of.
    """

    iri: str
    requirement: str | None
    severity: Severity
    message: Label
    evidence: Evidence
    accepts: tuple[str, ...]
    manual: bool
    inapplicable: bool
    run: tuple[str, tuple[Step, ...], tuple[Step, ...]] | None
    reads: frozenset[str]


def read_rules(shapes: Iterable[ox.Triple]) -> dict[str, Rule]:
    """Return every shape that has words and a name, by its IRI."""
    graph = _ShapeGraph(shapes)
    return {
        shape.value: graph.rule(shape)
        for shape in graph.subjects(_SH + "message")
        if isinstance(shape, ox.NamedNode)
    }


class _ShapeGraph:
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
            self.iri(shape, NS + "notApplicable") == "true",
            self._run(shape),
            frozenset(
                path.value
                for node in self._made_of(shape)[1:]
                for path in self.values(node, _SH + "path")
                if isinstance(path, ox.NamedNode)
            ),
        )

    def _run(self, shape: Node) -> tuple[str, tuple[Step, ...], tuple[Step, ...]] | None:
        maximum = self.iri(shape, NS + "runMaximum")
        running, summed = (
            tuple(step for path in self.values(shape, NS + name) for step in self._steps(path))
            for name in ("runningPath", "summedPath")
        )
        return (maximum, running, summed) if maximum else None

    def _accepts(self, shape: Node) -> set[str]:
        """Return the values that a shape lists (``sh:in``) or asks for, and those it is made of."""
        nodes = self._made_of(shape)
        listed = (
            item
            for node in nodes
            for head in self.values(node, _SH + "in")
            for item in self.items(head)
        )
        return {
            one.value
            for one in (*listed, *(v for n in nodes for v in self.values(n, _SH + "hasValue")))
        }

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


Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_RUN = "https://w3id.org/guidekg/run#"
_PREFIXES = {**PREFIXES, "run": _RUN}
_NAME = re.compile(rf"\b({'|'.join(_PREFIXES)}):(\w+)")
_RUN_IN = ox.NamedNode(_RUN + "in")
_IN = ox.NamedNode(PREFIXES["sh"] + "in")
_FIRST, _REST, _NIL = (ox.NamedNode(PREFIXES["rdf"] + name) for name in ("first", "rest", "nil"))


# Conditions have conditions: this stage runs until it makes nothing new.
_REPEATED = "conditions"
_STAGES = ("run", "form", "requirements", "quantifiers", _REPEATED, "conclusions")


def templates() -> list[Path]:
    """Return the templates in the order in which they run."""
    base = folder("shapes")
    return [path for stage in _STAGES for path in sorted((base / stage).glob("*.rq"))]


def texts() -> dict[Path, str]:
    """Return the templates with their texts, in the order in which they run."""
    return {path: path.read_text(encoding="utf-8") for path in templates()}


def generate(triples: Iterable[ox.Triple], made_by: Mapping[Path, str]) -> list[ox.Triple]:
    """Return the shapes of the requirements that some triples state.

    Args:
        triples: guides, vocabularies and places, with the facts of the run as ``gk:RunFact``.
        made_by: the templates, as ``texts`` returns them.

    Raises:
        QueryError: a template is malformed; names its file.
    """
    store = ox.Store()
    store.extend(_looked_at(triples, made_by.values()))
    shapes: dict[ox.Triple, None] = {}
    for stage, texts_ in groupby(made_by.items(), lambda item: item[0].parent.name):
        queries = list(texts_)
        while True:
            before = len(shapes)
            for path, text in queries:
                made = _made(store, path, text)
                store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in made)
                shapes.update(dict.fromkeys(made))
            if stage != _REPEATED or len(shapes) == before:
                break
    return simplified(
        [
            *(t for t in shapes if not t.predicate.value.startswith(_RUN)),
            *_lists(t for t in shapes if t.predicate == _RUN_IN),
        ]
    )


def _made(store: ox.Store, path: Path, text: str) -> list[ox.Triple]:
    """Return the triples that a template makes.

    Raises:
        QueryError: it is malformed.
    """
    try:
        made = store.query(text, prefixes=_PREFIXES)
    except SyntaxError as error:
        raise QueryError(
            f"{path}：模板有语法错误：{error}", f"{path}: the template is malformed: {error}"
        ) from None
    return list(made) if isinstance(made, ox.QueryTriples) else []


def _looked_at(triples: Iterable[ox.Triple], texts: Iterable[str]) -> Iterator[ox.Quad]:
    """Yield the triples that the templates can match: by the names in them, a third of all."""
    names = {_PREFIXES[prefix] + local for text in texts for prefix, local in _NAME.findall(text)}
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if predicate == RDF_TYPE:
            wanted = isinstance(value, ox.NamedNode) and value.value in names
        else:
            wanted = predicate in names
        if wanted:
            yield ox.Quad(triple.subject, triple.predicate, value)


def _lists(members: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    """Return the lists that ``run:in`` asks for, their members in the order of their names."""
    gathered: dict[Subject, set[Value]] = defaultdict(set)
    for triple in members:
        gathered[triple.subject].add(triple.object)
    for shape, values in gathered.items():
        cells = [ox.BlankNode() for _ in values]
        rests: list[Value] = [*cells[1:], _NIL]
        yield ox.Triple(shape, _IN, cells[0])
        for cell, rest, value in zip(cells, rests, sorted(values, key=str), strict=True):
            yield ox.Triple(cell, _FIRST, value)
            yield ox.Triple(cell, _REST, rest)
