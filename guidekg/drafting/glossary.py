"""English drafts of Chinese words of the genre, by a glossary: whole phrases that it knows, or nothing."""

import re
import tomllib
from functools import cache
from pathlib import Path


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
