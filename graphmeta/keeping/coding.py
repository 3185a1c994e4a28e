"""Nodes as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

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
