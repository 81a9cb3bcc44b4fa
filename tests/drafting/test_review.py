"""Decisions of people on a draft: each changes its own statements, can be undone, and is never lost."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from difflib import unified_diff
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import guidekg
from guidekg.drafting import draft
from guidekg.drafting import review as module
from guidekg.drafting.drafts import ConflictError
from guidekg.drafting.review import JOURNAL, Condition, Item, Review, ReviewError
from guidekg.errors import TurtleSyntaxError
from guidekg.guides.sources import Folders
from guidekg.rdf.namespaces import compact
from guidekg.rdf.turtle.edit import StatementEditor
from guidekg.validation.guide_check import check_folders
from tests.drafting.texts import drafted

if TYPE_CHECKING:
    from pathlib import Path

REASON = ("过渡语", "words that lead over")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review") / "cooperation"
    drafted("cooperation-2024").write(folder)
    return folder


@pytest.fixture
def review(made: Path, tmp_path: Path) -> Review:
    shutil.copytree(made, tmp_path / "cooperation")
    return Review(tmp_path / "cooperation")


def turtle(review: Review) -> str:
    return (review.folder / "guide.ttl").read_text(encoding="utf-8")


def of_kind(review: Review, kind: str) -> Item:
    return next(item for item in review.look().items.values() if item.kind == kind)


def changed_lines(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def checks_clean(review: Review) -> bool:
    return not check_folders(Folders.of([str(review.folder)], shipped=False)).findings


def test_accepting_changes_the_lines_of_one_statement(review: Review) -> None:
    before, item = turtle(review), of_kind(review, "maximum-grant")
    review.accept(item.name, by="王 “小”明", seen=item.seen)
    changed = changed_lines(before, turtle(review))
    assert len(changed) <= 9  # with the prefix of who and when
    after = review.look().items[item.name]
    assert (after.status, after.by, after.open) == ("reviewed", "王 “小”明", False)
    assert after.at
    assert (after.states, after.zh, after.en) == (item.states, item.zh, item.en)


def test_what_is_corrected_follows_from_the_kind(review: Review) -> None:
    item = of_kind(review, "duration")
    review.correct(item.name, by="王", value=30)
    assert "gk:maximum 30" in review.look().items[item.name].states
    review.correct(item.name, by="王", kind="maximum-grant", modality="should")
    after = review.look().items[item.name]
    assert (after.kind, after.modality) == ("maximum-grant", "should")
    other = review.correct(item.name, by="王", kind="procedure", modality="informative")
    assert other == item.name.replace("requirement:", "provision:")
    assert item.name not in review.look().items
    assert review.correct(other, by="王", kind="duration", modality="must") == item.name
    review.correct(item.name, by="王", zh="期限", en="The term")
    assert (review.look().items[item.name].zh, review.look().items[item.name].en) == (
        "期限",
        "The term",
    )
    assert checks_clean(review)


def condition(how: str, information: str, test: str, *values: str) -> Condition:
    return Condition(how, information, test, values)


@pytest.mark.parametrize(
    ("given", "stated"),
    [
        (
            condition("applies-if", "牵头单位的类型", "one-of", "企业", "kind:university"),
            "gk:appliesIf [ a gk:Choice ; gk:information information:lead-kind ;"
            " gk:accepts kind:enterprise , kind:university ]",
        ),
        (
            condition("except-if", "information:requested-grant", "at-most", "50万元"),
            "gk:exceptIf [ a gk:Limit ; gk:information information:requested-grant ;"
            ' gk:maximum 500000 ; gk:currency "CNY" ]',
        ),
        (
            condition("applies-if", "information:requested-grant", "at-least", "30万欧元"),
            "gk:appliesIf [ a gk:Limit ; gk:information information:requested-grant ;"
            ' gk:minimum 300000 ; gk:currency "EUR" ]',
        ),
        (
            condition("applies-if", "Duration", "at-least", "二十四"),
            "gk:appliesIf [ a gk:Limit ; gk:information information:duration ; gk:minimum 24 ]",
        ),
        (
            condition("applies-if", "information:signed-agreement", "given"),
            "gk:appliesIf [ a gk:Presence ; gk:information information:signed-agreement ]",
        ),
    ],
)
def test_a_condition_is_stated(review: Review, given: Condition, stated: str) -> None:
    item = of_kind(review, "maximum-grant")
    review.correct(item.name, by="王", condition=given)
    after = review.look().items[item.name]
    assert stated in after.states
    assert {*item.states} < {*after.states}
    assert (after.zh, after.en) == (item.zh, item.en)
    assert given.test != "one-of" or checks_clean(review)
    review.correct(item.name, by="王", value=900_000)  # it stays where something else is corrected
    assert stated in review.look().items[item.name].states
    review.correct(item.name, by="王", condition=None)
    assert not [one for one in review.look().items[item.name].states if "If [" in one]


def test_a_condition_decides_whether_a_requirement_applies(review: Review) -> None:
    item = of_kind(review, "maximum-grant")
    enterprises = condition("applies-if", "牵头单位的类型", "one-of", "企业")
    review.correct(item.name, by="王", condition=enterprises, value=1_200_000)
    opened = guidekg.load(review.folder, shipped=False)
    scheme = compact(next(iter(opened.leaves())).iri)
    states = {}
    for kind in ("enterprise", "university"):
        proposal = (
            "@prefix gk: <https://w3id.org/guidekg/ns#> .\n"
            "@prefix kind: <https://w3id.org/guidekg/id/kind/> .\n"
            "@prefix scheme: <https://w3id.org/guidekg/id/scheme/> .\n"
            f"<http://example.org/p> a gk:Proposal ; gk:appliesTo {scheme} ; gk:requestedGrant 2000000 ;"
            f' gk:currency "CNY" ; gk:leadApplicant [ a gk:Organisation ; gk:organisationKind kind:{kind} ] .\n'
        )
        (judgement,) = opened.validate(proposal.encode(), as_of="2024-07-01")
        told = {compact(one.requirement.iri): one.state for one in judgement.checklist}
        states[kind] = told[item.name]
    assert states == {"enterprise": "unmet", "university": "not-applicable"}


def test_what_was_conditional_is_data_once_its_condition_is_stated(
    tmp_path: Path,
) -> None:
    text = (
        "关于申报2024年度科技项目的通知\n一、联合研发项目\n"
        "由企业牵头的，自筹经费不低于资助额的1.5倍。\n"
    )
    draft(text).write(tmp_path / "rd")
    review = Review(tmp_path / "rd")
    item = of_kind(review, "matching-funds")
    assert "gk:ManualCheck" in " ".join(item.states)
    enterprises = condition("applies-if", "牵头单位的类型", "one-of", "企业")
    review.correct(item.name, by="王", condition=enterprises)
    states = " ".join(review.look().items[item.name].states)
    assert "gk:Limit" in states
    assert "gk:minimum 1.5" in states
    assert "gk:appliesIf" in states
    assert checks_clean(review)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (condition("applies-if", "牵头单位的颜色", "given"), "nothing is called '牵头单位的颜色'"),
        (condition("applies-if", "kind:enterprise", "given"), "nothing is called"),
        (
            condition("applies-if", "牵头单位的类型", "one-of", "独角兽"),
            "nothing is called '独角兽'",
        ),
        (condition("applies-if", "牵头单位的类型", "one-of"), "takes a value"),
        (condition("applies-if", "实施期限", "at-least", "很久"), "takes one number"),
        (condition("applies-if", "实施期限", "at-least", "1", "2"), "takes one number"),
        (condition("perhaps", "实施期限", "given"), "no such condition"),
    ],
)
def test_a_condition_that_is_none_is_refused(review: Review, given: Condition, said: str) -> None:
    before, item = turtle(review), of_kind(review, "maximum-grant")
    with pytest.raises(ReviewError, match=said):
        review.correct(item.name, by="王", condition=given)
    assert turtle(review) == before


def test_a_status_that_is_none_is_looked_at(review: Review) -> None:
    path = review.folder / "guide.ttl"
    path.write_text(turtle(review).replace("status:drafted", "status:perhaps"), encoding="utf-8")
    assert of_kind(review, "duration").open


def test_what_asks_for_nothing_has_no_condition(review: Review) -> None:
    item = next(one for one in review.look().items.values() if one.modality == "informative")
    with pytest.raises(ReviewError, match="is no requirement"):
        review.correct(item.name, by="王", condition=condition("applies-if", "实施期限", "given"))


def test_labels_that_people_gave_stay_where_a_value_is_corrected(review: Review) -> None:
    item = of_kind(review, "maximum-grant")
    review.correct(item.name, by="王", zh="每项不超过一百二十万元")
    review.correct(item.name, by="李", value=900_000, modality="should")
    after = review.look().items[item.name]
    assert (after.zh, after.en) == ("每项不超过一百二十万元", item.en)


def test_words_are_corrected_by_their_place(review: Review) -> None:
    item = of_kind(review, "maximum-grant")
    start, end = item.spans[0]
    review.correct(item.name, by="王", start=start + 5, end=end)
    after = review.look()
    assert after.items[item.name].spans == ((start + 5, end),)
    assert after.items[item.name].quote == after.text[start + 5 : end]
    for wrong in ((end, start), (-1, 3), (0, len(after.text) + 1), ("0", 3)):
        with pytest.raises(ReviewError):
            review.correct(item.name, by="王", start=wrong[0], end=wrong[1])


def test_split_and_join(review: Review) -> None:
    before = review.look()
    item = of_kind(review, "item-limit")
    at = item.spans[0][0] + 4
    other = review.split(item.name, at, by="王")
    parted = review.look()
    assert parted.items[item.name].spans[-1][1] <= at <= parted.items[other].spans[0][0]
    assert parted.items[other].open
    review.join(item.name, other, by="王")
    joined = review.look()
    assert other not in joined.items
    assert joined.items[item.name].quote == before.items[item.name].quote
    with pytest.raises(ReviewError):
        review.split(item.name, item.spans[0][0], by="王")


def test_what_is_rejected_says_nothing_for_a_reason(review: Review) -> None:
    item = next(one for one in review.look().left if one.status == "not-understood")
    with pytest.raises(ReviewError):
        review.reject(item.name, ("过渡语", " "), by="王")
    review.reject(item.name, REASON, by="王")
    assert item.name not in review.look().items
    assert '"过渡语"@zh , "words that lead over"@en' in turtle(review)
    assert review.look().progress.covered == 1


def test_a_reading_is_kept_with_its_reason(review: Review) -> None:
    item = of_kind(review, "maximum-grant")
    name = review.add_reading(item.name, ("按每个项目理解", "a project each"), by="王")
    assert f"gk:reading {name}" in review.look().items[item.name].states
    second = review.add_reading(item.name, ("又一种", "another"), by="李")
    assert second != name
    review.correct(item.name, by="李", value=900_000)
    assert all(f"{one}" in turtle(review) for one in (name, second))
    assert checks_clean(review)


def test_a_guide_is_released_once_everything_is_reviewed(review: Review) -> None:
    last = of_kind(review, "duration")
    words = turtle(review).replace("status:drafted", "status:reviewed")
    words = words.replace(
        "gk:reviewStatus status:not-understood", "gk:reviewStatus status:reviewed"
    )
    block = review.look().editor.block(last.name)
    done = block.replace("status:drafted", "status:reviewed")
    (review.folder / "guide.ttl").write_text(words.replace(done, block), encoding="utf-8")
    assert [item.name for item in review.look().left] == [last.name]
    review.accept(last.name, by="王")
    state = review.look()
    assert (state.progress.left, state.progress.covered_reviewed) == (0, 1)
    result = check_folders(Folders.of([str(review.folder)], shipped=False))
    assert result.findings == ()
    ((_, _, found),) = result.guides
    assert found
    assert found.unreviewed == 0


def test_the_second_of_two_is_told(review: Review) -> None:
    first, second = review, Review(review.folder)
    item = of_kind(first, "duration")
    second.correct(item.name, by="李", value=24, seen=item.seen)
    with pytest.raises(ConflictError, match="李 has just changed"):
        first.accept(item.name, by="王", seen=item.seen)
    other = of_kind(first, "maximum-grant")  # what nobody touched is not in conflict
    first.accept(other.name, by="王", seen=other.seen)
    gone = next(one for one in first.look().left if one.status == "not-understood")
    second.reject(gone.name, REASON, by="李")
    with pytest.raises(ConflictError, match="no longer there"):
        first.accept(gone.name, by="王", seen=gone.seen)


def accept_some(folder: Path, names: list[str], by: str) -> None:
    for name in names:
        Review(folder).accept(name, by=by)


def test_several_processes_lose_nothing(review: Review) -> None:
    names = [item.name for item in review.look().left][:24]
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=accept_some, args=(review.folder, names[part::3], f"reader {part}"))
        for part in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    state = review.look()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert all(state.items[name].status == "reviewed" for name in names)
    assert len(review.history()) == len(names)


def test_nothing_is_lost_when_the_machine_stops(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a decision had written when the machine stopped, the files open, before it or after it."""
    before, item = turtle(review), of_kind(review, "duration")
    for stopping in ("replace_text",):
        monkeypatch.setattr(module, stopping, lambda *_: (_ for _ in ()).throw(OSError("stopped")))
        with pytest.raises(OSError, match="stopped"):
            review.accept(item.name, by="王")
    monkeypatch.undo()
    assert turtle(review) == before
    with (review.folder / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write('{"id": "9", "wh')  # a line that was not written to its end
    review.accept(item.name, by="王")
    assert review.look().items[item.name].status == "reviewed"


def test_undo_brings_every_byte_back(review: Review) -> None:
    first = of_kind(review, "duration")
    review.accept(first.name, by="王")  # the prefixes of who and when stay
    before = turtle(review)
    item = of_kind(review, "item-limit")
    other = review.split(item.name, item.spans[0][0] + 4, by="王")
    review.join(item.name, other, by="王")
    review.correct(of_kind(review, "maximum-grant").name, by="王", value=1, kind="duration")
    gone = next(one for one in review.look().left if one.status == "not-understood")
    review.reject(gone.name, REASON, by="王")
    for _ in range(4):
        review.undo(by="李")
    assert turtle(review) == before
    assert review.undo(by="李") == first.name
    with pytest.raises(ReviewError, match="no decision"):
        review.undo(by="李")
    assert [entry["what"] for entry in review.history()].count("undo") == 5


def test_what_was_changed_by_hand_since_is_not_undone(review: Review) -> None:
    item = of_kind(review, "duration")
    review.accept(item.name, by="王")
    path = review.folder / "guide.ttl"
    path.write_text(turtle(review).replace("gk:maximum 36", "gk:maximum 37"), encoding="utf-8")
    with pytest.raises(ConflictError, match="changed since"):
        review.undo(by="王")


@settings(
    max_examples=4,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_any_decisions_keep_the_graph_whole(
    made: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any") / "cooperation"
    shutil.copytree(made, folder)
    review = Review(folder)
    before = set(ox.parse(turtle(review).encode(), format=ox.RdfFormat.TURTLE))
    done = 0
    for _ in range(data.draw(st.integers(1, 6))):
        state = review.look()
        # Without the year of the call, what speaks of the year before cannot be checked.
        items = [one for one in state.left if not one.name.endswith("call-year")]
        item = data.draw(st.sampled_from(items))
        what = data.draw(st.sampled_from(["accept", "correct", "split", "reject", "read"]))
        try:
            if what == "accept":
                review.accept(item.name, by="王")
            elif what == "correct":
                review.correct(item.name, by="王", kind="other", modality="may")
            elif what == "split":
                review.split(item.name, item.spans[0][0] + 3 if item.spans else 0, by="王")
            elif what == "reject":
                review.reject(item.name, REASON, by="王")
            else:
                review.add_reading(item.name, REASON, by="王")
            done += 1
        except ReviewError:
            continue
        assert review.look().progress.covered == 1
    assert checks_clean(review)
    for _ in range(done):
        review.undo(by="王")
    after = set(ox.parse(turtle(review).encode(), format=ox.RdfFormat.TURTLE))
    assert {str(one) for one in after} == {str(one) for one in before}


def test_broken_turtle_is_told_with_its_line(review: Review) -> None:
    path = review.folder / "guide.ttl"
    lines = turtle(review).splitlines()
    lines[40] = lines[40] + " ;;; ,"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(TurtleSyntaxError) as error:
        review.look()
    assert error.value.line in (41, 42)
    assert "guide.ttl" in str(error.value)


def test_the_journal_says_who_what_and_when(review: Review) -> None:
    item = of_kind(review, "duration")
    review.correct(item.name, by="王", value=24)
    (line,) = (review.folder / JOURNAL).read_text(encoding="utf-8").splitlines()
    entry = json.loads(line)
    assert (entry["by"], entry["what"], entry["about"]) == ("王", "correct", item.name)
    assert entry["at"]
    assert entry["before"][item.name] != entry["after"][item.name]
    with pytest.raises(ReviewError, match="say who"):
        review.accept(item.name, by=" ")


# ---- the editor of statements

NAMES = ["a", "b", "c", "d"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.booleans(), st.integers(0, 9)), max_size=8))
def test_statements_are_replaced_and_all_else_stays(edits: list[tuple[str, bool, int]]) -> None:
    head = "# kept\n@prefix guide: <https://w3id.org/guidekg/id/guide/> .\n"
    body = "".join(
        f'\nguide:{name} a guide:t ;  # why {name}\n    guide:p [ guide:q ( 1 2 ) ] , "x . y" .\n'
        for name in NAMES
    )
    editor = StatementEditor(head + body)
    held = {name: editor.block(f"guide:{name}") for name in NAMES}
    assert all(held.values())
    for name, keep, value in edits:
        block = f"guide:{name} guide:p {value} .\n" if keep else ""
        editor.change({f"guide:{name}": block})
        held[name] = block
    for name in NAMES:
        assert editor.block(f"guide:{name}") == held[name]
    assert editor.text.startswith(head)
    list(ox.parse(editor.text.encode(), format=ox.RdfFormat.TURTLE))


def test_a_new_statement_stands_behind_another_and_declares_its_prefix() -> None:
    editor = StatementEditor(
        "@prefix guide: <https://w3id.org/guidekg/id/guide/> .\n\nguide:a guide:p 1 .\n\nguide:c guide:p 3 .\n"
    )
    assert editor.behind("guide:c") == "guide:a"
    editor.change({"reading:b": 'reading:b guide:p "a prov:b" .\n'}, {"reading:b": "guide:a"})
    assert editor.behind("guide:c") == "reading:b"
    assert "@prefix reading:" in editor.text
    assert "@prefix prov:" not in editor.text
