"""What all pages share: their addresses, the language, the headers, and the frame around them.

Every page stands at ``/zh/…`` and at ``/en/…``, so that a link that is kept says its language; the
address without a language leads to the one that the browser wants.

A template can use ``t(key, …)``, a word of the tables; ``say(label)``; ``href(path, …)``, an address
in the language; ``rooted(path)``, one without; ``link(iri)``, that of a thing; ``static(name)``, that of a static file; ``day``,
``month``, ``amount``, ``months`` and ``number``, which write such values; ``lang`` and ``tag``, the
language as we and as HTML call it (``tags`` has both).
"""

import hashlib
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from guidekg import formatting
from guidekg.errors import GuideKGError, UnknownNameError
from guidekg.i18n import LANGUAGES, TAGS, Label, Language, language_tag
from guidekg.rdf.namespaces import ID, KINDS, NS, compact
from guidekg.version import __version__
from guidekg.web import static_files
from guidekg.web.negotiation import language
from guidekg.web.problems import ProblemError

# The words of the pages: one table, so that every page calls a thing by the same name.
_TABLES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
NAMES_OF_TABLES = tuple(name for name in _TABLES if name != "editor")
# What the SPARQL editor says of itself, by its English, and the same in Chinese.
EDITOR: dict[str, str] = _TABLES["editor"]


def table(name: str) -> dict[str, Label]:
    """Return a table of words, by their keys."""
    return {key: Label(*words) for key, words in _TABLES[name].items()}


WORDS = table("common")
NAVIGATION = tuple(table("navigation").items())
KIND_WORDS = table("kinds")
_TERMS = table("terms")


def term_label(iri: str) -> Label:
    """Return what a term of a standard vocabulary is called; its short form, if that is not known."""
    short = compact(iri)
    return _TERMS.get(short) or Label(short, short)


Handler = Callable[[Request], Awaitable[Response]]

VOCABULARY = NS.removesuffix("#")
# Nothing of another host, no script or style in the page itself, no frame around it.
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-cache",
}
ROOT = "guidekg.root"  # where a scope has the path at which the server is mounted
_SAFE = "/!$&'()*+,;=:@~"

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
# All are read now: nothing is read while a page is made.
_templates = {name: _environment.get_template(name) for name in _environment.list_templates()}


def path_of(iri: str) -> str | None:
    """Return the address of the page of a thing, without the language; None for what is not ours."""
    if iri.startswith(NS):
        return f"/ns#{iri.removeprefix(NS)}"
    if iri == VOCABULARY:
        return "/ns"
    if iri.startswith(ID):
        kind, _, name = iri.removeprefix(ID).partition("/")
        if kind in KINDS and name and "/" not in name:
            return f"/page/{kind}/{name}"
    return None


def local_name(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rpartition("#" if "#" in iri else "/")[2]


def lang_of(request: Request) -> Language:
    """Return the language of the page that is asked for."""
    given: Language | None = request.path_params.get("lang")
    return given or language(request.headers.get("accept-language"))


def rooted(request: Request, path: str) -> str:
    """Return an address of this server, below the path at which it is mounted, if at any."""
    root: str = request.scope.get(ROOT, "")
    return root + path


def localized(path: str, handler: Handler, methods: Sequence[str] = ("GET",)) -> list[BaseRoute]:
    """Return the routes of a page: in each language, and the address that leads to one of them.

    Args:
        path: the address without the language, such as ``/calls``.
        handler: answers a request; an error of ours that it raises becomes a page.
        methods: those that it takes (HEAD comes with GET).
    """
    rest = "" if path == "/" else path
    told = {f"/{lang}{rest}": _in_language(lang, handler) for lang in LANGUAGES}
    return [
        *(Route(address, answer, methods=list(methods)) for address, answer in told.items()),
        Route(path, _choose, methods=["GET"]),
    ]


async def _choose(request: Request) -> Response:
    lang = language(request.headers.get("accept-language"))
    path = quote(request.url.path.rstrip("/"), safe=_SAFE)
    query = f"?{request.url.query}" if request.url.query else ""
    headers = {"vary": "Accept-Language", "cache-control": "no-cache"}
    return RedirectResponse(f"/{lang}{path}{query}", 302, headers)


def _in_language(lang: Language, handler: Handler) -> Handler:
    """Return a handler in one language, whose errors are told on a page."""

    async def answer(request: Request) -> Response:
        request.path_params["lang"] = lang
        try:
            return await handler(request)
        except ProblemError as problem:
            return refusal(request, problem.kind.status, problem, headers=problem.headers)
        except UnknownNameError as error:
            return refusal(request, 404, error, error.nearest)
        except GuideKGError as error:
            return refusal(request, 400, error)

    return answer


def elsewhere() -> list[BaseRoute]:
    """Return the routes of what stands nowhere, to come last: a page that says so."""

    async def nothing(request: Request) -> Response:
        path = request.url.path
        if path.endswith("/"):  # as people type it
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{quote(path.rstrip('/'), safe=_SAFE)}{query}", 301)
        error = GuideKGError(f"没有地址 {path}。", f"there is nothing at {path}")
        return refusal(request, 404, error)

    return [
        Route(f"/{lang}/{{rest:path}}", _in_language(lang, nothing), methods=["GET"])
        for lang in LANGUAGES
    ]


def refusal(
    request: Request,
    status: int,
    error: GuideKGError,
    nearest: Iterable[str | tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a page that says what is wrong, with what may have been meant: names, or links."""
    return page(
        request,
        "refusal.html",
        status=status,
        headers=headers or {},
        title=WORDS["not-found" if status == 404 else "wrong"],
        message=error.message(lang_of(request)),
        nearest=[near if isinstance(near, tuple) else (near, None) for near in nearest],
        code=status,
    )


def page(  # noqa: PLR0913  # what differs between pages, each with a default
    request: Request,
    template: str,
    *,
    title: Label,
    description: Label | None = None,
    status: int = 200,
    words: Mapping[str, Label] | None = None,
    policy: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    jsonld: Mapping[str, Any] | None = None,
    **context: Any,
) -> Response:
    """Return a page.

    Args:
        request: what is answered; its address says the language.
        template: a file of ``templates/`` that extends ``base.html``.
        title: of the page.
        description: for search engines and those who share a link.
        status: of the answer.
        words: a table beside the common one.
        policy: directives of the Content-Security-Policy that differ from the common ones.
        headers: further headers.
        jsonld: what the page is about, in schema.org; it is described as a ``WebPage`` in any case.
        context: what else the template needs.
    """
    lang = lang_of(request)
    told = description(lang) if description else ""
    about = _webpage(request, title(lang), told, jsonld)
    known = {**_helpers(request, {**WORDS, **(words or {})}), **_frame(request)}
    body = _templates[template].render(
        {**known, "title": title(lang), "description": told, "jsonld": about, **context}
    )
    return _answer(request, body.encode(), status, {**POLICY, **(policy or {})}, headers or {})


def _helpers(request: Request, table: Mapping[str, Label]) -> dict[str, Any]:
    """Return what every template can call: words, names, addresses, and ways to write values."""
    lang = lang_of(request)
    return {
        "lang": lang,
        "tag": TAGS[lang],
        "tags": TAGS,
        "t": partial(_word, table, lang),
        "say": lambda label: label(lang),
        "rooted": partial(rooted, request),
        "href": partial(_href, request),
        "link": partial(_link, request),
        "static": lambda name: rooted(request, static_files.address(name)),
        "day": partial(formatting.format_day, lang=lang),
        "month": partial(formatting.format_month, lang=lang),
        "amount": partial(formatting.format_amount, lang=lang),
        "months": partial(formatting.format_months, lang=lang),
        "number": partial(formatting.format_number, lang=lang),
        "local_name": local_name,
        "language_tag": language_tag,
    }


def _frame(request: Request) -> dict[str, Any]:
    """Return what the frame around a page needs."""
    lang = lang_of(request)
    other: Language = "en" if lang == "zh" else "zh"
    rest = quote(request.url.path, safe=_SAFE).removeprefix(f"/{lang}")
    query = f"?{request.url.query}" if request.url.query else ""
    return {
        "here": rest,
        "addresses": {TAGS[name]: rooted(request, f"/{name}{rest}{query}") for name in LANGUAGES},
        "other_tag": TAGS[other],
        "other_address": rooted(request, f"/{other}{rest}{query}"),
        "navigation": NAVIGATION,
        "version": __version__,
    }


def _webpage(
    request: Request, title: str, description: str, jsonld: Mapping[str, Any] | None
) -> dict[str, Any]:
    lang = lang_of(request)
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": title,
        "url": rooted(request, quote(request.url.path, safe=_SAFE)),
        "inLanguage": TAGS[lang],
        "isPartOf": {
            "@type": "WebSite",
            "name": WORDS["site"](lang),
            "url": rooted(request, f"/{lang}"),
        },
    }
    if description:
        about["description"] = description
    if jsonld:
        about["mainEntity"] = dict(jsonld)
    return about


def _answer(
    request: Request,
    body: bytes,
    status: int,
    policy: Mapping[str, str],
    more: Mapping[str, str],
) -> Response:
    headers = {
        **_HEADERS,
        "content-type": "text/html; charset=utf-8",
        "content-language": TAGS[lang_of(request)],
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        **more,
    }
    if status == 200 and request.method in ("GET", "HEAD"):
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers["etag"] = tag
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    return Response(body, status, headers)


def _word(table: Mapping[str, Label], lang: Language, key: str, **values: Any) -> str:
    text = table[key](lang)
    return text.format(**values) if values else text


def _href(request: Request, path: str, **query: Any) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "")}
    rest = "" if path == "/" else quote(path, safe=f"{_SAFE}#")
    address = rooted(request, f"/{lang_of(request)}{rest}")
    return address + (f"?{urlencode(given)}" if given else "")


def _link(request: Request, iri: str) -> str:
    path = path_of(iri)
    return iri if path is None else _href(request, path)
