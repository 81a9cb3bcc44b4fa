"""Questions and answers as data: what the command line prints and the server sends."""

from collections.abc import Iterator
from typing import Any

from guidekg.guides.model import Provision
from guidekg.i18n import Label, Language
from guidekg.questions.question import Answer, Cell, Question, Row
from guidekg.rdf.namespaces import PREFIXES

Json = dict[str, Any]

AFTER = ("modality", "basis", "clauses")  # the columns of a record after those of the question


def topic(question: Question) -> Label:
    """Return the topic of a question."""
    return question.repository.things.label(f"{PREFIXES['word']}topic-{question.header.topic}")


def described(question: Question, lang: Language) -> Json:
    """Return what a question asks, for whom, and what it takes."""
    header = question.header
    return {
        "name": question.name,
        "topic": topic(question)(lang),
        "user": header.user,
        "question": header.question(lang),
        "decision": header.decision(lang),
        "parameters": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "description": parameter.description(lang),
                "example": parameter.example,
                "optional": parameter.optional,
            }
            for parameter in header.parameters
        ],
    }


def notes(answer: Answer) -> list[Label]:
    """Return what stands under an answer: its new name for those who used an old one, and notes."""
    renamed = answer.question.renamed
    return [*([renamed] if renamed else []), *answer.question.header.notes]


def document(answer: Answer, lang: Language) -> Json:
    """Return an answer with all that stands behind its rows."""
    header = answer.question.header
    made: Json = {
        "question": answer.question.name,
        "text": header.question(lang),
        "state": answer.state,
        "notes": [note(lang) for note in notes(answer)],
        "columns": [
            {"name": one.name, "kind": one.kind, "label": one.label(lang)} for one in answer.columns
        ],
        "rows": [
            {
                **{one.name: _value(row[one.name], lang) for one in answer.columns},
                "modality": _modality(row),
                "basis": _basis(row),
                "cites": [_citation(provision, lang) for provision in row.provisions],
            }
            for row in answer.rows
        ],
    }
    if not answer.rows:
        made["message"] = header.empty(lang)
    return made


def records(answer: Answer, lang: Language) -> Iterator[list[Any]]:
    """Yield the names of the columns, then each row: IRIs and values, modality, basis, quotes."""
    yield [*(one.name for one in answer.columns), *AFTER]
    for row in answer.rows:
        cells = []
        for one in answer.columns:
            value = _value(row[one.name], lang)
            cells.append(value["iri"] if isinstance(value, dict) else value)
        quotes = " ".join(clause.exact for clause in row.clauses)
        yield [*cells, _modality(row), _basis(row), quotes]


def _value(cell: Cell, lang: Language) -> Any:
    value = cell.value
    if value is None or isinstance(value, bool | int):
        return value
    iri = getattr(value, "iri", None)
    return {"iri": iri, "label": cell.label(lang)} if iri else str(value)


def _modality(row: Row) -> str | None:
    return row.modality.iri.rpartition("/")[2] if row.modality else None


def _basis(row: Row) -> str | None:
    return row.basis if row.provisions else None


def _citation(provision: Provision, lang: Language) -> Json:
    return {
        "provision": provision.iri,
        "label": provision.label(lang),
        "clauses": [{"start": c.start, "end": c.end, "exact": c.exact} for c in provision.clauses],
        "readings": [{"iri": r.iri, "reason": r.reason(lang)} for r in provision.readings],
    }
