"""A knowledge graph and query library for funding guides, with the clause behind every answer.

``load`` opens the shipped guide and folders of one's own, ``connect`` the guides of a SPARQL
endpoint; both return a ``KnowledgeGraph``, which is asked, queried, and validates proposals.
``diff`` compares two editions of a guide, ``draft`` reads the text of one::

    kg = guidekg.load()
    for row in kg.questions["deadlines"]():  # each a mapping from columns to ``Cell``s
        print(row["scheme"].label("en"), row["date"].value, row.clauses)
    report = kg.validate("proposals.ttl", as_of="2022-10-01")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from guidekg import errors as errors
from guidekg.version import __version__ as __version__

if TYPE_CHECKING:
    from guidekg.drafting import Draft as Draft
    from guidekg.drafting import draft as draft
    from guidekg.graph import KnowledgeGraph as KnowledgeGraph
    from guidekg.graph import connect as connect
    from guidekg.graph import diff as diff
    from guidekg.graph import load as load
    from guidekg.guides.editions import Comparison as Comparison
    from guidekg.guides.model import Clause as Clause
    from guidekg.guides.model import Deadline as Deadline
    from guidekg.guides.model import Guide as Guide
    from guidekg.guides.model import Provision as Provision
    from guidekg.guides.model import Reading as Reading
    from guidekg.guides.model import Scheme as Scheme
    from guidekg.guides.model import Thing as Thing
    from guidekg.i18n import Label as Label
    from guidekg.questions import Answer as Answer
    from guidekg.questions import Cell as Cell
    from guidekg.questions import Question as Question
    from guidekg.questions import Row as Row
    from guidekg.reports.model import Finding as Finding
    from guidekg.reports.model import Judgement as Judgement
    from guidekg.reports.model import Override as Override
    from guidekg.reports.model import Problem as Problem
    from guidekg.reports.model import Requirement as Requirement
    from guidekg.reports.report import Report as Report
    from guidekg.validation.validator import Validation as Validation

# Importing the package loads no RDF library: a name is looked up where it stands when it is used.
_PUBLIC = {
    "guidekg.drafting": ("Draft", "draft"),
    "guidekg.graph": ("KnowledgeGraph", "connect", "diff", "load"),
    "guidekg.guides.editions": ("Comparison",),
    "guidekg.guides.model": (
        *("Clause", "Deadline", "Guide", "Provision", "Reading", "Scheme", "Thing"),
    ),
    "guidekg.i18n": ("Label",),
    "guidekg.questions": ("Answer", "Cell", "Question", "Row"),
    "guidekg.reports.model": (*("Finding", "Judgement", "Override", "Problem", "Requirement"),),
    "guidekg.reports.report": ("Report",),
    "guidekg.validation.validator": ("Validation",),
}
_MODULES = {name: module for module, names in _PUBLIC.items() for name in names}
__all__ = ["__version__", "errors", *_MODULES]  # noqa: PLE0604  # names, all of them


def __getattr__(name: str) -> Any:
    if module := _MODULES.get(name):
        return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
