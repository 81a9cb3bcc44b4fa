"""The front and its workers: what goes over the socket between them, and what each makes of it."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from guidekg.web.problems import ProblemError
from guidekg.web.settings import Limits, Settings
from guidekg.web.workers.pool import Pool
from guidekg.web.workers.protocol import (
    PART,
    Frame,
    FrameReader,
    HeadOnlyError,
    Opened,
    Request,
    ResponseWriter,
    read_line,
)
from guidekg.web.workers.supervisor import EndReason, Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

SERVICE = "guidekg.web.handlers"
KIND = {"content-type": "text/plain"}
QUERY = Request("query", {})
WRONG = ProblemError("deadline", "太久", "too long", headers={"retry-after": "1"}, line=3)


def answer(frames: list[Frame]) -> tuple[int, dict[str, str], bytes]:
    """Return the status, headers and body of a response."""
    return frames[0].head["status"], frames[0].head["headers"], b"".join(f.body for f in frames)


@contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


class Sent:
    """A response whose frames are received as they come, in a thread: a socket holds only some."""

    def __init__(self, limit: int = 1 << 30, retires: Callable[[], bool] = lambda: False) -> None:
        self._front, self._own = socket.socketpair()
        self._data = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.out = ResponseWriter(self._own, limit, retires)

    def _read(self) -> None:
        while part := self._front.recv(1 << 16):
            self._data += part

    def frames(self) -> list[Frame]:
        """What was sent, to the end."""
        self._own.close()
        self._reader.join(10)
        self._front.close()
        return list(FrameReader().feed(bytes(self._data)))


# ---- What a worker sends


@pytest.mark.parametrize(
    ("size", "packed"), [(0, False), (1024, False), (1025, True), (PART - 1, True)]
)
def test_a_response_of_one_part_goes_whole_with_its_length(size: int, *, packed: bool) -> None:
    for wanted in (True, False):
        sent = Sent()
        sent.out.start(KIND, gzip=wanted)
        assert sent.out.write(b"a" * size) == size
        sent.out.finish()
        (frame,) = sent.frames()
        assert frame.last
        coding = {"content-encoding": "gzip"} if packed and wanted else {}
        length = {"content-length": str(len(frame.body))}
        assert frame.head == {"status": 200, "headers": {**KIND, **coding, **length}}
        body = zlib.decompress(frame.body, wbits=31) if packed and wanted else frame.body
        assert body == b"a" * size


@pytest.mark.parametrize("gzip", [True, False])
@pytest.mark.parametrize("over", [0, 1, PART])
def test_a_long_response_goes_in_parts(over: int, *, gzip: bool) -> None:
    data = bytes(range(256)) * (3 * PART // 256) + b"b" * over
    sent = Sent()
    sent.out.start(KIND, gzip=gzip)
    for start in range(0, len(data), PART // 2):
        sent.out.write(data[start : start + PART // 2])
    sent.out.finish()
    found = sent.frames()
    assert [frame.last for frame in found] == [False] * (len(found) - 1) + [True]
    assert not any(frame.head for frame in found[1:])
    assert all(frame.body for frame in found[1:-1])
    status, headers, body = answer(found)
    assert (status, headers) == (200, KIND | ({"content-encoding": "gzip"} if gzip else {}))
    assert (zlib.decompress(body, wbits=31) if gzip else body) == data


def test_no_byte_beyond_the_limit() -> None:
    sent = Sent(limit=2048)
    sent.out.start(KIND)
    sent.out.write(b"a" * 2048)
    for data in (b"b", b""):  # what was empty already fails too: the limit is passed
        with pytest.raises(ProblemError, match="2 KiB") as caught:
            sent.out.write(data)
    sent.out.fail(caught.value)
    (frame,) = sent.frames()
    assert frame.last
    assert frame.head["problem"]["name"] == "result-too-large"


@pytest.mark.parametrize("gzip", [True, False])
def test_of_who_wants_no_body_no_more_is_asked(*, gzip: bool) -> None:
    sent = Sent()
    sent.out.start(KIND, gzip=gzip, head_only=True)
    sent.out.write(b"a" * (PART - 1))
    for _ in range(2):  # also of a writer that empties its buffer
        with pytest.raises(HeadOnlyError):
            sent.out.write(b"b")
    (frame,) = sent.frames()
    assert frame.last
    assert answer([frame]) == (200, KIND | ({"content-encoding": "gzip"} if gzip else {}), b"")


def test_of_what_is_short_who_wants_no_body_learns_the_length() -> None:
    sent = Sent()
    sent.out.start(KIND, head_only=True)
    sent.out.write(b"abc")
    sent.out.finish()
    assert answer(sent.frames()) == (200, {**KIND, "content-length": "3"}, b"")


def test_what_has_not_changed_has_no_length() -> None:
    sent = Sent()
    sent.out.start({"etag": "x"}, 304)
    sent.out.finish()
    assert answer(sent.frames()) == (304, {"etag": "x"}, b"")


def test_what_goes_wrong_is_told_before_or_within_a_response() -> None:
    for begun in (0, PART):
        sent = Sent()
        sent.out.start(KIND)
        sent.out.write(b"a" * begun)
        sent.out.fail(WRONG)
        *before, last = sent.frames()
        assert [frame.last for frame in before] == [False] * bool(begun)
        assert last.last
        assert last.head == {"problem": WRONG.to_dict()}


@pytest.mark.parametrize("begun", [10, PART])
def test_a_worker_that_retires_says_so_with_the_end(begun: int) -> None:
    sent = Sent(retires=lambda: True)
    sent.out.start(KIND)
    sent.out.write(b"a" * begun)
    sent.out.finish()
    found = sent.frames()
    assert [bool(frame.head.get("retires")) for frame in found] == [False] * (len(found) - 1) + [
        True
    ]


GROWN = """
from guidekg.web.workers.forkserver import Retirement
assert not Retirement(1 << 40)()
retirement = Retirement(256 << 20)
assert not retirement()
grown = b"x" * (32 << 20)
assert not retirement()
grown = b"x" * (Retirement.peak() + (140 << 20))  # a peak may come from who started this process
assert retirement()
del grown
assert retirement() and retirement.due
"""


def test_a_worker_retires_when_it_has_grown_by_half_of_what_it_may() -> None:
    subprocess.run([sys.executable, "-c", GROWN], check=True, timeout=60)


# ---- What a worker is asked


@pytest.mark.parametrize("size", [0, 1, 70, 3_333_333])
def test_a_request_comes_whole_however_it_is_cut(size: int) -> None:
    request = Request("评审", {"lang": "zh"}, b"z" * size)
    data = request.pack()
    for step in (1, 7, 1 << 16, len(data)):
        with pair() as (front, own):
            sender = threading.Thread(
                target=_send, args=(front, data, step if size < 100 else 1 << 16)
            )
            sender.start()
            assert Request.receive(own) == request
            sender.join(10)


def _send(channel: socket.socket, data: bytes, step: int) -> None:
    for start in range(0, len(data), step):
        channel.sendall(data[start : start + step])
        time.sleep(0.002 if step < 100 else 0)  # so that it is received in pieces, too


@pytest.mark.parametrize("kept", [0, 3, 20])
def test_a_front_that_goes_asks_nothing(kept: int) -> None:
    with pair() as (front, own):
        front.sendall(Request("query", {}, b"12345").pack()[:kept])
        front.close()
        assert Request.receive(own) is None


def test_a_line_is_read_to_its_end_and_no_further() -> None:
    with pair() as (front, own):
        own.sendall(Opened("没有", "none").line() + b"F\0\0\0\0")
        assert Opened(*json.loads(read_line(front))) == Opened("没有", "none")
        assert front.recv(9) == b"F\0\0\0\0"
        own.sendall(b"half")
        own.close()
        assert read_line(front) == b"half"
    assert not Opened().en


# ---- What the front makes of it


class Front:
    """A worker as the front sees it; the test plays the process behind it."""

    def __init__(self) -> None:
        self.killed: list[int] = []
        self.ended: list[Worker] = []
        self.own: socket.socket

    async def open(self) -> Worker:
        front, self.own = socket.socketpair()
        front.setblocking(False)  # noqa: FBT003
        self.own.setblocking(False)  # noqa: FBT003
        _, worker = await asyncio.get_running_loop().create_unix_connection(
            lambda: Worker(77, self.killed.append, self.ended.append), sock=front
        )
        return worker

    async def says(self, *sent: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.own, b"".join(sent))


def played(play: Callable[[Front, Worker], Awaitable[None]]) -> Front:
    """Run a test with a worker."""

    async def run() -> Front:
        front = Front()
        worker = await front.open()
        await play(front, worker)
        front.own.close()
        worker.end(EndReason.STOPPED)
        await asyncio.sleep(0.05)
        return front

    return asyncio.run(asyncio.wait_for(run(), 30))


def test_an_answer_is_taken_apart_however_it_is_cut() -> None:
    async def play(front: Front, worker: Worker) -> None:
        assert worker.usable
        assert not worker.was_asked
        parts = [Frame({"status": 200}, b"one"), Frame({}, b"two"), Frame({}, b"three", last=True)]
        data = b"".join(frame.pack() for frame in parts)
        request = Request("query", {"a": 1}, b"x")
        asking = asyncio.create_task(worker.ask(request, 5))
        for byte in data:
            await front.says(bytes([byte]))
        first = await asking
        assert worker.was_asked
        assert worker.answering
        assert first == parts[0]
        assert [part async for part in worker.rest()] == [b"two", b"three"]
        assert not worker.answering
        loop = asyncio.get_running_loop()
        assert await loop.sock_recv(front.own, 999) == request.pack()
        await front.says(Frame({"status": 404}, last=True).pack())
        assert (await worker.ask(request, 5)).head == {"status": 404}
        assert not worker.answering
        assert worker.usable

    assert played(play).killed == [77]


def test_a_problem_is_raised_before_and_within_an_answer() -> None:
    async def play(front: Front, worker: Worker) -> None:
        told = {"problem": WRONG.to_dict()}
        await front.says(Frame(told, last=True).pack())
        with pytest.raises(ProblemError, match="too long") as caught:
            await worker.ask(QUERY, 5)
        assert caught.value.headers == {"retry-after": "1"}
        assert not worker.answering
        await front.says(
            Frame({}, b"a").pack(), Frame({}, b"b").pack(), Frame(told, last=True).pack()
        )
        await worker.ask(QUERY, 5)
        rest = worker.rest()
        assert await anext(rest) == b"b"
        with pytest.raises(ProblemError, match="too long"):
            await anext(rest)
        assert worker.usable

    played(play)


def test_a_worker_waits_for_a_client_that_is_behind() -> None:
    async def play(front: Front, worker: Worker) -> None:
        count = 400  # 25 MiB
        part = Frame({}, b"p" * PART).pack()
        sending = asyncio.create_task(
            front.says(Frame({}, b"s").pack(), *[part] * count, Frame({}, last=True).pack())
        )
        await worker.ask(QUERY, 5)
        await asyncio.sleep(0.3)
        assert not sending.done()  # it is held back …
        held = sum(len(frame.body) for frame in worker._frames)
        assert held < 2 << 20  # … after a few parts
        assert held > PART
        *parts, end = [part async for part in worker.rest()]
        assert (parts, end) == ([b"p" * PART] * count, b"")  # … and nothing is lost
        await sending

    played(play)


def test_a_worker_that_is_silent_is_ended_at_the_deadline() -> None:
    async def play(front: Front, worker: Worker) -> None:
        await front.says(Frame({}, b"s").pack())
        await worker.ask(QUERY, 0.3)
        await asyncio.sleep(0.4)  # the client's time does not count
        await front.says(Frame({}, b"m").pack())
        rest = worker.rest()
        assert await anext(rest) == b"m"
        began = asyncio.get_running_loop().time()
        with pytest.raises(ProblemError) as caught:
            await anext(rest)
        assert 0.1 < asyncio.get_running_loop().time() - began < 5
        assert (caught.value.name, caught.value.headers) == ("deadline", {"retry-after": "10"})
        assert (worker.end_reason, worker.usable) == (EndReason.DEADLINE, False)
        assert front.killed == [77]
        await asyncio.sleep(0.05)
        assert front.ended == [worker]

    assert played(play).killed == [77]  # not ended twice


@pytest.mark.parametrize(
    ("head", "ended"), [({"retires": True}, EndReason.RETIRED), ({}, EndReason.DIED)]
)
def test_a_worker_that_ends_by_itself(head: dict[str, Any], ended: EndReason) -> None:
    async def play(front: Front, worker: Worker) -> None:
        await front.says(Frame(head, b"all", last=True).pack())
        assert (await worker.ask(QUERY, 5)).body == b"all"
        assert worker.usable == (not head)
        front.own.close()
        await asyncio.sleep(0.05)
        assert (worker.end_reason, worker.alive, worker.usable) == (ended, False, False)
        assert front.ended == [worker]
        with pytest.raises(ProblemError) as caught:
            await worker._next()
        assert caught.value.name == ("not-ready" if head else "worker-ended")

    assert played(play).killed == []


# ---- The pool


def pooled(limits: Limits, play: Callable[[Pool], Awaitable[None]]) -> None:
    async def run() -> None:
        pool = Pool(Settings(limits=limits), SERVICE)
        await pool.start()
        try:
            await play(pool)
        finally:
            await pool.stop()

    asyncio.run(asyncio.wait_for(run(), 120))


async def until(held: Callable[[], bool]) -> None:
    """Wait until something holds; a fork server opens the guides first, which takes seconds."""
    for _ in range(1000):
        if held():
            return
        await asyncio.sleep(0.05)
    assert held()


def test_workers_that_go_with_their_fork_server_are_given_to_nobody() -> None:
    async def play(pool: Pool) -> None:
        await until(lambda: len(pool.idle) == 2)
        held = await pool.acquire()
        workers = [held, *pool.idle]
        pool._supervisor._disconnect()  # as when the fork server has ended
        pool._note_failure()
        assert pool.idle == []
        assert {worker.end_reason for worker in workers} == {EndReason.LOST}
        with pytest.raises(ProblemError) as caught:
            await held.ask(Request("never", {}), 5)
        assert (caught.value.name, caught.value.headers) == ("not-ready", {"retry-after": "2"})
        pool.release(held)
        await until(lambda: bool(pool.idle))
        assert pool.idle[0] not in workers

    pooled(Limits(workers=1, spare=1), play)


def test_a_queue_has_an_end_and_is_served_in_its_order() -> None:
    async def play(pool: Pool) -> None:
        one = await pool.acquire()
        turns = [asyncio.create_task(pool.acquire()) for _ in range(2)]
        await asyncio.sleep(0)
        assert pool.waiting == 2
        with pytest.raises(ProblemError) as caught:
            await pool.acquire()
        assert (caught.value.name, caught.value.headers) == ("busy", {"retry-after": "2"})
        pool.release(one)
        await asyncio.sleep(0.01)
        assert [turn.done() for turn in turns] == [True, False]
        turns[1].cancel()
        await asyncio.sleep(0)
        assert pool.waiting == 0
        assert await turns[0] is one
        pool.release(one)
        assert (pool.idle, pool.busy) == ([one], set())

    pooled(Limits(workers=1, spare=0, waiting=2), play)


def test_who_waits_too_long_is_told_so() -> None:
    async def play(pool: Pool) -> None:
        await pool.acquire()
        with pytest.raises(ProblemError) as caught:
            await pool.acquire()
        assert caught.value.name == "busy"
        assert pool.waiting == 0

    pooled(Limits(workers=1, spare=0, waiting=2, deadline=0.1), play)


def test_spare_workers_are_not_given_out_and_take_the_places_of_those_that_end() -> None:
    async def play(pool: Pool) -> None:
        await until(lambda: len(pool.idle) == 3)
        one, two = await pool.acquire(), await pool.acquire()
        third = asyncio.create_task(pool.acquire())
        await asyncio.sleep(0.05)
        assert not third.done()
        two.answering = True  # its answer is not read to its end
        pool.release(two)
        assert two.end_reason is EndReason.LEFT
        other = await third
        assert other not in (one, two)
        await until(lambda: len(pool.idle) == 1)  # a new one in reserve
        await until(lambda: pool.ended["left"] == 1)
        pool.release(one)
        pool.release(other)
        assert len(pool.idle) == 3
        assert not pool.busy

    pooled(Limits(workers=2, spare=1), play)


def test_a_worker_given_to_a_request_that_left_meanwhile_is_free_again() -> None:
    async def play(pool: Pool) -> None:
        worker = await pool.acquire()
        waiting = asyncio.create_task(pool.acquire())
        await asyncio.sleep(0)  # it waits
        assert pool.waiting == 1
        pool.release(worker)  # it is its turn …
        waiting.cancel()  # … and its client leaves before it takes it
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (pool.busy, pool.idle, pool.waiting) == (set(), [worker], 0)
        assert await asyncio.wait_for(pool.acquire(), 1) is worker

    pooled(Limits(workers=1, spare=0), play)


def test_a_worker_that_comes_free_as_a_request_leaves_goes_to_the_next() -> None:
    async def play(pool: Pool) -> None:
        worker = await pool.acquire()
        leaving, staying = (asyncio.create_task(pool.acquire()) for _ in range(2))
        await asyncio.sleep(0)  # they wait
        leaving.cancel()  # its client leaves …
        pool.release(worker)  # … and before it can say so, a worker is free
        assert await asyncio.wait_for(staying, 1) is worker
        with pytest.raises(asyncio.CancelledError):
            await leaving
        pool.release(worker)
        assert (pool.busy, pool.idle, pool.waiting) == (set(), [worker], 0)

    pooled(Limits(workers=1, spare=0), play)


def test_a_pool_that_is_stopped_while_it_starts_leaves_no_process() -> None:
    async def play() -> None:
        pool = Pool(Settings(limits=Limits(workers=1, spare=0)), SERVICE)
        starting = asyncio.create_task(pool.start())
        await asyncio.sleep(0.1)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        process = pool._supervisor._process
        assert process
        await asyncio.wait_for(pool.stop(), 5)
        assert process.poll() is not None
        with pytest.raises(ProblemError) as caught:
            await pool.acquire()
        assert caught.value.name == "not-ready"

    asyncio.run(play())
