"""The beginning of a guide: a text, and Turtle that says what to write where.

``guide.ttl`` is Turtle, in which NAME stands for the name of the guide and SHA256 for that of its text;
a comment in one language begins with ``#zh`` or ``#en``.
"""

import hashlib
import re
from pathlib import Path

from guidekg.characters import decode, shown
from guidekg.errors import GuideKGError
from guidekg.i18n import LANGUAGES, Language

_HERE = Path(__file__).parent
_TEXT, _TURTLE = "source.zh.txt", "guide.ttl"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")


class SkeletonError(GuideKGError, ValueError):
    """A guide cannot be started: it has no fitting name, or something is in the way."""


def start(
    folder: Path, *, name: str | None = None, text: bytes | None = None, lang: Language = "en"
) -> tuple[Path, Path]:
    """Write the beginning of a guide into a folder, and return its files; nothing is overwritten.

    Args:
        folder: made if it is not there.
        name: what the identifiers of the guide are made from; the name of the folder if not given.
        text: the text of the guide, byte for byte; a sample if not given.
        lang: the language of the comments.

    Raises:
        SkeletonError: the name does not fit, or one of the files is there already.
        EncodingError: the text is not UTF-8.
        OSError: they cannot be written.
    """
    name = check_name(folder, name)
    source, turtle = files = folder / _TEXT, folder / _TURTLE
    _refuse_what_is_there(folder, files)
    data = (_HERE / _TEXT).read_bytes() if text is None else text
    decode(data)
    described = _in_language((_HERE / _TURTLE).read_text(encoding="utf-8"), lang)
    digest = hashlib.sha256(data).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in (
        (source, data),
        (turtle, described.replace("NAME", name).replace("SHA256", digest).encode()),
    ):
        with file.open("xb") as opened:
            opened.write(content)
    return files


def check_name(folder: Path, name: str | None) -> str:
    """Return what the identifiers of a guide are made from: the name given, else that of its folder.

    Raises:
        SkeletonError: it does not fit.
    """
    name = folder.resolve().name if name is None else name
    if not _NAME.fullmatch(name):
        raise SkeletonError(
            f"“{name}”不能用来构成标识：只能有英文字母、数字、连字符和下划线；请用 --id 另给一个。",
            f"identifiers cannot be made from {name!r}: letters A to Z, digits, hyphens and underscores"
            " only; give another name by --id",
        )
    return name


def _refuse_what_is_there(folder: Path, files: tuple[Path, Path]) -> None:
    for file in (folder, *files):
        if file.is_symlink() or (file.exists() and not (file == folder and file.is_dir())):
            raise SkeletonError(
                f"{shown(file)} 已经存在，没有改动；请换一个文件夹。",
                f"{shown(file)} is there already and is left as it is: choose another folder",
            )


def _in_language(turtle: str, lang: Language) -> str:
    """Return Turtle with the comments of one language."""
    others = tuple(f"#{other}" for other in LANGUAGES if other != lang)
    kept = (line for line in turtle.splitlines() if not line.startswith(others))
    return "".join(re.sub(f"^#{lang}", "#", line) + "\n" for line in kept)
