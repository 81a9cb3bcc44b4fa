"""Keep a computed store between runs; never let a bad cache give a wrong answer.

A file is named after the content and the code it was made from, so a stale one is not found. It carries the
SHA-256 of what follows, so a torn one is thrown away. It is written beside its place and renamed,
so nobody reads half of it. Where nothing can be written, nothing is.
"""

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path


def directory() -> Path:
    """Return the cache directory: GUIDEKG_CACHE, or the user's own."""
    named = os.environ.get("GUIDEKG_CACHE")
    return Path(named) if named else user_cache_path("guidekg", appauthor=False)


@cache
def _maker() -> str:
    """What else the stored body depends on: the reasoner, and the code that cleans its closure."""
    # The folder of an installed package's metadata bears its version; reading it takes 15 ms more.
    spec = find_spec("owlrl")
    site = Path(spec.origin).parents[1] if spec and spec.origin else Path()
    digest = hashlib.sha256(" ".join(item.name for item in site.glob("owlrl-*")).encode())
    for name in ("sources.py", "closure.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:16]


def _path(content: str) -> Path:
    return directory() / f"{_maker()}-{content}.trig"


def fetch(content: str) -> bytes | None:
    """Return what was stored for this content, or None."""
    try:
        data = _path(content).read_bytes()
    except OSError:
        return None
    digest, newline, body = data.partition(b"\n")
    if newline and hashlib.sha256(body).hexdigest().encode() == digest:
        return body
    return None


def keep(content: str, body: bytes) -> None:
    """Store the body for this content, if the directory can be written."""
    import tempfile  # noqa: PLC0415  # not for those who only read

    path = _path(content)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
