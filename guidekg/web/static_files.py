"""The files that pages load, at addresses that change with their content."""

import hashlib
import os
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parent / "pages" / "static"
_YEAR = "public, max-age=31536000, immutable"


_REPORT_STYLE = "report-parts.css"  # of the parts of a report, kept with the report
_HEADERS = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}


@cache
def _report_style() -> bytes:
    style = resources.files("guidekg.reports").joinpath("report.css").read_bytes()
    return style[style.index(b"/* The parts of a report") :]


def _digest() -> dict[str, str]:
    files = {path.relative_to(_FOLDER).as_posix(): path for path in _FOLDER.rglob("*")}
    found = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    found[_REPORT_STYLE] = _report_style()
    return {name: hashlib.sha256(data).hexdigest()[:12] for name, data in found.items()}


_DIGESTS = _digest()  # made now: nothing is read while a page is made


def _cache_control(name: str, scope: Scope) -> str:
    version = parse_qs(scope["query_string"].decode("latin-1")).get("v")
    return _YEAR if version == [_DIGESTS.get(name)] else "no-cache"


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

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = _cache_control(self.get_path(scope), scope)
        response.headers.update(_HEADERS)
        return response


async def _show_report_style(request: Request) -> Response:
    headers = {"cache-control": _cache_control(_REPORT_STYLE, request.scope), **_HEADERS}
    return Response(_report_style(), headers=headers, media_type="text/css")


def routes() -> list[BaseRoute]:
    """Return what stands at which address."""
    pack = Middleware(GZipMiddleware, compresslevel=6)
    return [
        Route(f"/static/{_REPORT_STYLE}", _show_report_style, middleware=[pack]),
        Route("/static/{name:path}", _Files(directory=_FOLDER), methods=["GET"], middleware=[pack]),
    ]
