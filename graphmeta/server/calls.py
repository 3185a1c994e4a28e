"""Calls of the service from bytes to bytes, run where they hold up nobody else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError

from graphmeta.backends.base import UndoneError
from graphmeta.errors import StoreUnavailableError
from graphmeta.mlmd import errors
from graphmeta.mlmd.service import CALLS, Service
from graphmeta.server import questions

LOG = logging.getLogger("graphmeta.server")
_UNEXPECTED = "The server met an error that it did not expect; its log says more."
_LEFT = "The caller left before the call began."
# Writes that may share a commit, and how many do. Not those of types: what checks a put against them reads the types
# that are committed.
_TOGETHER = frozenset(name for name in CALLS if name.startswith("Put") and not name.endswith(("Type", "Types")))
_AT_ONCE = 64
# gRPC's clients take about 8 kB of headers, in which a message beyond ASCII takes nine bytes a character.
_LONGEST_MESSAGE = 4000


class Outcome(NamedTuple):
    """What became of a call: a gRPC status code, and the response or a message about what was wrong."""

    code: int
    response: bytes = b""
    message: str = ""


class _Call:
    """One call on its way.

    Attributes:
        ended: its outcome, on the loop.
        wanted: whether its caller still waits.
        took: seconds, the last time that it ran.
    """

    __slots__ = ("ended", "name", "peer", "request", "took", "wanted")

    def __init__(self, name: str, request: bytes, peer: str, loop: asyncio.AbstractEventLoop) -> None:
        self.name = name
        self.request = request
        self.peer = peer
        self.ended: asyncio.Future[Outcome] = loop.create_future()
        self.wanted = True
        self.took = 0.0


class Calls:
    """Runs the service's calls in threads, for one event loop.

    Where the store admits one writer at a time, as a file does, writes have a thread of their own. What waits there
    is written together, with one flush of the disk; sixteen threads that wake each other for the lock reach half
    the rate, and would leave none for those who read.

    Args:
        service: what answers.
        workers: how many calls run at the same time.
        verbose: log every call.

    Attributes:
        questions: those of pages, which have threads of their own: a page may take as long as many calls.
    """

    def __init__(self, service: Service, workers: int, *, verbose: bool = False) -> None:
        self._service = service
        self._verbose = verbose
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="graphmeta-call")
        self._backend = service.store.backend
        one = self._backend.one_writer
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="graphmeta-write") if one else self._pool
        self._writes: deque[_Call] = deque()  # those that wait for the one writer
        self._on_their_way: set[asyncio.Future[Any]] = set()
        self.questions = questions.Questions(service.store, min(questions.THREADS, workers))

    async def answer(self, name: str, request: bytes, peer: str) -> Outcome:
        """Run a call. Cancelled while it waits for a thread, it is not run; cancelled while it reads, it is ended.

        Args:
            name: of one of `CALLS`.
            request: its request message, serialized.
            peer: who asks, for the log.
        """
        loop = asyncio.get_running_loop()
        call = _Call(name, request, peer, loop)
        # One whose caller left runs on, and is waited for when the server stops.
        self._on_their_way.add(call.ended)
        if self._backend.one_writer and name in _TOGETHER:
            self._writes.append(call)
            if len(self._writes) == 1:  # else a turn is to come that takes it along
                self._writer.submit(self._write, loop)
        else:
            pool = self._writer if name.startswith("Put") else self._pool
            pool.submit(self._work, call, loop)
        try:
            return await asyncio.shield(call.ended)
        except asyncio.CancelledError:
            call.wanted = False
            raise

    async def finish(self) -> None:
        """Wait until nothing runs or waits."""
        while running := self._on_their_way | self.questions.on_their_way:
            await asyncio.wait(running)

    def close(self) -> bool:
        """Take no more calls; returns whether all have ended."""
        for pool in (self._pool, self._writer):
            pool.shutdown(wait=False, cancel_futures=True)
        return self.questions.close() and not self._on_their_way

    # ------------------------------------------------------------ in the threads

    def _work(self, call: _Call, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon_threadsafe(self._end, [call], [self._wanted(call)])

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        """One turn of the one writer: do what waits, and see to another turn for what came meanwhile."""
        calls = [self._writes.popleft() for _ in range(min(len(self._writes), _AT_ONCE))]
        try:
            outcomes = self._together(calls) if len(calls) > 1 else [self._wanted(call) for call in calls]
            if calls:
                loop.call_soon_threadsafe(self._end, calls, outcomes)
        finally:
            if self._writes:
                self._writer.submit(self._write, loop)

    def _together(self, calls: Sequence[_Call], *, undo_alone: bool = False) -> list[Outcome]:
        begun = False
        start = time.perf_counter()
        try:
            with self._backend.together(undo_alone=undo_alone):
                begun = True
                return [self._wanted(call) for call in calls]
        except Exception as error:
            if not begun and isinstance(error, StoreUnavailableError):
                # Nobody can write now: each alone would wait as long, one after the other.
                status = errors.from_graphmeta(error)
                outcome = Outcome(status.error_code, message=_shortened(status.message))
                for call in calls:
                    call.took = time.perf_counter() - start
                return [outcome] * len(calls)
        if not undo_alone:
            # Few fail once they have written something. Where one did, all were undone, and it shall undo no other.
            return self._together(calls, undo_alone=True)
        # All were undone: each alone has another chance, and an error of its own.
        return [self._wanted(call) for call in calls]

    def _wanted(self, call: _Call) -> Outcome:
        return self._run(call) if call.wanted else Outcome(errors.CANCELLED, message=_LEFT)

    def _end(self, calls: Sequence[_Call], outcomes: Sequence[Outcome]) -> None:
        for call, outcome in zip(calls, outcomes, strict=True):
            self._on_their_way.discard(call.ended)
            call.ended.set_result(outcome)
            if self._verbose and outcome.message != _LEFT:
                now = time.strftime("%H:%M:%S")
                LOG.info("%s %s from %s: code %d, %.1f ms", now, call.name, call.peer, outcome.code, call.took * 1e3)

    def _run(self, call: _Call) -> Outcome:
        start = time.perf_counter()
        if call.name.startswith("Put"):
            outcome = self._outcome(call.name, call.request)
        else:
            # A long read whose caller left would keep its thread from others.
            with self._backend.reading_while(lambda: call.wanted):
                outcome = self._outcome(call.name, call.request)
        call.took = time.perf_counter() - start
        return outcome

    def _outcome(self, name: str, request: bytes) -> Outcome:
        try:
            message = CALLS[name].request.FromString(request)
        except DecodeError:
            return Outcome(errors.INTERNAL, message=f"The request is no serialized message {name}Request.")
        try:
            return Outcome(errors.OK, self._service.call(name, message).SerializeToString())
        except errors.StatusError as error:
            return Outcome(error.error_code, message=_shortened(error.message))
        except UndoneError:
            raise  # the whole group is done again
        except Exception:
            # Not for strangers' eyes: it may tell of paths and of what others stored.
            LOG.exception("%s failed unexpectedly.", name)
            return Outcome(errors.INTERNAL, message=_UNEXPECTED)


def _shortened(message: str) -> str:
    """A message that fits among a response's headers."""
    if len(message) * 9 <= _LONGEST_MESSAGE:
        return message
    weight = 0
    for position, character in enumerate(message):
        weight += 1 if " " <= character <= "~" and character != "%" else 3 * len(character.encode("utf-8", "replace"))
        if weight > _LONGEST_MESSAGE:
            return message[:position] + "…"
    return message
