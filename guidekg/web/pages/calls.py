"""The calls that one can apply to: cards and a comparison, filtered by competency questions."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Clause, Scheme, Thing
from guidekg.questions import Row
from guidekg.rdf.namespaces import PREFIXES
from guidekg.web.pages.layout import WORDS, localized, page
from guidekg.web.pages.lookups import PrintedScheme, guide_beside, printed_schemes
from guidekg.web.pages.questions import Field, FormFields

# The questions that tell something of every scheme; what they say of a scheme holds for its parts.
_FACTS = (
    *("deadlines", "agencies", "grant-limits", "duration-limits"),
    *("who-may-lead", "lead-places", "partner-regions", "exclusive-fields"),
)


# The filters: by the field of the form, the question that answers it, and its parameter.
_FILTERS = {
    "field": ("calls-by-field", "field"),
    "place": ("place-eligibility", "place"),
    "amount": ("tracks-by-amount", "amount"),
    "lead": ("tracks-by-lead-kind", "kind"),
}
_PER_SCHEME = "place"  # its question is asked of each call by the parameter ``scheme``
_AGAINST = ("outside", "over-limit", "under-limit", "rejected")  # rows that speak against a call
_LEAD = PREFIXES["information"] + "lead"


@dataclass(frozen=True, slots=True)
class Call:
    """A call or track that one can apply to, with the rows that tell of it, by question.

    ``matches`` has the rows for which it passes a filter, by the name of the filter.
    """

    scheme: Scheme
    guide: Thing | None  # where several are open
    above: tuple[Scheme, ...]
    facts: dict[str, list[Row]]
    fields: list[Row]
    matches: dict[str, list[Row]]

    @property
    def deadline(self) -> Row:
        """The one row that tells of its deadline."""
        return self.facts["deadlines"][0]

    @property
    def listed(self) -> dict[str, list[Thing]]:
        """The fields that it lists: for each phrase, as printed, what it means."""
        printed = "".join(clause.exact for clause in self._clauses)
        found: dict[str, list[Thing]] = {}
        for row in sorted(self.fields, key=lambda one: printed.find(str(one["text"].value))):
            thing = row["listed"].value
            if isinstance(thing, Thing):
                found.setdefault(str(row["text"].value), []).append(thing)
        return found

    @property
    def language(self) -> str:
        """The language that its fields are printed in."""
        return next((clause.language for clause in self._clauses), "")

    @property
    def _clauses(self) -> tuple[Clause, ...]:
        return self.fields[0].clauses if self.fields else ()


def _by_scheme(rows: list[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        scheme = (row.cells.get("at") or row["scheme"]).value
        if isinstance(scheme, Thing):
            found[scheme.iri].append(row)
    return found


def _nearest(one: PrintedScheme, rows: Mapping[str, list[Row]]) -> list[Row]:
    """Return what is said of a scheme itself, else of the nearest scheme above it."""
    chain = [one.scheme, *reversed(one.above)]
    return next((rows[scheme.iri] for scheme in chain if rows.get(scheme.iri)), [])


def _in_favour(rows: list[Row]) -> list[Row]:
    return [r for r in rows if "status" not in r.cells or r["status"].value not in _AGAINST]


class _Catalogue:
    """Every call, as the questions tell of them."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._questions = kg.questions
        leaves = {row["scheme"].value for row in kg.questions["leaf-schemes"]()}
        self._leaves = [
            one for one in printed_schemes(kg) if Thing(one.scheme.iri, one.scheme.label) in leaves
        ]
        self._facts = {name: _by_scheme(list(kg.questions[name]())) for name in _FACTS}
        ask = kg.questions["fields-of-scheme"]
        self._guides = {one.scheme.iri: guide_beside(kg, one.scheme.iri) for one in self._leaves}
        self._fields = {one.scheme.iri: list(ask(scheme=one.scheme.iri)) for one in self._leaves}

    def calls(self, typed: Mapping[str, str]) -> list[Call]:
        """Return the calls that pass every filter that was filled in; ``typed`` is by filter."""
        answers = {name: self._ask(name, typed[name]) for name in _FILTERS if name in typed}
        found = []
        for leaf in self._leaves:
            matches = {name: _in_favour(_nearest(leaf, rows)) for name, rows in answers.items()}
            if all(matches.values()):
                facts = {name: _nearest(leaf, rows) for name, rows in self._facts.items()}
                fields = self._fields[leaf.scheme.iri]
                guide = self._guides[leaf.scheme.iri]
                found.append(Call(leaf.scheme, guide, leaf.above, facts, fields, matches))
        return found

    def _ask(self, name: str, value: str) -> Mapping[str, list[Row]]:
        """Return the answer to the question of a filter, by the scheme that it tells of."""
        question, parameter = _FILTERS[name]
        ask = self._questions[question]
        if name != _PER_SCHEME:
            return _by_scheme(list(ask(**{parameter: value})))
        iris = [leaf.scheme.iri for leaf in self._leaves]
        found = {iri: ask(**{"scheme": iri, parameter: value}) for iri in iris}
        # A person looks for a partner or a target, not for where the lead is.
        return {
            iri: [row for row in rows if getattr(row["role"].value, "iri", "") != _LEAD]
            for iri, rows in found.items()
        }


def routes(kg: KnowledgeGraph, fields: FormFields) -> list[BaseRoute]:
    """Return the routes."""
    catalogue = _Catalogue(kg)

    def form_field(name: str, typed: str | None) -> Field:
        question = kg.questions[_FILTERS[name][0]]
        parameter = next(p for p in question.header.parameters if p.name == _FILTERS[name][1])
        # The question says in which currency it takes an amount.
        label = None if parameter.kind == "amount" else WORDS[f"filter-{name}"]
        return fields.field(question, parameter, typed or None, name=name, label=label)

    async def show(request: Request) -> Response:
        asked = request.query_params
        form_fields = [form_field(name, asked.get(name)) for name in _FILTERS]
        typed = {field.name: field.typed for field in form_fields if field.typed}
        wrong = any(field.problem for field in form_fields)
        calls = [] if wrong else catalogue.calls(typed)
        grants = [{"@type": "Grant", "@id": call.scheme.iri} for call in calls]
        return page(
            request,
            "calls.html",
            status=400 if wrong else 200,
            about={"@type": "ItemList", "numberOfItems": len(calls), "itemListElement": grants},
            form_fields=form_fields,
            filtered=bool(typed),
            wrong=wrong,
            calls=calls,
            table=asked.get("view") == "table",
            typed=typed,
        )

    return localized("/calls", show)
