"""The application: what stands at which address, for a server of ours or of somebody else."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from guidekg.errors import ValueFormError
from guidekg.web import api, endpoints, monitoring, static_files
from guidekg.web.endpoints import SPARQL
from guidekg.web.middleware import Admission, RequestMonitor, tell_error
from guidekg.web.monitoring import AccessLog, Metrics
from guidekg.web.problems import METHODS, ProblemError
from guidekg.web.settings import Limits, Settings
from guidekg.web.workers.pool import Pool

if TYPE_CHECKING:
    from guidekg import KnowledgeGraph

_SERVICE = "guidekg.web.handlers"  # the module that answers in the workers
_EDITING = "guidekg.web.handlers.review"  # the one in the worker that changes guides
_REQUEST_HEADERS = ("Authorization", "Content-Encoding", "Content-Type")
_RESPONSE_HEADERS = (
    *("Content-Encoding", "ETag", "Guidekg-Exit-Code", "Guidekg-Unknown-Terms", "Link"),
    "Retry-After",
)


class Application(Starlette):
    """The server as an ASGI application; it answers while its ``lifespan`` is entered."""

    def __init__(self, settings: Settings) -> None:
        """Make it; its workers are started by its lifespan."""
        self.settings = settings
        self.pool = Pool(settings, _SERVICE)
        self.editing = Pool(settings.for_editing(), _EDITING) if settings.edit else None
        self.log = AccessLog(sys.stderr) if settings.access_log else None
        metrics = Metrics(self.pool, (SPARQL, monitoring.HEALTH, monitoring.METRICS, *api.PATHS))
        super().__init__(
            routes=[
                *endpoints.routes(self.pool, settings),
                *(endpoints.review_routes(self.editing, settings) if self.editing else ()),
                *monitoring.routes(self.pool, metrics),
                *static_files.routes(),
            ],
            middleware=[
                Middleware(RequestMonitor, metrics=metrics, log=self.log),
                Middleware(
                    CORSMiddleware,
                    allow_origins=["*"],
                    allow_methods=METHODS,
                    allow_headers=_REQUEST_HEADERS,
                    expose_headers=_RESPONSE_HEADERS,
                    max_age=86400,
                ),
                Middleware(Admission, token=settings.token, longest=settings.limits.url),
            ],
            exception_handlers={ProblemError: tell_error, HTTPException: tell_error},
            lifespan=self.lifespan,
        )
        self.router.redirect_slashes = False
        self.router.default = endpoints.page_endpoint(self.pool)  # a worker knows which there are

    @asynccontextmanager
    async def lifespan(self, _app: object = None) -> AsyncIterator[None]:
        """Open the guides and start the workers; end them at the end.

        A server runs it by itself, but not for an application that is mounted in another one: that
        one is given it as its ``lifespan``.

        Raises:
            GuideKGError: the guides cannot be opened.
        """
        pools = [pool for pool in (self.pool, self.editing) if pool]
        try:
            for pool in pools:
                await pool.start()
            yield
        finally:
            for pool in pools:
                await pool.stop()
            if self.log:
                self.log.flush()


def create_app(
    guides: "KnowledgeGraph | str | PathLike[str] | Sequence[str | PathLike[str]]" = (),
    *,
    token: str | None = None,
    access_log: bool = False,
    limits: Limits | None = None,
) -> Application:
    """Return an application with the endpoint, the API and the pages, for any ASGI server.

    Below a path of another application it is mounted, and its lifespan is given to that one::

        funding = create_app(["my-guide"])
        app = Starlette(routes=[Mount("/funding", funding)], lifespan=funding.lifespan)

    Args:
        guides: what is open, or a folder or several that are opened beside the shipped guide.
        token: what clients must bring as ``Authorization: Bearer``, if anything.
        access_log: whether each request is a line on standard error.
        limits: what one client, one query or one worker may take.

    Raises:
        ValueFormError: the guides are at an endpoint: its workers need files.
    """
    settings = Settings(token=token, access_log=access_log, limits=limits or Limits())
    if isinstance(guides, (str, PathLike)):
        guides = (guides,)
    if isinstance(guides, Sequence):
        folders = tuple(str(Path(folder).absolute()) for folder in guides)
        return Application(replace(settings, folders=folders))
    if guides.folders is None:
        raise ValueFormError(
            "只能提供从文件打开的指南，不能转发另一个端点。",
            "only guides that were opened from files can be served, not those of an endpoint",
        )
    return Application(replace(settings, files=tuple(map(str, guides.folders.files))))
