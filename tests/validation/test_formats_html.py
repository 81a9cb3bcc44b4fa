"""The report as a page."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from formats_sample import HOSTILE, NASTY_TITLE, sample, written

from guidekg.reports import words

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from guidekg.reports.report import Report

VOID = {"meta", "input"}
CSS = files("guidekg.reports").joinpath("report.css").read_text("utf-8")


class Page(HTMLParser):
    """A page as a browser sees it; a tag that is not closed in its order is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open[-1:]:
            self.texts.setdefault(tag, []).append(data)

    def of(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.tags
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]


@pytest.fixture(scope="module")
def report(kg: KnowledgeGraph) -> Report:
    return sample(kg)


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(written(report, "html"))


def test_it_needs_nothing_else(page: Page) -> None:
    assert not {"link", "img", "iframe", "object", "base", "form"} & {tag for tag, _ in page.tags}
    for _, attrs in page.tags:
        assert "src" not in attrs
        assert "style" not in attrs
        assert str(attrs.get("href", "#")).startswith("#")
        assert not [name for name in attrs if name.startswith("on")]
    assert not re.search(r"url\(|@import|https?:", CSS)


def test_what_people_sent_is_text(page: Page) -> None:
    assert len(page.of("script")) == 1
    shown = "".join(page.texts["bdi"])
    assert HOSTILE in shown
    assert NASTY_TITLE.zh.partition("\n")[0] in "".join(page.texts["span"])
    assert not re.search(r"[\x00-\x08\x1b\u202e\udcff]", shown)


def test_the_policy_admits_this_style_and_this_script_only(page: Page) -> None:
    policy = page.of("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    for tag in ("style", "script"):
        digest = hashlib.sha256("".join(page.texts[tag]).encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in str(policy)
    assert str(policy).startswith("default-src 'none'")


@pytest.mark.parametrize(("lang", "other"), [("zh", "en"), ("en", "zh")])
def test_both_languages_are_there_and_one_is_chosen(report: Report, lang: Any, other: Any) -> None:
    page = Page(written(report, "html", lang))
    assert "checked" in page.of("input", id=f"lang-{lang}")[0]
    assert "checked" not in page.of("input", id=f"lang-{other}")[0]
    assert page.of("html") == [{"lang": {"zh": "zh-CN", "en": "en"}[lang]}]
    assert page.texts["title"] == [words.REPORT(lang)]
    assert len(page.of("span", **{"class": "zh"})) == len(page.of("span", **{"class": "en"})) > 100
    said = page.texts["span"]
    for finding in report.judgements[2].findings:
        assert finding.message.zh in said
        assert finding.message.en in said


def test_ids_are_unique_and_every_reference_has_one(page: Page) -> None:
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    wanted = {
        str(attrs[name]).removeprefix("#")
        for _, attrs in page.tags
        for name in ("for", "aria-labelledby", "href")
        if name in attrs
    }
    assert wanted <= set(ids)
    assert len(wanted) > 25


def test_it_has_landmarks_and_headings_in_their_order(page: Page) -> None:
    tags = [tag for tag, _ in page.tags]
    assert tags.count("main") == tags.count("h1") == 1
    assert page.of("header", **{"class": "masthead"})
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_proposal_can_be_filtered_by_its_verdict(report: Report, page: Page) -> None:
    shown = [attrs["data-verdict"] for attrs in page.of("article")]
    assert shown == [judged.verdict for judged in report.judgements]
    for verdict in set(shown):
        assert page.of("input", id=f"show-{verdict}")
        assert f'html:has(#show-{verdict}:checked) .proposal:not([data-verdict="{verdict}"])' in CSS


def test_the_guide_stands_beside_each_finding_and_once_at_the_end(
    report: Report, page: Page
) -> None:
    assert page.texts["q"].count("建议财政补助经费：150万元以内") == 2
    requirements = [attrs for attrs in page.of("dt") if "id" in attrs]
    assert len(requirements) == len(report.judgements[0].checklist)
    assert len(page.of("details")) == 3


def test_a_partial_page_says_so_and_is_whole(report: Report) -> None:
    page = Page(written(replace(report, partial=True), "html"))
    assert len(page.of("p", role="status")) == 1
    assert len(page.of("article")) == 4


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_its_ground(scheme: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    found = colours(blocks[0]) | (colours(blocks[1]) if scheme == "dark" else {})
    pairs = [
        (ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "card", "sunk")
    ]
    pairs += [
        (tone, ground)
        for tone in ("good", "open", "bad", "note")
        for ground in (f"{tone}-bg", "card")
    ]
    pairs += [("ink", f"{tone}-bg") for tone in ("open", "bad")] + [("card", "accent")]
    for ink, ground in pairs:
        light, dark = sorted((luminance(found[ink]), luminance(found[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)
