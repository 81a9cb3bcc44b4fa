"""Two editions of a guide compared: every edit is found, with its sort and its words, and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS, Graph, Literal, URIRef

import guidekg
from guidekg.guides.editions import SORTS, Quote, align
from guidekg.rdf.namespaces import ID, NS, PREFIXES, XSD

if TYPE_CHECKING:
    from guidekg import Comparison
    from guidekg.guides.editions import Change

ROOT = Path(__file__).parents[1]
SEED = ROOT / "data/guides/zj-sti-2022"
OTHERS = {path.parent.name: path for path in sorted((ROOT / "tests/guides").glob("*/guide"))}
OA = PREFIXES["oa"]
START, END, EXACT = (URIRef(OA + name) for name in ("start", "end", "exact"))


def gk(name: str) -> URIRef:
    return URIRef(NS + name)


class Draft:
    """A copy of a guide: its text and its triples, in which edits keep every clause at its words."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.graph = Graph().parse(folder / "guide.ttl", format="turtle")
        self.text = (folder / "source.zh.txt").read_text(encoding="utf-8")

    def thing(self, name: str) -> URIRef:
        """Return the thing that a name such as ``requirement:r1-max`` means in this guide."""
        kind, _, local = name.partition(":")
        return URIRef(f"{ID}{kind}/{self.name}-{local}")

    def replace(self, old: str, new: str, after: str = "") -> None:
        """Write other words for the first ones after some; clauses that are all gone are taken out."""
        at = self.text.index(old, self.text.index(after))
        end, more = at + len(old), len(new) - len(old)
        self.text = self.text[:at] + new + self.text[end:]
        for clause in list(self.graph.subjects(START)):
            first, last = (int(str(self.graph.value(clause, one))) for one in (START, END))
            if last <= at:
                continue
            if at <= first and last <= end and (first, last) != (at, end):
                assert not new, f"the clause {clause} is a part of what is replaced"
            if not new and at <= first and last <= end:
                self.graph.remove((clause, None, None))
                self.graph.remove((None, None, clause))
                continue
            self.graph.set((clause, START, Literal(first + more if first >= end else first)))
            self.graph.set((clause, END, Literal(last + more)))

    def clause(self, words: str, after: str = "") -> URIRef:
        """Return a new clause with the words."""
        at = self.text.index(words, self.text.index(after))
        clause = URIRef(f"{ID}clause/{self.name}-new-{at}-{len(words)}")
        source = self.graph.value(URIRef(f"{ID}guide/{self.name}"), gk("source"))
        assert source
        for predicate, value in (
            (RDF.type, gk("Clause")),
            (START, Literal(at)),
            (END, Literal(at + len(words))),
            (gk("inSource"), source),
        ):
            self.graph.add((clause, predicate, value))
        return clause

    def set(self, name: str, **values: URIRef | Literal | str | int) -> None:
        """Give a thing other values: terms, things by ``kind/name``, or numbers."""
        for predicate, value in values.items():
            self.graph.set((self.thing(name), gk(predicate), term(value)))

    def drop(self, name: str) -> None:
        """Take out a thing and all that refers to it."""
        self.graph.remove((self.thing(name), None, None))
        self.graph.remove((None, None, self.thing(name)))

    def write(self, folder: Path, name: str) -> Path:
        """Write the guide, under another identifier, and return its folder."""
        folder.mkdir()
        data = self.text.encode()
        (folder / "source.zh.txt").write_bytes(data)
        for subject in set(self.graph.subjects(gk("sha256"))):
            self.graph.set((subject, gk("sha256"), Literal(hashlib.sha256(data).hexdigest())))
        for clause in set(self.graph.subjects(START)):
            first, last = (int(str(self.graph.value(clause, one))) for one in (START, END))
            self.graph.set((clause, EXACT, Literal(self.text[first:last])))
        turtle = self.graph.serialize(format="nt").replace(f"/{self.name}", f"/{name}")
        (folder / "guide.ttl").write_text(turtle, encoding="utf-8")
        return folder


def term(value: URIRef | Literal | str | int) -> URIRef | Literal:
    if isinstance(value, URIRef | Literal):
        return value
    return URIRef(ID + value) if isinstance(value, str) else Literal(value)


def found(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """Return what each provision underwent: its sorts, or that it came or went, by its local name."""
    made = {}
    for change in comparison.changes:
        side = change.old or change.new
        assert side
        guide = comparison.old if change.old else comparison.new
        name = side.provision.iri.rpartition("/")[2].removeprefix(
            guide.iri.rpartition("/")[2] + "-"
        )
        assert name not in made
        made[name] = change.sorts if change.what == "changed" else (change.what,)
        for one, of in ((change.old, comparison.old), (change.new, comparison.new)):
            for quote in one.quotes if one else ():
                assert of.text[quote.start : quote.end] == quote.exact
                assert quote.exact.split("\n")[0] in of.text.split("\n")[quote.line - 1]
    return made


def ten_edits() -> Draft:
    draft = Draft(SEED, "zj-sti-2022")
    # 1. an amount
    draft.replace("150万元", "200万元")
    draft.set("requirement:r1-max", maximum=2000000)
    # 2. a deadline
    draft.replace("9月30日", "10月15日")
    draft.set(
        "requirement:r1-fdl-finland", closes=Literal("--10-15", datatype=URIRef(XSD + "gMonthDay"))
    )
    # 3. a field that came to a list
    draft.replace("及", "、人工智能及", after="科技金融")
    phrase = draft.clause("人工智能")
    draft.graph.add((phrase, gk("meansField"), URIRef(ID + "field/artificial-intelligence")))
    draft.graph.add((draft.thing("requirement:p1-field-singapore"), gk("phrase"), phrase))
    # 4. a field that was taken out of one
    draft.replace("农业机械、", "")
    # 5. a should that became a must
    draft.replace("优先支持申报企业联合", "申报企业须联合")
    draft.set(
        "requirement:p1-yrd-finland",
        modality="modality/must",
        severityIfUnmet=URIRef(PREFIXES["sh"] + "Violation"),
        strength="strength/required",
        strengthWord=Literal("须", lang="zh"),
    )
    # 6. a provision that went
    draft.drop("provision:bilateral-orientation")
    draft.replace("突出科技外交政策导向，", "")
    # 7. a provision that came
    draft.replace("。", "。项目负责人每年提交进展报告。", after="累计不少于15天")
    came = draft.thing("provision:progress-report")
    draft.graph.add((came, RDF.type, gk("Obligation")))
    draft.graph.add((came, RDFS.label, Literal("每年提交进展报告", lang="zh")))
    draft.graph.add((came, RDFS.label, Literal("A report on progress each year", lang="en")))
    draft.graph.add((came, gk("modality"), URIRef(ID + "modality/must")))
    draft.graph.add((came, gk("clause"), draft.clause("项目负责人每年提交进展报告")))
    draft.graph.add((draft.thing("scheme:paired-assistance"), gk("hasProvision"), came))
    # 8. a call that went
    czechia = draft.thing("scheme:czechia")
    for provision in list(draft.graph.objects(czechia, gk("hasProvision"))):
        draft.drop("provision:" + str(provision).rpartition("/zj-sti-2022-")[2])
        draft.drop("requirement:" + str(provision).rpartition("/zj-sti-2022-")[2])
    draft.drop("scheme:czechia")
    start = draft.text.index("3．捷克")
    draft.replace(draft.text[start : draft.text.index("4．挪威")], "")
    # 9. another agency, and its link
    draft.replace("挪威创新署", "挪威研究理事会")
    draft.replace("https://www.innovasjonnorge.no/en/start-page/", "https://www.example.no/")
    agency = draft.thing("agency:research-council")
    draft.graph.add((agency, RDF.type, gk("Agency")))
    draft.graph.add((agency, RDFS.label, Literal("挪威研究理事会", lang="zh")))
    draft.graph.add((agency, RDFS.label, Literal("Research Council of Norway", lang="en")))
    draft.set("provision:norway-agency", agency=agency)
    draft.set("requirement:r1-agency-norway", accepts=agency)
    for phrase in draft.graph.objects(draft.thing("provision:norway-agency"), gk("phrase")):
        draft.graph.set((phrase, gk("meansAgency"), agency))
    url = URIRef(PREFIXES["schema"] + "url")
    draft.graph.set((draft.thing("provision:norway-link"), url, Literal("https://www.example.no/")))
    # 10. other words that say the same
    draft.replace("推动我省企业与", "促进我省企业与")
    return draft


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ten_edits().write(tmp_path_factory.mktemp("editions") / "new", "zj-sti-2024")


@pytest.fixture(scope="module")
def ten(edited: Path) -> Comparison:
    return guidekg.diff(SEED, edited)


def test_ten_edits_are_found_and_nothing_else(ten: Comparison) -> None:
    went = {name: ("went",) for name in found(ten) if "czechia" in name or "r1-cz" in name}
    assert len(went) == 10
    assert found(ten) == {
        "r1-max": ("amount",),
        "r1-fdl-finland": ("deadline",),
        "p1-field-singapore": ("list",),
        "p1-field-israel": ("list",),
        "p1-yrd-finland": ("strength",),
        "bilateral-orientation": ("went",),
        "progress-report": ("came",),
        "norway-agency": ("agency",),
        "r1-agency-norway": ("agency",),
        "norway-link": ("link",),
        "foreign-rd-centre-objective-1": ("wording",),
        **went,
    }
    assert not ten.details
    gone = [scheme for scheme in ten.schemes if not scheme.new]
    assert [(one.what, one.old.label.en) for one in gone if one.old] == [("went", "Czechia call")]
    assert len(gone[0].changes) == 10
    assert not any(scheme.details for scheme in ten.schemes)
    assert {sort for change in ten.changes for sort in change.sorts} <= set(SORTS)


def the(comparison: Comparison, name: str) -> Change:
    return next(
        change
        for change in comparison.changes
        if (side := change.new or change.old) and side.provision.iri.endswith(name)
    )


def test_a_change_has_the_words_and_the_values_of_both(ten: Comparison) -> None:
    amount = the(ten, "r1-max")
    assert amount.old
    assert amount.new
    assert amount.old.quotes[0].exact == "建议财政补助经费：150万元以内"
    assert amount.new.quotes[0].exact == "建议财政补助经费：200万元以内"
    assert amount.old.quotes[0].line == amount.new.quotes[0].line + 1  # a call has gone before it
    (detail,) = amount.details
    assert (detail.property.zh, detail.property.en) == ("上限", "maximum")
    assert [value.en for value in (*detail.old, *detail.new)] == ["CNY 1,500,000", "CNY 2,000,000"]
    assert [value.zh for value in (*detail.old, *detail.new)] == ["150万元", "200万元"]
    (deadline,) = the(ten, "r1-fdl-finland").details
    assert [value.zh for value in (*deadline.old, *deadline.new)] == ["9月30日", "10月15日"]
    (came,), (gone,) = (the(ten, f"p1-field-{name}").details for name in ("singapore", "israel"))
    assert (came.old, [value.en for value in came.new]) == ((), ["artificial intelligence"])
    assert ([value.zh for value in gone.old], gone.new) == (["农业机械"], ())


def test_a_copy_has_no_difference(tmp_path: Path) -> None:
    same = Draft(SEED, "zj-sti-2022").write(tmp_path / "same", "zj-sti-2024")
    assert not guidekg.diff("zj-sti-2022", same)


def test_the_other_way_round_what_came_went(ten: Comparison, edited: Path) -> None:
    back = found(guidekg.diff(edited, SEED))
    turned = {"came": "went", "went": "came"}
    assert back == {
        name: tuple(turned.get(sort, sort) for sort in sorts) for name, sorts in found(ten).items()
    }


def test_a_sentence_that_moved_is_no_change(tmp_path: Path) -> None:
    draft = Draft(SEED, "zj-sti-2022")
    lines = draft.text.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("4．"))
    moved = "".join(line + "\n" for line in lines[at : at + 2])
    first = lines[at] + "\n"
    start = draft.text.index(moved)
    swapped = moved.removeprefix(first) + first
    for clause in list(draft.graph.subjects(START)):
        place = int(str(draft.graph.value(clause, START))) - start
        if 0 <= place < len(moved):
            by = len(moved) - len(first) if place < len(first) else -len(first)
            for edge in (START, END):
                old = int(str(draft.graph.value(clause, edge)))
                draft.graph.set((clause, edge, Literal(old + by)))
    draft.text = draft.text.replace(moved, swapped)
    assert not guidekg.diff(SEED, draft.write(tmp_path / "moved", "zj-sti-2024"))


def edit_cooperation(draft: Draft) -> dict[str, tuple[str, ...]]:
    draft.replace("120万元", "150万元")
    draft.set("requirement:joint-grant-maximum", maximum=1500000)
    draft.replace("〔2024〕17号", "〔2025〕9号")
    draft.graph.set(
        (URIRef(f"{ID}guide/{draft.name}"), gk("documentNumber"), Literal("沧科合〔2025〕9号"))
    )
    draft.replace("实施期满后6个月内", "实施期满后3个月内")
    draft.set("provision:acceptance", withinMonths=3)
    return {
        "joint-grant-maximum": ("amount",),
        "number": ("wording",),
        "acceptance": ("period",),
    }


def edit_sensing(draft: Draft) -> dict[str, tuple[str, ...]]:
    draft.replace("3月10日12:00前", "3月12日12:00前")
    closes = Literal("2025-03-12T12:00:00+08:00", datatype=URIRef(XSD + "dateTime"))
    draft.set("requirement:intent-list", closes=closes)
    draft.replace("，鼓励跨学院联合组队", "")
    draft.drop("requirement:cross-school")
    draft.graph.add(
        (
            draft.thing("requirement:leader-qualification"),
            gk("accepts"),
            URIRef(ID + "kind/intermediate-title"),
        )
    )
    return {
        "intent-list": ("deadline",),
        "cross-school": ("went",),
        "leader-qualification": ("list",),
    }


def edit_vouchers(draft: Draft) -> dict[str, tuple[str, ...]]:
    draft.replace("服务机构申请备案", "服务机构积极申请备案")
    giant = draft.graph.value(draft.thing("requirement:quota-enterprise"), gk("exceptIf"))
    assert giant
    draft.graph.set((giant, gk("accepts"), URIRef(ID + "kind/high-tech-enterprise")))
    draft.replace("0809-52200816", "0809-52200817")
    draft.set("provision:telephone", telephone=Literal("0809-52200817"))
    return {"quota-enterprise": ("condition",), "telephone": ("link",), "delta": ("wording",)}


EDITS = {
    "cooperation-2024": edit_cooperation,
    "sensing-2025": edit_sensing,
    "vouchers-2023": edit_vouchers,
}


@pytest.mark.parametrize("name", OTHERS)
def test_three_edits_of_other_guides(name: str, tmp_path: Path) -> None:
    draft = Draft(OTHERS[name], name)
    assert not guidekg.diff(OTHERS[name], draft.write(tmp_path / "same", "other-2030"))
    expected = EDITS[name](draft)
    compared = guidekg.diff(OTHERS[name], draft.write(tmp_path / "new", "other-2030"))
    assert found(compared) == expected
    assert [one.sort for one in compared.details] == ["issue"] * (name == "cooperation-2024")


# ---- texts

TEXTS = st.lists(
    st.sampled_from(["申报主体：企业", "，", "。", "\n", "150", "万元以内", "a", "　", "优先支持"]),
    max_size=40,
).map("".join)


@given(TEXTS, TEXTS, st.data())
def test_what_is_called_unchanged_is_the_same_in_both(
    old: str, new: str, data: st.DataObject
) -> None:
    aligned = align(old, new)
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    if moved := aligned.moved(start, end):
        assert new[slice(*moved)] == old[start:end]
        assert aligned.near(start, end) == moved
    if near := aligned.near(start, end):
        assert 0 <= near[0] < near[1] <= len(new)
    if start < end:
        assert align(old, old).moved(start, end) == (start, end)


def test_moved_and_replaced_words_are_found() -> None:
    old = "面向重点合作国家，共同申报。\n建议经费：150万元以内。\n攻关时限：3年内。\n"
    new = "攻关时限：3年内。\n建议经费：200万元以内。\n面向重点合作国家，共同申报。\n"
    aligned = align(old, new)
    for words in ("共同申报", "攻关时限：3年内"):
        span = aligned.moved(old.index(words), old.index(words) + len(words))
        assert span
        assert new[slice(*span)] == words
    start = old.index("150")
    assert align(old, old.replace("150", "200")).moved(start, start + 3) is None
    assert align(old, old.replace("150", "200")).near(start, start + 3) == (start, start + 3)
    assert align(old, old[:15]).near(start, start + 3) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("啊" * 5000, "啊" * 4900),
        ("啊哦" * 2500, "哦啊" * 2450),
        ("啊。哦，" * 1250, "哦。啊，" * 1250),
        ("".join(chr(0x4E00 + n * n % 300) for n in range(5000)), "一乙丙。" * 1250),
    ],
    ids=["one character", "two", "short sentences", "other words"],
)
def test_no_text_is_slow_to_align(old: str, new: str) -> None:
    start = time.process_time()
    align(old, new)
    assert time.process_time() - start < 0.3


# ---- the command


def command(*arguments: str | Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("guidekg"), "diff", *arguments, "--lang", lang],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            (
                *("条文：新增 1 条，删去 11 条，改动 9 条。", "捷克合作征集 [删去]"),
                *("上限：150万元 → 200万元", "所指领域：增加人工智能", "[仅措辞]"),
                "- “突出科技外交政策导向”（第 14 行，第 1385–1395 字）",
            ),
        ),
        (
            "en",
            (
                *("Provisions: 1 new, 11 gone, 9 changed.", "Czechia call [gone]"),
                *("maximum: CNY 1,500,000 → CNY 2,000,000", "[wording only]"),
                "closes: 30 September → 15 October",
            ),
        ),
    ],
)
def test_the_command_tells_people(edited: Path, lang: str, words: tuple[str, ...]) -> None:
    done = command("zj-sti-2022", edited, lang=lang)
    assert done.returncode == 1, done.stderr
    for one in words:
        assert one in done.stdout


def test_the_command_gives_data(edited: Path) -> None:
    done = command(SEED, edited, "--format", "json")
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    assert {*data} == {"old", "new", "different", "counts", "details", "schemes"}
    assert data["different"]
    assert data["counts"] == {"came": 1, "went": 11, "changed": 9}
    for scheme in data["schemes"]:
        assert {*scheme} == {"what", "old", "new", "details", "provisions"}
        for one in scheme["provisions"]:
            assert {*one} == {"what", "sorts", "old", "new", "details"}
            for side in filter(None, (one["old"], one["new"])):
                assert {*side} == {
                    *("iri", "identifier", "label", "kind", "modality", "clauses"),
                }
                assert all({*clause} == {*Quote._fields} for clause in side["clauses"])
            for detail in one["details"]:
                assert {*detail} == {"sort", "property", "old", "new"}
                assert detail["sort"] in SORTS


def test_the_command_writes_a_page_that_stands_alone(edited: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.html"
    done = command(SEED, edited, "--format", "html", "--output", file)
    assert (done.returncode, done.stdout) == (1, "")
    page = file.read_text(encoding="utf-8")
    assert "<del>150</del>万元以内" in page
    assert "<ins>200</ins>万元以内" in page
    assert "src=" not in page
    assert "<link" not in page
    for words in ("Two editions compared", "两版指南对照"):
        assert words in page


def test_the_command_ends_with_0_where_nothing_differs() -> None:
    done = command("zj-sti-2022", SEED)
    assert (done.returncode, done.stderr) == (0, "")
    assert "do not differ" in done.stdout


def test_the_command_ends_with_2_where_an_edition_cannot_be_read(tmp_path: Path) -> None:
    for bad in (tmp_path, tmp_path / "nowhere", "no-guide"):
        done = command("zj-sti-2022", bad)
        assert done.returncode == 2, done.stdout
        assert done.stderr.startswith("guidekg: ")
