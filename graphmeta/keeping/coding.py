"""Nodes as numbers, and many of them some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar

T = TypeVar("T")
_ASKED_AT_ONCE = 5_000

Flowing = Literal["artifact", "execution"]
FLOWING: tuple[Flowing, ...] = ("artifact", "execution")


def coded(kind: Flowing, id: int) -> int:
    """An artifact or an execution as a number, of which a million fit into memory: twice the id, and one more of an
    execution."""
    return 2 * id + (kind == "execution")


def decoded(node: int) -> tuple[Flowing, int]:
    """What `coded` made the number of."""
    return ("execution" if node & 1 else "artifact"), node >> 1


def is_step(node: int) -> bool:
    """Whether a number is an execution's."""
    return bool(node & 1)


def by_kind(nodes: Iterable[int]) -> dict[Flowing, list[int]]:
    """The ids of nodes that are given as numbers."""
    found: dict[Flowing, list[int]] = {"artifact": [], "execution": []}
    for node in nodes:
        kind, id = decoded(node)
        found[kind].append(id)
    return found


def portions(ids: Sequence[int], number: int = _ASKED_AT_ONCE) -> Iterator[Sequence[int]]:
    """So many at a time."""
    for start in range(0, len(ids), number):
        yield ids[start : start + number]


def bundles(things: Iterable[T], number: int) -> Iterator[list[T]]:
    """So many at a time of what comes one by one."""
    some: list[T] = []
    for thing in things:
        some.append(thing)
        if len(some) == number:
            yield some
            some = []
    if some:
        yield some
