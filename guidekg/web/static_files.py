"""The files that pages load, at addresses that change with their content."""

import hashlib
import os
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parent / "pages" / "static"
_YEAR = "public, max-age=31536000, immutable"


_SHARED = {  # styles that are kept with the reports, and where in their files they begin
    "report-parts.css": ("report.css", b"/* The parts of a report"),
    "comparison.css": ("comparison.css", b""),
}


@cache
def _shared(name: str) -> bytes:
    file, begin = _SHARED[name]
    style = resources.files("guidekg.reports").joinpath(file).read_bytes()
    return style[style.index(begin) :]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


_DIGESTS = {  # made now: nothing is read while a page is made
    **{
        path.relative_to(_FOLDER).as_posix(): _digest(path.read_bytes())
        for path in _FOLDER.rglob("*")
        if path.is_file()
    },
    **{name: _digest(_shared(name)) for name in _SHARED},
}


def address(name: str) -> str:
    """Return where a file of the folder stands; a browser may keep it as long as it likes.

    Raises:
        KeyError: there is none of that name.
    """
    return f"/static/{name}?v={_DIGESTS[name]}"


class _Files(StaticFiles):
    """Starlette's, with a long life for a file under its own address, and nothing else loaded by it."""

    def get_path(self, scope: Scope) -> str:
        """Return the path below the folder."""
        return os.path.normpath(str(scope["path_params"]["name"]))

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or that it has not changed."""
        if path in _SHARED:
            response = Response(_shared(path), media_type="text/css")
        else:
            response = await super().get_response(path, scope)
        version = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        is_own = version == [_DIGESTS.get(path)]
        response.headers["cache-control"] = _YEAR if is_own else "no-cache"
        response.headers["content-security-policy"] = "default-src 'none'; frame-ancestors 'none'"
        return response


def routes() -> list[BaseRoute]:
    """Return what stands at which address."""
    pack = Middleware(GZipMiddleware, compresslevel=6)
    files = _Files(directory=_FOLDER)
    return [Route("/static/{name:path}", files, methods=["GET"], middleware=[pack])]
