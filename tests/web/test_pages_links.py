"""Every link inside the pages leads somewhere, and to a place that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from tests.web.pages_support import LANGUAGES, PAGES

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph
    from tests.web.pages_support import Workbench


# Pages that are asked for what is not there, to see how they say so.
REFUSED = ("/nowhere", "amount=abc", "scheme=x")
IDS = re.compile(r' id="([^"]+)"')


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_inside_leads_somewhere(bench: Workbench, kg: KnowledgeGraph, lang: str) -> None:
    asked = [
        f"/questions/{name}?{urlencode({one.name: one.example for one in q.header.parameters})}"
        for name, q in kg.questions.items()
    ]
    wanted: dict[str, dict[str, str]] = {}
    # What is chosen in the guide stays in its links: those of one page of it are enough.
    for path in (*(path for path in PAGES if "zj-sti-2022?" not in path), *asked):
        start = f"/{lang}{path}"
        for link in bench.send(start).page.links:
            parts = urlsplit(urljoin(start, link))
            if not parts.netloc:
                target = parts._replace(fragment="").geturl()
                wanted.setdefault(target, {})[parts.fragment] = start
    assert len(wanted) > 500
    broken = []
    for target, fragments in wanted.items():
        reply = bench.follow(target, accept="text/html, */*;q=0.5")
        ids = {"", *IDS.findall(reply.body.decode(errors="replace"))}  # a workbook is no text
        for fragment, start in fragments.items():
            if reply.status != 200 and not any(part in target for part in REFUSED):
                broken.append(f"{start} → {target}: {reply.status}")
            elif fragment not in ids:
                broken.append(f"{start} → {target}#{fragment}: no such place")
    assert not broken
