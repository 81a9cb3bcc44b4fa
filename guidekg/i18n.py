"""The two languages, and a text in both."""

import os
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}  # as HTML and HTTP have them (BCP 47)


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str

    def __call__(self, lang: Language) -> str:
        """Return the name in one language, or the other where it has none."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}" if self.zh and self.en else self.zh or self.en


def language_tag(language: str) -> str:
    """Return the tag of a language for a browser; of one that is not ours, the language itself."""
    return {str(name): tag for name, tag in TAGS.items()}.get(language, language)


def from_locale() -> Language:
    """Return ``zh`` where the locale is a Chinese one, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
