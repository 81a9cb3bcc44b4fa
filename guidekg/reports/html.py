"""A report as one page that needs nothing else: both languages, for the screen and for paper."""

import base64
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from markupsafe import Markup, escape

from guidekg.guides.model import longest
from guidekg.i18n import TAGS, Label, Language, language_tag
from guidekg.rdf.namespaces import compact
from guidekg.reports import words
from guidekg.reports.base import Unused, Writer, caveats, clean, counted, entries, one_line, place
from guidekg.reports.model import Header, Judgement, Problem, Requirement, Summary
from guidekg.reports.templates import environment

_HERE = Path(__file__).parent
_STYLE, SCRIPT = ((_HERE / f"report.{kind}").read_text("utf-8") for kind in ("css", "js"))
_PARTS = "/* The parts of a report"  # where the style of a page ends, and that of a report begins
_MEMORY = 8 << 20  # what a page keeps before it turns to a file
_PIECE = 1 << 20


def speech(lang: Language | None) -> dict[str, Callable[..., Markup]]:
    """Return how templates say things: ``say(label)`` and ``tr(zh, en)``.

    Args:
        lang: the language shown; None for both, of which the page shows one.
    """

    @lru_cache(4096)  # the words of a report are few, and come again in every proposal
    def say(label: Label) -> Markup:
        zh, en = label.zh, label.en
        if zh == en or (lang and zh and en):
            return escape(label(lang or "zh"))
        if zh and en:
            return _span("zh", zh, own=True) + _span("en", en, own=True)
        return _span("zh", zh) if zh else _span("en", en)

    return {"say": say, "tr": lambda zh, en: say(Label(zh, en))}


def _span(lang: Language, text: str, *, own: bool = False) -> Markup:
    shown = Markup(' class="{}"').format(lang) if own else ""
    return Markup('<span{} lang="{}">{}</span>').format(shown, TAGS[lang], text)


def vocabulary(anchors: dict[str, str]) -> dict[str, Any]:
    """Return what the parts of a report use beside ``speech``; ``anchors`` may grow."""
    made: dict[tuple[str, ...], Markup] = {}

    def remember(macro: Any, requirement: Requirement, *more: str) -> Markup:
        # What is said of a requirement comes again in every proposal.
        key = (macro.name, requirement.iri, *more)
        if key not in made:
            made[key] = macro(requirement, *more)
        return made[key]

    return {
        "remember": remember,
        "anchors": anchors,
        "words": words,
        "tags": TAGS,
        "shorten": shorten,
        "caveats": lambda header: map(Label, caveats(header, "zh"), caveats(header, "en")),
        "entries": entries,
        "language_tag": language_tag,
        "counted": counted,
        "longest": longest,
        "compact": compact,
        "place": place,
    }


def shorten(text: str | Label, limit: int = 300) -> str | Label:
    """Return a text for a line of its own, as ``one_line`` does; or both texts of a label."""
    if isinstance(text, Label):
        return replace(text, zh=one_line(text.zh, limit), en=one_line(text.en, limit))
    return one_line(text, limit)


class HtmlWriter(Writer):
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
        self._context = {**speech(None), **vocabulary(self._anchors)}
        parts: Any = environment().get_template("report_parts.html").make_module(self._context)
        self._proposal: Callable[[Judgement, int], Markup] = parts.proposal
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
        self._body.write(clean(self._proposal(judgement, self._count)))

    def problem(self, problem: Problem) -> None:
        """Keep an input that could not be read."""
        self._problems.append(problem)

    def finish(self, summary: Summary, *, partial: bool, unused: Unused) -> None:
        """Write the page."""
        page = environment().get_template("report.html")
        self._body.seek(0)
        for piece in page.generate(
            self._context,
            lang=self.lang,
            style=_STYLE,
            script=SCRIPT,
            policy=policy(_STYLE),
            header=self._header,
            summary=summary,
            problems=self._problems,
            partial=partial,
            unused=unused,
            proposals=self._pieces(),
            requirements=self._requirements,
        ):
            self.write(piece)
        self._body.close()

    def _pieces(self) -> Iterator[str]:
        while piece := self._body.read(_PIECE):
            yield piece


def page_style(name: str) -> str:
    """Return the style of a page that stands alone, with that of a file for what is on it."""
    return _STYLE.partition(_PARTS)[0] + (_HERE / name).read_text("utf-8")


def policy(style: str) -> str:
    """Return a content security policy that allows a style and our script, and nothing else."""
    return f"default-src 'none'; style-src {_source(style)}; script-src {_source(SCRIPT)}"


def _source(text: str) -> str:
    """Return what allows a text in a content security policy, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
