"""Which language a person reads."""

import os
from typing import cast

from guidekg.errors import Language


def from_locale() -> Language:
    """Return ``zh`` where the locale is a Chinese one, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def chosen(option: str | None) -> Language:
    """Return the language of ``--lang``, or the locale's."""
    return cast("Language", option) if option else from_locale()
