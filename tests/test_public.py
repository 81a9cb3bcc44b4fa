"""What `import guidekg` gives a developer, and how it behaves in a shell, a notebook and a data frame."""

from __future__ import annotations

import json
import pydoc
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import guidekg
from guidekg.errors import QueryError, UnknownNameError, ValueFormError
from guidekg.i18n import from_locale
from tests.test_errors import errors

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph


def test_all_that_is_public_is_there_and_is_listed() -> None:
    for name in guidekg.__all__:
        assert getattr(guidekg, name) is not None
    assert set(guidekg.__all__) <= set(dir(guidekg))
    assert {"load", "connect", "KnowledgeGraph", "errors"} <= set(guidekg.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        _ = guidekg.lod


def test_help_names_every_public_thing() -> None:
    told = pydoc.render_doc(guidekg, renderer=pydoc.plaintext)
    for name in guidekg.__all__:
        assert name in told


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "guidekg", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"guidekg, version {guidekg.__version__}\n"


@pytest.mark.parametrize(
    "kind",
    [kind for kind in errors() if issubclass(kind, guidekg.errors.GuideKGError)],
    ids=lambda kind: kind.__name__,
)
def test_an_error_has_a_code_and_is_a_built_in_one(
    kind: type[guidekg.errors.GuideKGError],
) -> None:
    assert kind.code == kind.code.lower()
    if kind is guidekg.errors.GuideKGError or "web" in kind.__module__:
        return
    assert issubclass(kind, ValueError | KeyError | TypeError | RuntimeError | OSError)


def test_codes_are_told_from_names() -> None:
    assert guidekg.errors.UnknownNameError.code == "unknown-name"
    assert guidekg.errors.NotAGuideError.code == "not-a-guide"
    ours = [kind for kind in errors() if issubclass(kind, guidekg.errors.GuideKGError)]
    assert len({kind.code for kind in ours}) == len(ours)


def test_a_key_error_says_its_words_as_they_are(kg: KnowledgeGraph) -> None:
    with pytest.raises(KeyError) as caught:
        kg.scheme("finlnd")
    assert str(caught.value).startswith("no scheme is called 'finlnd'; the nearest: finland")


def test_a_scheme_has_typed_values(kg: KnowledgeGraph) -> None:
    finland = kg.scheme("finland")
    assert (finland.maximum_grant, finland.minimum_grant) == (Decimal(1_500_000), None)
    assert (finland.currency, finland.maximum_months) == ("CNY", 36)
    assert finland.deadline == date(2022, 9, 30)
    assert finland.agency is not None
    assert finland.agency.label.en == "Business Finland"
    assert {"digitalisation", "biotechnology"} & {
        one.iri.rpartition("/")[2] for one in finland.fields
    }
    assert len(finland.fields) == 10


def test_what_a_guide_leaves_open_is_no_value(kg: KnowledgeGraph) -> None:
    norway = kg.scheme("norway")
    assert norway.deadline is None
    assert {one.day for one in norway.deadlines} == {None}
    assert all(one.same_as for one in norway.deadlines)
    assert kg.programmes()[0].maximum_grant is None


def test_schemes_by_their_kind(kg: KnowledgeGraph) -> None:
    assert [len(found) for found in (kg.programmes(), kg.tracks(), kg.calls())] == [2, 4, 7]
    assert len(kg.leaves()) == 9
    assert {one.iri for one in kg.calls()} < {one.iri for one in kg.leaves()}


def test_select_gives_python_values(kg: KnowledgeGraph) -> None:
    rows = kg.select(
        "SELECT ?a ?b ?c ?d ?e ?f ?g { ?x a ?a FILTER(?a = gk:Track) BIND(1 AS ?b) BIND(1.50 AS ?c)"
        " BIND('2022-09-30'^^xsd:date AS ?d) BIND(true AS ?e) BIND('字'@zh AS ?f) }",
        x="scheme:zj-sti-2022-bilateral",
    )
    assert rows == [
        {
            "a": "https://w3id.org/guidekg/ns#Track",
            "b": 1,
            "c": Decimal("1.5"),
            "d": date(2022, 9, 30),
            "e": True,
            "f": "字",
            "g": None,
        }
    ]
    assert type(rows[0]["e"]) is bool
    assert kg.select("SELECT ?m { ?m a gk:Missing }") == []


def test_ask_and_construct(kg: KnowledgeGraph) -> None:
    assert kg.ask("ASK { ?call a gk:PartnerCall }") is True
    assert kg.ask("ASK { ?call gk:maximum ?given }", given=Decimal(1)) is False
    made = kg.construct("CONSTRUCT { ?c a gk:PartnerCall } WHERE { ?c a gk:PartnerCall }")
    assert len(made) == 7
    assert len(kg.construct("DESCRIBE ?c", c=kg.scheme("finland").iri)) > 20


def test_a_query_of_another_form_is_refused(kg: KnowledgeGraph) -> None:
    for call, text in (
        (kg.select, "ASK { ?s ?p ?o }"),
        (kg.ask, "SELECT ?s { ?s a gk:Track }"),
        (kg.construct, "ASK { ?s ?p ?o }"),
    ):
        with pytest.raises(QueryError, match="query"):
            call(text)
    with pytest.raises(ValueFormError, match="a variable cannot be bound to a list"):
        kg.select("SELECT ?x { ?x a gk:Track }", x=[1])  # type: ignore[arg-type]  # the point


def test_rows_are_mappings_and_plain_dictionaries(kg: KnowledgeGraph) -> None:
    answer = kg.questions["grant-limits"]()
    row = answer.rows[0]
    assert row.modality is not None
    assert list(dict(row)) == list(row) == [one.name for one in answer.columns]
    assert row["maximum"].value == Decimal(1_500_000)
    plain = answer.to_dicts("zh")[0]
    assert plain["maximum"] == Decimal(1_500_000)
    assert plain["modality"] == row.modality.label("zh")
    assert any("150万元" in quote for quote in plain["quotes"])
    assert plain["scheme"] == row["scheme"].label("zh") != answer.to_dicts("en")[0]["scheme"]


def test_a_row_without_provisions_is_not_said_to_be_stated(kg: KnowledgeGraph) -> None:
    bare = [
        plain
        for question in kg.questions.values()
        if not any(not one.optional for one in question.header.parameters)
        for answer in [question()]
        for row, plain in zip(answer, answer.to_dicts(), strict=True)
        if not row.provisions
    ]
    assert bare
    assert {(plain["basis"], plain["modality"], len(plain["quotes"])) for plain in bare} == {
        (None, None, 0)
    }


def test_an_answer_becomes_a_data_frame(kg: KnowledgeGraph) -> None:
    answer = kg.questions["deadlines"]()
    frame = answer.to_pandas("en")
    assert list(frame.columns) == [
        *(one.name for one in answer.columns),
        "modality",
        "basis",
        "quotes",
    ]
    assert len(frame) == len(answer)
    assert date(2022, 9, 30) in set(frame["date"])
    none = replace(answer, rows=()).to_pandas()
    assert (list(none.columns), len(none)) == (list(frame.columns), 0)


def test_representations_are_short(kg: KnowledgeGraph, tmp_path: Path) -> None:
    proposal = tmp_path / "p.ttl"
    proposal.write_text("<urn:x:p> a <https://w3id.org/guidekg/ns#Proposal> .")
    report = kg.validate(proposal, as_of="2022-10-01")
    answer = kg.questions["deadlines"]()
    for thing in (kg, kg.scheme("finland"), answer, answer.question, report, report.judgements[0]):
        assert len(repr(thing)) < 400, type(thing)
    assert repr(report) == "<Report on 1 proposals: 1 undecided>"


def test_html_of_notebooks_is_text_in_a_table(
    kg: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = tmp_path / "<b>.ttl"
    proposal.write_text("<urn:x:p> a <https://w3id.org/guidekg/ns#Proposal> .")
    shown = kg.validate(proposal, as_of="2022-10-01")._repr_html_()
    assert "<td>urn:x:p</td>" in shown
    assert "&lt;b&gt;.ttl" in shown
    assert "<b>" not in shown
    assert kg._repr_html_().count("<tr>") == 1 + len(kg.schemes())
    for locale, word in (("zh_CN.UTF-8", "芬兰"), ("en_GB.UTF-8", "Finland")):
        monkeypatch.setenv("LC_ALL", locale)
        assert word in kg.questions["deadlines"]()._repr_html_()
        assert f"<td>{kg.scheme('finland').label(from_locale())}</td>" in kg._repr_html_()
    assert "芬兰" not in kg._repr_html_()  # one language at a time


def test_a_table_of_a_report_says_what_was_not_read(kg: KnowledgeGraph, tmp_path: Path) -> None:
    missing = tmp_path / "missing.ttl"
    report = kg.validate("examples/finland.ttl", missing, as_of="2022-10-01", lang="zh")
    report.partial = True
    shown = report._repr_html_()
    for words in ("通过 1", "无法读取 1", "审查中途停止", "missing.ttl", "<th>结论</th>"):
        assert words in shown
    assert "1 inputs not read; broken off" in repr(report)


def test_a_validation_is_kept_by_its_settings(kg: KnowledgeGraph) -> None:
    first = kg.validation(as_of="2022-10-01", facts={"call-year": 2023})
    again = kg.validation(as_of=date(2022, 10, 1), facts={"call-year": 2023})
    other = kg.validation(as_of="2022-10-01")
    assert first.rulebook is again.rulebook
    engine = kg.validation(as_of="2022-10-01", facts={"call-year": 2023}, engine="pyshacl")
    assert engine is not first
    assert engine.rulebook is first.rulebook  # made once for all engines
    assert other.rulebook is not first.rulebook
    assert other.header.facts == ()


def test_a_judgement_is_had_by_position_or_name(kg: KnowledgeGraph) -> None:
    report = kg.validate("examples/finland.ttl", as_of="2022-10-01")
    assert report[0] is report[-1] is report[report.judgements[0].iri]
    with pytest.raises(IndexError):
        report[1]


def test_a_dictionary_needs_no_context(kg: KnowledgeGraph) -> None:
    whole = json.loads(Path("examples/proposal.jsonld").read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(whole).replace('"ex:', '"https://example.org/proposals/jsonld/'))
    del plain["@context"]
    found = [kg.validate(one, as_of="2022-10-01").judgements for one in (whole, plain)]
    assert found[0] == found[1]
    assert found[0]


def test_overrides_of_one_run_do_not_show_in_another(kg: KnowledgeGraph) -> None:
    given = guidekg.Override("R1-MAX", "urn:x:p", "met", "seen", "a steward", date(2022, 10, 1))
    assert kg.validation(as_of="2022-10-01", overrides=[given]).header.overrides == 1
    assert kg.validation(as_of="2022-10-01").header.overrides == 0


def test_a_setting_that_does_not_exist_is_a_type_error(kg: KnowledgeGraph) -> None:
    for door in (kg.validate, kg.validate_iter, kg.validation):
        with pytest.raises(TypeError, match="asof"):
            door(asof="2022-10-01")  # type: ignore[call-arg]  # that is the point


def test_an_unknown_name_lists_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError) as caught:
        kg.questions["deadlins"]
    assert "deadlines" in caught.value.nearest
