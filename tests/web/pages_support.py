"""The pages on a server of their own, and what is read from them."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

import uvicorn

from guidekg.web import Limits, create_app
from guidekg.web.http_protocol import connection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from guidekg import KnowledgeGraph

LANGUAGES = ("zh", "en")
PAGES = [
    "",
    "/guide/zj-sti-2022",
    "/guide/zj-sti-2022?at=72",
    "/guide/zj-sti-2022?provision=zj-sti-2022-r1-fdl-norway&show=must&notes=all",
    "/calls",
    "/calls?view=table&field=green-technology",
    "/calls?amount=abc",
    "/questions",
    "/questions/calls-by-field?field=new-materials",
    "/questions/tracks-by-amount?scheme=x&amount=5",
    "/ns",
    "/page",
    "/page/field",
    "/page/place/cn",
    "/page/requirement/zj-sti-2022-r1-fdl-norway",
    "/page/source/zj-sti-2022-zh",
    "/dataset",
    "/nowhere",
]
_VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Element(NamedTuple):
    """An element of a page: its name, attributes, and all text inside it."""

    name: str
    attributes: dict[str, str]
    parts: list[str]

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())


class Page(HTMLParser):
    """The elements of a page, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        assert not self._open, f"not closed: {self._open[-1].name}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, [])
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        # A few elements may stay open by the rules of HTML; ours are all closed.
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def all(self, name: str = "", class_: str = "") -> list[Element]:
        """Return the elements of a name and class."""
        return [
            element
            for element in self.elements
            if name in ("", element.name) and (not class_ or class_ in element.classes)
        ]

    def one(self, name: str = "", class_: str = "") -> Element:
        """Return the only such element."""
        (found,) = self.all(name, class_)
        return found

    @property
    def ids(self) -> list[str]:
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]

    @property
    def links(self) -> list[str]:
        return [e.attributes["href"] for e in self.elements if e.attributes.get("href")]

    @property
    def jsonld(self) -> dict[str, Any]:
        (script,) = [
            e for e in self.all("script") if e.attributes.get("type") == "application/ld+json"
        ]
        found: dict[str, Any] = json.loads(script.text)
        return found


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> Page:
        assert self.headers["content-type"] == "text/html; charset=utf-8"
        return Page(self.text)


class Workbench:
    """A running server with the pages."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, target: str, method: str = "GET", **headers: str) -> Reply:
        """Send a request; ``accept_language`` is the header ``Accept-Language``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            got = self._asked(method, target, named)
        except (
            ConnectionError
        ):  # kept from the last request, and closed since: nothing was answered
            self._connection.close()
            got = self._asked(method, target, named)
        found = {name.lower(): value for name, value in got.getheaders()}
        return Reply(got.status, found, got.read())

    def _asked(
        self, method: str, target: str, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        self._connection.request(method, target, headers=dict(headers))
        return self._connection.getresponse()

    def get(self, path: str, **query: str) -> Reply:
        """Get a page."""
        return self.send(path + (f"?{urlencode(query)}" if query else ""))

    def follow(self, target: str, **headers: str) -> Reply:
        """Send a request, and those that its redirects ask for."""
        reply = self.send(target, **headers)
        for _ in range(4):
            if reply.status not in (302, 303):
                return reply
            target = urljoin(target, reply.headers["location"])  # it may be relative
            reply = self.send(urlsplit(target)._replace(scheme="", netloc="", fragment="").geturl())
        raise AssertionError(f"{target} leads on and on")


@contextmanager
def workbench(kg: KnowledgeGraph) -> Iterator[Workbench]:
    """Run a server with the pages, on a free port, in a thread."""
    limits = Limits(workers=1, spare=0)
    started = threading.Event()
    held: dict[str, Any] = {}

    async def run() -> None:
        app = create_app(kg, limits=limits)
        config = uvicorn.Config(
            app, port=0, http=connection(limits), ws="none", log_config=None, server_header=False
        )
        held["server"] = server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        held["port"] = server.servers[0].sockets[0].getsockname()[1]
        started.set()
        await task

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    assert started.wait(60), "the server did not start"
    try:
        yield Workbench(held["port"])
    finally:
        held["server"].should_exit = True
        thread.join(30)
