"""What all pages share: their addresses, the language, the headers, and the frame around them.

Every page stands at ``/zh/…`` and at ``/en/…``, so that a link that is kept says its language; the
address without a language leads to the one that the browser wants.

A template sets ``title``, and if it likes ``description``, for search engines and those who share a
link, and ``about``, what the page is about in schema.org. It can use ``t(key, …)``, a word of the
tables; ``say(label)``; ``href(path, …)``, an address in the language; ``rooted(path)``, one
without; ``link(iri)``, that of a thing; ``static(name)``, that of a static file; ``day``,
``month``, ``amount``, ``months`` and ``number``, which write such values; ``lang`` and ``tag``, the
language as we and as HTML call it (``tags`` has both).
"""

import difflib
import hashlib
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from guidekg import formatting
from guidekg.errors import GuideKGError, UnknownNameError
from guidekg.guides.model import Provision
from guidekg.i18n import LANGUAGES, TAGS, Label, Language, language_tag
from guidekg.rdf.namespaces import ID, KINDS, NS
from guidekg.reports.templates import environment
from guidekg.version import __version__
from guidekg.web import static_files
from guidekg.web.negotiation import language
from guidekg.web.problems import ProblemError

_words: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
# What the SPARQL editor says of itself, by its English, and the same in Chinese.
EDITOR: dict[str, str] = _words.pop("editor")
# The words of the pages, so that every page calls a thing by the same name.
TABLES = {
    name: {key: Label(*words) for key, words in table.items()} for name, table in _words.items()
}
WORDS = TABLES["common"]
NAVIGATION = tuple(TABLES["navigation"].items())

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
_WRITERS: dict[str, Callable[..., str]] = {
    "day": formatting.format_day,
    "month": formatting.format_month,
    "amount": formatting.format_amount,
    "months": formatting.format_months,
    "number": formatting.format_number,
}
TEMPLATES = environment(Path(__file__).parent / "templates")
# All are read now: nothing is read while a page is made.
_templates = {
    name: TEMPLATES.get_template(name) for name in TEMPLATES.list_templates(["html", "ttl"])
}


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


def modality_of(provision: Provision) -> str:
    """Return ``must``, ``should``, ``may`` or ``informative``."""
    return local_name(provision.modality.iri)


def unknown(  # noqa: PLR0913  # each with a meaning of its own
    name: str, zh: str, en: str, known: Iterable[str], *, most: int = 5, cutoff: float = 0.5
) -> UnknownNameError:
    """Return the error of a name that none of some things has, with the nearest names."""
    return UnknownNameError(name, zh, en, difflib.get_close_matches(name, [*known], most, cutoff))


def lang_of(request: Request) -> Language:
    """Return the language of the page that is asked for."""
    given: Language | None = request.path_params.get("lang")
    return given or language(request.headers.get("accept-language"))


def rooted(request: Request, path: str) -> str:
    """Return an address of this server, below the path at which it is mounted, if at any."""
    root: str = request.scope.get(ROOT, "")
    return root + path


def with_query(request: Request, address: str) -> str:
    """Return an address with the query of a request, if it has one."""
    return f"{address}?{request.url.query}" if request.url.query else address


def localized(path: str, handler: Handler, methods: Sequence[str] = ("GET",)) -> list[BaseRoute]:
    """Return the routes of a page: in each language, and the address that leads to one of them.

    ``path`` is the address without the language, such as ``/calls``; an error of ours that the
    handler raises becomes a page. HEAD comes with GET.
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
    headers = {"vary": "Accept-Language", "cache-control": "no-cache"}
    return RedirectResponse(with_query(request, f"/{lang}{path}"), 302, headers)


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
            return RedirectResponse(with_query(request, quote(path.rstrip("/"), safe=_SAFE)), 301)
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
        message=error.message(lang_of(request)),
        nearest=[near if isinstance(near, tuple) else (near, None) for near in nearest],
        code=status,
    )


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    policy: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """Return a page.

    Args:
        request: what is answered; its address says the language.
        template: a file of ``templates/`` that extends ``base.html``; a table of words that bears
            its name goes before the common one.
        status: of the answer.
        policy: directives of the Content-Security-Policy that differ from the common ones.
        headers: further headers.
        context: what else the template needs.
    """
    lang = lang_of(request)
    table = {**WORDS, **TABLES.get(template.removesuffix(".html"), {})}
    body = _templates[template].render({**_helpers(request, table), **context}).encode()
    directives = {**POLICY, **(policy or {})}
    sent = {
        **_HEADERS,
        "content-type": "text/html; charset=utf-8",
        "content-language": TAGS[lang],
        "content-security-policy": "; ".join(f"{name} {said}" for name, said in directives.items()),
        **(headers or {}),
    }
    if status == 200 and request.method in ("GET", "HEAD"):
        tag = sent["etag"] = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=sent)
    return Response(body, status, sent)


def render_turtle(template: str, **context: Any) -> tuple[list[ox.Triple], dict[str, str]]:
    """Return the triples, and the prefixes, of the Turtle that a template writes."""
    parser = ox.parse(_templates[template].render(context), format=ox.RdfFormat.TURTLE)
    return [quad.triple for quad in parser], parser.prefixes


def _helpers(request: Request, table: Mapping[str, Label]) -> dict[str, Any]:
    """Return what every template can use: words, names, addresses, and ways to write values."""
    lang = lang_of(request)
    path = quote(request.url.path, safe=_SAFE)
    rest = path.removeprefix(f"/{lang}")

    def link(iri: str) -> str:
        path = path_of(iri)
        return iri if path is None else _href(request, path)

    return {
        "lang": lang,
        "tag": TAGS[lang],
        "tags": TAGS,
        "t": partial(_word, table, lang),
        "say": lambda label: label(lang),
        "rooted": partial(rooted, request),
        "href": partial(_href, request),
        "link": link,
        "static": lambda name: rooted(request, static_files.address(name)),
        "local_name": local_name,
        "modality_of": modality_of,
        "language_tag": language_tag,
        **{name: partial(write, lang=lang) for name, write in _WRITERS.items()},
        # For the frame around a page.
        "here": rest,
        "address": rooted(request, path),
        "addresses": {
            name: rooted(request, with_query(request, f"/{name}{rest}")) for name in LANGUAGES
        },
        "navigation": NAVIGATION,
        "version": __version__,
    }


def _word(table: Mapping[str, Label], lang: Language, key: str, **values: Any) -> str:
    text = table[key](lang)
    return text.format(**values) if values else text


def _href(request: Request, path: str, **query: Any) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "")}
    rest = "" if path == "/" else quote(path, safe=f"{_SAFE}#")
    address = rooted(request, f"/{lang_of(request)}{rest}")
    return address + (f"?{urlencode(given)}" if given else "")
