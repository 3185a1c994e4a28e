"""How much came of each node of a graph, all at once."""

from __future__ import annotations

import random
from collections.abc import Sequence

import networkx

from graphmeta.portions import portions

# Nodes that one pass looks for below all others: so many bits have the numbers that it works with.
_AT_ONCE = 4096
# Beyond so many nodes times edges the passes take too long, and some are left out.
_MOST_WORK = 60_000_000_000


def reach(graph: networkx.DiGraph, *, seed: int = 0) -> tuple[dict[object, int], bool]:
    """How many nodes there are below each, itself not counted.

    What lies on one circle is below one another. The nodes are looked for some thousands at a time: a number with a bit
    for each goes up along the edges, which costs one operation an edge for all of them together.

    Args:
        seed: for choosing what is counted, where the graph is so large that not all nodes can be.

    Returns:
        the numbers, and whether they are exact; else they are estimates from a sample.
    """
    components = list(networkx.strongly_connected_components(graph))
    number = {node: place for place, component in enumerate(components) for node in component}
    # Tarjan's algorithm gives components in reverse topological order: what is below has a lower number.
    below: list[list[int]] = [[] for _ in components]
    for place, component in enumerate(components):
        below[place] = list({number[after] for node in component for after in graph[node]} - {place})
    counted, exact = _passes(list(graph), graph.number_of_edges(), seed)
    totals = [0] * len(components)
    for some in portions(counted, _AT_ONCE):
        _count(some, number, below, totals)
    scale = len(graph) / len(counted) if counted else 1.0
    own = set(counted)
    found: dict[object, int] = {}
    for node in graph:
        seen = totals[number[node]] - (node in own)
        found[node] = seen if exact else round(seen * scale)
    return found, exact


def _passes(nodes: list[object], edges: int, seed: int) -> tuple[list[object], bool]:
    """The nodes to look for, and whether that is all of them."""
    most = max(_AT_ONCE, _MOST_WORK // max(1, edges + len(nodes)))
    if len(nodes) <= most:
        return nodes, True
    return random.Random(seed).sample(nodes, most), False  # noqa: S311 (a sample, no secret)


def _count(chosen: Sequence[object], number: dict[object, int], below: list[list[int]], totals: list[int]) -> None:
    """Add to `totals` how many of the chosen nodes are in each component or below it."""
    masks = [0] * len(below)
    for bit, node in enumerate(chosen):
        masks[number[node]] |= 1 << bit
    for place, others in enumerate(below):
        mask = masks[place]
        for other in others:
            mask |= masks[other]
        if mask:
            masks[place] = mask
            totals[place] += mask.bit_count()
