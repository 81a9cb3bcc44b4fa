"""The words of the pages, from ``words.toml``: one table, so that every page calls a thing by the same name."""

import tomllib
from pathlib import Path
from typing import Any

from guidekg.i18n import Label
from guidekg.rdf.namespaces import compact

_TABLES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
NAMES_OF_TABLES = tuple(name for name in _TABLES if name != "editor")
# What the SPARQL editor says of itself, by its English, and the same in Chinese.
EDITOR: dict[str, str] = _TABLES["editor"]


def table(name: str) -> dict[str, Label]:
    """Return a table of words, by their keys."""
    return {key: Label(*words) for key, words in _TABLES[name].items()}


WORDS = table("common")
NAVIGATION = tuple(table("navigation").items())
KIND_WORDS = table("kinds")
_TERMS = table("terms")


def term_label(iri: str) -> Label:
    """Return what a term of a standard vocabulary is called; its short form, if that is not known."""
    short = compact(iri)
    return _TERMS.get(short) or Label(short, short)
