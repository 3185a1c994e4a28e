"""Ids in blocks that a process holds, so that writers do not wait for one another at a counter."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

from graphmeta.backends.batch import Counted

SMALLEST_BLOCK = 10
LARGEST_BLOCK = 1000


class IdBlocks:
    """Hands out ids, ascending, from blocks that it draws as it needs them. Safe to use from threads.

    Blocks grow with use: a command that writes one run burns a few ids, a server draws seldom.

    Args:
        draw: takes a sequence and a number, and returns the first of so many ids that nobody else gets.
    """

    def __init__(self, draw: Callable[[Counted, int], int]) -> None:
        self._draw = draw
        self._blocks: dict[Counted, range] = {}
        self._sizes: dict[Counted, int] = {}
        self._highest: dict[Counted, int] = {}
        self._lock = threading.Lock()
        self._process = os.getpid()

    def take(self, counted: Counted, number: int) -> Sequence[int]:
        """So many ids, ascending, and above all that it handed out before."""
        if self._process != os.getpid():
            # A forked child: the blocks are the parent's, and a thread of it may have held the lock.
            self._lock = threading.Lock()
            self._process = os.getpid()
            self.forget()
        with self._lock:
            block = self._blocks.get(counted, range(0))
            taken = list(block[:number])
            block = block[number:]
            lacking = number - len(taken)
            if lacking:
                size = self._sizes.get(counted, SMALLEST_BLOCK)
                self._sizes[counted] = min(size * 2, LARGEST_BLOCK)
                # A large request draws what it needs and no more.
                drawn = max(size, lacking)
                first = self._draw(counted, drawn)
                taken += range(first, first + lacking)
                block = range(first + lacking, first + drawn)
                self._highest[counted] = first + drawn - 1
            self._blocks[counted] = block
            return taken

    def beyond(self, counted: Counted, ids: Sequence[int]) -> int | None:
        """The id after the highest of these, where it is above all that was drawn here: the counter may not
        know of it. Else None."""
        highest = max(ids, default=0)
        with self._lock:
            return highest + 1 if highest > self._highest.get(counted, 0) else None

    def forget(self) -> None:
        """Give up the blocks held: the store was emptied or is another one."""
        with self._lock:
            self._blocks.clear()
            self._highest.clear()
