"""Make the shapes of requirements: the templates of ``shapes/``, run over guides and facts.

Templates are CONSTRUCT queries. Those of ``shapes/run/`` come first, in the order of their names,
and prepare what the others say once: names of shapes, dates, words. What they state with the prefix
``run:`` is left out of the shapes, but for ``run:in``: the values that a shape has for it become one
list, ``sh:in``. Those of ``shapes/form/`` say what a well-formed proposal is where a fact of the run
tells; those of ``shapes/requirements/`` make the shapes of requirements, a file a kind; those of
``shapes/conclusions/`` conclude from what the kinds made, and leave to a person what none made a shape
for. A template names every property and class that it looks for: no other triples are there for it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from guidekg.errors import QueryError
from guidekg.rdf.namespaces import PREFIXES, RDF_TYPE
from guidekg.resources import folder

Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_RUN = "https://w3id.org/guidekg/run#"
_PREFIXES = {**PREFIXES, "run": _RUN}
_NAME = re.compile(rf"\b({'|'.join(_PREFIXES)}):(\w+)")
_RUN_IN = ox.NamedNode(_RUN + "in")
_IN = ox.NamedNode(PREFIXES["sh"] + "in")
_FIRST, _REST, _NIL = (ox.NamedNode(PREFIXES["rdf"] + name) for name in ("first", "rest", "nil"))


def templates() -> list[Path]:
    """Return the templates in the order in which they run."""
    base = folder("shapes")
    stages = ("run", "form", "requirements", "conclusions")
    return [path for stage in stages for path in sorted((base / stage).glob("*.rq"))]


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
    for path, text in made_by.items():
        try:
            made = store.query(text, prefixes=_PREFIXES)
        except SyntaxError as error:
            raise QueryError(
                f"{path}：模板有语法错误：{error}", f"{path}: the template is malformed: {error}"
            ) from None
        new = list(made) if isinstance(made, ox.QueryTriples) else []
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in new)
        shapes.update(dict.fromkeys(new))
    return [
        *(t for t in shapes if not t.predicate.value.startswith(_RUN)),
        *_lists(t for t in shapes if t.predicate == _RUN_IN),
    ]


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
