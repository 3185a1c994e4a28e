"""A set of numbers in little memory."""

from __future__ import annotations

from array import array
from bisect import bisect_right


class Numbers:
    """Which numbers there are, of numbers that mostly ascend one by one."""

    def __init__(self) -> None:
        self._firsts, self._lasts = array("q"), array("q")
        self._late: set[int] = set()

    def add(self, number: int) -> None:
        """There is this one."""
        if self._lasts and number == self._lasts[-1] + 1:
            self._lasts[-1] = number
        elif not self._lasts or number > self._lasts[-1]:
            self._firsts.append(number)
            self._lasts.append(number)
        else:
            self._late.add(number)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._firsts, number) - 1
        return (place >= 0 and number <= self._lasts[place]) or number in self._late
