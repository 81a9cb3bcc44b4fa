"""Have a worker do something, and take its answer as a whole: the page puts it into its frame."""

from typing import Any, NamedTuple

from guidekg.web.api.dispatch import VALIDATING
from guidekg.web.problems import ProblemError
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import Kind


class Answer(NamedTuple):
    """What a worker answered."""

    headers: dict[str, str]
    body: bytes


async def ask(pool: Pool, message: dict[str, Any]) -> Answer:
    """Return the answer of a worker.

    Raises:
        ProblemError: it took too long or too much memory, or all workers are busy.
    """
    try:
        worker = await pool.lend()
        try:
            first = await worker.ask(message, pool.limits.deadline)
            body = bytearray(first.body)
            if first.kind is not Kind.WHOLE:
                async for part in worker.rest():
                    body += part
            return Answer(first.head["headers"], bytes(body))
        finally:
            pool.give_back(worker)
    except ProblemError as problem:
        if problem.name not in VALIDATING:
            raise
        name, words = VALIDATING[problem.name]
        raise ProblemError(name, words.zh, words.en, headers=problem.headers) from None
