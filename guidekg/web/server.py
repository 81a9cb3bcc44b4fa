"""Run the server until it is told to stop."""

import asyncio
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from guidekg.errors import GuideKGError
from guidekg.web.app import Application
from guidekg.web.http_protocol import connection
from guidekg.web.monitoring import set_up_log
from guidekg.web.settings import Settings

_OTHER_FILES = 256  # that the server opens: workers, its own


class AddressError(GuideKGError, OSError):
    """The server cannot listen where it is told to."""


def serve(settings: Settings, ready: Callable[[str], None]) -> bool:
    """Serve until SIGTERM or SIGINT; what is under way then is finished first, for a while.

    Args:
        settings: what to serve, where, to whom.
        ready: called with the address of the server once it takes requests.

    Returns:
        Whether SIGINT stopped it.

    Raises:
        AddressError: the address is taken, or is none of this machine.
        GuideKGError: the guides cannot be opened.
    """
    set_up_log()
    _allow_files(settings.limits.connections)
    listener = _listen(settings)
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            return runner.run(_serve(settings, listener, ready))
    finally:
        listener.close()


async def _serve(settings: Settings, listener: socket.socket, ready: Callable[[str], None]) -> bool:
    app, limits = Application(settings), settings.limits
    # uvicorn would only log that the guides cannot be opened, so it does not run the lifespan.
    async with app.lifespan():
        config = uvicorn.Config(
            app,
            http=connection(limits),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=limits.idle,
            timeout_graceful_shutdown=limits.stop,
        )
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{listener.getsockname()[1]}"
        server = _Server(config, lambda: ready(address))
        await server.serve(sockets=[listener])
        return server.interrupted


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready and does not end the process by a signal."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.interrupted = False
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; at a second signal at once."""
        self.interrupted = sig == signal.SIGINT
        self.force_exit = self.should_exit
        self.should_exit = True
        del frame

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals while the server runs."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        return socket.create_server(address, family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        place = f"{settings.host}:{settings.port}"
        raise AddressError(
            f"无法在 {place} 上监听：{error}；请换一个 --port 或 --host。",
            f"cannot listen at {place}: {error}; choose another --port or --host",
        ) from None


def _allow_files(connections: int) -> None:
    """Raise the number of open files to what so many connections need, as far as is allowed."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    if soft < wanted and soft != resource.RLIM_INFINITY:
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
