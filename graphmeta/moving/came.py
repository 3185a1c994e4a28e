"""What came to a copy, and what is remembered to be there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphmeta.moving.source import Part

# How many pieces of a part are remembered.
_REMEMBERED = 20_000


@dataclass
class Came:
    """What came.

    Attributes:
        new, changed: how many pieces of each part.
        oldest: the earliest time at which one of them was written to the source, in milliseconds since the epoch.
    """

    new: dict[Part, int] = field(default_factory=dict)
    changed: dict[Part, int] = field(default_factory=dict)
    oldest: int | None = None

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)

    def count(self, part: Part, new: int, changed: int = 0, times: Iterable[int | None] = ()) -> None:
        """So many more came, that were written at these times."""
        if new:
            self.new[part] = self.new.get(part, 0) + new
        if changed:
            self.changed[part] = self.changed.get(part, 0) + changed
        known = [time for time in (self.oldest, *times) if time]
        self.oldest = min(known, default=None)


class Known:
    """Remembers of pieces, the last that were looked at, that the target has them as the source."""

    def __init__(self) -> None:
        self._pieces: dict[Part, dict[int, tuple[bytes, int | None]]] = {}

    def has(self, part: Part, number: int, text: str) -> bool:
        """Whether it is remembered that the target has a piece, as this text says it."""
        found = self._pieces.get(part, {}).get(number)
        return found is not None and found[0] == _short(text)

    def add(self, part: Part, number: int, text: str, updated: int | None = None) -> None:
        """The target has a piece as this text says it.

        Args:
            updated: when it was last updated, in milliseconds since the epoch, as the target has it.
        """
        pieces = self._pieces.setdefault(part, {})
        pieces.pop(number, None)  # the newest come last
        pieces[number] = (_short(text), updated)
        if len(pieces) > _REMEMBERED:
            del pieces[next(iter(pieces))]

    def forget(self, part: Part, number: int) -> None:
        """The target may have it otherwise."""
        self._pieces.get(part, {}).pop(number, None)

    def updated(self, part: Part, number: int) -> int | None:
        """What `add` was told; None where nothing is remembered."""
        found = self._pieces.get(part, {}).get(number)
        return None if found is None else found[1]


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
