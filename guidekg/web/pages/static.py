"""The files that pages load, kept in memory, at addresses that change with their content."""

import gzip
import hashlib
import mimetypes
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from guidekg.web.negotiation import takes_gzip
from guidekg.web.problems import ProblemError

_FOLDER = Path(__file__).parent / "static"
_TEXTS = ("text/", "application/json", "application/geo+json", "image/svg+xml")
_YEAR = "public, max-age=31536000, immutable"


class _File(NamedTuple):
    media: str
    mark: str
    body: bytes
    packed: bytes | None


@cache
def _files() -> dict[str, _File]:
    bodies = {
        path.relative_to(_FOLDER).as_posix(): path.read_bytes()
        for path in sorted(_FOLDER.rglob("*"))
        if path.is_file()
    }
    # The style of a report's parts is kept with the report.
    style = resources.files("guidekg.reports").joinpath("report.css").read_bytes()
    bodies["report-parts.css"] = style[style.index(b"/* The parts of a report") :]
    return {name: _file(name, body) for name, body in bodies.items()}


def _file(name: str, body: bytes) -> _File:
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = media.startswith(_TEXTS)
    return _File(
        f"{media}; charset=utf-8" if text else media,
        hashlib.sha256(body).hexdigest()[:12],
        body,
        gzip.compress(body, mtime=0) if text else None,
    )


def address(name: str) -> str:
    """Return where a file of the folder stands; a browser may keep it as long as it likes.

    Raises:
        KeyError: there is none of that name.
    """
    return f"/static/{name}?v={_files()[name].mark}"


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    file = _files().get(name)
    if file is None:
        raise ProblemError(
            "not-found", f"没有文件 /static/{name}。", f"there is no file /static/{name}"
        )
    current = request.query_params.get("v") == file.mark
    headers = {
        "content-type": file.media,
        "cache-control": _YEAR if current else "no-cache",
        "etag": f'"{file.mark}"',
        "vary": "Accept-Encoding",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    }
    if file.mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if file.packed and takes_gzip(request.headers.get("accept-encoding")):
        return Response(file.packed, headers={**headers, "content-encoding": "gzip"})
    return Response(file.body, headers=headers)


def routes() -> list[BaseRoute]:
    """Return what stands at which address; the files are read now."""
    _files()
    return [Route("/static/{name:path}", _serve, methods=["GET"])]
