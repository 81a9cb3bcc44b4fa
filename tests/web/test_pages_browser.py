"""The pages in a browser, as a person uses them: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.browsers import chromium
from tests.web.pages_support import LANGUAGES, PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Request

    from tests.web.pages_support import Workbench

GUIDE = "/guide/zj-sti-2022"
# Each page in each language, narrow and wide, light and dark; two of these are checked in full.
VIEWS = [("zh", 1280, "light"), ("en", 390, "dark"), ("en", 1280, "dark"), ("zh", 390, "light")]
CHECKED = VIEWS[:2]
QUIET = {"resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def shots() -> Path | None:
    """Where screenshots are kept: ``GUIDEKG_SCREENSHOTS``, if that is set."""
    folder = os.environ.get("GUIDEKG_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None


def opened(context: BrowserContext, bench: Workbench, path: str) -> tuple[Page, list[str]]:
    """Open a page; what goes wrong in it, and what it asks of other hosts, is listed."""
    page, wrong = context.new_page(), []

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            wrong.append(f"asked {request.url}")

    # The browser itself notes the status of the page, which is meant.
    page.on("console", lambda m: None if "status of 4" in m.text else wrong.append(m.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", asked)
    page.goto(f"{bench.url}{path}")
    return page, wrong


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    """A window for each view."""
    made = [
        browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        for _, width, scheme in VIEWS
    ]
    yield made
    for context in made:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_in_both_languages_narrow_and_wide(
    contexts: list[BrowserContext], bench: Workbench, path: str, shots: Path | None
) -> None:
    for view, context in zip(VIEWS, contexts, strict=True):
        lang, width, _ = view
        page, wrong = opened(context, bench, f"/{lang}{path}")
        name = path.strip("/").replace("/", "-").partition("?")[0] or "home"
        if shots:
            page.screenshot(path=shots / f"{name}-{PAGES.index(path)}-{lang}-{width}.png")
        assert not wrong
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if view in CHECKED:
            found = Axe().run(page, options=QUIET).response["violations"]
            assert not [f"{one['id']}: {one['nodes'][0]['html']}" for one in found], view
        page.close()


def test_the_checker_finds_what_is_wrong(browser: Browser, bench: Workbench) -> None:
    page, _ = opened(browser.new_context(), bench, "/zh")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert "image-alt" in [one["id"] for one in Axe().run(page).response["violations"]]
    page.context.close()


def test_the_policy_stops_what_is_put_in(browser: Browser, bench: Workbench) -> None:
    page, wrong = opened(browser.new_context(), bench, "/en/calls")
    page.evaluate(
        """() => { const made = document.createElement("script");
        made.textContent = "window.ran = true"; document.body.append(made);
        const image = document.createElement("img"); image.src = "https://elsewhere.example/";
        document.body.append(image) }"""
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in line for line in wrong)
    page.context.close()


# What stands on several lines, of words that need not be broken.
BROKEN = """() => {
  const found = [], texts = document.createTreeWalker(document.querySelector(".answer"), 4);
  while (texts.nextNode()) {
    const text = texts.currentNode, range = document.createRange();
    if (text.parentElement.closest(".outside")) continue;
    for (const word of text.textContent.matchAll(/[A-Za-z0-9]+/g)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("width", [1280, 800])
@pytest.mark.parametrize("name", ["call-year", "documents", "filing-windows", "agencies"])
def test_a_wide_answer_breaks_no_word_and_no_page(
    browser: Browser, several: Workbench, name: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page, wrong = opened(context, several, f"/en/questions/{name}")
    assert not wrong
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 390)])
def test_a_reader_chooses_a_sentence_and_sees_its_provisions(
    browser: Browser, bench: Workbench, lang: str, width: int, *, script: bool
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script
    )
    page, wrong = opened(context, bench, f"/{lang}{GUIDE}")
    loads: list[str] = []
    page.on("load", lambda _: loads.append(page.url))
    page.locator("#s700").click()
    told = page.locator(".note-item.chosen .body")
    expect(told).to_have_count(1)
    expect(told).to_be_visible()
    expect(page.locator("#s700")).to_have_class("piece must lit chosen")
    expect(page.locator("#s700")).to_be_in_viewport()
    assert page.url.endswith(f"/{lang}{GUIDE}?at=700#s700")
    assert bool(loads) is not script
    sentence, note = page.locator("#s700").bounding_box(), told.bounding_box()
    assert sentence
    assert note
    if width > 1000:  # beside it
        assert note["x"] > sentence["x"] + sentence["width"]
    else:  # below it
        assert note["y"] > sentence["y"]
    page.go_back()
    expect(told).to_have_count(0)
    assert not wrong
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_reader_chooses_a_provision_and_sees_its_sentences(
    browser: Browser, bench: Workbench, *, script: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, java_script_enabled=script
    )
    page, wrong = opened(context, bench, f"/en{GUIDE}")
    page.get_by_role("link", name="The foreign lead is an enterprise").first.click()
    expect(page.locator(".piece.lit")).to_have_text(["由双方企业牵头", "由双方企业牵头"])
    expect(page.locator(".note-item.chosen .body")).to_be_visible()
    expect(page.locator(".piece.lit").first).to_be_in_viewport()
    page.locator(".spans a").nth(1).click(position={"x": 60, "y": 8})
    expect(page.locator(".piece.lit").nth(1)).to_be_in_viewport()
    assert not wrong
    context.close()


def test_the_switch_of_language_keeps_what_was_chosen(browser: Browser, bench: Workbench) -> None:
    page, _ = opened(browser.new_context(), bench, f"/zh{GUIDE}")
    page.locator("#s700").click()
    expect(page.locator("a.switch")).to_have_attribute("href", f"/en{GUIDE}?at=700")
    page.locator("a.switch").click()
    expect(page.locator(".note-item.chosen").first).to_contain_text("green technology")
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_applicant_filters_the_calls_without_scripts(
    browser: Browser, bench: Workbench, lang: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, _ = opened(context, bench, f"/{lang}/calls")
    page.locator("[name=field]").select_option("new-materials")
    page.locator("[name=place]").fill("捷克" if lang == "zh" else "Czechia")
    page.locator("[name=amount]").fill("300000")
    page.locator("[name=lead]").select_option("enterprise")
    page.locator("form button").click()
    expect(page.locator(".call h2")).to_have_text(
        ["捷克合作征集" if lang == "zh" else "Czechia call"]
    )
    page.locator(".views a").nth(1).click()
    expect(page.locator(".comparison tbody tr")).to_have_count(1)
    assert "field=new-materials" in page.url
    page.locator(".comparison a.source").first.click()
    expect(page.locator(".piece.lit").first).to_contain_text("7月13日")
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_officer_asks_a_question_and_follows_it_to_the_text(
    browser: Browser, bench: Workbench, lang: str
) -> None:
    page, wrong = opened(browser.new_context(), bench, f"/{lang}/questions")
    page.locator("main a[href$='/questions/tracks-by-amount']").click()
    page.locator("[name=amount]").fill("much")
    page.locator("main button").click()
    expect(page.locator(".problem")).to_be_visible()
    expect(page.locator("[name=amount]")).to_have_value("much")
    page.locator("[name=amount]").fill("500000")
    page.locator("main button").click()
    expect(page.locator(".answer tbody tr")).to_have_count(4)
    kept = page.locator(".permanent a").first.get_attribute("href")
    assert kept == urlsplit(page.url).path + "?amount=500000"
    page.locator(".cited .place").first.click()
    expect(page.locator(".piece.chosen")).to_be_in_viewport()
    assert not wrong
    page.context.close()


def test_a_page_can_be_used_by_keyboard(browser: Browser, bench: Workbench) -> None:
    page, _ = opened(browser.new_context(), bench, "/zh/calls")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[name=field]")).to_be_focused()
    outline = page.locator("[name=field]").evaluate("e => getComputedStyle(e).outlineWidth")
    assert outline == "3px"
    page.goto(f"{bench.url}/zh{GUIDE}")
    page.locator("#s700").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#s700")).to_have_class("piece must lit chosen")
    expect(page.locator("#s700")).to_be_focused()
    page.context.close()


def test_a_page_prints_without_what_paper_cannot_use(browser: Browser, bench: Workbench) -> None:
    page, _ = opened(browser.new_context(color_scheme="dark"), bench, f"/en{GUIDE}?at=700")
    page.emulate_media(media="print")
    expect(page.locator("header nav")).to_be_hidden()
    expect(page.locator("a.switch")).to_be_hidden()
    expect(page.locator(".notes").first).to_be_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    page.context.close()
