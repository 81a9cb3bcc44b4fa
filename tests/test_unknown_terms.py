"""What a query names and the graph does not know: prefixes are refused, names are warned of."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

import pytest

from guidekg import connect
from guidekg.errors import RefusedQueryError, UnknownPrefixError, UnknownTermWarning
from guidekg.rdf.namespaces import NS
from guidekg.stores.bindings import named, undeclared
from tests.endpoints import oxigraph

if TYPE_CHECKING:
    from pathlib import Path

    from guidekg import KnowledgeGraph

VAIN = "SELECT ?s { ?s a gk:Partnercall }"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT * { ?s a gk:Track. }", ["gk:Track"]),
        (
            "SELECT * { ?s a gk:Track, gk:Scheme ; gk:partOf/gk:partOf ?o }",
            ["gk:Track", "gk:Scheme", "gk:partOf"],
        ),
        ("SELECT * { ?s ?p 'gk:no', \"gk:no\" } # gk:no", []),
        ("PREFIX g: <https://w3id.org/guidekg/ns#> ASK { ?s a g:Track }", ["gk:Track"]),
        ("PREFIX gk: <urn:other> ASK { ?s a gk:Track }", None),
        (f"ASK {{ ?s a <{NS}Track> }}", ["gk:Track"]),
        ("CONSTRUCT { ?s gk:new [ a gk:New ] } WHERE { ?s a gk:Track }", ["gk:Track"]),
        ("CONSTRUCT WHERE { ?s a gk:Track }", ["gk:Track"]),
        ("ASK { ?s a gk:a\\,b }", []),
        ("ASK { _:b a gk:Track }", ["gk:Track"]),
    ],
)
def test_names_are_told_from_what_looks_like_them(query: str, names: list[str] | None) -> None:
    wanted = ["urn:otherTrack"] if names is None else [NS + name[3:] for name in names]
    assert list(named(query)) == wanted


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * { ?s a gkk:Track }", ("gkk", 16)),
        ("SELECT * { ?s a :Track }", ("", 16)),
        ("PREFIX : <urn:x> SELECT * { ?s a :Track }", None),
        ("BASE <urn:x> SELECT * { ?s a <y> }", None),
    ],
)
def test_undeclared_prefixes_are_found(query: str, found: tuple[str, int] | None) -> None:
    assert undeclared(query) == found


def test_an_unknown_prefix_is_named_in_both_languages(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownPrefixError) as caught:
        kg.query("SELECT *\nWHERE { ?s a GK:Track }")
    error = caught.value
    assert (error.line, error.column, error.nearest) == (2, 14, ("gk:",))
    assert error.en.startswith("line 2, column 14: there is no prefix GK:; the nearest: gk:;")
    assert error.zh.startswith("第 2 行第 14 列：没有前缀“GK:”；相近的有：gk:。")


@pytest.mark.parametrize("word", ["SERVICE", "FROM", "LOAD"])
def test_what_is_refused_is_called_what_it_is(kg: KnowledgeGraph, word: str) -> None:
    query = {
        "SERVICE": "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }",
        "FROM": "SELECT * FROM <urn:x> { ?s ?p ?o }",
        "LOAD": "LOAD <urn:x>",
    }[word]
    with pytest.raises(RefusedQueryError, match=word) as caught:
        kg.query(query)
    assert word in caught.value.zh
    assert "malformed" not in caught.value.en


@pytest.mark.parametrize("form", ["query", "select", "ask", "construct"])
def test_the_library_warns_where_it_was_called(kg: KnowledgeGraph, form: str) -> None:
    query = {
        "ask": "ASK { ?s a gk:Partnercall }",
        "construct": "CONSTRUCT WHERE { ?s a gk:Partnercall }",
    }
    with pytest.warns(
        UnknownTermWarning, match=r"gk:Partnercall; the nearest: gk:PartnerCall"
    ) as seen:
        getattr(kg, form)(query.get(form, VAIN))
    assert seen[0].filename == __file__


def test_a_replaced_term_names_what_replaces_it(kg: KnowledgeGraph) -> None:
    with pytest.warns(UnknownTermWarning, match="gk:maximumAmount was replaced: use gk:maximum"):
        assert not kg.select("SELECT * { ?s gk:maximumAmount ?most }")
    (term,) = kg.unknown_terms("SELECT * { ?s gk:maximumAmount ?most }")
    assert term.warning().message("zh") == "gk:maximumAmount 已停用；请改用 gk:maximum。"


def test_what_is_there_is_not_warned_of(kg: KnowledgeGraph) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kg.select("SELECT * { ?s a gk:RunFact ; gk:within place:fi ; rdfs:label 'gk:Nothing' }")


def test_at_most_five_names_are_told(kg: KnowledgeGraph) -> None:
    names = " , ".join(f"gk:Nothing{number}" for number in range(9))
    assert len(kg.unknown_terms(f"SELECT * {{ ?s a {names} }}")) == 5


def test_of_an_endpoint_the_vocabulary_is_known(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "guide.nq").write_bytes(kg.nquads())
    with oxigraph(tmp_path / "guide.nq") as address:
        remote = connect(address)
        with pytest.warns(UnknownTermWarning, match="the nearest: gk:PartnerCall"):
            assert remote.select(VAIN) == []
        assert remote.unknown_terms("SELECT * { ?s a place:nowhere }") == []
        with pytest.raises(UnknownPrefixError, match="gkk:; the nearest: gk:"):
            remote.query("SELECT * { ?s a gkk:Track }")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "图中没有 gk:Partnercall；相近的有"),
        ("en", "nothing in the graph is called gk:Partnercall"),
    ],
)
def test_the_command_line_says_it_beside_the_answer(lang: str, said: str) -> None:
    locale = {"zh": "zh_CN.UTF-8", "en": "C.UTF-8"}[lang]
    done = subprocess.run(
        [sys.executable, "-m", "guidekg", "query", VAIN, "--format", "csv"],
        env={**os.environ, "LC_ALL": locale, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "s"
    assert said in done.stderr
    assert "Warning" not in done.stderr
