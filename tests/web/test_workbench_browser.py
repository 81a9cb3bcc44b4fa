"""The validator, the SPARQL editor, the map and the timeline, driven in a browser as a person would."""

from __future__ import annotations

import json
import os
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from guidekg.web.pages.sparql_editor import SCRIPT
from tests.web.pages_support import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.pages_support import Workbench

EXAMPLES = Path(__file__).parents[2] / "examples"
STATIC = Path(__file__).parents[2] / "guidekg/web/pages/static"
SIZES = {"wide": (1280, 900), "narrow": (390, 800)}
PATHS = (
    "/validate",
    "/validate?example=israel-over-the-limit",
    "/sparql-editor",
    "/map",
    "/timeline",
    "/timeline?provincial-deadline=2022-09-15&call-year=2023",
)
needs_editor = pytest.mark.skipif(
    not (STATIC / SCRIPT).is_file(), reason="npm did not give the editor when this was installed"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        yield playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )


class Watch:
    """What a page complained of, and what it asked of others."""

    def __init__(self, page: Page, home: str) -> None:
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("request", lambda asked: self._asked(asked.url, home))

    def _said(self, kind: str, text: str) -> None:
        # The browser tells of each answer that is an error, as these pages are meant to give.
        if kind in ("error", "warning") and "the server responded with a status" not in text:
            self.complaints.append(text)

    def _asked(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.elsewhere.append(url)


@pytest.fixture
def watched(browser: Browser, bench: Workbench) -> Iterator[Page]:
    """A page; at the end nothing was complained of, and nothing asked of another host."""
    context = browser.new_context(base_url=bench.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    watch = Watch(page, bench.url)
    yield page
    context.close()
    assert watch.complaints == []
    assert watch.elsewhere == []


def keep(page: Page, name: str) -> None:
    """Keep a picture, where they are asked for."""
    if folder := os.environ.get("GUIDEKG_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/workbench-{name}.png", full_page=True)


def paste(page: Page, lang: str, example: str) -> str:
    """Paste an example, and have it judged."""
    text = (EXAMPLES / f"{example}.ttl").read_text(encoding="utf-8")
    page.goto(f"/{lang}/validate")
    page.locator("textarea").fill(text)
    page.locator("#as-of").fill("2022-10-01")
    judge(page)
    return text


def judge(page: Page) -> None:
    page.locator(".settings button").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_a_pasted_proposal_is_judged_and_its_lines_are_marked(
    watched: Page, lang: str, size: str
) -> None:
    width, height = SIZES[size]
    watched.set_viewport_size({"width": width, "height": height})
    text = paste(watched, lang, "israel-over-the-limit")
    verdict = {"zh": "不通过", "en": "ineligible"}[lang]
    expect(watched.locator(".verdict")).to_contain_text(verdict)
    expect(watched.locator("mark")).to_have_text("1800000.00")
    watched.locator(".said-here a").click()
    expect(watched.locator(".finding:target")).to_be_in_viewport()
    watched.locator(".finding:target .facts a").click()
    expect(watched.locator(".line:target mark")).to_be_visible()
    watched.locator(".checklist summary").click()
    rows = watched.locator(".checklist tbody tr")
    assert rows.count() > 15
    rows.first.locator("a").click()  # to the guide's words
    expect(watched.locator(".requirements dt:target")).to_be_visible()
    assert watched.locator("textarea").input_value() == text
    keep(watched, f"validate-{lang}-{size}")


def test_what_is_said_beside_a_line_is_not_cut_off(watched: Page) -> None:
    watched.set_viewport_size({"width": 390, "height": 900})
    paste(watched, "en", "midlands-engine-partner-files-too")
    notes = watched.locator(".said-here li")
    assert notes.count()
    for note in notes.all():
        assert note.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert watched.evaluate("document.querySelector('.texts').scrollWidth") <= watched.evaluate(
        "document.querySelector('.texts').clientWidth"
    )


def test_a_file_is_dropped_on_the_box(watched: Page) -> None:
    watched.goto("/en/validate")
    text = (EXAMPLES / "norway.ttl").read_text(encoding="utf-8")
    drop(watched, {"norway.ttl": text})
    expect(watched.locator("textarea")).to_have_value(text)
    expect(watched.locator("[data-status]")).to_have_text("Put in: norway.ttl")
    judge(watched)
    expect(watched.locator(".texts h3")).to_have_text("norway.ttl")
    drop(watched, {"a.ttl": text, "b.ttl": text})
    judge(watched)
    expect(watched.locator("article.proposal")).to_have_count(3)


def test_a_file_that_is_too_large_is_not_even_sent(watched: Page) -> None:
    watched.goto("/en/validate")
    watched.locator("textarea").fill("# mine")
    drop(watched, {"huge.ttl": "a" * (2 * 2**20 + 1)})
    expect(watched.locator("[data-status]")).to_contain_text("huge.ttl is larger than 2 MB")
    expect(watched.locator("textarea")).to_have_value("# mine")


def drop(page: Page, files: dict[str, str]) -> None:
    transfer = page.evaluate_handle(
        """files => {
          const transfer = new DataTransfer();
          for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
          return transfer;
        }""",
        files,
    )
    for event in ("dragover", "drop"):
        page.dispatch_event("#judge", event, {"dataTransfer": transfer})


def test_a_text_that_was_not_sent_is_there_again(watched: Page) -> None:
    watched.goto("/en/validate")
    watched.locator("textarea").fill("# half a proposal")
    watched.goto("/en/map")
    watched.goto("/en/validate")
    expect(watched.locator("textarea")).to_have_value("# half a proposal")
    watched.locator("[data-clear]").click()
    expect(watched.locator("textarea")).to_have_value("")


def test_every_report_is_downloaded(watched: Page) -> None:
    paste(watched, "en", "israel-over-the-limit")
    buttons = watched.locator(".downloads button")
    endings = set()
    for number in range(buttons.count()):
        with watched.expect_download() as told:
            buttons.nth(number).click()
        path = told.value.path()
        assert path.stat().st_size > 300
        endings.add(told.value.suggested_filename.partition(".")[2])
    assert endings == {"txt", "json", "html", "sarif", "ttl", "csv", "github.txt"}


@needs_editor
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_query_is_typed_and_run_and_every_tab_opened(watched: Page, lang: str) -> None:
    watched.goto(f"/{lang}/sparql-editor")
    expect(watched.locator("#plain")).to_be_hidden()
    watched.locator(".CodeMirror").click()
    watched.keyboard.press("ControlOrMeta+a")
    watched.keyboard.type("SELECT ?call WHERE { ?call a gk:PartnerCall", delay=5)
    watched.keyboard.press("Escape")  # a list of completions, if it is open
    watched.locator(".CodeMirror").click()
    watched.keyboard.press("ControlOrMeta+End")
    watched.keyboard.type(" } ORDER BY ?call")
    watched.keyboard.press("ControlOrMeta+Enter")
    expect(watched.locator(".yasr tbody tr")).to_have_count(7)
    chip = {"zh": "7 行", "en": "7 results"}[lang]
    expect(watched.locator(".yasr_response_chip")).to_contain_text(chip)
    link = watched.locator(".yasr tbody a").first.get_attribute("href") or ""
    assert "/id/scheme/" in link
    assert "w3id.org" not in link
    tabs = watched.locator(".yasr_btnGroup button:visible")
    for number in range(tabs.count()):
        tabs.nth(number).click()
    expect(watched.locator(".yasr_results .CodeMirror")).to_contain_text('"bindings"')
    keep(watched, f"sparql-{lang}")


@needs_editor
@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("ASK { ?call a gk:PartnerCall }", "True"),
        ("CONSTRUCT { ?c a gk:PartnerCall } WHERE { ?c a gk:PartnerCall }", "PartnerCall"),
        ("SELECT nonsense", "malformed"),
    ],
)
def test_other_queries_show_their_results(watched: Page, query: str, seen: str) -> None:
    watched.goto("/en/sparql-editor")
    watched.evaluate(
        "query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query
    )
    watched.locator(".yasqe_queryButton").click()
    expect(watched.locator(".yasr")).to_contain_text(seen, ignore_case=True)


@needs_editor
def test_completions_are_our_own_terms(watched: Page) -> None:
    watched.goto("/en/sparql-editor")
    watched.evaluate(
        "() => document.querySelector('.CodeMirror').CodeMirror"
        ".setValue('PREFIX gk: <https://w3id.org/guidekg/ns#>\\nSELECT * { ?a a gk:Partner')"
    )
    watched.locator(".CodeMirror").click()
    watched.keyboard.press("ControlOrMeta+End")
    watched.keyboard.press("Control+Space")
    expect(watched.locator(".CodeMirror-hints")).to_contain_text("gk:PartnerCall")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_question_is_put_into_the_editor(watched: Page, lang: str) -> None:
    watched.goto(f"/{lang}/sparql-editor")
    watched.locator("#question").select_option("deadlines")
    watched.locator(".examples button").click()
    watched.wait_for_load_state()
    assert "question=deadlines" in watched.url
    expect(watched.locator(".asked a")).to_have_attribute("href", f"/{lang}/questions/deadlines")
    expect(watched.locator("textarea#query")).to_contain_text("information:foreign-lead-filing-day")


def test_the_map_leads_to_places_and_calls(watched: Page) -> None:
    watched.goto("/en/map")
    sheets = watched.locator("svg.sheet")
    assert sheets.count() == 3
    counts = [sheets.nth(number).locator("a.mark").count() for number in range(3)]
    assert counts == [8, 11, 8]  # partners and the base; counties; aid regions and the base
    if (STATIC / "vendor/outlines.svg").is_file():
        assert sheets.first.locator("path.shape").count() == 4  # Singapore is too small
        assert watched.locator("use.land").count() == 3
    boxes = [sheets.nth(1).locator("a.mark text").nth(n).bounding_box() for n in range(11)]
    frame = sheets.nth(1).bounding_box()
    assert frame
    for box in boxes:
        assert box
        assert frame["x"] <= box["x"] <= box["x"] + box["width"] <= frame["x"] + frame["width"]
    sheets.nth(1).get_by_role("link", name="Rutland").click()
    watched.wait_for_load_state()
    assert watched.url.endswith("/en/page/place/gb-rutland")
    watched.goto("/en/map")
    watched.get_by_role("table").first.get_by_role("link", name="Norway call").click()
    watched.wait_for_load_state()
    assert watched.url.endswith("/en/page/scheme/zj-sti-2022-norway")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_label_of_the_map_covers_another(watched: Page, lang: str) -> None:
    watched.goto(f"/{lang}/map")
    sheets = watched.evaluate(
        """() => [...document.querySelectorAll("svg.sheet")].map(sheet =>
        [...sheet.querySelectorAll(".mark text")].map(text => {
          const box = text.getBBox();
          return [box.x, box.y, box.x + box.width, box.y + box.height];
        }))"""
    )
    assert [len(boxes) for boxes in sheets] == [8, 11, 8]
    for boxes in sheets:
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            # A line of text is higher than its letters.
            assert across <= 1 or down <= 5, (one, other)


def test_the_timeline_moves_with_the_facts(watched: Page) -> None:
    watched.goto("/en/timeline")
    rows = watched.locator(".timeline tbody tr")
    kinds = [row.get_attribute("class") for row in rows.all()]
    assert kinds == ["stated"] * 3 + ["unknown"] * 3 + ["no-foreign-filing"] * 3
    expect(watched.locator(".note.year")).to_contain_text("the year 2022 is a reading")
    assert [t.get_attribute("datetime") for t in rows.locator("time").all()] == [
        *("2022-07-13", "2022-09-19", "2022-09-30")
    ]
    watched.locator("#provincial-deadline").fill("2022-09-15")
    watched.locator(".known button").click()
    watched.wait_for_load_state()
    assert "provincial-deadline=2022-09-15" in watched.url
    kinds = [row.get_attribute("class") for row in rows.all()]
    assert kinds == ["stated", *["given"] * 3, "stated", "stated", *["no-foreign-filing"] * 3]
    places = [
        float((mark.get_attribute("cx") or "").rstrip("%")) for mark in rows.locator("circle").all()
    ]
    assert places == sorted(places)
    watched.locator("#call-year").fill("2024")
    watched.locator(".known button").click()
    watched.wait_for_load_state()
    expect(watched.locator(".note.year")).to_contain_text("2024")
    assert rows.locator("time").last.get_attribute("datetime") == "2024-09-30"
    for width in (1280, 390):  # three years now, whose months have room beside one another
        watched.set_viewport_size({"width": width, "height": 900})
        boxes = [one.bounding_box() for one in watched.locator(".axis text").all()]
        assert len(boxes) == 3
        for box, following in pairwise(box for box in boxes if box):
            assert box["x"] + box["width"] < following["x"]


@pytest.mark.parametrize(("value", "status"), [("2022-09-31", 400), ("soon", 400), ("", 200)])
def test_a_fact_that_is_no_day_is_refused(bench: Workbench, value: str, status: int) -> None:
    query = {"provincial-deadline": value}
    assert bench.get("/zh/timeline", **query).status == status


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_nothing_bars_the_way_of_anyone(
    browser: Browser, bench: Workbench, size: str, scheme: str
) -> None:
    """Axe finds nothing serious, nothing is wider than the screen, nothing is complained of."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=bench.url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=False,
    )
    for number, path in enumerate(PATHS):
        lang = LANGUAGES[number % 2] if scheme == "dark" else LANGUAGES[(number + 1) % 2]
        page = context.new_page()
        watch = Watch(page, bench.url)
        page.goto(f"/{lang}{path}")
        if "example" in path:
            judge(page)
            page.locator(".checklist summary").click()
        if "sparql" in path and page.locator(".yasqe_queryButton").count():
            page.locator(".yasqe_queryButton").click()
            page.wait_for_selector(".yasr tbody tr")
        keep(page, f"{path.strip('/').replace('?', '-')}-{lang}-{size}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert watch.complaints == []
        assert watch.elsewhere == []
        assert serious(page) == [], path
        page.close()
    context.close()


def serious(page: Page) -> list[str]:
    """Return what axe finds that is serious."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {json.dumps([node['html'][:200] for node in one['nodes']][:4])}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.fixture
def scriptless(browser: Browser, bench: Workbench) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=bench.url, java_script_enabled=False)
    yield context
    context.close()


def test_all_works_without_scripts(scriptless: BrowserContext) -> None:
    page = scriptless.new_page()
    page.goto("/zh/validate")
    page.locator("#example").select_option("israel-over-the-limit")
    page.locator(".start button").first.click()
    page.wait_for_load_state()
    judge(page)
    expect(page.locator(".verdict")).to_contain_text("不通过")
    page.set_input_files("#file", [EXAMPLES / "norway.ttl"])
    judge(page)
    expect(page.locator("article.proposal")).to_have_count(2)
    page.locator("label[for=show-ineligible]").click()
    expect(page.locator("article.proposal:visible")).to_have_count(1)
    page.goto("/zh/sparql-editor?question=deadlines")
    page.locator("#format").select_option("csv")
    with page.expect_download() as told:
        page.locator("#plain button").click()
    assert len(told.value.path().read_text().splitlines()) == 10
    page.goto("/zh/timeline?provincial-deadline=2022-09-15")
    expect(page.locator("tr.given")).to_have_count(3)
    page.goto("/zh/map")
    expect(page.locator("a.mark")).to_have_count(27)


@needs_editor
def test_the_editor_marks_prefixes_that_nobody_knows_and_no_others(watched: Page) -> None:
    watched.goto("/en/sparql-editor")
    put = "query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)"
    for query, marked in (("ASK { ?c a gk:Track }", 0), ("ASK { ?c a gkk:Track }", 1)):
        watched.evaluate(put, query)
        expect(watched.locator(".CodeMirror .parseErrorIcon")).to_have_count(marked)


@needs_editor
@pytest.mark.parametrize(
    ("lang", "seen"),
    [
        ("zh", "第 1 行第 12 列：没有前缀“gkk:”"),
        ("en", "line 1, column 12: there is no prefix gkk:"),
    ],
)
def test_the_editor_tells_errors_in_words(watched: Page, lang: str, seen: str) -> None:
    watched.goto(f"/{lang}/sparql-editor")
    put = "query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)"
    watched.evaluate(put, "ASK { ?c a gkk:Track }")
    watched.locator(".yasqe_queryButton").click()
    expect(watched.locator(".yasr")).to_contain_text(seen)
    expect(watched.locator(".yasr")).not_to_contain_text('"detail"')


@needs_editor
@pytest.mark.parametrize(
    ("lang", "seen"),
    [
        ("zh", "图中没有 gk:Partnercall；相近的有：gk:PartnerCall、gk:partner。"),
        (
            "en",
            "Nothing in the graph is called gk:Partnercall; the nearest: gk:PartnerCall, gk:partner.",
        ),
    ],
)
def test_the_editor_names_what_a_query_asks_for_in_vain(
    watched: Page, lang: str, seen: str
) -> None:
    watched.goto(f"/{lang}/sparql-editor")
    put = "query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)"
    watched.evaluate(put, "SELECT * { ?c a gk:Partnercall }")
    watched.locator(".yasqe_queryButton").click()
    expect(watched.locator("#notice")).to_contain_text(seen)
    watched.evaluate(put, "SELECT * { ?c a gk:PartnerCall }")
    watched.locator(".yasqe_queryButton").click()
    expect(watched.locator("#notice p")).to_have_count(0)
