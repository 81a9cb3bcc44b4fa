"""Every error of ours can be pickled and copied: it passes between processes as it was."""

from __future__ import annotations

import copy
import inspect
import pickle
import pkgutil
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Any

import pytest

import guidekg
from guidekg.errors import GuideKGError, UnknownNameError
from guidekg.i18n import Label
from guidekg.reports.model import Problem

# What an error may be made with, by the annotation of its argument.
ARGUMENTS: dict[str, Any] = {
    "str": "名 name",
    "int": 1,
    "int | None": 503,
    "Sequence[str]": ["ein", "zwei"],
    "dict[str, str] | None": {"retry-after": "1"},
    "Any": {"deep": [1]},
    "object": 3,
    "bool": True,
    "list[tuple[str, guidekg.i18n.Label, str]]": [("urn:a", Label("甲", "one"), "/page/a")],
    "Sequence[guidekg.reports.model.Problem]": [Problem("a.ttl", Label("坏", "bad"), 1, 2)],
}


def errors() -> list[type[Exception]]:
    """Return every class of errors that a module of the package defines."""
    found = set()
    for module in pkgutil.walk_packages(guidekg.__path__, "guidekg."):
        if not module.name.endswith("__main__"):
            members = vars(import_module(module.name)).values()
            found |= {item for item in members if inspect.isclass(item)}
    ours = (item for item in found if item.__module__.startswith("guidekg"))
    return sorted((item for item in ours if issubclass(item, Exception)), key=repr)


def made(kind: type[Exception]) -> Exception:
    if kind.__init__ is Exception.__init__:
        return kind("words")
    positional, named = [], {}
    for name, parameter in inspect.signature(kind).parameters.items():
        annotation = inspect.formatannotation(parameter.annotation, "collections.abc")
        value = ARGUMENTS[annotation.removeprefix("collections.abc.")]
        if parameter.kind is parameter.VAR_KEYWORD:
            named["further"] = value
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = value
        else:
            positional.append(value)
    return kind(*positional, **named)


@pytest.mark.parametrize("kind", errors(), ids=lambda kind: kind.__name__)
def test_an_error_passes_through_a_pickle_and_a_copy(kind: type[Exception]) -> None:
    error = made(kind)
    error.add_note("a note")
    for again in (
        *(pickle.loads(pickle.dumps(error, protocol)) for protocol in (2, 5)),  # noqa: S301  # ours
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(again) is kind
        assert (str(again), again.args) == (str(error), error.args)
        assert vars(again) == vars(error)
        if isinstance(error, GuideKGError):
            assert isinstance(again, GuideKGError)
            assert (again.message("zh"), again.message("en")) == (error.zh, error.en)
            assert again.exit_code == error.exit_code


def _scheme(name: str) -> str:
    return guidekg.load().scheme(name).iri


def test_a_wrong_name_in_a_worker_does_not_break_the_pool() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        with pytest.raises(UnknownNameError) as caught:
            pool.submit(_scheme, "finlnd").result()
        assert "没有名为“finlnd”" in caught.value.zh
        assert caught.value.nearest
        assert pool.submit(_scheme, "finland").result().endswith("finland")
