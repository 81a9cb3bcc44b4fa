"""Keep a computed store between runs; never let a bad cache give a wrong answer.

A file is named after the content and the code it was made from, so a stale one is not found. Its
first line, a comment, is the SHA-256 of the rest, so a torn one is thrown away. It is written
beside its place and renamed, so nobody reads half of it. Where nothing can be written, nothing is.
"""

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from guidekg.guides.rules import rules
from guidekg.stores import EmbeddedStore

_HEAD = len("# " + 64 * "0" + "\n")


def directory() -> Path | None:
    """Return the cache directory: GUIDEKG_CACHE, or the user's own; None where they have no home."""
    try:
        if named := os.environ.get("GUIDEKG_CACHE"):
            return Path(named).expanduser()
        from platformdirs import user_cache_path  # noqa: PLC0415  # 6 ms, for those who need it

        found = user_cache_path("guidekg", appauthor=False)
    except RuntimeError:  # nobody knows the user
        return None
    return found if found.is_absolute() else None  # older versions leave the ~ as it is


@cache
def _maker() -> str:
    """What else the stored body depends on: the reasoner, the code that cleans its closure, the rules."""
    # The folder of an installed package's metadata bears its version; reading it takes 15 ms more.
    spec = find_spec("owlrl")
    site = Path(spec.origin).parents[1] if spec and spec.origin else Path()
    digest = hashlib.sha256(" ".join(item.name for item in site.glob("owlrl-*")).encode())
    code = (Path(__file__).parent / name for name in ("sources.py", "closure.py", "rules.py"))
    for path in (*code, *rules()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def path(content: str) -> Path | None:
    """Return where the store for this content is kept, or None."""
    base = directory()
    return base and base / f"{_maker()}-{content}.nq"


def fetch(content: str) -> EmbeddedStore | None:
    """Return the store that was kept for this content, or None."""
    if not (file := path(content)):
        return None
    try:
        data = file.read_bytes()
    except OSError:
        return None
    store = EmbeddedStore()
    # The engine reads on one core while the other checks the sum and imports what answers need.
    loading = Thread(target=store.load, args=(data,))
    loading.start()
    whole = hashlib.sha256(memoryview(data)[_HEAD:]).hexdigest().encode() == data[2 : _HEAD - 1]
    if whole:
        import_module("guidekg.guides.things")
        import_module("guidekg.guides.names")
    loading.join()
    return store if whole else None


def keep(content: str, store: EmbeddedStore) -> None:
    """Keep the store for this content, if the directory can be written."""
    import tempfile  # noqa: PLC0415  # not for those who only read

    if not (file := path(content)):
        return
    body = store.dump()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(f"# {hashlib.sha256(body).hexdigest()}\n".encode() + body)
            Path(temporary).replace(file)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
