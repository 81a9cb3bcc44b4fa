"""What a person can choose for a parameter of a question, and what is wrong with what was typed."""

from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from guidekg.errors import GuideKGError
from guidekg.graph import KnowledgeGraph
from guidekg.i18n import Label
from guidekg.questions import Question
from guidekg.questions.header import Parameter
from guidekg.rdf.namespaces import PREFIXES
from guidekg.value_kinds import VALUE_KINDS, Widget
from guidekg.web.pages.layout import local_name
from guidekg.web.pages.lookups import printed_schemes

# Kinds of parameter that have few enough values to list.
_LISTED = {
    "field": ("field", "?thing skos:inScheme ?any"),
    "organisation-kind": ("kind", "?thing skos:inScheme kind:organisation-kinds"),
    "agency": ("agency", "?thing a gk:Agency"),
    "topic": ("topic", "?thing skos:inScheme ?any"),
}
# Of places, those that a person is likely to type are suggested.
_PLACES = """
  { ?thing gk:placeLevel ?level VALUES ?level { "country" "first-level" "group" } }
  UNION { ?provision gk:acceptsPlace ?thing }
"""


class Option(NamedTuple):
    """A value, and what a person reads."""

    value: str
    label: Label


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: what may be chosen, what was typed, and what is wrong with it."""

    name: str
    kind: str
    label: Label
    example: Label
    options: tuple[Option, ...]
    typed: str = ""
    problem: GuideKGError | None = None
    optional: bool = False

    @property
    def widget(self) -> Widget | None:
        """By what a value is asked for."""
        return VALUE_KINDS[self.kind].widget

    @property
    def offered(self) -> bool:
        """Whether what was typed is one of the options."""
        return any(option.value == self.typed for option in self.options)


class FormFields:
    """What a person can choose for each kind of parameter, and the fields made of it."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        schemes = printed_schemes(kg)
        self._options = {
            kind: self._select(pattern, prefix) for kind, (prefix, pattern) in _LISTED.items()
        }
        self._options["place"] = tuple(
            Option(option.label.zh, option.label) for option in self._select(_PLACES, "place")
        )
        self._options["scheme"] = tuple(
            Option(local_name(one.scheme.iri), one.scheme.label) for one in schemes
        )
        required = {p.iri: p for one in schemes for p in one.scheme.own if p.identifier}
        self._options["requirement"] = tuple(
            Option(
                local_name(item.iri),
                Label(*(f"{item.identifier} · {name}" for name in (item.label.zh, item.label.en))),
            )
            for item in sorted(required.values(), key=lambda item: item.identifier or "")
        )

    def _select(self, pattern: str, prefix: str) -> tuple[Option, ...]:
        query = f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing"
        rows = self._kg.store.select(query).rows
        iris = [row[0].value for row in rows if isinstance(row[0], ox.NamedNode)]
        return tuple(
            Option(local_name(iri), self._kg.things.label(iri))
            for iri in iris
            if iri.startswith(PREFIXES[prefix])
        )

    def _example(self, parameter: Parameter) -> Label:
        if parameter.kind not in self._options:
            return Label(parameter.example, parameter.example)
        return self._kg.things.label(self._kg.resolve(parameter.example, parameter.kind))

    def field(
        self,
        question: Question,
        parameter: Parameter,
        typed: str | None,
        *,
        name: str = "",
        label: Label | None = None,
    ) -> Field:
        """Return the field of a parameter, with what was typed and what is wrong with it.

        Args:
            question: whose parameter it is.
            parameter: one of its parameters.
            typed: None, if nothing was asked for.
            name: of the field, if not that of the parameter.
            label: of the field, if not the parameter's description.
        """
        value, problem = _checked(question, parameter, typed)
        return Field(
            name or parameter.name,
            parameter.kind,
            label or parameter.description,
            self._example(parameter),
            self._options.get(parameter.kind, ()),
            value,
            problem,
            parameter.optional,
        )


def _checked(
    question: Question, parameter: Parameter, typed: str | None
) -> tuple[str, GuideKGError | None]:
    """Return a value as it is kept in addresses, and what is wrong with it."""
    value = (typed or "").strip()
    if not value:
        if typed is None or parameter.optional:
            return value, None
        return value, GuideKGError("请填写或选择。", "Fill this in, or choose.")
    examples = {one.name: one.example for one in question.header.parameters}
    try:
        terms = question.bind({**examples, parameter.name: value})
    except GuideKGError as error:
        return value, error
    if parameter.kind not in ("place", "text"):
        value = local_name(getattr(terms[parameter.name], "value", value))
    return value, None
