"""Many things, so many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
_IDS = 5_000  # that a store is asked about at once


def portions(things: Sequence[T], number: int = _IDS) -> Iterator[Sequence[T]]:
    """So many at a time of a list."""
    for start in range(0, len(things), number):
        yield things[start : start + number]


def bundles(things: Iterable[T], number: int) -> Iterator[list[T]]:
    """So many at a time of what comes one by one."""
    coming = iter(things)
    while some := list(islice(coming, number)):
        yield some


def together(pieces: Iterable[Sequence[T]], number: int) -> Iterator[list[T]]:
    """So many at a time of what comes in pieces, none of which is taken apart: a large one comes whole."""
    some: list[T] = []
    for piece in pieces:
        if some and len(some) + len(piece) > number:
            yield some
            some = []
        some += piece
    if some:
        yield some
