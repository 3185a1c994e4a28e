"""Times of two things in turn, and a line for each comparison."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """One row of the report.

    Attributes:
        what: what was measured.
        ours, theirs: milliseconds, one a round, taken in turn.
        goal: what the ratio should be, in words.
        faster: whether the ratio is theirs/ours (how many times as fast) or ours/theirs (how many times
            the floor).
        beside: what theirs is.
    """

    what: str
    ours: Sequence[float]
    theirs: Sequence[float]
    goal: str
    faster: bool
    beside: str

    def line(self) -> str:
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        ratio = theirs / ours if self.faster else ours / theirs
        word = "times as fast as" if self.faster else "times"
        return (
            f"  {self.what}: {ratio:.2f} {word} {self.beside} (goal: {self.goal}); "
            f"medians {ours:.3f} ms and {theirs:.3f} ms, n={len(self.ours)}"
        )


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def in_turn(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> tuple[list[float], list[float]]:
    """Both measured in turn, once unmeasured first; the machine's drift then meets both alike.

    Args:
        ours, theirs: return the milliseconds that they took.
    """
    ours()
    theirs()
    mine: list[float] = []
    others: list[float] = []
    for round_number in range(rounds):
        # Whoever comes second may profit or suffer from the first: swap.
        if round_number % 2:
            others.append(theirs())
            mine.append(ours())
        else:
            mine.append(ours())
            others.append(theirs())
    return mine, others
