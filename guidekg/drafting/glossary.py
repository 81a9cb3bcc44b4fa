"""English drafts of Chinese words of the genre, by a glossary: whole phrases that it knows, or nothing."""

import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

from guidekg.drafting.structure import folded
from guidekg.drafting.values import amounts
from guidekg.formatting import format_amount


@cache
def _terms() -> tuple[re.Pattern[str], dict[str, str]]:
    data = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8"))
    terms: dict[str, str] = data["terms"]
    longest = sorted(terms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))), terms


def translated(words: str) -> str:
    """Return words in English if the glossary knows all of them, else nothing.

    The order of the words is that of the Chinese: it is a draft, for a person to mend.
    """
    pattern, terms = _terms()
    words = _with_amounts(words)
    out: list[str] = []
    at = 0
    for found in pattern.finditer(words):
        between = words[at : found.start()]
        if re.search("[\u4e00-\u9fff]", between):
            return ""
        out += [between, terms[found[0]]]
        at = found.end()
    if re.search("[\u4e00-\u9fff]", words[at:]) or not out:
        return ""
    said = " ".join(part.strip() for part in (*out, words[at:]) if part.strip())
    for wide, narrow in (
        ("，", ", "),
        ("、", ", "),
        ("：", ": "),
        ("；", "; "),
        ("（", " ("),
        ("）", ") "),
        ("。", "."),
    ):
        said = said.replace(wide, narrow)
    said = re.sub(r"\s+([,.;:)])", r"\1", " ".join(said.split()))
    return re.sub(r"\(\s+", "(", said)


def _with_amounts(words: str) -> str:
    """Return words with their amounts of money as English writes them."""
    out, at = "", 0
    for one in amounts(folded(words)):
        ends = dict.fromkeys((one.least, one.most))
        told = " to ".join(format_amount(Decimal(repr(end)), one.currency, "en") for end in ends)
        out += f"{words[at : one.start]} {told} "
        at = one.end
    return out + words[at:]
