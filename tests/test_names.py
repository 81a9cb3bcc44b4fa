"""A name means one thing, or an error lists the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidekg.errors import AmbiguousNameError, UnknownNameError
from guidekg.guides.names import normalise
from guidekg.rdf.namespaces import ID, PREFIXES, compact, expand

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph


@pytest.mark.parametrize(
    "name",
    [
        "finland",
        "Finland call",
        "芬兰",
        "芬兰合作征集",
        "FI",
        "  fi ",
        "zj-sti-2022-finland",
        "scheme:zj-sti-2022-finland",
        f"{ID}scheme/zj-sti-2022-finland",
    ],
)
def test_every_name_of_a_call(kg: KnowledgeGraph, name: str) -> None:
    assert kg.scheme(name).iri == f"{ID}scheme/zj-sti-2022-finland"


@pytest.mark.parametrize(
    ("name", "kind", "local"),
    [
        ("Finland", "place", "fi"),
        ("330100", "place", "cn-330100"),
        ("GB-NGM", "place", "gb-ngm"),
        ("杭州市", "place", "cn-330100"),
        ("绿色技术", "field", "green-technology"),
        ("ＮＥＷ　materials", "field", "new-materials"),
        ("企业", "organisation-kind", "enterprise"),
        ("r1-max", "requirement", "zj-sti-2022-r1-max"),
        ("Business Finland", "agency", "business-finland"),
    ],
)
def test_names_of_other_kinds(kg: KnowledgeGraph, name: str, kind: str, local: str) -> None:
    assert kg.resolve(name, kind).rpartition("/")[2] == local


def test_an_unknown_name_lists_the_nearest_of_its_kind(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError) as caught:
        kg.scheme("finlnd")
    assert "finland" in caught.value.nearest
    with pytest.raises(UnknownNameError) as caught:
        kg.resolve("finland", "field")
    assert not any("finland" in name.lower() for name in caught.value.nearest)


def test_an_ambiguous_name_lists_what_it_may_mean(kg: KnowledgeGraph) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        kg.resolve("鼓楼区", "place")
    assert len(caught.value.candidates) > 1
    for candidate in caught.value.candidates:
        assert kg.resolve(candidate, "place") == expand(candidate)


def test_words_of_answers_are_no_kinds_of_organisation(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError):
        kg.resolve("inside", "organisation-kind")


@settings(max_examples=200)
@given(st.text())
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = normalise(name)
    assert normalise(once) == once


@given(
    st.sampled_from(sorted(PREFIXES)),
    st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20),
)
def test_compact_and_expand_are_inverse(prefix: str, local: str) -> None:
    iri = PREFIXES[prefix] + local
    assert expand(compact(iri)) == iri
