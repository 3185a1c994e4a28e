"""What pages ask of the store: in a few threads of their own, so many at a time, and each for so long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from graphmeta.pages.refusal import NotMadeError
from graphmeta.render import patience
from graphmeta.store import Store

Answer = TypeVar("Answer")
THREADS = 4
MOST_WAITING = 64
SECONDS = 60.0
_RETRY_SECONDS = 10


class _Reader:
    """Who asked.

    Attributes:
        waits: whether somebody still waits for the answer.
        begun: whether a thread works on it.
    """

    __slots__ = ("begun", "waits")

    def __init__(self) -> None:
        self.waits = True
        self.begun = False


class Questions:
    """Asks a store what pages are made of, for one event loop.

    However many pages somebody asks for, and however long they take, the threads of the service's calls are free.

    Args:
        threads: how many questions are answered at the same time.
        most_waiting: how many more may wait; others are refused.
        seconds: how long one may take, its wait included.

    Attributes:
        on_their_way: what has not ended. A question that was given up is one until its thread has noticed.
    """

    def __init__(
        self, store: Store, threads: int, *, most_waiting: int = MOST_WAITING, seconds: float = SECONDS
    ) -> None:
        self._store = store
        self._most = threads + most_waiting
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="graphmeta-page")
        # What waits does so here and not in the pool's queue, which keeps what was given up.
        self._turns = asyncio.Semaphore(threads)
        self.on_their_way: set[asyncio.Future[Any]] = set()

    async def ask(self, question: Callable[[Store], Answer]) -> Answer:
        """The answer to a question. Cancelled, it is given up: its thread ends it at its next look.

        Raises:
            NotMadeError: too many wait already, or it took too long.
        """
        if len(self.on_their_way) >= self._most:
            raise _busy()
        reader = _Reader()
        answering = asyncio.ensure_future(self._take_turn(question, reader))
        self.on_their_way.add(answering)
        answering.add_done_callback(self._ended)
        try:
            await asyncio.wait({answering}, timeout=self._seconds)
            if answering.done():
                return answering.result()
            raise self._too_long() if reader.begun else _busy()
        finally:
            reader.waits = False
            if not reader.begun:
                answering.cancel()
                self.on_their_way.discard(answering)

    def close(self) -> bool:
        """Take no more questions; returns whether all have ended."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        return not self.on_their_way

    async def _take_turn(self, question: Callable[[Store], Answer], reader: _Reader) -> Answer:
        async with self._turns:
            reader.begun = True
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, question, reader)

    def _answer(self, question: Callable[[Store], Answer], reader: _Reader) -> Answer:
        def wanted() -> bool:
            return reader.waits

        with self._store.backend.reading_while(wanted), patience.while_wanted(wanted):
            return question(self._store)

    def _ended(self, answering: asyncio.Future[Any]) -> None:
        self.on_their_way.discard(answering)
        if not answering.cancelled():
            answering.exception()  # looked at: where nobody waits any longer, asyncio would complain that nobody did

    def _too_long(self) -> NotMadeError:
        return NotMadeError(
            f"This took longer than {self._seconds:g} seconds, and was given up. Ask for less: fewer steps up or down, "
            "a smaller limit, one type or one run.",
            title="This takes too long",
        )


def _busy() -> NotMadeError:
    return NotMadeError(
        "The server is making as many pages as it can, and as many as it lets wait do so. Try again in a little while.",
        title="The server is busy",
        retry_seconds=_RETRY_SECONDS,
    )
