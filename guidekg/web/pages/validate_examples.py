"""What the box can be filled with: the examples, and a proposal to fill in for a call."""

import difflib
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from guidekg.errors import UnknownNameError
from guidekg.graph import KnowledgeGraph
from guidekg.guides.model import Scheme
from guidekg.i18n import Language
from guidekg.resources import folder
from guidekg.validation.templates import proposal_template

_EXPECT = re.compile(r"^# expect: (\w+)", re.MULTILINE)
_FACT = re.compile(r"^# (?:fact: )?([a-z-]+)[=:] ?(\d{4}(?:-\d\d-\d\d)?)$", re.MULTILINE)


class Example(NamedTuple):
    """An example: the name of its file, its text, and the facts that it is made for."""

    name: str
    text: str
    expected: str
    facts: dict[str, str]


@cache
def examples() -> dict[str, Example]:
    """Return the examples that say what is to be expected of them, by the stem of their file."""
    found = {}
    for path in sorted(folder("examples").glob("*.t*")):
        text = path.read_text(encoding="utf-8")
        if expected := _EXPECT.search(text):
            found[path.stem] = Example(path.name, text, expected[1], dict(_FACT.findall(text)))
    return found


def example(name: str) -> Example:
    """Return an example.

    Raises:
        UnknownNameError: there is none of that name.
    """
    known = examples()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        raise UnknownNameError(name, "示例", "example", near)
    return known[name]


def leaves(kg: KnowledgeGraph) -> Sequence[Scheme]:
    """Return what one can apply to: calls, and tracks that have none."""
    return [scheme for scheme in kg.schemes() if not scheme.parts]


class ProposalTemplates:
    """Proposals to fill in, each made once."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._kg = kg
        self._made: dict[tuple[str, Language], str] = {}
        if schemes := leaves(kg):
            proposal_template(
                kg, schemes[0], "en"
            )  # what all are made from is read from files here

    def empty(self, call: str, lang: Language) -> tuple[str, str]:
        """Return a name for the file of a proposal to fill in, and its text.

        Raises:
            GuideKGError: there is no such call, or it has calls of its own.
        """
        scheme = self._kg.scheme(call)
        key = scheme.iri, lang
        if key not in self._made:
            self._made[key] = proposal_template(self._kg, scheme, lang)
        return f"{scheme.iri.rpartition('/')[2]}.ttl", self._made[key]
