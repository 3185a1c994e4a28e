"""How far a copy is, how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping

from graphmeta.moving.source import PARTS, Part

# The rate is that of the last so many seconds: nodes, events and members are not equally quick.
_WINDOW = 30.0


class Progress:
    """Counts what was copied.

    Args:
        clock: gives seconds, ascending.

    Attributes:
        numbers: how many pieces of each part are to be there in the end, as far as is known.
        done: how many are there.
        part: what is being copied.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.numbers: dict[Part, int] = {}
        self.done: dict[Part, int] = {}
        self.part: Part = PARTS[0]
        self._clock = clock
        self._watchers: list[Callable[[], object]] = []
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self, numbers: Mapping[Part, int], there: Mapping[Part, int]) -> None:
        """Say how many pieces there are, and how many of them were copied by an earlier run."""
        self.numbers = {part: numbers.get(part, 0) for part in PARTS}
        self.done = {part: there.get(part, 0) for part in PARTS}
        self._seen = deque([(self._clock(), self.pieces)])

    def watch(self, show: Callable[[], object]) -> None:
        """Call `show` after each portion."""
        self._watchers.append(show)

    def add(self, part: Part, number: int) -> None:
        """So many pieces more were copied."""
        self.part = part
        self.done[part] += number
        now = self._clock()
        self._seen.append((now, self.pieces))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW:
            self._seen.popleft()
        for show in self._watchers:
            show()

    @property
    def pieces(self) -> int:
        """How many are there."""
        return sum(self.done.values())

    @property
    def total(self) -> int:
        """How many there will be; more may come while the source is written."""
        return sum(max(self.numbers[part], self.done[part]) for part in self.numbers)

    @property
    def rate(self) -> float:
        """Pieces a second, of late; 0 before anything was copied."""
        if len(self._seen) < 2:
            return 0.0
        (start, before), (end, after) = self._seen[0], self._seen[-1]
        return (after - before) / (end - start) if end > start else 0.0

    @property
    def left(self) -> float | None:
        """Seconds to go at this rate; None where there is no rate yet."""
        return (self.total - self.pieces) / self.rate if self.rate else None

    def line(self) -> str:
        """As `artifacts 120,000 of 200,000; 45 %, 12,300 a second, 1:12 left`."""
        part = self.part
        of = max(self.numbers.get(part, 0), self.done.get(part, 0))
        parts = [f"{part}s {self.done.get(part, 0):,} of {of:,}; {self._percent()} %"]
        if self.rate:
            parts.append(f"{self.rate:,.0f} a second")
        if self.left is not None:
            parts.append(f"{duration(self.left)} left")
        return ", ".join(parts)

    def _percent(self) -> int:
        return 100 if not self.total else int(100 * self.pieces / self.total)


def duration(seconds: float) -> str:
    """As `1:12` or `2:03:45`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
