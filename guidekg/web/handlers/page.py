"""Answer with a page: the pages' router runs here, on the request as the front has passed it on."""

from collections.abc import Coroutine
from functools import cache, partial
from typing import Any

import jinja2.debug  # noqa: F401  # which it would import at an error, when no file can be read
from starlette.exceptions import HTTPException
from starlette.routing import Router
from starlette.types import Message, Scope

from guidekg.web import pages
from guidekg.web.handlers.base import State, deliver
from guidekg.web.handlers.validation import judge_form
from guidekg.web.pages.layout import ROOT
from guidekg.web.pages.validate import WHOLE
from guidekg.web.problems import from_router
from guidekg.web.workers.protocol import Delivery, Request, ResponseWriter


def answer(state: State, request: Request, response: ResponseWriter) -> None:
    """Write a page.

    The values are those of a query, with what there is of the client's request: ``method``,
    ``scheme``, ``server``, ``root_path``, ``path``, ``query`` and ``headers``; of a form also
    ``whole``, whether the body is all that was sent.

    Raises:
        ProblemError: there is no such page, or it takes no such method.
    """
    scope = _scope(request)
    start, body = _render(state, scope, request.body)
    headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    headers.pop("content-length", None)
    if headers.get("location", "").startswith("/"):
        headers["location"] = scope[ROOT] + headers["location"]
    vary = headers.get("vary", "")
    if "Accept-Encoding" not in vary:
        headers["vary"] = f"{vary}, Accept-Encoding".removeprefix(", ")
    deliver(request, response, Delivery(body, headers, start["status"]))


def _scope(request: Request) -> Scope:
    values = request.values
    return {
        "type": "http",
        "app": None,  # so that the router raises what it would else answer in its own words
        "method": values["method"],
        "scheme": values["scheme"],
        "server": values["server"],
        # The pages know nothing of where they are mounted, but for the addresses that they write.
        "root_path": "",
        "app_root_path": values["root_path"],
        ROOT: values["root_path"],
        "path": values["path"].removeprefix(values["root_path"]) or "/",
        "query_string": values["query"].encode("latin-1"),
        "headers": [
            (name.encode(), value.encode("latin-1")) for name, value in values["headers"].items()
        ],
        WHOLE: values.get("whole", True),
    }


@cache
def _router(state: State) -> Router:
    return Router(
        pages.routes(state.kg, partial(judge_form, state), state.editable), redirect_slashes=False
    )


def _render(state: State, scope: Scope, body: bytes) -> tuple[Message, bytes]:
    """Return the start of a response, and its body."""
    received: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return received.pop() if received else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        _run(_router(state)(scope, receive, send))
    except HTTPException as error:
        outside = {**scope, "root_path": scope[ROOT], "path": scope[ROOT] + scope["path"]}
        raise from_router(error, outside) from None
    start, *parts = sent
    return start, b"".join(part.get("body", b"") for part in parts)


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that waits for nothing: a worker can open no event loop."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a page waits for something, and nothing here would wake it")


def prepare(state: State) -> None:
    """Make every page once that needs no name, so that what they read is read."""
    for route in _router(state).routes:
        path = getattr(route, "path", "{")
        if "{" in path:
            continue
        values = {
            "method": "GET",
            "scheme": "http",
            "server": ("localhost", 80),
            "root_path": "",
            "path": path,
            "query": "",
            "headers": {"accept": "*/*"},
        }
        _render(state, _scope(Request("page", values)), b"")
