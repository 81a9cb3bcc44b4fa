"""The facts that a graph states, in the format of facts: what a draft of its text can be held to."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, compact, local_name

_LABEL = PREFIXES["rdfs"] + "label"
_MODALITY, _INFORMATION, _CONSTRAINT = NS + "modality", NS + "information", NS + "constraint"


@cache
def _kinds() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    data = tomllib.loads(Path(__file__).with_name("provisions.toml").read_text(encoding="utf-8"))
    return data["facts"]["information"], data["facts"]["class"]


def graph_facts(triples: Sequence[ox.Triple]) -> list[dict[str, Any]]:
    """Return a fact for each provision that cites whole clauses, in the order of the text.

    Its kind follows from what it constrains, else from its class; kinds that are as good are its ``alt``.
    """
    of: dict[object, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        of[triple.subject][triple.predicate.value].append(triple.object)
    facts = [fact for scheme in list(of) for fact in _of_scheme(of, scheme)]
    facts.sort(key=lambda fact: (fact["start"], -fact["end"]))
    for number, fact in enumerate(facts, 1):
        fact["id"] = f"P-{number:03}"
    return facts


def _of_scheme(of: dict[object, dict[str, list[Any]]], scheme: object) -> Iterator[dict[str, Any]]:
    programme = any(one.value == NS + "Programme" for one in of[scheme][RDF_TYPE])
    name = "guide" if programme else _chinese(of[scheme][_LABEL])
    for provision in of[scheme][NS + "hasProvision"]:
        said = of[provision]
        kinds = _kinds_of(of, provision)
        cited = [of[clause] for clause in said[NS + "clause"]]
        if not kinds or not cited:
            continue
        modality = local_name(said[_MODALITY][0].value) if said[_MODALITY] else "informative"
        if modality == "should":
            kinds = [*kinds, "priority"]
        clause = cited[0]
        start, end = (int(clause[PREFIXES["oa"] + end][0].value) for end in ("start", "end"))
        yield {
            "quote": clause[PREFIXES["oa"] + "exact"][0].value,
            "start": start,
            "end": end,
            "scheme": name,
            "kind": kinds[0],
            "modality": modality,
            "value": _value(said),
            "note": "",
            "alt": list(dict.fromkeys(kinds[1:])),
        }


def _kinds_of(of: dict[object, dict[str, list[Any]]], provision: object) -> list[str]:
    by_information, by_class = _kinds()
    found: list[str] = []
    for node in (provision, *of[provision][_CONSTRAINT]):
        for concept in of[node][_INFORMATION]:
            name = local_name(concept.value)
            fits = [one for one in by_information if name.startswith(one)]
            found += by_information[max(fits, key=len)] if fits else []
    for kind in of[provision][RDF_TYPE]:
        found += by_class.get(compact(kind.value), [])
    return list(dict.fromkeys(found))


def _value(said: dict[str, list[Any]]) -> Any:
    """Return the number or the days that a provision states; None if it states none."""
    bounds = [float(one.value) for name in ("minimum", "maximum") for one in said[NS + name]]
    if len(bounds) == 2:
        return bounds[0] if bounds[0] == bounds[1] else bounds
    if bounds:
        return bounds[0]
    ends = [one.value[:10] for name in ("opens", "closes") for one in said[NS + name]]
    return ends[0] if len(ends) == 1 else ends or None


def _chinese(labels: Sequence[Any]) -> str:
    return next((one.value for one in labels if one.language == "zh"), "")
