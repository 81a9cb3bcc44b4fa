"""Validations made ready: a few are kept, so that only a new day or new facts have to wait."""

from collections import OrderedDict
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from guidekg.guides.repository import Repository
from guidekg.validation.engines import Choice
from guidekg.validation.validator import Settings, Validation

if TYPE_CHECKING:
    from guidekg.validation.rulebook import Rulebook

_KEPT = 4


class Run(NamedTuple):
    """What tells one validation from another."""

    as_of: date
    facts: tuple[tuple[str, str], ...] = ()
    engine: Choice = "auto"


class Benches:
    """Validations over the open guides; the one that was not used for longest is given up first."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._kept: OrderedDict[Run, Validation] = OrderedDict()
        self._first: Rulebook | None = None  # its templates serve all that follow: no file is read

    def of(self, run: Run) -> Validation:
        """Return the validation for a run.

        Raises:
            FactError, EngineError: what is wrong with it.
        """
        found = self._kept.pop(run, None) or self._made(run)
        self._kept[run] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _made(self, run: Run) -> Validation:
        settings = Settings(self._repository.origin, dict(run.facts), run.as_of, run.engine)
        made = Validation(self._repository, settings, self._first)
        self._first = self._first or made.rulebook
        return made


@cache
def benches(repository: Repository) -> Benches:
    """Return the validations over some guides, all of this process sharing one."""
    return Benches(repository)
