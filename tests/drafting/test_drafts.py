"""The folder of a draft: it opens, checks clean, is the same each time, and keeps what people decided."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from subprocess import PIPE
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import guidekg
from guidekg.drafting import draft
from guidekg.drafting.drafts import BEFORE_FILE, ConflictError, guide_in
from guidekg.drafting.review import Review
from guidekg.drafting.text import DraftError
from guidekg.errors import TurtleSyntaxError
from guidekg.guides.skeleton import SkeletonError
from guidekg.guides.sources import Folders
from guidekg.validation.guide_check import check_folders
from scripts.format_turtle import formatted
from tests.drafting.texts import ROOT, TEXTS, UNSEEN, drafted, facts

if TYPE_CHECKING:
    from pathlib import Path

    from guidekg.validation.guide_check import Checked

SEED = ROOT / "data/guides/zj-sti-2022"
G01 = ROOT / "tests/guides/cooperation-2024/guide"


def checked(folder: Path) -> Checked:
    return check_folders(Folders.of([str(folder)], shipped=False))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The draft of one guide; tests leave it as it is."""
    made = tmp_path_factory.mktemp("drafts") / "cooperation"
    drafted("cooperation-2024").write(made)
    return made


@pytest.mark.parametrize("name", [*UNSEEN[:2], "cooperation-2024", "zj-sti-2022"])
def test_a_draft_checks_clean_and_covers_the_text(name: str, tmp_path: Path) -> None:
    found = draft(SEED / "source.zh.txt") if name == "zj-sti-2022" else drafted(name)
    found.write(tmp_path / name)
    result = checked(tmp_path / name)
    assert [f"{one.where} {one.message.en}" for one in result.findings] == []
    ((_, coverage, review),) = result.guides
    assert coverage.share == 1
    assert review
    assert review.reviewed == 0
    # What a person has to decide on: the guide, its schemes, and every provision.
    items = Review(tmp_path / name).look().items
    assert review.unreviewed == len(items) == sum(item.open for item in items.values())


def test_the_text_is_kept_byte_for_byte_and_says_where_it_came_from(folder: Path) -> None:
    assert (folder / "source.zh.txt").read_bytes() == TEXTS["cooperation-2024"].read_bytes()
    assert "source.zh.txt (utf-8, SHA-256 " in (folder / "guide.ttl").read_text(encoding="utf-8")


def test_the_same_text_makes_the_same_draft(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "cooperation"
    draft(TEXTS["cooperation-2024"]).write(again)
    assert (again / "guide.ttl").read_bytes() == (folder / "guide.ttl").read_bytes()
    draft(TEXTS["cooperation-2024"]).write(again)
    assert (again / "guide.ttl").read_bytes() == (folder / "guide.ttl").read_bytes()


def test_turtle_is_in_the_one_format(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "guide.ttl"
    shutil.copyfile(folder / "guide.ttl", copy)
    assert formatted([copy]) == [copy.read_text(encoding="utf-8")]


def test_what_is_sure_is_data_and_what_is_not_is_left_to_a_person(folder: Path) -> None:
    things = guidekg.load(folder, shipped=False)
    (grant,) = things.select(
        "SELECT ?max ?currency WHERE { ?r gk:draftedAs 'maximum-grant' ; gk:maximum ?max ; gk:currency ?currency }"
    )
    assert tuple(grant.values()) == (1_200_000, "CNY")
    doubtful = things.ask(
        "ASK { ?r gk:confidence ?c ; a gk:Requirement . FILTER(?c < 0.5) FILTER NOT EXISTS { ?r a gk:ManualCheck } }"
    )
    assert not doubtful


def test_every_report_says_that_its_guide_is_a_draft(folder: Path, tmp_path: Path) -> None:
    scheme = next(iter(guidekg.load(folder, shipped=False).leaves()))
    proposal = tmp_path / "proposal.ttl"
    proposal.write_text(
        "@prefix gk: <https://w3id.org/guidekg/ns#> .\n"
        f"<http://example.org/p> a gk:Proposal ; gk:appliesTo <{scheme.iri}> ; gk:requestedGrant 100000 .\n"
    )
    report = guidekg.load(folder, shipped=False).validate(proposal, as_of="2024-09-01")
    (said,) = report.header.drafts
    assert said.unreviewed == Review(folder).look().progress.left > 50
    (told,) = json.loads(report.render("json"))["header"]["drafts"]
    assert told["unreviewed"] == said.unreviewed
    assert "usedDraft" in report.render("turtle")
    for form in ("text", "html", "csv", "sarif", "github"):
        for lang, words in (("zh", "草稿"), ("en", "draft")):
            written = report.render(form, lang=lang)
            assert words in written, (form, lang)
            assert str(said.unreviewed) in written, (form, lang)
    assert not any(item.state == "met" and item.manual for one in report for item in one.checklist)


def test_a_report_by_the_shipped_guide_speaks_of_no_draft() -> None:
    proposal = ROOT / "examples/finland.ttl"
    report = guidekg.load().validate(proposal, as_of="2022-09-01")
    assert report.header.drafts == ()
    assert "usedDraft" not in report.render("turtle")
    for form in ("text", "html", "csv", "sarif", "github"):
        assert "草稿" not in report.render(form, lang="zh"), form


def test_a_draft_made_again_keeps_what_people_decided(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "cooperation"
    shutil.copytree(folder, again)
    review = Review(again)
    items = review.look().items
    grant = next(item for item in items.values() if item.kind == "maximum-grant")
    review.correct(grant.name, by="王", value=1_000_000, en="At most one million yuan a project")
    kept = review.look().items[grant.name]
    rejected = next(item for item in items.values() if item.status == "not-understood")
    review.reject(rejected.name, ("过渡语", "words that lead over"), by="王")
    draft(TEXTS["cooperation-2024"]).write(again)
    after = Review(again).look()
    assert after.items[grant.name].states == kept.states
    assert (after.items[grant.name].by, after.items[grant.name].en) == (kept.by, kept.en)
    assert rejected.name not in after.items
    assert after.progress.covered == 1
    assert checked(again).findings == ()


def test_what_stood_before_is_kept_beside_a_draft_made_again(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "cooperation"
    shutil.copytree(folder, again)
    by_hand = "# 王芳：限额待省厅确认\n" + (again / "guide.ttl").read_text(encoding="utf-8")
    (again / "guide.ttl").write_text(by_hand, encoding="utf-8")
    draft(TEXTS["cooperation-2024"]).write(again)
    assert "王芳" not in (again / "guide.ttl").read_text(encoding="utf-8")
    assert (again / BEFORE_FILE).read_text(encoding="utf-8") == by_hand


def test_one_change_at_a_time(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = tmp_path / "cooperation"
    shutil.copytree(folder, again)
    code = (
        "import sys; from pathlib import Path; from guidekg.drafting.drafts import alone\n"
        "with alone(Path(sys.argv[1])): print(flush=True); sys.stdin.read()"
    )
    monkeypatch.setattr("guidekg.drafting.drafts._WAIT", 0.1)
    item = Review(again).look().left[0]
    command = [sys.executable, "-c", code, str(again)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(ConflictError, match="try again"):
            draft(TEXTS["cooperation-2024"]).write(again)
        with pytest.raises(ConflictError, match="try again"):
            Review(again).accept(item.name, by="王")
        other.kill()  # the system frees what it held
    Review(again).accept(item.name, by="王")
    assert not Review(again).look().items[item.name].open


def test_an_edition_keeps_what_is_the_same(tmp_path: Path) -> None:
    text = TEXTS["cooperation-2024"].read_bytes().decode()
    changed = (
        text.replace("不超过120万元", "不超过150万元")
        .replace("限报2项", "限报3项")
        .replace("2024年", "2025年")
    )
    found = draft(changed)
    found.write(tmp_path / "cooperation-2025", earlier=G01)
    assert checked(tmp_path / "cooperation-2025").findings == ()
    state = Review(tmp_path / "cooperation-2025").look()
    left = " ".join(item.quote for item in state.left)
    assert "150万元" in left
    assert "限报3项" in left
    assert len(state.left) < 15  # of a hundred
    kept = state.items["requirement:cooperation-2025-joint-duration"]
    assert kept.en == "In principle the project takes at most 3 years"
    assert not kept.open
    both = guidekg.load(
        G01, tmp_path / "cooperation-2025", shipped=False
    )  # no identifier is used twice
    assert len(both.guides) == 2
    difference = guidekg.diff(G01, tmp_path / "cooperation-2025")
    changes = {
        change.new.provision.label.zh: change
        for change in difference.changes
        if change.old and change.new
    }
    grant = changes["支持强度：每项不超过150万元"]
    assert "amount" in grant.sorts
    assert grant.new.provision.label.en.endswith("each project at most CNY 1,500,000")
    year = next(one for one in changes["申报年度为2025年"].details if one.sort == "deadline")
    assert [value.en for value in (*year.old, *year.new)] == ["2024", "2025"]


def test_the_same_text_again_takes_all_over(tmp_path: Path) -> None:
    draft(SEED / "source.zh.txt").write(tmp_path / "again", earlier=SEED)
    assert not guidekg.diff(SEED, tmp_path / "again")
    assert [item.sort for item in Review(tmp_path / "again").look().left] == ["guide"]


def test_a_text_is_compared_with_a_guide(tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_bytes(
        TEXTS["cooperation-2024"]
        .read_bytes()
        .replace("实施期限：2年".encode(), "实施期限：3年".encode())
    )
    (changed,) = (
        one
        for one in guidekg.diff(G01, file).changes
        if one.old and one.new and one.sorts != ("wording",)
    )
    assert "amount" in changed.sorts or "period" in changed.sorts


@pytest.mark.parametrize("name", ["vouchers-2023"])
def test_facts_of_a_reader_make_a_guide_that_checks_clean(name: str, tmp_path: Path) -> None:
    draft(TEXTS[name], {"reader": list(facts(name))}).write(tmp_path / name)
    assert [one.message.en for one in checked(tmp_path / name).findings] == []
    turtle = (tmp_path / name / "guide.ttl").read_text(encoding="utf-8")
    assert 'gk:foundBy "reader"' in turtle


def test_what_stands_in_the_way_is_told(folder: Path, tmp_path: Path) -> None:
    other = draft(TEXTS["sensing-2025"])
    with pytest.raises(DraftError, match="another text"):
        other.write(folder)
    (tmp_path / "half").mkdir()
    (tmp_path / "half/source.zh.txt").write_text("x")
    with pytest.raises(DraftError, match="there already"):
        other.write(tmp_path / "half")
    with pytest.raises(DraftError, match="no folder of a guide"):
        other.write(tmp_path / "new", earlier=tmp_path)
    with pytest.raises(SkeletonError):
        other.write(tmp_path / "科技")
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "guide.ttl").write_text("guide:x a gk:Guide", encoding="utf-8")
    with pytest.raises(TurtleSyntaxError) as error:
        draft(TEXTS["cooperation-2024"]).write(broken)
    assert error.value.line == 1


def test_a_folder_is_written_as_one_reads_it(folder: Path) -> None:
    text, triples = guide_in(folder)
    assert text == TEXTS["cooperation-2024"].read_bytes().decode()
    assert all(isinstance(one, ox.Triple) for one in triples)
