"""Send what was made as a whole."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from guidekg.web.tasks.state import State
from guidekg.web.workers.frames import PART
from guidekg.web.workers.outlet import EnoughError, Outlet, too_large


class Delivery(NamedTuple):
    """What is sent."""

    body: bytes
    headers: dict[str, str]
    status: int = 200


def deliver(state: State, asked: Mapping[str, Any], out: Outlet, delivery: Delivery) -> None:
    """Write an answer, in parts where it is long.

    Args:
        state: says how long it may be.
        asked: ``gzip`` and ``head``, as for a query.
        out: where to write.
        delivery: what to write.

    Raises:
        ProblemError: the answer is too large; nothing of it was written.
    """
    body, limit = delivery.body, state.limits.result
    if len(body) > limit:
        raise too_large(f"{limit // 1024:,} KiB")
    said = {"status": delivery.status, "headers": delivery.headers}
    out.open(said, gzip=asked["gzip"], first_only=asked["head"])
    try:
        for start in range(0, len(body), PART):
            out.write(body[start : start + PART])
    except EnoughError:
        out.first()
    else:
        out.close()
