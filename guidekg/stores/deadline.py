"""One deadline for all that a call does, whatever it waits for.

A socket's timeout is for each read: a server that sends a byte now and then is never late, and a
name look-up has none at all. So the work is done in a thread that is left behind when time is up.
"""

import time
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

_T = TypeVar("_T")


class OutOfTimeError(Exception):
    """The deadline has passed."""


class Deadline:
    """A moment after which nothing is waited for."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """The seconds that are left, at least 0."""
        return max(0.0, self._end - time.monotonic())

    def run(self, work: Callable[[], _T], abandon: Callable[[], None]) -> _T:
        """Return what some work returns, or raise what it raises.

        Args:
            work: what to do, in a thread of its own.
            abandon: makes the work end where it was left.

        Raises:
            OutOfTimeError: it has not ended in time.
        """
        done: list[_T] = []
        failed: list[BaseException] = []

        def attempt() -> None:
            try:
                done.append(work())
            except BaseException as error:  # noqa: BLE001  # raised again below, by who waits
                failed.append(error)

        thread = Thread(target=attempt, daemon=True)
        thread.start()
        try:
            thread.join(self.remaining)
        except BaseException:
            abandon()
            raise
        if failed:
            raise failed[0]
        if not done:
            abandon()
            raise OutOfTimeError
        return done[0]
