"""A report as one page that needs nothing else: both languages, for the screen and for paper."""

import base64
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from guidekg.i18n import Language
from guidekg.reports import html_parts as parts
from guidekg.reports import words
from guidekg.reports.base import Output
from guidekg.reports.markup import Markup, both, join, tag
from guidekg.reports.model import Header, Judgement, Override, Problem, Requirement, Summary

_HERE = Path(__file__).parent
_TAG: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
_NAME: dict[Language, str] = {"zh": "中文", "en": "English"}
_MEMORY = 8 << 20  # what a page keeps before it turns to a file
_PIECE = 1 << 20


class HtmlWriter(Output):
    """Gathers the proposals in a temporary file: the counts above them are known only at the end.

    Keeps the problems and the requirements that were met.
    """

    def __init__(self, out: TextIO, lang: Language, memory: int = _MEMORY) -> None:
        """Write a page; beyond ``memory`` bytes it is gathered in a file, with 0 never."""
        super().__init__(out, lang)
        self._body = tempfile.SpooledTemporaryFile(memory, "w+", encoding="utf-8", newline="")  # noqa: SIM115  # closed by finish
        self._header: Header | None = None
        self._problems: list[Problem] = []
        self._requirements: list[Requirement] = []
        self._anchors: dict[str, str] = {}
        self._count = 0

    def start(self, header: Header) -> None:
        """Keep the header."""
        self._header = header

    def judgement(self, judgement: Judgement) -> None:
        """Gather a proposal."""
        self._count += 1
        for item in judgement.checklist:
            if item.requirement.iri not in self._anchors:
                self._requirements.append(item.requirement)
                self._anchors[item.requirement.iri] = f"requirement-{len(self._requirements)}"
        self._body.write(parts.proposal(judgement, self._count, self._anchors) + "\n")

    def problem(self, problem: Problem) -> None:
        """Keep an input that could not be read."""
        self._problems.append(problem)

    def finish(self, summary: Summary, *, partial: bool, unused: Sequence[Override]) -> None:
        """Write the page."""
        said = tag("p", both(words.PARTIAL), class_="partial", role="status")
        warning = said if partial else Markup()
        overview = tag(
            "section",
            tag("h2", both(words.SUMMARY), id="summary"),
            parts.summary(summary),
            parts.run(self._header) if self._header else Markup(),
            class_="summary",
            aria_labelledby="summary",
        )
        before = join(overview, parts.problems(self._problems), parts.unused(unused))
        self.write(f"<!doctype html>\n<html lang={_TAG[self.lang]!r}>\n{self._head()}\n<body>\n")
        self.write(f"{self._masthead(warning)}\n<main>\n{before}\n")
        heading = tag("h2", both(words.PROPOSALS), id="proposals", tabindex="-1")
        self.write(f'<section class="proposals" aria-labelledby="proposals">{heading}\n')
        self._body.seek(0)
        while piece := self._body.read(_PIECE):
            self.write(piece)
        self._body.close()
        self.write(f"</section>\n{parts.appendix(self._requirements, self._anchors)}\n</main>\n")
        self.write(f"<script>{_SCRIPT}</script>\n</body>\n</html>\n")

    def _head(self) -> Markup:
        policy = f"default-src 'none'; style-src {_source(_STYLE)}; script-src {_source(_SCRIPT)}"
        return tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("title", words.REPORT(self.lang)),
            Markup(f"<style>{_STYLE}</style>"),
        )

    def _masthead(self, warning: Markup) -> Markup:
        guides = (
            [tag("li", both(guide.label)) for guide in self._header.guides] if self._header else []
        )
        return tag(
            "header",
            tag("a", both(words.CONTENTS), href="#proposals", class_="skip"),
            self._switch(),
            tag("h1", both(words.REPORT)),
            tag("ul", *guides, class_="guides"),
            warning,
            class_="masthead",
        )

    def _switch(self) -> Markup:
        choices = [tag("legend", both(words.LANGUAGE), class_="hidden")]
        for lang, name in _NAME.items():
            choices.append(
                tag(
                    "input",
                    type="radio",
                    name="lang",
                    id=f"lang-{lang}",
                    value=_TAG[lang],
                    data_title=words.REPORT(lang),
                    checked=lang == self.lang,
                    autocomplete="off",
                )
            )
            choices.append(tag("label", name, for_=f"lang-{lang}", lang=_TAG[lang]))
        return tag("fieldset", *choices, class_="switch")


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """Return what allows a text in a content security policy, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_STYLE, _SCRIPT = _read("report.css"), _read("report.js")
