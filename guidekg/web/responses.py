"""How a problem is told: to machines as RFC 9457, to people as a page or as text."""

import json
from html import escape
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope, Send

from guidekg.errors import Language
from guidekg.web.negotiation import best, language
from guidekg.web.problems import ProblemError

LANGUAGE = "guidekg.language"  # where a scope has the language that was asked for by name
TYPE = "https://w3id.org/guidekg/problem/"
_MACHINE = "application/problem+json"
_OFFERED = (_MACHINE, "application/json", "text/plain", "text/html")
_PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p></main></body>
</html>
"""


def rendered(problem: ProblemError, accept: str | None, lang: Language) -> tuple[str, bytes]:
    """Return the content type and the content that tell a problem."""
    media = best(accept, _OFFERED) or _MACHINE
    title, detail = problem.kind.title(lang), problem.message(lang)
    if media == "text/html":
        page = _PAGE.format(lang=lang, title=escape(title), detail=escape(detail))
        return "text/html; charset=utf-8", page.encode()
    if media == "text/plain":
        return "text/plain; charset=utf-8", f"{title}: {detail}\n".encode()
    document: dict[str, Any] = {
        "type": TYPE + problem.name,
        "title": title,
        "status": problem.kind.status,
        "detail": detail,
        **problem.members,
    }
    return media, (json.dumps(document, ensure_ascii=False) + "\n").encode()


async def send_problem(problem: ProblemError, scope: Scope, send: Send) -> None:
    """Send a problem to a client that was sent nothing yet."""
    asked = Headers(scope=scope)
    lang = scope.get(LANGUAGE) or language(asked.get("accept-language"))
    kind, body = rendered(problem, asked.get("accept"), lang)
    headers = {
        "content-type": kind,
        "content-language": lang,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "vary": "Accept, Accept-Language",
        **problem.headers,
    }
    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.kind.status, "headers": listed})
    body = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": body})
