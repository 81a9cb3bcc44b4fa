"""Ask a question: bind its parameters as typed terms, run it, cite what stands behind each row."""

import difflib
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyoxigraph as ox

from guidekg.errors import (
    QuestionFileError,
    UnknownParameterError,
    UnknownQuestionError,
    ValueFormError,
)
from guidekg.guides.model import Clause, Provision, Reading, Thing
from guidekg.guides.repository import Repository
from guidekg.i18n import Label, Language, from_locale
from guidekg.notebook import table
from guidekg.questions.header import Column, Header, Parameter, QuestionFiles
from guidekg.rdf.namespaces import PREFIXES, XSD
from guidekg.stores import Term

if TYPE_CHECKING:
    from pandas import DataFrame

Value = str | int | Decimal | date
Basis = Literal["stated", "inherited", "inferred", "read"]
GUIDE = Column("guide", "guide", Label("指南", "guide"))
"""Stands first where several guides are open."""
_WORD = re.compile(r"[a-z]+(-[a-z]+)*")
_NUMBERS = {XSD + "integer": int, XSD + "decimal": Decimal}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of an answer: a thing with a name, a text, a number, a date, or nothing.

    ``word`` is what a person reads of a word of answers, ``currency`` that of an amount (ISO 4217).
    """

    value: Thing | str | int | Decimal | date | bool | None
    word: Label | None = None
    currency: str | None = None

    def label(self, lang: Language) -> str:
        """Return what a person reads."""
        if self.word:
            return self.word(lang)
        if isinstance(self.value, Thing):
            return self.value.label(lang)
        return "" if self.value is None else str(self.value)

    def plain(self, lang: Language) -> str | int | Decimal | date | bool | None:
        """Return the value as it is, and the name of a thing in a language."""
        return self.value.label(lang) if isinstance(self.value, Thing) else self.value


@dataclass(frozen=True, slots=True)
class Row(Mapping[str, Cell]):
    """A row of an answer: a mapping from the names of columns to cells.

    ``provisions`` are those behind it, the one that it is about first.
    """

    cells: dict[str, Cell]
    provisions: tuple[Provision, ...]
    basis: Basis

    def __getitem__(self, column: str) -> Cell:
        """Return the cell of a column."""
        return self.cells[column]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the columns."""
        return iter(self.cells)

    def __len__(self) -> int:
        """Return how many columns there are."""
        return len(self.cells)

    @property
    def modality(self) -> Thing | None:
        """Must, should, may or informative: that of the first provision."""
        return self.provisions[0].modality if self.provisions else None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of the provisions, each once."""
        return tuple(dict.fromkeys(clause for item in self.provisions for clause in item.clauses))

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings that the provisions rest on, each once."""
        return tuple(
            dict.fromkeys(reading for item in self.provisions for reading in item.readings)
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer; with none, ``state`` says whether there is nothing or it is unknown.

    ``given`` are the values of the parameters that were given, by name.
    """

    question: "Question"
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    given: Mapping[str, Cell]

    @property
    def state(self) -> Literal["found", "none", "unknown"]:
        """``found``; ``none``: there is nothing; ``unknown``: the guide does not say."""
        return "found" if self.rows else self.question.header.when_empty

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)

    def to_dicts(self, lang: Language = "en") -> list[dict[str, Any]]:
        """Return the rows as plain dictionaries: names of things in a language, other values as is.

        To the columns are added ``modality`` (must, should …), ``basis`` and ``quotes``, the
        sentences of the guide behind the row.
        """
        return [
            {
                **{name: cell.plain(lang) for name, cell in row.items()},
                "modality": row.modality.label(lang) if row.modality else None,
                "basis": row.basis if row.provisions else None,  # of nothing, nothing is stated
                "quotes": [clause.exact for clause in row.clauses],
            }
            for row in self.rows
        ]

    def to_pandas(self, lang: Language = "en") -> "DataFrame":
        """Return the rows of ``to_dicts`` as a pandas DataFrame; needs the extra ``pandas``."""
        from pandas import DataFrame  # noqa: PLC0415  # optional

        columns = [*(one.name for one in self.columns), "modality", "basis", "quotes"]
        return DataFrame(self.to_dicts(lang), columns=columns)

    def __repr__(self) -> str:
        return f"<Answer to {self.question.name}: {self.state}, {len(self.rows)} rows>"

    def _repr_html_(self) -> str:
        """Return the answer as a table, for notebooks."""
        lang = from_locale()
        rows = [[row[one.name].label(lang) for one in self.columns] for row in self.rows]
        headings = [one.label(lang) for one in self.columns]
        return table(lang, self.question.header.question(lang), headings, rows)


@dataclass(frozen=True)
class Question:
    """A competency question over opened guides; call it with its parameters."""

    name: str
    header: Header
    text: str
    repository: Repository
    asked: str | None = None

    def __repr__(self) -> str:
        return f"<Question {self.name}: {self.header.question.en}>"

    @property
    def renamed(self) -> Label | None:
        """What is said to those who asked by a name that the question had before."""
        if self.asked is None:
            return None
        return Label(
            f"问题“{self.asked}”现名“{self.name}”。",
            f"The question {self.asked!r} is now called {self.name!r}.",
        )

    def bind(self, values: Mapping[str, Value]) -> dict[str, Term]:
        """Return the parameters as typed terms; those that are optional may be left out.

        Raises:
            UnknownParameterError: a parameter is unknown or missing.
            UnknownNameError, AmbiguousNameError: a value names nothing, or several things.
            ValueFormError: a value is not of the form of its kind.
        """
        known = {parameter.name: parameter for parameter in self.header.parameters}
        for name in values:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
                raise UnknownParameterError(
                    f"问题 {self.name} 没有参数“{name}”；它的参数：{'、'.join(near) or '无'}。",
                    f"question {self.name} has no parameter {name!r};"
                    f" it takes: {', '.join(near) or 'none'}",
                )
        for parameter in known.values():
            if parameter.name not in values and not parameter.optional:
                raise UnknownParameterError(
                    f"问题 {self.name} 缺少参数 {parameter.name}（{parameter.description.zh}），"
                    f"例如 --{parameter.name} {parameter.example}。",
                    f"question {self.name} needs {parameter.name} ({parameter.description.en}),"
                    f" for example --{parameter.name} {parameter.example}",
                )
        return {name: self._term(known[name], value) for name, value in values.items()}

    def _term(self, parameter: Parameter, value: Value) -> Term:
        kind = parameter.takes
        if kind.datatype:
            if isinstance(value, datetime):  # a date too, whose text is none
                value = value.date()
            try:
                text = kind.read(str(value)) if kind.read else str(value)
            except (ValueError, ArithmeticError):
                raise ValueFormError(
                    f"参数 {parameter.name} 的值“{value}”不合要求，例如 {parameter.example}。",
                    f"{value!r} is no value for {parameter.name}; an example: {parameter.example}",
                ) from None
            if kind.positive and Decimal(text) <= 0:
                raise ValueFormError(
                    f"参数 {parameter.name} 应大于 0，而不是“{value}”，例如 {parameter.example}。",
                    f"{parameter.name} is more than 0, not {value!r}; an example: {parameter.example}",
                )
            return ox.Literal(text, datatype=ox.NamedNode(kind.datatype))
        # A row of the table of requirements may be several requirements: its name means them all.
        if kind.name == "requirement" and (row := self.repository.names.row(str(value))):
            return ox.Literal(row)
        return ox.NamedNode(self.repository.names.resolve(str(value), kind.name))

    def __call__(self, **values: Value) -> Answer:
        """Ask the question.

        Raises:
            UnknownParameterError, UnknownNameError, AmbiguousNameError, ValueFormError: see ``bind``.
            QuestionFileError: the query selects no variable for a column of the header.
        """
        bound = self.bind(values)
        scheme = bound.get("scheme")
        asked = scheme.value if isinstance(scheme, ox.NamedNode) else None
        result = self.repository.store.select(self.text, bound)
        index = {name: position for position, name in enumerate(result.variables)}
        if lacking := [f"?{name}" for name in self.header.columns if name not in index]:
            listed = ", ".join(lacking)
            raise QuestionFileError(
                f"问题 {self.name} 的查询没有选出 {listed}，而文件头有这些列。",
                f"the query of {self.name} does not select {listed}, columns of its header",
            )
        columns = tuple(self.header.columns.values())
        rows = tuple(self._row(columns, index, row, asked) for row in result.rows)
        if self.repository.things.several_guides:
            columns = (GUIDE, *columns)
        texts = {one.name for one in self.header.parameters if one.kind == "text"}
        given = {
            name: Cell(term.value) if name in texts else self._cell(term)  # type: ignore[union-attr]
            for name, term in bound.items()
        }
        return Answer(self, columns, rows, given)

    def _row(
        self,
        columns: tuple[Column, ...],
        index: dict[str, int],
        row: tuple[Term | None, ...],
        asked: str | None,
    ) -> Row:
        def node(name: str) -> str | None:
            term = row[index[name]] if name in index else None
            return term.value if isinstance(term, ox.NamedNode | ox.Literal) else None

        things = self.repository.things
        cited = dict.fromkeys(
            iri for name in ("provision", *index) if (iri := node(name)) in things.provisions
        )
        provisions = tuple(things.provision(iri) for iri in cited if iri)
        scheme = asked or node("scheme")
        basis: Basis = "stated"
        if any(provision.readings for provision in provisions):
            basis = "read"
        elif node("basis") == "inferred":
            basis = "inferred"
        elif scheme and provisions and self._inherits(scheme, provisions[0].iri):
            basis = "inherited"
        cells = {one.name: self._cell(row[index[one.name]]) for one in columns}
        currency = next((node(one.name) for one in columns if one.kind == "currency"), None)
        for one in columns:
            if one.kind == "amount":
                cells[one.name] = replace(cells[one.name], currency=currency)
        if things.several_guides:
            iris = [asked, node("scheme"), *cited, *map(node, index)]
            guide = next((things.guide_of[iri] for iri in iris if iri in things.guide_of), None)
            cells = {GUIDE.name: Cell(guide), **cells}
        return Row(cells, provisions, basis)

    def _inherits(self, scheme: str, provision: str) -> bool:
        things = self.repository.things
        holds = things.iris(scheme, "gk:applicableProvision")
        return provision in holds and provision not in things.iris(scheme, "gk:hasProvision")

    def _cell(self, term: Term | None) -> Cell:
        if isinstance(term, ox.NamedNode):
            return Cell(self.repository.things.thing(term.value))
        if not isinstance(term, ox.Literal):
            return Cell(None)
        datatype = term.datatype.value
        if datatype in _NUMBERS:
            return Cell(_NUMBERS[datatype](term.value))
        if datatype == XSD + "date":
            return Cell(date.fromisoformat(term.value))
        if datatype == XSD + "boolean":
            return Cell(term.value == "true", self._word("yes" if term.value == "true" else "no"))
        return Cell(term.value, self._word(term.value))

    def _word(self, text: str) -> Label | None:
        iri = PREFIXES["word"] + text
        if not _WORD.fullmatch(text) or not self.repository.things.values(iri, "skos:notation"):
            return None
        return self.repository.things.label(iri)


class Questions(Mapping[str, Question]):
    """Every question of the folder ``queries/`` by its name."""

    def __init__(self, repository: Repository, base: Path | None = None) -> None:
        self._repository = repository
        self._files = QuestionFiles(base)
        self._opened: dict[str, Question] = {}

    def __getitem__(self, name: str) -> Question:
        """Return a question, by its name or by one that it had before, which warns.

        Raises:
            UnknownQuestionError: there is none of that name; lists the nearest. It is a KeyError.
            QuestionFileError: its file is not in the documented form.
        """
        current = self._files.current(name)
        if current is None:
            near = difflib.get_close_matches(str(name), self._files.paths, n=5, cutoff=0.4)
            raise UnknownQuestionError(str(name), "问题", "question", near)
        if current not in self._opened:
            found = Question(current, *self._files.read(current), self._repository)
            self._opened[current] = found
        if current == name:
            return self._opened[current]
        renamed = f"the question {name!r} is now called {current!r}"
        warnings.warn(renamed, DeprecationWarning, stacklevel=2)
        return replace(self._opened[current], asked=name)

    def __contains__(self, name: object) -> bool:
        """Whether there is a question of that name, or was."""
        return self._files.current(name) is not None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._files.paths)

    def __len__(self) -> int:
        """Return how many questions there are."""
        return len(self._files.paths)
