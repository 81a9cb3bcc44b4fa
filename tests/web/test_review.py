"""The review of a draft in the workbench: what its API does to the files, and the page in a browser."""

from __future__ import annotations

import base64
import difflib
import json
import os
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from guidekg.drafting import draft
from guidekg.drafting.facts import KINDS, MODALITIES
from tests.web.browsers import chromium
from tests.web.server import COMMAND, Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.web.server import Reply

TEXT = """苍梧省科学技术厅关于申报2024年度科技合作项目的通知

各有关单位：
现将申报2024年度科技合作项目的事项通知如下。

一、联合研发项目
支持强度：每项资助金额不超过120万元。实施期限不超过3年。
申报单位应为在本省注册的企业。一家单位限报2项。
妥为准备，务求实效。

二、申报时间
网上申报截止时间为2024年6月30日。
"""
NAME = "cw-2024"
FOUND = f"/review/{NAME}"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a draft, left as it is; two readers differ about one of its sentences."""
    folder = tmp_path_factory.mktemp("drafted") / NAME
    found = draft(TEXT)
    limit = next(fact for fact in found.facts if fact.kind == "item-limit")
    found.reading.facts.append(replace(limit, kind="procedure", confidence=0.45, conflict=True))
    found.write(folder)
    return folder


@pytest.fixture(scope="module")
def editing(
    drafted: Path, tmp_path_factory: pytest.TempPathFactory, cache: dict[str, str]
) -> Iterator[tuple[Server, Path]]:
    """A server that lets a copy of the draft be changed, and the copy."""
    folder = tmp_path_factory.mktemp("edited") / NAME
    shutil.copytree(drafted, folder)
    with running("--guide", str(folder), "--no-shipped", "--edit", environment=cache) as started:
        yield started, folder


class Client:
    """A reviewer who asks the API."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.turtle = folder / "guide.ttl"

    def send(self, body: object, **headers: str) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"Content-Type": "application/json", "Accept-Language": "en"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.send("POST", f"{FOUND}/decide", body=content, headers=named)

    def decide(self, what: str, item: Mapping[str, Any] | None = None, **more: Any) -> Any:
        about = {"about": item["name"], "seen": item["seen"]} if item else {}
        reply = self.send({"what": what, "by": "李雷", **about, **more})
        assert reply.status == 200, reply.text
        return json.loads(reply.body)

    def look(self) -> Any:
        reply = self.server.send(target=f"{FOUND}/state")
        assert reply.status == 200, reply.text
        return json.loads(reply.body)

    def item(self, kind: str) -> Any:
        return next(one for one in self.look()["items"].values() if one["kind"] == kind)

    def quoted(self, words: str) -> Any:
        return next(one for one in self.look()["items"].values() if one["quote"] == words)


@pytest.fixture
def client(editing: tuple[Server, Path], drafted: Path) -> Client:
    """A reviewer, before whom nobody has decided anything."""
    server, folder = editing
    (folder / ".review.jsonl").unlink(missing_ok=True)
    shutil.copy(drafted / "guide.ttl", folder / "guide.ttl")
    return Client(server, folder)


def lines_changed(before: str, after: str) -> list[str]:
    compared = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in compared if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def check(folder: Path) -> str:
    """Return what ``guidekg check`` finds wrong."""
    done = subprocess.run(
        [COMMAND, "check", folder, "--format", "csv"], capture_output=True, text=True, check=False
    )
    assert done.returncode < 2, done.stderr
    return done.stdout


def test_how_a_draft_stands_is_told(client: Client) -> None:
    state = client.look()
    assert state["text"] == TEXT
    assert set(state["left"]) == {name for name, one in state["items"].items() if one["open"]}
    assert state["items"][state["left"][0]]["status"] == "not-understood"
    limit = client.item("maximum-grant")
    assert (limit["modality"], limit["open"], limit["by"]) == ("must", True, "")
    assert "gk:maximum 1200000" in limit["states"]
    (start, end), *_ = limit["spans"]
    assert TEXT[start:end] == limit["quote"]
    assert state["progress"]["left"] == len(state["left"])
    assert state["progress"]["covered"] == 1


def test_two_readings_of_the_same_words_name_each_other(client: Client) -> None:
    first, second = client.item("item-limit"), client.item("procedure")
    items = client.look()["items"]
    same = [name for name, one in items.items() if one["quote"] == first["quote"]]
    assert sorted(same) == sorted([first["name"], *first["beside"]])
    for name in same:
        assert sorted([name, *items[name]["beside"]]) == sorted(same)
    assert second["doubtful"]
    for name in first["beside"]:
        item = client.look()["items"][name]
        client.decide("reject", item, reason=["重复", "It repeats another"])
    assert client.item("item-limit")["beside"] == []


def test_an_accepted_item_changes_its_own_lines_alone(client: Client) -> None:
    before, limit = client.turtle.read_text("utf-8"), client.item("maximum-grant")
    answer = client.decide("accept", limit)
    assert answer["about"] == limit["name"]
    assert list(answer["changed"]) == [limit["name"]]
    told = answer["changed"][limit["name"]]
    assert (told["status"], told["by"], told["open"]) == ("reviewed", "李雷", False)
    assert answer["progress"]["reviewed"] == 1
    assert limit["name"] not in answer["left"]
    changed = lines_changed(before, client.turtle.read_text("utf-8"))
    # Beside the statement, the prefixes that it needs.
    assert len([line for line in changed if "@prefix" not in line]) <= 14
    assert not [line for line in changed if line[1:].startswith(("requirement:", "provision:"))]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "other"}, {"kind": "other"}),
        ({"modality": "may"}, {"modality": "may"}),
        ({"zh": "资助上限"}, {"zh": "资助上限"}),
        ({"en": "The most that is granted"}, {"en": "The most that is granted"}),
    ],
)
def test_each_field_is_corrected(
    client: Client, given: dict[str, str], told: dict[str, str]
) -> None:
    limit = client.item("maximum-grant")
    answer = client.decide("correct", limit, **given)
    found = answer["changed"][answer["about"]]  # it may be called otherwise now
    assert {name: found[name] for name in told} == told
    assert (found["status"], found["by"]) == ("reviewed", "李雷")


@pytest.mark.parametrize(
    ("value", "stated"), [(900000, "gk:maximum 900000"), ([1, 2], "gk:minimum 1")]
)
def test_a_value_is_corrected(client: Client, value: object, stated: str) -> None:
    limit = client.item("maximum-grant")
    found = client.decide("correct", limit, value=value)["changed"][limit["name"]]
    assert stated in found["states"]


def test_a_condition_is_added_and_taken_out(client: Client) -> None:
    limit = client.item("maximum-grant")
    given = {"how": "applies-if", "information": "牵头单位的类型", "test": "one-of"}
    values = "企业、高等学校, research institute"
    answer = client.decide("correct", limit, condition={**given, "values": values})
    found = answer["changed"][limit["name"]]
    assert [one for one in found["states"] if one.startswith("gk:appliesIf")] == [
        "gk:appliesIf [ a gk:Choice ; gk:information information:lead-kind ;"
        " gk:accepts kind:enterprise , kind:university , kind:research-institute ]"
    ]
    answer = client.decide("correct", found, condition=None)
    states = answer["changed"][limit["name"]]["states"]
    assert not [one for one in states if one.startswith("gk:appliesIf")]


def test_a_span_is_corrected(client: Client) -> None:
    limit = client.item("maximum-grant")
    start = TEXT.index("不超过120万元")
    found = client.decide("correct", limit, start=start, end=start + 8)["changed"][limit["name"]]
    assert found["quote"] == "不超过120万元"
    assert "gk:maximum 1200000" in found["states"]


def test_an_item_is_split_and_joined_again(client: Client) -> None:
    item = client.quoted("妥为准备")
    second = client.quoted("务求实效")
    joined = client.decide("join", item, other=second["name"])
    assert joined["changed"][second["name"]] is None
    assert joined["changed"][item["name"]]["quote"] == "妥为准备，务求实效"
    again = client.decide("split", client.quoted("妥为准备，务求实效"), at=TEXT.index("务求实效"))
    quotes = {one["quote"] for one in again["changed"].values() if one}
    assert {"妥为准备，", "务求实效"} <= quotes or {"妥为准备", "务求实效"} <= quotes


def test_a_rejected_item_leaves_its_reason(client: Client) -> None:
    item = client.quoted("务求实效")
    answer = client.decide("reject", item, reason=["套话", "A set phrase"])
    assert answer["changed"][item["name"]] is None
    assert answer["progress"]["covered"] == 1
    turtle = client.turtle.read_text("utf-8")
    assert '"套话"@zh' in turtle
    assert item["name"] not in turtle


def test_a_reading_is_added_and_told(client: Client) -> None:
    limit = client.item("maximum-grant")
    reason = ["按每个项目计", "It is meant for each project"]
    answer = client.decide("reading", limit, reason=reason)
    assert answer["changed"][limit["name"]]["readings"] == [reason]
    assert answer["changed"][limit["name"]]["open"]


def test_a_rejected_item_takes_its_readings_with_it(client: Client) -> None:
    before = client.turtle.read_text("utf-8")
    client.decide("reading", client.item("duration"), reason=["按自然年计", "In calendar years"])
    answer = client.decide("reject", client.item("duration"), reason=["套话", "A set phrase"])
    assert answer["progress"]["covered"] == 1
    assert "reading:" not in client.turtle.read_text("utf-8").partition("\n\n")[2]
    client.decide("undo")
    client.decide("undo")
    after = client.turtle.read_text("utf-8")
    changed = [line[1:] for line in lines_changed(before, after) if "@prefix" not in line]
    assert not any(changed)


def test_the_last_decision_is_undone(client: Client) -> None:
    before, limit = client.turtle.read_text("utf-8"), client.item("maximum-grant")
    client.decide("accept", limit)
    client.decide("reject", client.quoted("务求实效"), reason=["套话", "A set phrase"])
    assert client.decide("undo")["about"] != limit["name"]
    answer = client.decide("undo")
    assert answer["about"] == limit["name"]
    assert answer["changed"][limit["name"]]["open"]
    after = client.turtle.read_text("utf-8")
    assert not [line for line in lines_changed(before, after) if "@prefix" not in line]
    refused = client.send({"what": "undo", "by": "李雷"})
    assert (refused.status, "no decision to undo" in refused.text) == (422, True)


def test_the_second_of_two_who_decide_is_told(client: Client) -> None:
    limit = client.item("maximum-grant")
    client.decide("accept", limit)
    late = client.send(
        {"what": "accept", "by": "韩梅梅", "about": limit["name"], "seen": limit["seen"]}
    )
    assert late.status == 409
    assert late.kind == "application/problem+json"
    assert json.loads(late.body)["type"].endswith("changed-meanwhile")
    assert "李雷" in json.loads(late.body)["detail"]
    gone = client.send({"what": "accept", "by": "韩梅梅", "about": "requirement:none"})
    assert gone.status == 409


def test_a_decision_that_others_came_before_says_so(client: Client) -> None:
    first = client.look()["stamp"]
    between = client.decide("accept", client.item("maximum-grant"))
    last = client.decide("accept", client.item("duration"))
    assert (between["before"], last["before"]) == (first, between["stamp"])


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"what": "accept", "by": " "}, 422, "who decides"),
        ({"what": "accept"}, 422, "missing required field `by`"),
        ({"what": "dance"}, 422, "Invalid value 'dance'"),
        ({"what": "accept", "by": "x", "colour": "red"}, 422, "unknown field `colour`"),
        ({"what": "correct", "by": "x", "kind": "none"}, 422, "no kind 'none'"),
        ({"what": "correct", "by": "x", "modality": "must not"}, 422, "no modality"),
        ({"what": "correct", "by": "x", "start": 5, "end": 5}, 422, "no words at 5-5"),
        ({"what": "correct", "by": "x", "start": 0, "end": 10**9}, 422, "no words at"),
        ({"what": "correct", "by": "x", "value": {"a": 1}}, 422, "value"),
        ({"what": "correct", "by": "x", "condition": {"how": "if"}}, 422, "condition"),
        (
            {
                "what": "correct",
                "by": "x",
                "condition": {"how": "except-if", "information": "colour", "test": "given"},
            },
            422,
            "nothing is called 'colour'",
        ),
        ({"what": "correct", "by": "x", "zh": "长" * 5000}, 422, "4000"),
        ({"what": "split", "by": "x", "at": 0}, 422, "cannot be parted at 0"),
        ({"what": "join", "by": "x", "other": "requirement:none"}, 409, "no longer there"),
        ({"what": "reject", "by": "x", "reason": ["", "why"]}, 422, "in Chinese and in English"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_changes_nothing(
    client: Client, more: dict[str, Any], status: int, said: str
) -> None:
    before = client.turtle.read_bytes()
    reply = client.send({"about": client.item("maximum-grant")["name"], **more})
    assert (reply.status, said in reply.text) == (status, True), reply.text
    assert client.turtle.read_bytes() == before


@pytest.mark.parametrize(
    "value", ["", "abc", "2024-02-31", [], ["x"], [1, "2"], [2, 1, 0], -1, 1e300, None]
)
@pytest.mark.parametrize("kind", ["maximum-grant", "deadline", "filing-window", "qualification"])
def test_no_value_is_a_fault(client: Client, kind: str, value: object) -> None:
    limit = client.item("maximum-grant")
    body = {"what": "correct", "by": "x", "about": limit["name"], "kind": kind, "value": value}
    assert client.send(body).status in (200, 422)
    client.look()


def test_content_of_another_form_or_size_is_refused(client: Client) -> None:
    assert client.send(b"{").status == 422
    assert client.send(b"\xff").status == 422
    assert client.send({}, Content_Type="text/plain").status == 415
    assert client.send(b" " * 100_000).status == 413
    assert client.server.send(target=f"{FOUND}/decide").status == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Host": "elsewhere.example"}, 403),  # whose name leads to this machine
        ({"Host": "elsewhere.example", "Origin": "http://elsewhere.example"}, 403),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "{url}"}, 200),
        ({"Origin": "{url}"}, 200),
        ({"Host": "localhost"}, 200),
    ],
)
def test_another_site_can_neither_decide_nor_look(
    client: Client, headers: dict[str, str], status: int
) -> None:
    sent = {name: value.format(url=client.server.url) for name, value in headers.items()}
    limit = client.item("maximum-grant")
    before = client.turtle.read_bytes()
    reply = client.send({"what": "accept", "by": "x", "about": limit["name"]}, **sent)
    assert reply.status == status
    assert (client.turtle.read_bytes() == before) is (status == 403)
    named = {name.replace("_", "-"): value for name, value in sent.items()}
    assert client.server.send(target=f"{FOUND}/state", headers=named).status == status


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_graph_that_was_broken_by_hand_is_told_with_its_line(client: Client, lang: str) -> None:
    whole = client.turtle.read_text("utf-8")
    at = whole.index("gk:maximum 1200000")
    client.turtle.write_text(whole[:at] + "gk:maximum 1200000 ] " + whole[at + 18 :], "utf-8")
    reply = client.server.send(target=f"{FOUND}/state", headers={"Accept-Language": lang})
    told = json.loads(reply.body)
    assert (reply.status, told["type"].endswith("unreadable-guide")) == (409, True)
    assert told["line"] == whole[:at].count("\n") + 1
    assert "guide.ttl" in told["detail"]
    assert str(told["line"]) in told["detail"]
    assert client.send({"what": "undo", "by": "x"}).status == 409
    for said in ('gk:confidence "high"', "[] a gk:Thing ."):
        client.turtle.write_text(
            f"{said}\n{whole}"
            if said[0] == "["
            else whole.replace("gk:confidence 0", said + " # "),
            "utf-8",
        )
        assert client.server.send(target=f"{FOUND}/state").status in (200, 409)
    client.turtle.write_text(whole, "utf-8")
    assert client.look()["items"]


def test_a_file_that_cannot_be_written_is_told(client: Client) -> None:
    limit = client.item("maximum-grant")
    (client.folder / ".review.jsonl").mkdir()
    try:
        reply = client.send({"what": "accept", "by": "x", "about": limit["name"]})
    finally:
        (client.folder / ".review.jsonl").rmdir()
    assert (reply.status, json.loads(reply.body)["type"][-16:]) == (409, "unreadable-guide")
    assert client.item("maximum-grant")["open"]


def test_what_was_decided_passes_the_check_as_before(client: Client, drafted: Path) -> None:
    before = check(drafted)
    state = client.look()
    for name in state["left"]:
        item = client.look()["items"][name]
        if item["status"] == "not-understood":
            client.decide("reject", item, reason=["套话", "A set phrase"])
        else:
            client.decide("accept", item)
    assert client.look()["left"] == []
    assert client.look()["progress"]["covered_reviewed"] == 1
    rules = {line.split(",")[0] for line in check(client.folder).splitlines()}
    assert rules <= {line.split(",")[0] for line in before.splitlines()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_guide_that_may_be_changed_leads_to_its_review(client: Client, lang: str) -> None:
    for page in (f"/{lang}", f"/{lang}/guide/{NAME}"):
        assert f'href="/{lang}/review/{NAME}"' in client.server.send(target=page).text
    reply = client.server.send(target=f"/{lang}/review/{NAME}")
    assert reply.status == 200
    for kind in (*KINDS, *MODALITIES):
        assert f'<option value="{kind}">' in reply.text
    assert client.server.send(target=f"/{lang}/review/zj-sti-2022").status == 404
    assert client.server.send(target="/review/zj-sti-2022/state").status == 404


def test_without_edit_there_is_nothing_to_change(drafted: Path, cache: dict[str, str]) -> None:
    before = {path.name: path.read_bytes() for path in drafted.iterdir()}
    with running("--guide", str(drafted), "--no-shipped", environment=cache) as server:
        for target in (f"/zh/review/{NAME}", f"/en/review/{NAME}", f"{FOUND}/state"):
            assert server.send(target=target).status == 404
        posted = server.send(
            "POST",
            f"{FOUND}/decide",
            body=b'{"what": "undo", "by": "x"}',
            headers={"Content-Type": "application/json"},
        )
        assert posted.status == 404
        assert f"/review/{NAME}" not in server.send(target=f"/zh/guide/{NAME}").text
    assert {path.name: path.read_bytes() for path in drafted.iterdir()} == before


def test_a_token_is_asked_for_where_there_is_one(
    drafted: Path, tmp_path: Path, cache: dict[str, str]
) -> None:
    folder = tmp_path / NAME
    shutil.copytree(drafted, folder)
    secret = {**cache, "GUIDEKG_TOKEN": "secret"}
    options = ("--guide", str(folder), "--no-shipped", "--edit")
    with running(*options, environment=secret) as server:
        client = Client(server, folder)
        body = {"what": "accept", "by": "x", "about": f"guide:{NAME}"}
        assert client.send(body).status == 401
        assert server.send(target=f"{FOUND}/state").status == 401
        basic = base64.b64encode(b"any:secret").decode()
        assert client.send(body, Authorization=f"Basic {basic}", Host="graph.example").status == 200
        elsewhere = {"Authorization": f"Basic {basic}", "Origin": "https://elsewhere.example"}
        assert client.send(body, **elsewhere).status == 403


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], ("请加 --token", "give a --token")),  # noqa: S104  # it is refused
        (["--guide", "examples"], ("guide.ttl", "guide.ttl")),
    ],
)
def test_an_open_or_empty_review_is_refused_at_the_start(
    drafted: Path, options: list[str], said: tuple[str, str]
) -> None:
    own = [] if "--guide" in options else ["--guide", str(drafted)]
    for lang, words in zip(("zh_CN.UTF-8", "C.UTF-8"), said, strict=True):
        done = subprocess.run(
            [COMMAND, "serve", "--port", "0", "--edit", *own, *options],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={"PATH": "", "LC_ALL": lang, "LANG": lang},
        )
        assert done.returncode == 2
        assert words in done.stderr


# The page, as a person uses it.


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


class Reviewer:
    """A person before the page; what goes wrong in it is listed in ``wrong``."""

    def __init__(self, page: Page, server: Server, lang: str) -> None:
        self.page, self.wrong = page, list[str]()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self._said(said.text))
        page.goto(f"{server.url}/{lang}/review/{NAME}")
        expect(page.locator("#list button").first).to_be_visible()

    def _said(self, text: str) -> None:
        if "Failed to load resource" not in text:  # which the page tells itself
            self.wrong.append(text)

    def name(self, name: str = "李雷") -> None:
        self.page.locator("#by").fill(name)
        self.page.locator("#by").press("Enter")

    def choose(self, words: str) -> None:
        self.page.locator("#which").select_option("which-all")
        self.page.locator("#list button", has_text=words).first.click()

    def select(self, words: str) -> None:
        """Drag the mouse over words of the text."""
        box = self.page.evaluate(
            """(words) => {
              const pane = document.getElementById("text");
              const texts = document.createTreeWalker(pane, 4);
              const range = document.createRange();
              let from = pane.textContent.indexOf(words), to = from + words.length, at = 0;
              while (texts.nextNode()) {
                const size = texts.currentNode.data.length;
                if (at <= from && from < at + size) range.setStart(texts.currentNode, from - at);
                if (at < to && to <= at + size) range.setEnd(texts.currentNode, to - at);
                at += size;
              }
              range.startContainer.parentElement.scrollIntoView({ block: "center" });
              const boxes = [...range.getClientRects()], first = boxes[0], last = boxes.at(-1);
              return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
            }""",
            words,
        )
        mouse = self.page.mouse
        mouse.move(box[0] + 1, box[1])
        mouse.down()
        mouse.move(box[2] - 1, box[3], steps=4)
        mouse.up()


@pytest.fixture
def reviewer(browser: Browser, client: Client) -> Iterator[Reviewer]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    made = Reviewer(context.new_page(), client.server, "zh")
    yield made
    context.close()
    assert not made.wrong


def test_a_person_decides_by_keyboard(reviewer: Reviewer, client: Client) -> None:
    page = reviewer.page
    first = page.locator("#list [aria-current]").get_attribute("data-item")
    page.keyboard.press("a")  # the name is asked for first
    expect(page.locator("#by")).to_be_focused()
    page.keyboard.type("李雷 abc")  # no key does anything meanwhile
    assert client.look()["progress"]["reviewed"] == 0
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("已接受")
    expect(page.locator("#item-name")).to_be_focused()
    expect(page.locator("#progress .reviewed dd")).to_have_text("1")
    assert client.look()["items"][first]["by"] == "李雷 abc"
    # It goes on with the next one, of which the kind is corrected.
    second = page.locator("#list [aria-current]").get_attribute("data-item")
    assert second != first
    page.keyboard.press("c")
    expect(page.locator("#kind")).to_be_focused()
    page.locator("#kind").select_option("procedure")
    page.locator("#value").press("Enter")
    expect(page.locator("#said")).to_contain_text("已更正")
    assert client.look()["items"][second]["kind"] == "procedure"
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("已撤销")
    expect(page.locator("#list [aria-current]")).to_have_attribute("data-item", str(second))
    assert client.look()["items"][second]["open"]
    page.keyboard.press("n")
    expect(page.locator("#list [aria-current]")).not_to_have_attribute("data-item", str(second))
    page.keyboard.press("p")
    expect(page.locator("#list [aria-current]")).to_have_attribute("data-item", str(second))
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()


def test_a_person_states_a_condition(reviewer: Reviewer, client: Client) -> None:
    page = reviewer.page
    reviewer.name()
    reviewer.choose("120万元")
    page.keyboard.press("c")
    page.locator("#how").select_option("applies-if")
    page.locator("#information").select_option(label="牵头单位的类型")
    page.locator("#values").fill("高等院校")
    page.locator("#values").press("Enter")
    expect(page.locator("#trouble")).to_contain_text("不知道“高等院校”指什么；相近的有：高等学校")
    page.locator("#values").fill("企业、高校")
    page.locator("#values").press("Enter")
    expect(page.locator("#said")).to_contain_text("已更正")
    stated = client.item("maximum-grant")["states"]
    assert [one for one in stated if "gk:accepts kind:enterprise , kind:university" in one]
    if folder := os.environ.get("GUIDEKG_SCREENSHOTS"):
        reviewer.choose("120万元")
        page.keyboard.press("c")
        page.screenshot(path=f"{folder}/review-condition.png", full_page=True)


def test_a_person_selects_words_and_gives_an_item_their_span(
    reviewer: Reviewer, client: Client
) -> None:
    page = reviewer.page
    reviewer.name()
    reviewer.choose("120万元")
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    expect(page.locator("#correct")).to_be_hidden()
    reviewer.select("不超过120万元")
    page.keyboard.press("e")
    expect(page.locator("#correct output")).to_have_text("不超过120万元")
    page.locator("#correct button", has_text="保存更正").click()
    expect(page.locator("#said")).to_contain_text("已更正")
    assert client.quoted("不超过120万元")["by"] == "李雷"


def test_a_person_splits_joins_rejects_and_reads(reviewer: Reviewer, client: Client) -> None:
    page = reviewer.page
    reviewer.name()
    reviewer.choose("妥为准备")
    page.keyboard.press("j")
    expect(page.locator("#said")).to_contain_text("已合并")
    page.keyboard.press("s")
    page.locator("#at").fill("0")
    expect(page.locator("#split output")).to_contain_text("必须在这一条的文字之内")
    page.locator("#at").fill(str(TEXT.index("务求实效")))
    expect(page.locator("#split output")).to_contain_text("和“务求实效”")
    page.locator("#at").press("Enter")
    expect(page.locator("#said")).to_contain_text("已拆成两条")
    page.keyboard.press("d")
    page.locator("#reading-zh").fill("按字面理解")
    page.locator("#reading-en").fill("As it is written")
    page.locator("#reading button").first.click()
    expect(page.locator("#shown .reading")).to_have_text("按字面理解")
    page.keyboard.press("r")
    page.locator("#usual").select_option(index=2)
    expect(page.locator("#reject-en")).to_have_value("Words that only lead to what follows")
    page.locator("#reject button").first.click()
    expect(page.locator("#said")).to_contain_text("已驳回")
    quotes = [one["quote"] for one in client.look()["items"].values()]
    assert "务求实效" in quotes
    assert not [quote for quote in quotes if quote.startswith("妥为准备")]


def test_two_readings_stand_side_by_side(reviewer: Reviewer, client: Client) -> None:
    page = reviewer.page
    reviewer.name()
    reviewer.choose("限报2项")
    rival = page.locator(".beside")
    expect(rival.first).to_contain_text("一家单位限报2项")
    card, beside = page.locator("#item .pairs").first.bounding_box(), rival.first.bounding_box()
    assert card
    assert beside
    assert beside["x"] >= card["x"] + card["width"]
    if folder := os.environ.get("GUIDEKG_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/review-beside.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    shown = page.locator("#list [aria-current]").get_attribute("data-item")
    rival.first.locator("button").click()
    expect(page.locator("#list [aria-current]")).not_to_have_attribute("data-item", str(shown))
    assert client.look()["progress"]["reviewed"] == 0


def test_what_was_typed_and_not_sent_is_there_again(reviewer: Reviewer, client: Client) -> None:
    page = reviewer.page
    reviewer.name()
    reviewer.choose("120万元")
    page.keyboard.press("c")
    page.locator("#en").fill("The most that is granted")
    page.reload()
    expect(page.locator("#list button").first).to_be_visible()
    reviewer.choose("120万元")
    expect(page.locator("#en")).to_have_value("The most that is granted")
    # Somebody else changes the Chinese name meanwhile: that stays, and so does what was typed.
    client.decide("correct", client.item("maximum-grant"), zh="资助上限")
    page.locator("#en").press("Enter")
    expect(page.locator("#trouble")).to_contain_text("李雷刚才改过")
    expect(page.locator("#en")).to_have_value("The most that is granted")
    expect(page.locator("#zh")).to_have_value("资助上限")
    page.locator("#en").press("Enter")
    expect(page.locator("#said")).to_contain_text("已更正")
    limit = client.item("maximum-grant")
    assert (limit["zh"], limit["en"]) == ("资助上限", "The most that is granted")


def test_a_broken_graph_is_told_on_the_page_until_it_is_mended(
    reviewer: Reviewer, client: Client
) -> None:
    page = reviewer.page
    reviewer.name()
    whole = client.turtle.read_text("utf-8")
    client.turtle.write_text(whole.replace(" ;\n", " ]\n", 1), "utf-8")
    line = whole[: whole.index(" ;\n")].count("\n") + 1
    page.keyboard.press("a")
    expect(page.locator("#trouble")).to_contain_text(f"第 {line} 行")
    page.reload()
    expect(page.locator("#trouble")).to_contain_text("guide.ttl")
    client.turtle.write_text(whole, "utf-8")
    page.locator("#trouble button", has_text="再试一次").click()
    expect(page.locator("#trouble")).to_contain_text("没有送到：接受")
    page.locator("#trouble button", has_text="再试一次").click()
    expect(page.locator("#said")).to_contain_text("已接受")
    assert client.look()["progress"]["reviewed"] == 1


def test_what_was_decided_outlives_the_server(
    browser: Browser, drafted: Path, tmp_path: Path, cache: dict[str, str]
) -> None:
    folder = tmp_path / NAME
    shutil.copytree(drafted, folder)
    options = ("--guide", str(folder), "--no-shipped", "--edit")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    with running(*options, environment=cache) as server:
        reviewer, port = Reviewer(context.new_page(), server, "en"), str(server.port)
        page = reviewer.page
        reviewer.name("Han Meimei")
        page.keyboard.press("a")
        expect(page.locator("#said")).to_contain_text("Accepted")
        server.process.kill()
        server.process.wait()
        page.keyboard.press("a")
        expect(page.locator("#trouble")).to_contain_text("Your decision is kept")
    with running(*options, "--port", port, environment=cache) as server:
        page.reload()
        expect(page.locator("#trouble")).to_contain_text("was not sent last time: Accept")
        expect(page.locator("#progress .reviewed dd")).to_have_text("1")
        page.locator("#trouble button", has_text="Try again").click()
        expect(page.locator("#progress .reviewed dd")).to_have_text("2")
        by = [one["by"] for one in Client(server, folder).look()["items"].values() if one["by"]]
        assert by == ["Han Meimei", "Han Meimei"]
    assert not reviewer.wrong
    context.close()


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("zh", 1440, "light"), ("en", 1280, "dark"), ("en", 1440, "light"), ("zh", 390, "dark")],
)
def test_the_page_is_whole_for_everybody(
    browser: Browser, client: Client, lang: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    reviewer = Reviewer(context.new_page(), client.server, lang)
    page = reviewer.page
    reviewer.name()
    reviewer.choose("120万元")
    for opened in ("", "correct", "split", "reject", "reading", "keys"):
        if opened == "keys":
            page.keyboard.press("Escape")
            page.keyboard.press("?")
        elif opened:
            page.locator(f"[data-do={opened}]").click()
        if folder := os.environ.get("GUIDEKG_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/review-{lang}-{width}-{opened or 'item'}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert not [f"{one['id']}: {one['nodes'][0]['html']}" for one in found], opened
    assert not reviewer.wrong
    context.close()
