"""Ask an endpoint: who asks, how long, and when to ask again."""

import base64
import random
import time
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

import pyoxigraph as ox

from guidekg.errors import EndpointError
from guidekg.rdf.namespaces import ASSERTED, INFERRED
from guidekg.stores import faults
from guidekg.stores.deadline import Deadline, OutOfTimeError
from guidekg.stores.exchange import Exchange, ProxyError, RedirectError, Reply, TooLargeError
from guidekg.stores.faults import Asked
from guidekg.stores.query_guard import names_graphs

_RETRIES = 4
_FIRST_PAUSE = 0.2  # seconds; twice as long each time, and a random part of it
_BUSY = 5.0  # seconds; a 503 that took longer gave up on the query, and would again
_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"


class Client:
    """An endpoint, and how it is asked."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float = 60.0,
    ) -> None:
        """Keep the address; nothing is sent.

        Args:
            url: the address of a SPARQL 1.1 endpoint.
            token: sent as ``Authorization: Bearer``.
            auth: user and password, sent as ``Authorization: Basic``.
            timeout: seconds that one question may take: connecting, retries and reading included.

        Raises:
            EndpointError: the address is none, or the token or the timeout cannot be used.
        """
        self._secrets = tuple(secret for secret in (token, *(auth or ())[1:]) if secret)
        self._asked = Asked.of(url, "—", self._secrets)
        self.url = self._checked(url)
        self.timeout = timeout
        if not 0 < timeout < float("inf"):
            raise self._unusable(
                f"timeout 应当是正的秒数，而不是 {timeout}",
                f"the timeout is a positive number of seconds, not {timeout}",
            )
        if token and auth:
            raise self._unusable("token 和 auth 只能给一样", "give a token or auth, not both")
        self._authorization = self._authorized(token, auth)

    def _unusable(self, zh: str, en: str) -> EndpointError:
        return self._asked.error("address", zh, en)

    def _checked(self, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        plain = url.isascii() and url.isprintable() and " " not in url
        if not host or parts.scheme not in ("http", "https") or not plain:
            raise self._unusable(
                "不是端点的地址；地址写作 http://主机:端口/sparql",
                "is no address of an endpoint; one is written http://host:port/sparql",
            )
        if "@" in parts.netloc:
            raise self._unusable(
                "地址中不能写用户名和密码；请用 auth=(用户名, 密码)",
                "a user and password do not belong in the address; give auth=(user, password)",
            )
        return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))

    def _authorized(self, token: str | None, auth: tuple[str, str] | None) -> str | None:
        if token is not None:
            if not token or not (token.isascii() and token.isprintable()) or " " in token:
                raise self._unusable(
                    "token 为空，或含有空格、换行等不能发送的字符",
                    "the token is empty, or has a space, line break or other unsendable character",
                )
            return f"Bearer {token}"
        if auth is not None:
            return "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        return None

    def asked(self, query: str) -> Asked:
        """Return what an error may show of a question."""
        return self._asked.of(self.url, query, self._secrets)

    def results(self, query: str, form: str) -> ox.QuerySolutions | ox.QueryBoolean:
        """Return the result of a SELECT or an ASK.

        Raises:
            EndpointError: what went wrong, where, and what was asked.
        """
        reply = self._ask(query, form, _RESULTS)
        asked = self.asked(query)
        kind = ox.QueryResultsFormat.from_media_type(_media_type(reply))
        if kind not in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML) or (
            faults.is_html(reply)
        ):
            raise faults.no_results(asked, reply, "application/sparql-results+json")
        if broken := _broken(reply.body, kind, form):
            raise faults.malformed(asked, reply, broken)
        return ox.parse_query_results(reply.body, format=kind)

    def triples(self, query: str, form: str) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT or a DESCRIBE.

        Raises:
            EndpointError: as for ``results``.
        """
        reply = self._ask(query, form, _TRIPLES)
        asked = self.asked(query)
        kind = ox.RdfFormat.from_media_type(_media_type(reply))
        if kind not in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TURTLE) or faults.is_html(reply):
            raise faults.no_results(asked, reply, "application/n-triples")
        try:
            return [quad.triple for quad in ox.parse(reply.body, format=kind)]
        except (SyntaxError, ValueError) as error:
            broken = str(error)
        raise faults.malformed(asked, reply, broken)

    def _ask(self, query: str, form: str, accept: str) -> Reply:
        """Return a successful answer; ask again where that may help and there is time."""
        headers = {"Accept": accept, "Accept-Encoding": "gzip"}
        if self._authorization:
            headers["Authorization"] = self._authorization
        # Whatever else an endpoint holds, and however it is set up, the answer is the same.
        graphs = () if names_graphs(query) else (ASSERTED, INFERRED)
        exchange = Exchange(self.url, query, form, headers, graphs)
        deadline, asked = Deadline(self.timeout), self.asked(query)
        for tried in range(_RETRIES + 1):
            began = time.monotonic()
            pause: float | None = _FIRST_PAUSE * 2**tried * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
            try:
                reply = exchange.within(deadline)
            except (
                OutOfTimeError,
                ProxyError,
                RedirectError,
                TooLargeError,
                OSError,
                HTTPException,
                UnicodeError,
                zlib.error,
            ) as error:
                fault, again = faults.failed(asked, error, deadline, exchange.progress)
            else:
                if 200 <= reply.status < 300:
                    return reply
                fault, again = faults.refused(asked, reply), reply.status in (429, 503)
                after = _retry_after(reply)
                given_up = reply.status == 503 and time.monotonic() - began > _BUSY
                pause = None if given_up and after is None else max(pause or 0, after or 0)
            if not again or tried == _RETRIES or pause is None or pause >= deadline.remaining:
                raise fault from None
            time.sleep(pause)
        raise AssertionError  # the last try returns or raises


def _broken(body: bytes, kind: ox.QueryResultsFormat, form: str) -> str | None:
    """Read results to their end, so that who iterates meets no error; return what is wrong."""
    # An error keeps the variables of the frames that it went through. The engine's results may die
    # in their own thread only, and errors are often collected in another: none goes out of here.
    found: object = None
    try:
        found = ox.parse_query_results(body, format=kind)
        if isinstance(found, ox.QuerySolutions) != (form == "select"):
            return f"no result of {form.upper()}"
        if isinstance(found, ox.QuerySolutions):
            for _ in found:
                pass
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None


def _media_type(reply: Reply) -> str:
    return (reply.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def _retry_after(reply: Reply) -> float | None:
    """Return the seconds that an endpoint asks to be left alone: a number of them, or a date."""
    value = (reply.headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None
